"""The source as the heat pumps see it: one well section, or two stacked ones run as one."""

from ..control import stack, well
from ..control.tick import Tick
from . import probe, well_section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..storage.events import EventRing


class Source:
    """Shares the demand, joins the permissives. `wells` holds the sections, the lower one first."""

    def __init__(self, cfg, board, ring: "EventRing", period_ms: int):
        self.cfg = cfg.well
        first = well_section.WellSection(cfg.well, board, ring, period_ms)
        self.wells = [first]
        self.entering = first.p
        self.mixed = None
        self.stack = None
        if cfg.well2 is not None:
            second = well_section.WellSection(cfg.well2, board, ring, period_ms, "2")
            self.wells.append(second)
            self.mixed = Mixed(first.p, second.p)
            self.entering = self.mixed
            self.stack = stack.Stack(cfg.well.max_flow_lph, cfg.well2.max_flow_lph, cfg.well.rotate_h * 3600)
        self.heat_w = 0  # these five the node hands over before `control`
        self.cool_w = 0
        self.running = False
        self.move_water = False
        self.awaited = False
        self.demand_lph = 0
        self.lead = 0
        self.permissive = False
        self.enough = False
        self.refused = False

    def read(self, now_us: int) -> None:
        """Inputs of every section."""
        for section in self.wells:
            section.read(now_us)

    def protect(self, tick: Tick) -> int:
        """Rows of every section; returns the bits of all that are active."""
        bits = 0
        for section in self.wells:
            section.protect(tick)
            bits |= section.trips.bits
        return bits

    def control(self, tick: Tick) -> None:
        """One scan: demand into flow, flow into pumps. heat_w, cool_w: 0 to 1,000,000 W."""
        cfg = self.cfg
        for section in self.wells:
            section.controller.awaited = self.awaited
        demand_w = self.heat_w + self.cool_w
        demand = well.flow_for(self.heat_w, cfg.flow_lph_per_kw) + well.flow_for(self.cool_w, cfg.flow_lph_per_kw_cool)
        self.demand_lph = demand
        first = self.wells[0]
        stacked = self.stack
        if stacked is None:
            first.demand_lph = demand
            first.demand_w = demand_w
            first.running = self.running
            first.move_water = self.move_water
            first.control(tick)
            self.permissive = first.permissive
            self.enough = first.controller.enough
            ts = first.trips
            self.refused = ts.bits & ts.start_refused != 0
        else:
            self.both(stacked, demand, demand_w, tick)

    def both(self, stacked, demand: int, demand_w: int, tick: Tick) -> None:
        """Two sections. Each has its own protections; one that is held off leaves the other the whole demand."""
        first, second = self.wells
        stacked.scan(demand, first.available(), second.available())
        self.lead = stacked.lead
        permissive = False
        enough = True
        refused = True
        i = 0
        for section in self.wells:
            serves = stacked.serves(i)
            section.demand_lph = stacked.parts[i]
            section.demand_w = demand_w if serves else 0
            section.running = self.running and serves
            section.move_water = self.move_water and serves
            section.control(tick)
            if section.permissive:
                permissive = True
            if serves and not section.controller.enough:
                enough = False
            # Water that cannot be trusted in one section is no reason to leave the other unused.
            if not section.trips.bits & section.trips.start_refused:
                refused = False
            i += 1
        self.permissive = permissive
        self.enough = enough
        self.refused = refused

    def each_second(self, tick: Tick) -> None:
        """Slow work of every section, and the change of duty between two."""
        stacked = self.stack
        for section in self.wells:
            section.each_second(tick)
        if stacked is not None and self.mixed is not None:
            stacked.each_second(self.wells[stacked.lead].controller.pump_on, self.wells[1 - stacked.lead].available())
            self.mixed.mix()

    def meter(self, tick: Tick) -> None:
        """Water in every scan, the rest once a second."""
        for section in self.wells:
            section.meter(tick)

    def write(self, tick: Tick) -> None:
        """Outputs of every section."""
        for section in self.wells:
            section.write(tick)

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps of every section, and of their sharing."""
        for section in self.wells:
            section.keep(totals, learned)
        if self.stack is not None:
            learned["stack"] = self.stack

    def safe(self) -> None:
        """Pumps off."""
        for section in self.wells:
            section.safe()
        self.permissive = False


class Mixed:
    """Water of two sections where it enters the units: weighted by their flows."""

    def __init__(self, a, b):
        self.a = a
        self.b = b
        self.supply_mc = 0
        self.supply_ok = 0

    def mix(self) -> None:
        """Once a second; without flow the first section's temperature stands for both."""
        a = self.a
        b = self.b
        fa = a.flow_lph // 10
        fb = b.flow_lph // 10
        if fa and fb and a.supply_ok and b.supply_ok:
            # 100,000 L/h / 10 * a difference of at most 50 K stays below 2^30.
            self.supply_mc = a.supply_mc + probe.clip_mk(b.supply_mc - a.supply_mc) * fb // (fa + fb)
            self.supply_ok = 1
        else:
            one = b if fb and not (fa and a.supply_ok) else a
            self.supply_mc = one.supply_mc
            self.supply_ok = one.supply_ok
