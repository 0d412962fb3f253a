"""The source as the heat pumps see it: one well section (two stacked ones: stacked.py)."""

from ..control import well
from ..control.tick import Tick
from . import well_section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import Board
    from ..storage.events import EventRing
    from ..tables import sections
    from ..tables.section import Config


class Source:
    """Hands the demand down and the permissive up. `wells` holds the sections, the lower one first."""

    def __init__(self, cfg: "Config", board: "Board", ring: "EventRing", period_ms: int):
        self.cfg: "sections.Well" = cfg.well  # pyright: ignore[reportAttributeAccessIssue] (compose.py asks it)
        first = well_section.WellSection(self.cfg, board, ring, period_ms)
        self.wells = [first]
        self.entering = first.p
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
        demand_w = self.heat_w + self.cool_w
        demand = well.flow_for(self.heat_w, cfg.flow_lph_per_kw) + well.flow_for(self.cool_w, cfg.flow_lph_per_kw_cool)
        self.demand_lph = demand
        first = self.wells[0]
        first.demand_lph = demand
        first.demand_w = demand_w
        first.running = self.running
        first.move_water = self.move_water
        first.controller.awaited = self.awaited
        first.control(tick)
        self.permissive = first.permissive
        self.enough = first.controller.enough
        ts = first.trips
        self.refused = ts.bits & ts.start_refused != 0

    def each_second(self, tick: Tick) -> None:
        """Slow work of every section."""
        for section in self.wells:
            section.each_second(tick)

    def meter(self, tick: Tick) -> None:
        """Water in every scan, the rest once a second."""
        for section in self.wells:
            section.meter(tick)

    def write(self, tick: Tick) -> None:
        """Outputs of every section."""
        for section in self.wells:
            section.write(tick)

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps of every section."""
        for section in self.wells:
            section.keep(totals, learned)

    def safe(self) -> None:
        """Pumps off."""
        for section in self.wells:
            section.safe()
        self.permissive = False

