"""When a local day ends, and what it has had until then; dayrow.py makes its row. Belongs to the main thread."""

from ..storage import events

DAY_S = 86400


class Days:
    """What the day that runs has had so far. due: its row waits for a calm moment."""

    def __init__(self, node):
        self.node = node
        self.day = -1
        self.due = False
        self.clear()

    def clear(self) -> None:
        """A new day."""
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
        """Count; `due` when the day is over: by the clock on the wall, without one after 24 hours."""
        self.seconds += 1
        node = self.node
        well = node.well
        if well is not None and well.p.pump_on and well.p.supply_ok and well.p.return_ok and self.flowing_s < DAY_S:
            self.flowing_s += 1
            self.supply += well.p.supply_mc // 10
            self.back += well.p.return_mc // 10
        clock = node.wall
        if clock.day < 0:
            self.due = self.due or self.seconds >= DAY_S
            return
        today = clock.day + (clock.ms // 60000 + clock.offset_min) // 1440
        if self.day != today and self.day >= 0:
            self.due = True
        elif self.day < 0:
            self.day = today

    def write(self, quality: int) -> str:
        """Store the row and begin the next day; why it could not, or "". What makes the row is loaded for this alone."""
        from ..storage import history
        from ..tables import drop
        from . import dayrow
        why = dayrow.store(self, quality)
        drop(dayrow)
        drop(history)
        self.due = False
        self.day = -1  # the next second says which one runs
        self.clear()
        return why
