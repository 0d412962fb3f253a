"""When a local day ends, and what its row in storage/history.py holds. Belongs to the main thread."""

from ..storage import events

DAY_S = 86400
COUNT_MAX = 65535


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

    def row(self, quality: int, none: int):
        """The values of the row that is due; none: stands for a temperature that nobody knows."""
        node = self.node
        n = self.flowing_s
        values = [quality if self.day >= 0 else 0, self.day, min(self.seconds // 60, COUNT_MAX), min(self.starts, COUNT_MAX),
                  min(self.trips, COUNT_MAX), self.supply // n if n else none, self.back // n if n else none]
        sections = node.wells
        parts = [[one.lifted.water for one in sections], [one.returned.water for one in sections]]
        heated = sections or node.rooms
        parts += [[one.heat.energy for one in heated], [one.sink.energy for one in heated]]
        for meters in parts:
            low = sum([meter.low for meter in meters])
            carry = meters[0].carry if meters else 1000
            values += [sum([meter.high for meter in meters]) + low // carry, low % carry]
        return values + [0]

    def write(self, quality: int) -> str:
        """Store the row and begin the next day; why it could not, or "". The code of the rows is loaded for this alone."""
        from ..storage import history
        from ..tables import drop
        why = ""
        try:
            history.append(self.row(quality, history.NO_TEMPERATURE))
        except OSError as e:
            why = "the day's row cannot be stored (%s); free space on the board" % e
        drop(history)
        self.due = False
        self.day = -1  # the next second says which one runs
        self.clear()
        return why
