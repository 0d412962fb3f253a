"""The controller of a well section: pump sequence and flow control of one single-well circulation source.

Speed limits are those of submersible motors (Franklin Electric AIM manual): never below
30 Hz, 30 Hz passed within 1 s of switching on, stop from 30 Hz.
"""

from . import overrides, ramp, starts
from .overrides import LIMIT_NONE
from .tick import Tick

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .given import WellSettings

OFF = 0
PROVE = 1  # pump runs, flow not proven yet
RUN = 2  # flow proven, heat pumps have their permissive
POST_RUN = 3  # no demand any more, water still moves
RAMP_DOWN = 4  # to 30 Hz, then off
STATES = ("off", "prove", "run", "post_run", "ramp_down")

PROVE_MS = 2000  # flow must stand this long before it counts as proven
LOSE_MS = 2500  # and be missing this long; the flow_lost protection (2 s) comes first
BLANK_MS = 10000  # after pump start, before missing flow counts
SETTLE_S = 180  # heat pumps need this long to show their temperature difference
LONG_MS = 1 << 29


def flow_for(demand_w: int, lph_per_kw: int) -> int:
    """Source flow in L/h for a demand; 134 L/h per kW of heating by T/BAEE019-2023.

    demand_w: 0 to 1,000,000 W. lph_per_kw: 50 to 500 L/(h kW).
    """
    return demand_w * lph_per_kw // 1000


