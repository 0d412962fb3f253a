"""Writes what the hub tells: a point when it moved by more than its deadband, and every fifteen minutes.

Samples wait in memory until `flush`, at most FLUSH_S: that, and no more, is lost by a kill. A sample belongs to its minute,
the last one of a minute counts. `roll` makes the tens of minutes and the days, and lets go of what is too old.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from ..nodes import Change, Hub
from ..nodes.transport import Clock
from . import hypertables, plant_points
from .schema import DAY, LINE, MINUTE, ROLLED, SERIES, TEN, insert, put

FLUSH_S = 20.0
EVERY_MIN = 15
LATE_S = 90  # a mean is made so long after its end: by then its last sample is written
AGAIN = 200  # means made anew after a clock that ran ahead was put right
MINUTES_D, TENS_D = 30, 730  # days that minutes and tens are kept
DEADBAND = {"mc": 50, "mk": 50, "pm": 10, "lph": 20, "kpa": 2, "w": 50, "wh": 100, "ma": 100, "s": 60, "l": 10}
# What people look at again; the node's own statistics (scan times, frames) are not kept.
RECORDED = {
    "room": ("room_mc", "target_mc", "setpoint_mc", "mode", "state", "compressor_on", "duty_pm", "fan_pm", "supply_air_mc",
             "leaving_mc", "source_wh", "source_mwh", "sink_wh", "sink_mwh", "trips", "lockouts", "reason", "starts"),
    "far": ("room_mc", "target_mc", "setpoint_mc", "mode", "state", "compressor_on", "demand_w", "room_trips", "online"),
    "well": ("flow_lph", "flow_setpoint_lph", "pump_speed_pm", "supply_mc", "return_mc", "reinjection_kpa", "source_w",
             "circulated_l", "circulated_m3", "returned_l", "returned_m3", "source_wh", "source_mwh", "sink_wh", "sink_mwh",
             "level_kpa", "capacity_percent", "trips", "lockouts", "state", "starts"),
    "loop": ("supply_mc", "return_mc", "pressure_kpa", "trips"), "node": ("alarm", "demand_limit_pm"),
    "account": ("source", "power_w", "electricity_wh", "electricity_mwh", "heat_metered", "cop_day", "ratio_day_pm",
                "season_lifted_m3", "season_tax_fen"),
    "meter": ("state", "power_w", "energy_wh", "energy_mwh", "volume_l", "volume_m3"),
}
RECORDED["well2"] = RECORDED["well"]
RECORDED |= plant_points.RECORDED


class Recorder:
    """hub: whose changes are kept. engine: schema.open_store's. zone_s: of days, seconds east of Greenwich."""

    def __init__(self, engine: sa.Engine, hub: Hub | None = None, clock: Clock | None = None, zone_s: int = 8 * 3600):
        self.engine = engine
        self.clock = clock or Clock()
        self.zone_s = zone_s
        self.lock = threading.Lock()
        self.kept: dict[tuple[str, str], tuple[int, int]] = {}  # (node, path): (minute, value) last written
        self.latest: dict[tuple[str, str], int] = {}
        self.samples: dict[tuple[str, str, int], int] = {}
        self.lines: list[dict] = []
        self.failed = ""  # why the last flush could not be written
        self.flushed = self.clock.mono()
        self.hub = hub
        with engine.begin() as connection:
            self.ids = {(row.node, row.path): row.id for row in connection.execute(sa.select(SERIES))}
        if hub is not None:
            hub.subscribe(self.heard)

    # -- the hub's thread --

    def heard(self, change: Change) -> None:
        """Keep what is worth it."""
        node = self.hub.nodes().get(change.node) if self.hub is not None else None
        minute = int(change.at // 60)
        with self.lock:
            for path, value in change.values.items():
                row = node.row(path) if node is not None else None
                block, _, name = path.partition(".")
                kind = node.tables[block].kind if node is not None and block in node.tables else block
                unknown = node is not None and node.value(path) is None  # a sensor that was never valid is not at 0 degC
                if name in RECORDED.get(kind, ()) and not unknown:
                    self.sample(change.node, path, minute, value, DEADBAND.get(row.unit if row else "", 0))
            for (where, path), value in self.latest.items() if change.online else ():
                if where == change.node and self.kept[where, path][0] <= minute - EVERY_MIN:
                    self.keep(where, path, minute, value)
            self.lines += [line_of(change, entry) for entry in change.journal]
        if self.clock.mono() - self.flushed >= FLUSH_S:
            self.flush()

    def sample(self, node: str, path: str, minute: int, value: int, deadband: int) -> None:
        """One reading. A clock that jumped back writes its minutes anew."""
        self.latest[node, path] = value
        before = self.kept.get((node, path))
        if before is None or abs(value - before[1]) > deadband or not minute - EVERY_MIN < before[0] <= minute:
            self.keep(node, path, minute, value)

    def keep(self, node: str, path: str, minute: int, value: int) -> None:
        """Into the samples that wait."""
        self.kept[node, path] = (minute, value)
        self.samples[node, path, minute] = value

    # -- writing --

    def flush(self) -> None:
        """Write what waits, in one transaction; what cannot be written waits on, and `failed` says why."""
        with self.lock:
            samples, lines = self.samples, self.lines
            self.samples, self.lines = {}, []
            self.flushed = self.clock.mono()
        try:
            with self.engine.begin() as connection:
                rows = [{"series": self.series(connection, node, path), "at": at, "value": value}
                        for (node, path, at), value in samples.items()]
                put(connection, MINUTE, rows)
                if lines:
                    connection.execute(sa.insert(LINE), lines)
            self.failed = ""
        except SQLAlchemyError as e:
            with self.lock:
                self.samples, self.lines = {**samples, **self.samples}, lines + self.lines
                self.ids = {}
            self.failed = f"history cannot be written: {e.__class__.__name__}; is the disk full, the database up?"

    def series(self, connection: sa.Connection, node: str, path: str) -> int:
        """The number of a series, made when it is new."""
        found = self.ids.get((node, path))
        if found is None:
            query = sa.select(SERIES.c.id).where(SERIES.c.node == node, SERIES.c.path == path)
            found = connection.execute(query).scalar()
            if found is None:
                found = insert(connection, SERIES, node=node, path=path)
            self.ids[node, path] = found
        return found

    def roll(self) -> int:
        """Tens and days of what has ended since the last time; deletes what is too old. Returns how many rows were made."""
        now = int(self.clock.wall()) - LATE_S
        with self.engine.begin() as connection:
            made = roll_tens(connection, now // 600)
            days = roll_days(connection, (now + self.zone_s) // 86400, self.zone_s)
            for table, unit_s, kept_d in ((MINUTE, 60, MINUTES_D), (TEN, 600, TENS_D)) if days else ():
                hypertables.forget(connection, table, (now - kept_d * 86400) // unit_s)
        return made + days


def line_of(change: Change, entry) -> dict:
    """A journal entry as a row."""
    at = int(entry.utc.timestamp()) if entry.utc is not None else int(change.at)
    return {"node": change.node, "number": entry.number, "at": at, "event": entry.event[:20], "place": entry.where[:20],
            "key": entry.key[:80], "was": entry.was[:40], "value": entry.value[:40], "who": entry.who[:80],
            "text": entry.text[:200]}


def means(rows: Iterable[tuple[int, int, int]], before: dict[int, int], begin: int, end: int) -> list[dict]:
    """Means weighted by time of a step function, a row for each series that has a sample in minutes [begin, end).

    rows: (series, minute, value) rising; before: each series' value at `begin`.
    """
    by_series: dict[int, list[tuple[int, int]]] = {}
    for series, at, value in rows:
        by_series.setdefault(series, []).append((at, value))
    found = []
    for series, steps in by_series.items():
        first = before.get(series, steps[0][1])
        points = [(begin, first), *steps] if steps[0][0] > begin else steps
        ends = [at for at, _value in points[1:]] + [end]
        total = sum(value * (until - at) for (at, value), until in zip(points, ends))
        values = [value for _at, value in points]
        found.append({"series": series, "mean": round(total / (end - points[0][0])), "low": min(values),
                      "high": max(values), "last": values[-1]})
    return found


def roll_up(connection: sa.Connection, source: sa.Table, target: sa.Table, value,
            windows: Iterable[tuple[int, int, int]]) -> int:
    """Each (at, begin, end) of `target` from the rows of `source` in [begin, end)."""
    made = 0
    before: dict[int, int] = {}
    for at, begin, end in windows:
        query = sa.select(source.c.series, source.c.at, value).where(source.c.at >= begin, source.c.at < end)
        rows = connection.execute(query.order_by(source.c.series, source.c.at)).all()
        new = [{**row, "at": at} for row in means(rows, before, begin, end)]
        before.update({row["series"]: row["last"] for row in new})
        if "last" not in target.c:
            for row in new:
                row.pop("last")
        put(connection, target, new)
        made += len(new)
    return made


def spans(connection: sa.Connection, target: sa.Table, source: sa.Table, shift: int, size: int, now: int) -> list[int]:
    """The `at` of target before `now` that are still to be made and that source has rows for; notes that they are made.

    A clock that once ran ahead has left a note in the future: then the last AGAIN are made anew.
    """
    last = connection.execute(sa.select(ROLLED.c.at).where(ROLLED.c.target == target.name)).scalar()
    if last is not None and last == now - 1:
        return []
    if last is not None and last >= now:
        last = now - AGAIN
    put(connection, ROLLED, [{"target": target.name, "at": now - 1}])
    query = sa.select((source.c.at + shift) // size).distinct().where(source.c.at < now * size - shift)
    if last is not None:
        query = query.where(source.c.at >= (last + 1) * size - shift)
    return sorted(connection.execute(query).scalars())


def roll_tens(connection: sa.Connection, now: int) -> int:
    """Tens of minutes that have ended before the ten `now`."""
    todo = spans(connection, TEN, MINUTE, 0, 10, now)
    return roll_up(connection, MINUTE, TEN, MINUTE.c.value, [(at, at * 10, at * 10 + 10) for at in todo])


def roll_days(connection: sa.Connection, today: int, zone_s: int) -> int:
    """Days of local time that have ended before `today`."""
    shift = zone_s // 600
    todo = spans(connection, DAY, TEN, shift, 144, today)
    return roll_up(connection, TEN, DAY, TEN.c.mean, [(at, at * 144 - shift, at * 144 + 144 - shift) for at in todo])
