"""The event journal: what the ring held, as lines in two files of bounded size.

Lines wait in RAM and are written together, at most every FLUSH_S, and at once (within a second) for what a
person will ask about later: trips, lockouts, failed scans.

A line begins with its head: `NUMBER.UPTIME_S`, and where the time is known `.DAY.SECOND.QUALITY` behind it (UTC,
control/wall.py). NUMBER goes on over starts and counts what was not written too, so that a gap shows. Lines of older
firmware have the uptime alone.
"""

import os

from . import events

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

FLUSH_S = 300
SIZE_MAX = 20_000  # bytes; then the file becomes the old one
LINES_MAX = 64
TAIL = 512  # bytes that hold the last line
AT_ONCE = (events.BOOT, events.TRIP, events.LOCKOUT, events.SCAN_FAULT)


class Journal:
    """Appends lines `head event where detail` to `path`; the file before it is `path`.old."""

    def __init__(self, path: str):
        self.path = path
        self.clock: "Any" = None  # an app.clock.Clock, as soon as there is one
        self.number = last_number(path) or last_number(path + ".old")
        self.lines = []
        self.dropped = 0
        self.urgent = False
        self.flushed_s = 0

    def add(self, event: "Sequence[int]", detail: "str | int") -> None:
        """Keep one event (time_s, code, where, number) for the next flush. detail: the number in words."""
        time_s, code, where, _number = event
        self.note(time_s, "%s %d %s" % (events.EVENTS[code], where, detail))
        if code in AT_ONCE:
            self.urgent = True

    def note(self, time_s: int, text: str) -> None:
        """Keep one line in words for the next flush."""
        head = self.head(time_s)
        if len(self.lines) >= LINES_MAX:
            self.dropped += 1
            return
        self.lines.append("%s %s\n" % (head, text))

    def head(self, time_s: int) -> str:
        """The head of the next line."""
        self.number += 1
        clock = self.clock
        if clock is None or clock.wall.day < 0:
            return "%d.%d" % (self.number, time_s)
        return "%d.%d.%d.%d.%d" % (self.number, time_s, clock.wall.day, clock.wall.ms // 1000, clock.quality)

    def flush(self, now_s: int, force: bool = False) -> str:
        """Write when it is time. Returns why it could not, or ""."""
        if not self.lines or not (force or self.urgent or now_s - self.flushed_s >= FLUSH_S):
            return ""
        self.flushed_s = now_s
        self.urgent = False
        try:
            self.turn_over()
            with open(self.path, "a") as f:
                for line in self.lines:
                    f.write(line)
                if self.dropped:
                    f.write("%s lost 0 %d\n" % (self.head(now_s), self.dropped))
        except OSError as e:
            return "the journal cannot be written (%s); free space on the board" % e
        self.lines = []
        self.dropped = 0
        return ""

    def turn_over(self) -> None:
        """A full file becomes the old one."""
        try:
            size = os.stat(self.path)[6]
        except OSError:
            return
        if size > SIZE_MAX:
            os.rename(self.path, self.path + ".old")

    def read(self, n: int):
        """The last `n` lines, oldest first, those not yet written included."""
        found = []
        for path in (self.path + ".old", self.path):
            try:
                with open(path) as f:
                    for line in f:
                        found.append(line.rstrip())
                        if len(found) > n:
                            found.pop(0)
            except OSError:
                continue
        for line in self.lines:
            found.append(line.rstrip())
        return found[-n:]


def last_number(path: str) -> int:
    """The number of the last line of a file, 0 when there is none."""
    try:
        with open(path, "rb") as f:
            f.seek(max(0, os.stat(path)[6] - TAIL))
            lines = f.read().split(b"\n")
    except OSError:
        return 0
    while lines:
        number, dot, _ = lines.pop().partition(b".")
        if dot and number.isdigit():
            return int(number.decode())
    return 0
