"""What the monthly report of a plant is made of, out of the history: whole days only, unknown is None."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import sqlalchemy as sa

from ..nodes import Node
from ..work import orders, water
from . import daily, plant_energy
from .schema import DAY, LINE

DAY_0 = datetime.date(1970, 1, 1)
DAY_2000 = (datetime.date(2000, 1, 1) - DAY_0).days
EVENTS = ("trip", "lockout", "clear")
RUNNERS = ("machine", "pump", "backup")
MOST_LINES = 1000


@dataclass(frozen=True)
class Runner:
    """A machine, pump or back-up. run_h, starts: of the days known. at_least: its counter began anew, so some are lost."""

    block: str
    run_h: float | None
    starts: int | None
    at_least: bool
    days: int


@dataclass(frozen=True)
class Well:
    """Water of one well. known_min: of `of_min` minutes; gaps: days of which less than 95 % is known."""

    block: str
    lifted_l: int | None
    returned_l: int | None
    known_min: int
    of_min: int
    gaps: int


@dataclass(frozen=True)
class WaterDay:
    """All wells on one day; litres None when no minute of a well is known. known_min: of `of_min` minutes of all wells."""

    day: int
    lifted_l: int | None
    returned_l: int | None
    known_min: int
    of_min: int


@dataclass
class Month:
    """Days [first, end) since 1970 in the plant's zone. proofs: (block, day of UTC)."""

    first: int
    end: int
    energy: plant_energy.Energy
    runners: list[Runner]
    wells: list[Well]
    water: list[WaterDay]
    disinfections: list[tuple[str, int]]
    proofs: list[tuple[str, int]]
    lines: list[sa.Row]
    orders: list[sa.Row]
    records: dict[int, list[sa.Row]]


def span(text: str, today: int) -> tuple[int, int]:
    """(first day, end) of a month "2026-11", up to today; of the last one that has ended for "". ValueError for nonsense."""
    if text:
        date = datetime.datetime.strptime(text, "%Y-%m").date()
    else:
        date = ((DAY_0 + datetime.timedelta(days=today)).replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    if date.year > 2200:
        raise ValueError(f"{text}: no month of a plant")
    following = (date + datetime.timedelta(days=31)).replace(day=1)
    return (date - DAY_0).days, min((following - DAY_0).days, today)


def runner(engine: sa.Engine, node: Node, block: str, first: int, end: int) -> Runner:
    """One of them."""
    seconds = plant_energy.run_s(engine, node.key, block, first, end)
    place = daily.Place(node.key, block, "")
    last = daily.daily(engine, place, "starts", DAY.c.last, end - first + 1, end)
    days, starts, anew = sorted(last), 0, False
    for before, day in zip(days, days[1:]):
        fell = last[day] < last[before]
        anew = anew or fell
        starts += last[day] if fell else last[day] - last[before]
    return Runner(block, sum(seconds.values()) / 3600 if seconds else None, starts if len(days) > 1 else None, anew,
                  len(seconds))


def wells(engine: sa.Engine, node: Node, first: int, end: int) -> tuple[list[Well], list[WaterDay]]:
    """Water by well, and by day."""
    rows = water.of(engine, node.key, first, end)
    blocks = [table.name for table in node.blocks("source")]
    whole = lambda row: row is not None and row.known_min >= 0.95 * water.DAY_MIN  # noqa: E731
    found = []
    for block in blocks:
        mine = [rows.get((block, day)) for day in range(first, end)]
        known = [row for row in mine if row is not None]
        found.append(Well(block, sum(row.lifted_l for row in known) if known else None,
                          sum(row.returned_l for row in known) if known else None, sum(row.known_min for row in known),
                          (end - first) * water.DAY_MIN, sum(not whole(row) for row in mine)))
    by_day = []
    for day in range(first, end):
        known = [rows[block, day] for block in blocks if (block, day) in rows]
        by_day.append(WaterDay(day, sum(row.lifted_l for row in known) if known else None,
                               sum(row.returned_l for row in known) if known else None,
                               sum(row.known_min for row in known), len(blocks) * water.DAY_MIN))
    return found, by_day


def days_said(engine: sa.Engine, node: Node, kind: str, point: str, first: int, end: int) -> list[tuple[str, int]]:
    """(block, day) of the month that a point named: it holds the last such day, so it is read off day by day, and now."""
    found = []
    for table in node.blocks(kind):
        place = daily.Place(node.key, table.name, "")
        said = set(daily.daily(engine, place, point, DAY.c.last, end - first + 2, end + 2).values())
        said.add(node.value(f"{table.name}.{point}") or -1)
        found += [(table.name, DAY_2000 + day) for day in sorted(said) if day >= 0 and first <= DAY_2000 + day < end]
    return found


def journal(engine: sa.Engine, node: str, begin_s: int, end_s: int) -> list[sa.Row]:
    """Protections in the node's journal, oldest first."""
    query = sa.select(LINE).where(LINE.c.node == node, LINE.c.event.in_(EVENTS), LINE.c.at >= begin_s, LINE.c.at < end_s)
    with engine.connect() as connection:
        return list(connection.execute(query.order_by(LINE.c.at, LINE.c.id).limit(MOST_LINES)))


def month(engine: sa.Engine, node: Node, first: int, end: int, zone_s: int) -> Month:
    """Everything about one plant and month."""
    begin_s, end_s = first * 86400 - zone_s, end * 86400 - zone_s
    by_well, by_day = wells(engine, node, first, end)
    work = orders.within(engine, node.key, begin_s, end_s)
    runners = [runner(engine, node, table.name, first, end) for kind in RUNNERS for table in node.blocks(kind)]
    return Month(first, end, plant_energy.energy(engine, node, first, end), runners, by_well, by_day,
                 days_said(engine, node, "tank", "disinfected_day", first, end),
                 days_said(engine, node, "backup", "proved_day", first, end), journal(engine, node.key, begin_s, end_s),
                 work, orders.records(engine, [row.id for row in work]))
