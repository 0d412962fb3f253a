"""The well's side of a node: its sensors, protections, loop, meters and outputs."""

from . import points, probe, protection
from .control import trips, well
from .drivers import flow, pressure, relay, speed
from .metering import meters
from .storage import events

FLOW_LOST = trips.place("flow_lost")
NO_FLOW = trips.place("no_flow")
OVER_PRESSURE = trips.place("over_pressure")
PRESSURE_FAULT = trips.place("pressure_fault")
STRAY_FLOW = trips.place("stray_flow")
LEAK_ALARM = trips.place("leak_alarm")
LEAK = trips.place("leak")
PUMP_WELDED = trips.place("pump_welded")
PUMP_DEAD = trips.place("pump_dead")

REST_MS = 30000
FROZEN_S = 86400  # ground water may hold one value for hours, never for a day


class WellSide:
    """Everything between the board's well terminals and the well loop."""

    def __init__(self, cfg, board, ring, period_ms: int):
        self.cfg = cfg
        self.ring = ring
        p = points.new_block("well", points.WELL, points.BASE_WELL)
        self.p = p
        self.supply = probe.Probe(cfg.supply_rom, p, "supply", ring, 1, 0, FROZEN_S)
        self.back = probe.Probe(cfg.return_rom, p, "return", ring, 1, 1, FROZEN_S)
        self.lift_meter = flow.FlowMeter(board.pulse_in("lift"), cfg.pulses_per_m3, period_ms)
        self.return_meter = None
        if cfg.return_pulses_per_m3:
            self.return_meter = flow.FlowMeter(board.pulse_in("return"), cfg.return_pulses_per_m3, period_ms)
        signal = pressure.V05_45 if cfg.pressure_signal == "v05_45" else pressure.MA4_20
        self.pressure = pressure.PressureTransmitter(
            board.analog_in("reinjection"), cfg.pressure_range_kpa, signal, cfg.pressure_shunt_ohm)
        self.pump = relay.Relay(board.digital_out("well_pump"), board.digital_in("well_pump"))
        self.drive = speed.SpeedOutput(board.analog_out("well_pump_speed"))
        self.trips = protection.TripSet(trips.WELL, ring, 1, p)
        self.check = self.trips.check  # bound once: binding in the scan would allocate
        self.loop = well.WellLoop(cfg, period_ms)
        self.lifted = meters.WaterMeter(cfg.pulses_per_m3)
        self.returned = meters.WaterMeter(cfg.return_pulses_per_m3 or 1000)
        self.heat = meters.HeatMeter()
        self.run = meters.TwoWord(3600)
        self.permissive = False
        self.compressor_on = False

    def sensors(self):
        """Probes on the 1-Wire bus."""
        return [self.supply, self.back]

    def read(self, now_us: int) -> None:
        """Flow and pressure."""
        p = self.p
        p.flow_lph = self.lift_meter.step(now_us)
        if self.return_meter is not None:
            p.return_flow_lph = self.return_meter.step(now_us)
        p.reinjection_kpa = self.pressure.step()
        p.reinjection_ok = 1 if self.pressure.ok else 0

    def protect(self, dt_ms: int, now_s: int, second: bool) -> None:
        """The well's rows of the table."""
        p = self.p
        loop = self.loop
        half = p.flow_lph * 2 < self.cfg.min_flow_lph
        self.check(FLOW_LOST, half and self.compressor_on, loop.proven, dt_ms, now_s)
        self.check(NO_FLOW, half and loop.pump_on and loop.on_ms >= well.BLANK_MS, True, dt_ms, now_s)
        limit = self.cfg.reinjection_limit_kpa
        ok = self.pressure.ok
        kpa = p.reinjection_kpa
        self.check(OVER_PRESSURE, ok and kpa > limit, ok and kpa * 5 < limit * 4, dt_ms, now_s)
        self.check(PRESSURE_FAULT, not ok, ok, dt_ms, now_s)
        bad = self.pump.mismatch()
        self.check(PUMP_WELDED, bad == relay.WELDED, True, dt_ms, now_s)
        self.check(PUMP_DEAD, bad == relay.DEAD, bad == relay.AGREES, dt_ms, now_s)
        # The first half minute after a stop belongs to the water column coming to rest.
        stray = p.flow_lph > 0 and not loop.pump_on and loop.state_ms >= REST_MS
        self.check(STRAY_FLOW, stray, p.flow_lph == 0, dt_ms, now_s)
        if self.return_meter is not None:
            self.balance(dt_ms, now_s)
        if second:
            self.supply.second(now_s)
            self.back.second(now_s)

    def balance(self, dt_ms: int, now_s: int) -> None:
        """100 % reinjection: two meters that differ while the flow is proven mean a leak."""
        p = self.p
        lifted = p.flow_lph
        lost = lifted - p.return_flow_lph
        if lost < 0:
            lost = -lost
        proven = self.loop.proven
        self.check(LEAK_ALARM, proven and lost * 50 > lifted, True, dt_ms, now_s)
        self.check(LEAK, proven and lost * 10 > lifted, True, dt_ms, now_s)

    def control(self, demand_w: int, running: bool, move: bool, dt_ms: int, now_s: int) -> None:
        """Pump and permissive."""
        p = self.p
        ts = self.trips
        bits = ts.bits
        self.compressor_on = running
        loop = self.loop
        loop.control(demand_w, p.flow_lph, p.reinjection_kpa, bits & ts.pump_off != 0, running,
                     move or bits & ts.move_water != 0, dt_ms, now_s)
        self.permissive = loop.permissive and not bits & ts.compressor_off
        p.demand_w = demand_w

    def slow(self, running: bool) -> None:
        """Once a second: the return temperature override."""
        p = self.p
        self.loop.slow(p.supply_mc, p.return_mc, self.supply.chip.ok and self.back.chip.ok, running)

    def meter(self) -> None:
        """Every scan: water."""
        n = self.lift_meter.new_pulses
        if n:
            self.lifted.add(n)
        meter = self.return_meter
        if meter is not None and meter.new_pulses:
            self.returned.add(meter.new_pulses)

    def meter_second(self) -> None:
        """Once a second: heat, run time, and the meters' points."""
        p = self.p
        if self.loop.pump_on:
            self.run.add(1)
        both = self.supply.chip.ok and self.back.chip.ok
        p.source_w = meters.heat_w(p.flow_lph, clip_mk(p.supply_mc - p.return_mc)) if both else 0
        self.heat.second(p.source_w)
        p.run_s = self.run.low
        p.run_h = self.run.high
        p.circulated_l = self.lifted.water.low
        p.circulated_m3 = self.lifted.water.high
        p.returned_l = self.returned.water.low
        p.returned_m3 = self.returned.water.high
        p.source_wh = self.heat.energy.low
        p.source_mwh = self.heat.energy.high

    def write(self, now_s: int) -> None:
        """Pump relay and drive."""
        p = self.p
        loop = self.loop
        if loop.pump_on != self.pump.on:
            self.pump.command(loop.pump_on)
            p.pump_on = 1 if loop.pump_on else 0
            p.starts = loop.starts_total
            self.ring.put(now_s, events.PUMP_START if loop.pump_on else events.PUMP_STOP, 1, 0)
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


def clip_mk(difference_mk: int) -> int:
    """Temperature difference inside what the heat meter takes, +-50 K."""
    return min(50000, max(-50000, difference_mk))
