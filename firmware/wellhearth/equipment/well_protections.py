"""The protections of one well section: its rows of the cause-and-effect table."""

from ..control import well
from ..control.tick import Tick
from ..drivers import relay
from ..tables.bits import (
    CLOGGING,
    CURRENT_FAULT,
    DRIVE_FAULT,
    DRY_RUN,
    FLOW_DOUBT,
    FLOW_LOST,
    LEAK,
    LEAK_ALARM,
    LEVEL_FAULT,
    LIFT_METER,
    LOW_LEVEL,
    MOTOR_PROTECTION,
    NO_FLOW,
    OVER_PRESSURE,
    PRESSURE_BLIND,
    PRESSURE_FAULT,
    PUMP_DEAD,
    PUMP_WEAK,
    PUMP_WELDED,
    RETURN_METER,
    RETURN_WATER_SENSOR,
    STRAINER,
    STRAY_FLOW,
    SUPPLY_WATER_SENSOR,
    UNPROVEN,
    WELLHEAD_VACUUM,
)
from . import probe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..control.balance import Balance
    from ..tables import shapes
    from .well_section import WellSection

REST_MS = 30000
# While one of these is active nothing is learned: who learns from a sick plant is no witness.
UNSOUND = (1 << FLOW_LOST | 1 << NO_FLOW | 1 << DRY_RUN | 1 << PRESSURE_FAULT | 1 << LEAK_ALARM | 1 << LEAK
           | 1 << LIFT_METER | 1 << RETURN_METER | 1 << FLOW_DOUBT)


