"""A room on the bus, as the well's node sees it: what it asks for, and whether it is heard."""

from ..control import trips
from ..tables import causes, kinds, points
from ..tables.causes import ROOM_SILENT
from . import trip_set

COOL = 2


class FarRoom:
    """One room node. The bus client puts its values into the points; the scan reads them here.

    index: 0 for the first one.
    """

    def __init__(self, address: int, index: int, ring):
        p = points.new_block(kinds.FAR, index)
        self.p = p
        p.address = address
        self.trips = trip_set.TripSet(trips.BUS, ring, kinds.FAR.where + index, p)
        # Which of the room's own protections want the water moved.
        self.move_water = self.trips.mask(causes.rows(trips.ROOM), trips.MOVE_WATER)
        self.urgent = self.trips.mask(causes.rows(trips.ROOM), trips.MOVE_WATER | trips.HEAT)
        self.heard = False  # since the last second

    def second(self, now_s: int) -> None:
        """Once a second: a room that is silent for a minute asks for nothing."""
        heard = self.heard
        self.heard = False
        self.trips.check(ROOM_SILENT, not heard, heard, 1000, now_s)
        p = self.p
        if heard:
            p.online = 1
        elif self.trips.bits:
            p.online = 0
            p.demand_w = 0
            p.compressor_on = 0
            p.pump_on = 0
            p.room_trips = 0
