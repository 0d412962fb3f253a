"""A node's daily rows for water statements: October's last days and November, with gaps."""

from __future__ import annotations

import datetime
import random
import zlib

from wellhearth.storage import history
from whtools.papers import days, source

NOVEMBER = 9801  # 2026-11-01
NOW = datetime.datetime(2026, 12, 3, tzinfo=datetime.timezone.utc)
UNIT = {"unit": "abc123", "name": "house 7"}


def day_row(number, day, lifted, returned, **more):
    values = dict(run=1440, starts=9, trips=0, supply=1400, back=1100, heat=number * 12345, power=0) | more
    body = history.struct.pack(history.FORMAT, 1, 5, number, day, values["run"], values["starts"], values["trips"],
                               values["supply"], values["back"], lifted // 1000, lifted % 1000, returned // 1000,
                               returned % 1000, values["heat"] // 10**6, values["heat"] % 10**6, 0, 0, values["power"])
    return days.parse(body + history.struct.pack("<I", zlib.crc32(body)))


def month_rows(seed=1, skip=(10, 11, 20), clockless=(15,)):
    """October's last day and November: some days without a row, one without a clock."""
    rng = random.Random(seed)
    lifted, returned, number, rows = 500_000, 495_000, 30, []
    for day in range(NOVEMBER - 2, NOVEMBER + 32):
        lifted += 60_000 + rng.randrange(30_000)
        returned = lifted * 99 // 100
        if day - NOVEMBER + 1 in skip:
            continue
        number += 1
        rows.append(day_row(number, -1 if day - NOVEMBER + 1 in clockless else day, lifted, returned))
    return rows


def source_of(rows, lines=()):
    config = {"well": {"pulses_per_m3": 50000, "return_pulses_per_m3": 50000}}
    return source.Source(config, rows, ["abc123", len(rows), source.chain(rows), "00" * 32], list(lines))
