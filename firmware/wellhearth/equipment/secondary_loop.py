"""The closed secondary loop of type II and III units: its sensors, protections, pump."""

from ..control import secondary, trips
from ..control.tick import Tick
from ..drivers import relay, transmitter
from ..tables import kinds, points
from ..tables.bits import (
    EXCHANGER_BLIND,
    EXCHANGER_DOUBT,
    EXCHANGER_FREEZE,
    LOOP_COLD,
    LOOP_FLOW,
    LOOP_PRESSURE,
    LOOP_PRESSURE_FAULT,
    LOOP_PUMP_DEAD,
    LOOP_PUMP_WELDED,
    LOOP_SENSOR,
)
from . import probe, trip_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import Board
    from ..node.demand import Demand
    from ..storage.events import EventRing
    from ..tables import sections, shapes

FROZEN_S = 86400
COLD_MARGIN_MK = 3000  # above the freezing point the mix is slush before it is ice
UNIT_MK = 900  # one more unit cools the water behind the exchanger by so much
SURE_MK = 500  # by how much a sensor may read low: only what surely cannot work is refused
SETTLE_S = 60  # until it shows
ICE_MC = 1000  # a loop warmer than this cannot freeze well water in the exchanger


class SecondaryLoop:
    """The secondary loop, from the board's terminals to its controller.

    wells: the well sections, whose returned water leaves the heat exchanger. one_mk: by how much one unit alone cools it.
    """

    def __init__(self, cfg: "sections.Loop", board: "Board", ring: "EventRing", wells: list, one_mk: int = 0):
        self.cfg = cfg
        self.wells = wells
        where = kinds.LOOP.where
        p: "shapes.Loop" = points.new_block(kinds.LOOP)
        self.p = p
        self.supply = probe.Probe(cfg.supply_rom, p, "supply", ring, where, 0, FROZEN_S)
        self.back = probe.Probe(cfg.return_rom, p, "return", ring, where, 1, FROZEN_S)
        self.pressure = transmitter.Transmitter(board.analog_in("loop_pressure"), cfg.pressure_range_kpa)
        self.flow_switch = board.digital_in("loop_flow")
        self.pump = relay.Relay(board.digital_out("loop_pump"), board.digital_in("loop_pump"))
        self.trips = trip_set.TripSet(trips.LOOP, ring, where, p)
        self.check = self.trips.check
        self.controller = secondary.LoopController(cfg.postrun_s)
        self.permissive = False
        self.flow_ok = False
        self.spare = False  # the well's water can give one more unit its heat
        self.units = 0
        self.settle_s = 0
        self.one_mk = one_mk
        self.doubt = secondary.ReturnDoubt()

    def sensors(self):
        """Probes on the 1-Wire bus."""
        return [self.supply, self.back]

    def keep(self, totals: dict, learned: dict) -> None:
        """The ledger keeps nothing of it."""

    def outputs(self):
        """What service mode may force; see service.Service."""
        return {"loop_pump": (False, self.pump, self.trips, self.trips.pump_off)}

    def read(self) -> None:
        """Pressure and flow switch."""
        p = self.p
        p.pressure_kpa = self.pressure.scan()
        p.pressure_ok = 1 if self.pressure.ok else 0
        self.flow_ok = self.flow_switch.get()
        p.flow_ok = 1 if self.flow_ok else 0

    def protect(self, tick: Tick) -> None:
        """The loop's rows of the table."""
        dt_ms = tick.dt_ms
        now_s = tick.now_s
        p = self.p
        controller = self.controller
        check = self.check
        flow_ok = self.flow_ok
        lost = controller.pump_on and controller.on_ms >= secondary.BLANK_MS and not flow_ok
        check(LOOP_FLOW, lost, flow_ok, dt_ms, now_s)
        ok = self.pressure.ok
        least = self.cfg.pressure_min_kpa
        check(LOOP_PRESSURE, ok and p.pressure_kpa < least, ok and p.pressure_kpa >= least, dt_ms, now_s)
        check(LOOP_PRESSURE_FAULT, not ok, ok, dt_ms, now_s)
        self.freezing(dt_ms, now_s)
        bad = self.pump.mismatch()
        check(LOOP_PUMP_DEAD, bad == relay.DEAD, bad == relay.AGREES, dt_ms, now_s)
        check(LOOP_PUMP_WELDED, bad == relay.WELDED, bad == relay.AGREES, dt_ms, now_s)
        if now_s >= probe.GRACE_S:
            ok = self.supply.chip.ok
            check(LOOP_SENSOR, not ok, ok, dt_ms, now_s)

    def freezing(self, dt_ms: int, now_s: int) -> None:
        """Well water in the exchanger, and the mix itself."""
        p = self.p
        limit = self.cfg.exchanger_limit_mc
        cold = False
        warm = True
        known = True
        for well in self.wells:
            if well.controller.pump_on:
                if not well.back.chip.ok or self.trips.bits & 1 << EXCHANGER_DOUBT:
                    known = False
                if well.back.chip.ok and well.p.return_mc < limit:  # a sensor in doubt may still say stop
                    cold = True
                if well.p.return_mc < limit + 1000:
                    warm = False
        self.check(EXCHANGER_FREEZE, cold, warm, dt_ms, now_s)
        ok = self.supply.chip.ok
        ice = not ok or p.supply_mc < ICE_MC
        if now_s >= probe.GRACE_S:
            self.check(EXCHANGER_BLIND, not known and ice, known or (ok and p.supply_mc > ICE_MC + 1000), dt_ms, now_s)
        lowest = self.cfg.antifreeze_mc + COLD_MARGIN_MK
        self.check(LOOP_COLD, ok and p.supply_mc < lowest, ok and p.supply_mc >= lowest + 2000, dt_ms, now_s)

    def control(self, want: bool, tick: Tick) -> None:
        """Pump and permissive. want: a unit wants water, or freezing threatens."""
        ts = self.trips
        bits = ts.bits
        controller = self.controller
        controller.scan(want, self.flow_ok, bits & ts.pump_off != 0, tick.dt_ms)
        self.permissive = controller.permissive and not bits & ts.compressor_off

    def each_second(self, demand: "Demand", tick: Tick) -> None:
        """Sensors, and whether one more unit may start, by what the compressors that run take (node/demand.Demand).

        Refusing the last unit is gentler than the exchanger's protection, which stops them all.
        """
        now_s = tick.now_s
        units = demand.units
        self.supply.each_second(now_s)
        self.back.each_second(now_s)
        if units > self.units:
            self.settle_s = SETTLE_S
        elif self.settle_s:
            self.settle_s -= 1
        self.units = units
        floor = self.cfg.exchanger_limit_mc + UNIT_MK
        spare = self.settle_s == 0 or units == 0
        # One more unit brings more flow with it: behind the exchanger the water is never this much colder than before it.
        coldest = self.cfg.exchanger_limit_mc + self.one_mk - SURE_MK
        for well in self.wells:
            if well.controller.pump_on and well.back.chip.ok and well.p.return_mc < floor:
                spare = False
            if well.controller.proven and well.supply.chip.ok and well.p.supply_mc < coldest:
                spare = False
        self.spare = spare
        self.judge(demand.taken_w, now_s)

    def judge(self, taken_w: int, now_s: int) -> None:
        """Do the return water's sensors follow the units? Stacked sections return one mixed water."""
        doubt = self.doubt
        doubt.load(taken_w)
        flow = 0
        for well in self.wells:
            if well.controller.pump_on:
                flow += well.p.flow_lph
        bad = False
        for well in self.wells:
            if well.controller.proven and well.back.chip.ok and well.supply.chip.ok:
                if doubt.failing(well.p.supply_mc - well.p.return_mc, flow, well.back.chip.same_s):
                    bad = True
        self.check(EXCHANGER_DOUBT, bad, not bad, 1000, now_s)

    def write(self) -> None:
        """Pump relay."""
        p = self.p
        controller = self.controller
        if controller.pump_on != self.pump.on:
            self.pump.command(controller.pump_on)
            p.pump_on = 1 if controller.pump_on else 0
        p.state = controller.state
        p.permissive = 1 if self.permissive else 0

    def safe(self) -> None:
        """Pump off."""
        self.controller.safe()
        self.permissive = False
        self.pump.command(False)
        self.p.pump_on = 0
