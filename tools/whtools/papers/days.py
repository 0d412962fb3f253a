"""The days of a month from a node's daily rows (firmware/wellhearth/storage/history.py): amounts from readings."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass

from wellhearth.storage import history

DAY_0 = datetime.date(2000, 1, 1)


@dataclass(frozen=True)
class Row:
    """One daily row. Readings in l and Wh; temperatures in 0.01 degC, None where nobody knows; day: None without a clock."""

    data: bytes
    quality: int
    number: int
    day: datetime.date | None
    run_min: int
    starts: int
    trips: int
    supply_cc: int | None
    return_cc: int | None
    lifted_l: int
    returned_l: int
    heat_wh: int
    cold_wh: int
    electricity_wh: int


def parse(data: bytes) -> Row | None:
    """A row of the node's file; None when its CRC does not fit."""
    found = history.row_of(data)
    if found is None:
        return None
    (_version, quality, number, day, run_min, starts, trips, supply, back, lifted_m3, lifted_l, returned_m3, returned_l,
     heat_mwh, heat_wh, cold_mwh, cold_wh, electricity) = found
    none = history.NO_TEMPERATURE
    return Row(data, quality, number, None if day < 0 else DAY_0 + datetime.timedelta(days=day), run_min, starts, trips,
               None if supply == none else supply, None if back == none else back, 1000 * lifted_m3 + lifted_l,
               1000 * returned_m3 + returned_l, 1_000_000 * heat_mwh + heat_wh, 1_000_000 * cold_mwh + cold_wh, electricity)


def rows_of(data: bytes) -> list[Row]:
    """Every whole row of a file's content."""
    found = [parse(data[i:i + history.ROW]) for i in range(0, len(data), history.ROW)]
    return [row for row in found if row is not None]


def month_range(month: str) -> tuple[datetime.date, datetime.date]:
    """(first, last day) of "2026-11"; ValueError says what is wanted."""
    try:
        first = datetime.datetime.strptime(month, "%Y-%m").date()
    except ValueError:
        raise ValueError(f"{month!r} is no month, e.g. 2026-11") from None
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def of_month(rows: list[Row], month: str) -> tuple[Row | None, list[Row]]:
    """(the reading the month begins from, rows from there to the month's last one).

    A row without a clock belongs to the month in which the next one with a clock lies.
    """
    first, last = month_range(month)
    inside = [i for i, row in enumerate(rows) if row.day is not None and first <= row.day <= last]
    if not inside:
        return None, []
    before = max((i for i in range(inside[0]) if rows[i].day is not None), default=-1)
    return (rows[before] if before >= 0 else None), rows[before + 1:inside[-1] + 1]


def amount(now: int, then: int | None) -> int | None:
    """What a meter counted; None where it stands lower than before, or nothing is known of before."""
    return None if then is None or now < then else now - then


def electricity(row: Row, before: Row | None) -> int | None:
    """What was metered, Wh; None where it was not. The counter has 32 bits."""
    if before is None or not row.electricity_wh:
        return None
    used = row.electricity_wh - before.electricity_wh & 0xFFFFFFFF
    return used if used < 1 << 31 else None


def cop(heat_wh: int | None, cold_wh: int | None, used_wh: int | None) -> float | None:
    """Useful heat for one unit of electricity, as the node reckons it (app/account.py): heat from the ground and the
    electricity itself, or cold less the electricity. None of a time with both, or with next to no electricity."""
    if heat_wh is None or cold_wh is None or not used_wh or used_wh < 50:
        return None
    if cold_wh * 50 <= heat_wh:
        return (heat_wh + used_wh) / used_wh
    return (cold_wh - used_wh) / used_wh if heat_wh * 50 <= cold_wh and cold_wh > used_wh else None


def entry_of(row: Row, before: Row | None, version: int = 2) -> dict:
    """What a row says of the time since the one before it. version: of the statement it stands in; the first had no
    electricity."""
    state = "day"
    if row.day is None:
        state = "no_clock"
    elif before is None:
        state = "first_reading"
    elif row.lifted_l < before.lifted_l or row.returned_l < before.returned_l:
        state = "meters_reset"
    elif row.number != before.number + 1:
        state = "rows_missing"
    elif before.day is not None and (row.day - before.day).days != 1:
        state = "several_days"
    elif before.day is None:
        state = "after_no_clock"
    return {"day": None if row.day is None else row.day.isoformat(), "state": state, "row": row.data.hex(),
            "lifted_l": amount(row.lifted_l, before and before.lifted_l),
            "returned_l": amount(row.returned_l, before and before.returned_l),
            "heat_wh": amount(row.heat_wh, before and before.heat_wh),
            "cold_wh": amount(row.cold_wh, before and before.cold_wh),
            "supply_cc": row.supply_cc, "return_cc": row.return_cc, "run_min": row.run_min, "starts": row.starts,
            "trips": row.trips, **({"electricity_wh": electricity(row, before)} if version > 1 else {})}


def entries(before: Row | None, rows: list[Row], month: str, until: datetime.date, version: int = 2) -> list[dict]:
    """The month's days in their order: a row each, and `gap` for a day without one, up to `until`."""
    first, last = month_range(month)
    found: list[dict] = []
    expected = first
    for row in rows:
        if row.day is not None:
            while expected < min(row.day, last):
                found.append({"day": expected.isoformat(), "state": "gap"})
                expected += datetime.timedelta(days=1)
            expected = max(expected, row.day + datetime.timedelta(days=1))
        found.append(entry_of(row, before, version))
        before = row
    while expected <= min(last, until):
        found.append({"day": expected.isoformat(), "state": "gap"})
        expected += datetime.timedelta(days=1)
    return found
