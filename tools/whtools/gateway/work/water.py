"""Water that each well lifted and gave back, by day, from the minutes of its flows while they are kept (30 days).

A well of a plant has flows, no counters, on the plant's node. The flows are steps: what was read holds until the next
reading, for at most HOLD_MIN (the recorder writes one in fifteen minutes, whatever it is); beyond that nobody knows, and
the gap is left out and told (`known_min`).
"""

from __future__ import annotations

import sqlalchemy as sa

from ..history.query import series_of
from ..history.recorder import EVERY_MIN, MINUTES_D
from ..history.schema import MINUTE, put
from ..nodes import Hub
from .tables import WATER

HOLD_MIN = EVERY_MIN + 3
DAY_MIN = 1440
FLOWS = ("flow_lph", "return_flow_lph")
LATE_MIN = 5  # a day is counted so long after its end: its last minutes are written by then


def steps(connection: sa.Connection, node: str, path: str, begin: int, end: int) -> list[tuple[int, int]]:
    """(minute, value) rising, from HOLD_MIN before the begin on."""
    series = series_of(connection, node, path)
    if series is None:
        return []
    query = sa.select(MINUTE.c.at, MINUTE.c.value).where(MINUTE.c.series == series, MINUTE.c.at > begin - HOLD_MIN,
                                                         MINUTE.c.at < end).order_by(MINUTE.c.at)
    return [(at, value) for at, value in connection.execute(query)]


def by_minute(rows: list[tuple[int, int]], begin: int) -> list[int | None]:
    """The value in each minute of the day from `begin` on; None where nobody knows it."""
    found: list[int | None] = [None] * DAY_MIN
    for i, (at, value) in enumerate(rows):
        until = min(rows[i + 1][0] if i + 1 < len(rows) else begin + DAY_MIN, at + HOLD_MIN, begin + DAY_MIN)
        for minute in range(max(at, begin), until):
            found[minute - begin] = value
    return found


def day_of(connection: sa.Connection, node: str, block: str, day: int, zone_s: int) -> dict | None:
    """The row of one well and day; None when nothing of it is known. A well that did not answer the plant is unknown."""
    begin = (day * 86400 - zone_s) // 60
    lifted, returned, online = (by_minute(steps(connection, node, f"{block}.{name}", begin, begin + DAY_MIN), begin)
                                for name in (*FLOWS, "online"))
    known = [(up, back) for up, back, there in zip(lifted, returned, online)
             if up is not None and back is not None and there]
    if not known:
        return None
    return {"node": node, "block": block, "day": day, "lifted_l": round(sum(up for up, _back in known) / 60),
            "returned_l": round(sum(back for _up, back in known) / 60), "known_min": len(known)}


def count(engine: sa.Engine, hub: Hub, done: dict[tuple[str, str], int], today: int, zone_s: int) -> int:
    """Make the rows of days that have ended and are not made yet; returns how many. done: {(node, block): first day that
    is still to be looked at}."""
    if (int(hub.clock.wall()) + zone_s) % 86400 < LATE_MIN * 60:
        return 0
    made = 0
    for node in list(hub.nodes().values()):
        for table in node.blocks("source"):
            key = (node.key, table.name)
            if done.get(key, 0) >= today:
                continue
            with engine.begin() as connection:
                last = connection.execute(sa.select(sa.func.max(WATER.c.day)).where(
                    WATER.c.node == node.key, WATER.c.block == table.name)).scalar()
                first = max(today - MINUTES_D + 1, -1 if last is None else last + 1)
                rows = [day_of(connection, node.key, table.name, day, zone_s) for day in range(first, today)]
                put(connection, WATER, [row for row in rows if row is not None])
                made += sum(row is not None for row in rows)
            done[key] = today
    return made


def of(engine: sa.Engine, node: str, first: int, end: int) -> dict[tuple[str, int], sa.Row]:
    """{(block, day): row} of a node's wells on [first, end)."""
    query = sa.select(WATER).where(WATER.c.node == node, WATER.c.day >= first, WATER.c.day < end)
    with engine.connect() as connection:
        return {(row.block, row.day): row for row in connection.execute(query)}
