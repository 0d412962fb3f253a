"""The event journal: what the ring held, as lines in two files of bounded size.

Lines wait in RAM and are written together, at most every FLUSH_S, and at once (within a second) for what a
person will ask about later: trips, lockouts, failed scans.
"""

import os

from . import events

FLUSH_S = 300
SIZE_MAX = 12_000  # bytes; then the file becomes the old one
LINES_MAX = 64
AT_ONCE = (events.BOOT, events.TRIP, events.LOCKOUT, events.SCAN_FAULT)


class Journal:
    """Appends lines `uptime_s event where detail` to `path`; the file before it is `path`.old."""

    def __init__(self, path: str):
        self.path = path
        self.lines = []
        self.dropped = 0
        self.urgent = False
        self.flushed_s = 0

    def add(self, event, detail: str) -> None:
        """Keep one event (time_s, code, where, number) for the next flush. detail: the number in words."""
        time_s, code, where, _number = event
        self.note(time_s, "%s %d %s" % (events.EVENTS[code], where, detail))
        if code in AT_ONCE:
            self.urgent = True

    def note(self, time_s: int, text: str) -> None:
        """Keep one line in words for the next flush."""
        if len(self.lines) >= LINES_MAX:
            self.dropped += 1
            return
        self.lines.append("%d %s\n" % (time_s, text))

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
                    f.write("%d lost 0 %d\n" % (now_s, self.dropped))
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
