"""A DS3231 clock chip as bought: its drift, its cell, its oscillator-stop flag, and a bus that may be dead."""

from __future__ import annotations

import datetime
import random

START = datetime.datetime(2026, 1, 1)
STOPPED = 0x80
DRIFT_PPM = 2.0  # data sheet, 0 to 40 degC
STATUS, CONTROL = 0x0F, 0x0E
SILENT = b"\xff" * 8


def bcd(value: int) -> int:
    """Two digits in a byte."""
    return value // 10 << 4 | value % 10


class Ds3231:
    """Counts seconds since 2026-01-01 UTC from a world that tells it its own. fault: "", "dead" (no answer), "rubbish".

    New from the shop it stands still: its flag is set and it begins at 2000-01-01 (data sheet, "OSF").
    """

    def __init__(self, seed: int, ideal: bool = False):
        self.ppm = 0.0 if ideal else random.Random(f"ds3231-{seed}").uniform(-DRIFT_PPM, DRIFT_PPM)
        self.fault = ""
        self.stopped = True
        self.offset_s = (datetime.datetime(2000, 1, 1) - START).total_seconds()  # what it is ahead of `world_s` at `since_s`
        self.since_s = 0.0
        self.written: list[tuple[int, bytes]] = []
        self.now_s = 0.0

    def utc(self) -> datetime.datetime:
        """What it shows."""
        drift_s = (self.now_s - self.since_s) * self.ppm / 1e6
        return START + datetime.timedelta(seconds=int(self.now_s + self.offset_s + drift_s))

    def set(self, when: datetime.datetime) -> None:
        """As if somebody had set it."""
        self.stopped = False
        self.since_s = self.now_s
        self.offset_s = (when - START).total_seconds() - self.now_s

    def image(self, world_s: float) -> bytes:
        """Registers 0 to 6 and the status, at this time of the world (seconds since 2026-01-01 UTC)."""
        self.now_s = world_s
        if self.fault == "dead":
            return SILENT
        if self.fault == "rubbish":
            return b"\x5a\xff\xaa\x01\x3a\x1f\xfa\x00"
        t = self.utc()
        century = 0x80 if t.year >= 2100 else 0
        return bytes([bcd(t.second), bcd(t.minute), bcd(t.hour), t.weekday() + 1, bcd(t.day), bcd(t.month) | century,
                      bcd(t.year % 100), STOPPED if self.stopped else 0])

    def write(self, register: int, data: bytes) -> None:
        """From the board."""
        self.written.append((register, data))
        if register == 0 and len(data) == 7:
            second, minute, hour, _weekday, day, month, year = [(b >> 4) * 10 + (b & 15) for b in data]
            stopped = self.stopped
            self.set(datetime.datetime(2000 + year, month, day, hour, minute, second))
            self.stopped = stopped  # the flag is taken back by hand
        elif register == STATUS and not data[0] & STOPPED:
            self.stopped = False