class WellProtections:
    """Judges the inputs of `section` (a WellSection); the rows' bits are in `section.trips`.

    `scan` runs in every scan, `each_second` at the slow rate.
    """

    def __init__(self, section: "WellSection"):
        cfg = section.cfg
        self.cfg = cfg
        self.section = section
        self.p: "shapes.Well" = section.p
        self.controller = section.controller
        self.proof = section.proof
        self.motor_current = section.motor_current
        self.capacity = section.capacity
        self.supply = section.supply
        self.back = section.back
        self.return_meter = section.return_meter
        self.pressure = section.pressure
        self.current = section.current
        self.level = section.level
        self.drive_ok = section.drive_ok
        self.motor_ok = section.motor_ok
        self.strainer_ok = section.strainer_ok
        self.pump = section.pump
        self.trips = section.trips
        self.check = self.trips.check  # bound once: binding in the scan would allocate
        # Less flow is none; and a motor that wants more than that to be cooled is not run on less.
        self.least_lph = max((cfg.min_flow_lph + 1) // 2, cfg.motor_cooling_lph)
        # The transmitter's tolerance is no vacuum: 2 % of its span, of a 4 to 20 mA one 1 % (it shows no more than 1.25 %).
        self.vacuum_kpa = cfg.vacuum_limit_kpa - self.pressure.span // (50 if cfg.pressure_signal == "v05_45" else 100)

    def scan(self, tick: Tick) -> None:
        """The rows that must act at once."""
        dt_ms = tick.dt_ms
        now_s = tick.now_s
        p = self.p
        controller = self.controller
        if self.return_meter is not None:
            check = self.check
            check(RETURN_METER, self.proof.return_bad, p.return_flow_lph > 0, dt_ms, now_s)
        if self.current is not None or self.level is not None or self.drive_ok is not None or self.motor_ok is not None:
            self.check_fitted(dt_ms, now_s)
        half = p.flow_lph < self.least_lph
        limit = self.cfg.reinjection_limit_kpa
        ok = self.section.pressure_ok
        kpa = p.reinjection_kpa
        bad = self.pump.mismatch()
        doubt = self.proof.doubt
        proving = controller.pump_on and not controller.proven  # at the start, or lost again while no compressor ran
        if controller.pump_on and ok and kpa <= limit and not (
                half or bad or doubt or self.proof.lift_bad or proving or self.trips.busy):
            return  # the usual scan: nothing to judge
        check = self.check
        check(FLOW_LOST, (half or doubt) and self.section.running, controller.proven and not doubt, dt_ms, now_s)
        check(NO_FLOW, half and controller.pump_on and controller.on_ms >= well.BLANK_MS, True, dt_ms, now_s)
        check(UNPROVEN, proving, True, dt_ms, now_s)
        check(FLOW_DOUBT, doubt, True, dt_ms, now_s)
        # A signal that left its range upwards was last seen over the limit: it still is.
        check(OVER_PRESSURE, kpa > limit, self.pressure.ok and kpa * 5 < limit * 4, dt_ms, now_s)
        if not ok:
            self.check_without_pressure(dt_ms, now_s)
        else:
            controller.flow_cap_lph = 0
            check(PRESSURE_FAULT, False, True, dt_ms, now_s)
            check(PRESSURE_BLIND, False, True, dt_ms, now_s)
        check(PUMP_WELDED, bad == relay.WELDED, True, dt_ms, now_s)
        check(PUMP_DEAD, bad == relay.DEAD, bad == relay.AGREES, dt_ms, now_s)
        # The first half minute after a stop belongs to the water column coming to rest.
        stray = p.flow_lph > 0 and not controller.pump_on and controller.state_ms >= REST_MS
        check(STRAY_FLOW, stray, p.flow_lph == 0, dt_ms, now_s)
        # A rested pump says nothing of its meter: the row clears when the meter counts again.
        check(LIFT_METER, self.proof.lift_bad, p.lift_flow_lph * 2 >= self.cfg.min_flow_lph, dt_ms, now_s)

    def check_without_pressure(self, dt_ms: int, now_s: int) -> None:
        """A lost pressure transmitter: the flow is capped where the ground is known to take it, and
        the pump stops where that is not known, or not true any more."""
        proof = self.proof
        controller = self.controller
        cap = proof.safe_lph(self.cfg.reinjection_limit_kpa)
        known = cap >= self.cfg.min_flow_lph
        astray = controller.state == well.RUN and proof.weak(self.p.flow_lph, controller.pump_speed_pm)
        self.check(PRESSURE_FAULT, True, False, dt_ms, now_s)
        self.check(PRESSURE_BLIND, not known or astray or controller.fixed, False, dt_ms, now_s)
        controller.flow_cap_lph = cap

    def check_leaks(self, book: "Balance", now_s: int) -> None:
        """100 % reinjection: once a second, volumes that two meters count while the flow is proven are compared."""
        proof = self.proof
        book.each_second(self.controller.proven and not (proof.lift_bad or proof.return_bad or proof.doubt))
        self.check(LEAK_ALARM, book.differs, True, 1000, now_s)
        self.check(LEAK, book.leak, True, 1000, now_s)
        book.differs = False
        book.leak = False

    def check_fitted(self, dt_ms: int, now_s: int) -> None:
        """Inputs that not every well has: motor current, level, fault contacts of drive and motor protection."""
        p = self.p
        controller = self.controller
        check = self.check
        if self.current is not None:
            ok = self.current.ok
            check(CURRENT_FAULT, not ok, ok, dt_ms, now_s)
            runs = controller.pump_on and controller.on_ms >= 2000
            dry = ok and runs and self.motor_current.dry(p.current_ma, controller.pump_speed_pm)
            check(DRY_RUN, dry, True, dt_ms, now_s)
        if self.level is not None:
            ok = self.level.ok
            check(LEVEL_FAULT, not ok, ok, dt_ms, now_s)
            least = self.cfg.level_min_kpa
            check(LOW_LEVEL, ok and p.level_kpa * 2 < least, ok and p.level_kpa > least, dt_ms, now_s)
        if self.drive_ok is not None:
            ok = self.drive_ok.get()
            check(DRIVE_FAULT, not ok, ok, dt_ms, now_s)
        if self.motor_ok is not None:
            ok = self.motor_ok.get()
            check(MOTOR_PROTECTION, not ok, ok, dt_ms, now_s)

    def each_second(self, now_s: int) -> None:
        """The rows that need no haste."""
        p = self.p
        controller = self.controller
        check = self.check
        reference = p.capacity_ref_lph_bar
        check(CLOGGING, self.capacity.low(reference), self.capacity.good(reference), 1000, now_s)
        if controller.pump_on:  # standing water says nothing of a strainer, a hanging column draws no air in
            if self.strainer_ok is not None:
                ok = self.strainer_ok.get()
                check(STRAINER, not ok, ok, 1000, now_s)
            if self.section.pressure_ok:
                over = p.reinjection_kpa - self.vacuum_kpa
                check(WELLHEAD_VACUUM, over < 0, over > 5, 1000, now_s)
        if controller.state == well.RUN:
            speed_pm = controller.pump_speed_pm
            check(PUMP_WEAK, self.proof.weak(p.flow_lph, speed_pm), self.proof.strong(p.flow_lph, speed_pm), 1000, now_s)
        if now_s >= probe.GRACE_S:
            ok = self.supply.chip.ok
            check(SUPPLY_WATER_SENSOR, not ok, ok, 1000, now_s)
            ok = self.back.chip.ok
            check(RETURN_WATER_SENSOR, not ok, ok, 1000, now_s)
