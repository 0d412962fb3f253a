"""Supply air at or above its limit, held by the fan: less air means warmer air."""

from . import pi


class SupplyAirFan:
    """Fan speed from the supply air temperature; call `step` once a second.

    setpoint_mc: supply air to hold, 38,000 to 55,000 mdegC (the field promises 38 degC at
    least). fan_min_pm, fan_max_pm: 100 to 1000 pm.
    """

    def __init__(self, setpoint_mc: int, fan_min_pm: int, fan_max_pm: int,
                 kp_pm_k: int = 12, ti_s: int = 25):
        self.setpoint_mc = setpoint_mc
        self.fan_min_pm = fan_min_pm
        self.pi = pi.PI(kp_pm_k, ti_s, fan_min_pm, fan_max_pm)
        # First run: half way, so that neither cold air nor high pressure is met.
        self.pi.preset((fan_min_pm + fan_max_pm) // 2)
        self.warm = False

    def start(self) -> None:
        """A run begins: least air until the coil is warm, then on from the last run's speed."""
        self.warm = False

    def step(self, supply_air_mc: int, supply_ok: bool) -> int:
        """One second of a run; returns the fan speed in pm.

        Without a valid sensor the last speed that held the setpoint is kept.
        """
        if not supply_ok:
            return self.pi.out
        err = supply_air_mc - self.setpoint_mc
        if not self.warm:
            if err < -1000:
                return self.fan_min_pm
            self.warm = True
        return self.pi.update(err)
