"""A room on the bus, as the well's node sees it: what it asks for, and whether it answers."""

from ..control import trips, turns
from ..control.tick import Tick
from ..tables import causes, kinds, points
from ..tables.bits import ROOM_SILENT
from . import trip_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..node.demand import Demand
    from ..storage.events import EventRing
    from ..tables import shapes

COOL = 2
RATED_W = 5600  # of a unit (DESIGN 1), until it has asked for water
MEAN_S = 7200
MEAN_PM = 300  # until it is known


class BusRoom:
    """One room node. The bus client puts its values into the points; the scan reads them here.

    index: 0 for the first one.
    """

    def __init__(self, address: int, index: int, ring: "EventRing"):
        p: "shapes.Far" = points.new_block(kinds.FAR, index)
        self.p = p
        p.address = address
        self.trips = trip_set.TripSet(trips.BUS, ring, kinds.FAR.where + index, p)
        # Which of the room's own protections want the water moved.
        self.move_water = self.trips.mask(causes.rows(trips.ROOM), trips.MOVE_WATER)
        self.urgent = self.trips.mask(causes.rows(trips.ROOM), trips.MOVE_WATER | trips.HEAT)
        self.off = self.trips.mask(causes.rows(trips.ROOM), trips.COMPRESSOR_OFF)
        self.fresh = False  # it has answered since the last second
        self.mean_pm = MEAN_PM  # of its time it runs
        self.mean_u = MEAN_PM * MEAN_S
        self.power_w = RATED_W // turns.COP  # of its compressor, as its last demand says

    def ask(self, demand: "Demand") -> None:
        """Add what this room asks for."""
        p = self.p
        if p.direction == COOL:
            demand.cool_w += p.demand_w
        else:
            demand.heat_w += p.demand_w
        if p.compressor_on:
            demand.units += 1
        if p.pump_on:
            demand.flowing = True
        if p.direction:
            demand.awaited = True
        if p.room_trips & self.move_water:
            demand.move_water = True

    def give_way(self) -> bool:
        """Whether the room is below its frost limit or its water threatens to freeze; it judges its own rows itself."""
        return self.p.room_trips & self.urgent != 0

    def each_second(self, tick: Tick) -> None:
        """A room that is silent for a minute asks for nothing."""
        fresh = self.fresh
        self.fresh = False
        self.trips.check(ROOM_SILENT, not fresh, fresh, 1000, tick.now_s)
        self.mean_u += (1000 if self.p.compressor_on else 0) - self.mean_pm
        self.mean_pm = self.mean_u // MEAN_S
        if self.p.demand_w:
            self.power_w = self.p.demand_w // turns.COP
        if fresh:
            self.p.online = 1
        elif self.trips.bits:
            self.expire()

    def expire(self) -> None:
        """What it asked for does not count any more."""
        p = self.p
        p.online = 0
        p.demand_w = 0
        p.compressor_on = 0
        p.pump_on = 0
        p.room_trips = 0