class WellController(overrides.Overrides):
    """Pump sequence, flow PI and its overrides. `scan` runs at the fast rate, `each_second` at the slow one.

    cfg: the well section of config.py. step_ms: scan period. Outputs are attributes: pump_on, pump_speed_pm,
    flow_setpoint_lph, permissive, state, limiter. So are the inputs of a scan: demand_lph (flow asked for, 0 to 500,000
    L/h), flow_lph (0 to 100,000), reinjection_kpa (-100 to 10,000), pump_bar (a protection holds the pump off),
    heat_pumps_on (at least one compressor runs), move_water (freeze risk), and those that rarely change: awaited
    (somebody is switched on and will ask again), flow_cap_lph (0 =
    none; the fallback of a lost pressure transmitter), speed_cap_pm (quiet hours), level_kpa (water over the pump, -1 = not
    known), urgent (heat or frost: the daily count of starts, a matter of the motor's life, gives way), test_pm (a speed to
    run at so that a doubted meter can prove itself, 0 = none).
    """

    def __init__(self, cfg: "WellSettings", step_ms: int):
        overrides.Overrides.__init__(self, cfg, step_ms)
        self.fixed = cfg.pump_drive == "fixed"
        self.demand_lph = 0
        self.flow_lph = 0
        self.reinjection_kpa = 0
        self.pump_bar = False
        self.heat_pumps_on = False
        self.move_water = False
        self.awaited = True
        self.flow_cap_lph = 0
        self.test_pm = 0
        self.setpoint = ramp.Ramp(cfg.flow_ramp_lph_s)
        self.speed = ramp.Ramp(cfg.pump_ramp_pm_s)
        self.limiter_day = starts.StartLimiter(cfg.pump_starts_per_day, 86400)
        self.share = starts.StartShare(cfg.pump_starts_goal, 86400)
        self.hold_ms = cfg.pump_min_off_s * 1000  # after a reset too: what ran before is not known
        self.state = OFF
        self.state_ms = 0
        self.on_ms = 0
        self.proof_ms = 0
        self.lack_ms = 0
        self.pump_on = False
        self.pump_speed_pm = 0
        self.flow_setpoint_lph = 0
        self.permissive = False
        self.proven = False
        self.enough = False  # the flow covers what is asked for, one more unit may start
        self.starts_total = 0
        self.urgent = False
        self.passed = 0  # starts beyond the daily count

    def enter(self, state: int) -> None:
        """Change state."""
        self.state = state
        self.state_ms = 0

    def start(self, now_s: int) -> None:
        """Pump on, straight to 30 Hz."""
        self.enter(PROVE)
        if self.limiter_day.wait_s(now_s):
            self.passed += 1
        self.limiter_day.note(now_s)
        self.share.note(now_s)
        self.starts_total += 1
        self.pump_on = True
        self.on_ms = 0
        self.proof_ms = 0
        speed = 1000 if self.fixed else self.floor_pm
        self.speed.set(speed)
        self.pump_speed_pm = speed
        self.setpoint.set(self.cfg.min_flow_lph)
        self.flow_setpoint_lph = self.cfg.min_flow_lph
        self.flow_pi.preset(self.floor_pm)

    def stop(self) -> None:
        """Pump off at once."""
        self.enter(OFF)
        self.hold_ms = self.cfg.pump_min_off_s * 1000
        self.pump_on = False
        self.pump_speed_pm = 0
        self.flow_setpoint_lph = 0
        self.permissive = False
        self.proven = False
        self.enough = False
        self.proof_ms = 0
        self.lack_ms = 0
        self.limiter = LIMIT_NONE

    def prove(self, flow_lph: int, dt_ms: int) -> None:
        """Flow proving: 75 % of the minimum for PROVE_MS proves it, below 50 % for LOSE_MS loses it."""
        if flow_lph * 4 >= self.cfg.min_flow_lph * 3:
            self.lack_ms = 0
            if self.proof_ms < PROVE_MS:
                self.proof_ms += dt_ms
            else:
                self.proven = True
        elif flow_lph * 2 < self.cfg.min_flow_lph:
            self.proof_ms = 0
            if self.lack_ms < LOSE_MS:
                self.lack_ms += dt_ms
            else:
                self.proven = False
        elif self.proof_ms >= dt_ms:
            # Between the two: bursts of a slow wheel must not add up to a proof.
            self.proof_ms -= dt_ms

    def scan(self, tick: Tick) -> None:
        """One scan, on the inputs that were set before it."""
        dt_ms = tick.dt_ms
        now_s = tick.now_s
        if self.state_ms < LONG_MS:
            self.state_ms += dt_ms
        if self.pump_bar:
            if self.state != OFF:
                self.stop()
            return
        state = self.state
        want = self.demand_lph > 0 or self.heat_pumps_on or self.move_water
        if state == OFF:
            if (want and self.state_ms >= self.hold_ms
                    and (self.urgent or self.limiter_day.wait_s(now_s) == 0)):
                self.start(now_s)
            return
        if self.on_ms < LONG_MS:
            self.on_ms += dt_ms
        self.prove(self.flow_lph, dt_ms)
        self.permissive = self.proven and state != RAMP_DOWN
        if state == PROVE:
            if self.proven:
                self.enter(RUN)
        elif state == RUN:
            if not want:
                self.enter(POST_RUN)
        elif state == POST_RUN:
            if want:
                self.enter(RUN)
            elif self.may_stop(now_s):
                self.permissive = False
                self.enter(RAMP_DOWN)
        elif want:  # RAMP_DOWN, and the demand is back: the pump never stopped
            self.enter(PROVE)
        self.drive(self.demand_lph, dt_ms)

    def may_stop(self, now_s: int) -> bool:
        """Post-run and minimum on time are over, and goal and limit of the day have a start left to come back with."""
        cfg = self.cfg
        if self.awaited and not self.share.left(now_s):
            return False
        return (self.state_ms >= cfg.postrun_s * 1000 and self.on_ms >= cfg.pump_min_on_s * 1000
                and self.limiter_day.wait_s(now_s) == 0)

    def drive(self, target: int, dt_ms: int) -> None:
        """Flow setpoint and pump speed of one scan: the lowest of the PI and its overrides."""
        floor = self.floor_pm
        if self.state == RAMP_DOWN:
            speed = self.speed.update(floor, dt_ms)
            self.pump_speed_pm = speed
            if speed <= floor or self.fixed:
                self.stop()
            return
        cfg = self.cfg
        flow_lph = self.flow_lph
        cap = self.flow_cap_lph
        target = min(target, cfg.max_flow_lph)
        if cap and target > cap:
            target = cap
        if target < cfg.min_flow_lph:
            target = cfg.min_flow_lph
        if self.fixed:
            # A relay knows one speed: the setpoint shows what is asked for, the pump gives what it gives.
            self.flow_setpoint_lph = target
            self.enough = flow_lph * 10 >= target * 9
            return
        sp = self.setpoint.update(target, dt_ms)
        # Speed leads with the setpoint: a PI alone lags behind every ramp.
        self.flow_pi.shift((sp - self.flow_setpoint_lph) * cfg.flow_ff_pm_m3h)
        self.flow_setpoint_lph = sp
        self.enough = flow_lph * 10 >= target * 9
        if self.test_pm:
            want_pm = self.test_pm
            self.flow_pi.track(want_pm)
        elif self.state == PROVE:
            # Hold 30 Hz until water is proven: an empty pipe must not wind the speed up. A pump
            # whose floor does not reach the minimum flow is helped after the blanking time.
            want_pm = floor if self.on_ms < BLANK_MS else self.flow_pi.update(sp - flow_lph)
        else:
            want_pm = self.flow_pi.update(sp - flow_lph)
        self.pump_speed_pm = self.speed.update(self.select(want_pm, self.reinjection_kpa), dt_ms)

    def each_second(self, supply_mc: int, return_mc: int, both_ok: bool, heat_pumps_on: bool) -> None:
        """Once a second: the return temperature override.

        Water that comes back nearly as warm as it left was lifted for nothing, and a fast
        well short-circuits. When supply and return differ by less than the configured minimum
        after the heat pumps have settled, the speed comes down, never below the minimum flow's floor.
        """
        min_mk = self.cfg.min_difference_mk
        if min_mk == 0 or not both_ok or not heat_pumps_on or self.state_ms < SETTLE_S * 1000:
            self.return_pi.preset(1000)
            self.return_cap_pm = 1000
            return
        self.return_cap_pm = self.return_pi.update(abs(supply_mc - return_mc) - min_mk)

    def safe(self) -> None:
        """Everything off at once (a failed scan)."""
        if self.state != OFF:
            self.stop()
