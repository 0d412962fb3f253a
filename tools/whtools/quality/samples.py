"""Laboratory results from a file, what is due, and what changed beyond the methods' errors.

A results file is CSV with the columns date (YYYY-MM-DD), place (e.g. well3), indicator, value, and, if the laboratory gives
it, error (of its method, in the unit of the value).
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import standard
from .standard import Indicator, QualityError

COLUMNS = ("date", "place", "indicator", "value")
ERROR_SHARE = 0.1  # where the laboratory gives none: a tenth, as duplicate samples differ in practice


@dataclass(frozen=True)
class Result:
    """One value of one indicator at one place on one day."""

    date: datetime.date
    place: str
    indicator: Indicator
    value: str
    error: float | None = None

    @property
    def grade(self) -> str:
        """Its class."""
        return standard.class_of(self.indicator, self.value)

    @property
    def number(self) -> float:
        """Its value as a number."""
        return standard.amount(self.indicator, self.value)

    @property
    def doubt(self) -> float:
        """How far it may be off."""
        return self.error if self.error is not None else self.number * ERROR_SHARE


def read(path: Path) -> list[Result]:
    """The results of a file, oldest first. QualityError with the line and what is wrong."""
    with path.open(encoding="utf-8-sig", newline="") as f:
        rows = csv.DictReader(f)
        missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise QualityError(f"{path}: the columns {', '.join(missing)} are missing; wanted are {', '.join(COLUMNS)}"
                               "[, error]")
        found: list[Result] = []
        seen: dict[tuple, int] = {}
        for number, row in enumerate(rows, start=2):
            try:
                one = result(row)
            except QualityError as e:
                raise QualityError(f"{path}:{number}: {e}") from None
            key = one.date, one.place, one.indicator.key
            if key in seen:
                raise QualityError(f"{path}:{number}: {one.indicator.key} of {one.place} on {one.date} stands in line"
                                   f" {seen[key]} already")
            seen[key] = number
            found.append(one)
    return sorted(found, key=lambda one: (one.date, one.place, one.indicator.key))


def result(row: dict) -> Result:
    """One line; QualityError with what is wrong."""
    try:
        date = datetime.date.fromisoformat((row["date"] or "").strip())
    except ValueError:
        raise QualityError(f"date = {row['date']!r}: must be YYYY-MM-DD") from None
    place, value = (row["place"] or "").strip(), (row["value"] or "").strip()
    if not place or not value:
        raise QualityError("place and value must not be empty")
    indicator = standard.find(row["indicator"] or "")
    error = (row.get("error") or "").strip()
    try:
        doubt = float(error) if error else None
    except ValueError:
        raise QualityError(f"error = {error!r}: must be a number in the unit of the value") from None
    one = Result(date, place, indicator, value, doubt)
    assert one.grade  # raises what is wrong with the value
    return one


def latest(results: Iterable[Result], until: datetime.date | None = None) -> dict[tuple[str, str], Result]:
    """{(place, indicator): its last result}, up to and with a day."""
    return {(one.place, one.indicator.key): one for one in results if until is None or one.date <= until}


def due(results: list[Result], today: datetime.date) -> list[tuple[str, Indicator, datetime.date | None]]:
    """(place, indicator, day) of every sample that is due by today at each place that was sampled; None: never taken."""
    last = latest(results, today)
    found: list[tuple[str, Indicator, datetime.date | None]] = []
    for place in sorted({one.place for one in results}):
        for indicator in standard.indicators().values():
            one = last.get((place, indicator.key))
            when = one.date + datetime.timedelta(days=indicator.days) if one else None
            if when is None or when <= today:
                found.append((place, indicator, when))
    return found


def changes(results: list[Result], before: datetime.date, after: datetime.date) -> list[tuple[Result, Result]]:
    """(last result up to `before`, up to `after`) of what changed by more than both methods may be off, or in class."""
    was, now = latest(results, before), latest(results, after)
    pairs = [(was[key], now[key]) for key in now if key in was and now[key].date > was[key].date]
    return [(a, b) for a, b in pairs
            if a.grade != b.grade or abs(a.number - b.number) > (a.doubt ** 2 + b.doubt ** 2) ** 0.5]
