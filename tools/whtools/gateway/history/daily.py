"""A report's days out of the history: what papers.report draws for a household and an operator."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from ...papers.days import cop
from ...papers.series import Day, Series
from . import query
from .schema import DAY, TEN

BAND_MK = 500  # comfort: a mean of ten minutes this near its target
SLOTS = 144  # tens of minutes of a day
LEAST = (("heat_metered", 1), ("source", 2))  # of the account: heat metered; electricity by S0 or a meter, no estimate


class Place(NamedTuple):
    """One block of one node, and what people call it."""

    node: str
    block: str
    title: str


def counted(engine: sa.Engine, places: Iterable[Place], what: str, size: int, days: int, today: int,
            unit: tuple[str, str]) -> dict[int, float]:
    """{day: amount} of meters of two words `what`+unit, over all places; thousandths of the small word's unit."""
    found: dict[int, float] = {}
    for place in places:
        whole, part = (f"{place.block}.{what}_{word}" for word in unit)
        for day, count in query.by_day(engine, place.node, whole, part, size, days, today):
            found[day] = found.get(day, 0.0) + count / 1000
    return found


def energy(engine, places, what: str, days: int, today: int) -> dict[int, float]:
    """kWh by day."""
    return counted(engine, places, what, 1_000_000, days, today, ("mwh", "wh"))


def water(engine, places, what: str, days: int, today: int) -> dict[int, float]:
    """Cubic metres by day."""
    return counted(engine, places, what, 1000, days, today, ("m3", "l"))


def daily(engine: sa.Engine, place: Place, point: str, column, days: int, today: int) -> dict[int, int]:
    """{day: mean, low, high or last value} of a point."""
    with engine.connect() as connection:
        series = query.series_of(connection, place.node, f"{place.block}.{point}")
        if series is None:
            return {}
        rows = connection.execute(sa.select(DAY.c.at, column).where(DAY.c.series == series, DAY.c.at >= today - days,
                                                                    DAY.c.at < today))
        return {at: value for at, value in rows}


def comfort(engine: sa.Engine, place: Place, days: int, today: int, zone_s: int) -> dict[int, float]:
    """{day: share of its ten minutes within 0.5 K of the target}; a day with less than half of them known is left out."""
    begin, end = ((day * 86400 - zone_s) // 600 for day in (today - days, today))
    means: list[dict[int, int]] = []
    with engine.connect() as connection:
        for point in ("room_mc", "target_mc"):
            series = query.series_of(connection, place.node, f"{place.block}.{point}")
            if series is None:
                return {}
            inside = sa.and_(TEN.c.series == series, TEN.c.at >= begin - SLOTS, TEN.c.at < end)
            rows = connection.execute(sa.select(TEN.c.at, TEN.c.mean).where(inside))
            means.append({at: mean for at, mean in rows})
    found: dict[int, list[int]] = {}
    target = None
    for at in range(begin - SLOTS, end):
        target = means[1].get(at, target)  # a target that does not move is not written every ten minutes
        if at >= begin and at in means[0] and target is not None:
            found.setdefault((at * 600 + zone_s) // 86400, []).append(abs(means[0][at] - target) <= BAND_MK)
    return {day: sum(good) / len(good) for day, good in found.items() if len(good) * 2 >= SLOTS}


def cop_of(engine: sa.Engine, accounts: list[Place], heat: dict[int, float], cold: dict[int, float],
           used: dict[int, float], days: int, today: int) -> dict[int, float]:
    """{day: COP}, of days on which heat and electricity were both metered, on every node, as long as it was recorded."""
    checks = [(daily(engine, place, point, DAY.c.low, days, today), least) for place in accounts for point, least in LEAST]
    found = {}
    for day in used if accounts else ():
        if all(one.get(day, 0) >= least for one, least in checks):
            value = cop(*(round(one[day] * 1000) if day in one else None for one in (heat, cold, used)))
            if value is not None:
                found[day] = value
    return found


def series(engine: sa.Engine, title: str, wells: list[Place], rooms: list[Place], accounts: list[Place], days: int,
           today: int, zone_s: int, trips: list[tuple[str, str, str]]) -> Series:
    """The last `days` whole days before `today` (a day's number in the plant's zone). accounts: of what is metered."""
    heat = energy(engine, wells, "source", days, today)
    used = energy(engine, accounts, "electricity", days, today)
    per_room = {room: energy(engine, [room], "source", days, today) for room in rooms}
    if not wells or not heat:
        heat = {day: sum(one.get(day, 0.0) for one in per_room.values())
                for day in {day for one in per_room.values() for day in one}}
    lifted, returned = (water(engine, wells, what, days, today) for what in ("circulated", "returned"))
    coldest = {room: daily(engine, room, "room_mc", DAY.c.low, days, today) for room in rooms}
    share = {room: comfort(engine, room, days, today, zone_s) for room in rooms}
    cops = cop_of(engine, accounts, heat, energy(engine, wells, "sink", days, today), used, days, today)
    known = sorted({day for one in (heat, lifted, *coldest.values()) for day in one})
    found = [Day(f"{datetime.date(1970, 1, 1) + datetime.timedelta(days=day)}", heat.get(day), lifted.get(day),
                 returned.get(day), electricity_kwh=used.get(day), cop=cops.get(day),
                 room_kwh={room.title: one[day] for room, one in per_room.items() if day in one},
                 coldest={room.title: one[day] / 1000 for room, one in coldest.items() if day in one},
                 comfort={room.title: one[day] for room, one in share.items() if day in one}) for day in known]
    notes = ["gateway"]
    if not any(used.values()):
        notes.append("no_electricity")
    elif not cops:
        notes.append("not_both")
    totals = {room.title: sum(one.values()) if one else None for room, one in per_room.items()}
    return Series(title, found, totals, trips, notes)
