"""`make bench-history`: how large a year of a 16-room village is, and how long a day and a season take to read.

    python -m history_bench [--days 365] [--no-postgresql] [--database postgresql://...] [--timescaledb] [--out FILE.json]

SQLite in a folder, then a PostgreSQL that the bench starts and stops itself (or the empty one of --database). The year is
written as the recorder would, in the order of time: every series' tens (a sample comes at least every fifteen minutes: two
of three tens have one), its days, a journal, and the last thirty days' minutes at the share of minutes in which a simulated
winter day's points moved beyond their deadbands. Both databases get the same rows and are asked the same; their answers are
compared whole.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from doubles import postgres
from whtools.gateway.history import hypertables, query, schema
from whtools.gateway.history.daily import Place, comfort
from whtools.gateway.history.recorder import RECORDED

ROOMS = 16
BEGIN_D = 20_000
MINUTES_D = 30
MOVED = 0.22  # share of minutes with a sample: measured (host_tests/gateway/test_history.py)
LINES = 20  # of the journal, a node and day: reckoned, not measured
MOST_MB, DAY_MS, SEASON_MS = 1000, 100, 1000
SEASON_D = 150


def series() -> list[tuple[str, str]]:
    """(node, path) of a village: each room's node, the well's, the rooms as the well sees them."""
    found = [(f"room{n}", f"room1.{name}") for n in range(1, ROOMS + 1) for name in RECORDED["room"]]
    found += [(f"room{n}", f"node.{name}") for n in range(1, ROOMS + 1) for name in RECORDED["node"]]
    found += [("well", f"well.{name}") for name in RECORDED["well"]]
    return found + [("well", f"far{n}.{name}") for n in range(1, ROOMS + 1) for name in RECORDED["far"]]


def year(days: int) -> Iterator[tuple[sa.Table, list[tuple]]]:
    """(table, rows) by day, the same at every call."""
    rng = random.Random(1)
    values = [rng.randrange(15000, 25000) for _ in series()]
    ids = range(1, len(values) + 1)
    for day in range(BEGIN_D, BEGIN_D + days):
        tens: list[tuple] = []
        for at in range(day * 144, day * 144 + 144):
            if at % 3:
                values = [value + int(rng.random() * 241) - 120 for value in values]
                tens += [(one, at, value, value - 60, value + 60) for one, value in zip(ids, values)]
        yield schema.TEN, tens
        yield schema.DAY, [(one, day, value, value - 500, value + 500, value) for one, value in zip(ids, values)]
        if day >= BEGIN_D + days - MINUTES_D:
            yield schema.MINUTE, [(one, at, value + int(rng.random() * 601) - 300) for at in
                                  range(day * 1440, day * 1440 + 1440) for one, value in zip(ids, values)
                                  if rng.random() < MOVED]
        nodes = ["well", *(f"room{n}" for n in range(1, ROOMS + 1))]
        yield schema.LINE, [(None, node, n, day * 86400 + n * 4000, "start", "room1", "compressor_on", "0", "1", "host", "")
                            for n in range(LINES) for node in nodes]


def write(connection: sa.Connection, table: sa.Table, rows: list[tuple]) -> None:
    """Rows of all columns; an `id` of None is the database's to give."""
    columns = [column.name for column in table.columns]
    if rows[0][0] is None:
        columns, rows = columns[1:], [row[1:] for row in rows]
    raw = connection.connection.cursor()
    if connection.dialect.name == "postgresql":
        with raw.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        raw.executemany(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)


def fill(engine: sa.Engine, days: int) -> int:
    """The year, a transaction a piece; returns how many rows."""
    count, begun = 0, time.perf_counter()
    with engine.begin() as connection:
        connection.execute(sa.insert(schema.SERIES), [{"id": n, "node": node, "path": path}
                                                      for n, (node, path) in enumerate(series(), 1)])
    for table, rows in year(days):
        with engine.begin() as connection:
            write(connection, table, rows)
        count += len(rows)
        if table is schema.LINE and sys.stderr.isatty():
            print(f"\r{engine.dialect.name}: {count / 1e6:.1f} million rows, {time.perf_counter() - begun:.0f} s ", end="",
                  file=sys.stderr, flush=True)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")  # a server that runs for a year has done it by itself
    return count


