"""Two stacked well sections run as one source: loaded only where the config has `well2`."""

from ..control import stack, well
from ..control.tick import Tick
from . import probe, source, well_section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import Board
    from ..storage.events import EventRing
    from ..tables import shapes
    from ..tables.section import Config


class StackedSource(source.Source):
    """Shares the demand, joins the permissives."""

    def __init__(self, cfg: "Config", board: "Board", ring: "EventRing", period_ms: int):
        source.Source.__init__(self, cfg, board, ring, period_ms)
        first = self.wells[0]
        second = well_section.WellSection(cfg.well2, board,  # pyright: ignore[reportArgumentType] (compose.py asks it)
                                          ring, period_ms, "2")
        self.wells.append(second)
        self.mixed = Mixed(first.p, second.p)
        self.entering = self.mixed
        self.stack = stack.Stack(first.cfg.max_flow_lph, second.cfg.max_flow_lph, self.cfg.rotate_h * 3600)

    def control(self, tick: Tick) -> None:
        """Each section has its own protections; one that is held off leaves the other the whole demand."""
        cfg = self.cfg
        demand_w = self.heat_w + self.cool_w
        demand = well.flow_for(self.heat_w, cfg.flow_lph_per_kw) + well.flow_for(self.cool_w, cfg.flow_lph_per_kw_cool)
        self.demand_lph = demand
        stacked = self.stack
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
            section.controller.awaited = self.awaited
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
        """Slow work of both sections, and the change of duty between them."""
        stacked = self.stack
        for section in self.wells:
            section.each_second(tick)
        stacked.each_second(self.wells[stacked.lead].controller.pump_on, self.wells[1 - stacked.lead].available())
        self.mixed.mix()

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps of both sections, and of their sharing."""
        source.Source.keep(self, totals, learned)
        learned["stack"] = self.stack


class Mixed:
    """Water of two sections where it enters the units: weighted by their flows."""

    def __init__(self, a: "shapes.Well", b: "shapes.Well"):
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
