"""When a local day or ten minutes end, and what they have had until then; dayrow.py and tenrow.py make the row.

Belongs to the main thread.
"""

from ..storage import events

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..node.node import Node

DAY_S = 86400


class Days:
    """What the period that runs has had so far. due: its row waits for a calm moment.

    minutes: 1440 for local days, 10 for tens of minutes of UTC. day: its number since 2000, -1 while nobody knows.
    fresh: it is the first one since the start.
    """

    def __init__(self, node: "Node", minutes: int = 1440):
        self.node = node
        self.minutes = minutes
        self.day = -1
        self.due = False
        self.fresh = True
        self.clear()

    def clear(self) -> None:
        """A new period."""
        self.seconds = 0
        self.starts = 0
        self.trips = 0
        self.flowing_s = 0
        self.supply = 0
        self.back = 0

    def note(self, code: int) -> None:
        """An event of the ring."""
        if code == events.PUMP_START:
            self.starts += 1
        elif code == events.TRIP:
            self.trips += 1

    def each_second(self) -> None:
        """Count; `due` when the period is over: by the clock on the wall, without one by its length."""
        self.seconds += 1
        node = self.node
        well = node.well
        if well is not None and well.p.pump_on and well.p.supply_ok and well.p.return_ok and self.flowing_s < DAY_S:
            self.flowing_s += 1
            self.supply += well.p.supply_mc // 10
            self.back += well.p.return_mc // 10
        clock = node.wall
        if clock.day < 0:
            self.due = self.due or self.seconds >= self.minutes * 60
            return
        minute = clock.day * 1440 + clock.ms // 60000
        if self.minutes == 1440:
            minute += clock.offset_min
        today = minute // self.minutes
        if self.day != today and self.day >= 0:
            self.due = True
        elif self.day < 0:
            self.day = today

    def write(self, quality: int) -> str:
        """Store the row and begin the next one; why it could not, or "". What makes it is loaded for this alone."""
        from ..storage import history
        from ..tables import drop
        from . import dayrow
        if self.minutes == 1440:
            why = dayrow.store(self, quality)
        else:
            from . import tenrow
            why = tenrow.store(self, quality)
            drop(tenrow)
        drop(dayrow)
        drop(history)
        self.due = self.fresh = False
        self.day = -1  # the next second says which one runs
        self.clear()
        return why
