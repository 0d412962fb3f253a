"""One well section's side of a node: its sensors, protections, loop, meters and outputs."""

from ..control import balance, capacity, flowproof, motor, starts, trips, well
from ..drivers import flow, relay, speed, transmitter
from ..metering import meters
from ..storage import events
from ..tables import kinds, points
from ..tables.causes import (
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
from . import probe, trip_set

REST_MS = 30000
FROZEN_S = 86400  # ground water may hold one value for hours, never for a day
NOT_FITTED = -1
VACUUM_KPA = -100  # less there is nowhere
# While one of these is active nothing is learned: who learns from a sick plant is no witness.
UNSOUND = (1 << FLOW_LOST | 1 << NO_FLOW | 1 << DRY_RUN | 1 << PRESSURE_FAULT | 1 << LEAK_ALARM | 1 << LEAK
           | 1 << LIFT_METER | 1 << RETURN_METER | 1 << FLOW_DOUBT)
DEAF_MS = 10000  # a pressure that stood still for so long is no witness
DEAD_MS = 3_600_000  # and for so long no signal
ODD_S = 60


class WellSide:
    """Everything between the board's terminals of one well section and its loop.

    number: "" for the only (or lower) section, "2" for the upper one of a stacked well.
    """

    def __init__(self, cfg, board, ring, period_ms: int, number: str = ""):
        self.cfg = cfg
        self.ring = ring
        kind = kinds.WELL2 if number else kinds.WELL
        where = kind.where
        self.where = where
        p = points.new_block(kind)
        self.p = p
        self.supply = probe.Probe(cfg.supply_rom, p, "supply", ring, where, 0, FROZEN_S)
        self.back = probe.Probe(cfg.return_rom, p, "return", ring, where, 1, FROZEN_S)
        self.lift_meter = flow.FlowMeter(board.pulse_in("lift" + number), cfg.pulses_per_m3, period_ms)
        self.return_meter = None
        self.balance = None
        if cfg.return_pulses_per_m3:
            self.return_meter = flow.FlowMeter(board.pulse_in("return" + number), cfg.return_pulses_per_m3, period_ms)
            self.balance = balance.Balance(cfg.pulses_per_m3, cfg.return_pulses_per_m3)
        signal = transmitter.V05_45 if cfg.pressure_signal == "v05_45" else transmitter.MA4_20
        self.pressure = transmitter.Transmitter(
            board.analog_in("reinjection" + number), cfg.pressure_range_kpa, signal, cfg.pressure_shunt_ohm,
            cfg.pressure_zero_kpa)
        # The transmitter's tolerance is no vacuum: 2 % of its span, of a 4 to 20 mA one 1 % (it shows no more than 1.25 %).
        self.vacuum_kpa = cfg.vacuum_limit_kpa - self.pressure.span // (100 if signal else 50)
        self.current = fitted(board, "current" + number, cfg.current_range_ma)
        self.level = fitted(board, "level" + number, cfg.level_range_kpa)
        self.drive_ok = board.digital_in("well%s_drive_ok" % number) if cfg.drive_fault_input else None
        self.motor_ok = board.digital_in("well%s_motor_ok" % number) if cfg.motor_protection_input else None
        self.strainer_ok = board.digital_in("well%s_strainer_ok" % number) if cfg.strainer_input else None
        # Less flow is none; and a motor that wants more than that to be cooled is not run on less.
        self.least_lph = max((cfg.min_flow_lph + 1) // 2, cfg.motor_cooling_lph)
        self.pump = relay.Relay(board.digital_out("well_pump" + number), board.digital_in("well_pump" + number))
        self.drive = speed.SpeedOutput(board.analog_out("well_pump%s_speed" % number))
        self.trips = trip_set.TripSet(trips.WELL, ring, where, p)
        self.check = self.trips.check  # bound once: binding in the scan would allocate
        self.loop = well.WellLoop(cfg, period_ms)
        self.proof = flowproof.FlowProof(
            cfg.min_flow_lph, cfg.return_pulses_per_m3 > 0, cfg.flow_ff_pm_m3h, cfg.pump_drive == "fixed")
        self.deaf = DEAF_MS // period_ms
        self.dead = DEAD_MS // period_ms
        self.odd_s = 0
        self.pressure_ok = False
        self.witness = False
        self.motor = motor.MotorCurrent(cfg.dry_run_percent)
        self.capacity = capacity.Capacity()
        self.lifted = meters.WaterMeter(cfg.pulses_per_m3)
        self.returned = meters.WaterMeter(cfg.return_pulses_per_m3 or 1000)
        self.heat = meters.HeatMeter()
        self.sink = meters.HeatMeter()
        self.run = meters.TwoWord(3600)
        self.reference = 0
        self.passed = 0
        self.gate = starts.StartGate()
        self.permissive = False
        self.compressor_on = False

    def sensors(self):
        """Probes on the 1-Wire bus."""
        return [self.supply, self.back]

    def read(self, now_us: int) -> None:
        """Flow, pressure, and what else is fitted."""
        p = self.p
        loop = self.loop
        lift = self.lift_meter.step(now_us)
        p.lift_flow_lph = lift
        back = 0
        if self.return_meter is not None:
            back = self.return_meter.step(now_us)
            p.return_flow_lph = back
        kpa = self.pressure.step()
        if kpa < VACUUM_KPA:
            kpa = VACUUM_KPA
        p.reinjection_kpa = kpa
        same = self.pressure.same
        if same and not loop.pump_on:
            self.pressure.same = same = 0  # a rested well may well stand still
        ok = self.pressure.ok and same < self.dead
        p.reinjection_ok = 1 if ok else 0
        self.witness = witness = ok and same < self.deaf
        self.pressure_ok = ok and self.odd_s < ODD_S
        p.flow_lph = self.proof.step(lift, back, kpa, witness, loop.pump_on, loop.pump_speed_pm)
        loop.test_pm = self.proof.test_pm
        if self.current is not None:
            p.current_ma = self.current.step()
        if self.level is not None:
            p.level_kpa = self.level.step()
            loop.level_kpa = p.level_kpa if self.level.ok else NOT_FITTED

    def protect(self, dt_ms: int, now_s: int) -> None:
        """The rows that must act at once."""
        p = self.p
        loop = self.loop
        if self.return_meter is not None:
            check = self.check
            check(RETURN_METER, self.proof.return_bad, p.return_flow_lph > 0, dt_ms, now_s)
        if self.current is not None or self.level is not None or self.drive_ok is not None or self.motor_ok is not None:
            self.extras(dt_ms, now_s)
        half = p.flow_lph < self.least_lph
        limit = self.cfg.reinjection_limit_kpa
        ok = self.pressure_ok
        kpa = p.reinjection_kpa
        bad = self.pump.mismatch()
        doubt = self.proof.doubt
        proving = loop.pump_on and not loop.proven  # at the start, or lost again while no compressor ran
        if loop.pump_on and ok and kpa <= limit and not (
                half or bad or doubt or self.proof.lift_bad or proving or self.trips.busy):
            return  # the usual scan: nothing to judge
        check = self.check
        check(FLOW_LOST, (half or doubt) and self.compressor_on, loop.proven and not doubt, dt_ms, now_s)
        check(NO_FLOW, half and loop.pump_on and loop.on_ms >= well.BLANK_MS, True, dt_ms, now_s)
        check(UNPROVEN, proving, True, dt_ms, now_s)
        check(FLOW_DOUBT, doubt, True, dt_ms, now_s)
        # A signal that left its range upwards was last seen over the limit: it still is.
        check(OVER_PRESSURE, kpa > limit, self.pressure.ok and kpa * 5 < limit * 4, dt_ms, now_s)
        if not ok:
            self.blind(dt_ms, now_s)
        else:
            loop.flow_cap_lph = 0
            check(PRESSURE_FAULT, False, True, dt_ms, now_s)
            check(PRESSURE_BLIND, False, True, dt_ms, now_s)
        check(PUMP_WELDED, bad == relay.WELDED, True, dt_ms, now_s)
        check(PUMP_DEAD, bad == relay.DEAD, bad == relay.AGREES, dt_ms, now_s)
        # The first half minute after a stop belongs to the water column coming to rest.
        stray = p.flow_lph > 0 and not loop.pump_on and loop.state_ms >= REST_MS
        check(STRAY_FLOW, stray, p.flow_lph == 0, dt_ms, now_s)
        # A rested pump says nothing of its meter: the row clears when the meter counts again.
        check(LIFT_METER, self.proof.lift_bad, p.lift_flow_lph * 2 >= self.cfg.min_flow_lph, dt_ms, now_s)

    def blind(self, dt_ms: int, now_s: int) -> None:
        """A lost pressure transmitter: the flow is capped where the ground is known to take it, and
        the pump stops where that is not known, or not true any more."""
        proof = self.proof
        loop = self.loop
        cap = proof.safe_lph(self.cfg.reinjection_limit_kpa)
        known = cap >= self.cfg.min_flow_lph
        astray = loop.state == well.RUN and proof.weak(self.p.flow_lph, loop.pump_speed_pm)
        self.check(PRESSURE_FAULT, True, False, dt_ms, now_s)
        self.check(PRESSURE_BLIND, not known or astray or loop.fixed, False, dt_ms, now_s)
        loop.flow_cap_lph = cap

    def leaks(self, book, now_s: int) -> None:
        """100 % reinjection: once a second, volumes that two meters count while the flow is proven are compared."""
        proof = self.proof
        book.second(self.loop.proven and not (proof.lift_bad or proof.return_bad or proof.doubt))
        self.check(LEAK_ALARM, book.differs, True, 1000, now_s)
        self.check(LEAK, book.leak, True, 1000, now_s)
        book.differs = False
        book.leak = False

    def extras(self, dt_ms: int, now_s: int) -> None:
        """Inputs that not every well has: motor current, level, fault contacts of drive and motor protection."""
        p = self.p
        loop = self.loop
        check = self.check
        if self.current is not None:
            ok = self.current.ok
            check(CURRENT_FAULT, not ok, ok, dt_ms, now_s)
            dry = ok and loop.pump_on and loop.on_ms >= 2000 and self.motor.dry(p.current_ma, loop.pump_speed_pm)
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

    def available(self) -> bool:
        """Nothing keeps the pump from running."""
        return not self.trips.bits & self.trips.pump_off

    def control(self, demand_lph: int, demand_w: int, running: bool, move: bool, dt_ms: int, now_s: int) -> None:
        """Pump and permissive."""
        p = self.p
        ts = self.trips
        bits = ts.bits
        self.compressor_on = running
        loop = self.loop
        loop.control(demand_lph, p.flow_lph, p.reinjection_kpa, bits & ts.pump_off != 0, running,
                     move or bits & ts.move_water != 0, dt_ms, now_s)
        self.permissive = loop.permissive and not bits & ts.compressor_off
        p.demand_w = demand_w

    def slow(self, running: bool, quiet: bool, now_s: int) -> None:
        """Once a second: sensors, the return temperature override, learning, and the slow rows."""
        p = self.p
        loop = self.loop
        self.supply.second(now_s)
        self.back.second(now_s)
        loop.speed_cap_pm = self.cfg.quiet_pump_pm if quiet else 1000
        loop.slow(p.supply_mc, p.return_mc, self.supply.chip.ok and self.back.chip.ok, running)
        on = loop.pump_on
        proof = self.proof
        limited = loop.limiter != well.LIMIT_NONE or self.trips.bits & UNSOUND != 0
        # What a welded contactor lets through is no stray flow.
        rested = 0 if on or self.pump.mismatch() else loop.state_ms // 1000
        proof.second(p.lift_flow_lph, p.reinjection_kpa, self.witness, on, rested, loop.pump_speed_pm, limited)
        if on:
            self.odd_s = min(self.odd_s + 1, ODD_S) if proof.odd else 0
        if self.balance is not None:
            self.leaks(self.balance, now_s)
        healthy = loop.proven and not self.trips.bits
        if self.current is not None:
            self.motor.second(p.current_ma, loop.pump_speed_pm, healthy and self.current.ok)
        if loop.proven and self.witness and self.pressure_ok and not (proof.lift_bad or proof.doubt):
            self.follow()
        self.slow_rows(now_s)

    def follow(self) -> None:
        """Reinjection capacity against its commissioning value."""
        p = self.p
        old = p.capacity_ref_lph_bar
        proof = self.proof
        base = proof.rest_kpa
        if proof.flat_lph and proof.zero_kpa < base:
            base = proof.zero_kpa  # a deep level: the first flow showed no pressure
        new = self.capacity.second(p.flow_lph, p.reinjection_kpa - base, old)
        if self.reference and not old:
            proof.forget()  # the well was cleaned, a pump or a meter changed: everything is learned anew
            if self.balance is not None:
                self.balance.forget()
        self.reference = new
        if new != old:
            p.capacity_ref_lph_bar = new
            p.changed = True
        p.capacity_lph_bar = self.capacity.lph_bar
        p.capacity_percent = self.capacity.percent(new)

    def slow_rows(self, now_s: int) -> None:
        """Rows that need no haste."""
        p = self.p
        loop = self.loop
        check = self.check
        reference = p.capacity_ref_lph_bar
        check(CLOGGING, self.capacity.low(reference), self.capacity.good(reference), 1000, now_s)
        if loop.pump_on:  # standing water says nothing of a strainer, and a column that hangs draws no air into the ground
            if self.strainer_ok is not None:
                ok = self.strainer_ok.get()
                check(STRAINER, not ok, ok, 1000, now_s)
            if self.pressure_ok:
                over = p.reinjection_kpa - self.vacuum_kpa
                check(WELLHEAD_VACUUM, over < 0, over > 5, 1000, now_s)
        if loop.state == well.RUN:
            speed_pm = loop.pump_speed_pm
            check(PUMP_WEAK, self.proof.weak(p.flow_lph, speed_pm), self.proof.strong(p.flow_lph, speed_pm), 1000, now_s)
        if now_s >= probe.GRACE_S:
            ok = self.supply.chip.ok
            check(SUPPLY_WATER_SENSOR, not ok, ok, 1000, now_s)
            ok = self.back.chip.ok
            check(RETURN_WATER_SENSOR, not ok, ok, 1000, now_s)

    def meter(self) -> None:
        """Every scan: water."""
        n = self.lift_meter.new_pulses
        book = self.balance
        if n:
            self.lifted.add(n)
            if book is not None:
                book.lift_n += n
        meter = self.return_meter
        if meter is not None and book is not None and meter.new_pulses:
            self.returned.add(meter.new_pulses)
            book.back_n += meter.new_pulses

    def meter_second(self) -> None:
        """Once a second: heat, run time, and the meters' points."""
        p = self.p
        if self.loop.pump_on:
            self.run.add(1)
        both = self.supply.chip.ok and self.back.chip.ok
        p.source_w = meters.heat_w(p.flow_lph, clip_mk(p.supply_mc - p.return_mc)) if both else 0
        self.heat.second(p.source_w)
        self.sink.second(-p.source_w)
        p.run_s = self.run.low
        p.run_h = self.run.high
        p.circulated_l = self.lifted.water.low
        p.circulated_m3 = self.lifted.water.high
        p.returned_l = self.returned.water.low
        p.returned_m3 = self.returned.water.high
        p.source_wh = self.heat.energy.low
        p.source_mwh = self.heat.energy.high
        p.sink_wh = self.sink.energy.low
        p.sink_mwh = self.sink.energy.high

    def write(self, now_s: int) -> None:
        """Pump relay and drive."""
        p = self.p
        loop = self.loop
        if loop.pump_on == self.pump.on:
            self.gate.posted = False
        elif self.gate.passes(loop.pump_on):
            self.pump.command(loop.pump_on)
            p.pump_on = 1 if loop.pump_on else 0
            p.starts = loop.starts_total
            self.ring.put(now_s, events.PUMP_START if loop.pump_on else events.PUMP_STOP, self.where, 0)
            if loop.passed != self.passed:
                self.passed = loop.passed
                self.ring.put(now_s, events.COUNT_PASSED, self.where, loop.passed)
        self.drive.command(loop.pump_speed_pm)
        p.pump_speed_pm = loop.pump_speed_pm
        p.flow_setpoint_lph = loop.flow_setpoint_lph
        p.state = loop.state
        p.limiter = loop.limiter
        p.permissive = 1 if self.permissive else 0

    def safe(self) -> None:
        """Pump off."""
        self.loop.safe()
        self.permissive = False
        self.pump.command(False)
        self.drive.safe()
        self.p.pump_on = 0
        self.p.pump_speed_pm = 0


def fitted(board, name: str, span: int):
    """A 4 to 20 mA transmitter over the usual 150 ohm, or None when the config says that none is fitted."""
    return transmitter.Transmitter(board.analog_in(name), span, transmitter.MA4_20, 150) if span else None


def clip_mk(difference_mk: int) -> int:
    """Temperature difference inside what the heat meter takes, +-50 K."""
    return min(50000, max(-50000, difference_mk))
