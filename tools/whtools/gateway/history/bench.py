"""How large a year of a 16-room village is, and how long a day and a season take: `python -m whtools.gateway.history.bench [postgresql://...]`.

The year is written as the recorder would: every series' tens of a year (as a sample comes at least every fifteen minutes,
two of three tens have one), its days, and the last thirty days' minutes at the share of minutes in which a simulated winter
day's points moved beyond their deadbands.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from . import query
from .recorder import RECORDED
from .schema import DAY, MINUTE, SERIES, TEN, insert, open_store

ROOMS = 16
YEAR_D, MINUTES_D = 365, 30
MOVED = 0.22  # share of minutes with a sample: measured (host_tests/gateway/test_history.py)
BATCH = 50_000


def series() -> list[tuple[str, str]]:
    """(node, path) of a village: each room's node, the well's, the rooms as the well sees them."""
    found = [(f"room{n}", f"room1.{name}") for n in range(1, ROOMS + 1) for name in RECORDED["room"]]
    found += [(f"room{n}", f"node.{name}") for n in range(1, ROOMS + 1) for name in RECORDED["node"]]
    found += [("well", f"well.{name}") for name in RECORDED["well"]]
    return found + [("well", f"far{n}.{name}") for n in range(1, ROOMS + 1) for name in RECORDED["far"]]


def fill(engine: sa.Engine, begin_d: int) -> int:
    """A year from day `begin_d` on; returns how many rows."""
    rng, rows = random.Random(1), 0
    with engine.begin() as connection:
        ids = []
        for node, path in series():
            ids.append(insert(connection, SERIES, node=node, path=path))
        raw = connection.connection.cursor()
        mark = "%s" if engine.dialect.name == "postgresql" else "?"

        def put(table: sa.Table, many: list[tuple]) -> int:
            raw.executemany(f"INSERT INTO {table.name} VALUES ({', '.join([mark] * len(table.columns))})", many)
            return len(many)
        for one in ids:
            value, batch = rng.randrange(15000, 25000), []
            for at in range(begin_d * 144, (begin_d + YEAR_D) * 144):
                if at % 3:
                    value += rng.randrange(-120, 121)
                    batch.append((one, at, value, value - 60, value + 60))
            rows += put(TEN, batch)
            rows += put(DAY, [(one, begin_d + n, value, value - 500, value + 500, value) for n in range(YEAR_D)])
            last = range((begin_d + YEAR_D - MINUTES_D) * 1440, (begin_d + YEAR_D) * 1440)
            rows += put(MINUTE, [(one, at, value + rng.randrange(-300, 301)) for at in last if rng.random() < MOVED])
    return rows


def timed(engine: sa.Engine, span_s: int, end_s: int) -> tuple[float, int]:
    """(median of seven, in ms; points) of a room's curve."""
    times, points = [], 0
    for n in range(1, 8):
        begun = time.perf_counter()
        points = len(query.curve(engine, f"room{n}", "room1.room_mc", end_s - span_s, end_s))
        times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)[3], points


def run(address: str | None = None) -> dict:
    """The figures."""
    with tempfile.TemporaryDirectory(prefix="wellhearth-bench-") as folder:
        path = Path(folder) / "year.db"
        engine = open_store(address or str(path))
        begin_d = 20_000
        begun = time.perf_counter()
        rows = fill(engine, begin_d)
        end_s = (begin_d + YEAR_D) * 86400
        day, season = timed(engine, 86400, end_s), timed(engine, 150 * 86400, end_s)
        engine.dispose()
        size = sum(one.stat().st_size for one in Path(folder).iterdir())
        return {"series": len(series()), "rows": rows, "size_mb": round(size / 1e6),
                "written_s": round(time.perf_counter() - begun),
                "day_ms": round(day[0], 1),
                "day_points": day[1], "season_ms": round(season[0], 1), "season_points": season[1]}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1] if len(sys.argv) > 1 else None), indent=1))
