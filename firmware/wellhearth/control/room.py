"""The controller of a room unit: one heat pump's sequence, circulation pump -> flow proven -> compressor -> post-run."""

from . import fan, plan, reasons, starts, thermostat
from .tick import Tick

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .given import RoomSettings

OFF = 0  # switched off by its user
IDLE = 1  # on, no heat needed now
WAIT_WATER = 2  # circulation pump runs, waiting for the well's permissive
RUN = 3  # compressor on
POST_RUN = 4  # compressor off, pump and fan take the last heat out
STATES = ("off", "idle", "wait_water", "run", "post_run")

PATIENCE_MS = 120_000  # a well that cannot give all that is asked for still heats some rooms
LOW_BYPASS_MS = 120_000
HOT_AIR_MC = 52_000  # above it quiet hours give way, a little every second: the condenser needs its air
EASE_MK = 600  # leaving water this near to its freeze limit: slower
STOP_MK = 150  # and this near: enough of this run
BEGIN_MS = 75_000  # a variable compressor begins at BEGIN_PM: its oil comes back, and the air is warm within three minutes
BEGIN_PM = 500
LONG_MS = 1 << 29  # timers stop counting here: long enough for every limit


class RoomController:
    """Decides for one room unit. `scan` runs at the fast rate, `each_second` at the slow one.

    cfg: a room section of config.py. Outputs are attributes: compressor_on, compressor_pm,
    pump_on, fan_pm, demand_w, state. So are the inputs of a scan: fan_fixed_pm (0: automatic), permissive (the well proves
    flow), enough (the flow covers all that is asked for, this unit included), compressor_bar (a protection holds the
    compressor off, whatever its minimum run time), move_water (freeze risk, the circulation pump must run); and of a
    second: turn (this unit may start now, turns.py), direction (plan.NONE, HEAT or COOL), target_mc, room_mc, room_ok,
    supply_air_mc, supply_ok, fan_cap_pm (ceiling of quiet hours, 1000 without).
    """

    WAIT_WATER, POST_RUN = WAIT_WATER, POST_RUN

    def __init__(self, cfg: "RoomSettings", restart_s: int):
        """restart_s: this unit's share of the staggered restart after power-up, 0 to 600 s."""
        self.cfg = cfg
        self.variable = cfg.compressor == "variable"
        self.thermostat = thermostat.Thermostat(cfg.room_kp_pm_k, cfg.room_ti_s, cfg.half_band_s, cfg.swing_mk,
                                                cfg.compressor_min_pm if self.variable else 1000)
        self.air = fan.SupplyAirFan(cfg.supply_air_mc, cfg.cool_air_mc, cfg.fan_min_pm, cfg.fan_max_pm)
        self.fan_fixed_pm = 0
        self.permissive = False
        self.enough = False
        self.compressor_bar = False
        self.move_water = False
        self.turn = True
        self.direction = plan.NONE
        self.target_mc = 0
        self.room_mc = 0
        self.room_ok = False
        self.supply_air_mc = 0
        self.supply_ok = False
        self.fan_cap_pm = 1000
        self.reversing = False  # reversing valve: energised when cooling, so that a dead coil heats
        self.limiter = starts.StartLimiter(cfg.starts_per_hour, 3600)
        self.min_on_ms = cfg.min_on_s * 1000
        self.min_off_ms = cfg.min_off_s * 1000
        self.lead_ms = cfg.pump_lead_s * 1000
        self.post_ms = cfg.postrun_s * 1000
        # What ran before a reset is not known, so every reset starts a full minimum off time;
        # the stagger comes on top, or all units would start together at its end.
        self.hold_ms = self.min_off_ms + restart_s * 1000
        self.state = IDLE
        self.state_ms = 0
        self.off_ms = 0
        self.compressor_on = False
        self.compressor_pm = 0
        self.pump_on = False
        self.hold = False  # the pairs of sensors are zeroed: no start, and a run ends when it may
        self.fan_pm = 0
        self.demand_w = 0
        self.run_fan_pm = 0
        self.over_pm = 0
        self.starts_total = 0
        self.cold_pm = 1000  # most speed that the leaving water allows
        self.cold_stop = False
        self.cut = False  # cold water ended the last run before its time
        self.thawing = False
        self.now_s = 0
        self.grid = 0  # the grid's wish, where this room follows it
        self.reason = reasons.OFF
        self.wait_s = 0  # how long the reason holds at the most

    def ease(self, near_mk: int, cold: bool) -> None:
        """Once a second: leaving water over its freeze limit. cold: it is the source that is cold, the flow is right."""
        if near_mk >= EASE_MK:
            if self.cold_pm < 1000:
                self.cold_pm += 1
        elif self.cold_pm > self.cfg.compressor_min_pm:
            self.cold_pm -= 10
        slowest = not self.variable or self.compressor_pm <= self.cfg.compressor_min_pm
        self.cold_stop = cold and near_mk < STOP_MK and slowest

    def cools(self) -> bool:
        """It cools, or is about to."""
        return self.direction == plan.COOL or (self.compressor_on and self.reversing)

    def thaw(self, on: bool) -> None:
        """Each scan: with ice on the air coil the fan runs at its most while the compressor rests."""
        if on:
            if self.state != RUN:
                self.fan_pm = self.cfg.fan_max_pm
        elif self.thawing and self.state <= WAIT_WATER:
            self.fan_pm = 0
        self.thawing = on

    def low_bypass(self) -> bool:
        """The first 120 s of a run, and a compressor at rest: low pressure says nothing then."""
        return self.state != RUN or self.state_ms < LOW_BYPASS_MS

    def enter(self, state: int) -> None:
        """Change state and set what belongs to it."""
        if self.state == RUN:
            self.compressor_on = False
            self.compressor_pm = 0
            self.off_ms = 0
            self.hold_ms = self.min_off_ms
        if state == WAIT_WATER:
            self.reversing = self.direction == plan.COOL
        self.state = state
        self.state_ms = 0
        self.pump_on = state == WAIT_WATER or state == RUN or state == POST_RUN
        # In post-run the unit still draws its water: giving up the demand would starve the others.
        self.demand_w = self.cfg.rated_w if self.pump_on else 0
        if state == OFF or state == IDLE or state == WAIT_WATER:
            self.fan_pm = 0

    def scan(self, tick: Tick) -> None:
        """One scan, on the inputs that were set before it."""
        dt_ms = tick.dt_ms
        now_s = tick.now_s
        self.now_s = now_s
        permissive = self.permissive
        compressor_bar = self.compressor_bar
        if self.state_ms < LONG_MS:
            self.state_ms += dt_ms
        if not self.compressor_on and self.off_ms < LONG_MS:
            self.off_ms += dt_ms
        state = self.state
        direction = self.direction
        want = direction != plan.NONE and self.thermostat.call and not compressor_bar and not self.hold
        if self.reversing != (direction == plan.COOL) and (state == RUN or state == WAIT_WATER):
            want = False  # the valve turns only at rest
        if state == RUN:
            if compressor_bar or not permissive or self.cold_stop:
                self.cut = self.cold_stop
                self.enter(POST_RUN)  # before the trip that would end it anyway
            elif not want and self.state_ms >= self.min_on_ms:
                self.cut = False
                self.enter(POST_RUN)
            else:
                self.fan_pm = self.fan_fixed_pm or self.run_fan_pm
        elif state == IDLE or state == OFF:
            if (want and self.turn and self.off_ms >= self.hold_ms and self.limiter.gap_s(now_s) == 0
                    and self.limiter.wait_s(now_s) == 0):
                self.enter(WAIT_WATER)
            elif direction == plan.NONE:
                if state != OFF:
                    self.enter(OFF)
            elif state == OFF:
                self.enter(IDLE)
        elif state == WAIT_WATER:
            if not want:
                self.enter(IDLE)
            elif permissive and self.state_ms >= self.lead_ms and (self.enough or self.state_ms >= PATIENCE_MS):
                self.start(now_s)
        elif self.state_ms >= self.post_ms:
            self.enter(IDLE if direction != plan.NONE else OFF)
        if self.move_water:
            self.pump_on = True
        elif state <= IDLE and self.state <= IDLE:
            self.pump_on = False

    def delay(self, ms: int) -> None:
        """No start before `ms` from now (0 to 600,000), nor before the rest time is over."""
        left = self.hold_ms - self.off_ms
        self.off_ms = 0
        self.hold_ms = left if left > ms else ms

    def start(self, now_s: int) -> None:
        """Compressor on."""
        self.enter(RUN)
        self.limiter.note(now_s)
        self.starts_total += 1
        self.compressor_on = True
        self.compressor_pm = self.speed()
        self.air.start(self.reversing)
        self.run_fan_pm = self.air.fan_min_pm
        self.fan_pm = self.run_fan_pm

    def speed(self) -> int:
        """Compressor speed in pm: full for on/off, the duty down to its floor for variable."""
        if not self.variable:
            return 1000
        floor = self.cfg.compressor_min_pm
        duty = self.thermostat.duty_pm
        if duty < BEGIN_PM and self.state_ms < BEGIN_MS and not self.reversing:
            duty = BEGIN_PM
        if duty > self.cold_pm:
            duty = self.cold_pm
        return duty if duty > floor else floor

    def each_second(self) -> None:
        """How much heat (or cold), and how much air, on the inputs that were set before it."""
        direction = self.direction
        supply_ok = self.supply_ok
        supply_air_mc = self.supply_air_mc
        th = self.thermostat
        if direction == plan.NONE:
            th.reset()
        else:
            cooling = direction == plan.COOL
            if cooling != th.cooling:
                th.turn(cooling)
            th.next_s = self.next_start_s() if self.compressor_on else 0
            th.each_second(self.target_mc, self.room_mc, self.room_ok, self.compressor_pm)
        if self.state == RUN:
            speed = self.air.each_second(supply_air_mc, supply_ok)
            cap = self.quiet_cap(self.fan_cap_pm, supply_ok and supply_air_mc > HOT_AIR_MC)
            self.run_fan_pm = speed if speed < cap else cap
            if self.variable:
                self.compressor_pm = self.speed()
                self.demand_w = self.cfg.rated_w * self.compressor_pm // 1000
        elif self.state == POST_RUN and not self.thawing:
            self.fan_pm = self.air.fan_min_pm

    def tell(self, now_s: int) -> None:
        """Once a second: why it does what it does."""
        self.reason = reasons.of_room(self, now_s)

    def next_start_s(self) -> int:
        """Seconds until another start would be allowed, by the count of starts."""
        now_s = self.now_s
        wait = self.limiter.wait_s(now_s)
        gap = self.limiter.gap_s(now_s)
        return wait if wait > gap else gap

    def quiet_cap(self, cap_pm: int, hot: bool) -> int:
        """The fan's ceiling in quiet hours, raised while the air gets too hot under it."""
        if cap_pm >= 1000:
            self.over_pm = 0
            return 1000
        if hot:
            self.over_pm += 10
        elif self.over_pm:
            self.over_pm -= 1
        cap = cap_pm + self.over_pm
        if cap > 1000:
            self.over_pm = 1000 - cap_pm
            cap = 1000
        return cap

    def safe(self) -> None:
        """Everything off at once (a failed scan)."""
        if self.state > IDLE:
            self.enter(IDLE)
        self.pump_on = False
        self.reversing = False
