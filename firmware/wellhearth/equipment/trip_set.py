"""The rows of the cause-and-effect table of one scope, at work in the scan."""

from ..control import trips
from ..storage import events
from ..tables import causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..storage.events import EventRing
    from ..tables import shapes


class TripSet:
    """All trips of a well or a room unit; `bits` has a bit for each active row.

    where: event address (kinds.place). block: the points block with
    `trips` and `lockouts`.
    """

    def __init__(self, scope: int, ring: "EventRing", where: int, block: "shapes.Guarded"):
        rows = causes.rows(scope)
        self.scope = scope
        self.trips = [trips.Trip(row) for row in rows]
        self.ring = ring
        self.where = where
        self.block = block
        self.bits = 0
        self.busy = 0  # rows that are active or whose delay runs; all others cost a scan nothing
        self.compressor_off = self.mask(rows, trips.COMPRESSOR_OFF)
        self.pump_off = self.mask(rows, trips.PUMP_OFF)
        self.move_water = self.mask(rows, trips.MOVE_WATER)
        self.start_refused = self.mask(rows, trips.START_REFUSED)
        self.master_off = self.mask(rows, trips.MASTER_OFF)
        self.heat = self.mask(rows, trips.HEAT)
        self.cooling_off = self.mask(rows, trips.COOLING_OFF)
        self.fan_on = self.mask(rows, trips.FAN_ON)
        self.yields = 0
        for i, row in enumerate(rows):
            if row.flags & trips.YIELDS:
                self.yields |= 1 << i
        self.yielding = False
        self.pumps = self.pump_off

    def mask(self, rows: list, action: int) -> int:
        """Bits of the rows that take this action."""
        m = 0
        for i, row in enumerate(rows):
            if row.actions & action:
                m |= 1 << i
        return m

    def check(self, i: int, cause: bool, clear: bool, dt_ms: int, now_s: int) -> bool:
        """One scan of row `i`; returns whether it is tripped. Changes become events."""
        mask = 1 << i
        if not (cause or self.busy & mask):
            return False
        trip = self.trips[i]
        was = trip.active
        now = trip.update(cause, clear, dt_ms, now_s)
        if now != was:
            self.changed(i, trip, now_s)
        if now or trip.t_ms:
            self.busy |= mask
        else:
            self.busy &= ~mask
        return now

    def changed(self, i: int, trip: "trips.Trip", now_s: int) -> None:
        """Row `i` tripped or cleared."""
        block = self.block
        if trip.active:
            self.bits |= 1 << i
            self.busy |= 1 << i
            self.ring.put(now_s, events.TRIP, self.where, i)
        else:
            self.bits &= ~(1 << i)
            self.ring.put(now_s, events.CLEAR, self.where, i)
        block.trips = self.bits
        if trip.locked:
            block.lockouts |= 1 << i
            self.ring.put(now_s, events.LOCKOUT, self.where, i)

    def give_way(self, urgent: bool) -> None:
        """Frost heating or freezing water comes before the rows that only count as locked out (YIELDS)."""
        if urgent != self.yielding:
            self.yielding = urgent
            self.compressor_off ^= self.yields
            self.pump_off ^= self.yields & self.pumps

    def hold(self, now_s: int) -> None:
        """The record of lockouts is lost: its row is locked out in their place."""
        i = 0
        while self.yields >> i:
            if self.yields >> i & 1:
                self.restore_lock(i, now_s)
            i += 1

    def restore_lock(self, i: int, now_s: int) -> None:
        """Row `i` was locked out before the reset: it still is."""
        trip = self.trips[i]
        trip.active = True
        trip.locked = True
        self.changed(i, trip, now_s)

    def reset_by_hand(self, i: int, now_s: int) -> None:
        """Clear row `i` and its lockout."""
        trip = self.trips[i]
        if trip.active:
            trip.reset_by_hand()
            self.block.lockouts &= ~(1 << i)
            self.changed(i, trip, now_s)
