"""Supply air at its setpoint, held by the fan: less air means warmer air, or colder when cooling."""

from . import pi

EDGE_MK = 1000  # this near to the setpoint the coil is ready


class SupplyAirFan:
    """Fan speed from the supply air temperature; call `each_second`.

    setpoint_mc: supply air to hold when heating, 38,000 to 55,000 mdegC (the field promises 38 degC at
    least). cool_mc: when cooling, 8,000 to 20,000 mdegC. fan_min_pm, fan_max_pm: 100 to 1000 pm.
    """

    def __init__(self, setpoint_mc: int, cool_mc: int, fan_min_pm: int, fan_max_pm: int,
                 kp_pm_k: int = 12, ti_s: int = 25):
        self.setpoint_mc = setpoint_mc
        self.cool_mc = cool_mc
        self.fan_min_pm = fan_min_pm
        self.cooling = False
        self.pi = pi.PI(kp_pm_k, ti_s, fan_min_pm, fan_max_pm)
        # First run: half way, so that neither cold air nor high pressure is met.
        self.middle_pm = (fan_min_pm + fan_max_pm) // 2
        self.pi.preset(self.middle_pm)
        self.ready = False

    def start(self, cooling: bool) -> None:
        """A run begins: least air until the coil is ready, then on from the last run's speed."""
        self.ready = False
        if cooling != self.cooling:
            self.cooling = cooling
            self.pi.preset(self.middle_pm)

    def each_second(self, supply_air_mc: int, supply_ok: bool) -> int:
        """One second of a run; returns the fan speed in pm.

        Without a valid sensor the last speed that held the setpoint is kept.
        """
        if not supply_ok:
            return self.pi.out
        err = self.cool_mc - supply_air_mc if self.cooling else supply_air_mc - self.setpoint_mc
        if not self.ready:
            if err < -EDGE_MK:
                return self.fan_min_pm
            self.ready = True
        return self.pi.update(err)
