"""What may lower a well pump's speed below its flow controller: pressure, return temperature, drawdown, quiet hours."""

from . import pi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .given import WellSettings

READY_PM = 50  # room above the pump that a waiting override keeps: the pressure's noise must not hand the pump to and fro
LIMIT_NONE = 0
LIMIT_PRESSURE = 1
LIMIT_RETURN = 2
LIMIT_DRAWDOWN = 3
LIMIT_QUIET = 4
LIMITERS = ("none", "pressure", "return", "drawdown", "quiet")


class Overrides:
    """The flow PI and its low-select. cfg: the well section of config.py. step_ms: scan period.

    Inputs are attributes: speed_cap_pm (quiet hours, 1000 without), level_kpa (water over the pump, -1 = not known). Result:
    limiter, one of LIMITERS.
    """

    def __init__(self, cfg: "WellSettings", step_ms: int):
        self.cfg = cfg
        floor = cfg.pump_floor_pm
        self.floor_pm = floor
        # kp is given per 1000 L/h, the PI wants thousandths of a pm per L/h: the same number.
        self.flow_pi = pi.PI(cfg.flow_kp_pm_m3h, cfg.flow_ti_ms // step_ms, floor, 1000)
        # The pressure override works from 90 % of the limit and holds 93 %.
        limit = cfg.reinjection_limit_kpa
        self.pressure_hold_kpa = limit * 93 // 100
        self.pressure_pi = pi.PI(1_200_000 // limit, 2000 // step_ms, floor, 1000)
        # kp 20 pm/K over 120 s: far slower than the flow loop, so that the two never fight.
        self.return_pi = pi.PI(20, 120, floor, 1000)
        self.return_cap_pm = 1000
        # The drawdown override holds 20 % above the minimum: kp 5 pm/kPa (half a metre of water is 25 pm).
        self.level_hold_kpa = cfg.level_min_kpa * 6 // 5
        self.level_pi = pi.PI(5000, 5000 // step_ms, floor, 1000)
        self.speed_cap_pm = 1000
        self.level_kpa = -1
        self.limiter = LIMIT_NONE

    def select(self, want_pm: int, reinjection_kpa: int) -> int:
        """Low-select; the flow PI tracks whoever is selected, so the change is bumpless.

        At a tie the override counts: the PI that tracks it gives the same value.
        """
        low = want_pm
        limiter = LIMIT_NONE
        # Far from the limit the override cannot win; leave it ready and save the scan's time.
        hold = self.pressure_hold_kpa
        near = reinjection_kpa * 4 >= hold * 3
        if not near:
            self.pressure_pi.preset(1000)
        else:
            cap = self.pressure_pi.update(hold - reinjection_kpa)
            if cap <= low and cap < 1000:
                low = cap
                limiter = LIMIT_PRESSURE
        cap = self.return_cap_pm
        if cap <= low and cap < 1000:
            low = cap
            limiter = LIMIT_RETURN
        level = self.level_kpa
        low_level = False
        if level >= 0:
            hold = self.level_hold_kpa
            low_level = level <= hold * 2
            if not low_level:
                self.level_pi.preset(1000)
            else:
                cap = self.level_pi.update(level - hold)
                if cap <= low and cap < 1000:
                    low = cap
                    limiter = LIMIT_DRAWDOWN
        cap = self.speed_cap_pm
        if cap <= low and cap < 1000:
            low = cap
            limiter = LIMIT_QUIET
        if limiter != LIMIT_NONE:
            self.flow_pi.track(low)
        # An override that waits stays near where the pump is: wound up to its end it would answer seconds late, and each
        # start would pass the limit.
        ready = low + READY_PM
        if near and limiter != LIMIT_PRESSURE:
            self.pressure_pi.wait_at(ready)
        if low_level and limiter != LIMIT_DRAWDOWN:
            self.level_pi.wait_at(ready)
        self.limiter = limiter
        return low
