"""The rows of work orders: opened, recorded, closed, listed. Every change is one transaction, with its record."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..history.schema import insert
from .tables import ALARM, DUE, HAND, ORDER, RECORD

SYSTEM = "gateway"  # who writes what the gateway sees itself
KEPT_LISTED = 100


class WorkError(Exception):
    """Why not, in English; the page translates it."""


def note(connection: sa.Connection, number: int, at: int, who: str, what: str, text: str = "") -> None:
    """A line of an order's record."""
    connection.execute(sa.insert(RECORD).values(order=number, at=at, who=who[:40], what=what, text=text[:1000]))


def begin(engine: sa.Engine, at: int, source: str, node: str, block: str, cause: str, text: str = "", who: str = SYSTEM,
          due: int | None = None) -> int | None:
    """Open one; None when the same alarm, or the same date, has one already."""
    try:
        with engine.begin() as connection:
            number = insert(connection, ORDER, source=source, node=node, block=block, cause=cause, text=text[:200], due=due,
                            opened=at, gone=None, times=1, closed=None, closed_by="")
            note(connection, number, at, who, "opened", text)
    except IntegrityError:
        return None
    return number


def alarm(engine: sa.Engine, at: int, node: str, block: str, cause: str) -> None:
    """An alarm is at work: it has an open order, its old one again, or a new one when that was closed."""
    with engine.begin() as connection:
        query = sa.select(ORDER).where(ORDER.c.source == ALARM, ORDER.c.node == node, ORDER.c.block == block,
                                       ORDER.c.cause == cause)
        rows = connection.execute(query.where(sa.or_(ORDER.c.gone.is_(None), ORDER.c.closed.is_(None)))).all()
        if any(row.gone is None for row in rows):
            return  # it has its order, or somebody closed that although the alarm goes on
        if rows:
            again = sa.update(ORDER).where(ORDER.c.id == rows[0].id).values(gone=None, times=ORDER.c.times + 1)
            connection.execute(again)
            note(connection, rows[0].id, at, SYSTEM, "back")
            return
    begin(engine, at, ALARM, node, block, cause)


def gone(engine: sa.Engine, at: int, node: str, block: str, cause: str) -> None:
    """An alarm has ended; its order stays open until a person closes it."""
    with engine.begin() as connection:
        query = sa.select(ORDER.c.id).where(ORDER.c.source == ALARM, ORDER.c.node == node, ORDER.c.block == block,
                                            ORDER.c.cause == cause, ORDER.c.gone.is_(None))
        for number in connection.execute(query).scalars().all():
            connection.execute(sa.update(ORDER).where(ORDER.c.id == number).values(gone=at))
            note(connection, number, at, SYSTEM, "gone")


def at_work(engine: sa.Engine, node: str) -> list[tuple[str, str]]:
    """(block, cause) of the alarms of a node that had not ended when they were last seen."""
    query = sa.select(ORDER.c.block, ORDER.c.cause).where(ORDER.c.source == ALARM, ORDER.c.node == node,
                                                          ORDER.c.gone.is_(None))
    with engine.connect() as connection:
        return [(row.block, row.cause) for row in connection.execute(query)]


def record(engine: sa.Engine, number: int, at: int, who: str, text: str, closing: bool = False) -> None:
    """What somebody found; with `closing` the order is done. WorkError when it is not open, or nothing is said."""
    text = "".join(c for c in text if c.isprintable() or c == "\n").strip()
    if not text:
        raise WorkError("Say what was found.")
    with engine.begin() as connection:
        is_open = sa.and_(ORDER.c.id == number, ORDER.c.closed.is_(None))
        if closing:
            done = connection.execute(sa.update(ORDER).where(is_open).values(closed=at, closed_by=who[:40])).rowcount
        else:
            done = connection.execute(sa.select(sa.func.count()).select_from(ORDER).where(is_open)).scalar()
        if not done:
            raise WorkError("There is no such open work order.")
        note(connection, number, at, who, "closed" if closing else "found", text)


def last_done(engine: sa.Engine, node: str, block: str, key: str, zone_s: int) -> int | None:
    """The day on which a due date's last order was closed; None when none ever was."""
    query = sa.select(sa.func.max(ORDER.c.closed)).where(ORDER.c.source == DUE, ORDER.c.node == node,
                                                         ORDER.c.block == block, ORDER.c.cause == key)
    with engine.connect() as connection:
        at = connection.execute(query).scalar()
    return None if at is None else (at + zone_s) // 86400


def open_due(engine: sa.Engine, node: str, block: str, key: str) -> list[sa.Row]:
    """The open orders of a due date."""
    query = sa.select(ORDER).where(ORDER.c.source == DUE, ORDER.c.node == node, ORDER.c.block == block,
                                   ORDER.c.cause == key, ORDER.c.closed.is_(None))
    with engine.connect() as connection:
        return list(connection.execute(query))


def listed(engine: sa.Engine, closed: bool, most: int = KEPT_LISTED) -> list[sa.Row]:
    """Open ones, oldest first; or those closed, newest first."""
    query = sa.select(ORDER).order_by(ORDER.c.closed.desc(), ORDER.c.id.desc()).where(ORDER.c.closed.is_not(None)).limit(
        most) if closed else sa.select(ORDER).order_by(ORDER.c.id).where(ORDER.c.closed.is_(None))
    with engine.connect() as connection:
        return list(connection.execute(query))


def within(engine: sa.Engine, node: str, begin_s: int, end_s: int) -> list[sa.Row]:
    """Orders of a node that were open at some time in [begin, end)."""
    query = sa.select(ORDER).where(ORDER.c.node == node, ORDER.c.opened < end_s,
                                   sa.or_(ORDER.c.closed.is_(None), ORDER.c.closed >= begin_s))
    with engine.connect() as connection:
        return list(connection.execute(query.order_by(ORDER.c.opened, ORDER.c.id)))


def everything(engine: sa.Engine) -> list[sa.Row]:
    """All orders, oldest first."""
    with engine.connect() as connection:
        return list(connection.execute(sa.select(ORDER).order_by(ORDER.c.id)))


def records(engine: sa.Engine, numbers: list[int]) -> dict[int, list[sa.Row]]:
    """The record of each of these orders, oldest line first."""
    found: dict[int, list[sa.Row]] = {number: [] for number in numbers}
    with engine.connect() as connection:
        for first in range(0, len(numbers), 500):  # a database takes only so many values in one question
            query = sa.select(RECORD).where(RECORD.c.order.in_(numbers[first:first + 500])).order_by(RECORD.c.id)
            for row in connection.execute(query):
                found[row.order].append(row)
    return found


__all__ = ["ALARM", "DUE", "HAND"]