def timed(engine: sa.Engine, span_s: int, end_s: int) -> tuple[float, float, int]:
    """(median ms, longest ms, points) of a room's curve, over all rooms."""
    times, points = [], 0
    for n in range(1, ROOMS + 1):
        begun = time.perf_counter()
        points = len(query.curve(engine, f"room{n}", "room1.room_mc", end_s - span_s, end_s))
        times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)[ROOMS // 2], max(times), points


def answers(engine: sa.Engine, days: int) -> dict[str, str]:
    """A digest of each kind of answer that the page and the reports get."""
    end_d, end_s = BEGIN_D + days, (BEGIN_D + days) * 86400

    def curves(span_d: int, every: int) -> list:
        return [query.curve(engine, *one, end_s - span_d * 86400, end_s) for one in series()[::every]]
    found = {"days of every series": curves(1, 1), "a week of every series": curves(7, 1),
             "seasons of every seventh series": curves(SEASON_D, 7), "a year of every series": curves(365, 1),
             "water by day": query.by_day(engine, "well", "well.circulated_m3", "well.circulated_l", 1000, 90, end_d),
             "comfort": comfort(engine, Place("room3", "room1", ""), 90, end_d, 8 * 3600),
             "journal": [tuple(row) for row in query.journal(engine, ["well", "room2"], None, 1000)]}
    return {name: hashlib.sha256(repr(answer).encode()).hexdigest()[:16] for name, answer in found.items() if answer}


def measure(address: str, days: int, folder: Path | None = None) -> dict:
    """The figures of one database. folder: of a SQLite file, whose size is the files'."""
    engine = schema.open_store(address)
    with engine.connect() as connection:
        if connection.execute(sa.select(sa.func.count()).select_from(schema.SERIES)).scalar():
            raise SystemExit(f"{engine.dialect.name}: this database has a history already; the bench wants an empty one")
    begun = time.perf_counter()
    rows = fill(engine, days)
    written_s, end_s = time.perf_counter() - begun, (BEGIN_D + days) * 86400
    day, season = timed(engine, 86400, end_s), timed(engine, SEASON_D * 86400, end_s)
    said = answers(engine, days)
    with engine.connect() as connection:
        cut = sorted(hypertables.cut(connection))
        size = 0 if folder is not None else hypertables.size_bytes(connection, list(schema.META.tables.values()))
    engine.dispose()
    if folder is not None:
        size = sum(one.stat().st_size for one in folder.iterdir())
    return {"rows": rows, "size_mb": round(size / 1e6), "written_s": round(written_s), "day_ms": round(day[0], 1),
            "day_longest_ms": round(day[1], 1), "day_points": day[2], "season_ms": round(season[0], 1),
            "season_longest_ms": round(season[1], 1), "season_points": season[2], "hypertables": cut, "answers": said}


def shortfalls(name: str, found: dict) -> list[str]:
    """What misses its mark, in words."""
    bars = (("size_mb", MOST_MB, "MB"), ("day_longest_ms", DAY_MS, "ms for a day"),
            ("season_longest_ms", SEASON_MS, "ms for a season"))
    return [f"{name}: {found[key]} {unit}, more than {most}" for key, most, unit in bars if found[key] > most]


def run(args: argparse.Namespace) -> dict:
    """Every database that can be had."""
    found: dict = {"days": args.days, "series": len(series())}
    with tempfile.TemporaryDirectory(prefix="wellhearth-bench-") as folder:
        found["sqlite"] = measure(str(Path(folder) / "year.db"), args.days, Path(folder))
    if args.no_postgresql:
        return found
    with contextlib.ExitStack() as stack:
        try:
            address = args.database or stack.enter_context(postgres.server("timescaledb" if args.timescaledb else ""))
        except postgres.Missing as e:
            print(f"postgresql is skipped: {e}", file=sys.stderr)
            return found
        found["postgresql"] = measure(address, args.days)
    found["equal"] = found["sqlite"]["answers"] == found["postgresql"]["answers"]
    return found


def main() -> int:
    """The command line; 1 when a mark is missed, or the databases differ."""
    parser = argparse.ArgumentParser(prog="make bench-history",
                                     description="a year of a 16-room village: size, times, answers")
    parser.add_argument("--days", type=int, default=365, help="how long a year is (365)")
    parser.add_argument("--database", metavar="postgresql://...", help="an empty one to measure instead of one of our own")
    parser.add_argument("--no-postgresql", action="store_true", help="SQLite alone")
    parser.add_argument("--timescaledb", action="store_true", help="start our own PostgreSQL with TimescaleDB loaded")
    parser.add_argument("--out", type=Path, help="write the figures there too")
    args = parser.parse_args()
    found = run(args)
    text = json.dumps(found, indent=1)
    print(text)
    if args.out:
        args.out.write_text(text + "\n")
    short = [line for name in ("sqlite", "postgresql") if name in found for line in shortfalls(name, found[name])]
    if not found.get("equal", True):
        short.append("SQLite and PostgreSQL answer differently")
    print("\n".join(short) or "every mark is met", file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
