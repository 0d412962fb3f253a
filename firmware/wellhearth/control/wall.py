"""The clock on the wall: UTC as days and milliseconds, moved on by the scan's ticks.

Nothing that waits, measures or protects asks it: timers and meters run from the ticks themselves, so a jump of this clock
moves none of them. It tells schedule and quiet hours the minute of the week, and people the time.
"""

# Who gave the time, least trusted first. ntp: its place in the order; nothing gives it yet.
QUALITIES = ("none", "kept", "bus", "host", "ntp", "rtc")
NONE, KEPT, BUS, HOST, NTP, RTC = range(6)

LAST_DAY = 36524  # 2099-12-31
DAY_MS = 86_400_000
WEEK_MIN = 10080
SATURDAY = 5  # 2000-01-01


class Wall:
    """day: days since 2000-01-01 UTC, -1 while nobody knows. ms: of that day. offset_min: local time ahead of UTC."""

    def __init__(self):
        self.day = -1
        self.ms = 0
        self.offset_min = 0
        self.posted = None

    def post(self, day: int, ms: int) -> None:
        """The main thread: the next scan takes this time over; both words at once, or a scan could see half of it."""
        self.posted = (day, ms)

    def advance(self, dt_ms: int) -> None:
        """One scan: so many ms since the last one. Allocates nothing."""
        posted = self.posted
        if posted is not None:
            self.posted = None
            self.day, self.ms = posted
            return
        if self.day < 0:
            return
        ms = self.ms + dt_ms
        while ms >= DAY_MS:
            ms -= DAY_MS
            self.day += 1
        self.ms = ms

    def week_min(self) -> int:
        """Minute of the local week, Monday 00:00 is 0; -1 while nobody knows the time."""
        if self.day < 0:
            return -1
        return ((self.day + SATURDAY) % 7 * 1440 + self.ms // 60000 + self.offset_min) % WEEK_MIN
