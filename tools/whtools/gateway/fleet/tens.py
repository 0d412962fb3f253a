"""Means of ten minutes made in memory: a fleet writes a tenth of what a single house's recorder writes.

A kill loses the ten begun. Means are weighted by time, as history.recorder makes them: a value holds until the next one.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from ..history.schema import SERIES, TEN, insert, put

TEN_S = 600


@dataclass(slots=True)
class Open:
    """A ten that is being made. sum: value times seconds up to `at`."""

    ten: int
    begin: float
    at: float
    value: int
    sum: float
    low: int
    high: int


class Tens:
    """`take` from any thread; `flush` writes the tens that have ended."""

    def __init__(self, engine: sa.Engine):
        self.engine = engine
        self.lock = threading.Lock()
        self.open: dict[tuple[str, str], Open] = {}
        self.done: list[tuple[tuple[str, str], dict]] = []
        with engine.connect() as connection:
            self.ids = {(row.node, row.path): row.id for row in connection.execute(sa.select(SERIES))}

    def take(self, node: str, values: dict[str, int], at: float) -> None:
        """Values of a node at `at`, UTC seconds. A clock that jumped back begins anew."""
        ten = int(at // TEN_S)
        with self.lock:
            for path, value in values.items():
                one = self.open.get((node, path))
                if one is None or ten != one.ten or at < one.at:
                    if one is not None and ten > one.ten:
                        self.end((node, path), one)
                    self.open[node, path] = Open(ten, at, at, value, 0.0, value, value)
                    continue
                one.sum += one.value * (at - one.at)
                one.at, one.value = at, value
                one.low, one.high = min(one.low, value), max(one.high, value)

    def end(self, key: tuple[str, str], one: Open) -> None:
        """A ten is over: its last value held to its end. The lock is held."""
        end = (one.ten + 1) * TEN_S
        mean = (one.sum + one.value * (end - one.at)) / max(1e-6, end - one.begin)
        self.done.append((key, {"at": one.ten, "mean": round(mean), "low": one.low, "high": one.high}))

    def flush(self, now: float) -> int:
        """Write what has ended before `now`; returns how many rows. What the database refuses waits for the next time."""
        with self.lock:
            for key in [key for key, one in self.open.items() if one.ten < int(now // TEN_S)]:
                self.end(key, self.open.pop(key))
            done, self.done = self.done, []
        try:
            with self.engine.begin() as connection:
                self.make(connection, {key for key, _row in done} - self.ids.keys())
                put(connection, TEN, [{"series": self.series(connection, key), **row} for key, row in done])
        except SQLAlchemyError:
            with self.lock:
                self.done = done + self.done
                self.ids = {}
            raise
        return len(done)

    def make(self, connection: sa.Connection, keys: set[tuple[str, str]]) -> None:
        """New series, all at once: a fleet that is switched on brings hundreds of thousands."""
        if not keys:
            return
        there = {(row.node, row.path): row.id for row in connection.execute(sa.select(SERIES))}
        new = [{"node": node, "path": path} for node, path in sorted(keys - there.keys())]
        if new:
            connection.execute(sa.insert(SERIES), new)
        self.ids = {(row.node, row.path): row.id for row in connection.execute(sa.select(SERIES))}

    def series(self, connection: sa.Connection, key: tuple[str, str]) -> int:
        """The number of a series, made when it is new."""
        found = self.ids.get(key)
        if found is None:
            where = sa.select(SERIES.c.id).where(SERIES.c.node == key[0], SERIES.c.path == key[1])
            found = connection.execute(where).scalar() or insert(connection, SERIES, node=key[0], path=key[1])
            self.ids[key] = found
        return found
