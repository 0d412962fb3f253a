"""A node's rows of ten minutes (firmware/wellhearth/storage/history.py): amounts from readings, and every gap as one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from wellhearth.control import wall
from wellhearth.storage import history

from . import days

DAY_0 = datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)
SLACK_S = 25  # times are stored in tens of seconds, rows are made in a calm moment


@dataclass(frozen=True)
class Row:
    """One row: a day's fields, and more.

    until: UTC, None without a clock. fresh: the first since a start. run_s: seconds run since the row before, or that
    start. rooms_cc: air in 0.01 degC, None where nobody knows.
    """

    number: int
    quality: str
    until: datetime.datetime | None
    fresh: bool
    run_s: int
    starts: int
    trips: int
    supply_cc: int | None
    return_cc: int | None
    lifted_l: int
    returned_l: int
    heat_wh: int
    cold_wh: int
    electricity_wh: int
    rooms_cc: tuple[int | None, ...]

    @property
    def begin(self) -> datetime.datetime | None:
        """When it began."""
        return self.until and self.until - datetime.timedelta(seconds=self.run_s)


def known(value: int) -> int | None:
    """A temperature of a row."""
    return None if value == history.NO_TEMPERATURE else value


def parse(data: bytes) -> Row | None:
    """A row of the node's file; None when its CRC does not fit."""
    found = history.row_of(data, history.TEN)
    if found is None:
        return None
    (_version, quality, number, tens, run_s, starts, trips, supply, back, lifted_m3, lifted_l, returned_m3, returned_l,
     heat_mwh, heat_wh, cold_mwh, cold_wh, electricity, *rooms) = found
    level = quality & ~history.FRESH
    return Row(number, wall.QUALITIES[level] if level < len(wall.QUALITIES) else "none",
               None if tens < 0 else DAY_0 + datetime.timedelta(seconds=10 * tens), bool(quality & history.FRESH), run_s,
               starts, trips, known(supply), known(back), 1000 * lifted_m3 + lifted_l, 1000 * returned_m3 + returned_l,
               1_000_000 * heat_mwh + heat_wh, 1_000_000 * cold_mwh + cold_wh, electricity, tuple(map(known, rooms)))


def rows_of(data: bytes) -> list[Row]:
    """Every whole row of a file's content."""
    size = history.TEN_BODY + 4
    found = [parse(data[i:i + size]) for i in range(0, len(data), size)]
    return [row for row in found if row is not None]


def break_of(row: Row, before: Row | None) -> tuple[str, int | None]:
    """("", 0) where a row goes on from the one before it; else what lies between them, and its seconds (None: unknown).

    off: the node did not run. clock: it ran, and its clock was set. lost: rows are missing.
    """
    if before is None:
        return "", 0
    gap_s = None
    if row.begin is not None and before.until is not None:
        gap_s = round((row.begin - before.until).total_seconds())
    if row.fresh:
        return "off", gap_s if gap_s is None or gap_s >= 0 else None
    if row.number != before.number % 65535 + 1:
        return "lost", gap_s
    if gap_s is not None and abs(gap_s) > SLACK_S:
        return "clock", gap_s
    return "", 0


def entries(rows: list[Row]) -> Iterator[dict]:
    """Every row with what was counted in it, and an entry of state off, clock or lost for each gap before it."""
    before = None
    for row in rows:
        state, gap_s = break_of(row, before)
        if state:
            yield {"state": state, "seconds": gap_s}
        counted = {f"{name}": days.amount(getattr(row, name), before and getattr(before, name))
                   for name in ("lifted_l", "returned_l", "heat_wh", "cold_wh", "electricity_wh")}
        yield {"state": "row", "number": row.number, "until": row.until, "clock": row.quality, "seconds": row.run_s,
               **counted, "lifted_total_l": row.lifted_l, "returned_total_l": row.returned_l,
               "heat_total_wh": row.heat_wh, "supply_cc": row.supply_cc, "return_cc": row.return_cc,
               "starts": row.starts, "trips": row.trips,
               **{f"room{i}_cc": value for i, value in enumerate(row.rooms_cc, start=1)}}
        before = row
