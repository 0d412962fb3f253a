"""A well node, as a plant sees it: what it is asked, what it answers, why it is asked for less, what its ground carries."""

from ..control import ground, share, trips
from ..control import reasons_plant as words
from ..control.tick import Tick
from ..tables import causes, plant_kinds, points
from ..tables.bits import (
    SOURCE_CLOGGED,
    SOURCE_FROSTY,
    SOURCE_IDLE,
    SOURCE_LEAK,
    SOURCE_SILENT,
    SOURCE_TRIPPED,
)
from . import station, trip_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..storage.events import EventRing
    from ..tables import sections, shapes

SILENT_S = 10
LEAK_PM = 100
DEAD_W = 3000
LEAST_LPH = 1000  # of water, for a judgement on leaks
CLOGGED_PERCENT, CLEAN_PERCENT = 70, 75


class PlantSource:
    """cfg: its section of plant.wells. row: of control/share.Share, which decides `share_w`."""

    def __init__(self, cfg: "sections.PlantWell", index: int, ring: "EventRing", sharing: "share.Share"):
        p: "shapes.Source" = points.new_block(plant_kinds.SOURCE, index)
        p.available = 1
        self.p = p
        self.cfg = cfg
        self.row = index
        self.sharing = sharing
        self.station = station.Station(cfg, p, SILENT_S)
        self.trips = trip_set.TripSet(trips.SOURCE, ring, plant_kinds.SOURCE.where + index, p)
        rows = causes.rows(trips.WELL)
        self.held = self.trips.mask(rows, trips.PUMP_OFF | trips.COMPRESSOR_OFF)
        self.no_demand = self.trips.mask(causes.rows(trips.SOURCE), trips.DEMAND_ZERO)
        self.ground = ground.Ground(cfg.lowest_mc, cfg.heat_kw)
        self.cold = False  # the plant cools
        self.lph_per_kw = 0  # what its machines want in this direction
        self.running = False  # machines draw water
        self.proven = False

    def each_second(self, tick: Tick) -> None:
        """What it said into points, its rows, what it is asked next."""
        p = self.p
        one = self.station
        one.each_second()
        self.show()
        self.proven = one.ok and p.permissive != 0
        self.protect(tick.now_s)
        self.offer()
        asked_w = self.sharing.share_w[self.row]
        p.asked_w = -asked_w if self.cold else asked_w
        one.tell("plant_w", p.asked_w, DEAD_W)
        one.tell("plant_running", 1 if self.running and asked_w and self.proven else 0)
        known = one.ok and one.values["supply_ok"] != 0
        self.ground.each_second(p.supply_mc, known, p.asked_w // 1000, self.proven and asked_w > 0)
        p.rest_mc = self.ground.rest_mc
        p.drop_mk_kw = self.ground.drop_mk_kw
        p.carries_kw = self.ground.carries_kw

    def show(self) -> None:
        """Points; what a silent node said does not count."""
        p = self.p
        one = self.station
        p.state = one.get("state", 0)
        p.permissive = one.get("permissive", 0)
        p.flow_lph = one.get("flow_lph", 0)
        p.return_flow_lph = one.get("return_flow_lph", 0)
        p.supply_mc = one.get("supply_mc", p.supply_mc)
        p.return_mc = one.get("return_mc", p.return_mc)
        p.reinjection_kpa = one.get("reinjection_kpa", 0)
        p.capacity_percent = one.get("capacity_percent", 0)
        p.well_trips = one.get("trips", 0)
        p.run_h = one.get("run_h", p.run_h)
        p.taken_mwh = one.get("source_mwh", p.taken_mwh)
        p.given_mwh = one.get("sink_mwh", p.given_mwh)

    def protect(self, now_s: int) -> None:
        """The rows of a well node."""
        p = self.p
        one = self.station
        ts = self.trips
        ok = one.ok
        ts.check(SOURCE_SILENT, not ok, ok, 1000, now_s)
        held = ok and p.well_trips & self.held != 0
        ts.check(SOURCE_TRIPPED, held, ok and not held, 1000, now_s)
        lifted = p.flow_lph
        leaks = (ok and lifted > LEAST_LPH and p.return_flow_lph > 0
                 and lifted - p.return_flow_lph > lifted // 1000 * LEAK_PM)
        ts.check(SOURCE_LEAK, leaks, not leaks, 1000, now_s)
        known = ok and one.values["supply_ok"] != 0
        limit = self.cfg.lowest_mc
        frosty = known and self.proven and not self.cold and p.supply_mc < limit
        ts.check(SOURCE_FROSTY, frosty, self.cold or (known and p.supply_mc >= limit + 1000) or not self.proven, 1000, now_s)
        idle = ok and not held and p.asked_w != 0 and not self.proven
        ts.check(SOURCE_IDLE, idle, True, 1000, now_s)
        percent = p.capacity_percent
        ts.check(SOURCE_CLOGGED, 0 < percent < CLOGGED_PERCENT, percent >= CLEAN_PERCENT or percent == 0, 1000, now_s)

    def offer(self) -> None:
        """Its row of the sharing: what it gives, and why not more."""
        p = self.p
        s = self.sharing
        i = self.row
        bits = self.trips.bits
        pm = 1000
        why = words.R_NONE
        if not p.available:
            pm = 0
            why = words.R_OUT
        elif bits & self.no_demand:
            pm = 0
            why = (words.R_SILENT if bits >> SOURCE_SILENT & 1 else words.R_LEAK if bits >> SOURCE_LEAK & 1
                   else words.R_COLD if bits >> SOURCE_FROSTY & 1 else words.R_TRIP)
        else:
            if self.station.values["supply_ok"] and self.proven:
                pm = share.relief_pm(p.supply_mc, self.cfg.lowest_mc, self.cold)
                why = words.R_COLD if pm < 1000 else why
            if bits >> SOURCE_CLOGGED & 1 and pm > share.CLOGGED_PM:
                pm = share.CLOGGED_PM
                why = words.R_CLOGGED
        p.share_pm = pm
        p.relief = why
        s.able[i] = pm > 0
        s.live[i] = self.proven
        s.relief_pm[i] = pm
        kw = self.cfg.cool_kw if self.cold else self.cfg.heat_kw
        if self.lph_per_kw and self.station.knows("most_lph"):
            kw = min(kw, self.station.values["most_lph"] // self.lph_per_kw)  # more heat than it has water for
        s.rated_w[i] = kw * 1000

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps."""
        learned[self.p.name + ".ground"] = self.ground

    def safe(self) -> None:
        """Nothing is asked of it."""
        self.station.tell("plant_w", 0)
        self.station.tell("plant_running", 0)
