"""Reading the history: a curve over any span out of the table that serves it best, sums of meters by day, the journal."""

from __future__ import annotations

import sqlalchemy as sa

from .schema import DAY, LINE, MINUTE, NAME, SERIES, TEN

SPANS = (("hour", 3600), ("day", 86400), ("week", 7 * 86400), ("month", 30 * 86400), ("season", 150 * 86400))
# The finest table that still answers a span quickly.
TABLES = ((2 * 86400, MINUTE, 60, MINUTE.c.value), (200 * 86400, TEN, 600, TEN.c.mean), (1 << 40, DAY, 86400, DAY.c.mean))


def series_of(connection: sa.Connection, node: str, path: str) -> int | None:
    """The number of a series; None when nothing of it was ever kept."""
    return connection.execute(sa.select(SERIES.c.id).where(SERIES.c.node == node, SERIES.c.path == path)).scalar()


def curve(engine: sa.Engine, node: str, path: str, begin_s: int, end_s: int) -> list[tuple[int, int]]:
    """(UTC seconds, value) rising, with the value that held when the span began. Minutes are used for up to two days."""
    table, unit_s, column = next((t, u, c) for most, t, u, c in TABLES if end_s - begin_s <= most)
    with engine.connect() as connection:
        series = series_of(connection, node, path)
        if series is None:
            return []
        here = sa.select(table.c.at, column).where(table.c.series == series)
        rows = connection.execute(here.where(table.c.at >= begin_s // unit_s, table.c.at <= end_s // unit_s)
                                  .order_by(table.c.at)).all()
        first = connection.execute(here.where(table.c.at < begin_s // unit_s).order_by(table.c.at.desc()).limit(1)).first()
        tail = newest(connection, series, begin_s, end_s) if table is TEN else []
    found = [(at * unit_s, value) for at, value in rows] + tail
    if first is not None and (not found or found[0][0] > begin_s):
        found.insert(0, (begin_s, first[1]))
    return found


def newest(connection: sa.Connection, series: int, begin_s: int, end_s: int) -> list[tuple[int, int]]:
    """The minutes that no mean has been made of yet."""
    last = connection.execute(sa.select(sa.func.max(TEN.c.at)).where(TEN.c.series == series)).scalar()
    first = max(begin_s // 60, (last + 1) * 10 if last is not None else 0)
    query = sa.select(MINUTE.c.at, MINUTE.c.value).where(MINUTE.c.series == series, MINUTE.c.at >= first,
                                                         MINUTE.c.at <= end_s // 60)
    return [(at * 60, value) for at, value in connection.execute(query.order_by(MINUTE.c.at))]


def by_day(engine: sa.Engine, node: str, whole: str, part: str, size: int, days: int, today: int) -> list[tuple[int, int]]:
    """(day, what a meter of two words counted on it): `whole` counts `size` of `part`'s units. A reset meter counts from 0.

    today: number of the day in the recorder's zone; the day begun is not in it.
    """
    with engine.connect() as connection:
        readings = {}
        for path in (whole, part):
            series = series_of(connection, node, path)
            query = sa.select(DAY.c.at, DAY.c.last).where(DAY.c.series == series, DAY.c.at >= today - days - 1)
            readings[path] = {at: last for at, last in connection.execute(query)} if series is not None else {}
    found: list[tuple[int, int]] = []
    before = None
    for day in range(today - days - 1, today):
        if day not in readings[whole] and day not in readings[part]:
            continue
        now = readings[whole].get(day, 0) * size + readings[part].get(day, 0)
        if before is not None:
            found.append((day, now - before if now >= before else now))
        before = now
    return found


def journal(engine: sa.Engine, nodes: list[str] | None, blocks: set[tuple[str, str]] | None,
            last: int = 200) -> list[sa.Row]:
    """The last lines, newest first. blocks: only lines of these (node, block); None: all."""
    query = sa.select(LINE).order_by(LINE.c.at.desc(), LINE.c.id.desc())
    if nodes is not None:
        query = query.where(LINE.c.node.in_(nodes))
    if blocks is not None:
        query = query.where(sa.tuple_(LINE.c.node, LINE.c.place).in_(sorted(blocks) or [("", "")]))
    with engine.connect() as connection:
        return list(connection.execute(query.limit(last)))


def forget(engine: sa.Engine, node: str, block: str) -> int:
    """Delete what was kept of one room, its journal and its name: on its household's request. Returns how many series."""
    with engine.begin() as connection:
        like = SERIES.c.path.startswith(block + ".", autoescape=True)
        ids = [row.id for row in connection.execute(sa.select(SERIES.c.id).where(SERIES.c.node == node, like))]
        for table in (MINUTE, TEN, DAY):
            connection.execute(sa.delete(table).where(table.c.series.in_(ids)))
        connection.execute(sa.delete(SERIES).where(SERIES.c.id.in_(ids)))
        connection.execute(sa.delete(LINE).where(LINE.c.node == node, LINE.c.place == block))
        connection.execute(sa.delete(NAME).where(NAME.c.node == node, NAME.c.block == block))
    return len(ids)
