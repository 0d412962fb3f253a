"""One well section of a node: its sensors, controller, meters and outputs. Its protections stand in well_protections.py."""

from ..control import capacity, flowproof, overrides, starts, trips, well
from ..control.tick import Tick
from ..drivers import flow, relay, speed, transmitter
from ..metering import meters, water, zero
from ..storage import events
from ..tables import kinds, points
from . import probe, trip_set, well_protections
from .probe import less_zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..hardware import Board
    from ..storage.events import EventRing
    from ..tables import sections, shapes

FROZEN_S = 86400  # ground water may hold one value for hours, never for a day
NOT_FITTED = -1
VACUUM_KPA = -100  # less there is nowhere
STALE_MS = 10000  # a pressure that stood still for so long is no witness
DEAD_MS = 3_600_000  # and for so long no signal
ODD_S = 60


class WellSection:
    """One well section, from the board's terminals to its controller.

    number: "" for the only (or lower) section, "2" for the upper one of a stacked well.
    """

    def __init__(self, cfg: "sections.Well2", board: "Board", ring: "EventRing", period_ms: int, number: str = ""):
        self.cfg = cfg
        self.number = number
        self.ring = ring
        kind = kinds.WELL2 if number else kinds.WELL
        where = self.where = kind.where
        p: "shapes.Well" = points.new_block(kind)
        self.p = p
        self.supply = probe.Probe(cfg.supply_rom, p, "supply", ring, where, 0, FROZEN_S)
        self.back = probe.Probe(cfg.return_rom, p, "return", ring, where, 1, FROZEN_S)
        self.fit_inputs(board, number, period_ms)
        self.pump = relay.Relay(board.digital_out("well_pump" + number), board.digital_in("well_pump" + number))
        self.drive = speed.SpeedOutput(board.analog_out("well_pump%s_speed" % number))
        self.trips = trip_set.TripSet(trips.WELL, ring, where, p)
        self.controller = well.WellController(cfg, period_ms)
        self.proof = flowproof.FlowProof(
            cfg.min_flow_lph, cfg.return_pulses_per_m3 > 0, cfg.flow_ff_pm_m3h, cfg.pump_drive == "fixed")
        self.stale = STALE_MS // period_ms
        self.dead = DEAD_MS // period_ms
        self.odd_s = 0
        self.pressure_ok = False
        self.witness = False
        self.capacity = capacity.Capacity()
        self.lifted = meters.WaterMeter(cfg.pulses_per_m3)
        self.returned = meters.WaterMeter(cfg.return_pulses_per_m3 or 1000)
        self.heat, self.sink, self.run = meters.HeatMeter(), meters.HeatMeter(), meters.TwoWord(3600)
        self.zero = zero.PairZero(cfg.supply_rom, cfg.supply_trim_mk).belongs(cfg.return_rom, cfg.return_trim_mk)
        self.metered = False
        self.reference = self.passed = 0
        self.gate = starts.StartGate()
        self.permissive = False
        self.demand_lph = 0  # these four the source hands over before `control`
        self.demand_w = 0
        self.running = False  # a heat pump that this section serves runs
        self.move_water = False
        self.protections = well_protections.WellProtections(self)
        self.protect = self.protections.scan  # bound once: binding in the scan would allocate

    def fit_inputs(self, board: "Board", number: str, period_ms: int) -> None:
        """Meters, transmitters and contacts: those that the config says are fitted, and what judges them."""
        cfg = self.cfg
        self.lift_meter = flow.FlowMeter(board.pulse_in("lift" + number), cfg.pulses_per_m3, period_ms)
        self.return_meter = None
        self.balance = None
        if cfg.return_pulses_per_m3:
            self.return_meter = flow.FlowMeter(board.pulse_in("return" + number), cfg.return_pulses_per_m3, period_ms)
            from ..control import balance
            self.balance = balance.Balance(cfg.pulses_per_m3, cfg.return_pulses_per_m3)
        signal = transmitter.V05_45 if cfg.pressure_signal == "v05_45" else transmitter.MA4_20
        self.pressure = transmitter.Transmitter(
            board.analog_in("reinjection" + number), cfg.pressure_range_kpa, signal, cfg.pressure_shunt_ohm,
            cfg.pressure_zero_kpa)
        self.current = fitted(board, "current" + number, cfg.current_range_ma)
        self.motor_current: "Any" = None
        if self.current is not None:
            from ..control import motor
            self.motor_current = motor.MotorCurrent(cfg.dry_run_percent)
        self.level = fitted(board, "level" + number, cfg.level_range_kpa)
        self.drive_ok = board.digital_in("well%s_drive_ok" % number) if cfg.drive_fault_input else None
        self.motor_ok = board.digital_in("well%s_motor_ok" % number) if cfg.motor_protection_input else None
        self.strainer_ok = board.digital_in("well%s_strainer_ok" % number) if cfg.strainer_input else None

    def sensors(self):
        """Probes on the 1-Wire bus."""
        return [self.supply, self.back]

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps: meters, and what was learned."""
        name = self.p.name
        totals[name + ".circulated"] = self.lifted.water
        totals[name + ".returned"] = self.returned.water
        totals[name + ".source"] = self.heat.energy
        totals[name + ".sink"] = self.sink.energy
        totals[name + ".run"] = self.run
        learned[name + ".flow"] = self.proof
        learned[name + ".capacity"] = self.capacity
        learned[name + ".zero"] = self.zero
        if self.motor_current is not None:
            learned[name + ".current"] = self.motor_current
        if self.balance is not None:
            learned[name + ".balance"] = self.balance

    def motor(self):
        """(gate, limiter, name in the ledger) of the motor whose starts are counted."""
        return self.gate, self.controller.limiter_day, self.p.name + ".pump"

    def outputs(self):
        """What service mode may force; see service.Service."""
        ts = self.trips
        speed_of = "well_pump%s_speed" % self.number
        return {speed_of: (True, self.drive, ts, ts.pump_off),
                "well_pump" + self.number: (False, self.pump, ts, ts.pump_off)}

    def read(self, now_us: int) -> None:
        """Flow, pressure, and what else is fitted."""
        p = self.p
        controller = self.controller
        lift = self.lift_meter.scan(now_us)
        p.lift_flow_lph = lift
        back = 0
        if self.return_meter is not None:
            p.return_flow_lph = back = self.return_meter.scan(now_us)
        p.reinjection_kpa = kpa = max(self.pressure.scan(), VACUUM_KPA)
        same = self.pressure.same
        if same and not controller.pump_on:
            self.pressure.same = same = 0  # a rested well may well stand still
        ok = self.pressure.ok and same < self.dead
        p.reinjection_ok = 1 if ok else 0
        self.witness = witness = ok and same < self.stale
        self.pressure_ok = ok and self.odd_s < ODD_S
        proof = self.proof
        proof.lift_lph = lift
        proof.return_lph = back
        proof.kpa = kpa
        proof.kpa_ok = witness
        proof.pump_on = controller.pump_on
        proof.speed_pm = controller.pump_speed_pm
        p.flow_lph = proof.scan()
        controller.test_pm = proof.test_pm
        if self.current is not None:
            p.current_ma = self.current.scan()
        if self.level is not None:
            p.level_kpa = self.level.scan()
            controller.level_kpa = p.level_kpa if self.level.ok else NOT_FITTED

    def available(self) -> bool:
        """No protection holds the pump off."""
        return not self.trips.bits & self.trips.pump_off

    def control(self, tick: Tick) -> None:
        """Pump and permissive."""
        p = self.p
        ts = self.trips
        bits = ts.bits
        controller = self.controller
        controller.demand_lph = self.demand_lph
        controller.flow_lph = p.flow_lph
        controller.reinjection_kpa = p.reinjection_kpa
        controller.pump_bar = bits & ts.pump_off != 0
        controller.heat_pumps_on = self.running
        controller.move_water = self.move_water or bits & ts.move_water != 0
        controller.scan(tick)
        self.permissive = controller.permissive and not bits & ts.compressor_off
        p.demand_w = self.demand_w

    def each_second(self, tick: Tick) -> None:
        """Sensors, the return temperature override, learning, and the slow rows."""
        p = self.p
        now_s = tick.now_s
        controller = self.controller
        self.supply.each_second(now_s)
        self.back.each_second(now_s)
        controller.speed_cap_pm = self.cfg.quiet_pump_pm if tick.quiet else 1000
        controller.each_second(p.supply_mc, p.return_mc, self.supply.chip.ok and self.back.chip.ok, self.running)
        on = controller.pump_on
        proof = self.proof
        proof.limited = controller.limiter != overrides.LIMIT_NONE or self.trips.bits & well_protections.UNSOUND != 0
        # What a welded contactor lets through is no stray flow.
        proof.off_s = 0 if on or self.pump.mismatch() else controller.state_ms // 1000
        proof.pump_on = on  # as it is now; the water is that of this scan's `read`
        proof.speed_pm = controller.pump_speed_pm
        proof.each_second()
        if on:
            self.odd_s = min(self.odd_s + 1, ODD_S) if proof.odd else 0
        if self.balance is not None:
            self.protections.check_leaks(self.balance, now_s)
        healthy = controller.proven and not self.trips.bits
        if self.current is not None:
            self.motor_current.each_second(p.current_ma, controller.pump_speed_pm, healthy and self.current.ok)
        if controller.proven and self.witness and self.pressure_ok and not (proof.lift_bad or proof.doubt):
            self.follow_capacity()
        self.protections.each_second(now_s)

    def follow_capacity(self) -> None:
        """Reinjection capacity against its commissioning value."""
        p = self.p
        old = p.capacity_ref_lph_bar
        proof = self.proof
        # Behind a deep level the first flow shows no pressure.
        base = min(proof.rest_kpa, proof.zero_kpa) if proof.flat_lph else proof.rest_kpa
        new = self.capacity.each_second(p.flow_lph, p.reinjection_kpa - base, old)
        if self.reference and not old:
            proof.relearn()  # the well was cleaned, a pump or a meter changed: everything is learned anew
            if self.balance is not None:
                self.balance.relearn()
        self.reference = new
        if new != old:
            p.capacity_ref_lph_bar = new
            p.changed = True
        p.capacity_lph_bar = self.capacity.lph_bar
        p.capacity_percent = self.capacity.percent(new)

    def meter(self, tick: Tick) -> None:
        """Water in every scan, the rest once a second."""
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
        if tick.is_second:
            self.meter_heat(tick)

    def meter_heat(self, tick: Tick) -> None:
        """Once a second: heat, run time, and the meters' points."""
        p = self.p
        if self.controller.pump_on:
            self.run.add(1)
        if self.metered:
            pass  # a heat meter counts (app/account.py)
        elif self.supply.chip.ok and self.back.chip.ok:
            still = tick.still and self.controller.proven and not (self.proof.lift_bad or self.proof.doubt)
            difference = less_zero(self.zero, p, self.ring, self.where, still, p.supply_mc - p.return_mc, tick.now_s)
            p.source_w = meters.heat(self.heat, self.sink, p.flow_lph, difference,
                                     water.carries(p.supply_mc, (p.supply_mc + p.return_mc) // 2))
        else:
            self.zero.clear()
            p.source_w = 0
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

    def write(self, tick: Tick) -> None:
        """Pump relay and drive."""
        p = self.p
        controller = self.controller
        if controller.pump_on == self.pump.on:
            self.gate.posted = False
        elif self.gate.passes(controller.pump_on):
            self.pump.command(controller.pump_on)
            p.pump_on = 1 if controller.pump_on else 0
            p.starts = controller.starts_total
            self.ring.put(tick.now_s, events.PUMP_START if controller.pump_on else events.PUMP_STOP, self.where, 0)
            if controller.passed != self.passed:
                self.passed = controller.passed
                self.ring.put(tick.now_s, events.COUNT_PASSED, self.where, controller.passed)
        self.drive.command(controller.pump_speed_pm)
        p.pump_speed_pm = controller.pump_speed_pm
        p.flow_setpoint_lph = controller.flow_setpoint_lph
        p.state = controller.state
        p.limiter = controller.limiter
        p.permissive = 1 if self.permissive else 0

    def safe(self) -> None:
        """Pump off."""
        self.controller.safe()
        self.permissive = False
        self.pump.command(False)
        self.drive.safe()
        self.p.pump_on = 0
        self.p.pump_speed_pm = 0


def fitted(board: "Board", name: str, span: int):
    """A 4 to 20 mA transmitter over the usual 150 ohm, or None when the config says that none is fitted."""
    return transmitter.Transmitter(board.analog_in(name), span, transmitter.MA4_20, 150) if span else None
