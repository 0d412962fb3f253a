"""Energy and cost of a plant and of its buildings, by day, out of the history.

Cost is electricity of the machines and gas of the back-up, each at its day's mean price (points `electricity_fen`,
`gas_fen`); a day's cost is shared among buildings by the heat and cold that each took on it. Network pumps and well pumps
have no electricity meter on the plant's node, and hot water has no meter of its own: both are in no building's cost but by
that share. Money in fen, energy in kWh. Unknown is None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from ..nodes import Node
from . import daily, query
from .schema import DAY

WH_MWH = 1_000_000


@dataclass
class Building:
    """What one building took on the days that are known. cost_fen: None until a day could be shared."""

    block: str
    heat_kwh: float | None = None
    cold_kwh: float | None = None
    cost_fen: float | None = None


@dataclass
class Energy:
    """Days [first, end) of a plant, each figure of the days on which it is known.

    days: those with a figure of its electricity; unpriced: those of them without a price. unshared_fen: of days on which
    some building took an unknown amount, or all took nothing. by_day: {"heat", "cold", "used": {day: kWh}}. helped: days on
    which a back-up ran, or nobody knows whether; their heat is not the machines' alone.
    """

    first: int
    end: int
    heat_kwh: float | None
    cold_kwh: float | None
    electricity_kwh: float | None
    gas_m3: float | None
    cost_fen: float | None
    days: list[int] = field(default_factory=list)
    unpriced: list[int] = field(default_factory=list)
    unshared_fen: float = 0.0
    buildings: list[Building] = field(default_factory=list)
    by_day: dict[str, dict[int, float]] = field(default_factory=dict)
    helped: set[int] = field(default_factory=set)
    carried: dict[int, int] = field(default_factory=dict)  # {day: how many days its figure is of}, where more than one

    def cop(self, days: set[int] | None = None) -> float | None:
        """Heat and cold for the machines' electricity, over the days on which all three are known and no back-up ran."""
        heat, cold, used = (self.by_day.get(name, {}) for name in ("heat", "cold", "used"))
        known = [day for day in used if day in heat and day in cold and day not in self.helped
                 and (days is None or day in days)]
        spent = sum(used[day] for day in known)
        return sum(heat[day] + cold[day] for day in known) / spent if spent > 0 else None


def meter(engine: sa.Engine, node: str, block: str, what: str, first: int, end: int) -> dict[int, float]:
    """{day: kWh} of the two words `what`_mwh and `what`_wh."""
    path = f"{block}.{what}"
    found = query.by_day(engine, node, f"{path}_mwh", f"{path}_wh", WH_MWH, end - first, end)
    return {day: count / 1000 for day, count in found if first <= day < end}


def count(engine: sa.Engine, node: str, path: str, first: int, end: int) -> dict[int, int]:
    """{day: what a counter of one word rose by}; one that was reset counts from 0."""
    found = query.by_day(engine, node, path, "", 1, end - first, end)
    return {day: value for day, value in found if first <= day < end}


def total(values: dict[int, float]) -> float | None:
    """Sum of the days that are known; None when none is."""
    return sum(values.values()) if values else None


def price(engine: sa.Engine, node: str, point: str, first: int, end: int) -> dict[int, int]:
    """{day: fen}; 0 says that nobody knows it, and is left out."""
    found = daily.daily(engine, daily.Place(node, "plant", ""), point, DAY.c.mean, end - first, end)
    return {day: fen for day, fen in found.items() if fen}


def costs(engine: sa.Engine, node: Node, used: dict[int, float], gas: dict[int, float], first: int,
          end: int) -> dict[int, float | None]:
    """{day: fen}; None where something was used that has no price."""
    prices = [price(engine, node.key, point, first, end) for point in ("electricity_fen", "gas_fen")]
    found: dict[int, float | None] = {}
    for day in used:
        parts = [(amount.get(day, 0.0), fen.get(day)) for amount, fen in zip((used, gas), prices)]
        missing = any(amount and fen is None for amount, fen in parts)
        found[day] = None if missing else sum(amount * (fen or 0) for amount, fen in parts)
    return found


def share(result: Energy, cost: dict[int, float | None], taken: list[dict[int, float]]) -> None:
    """Each day's cost among the buildings."""
    for day, fen in cost.items():
        if fen is None:
            continue
        whole = sum(one.get(day, 0.0) for one in taken)
        if not taken or any(day not in one for one in taken) or whole <= 0:
            result.unshared_fen += fen
            continue
        for building, one in zip(result.buildings, taken):
            building.cost_fen = (building.cost_fen or 0.0) + fen * one[day] / whole


def run_s(engine: sa.Engine, node: str, block: str, first: int, end: int) -> dict[int, int]:
    """{day: seconds that a machine, a pump or a back-up ran}."""
    found = query.by_day(engine, node, f"{block}.run_h", f"{block}.run_s", 3600, end - first, end)
    return {day: seconds for day, seconds in found if first <= day < end}


def helped(engine: sa.Engine, node: Node, days, first: int, end: int) -> set[int]:
    """Of these days those on which a back-up ran, or on which nobody knows whether one did."""
    ran = [run_s(engine, node.key, table.name, first, end) for table in node.blocks("backup")]
    return {day for day in days if any(one.get(day, 1) for one in ran)}


def carried(engine: sa.Engine, node: Node, first: int, end: int) -> dict[int, int]:
    """{day: n} of days after n - 1 days without a reading: what was counted meanwhile stands on them."""
    place = daily.Place(node.key, "plant", "")
    read = sorted(daily.daily(engine, place, "electricity_mwh", DAY.c.last, end - first + 1, end))
    return {day: day - before for before, day in zip(read, read[1:]) if day - before > 1}


def energy(engine: sa.Engine, node: Node, first: int, end: int) -> Energy:
    """Of the whole days [first, end), days since 1970 in the plant's zone."""
    of = lambda block, what: meter(engine, node.key, block, what, first, end)  # noqa: E731
    used = of("plant", "electricity")
    gas: dict[int, float] = {}
    for table in node.blocks("backup"):
        for day, m3 in count(engine, node.key, f"{table.name}.gas_m3", first, end).items():
            gas[day] = gas.get(day, 0.0) + m3
    heat, cold = of("plant", "heat"), of("plant", "cold")
    cost = costs(engine, node, used, gas, first, end)
    known = {day: fen for day, fen in cost.items() if fen is not None}
    result = Energy(first, end, total(heat), total(cold), total(used), total(gas),
                    total(known), sorted(used), sorted(day for day, fen in cost.items() if fen is None),
                    by_day={"heat": heat, "cold": cold, "used": used}, helped=helped(engine, node, used, first, end),
                    carried=carried(engine, node, first, end))
    taken = []
    for table in node.blocks("building"):
        heat, cold = of(table.name, "heat"), of(table.name, "cold")  # of the building
        result.buildings.append(Building(table.name, total(heat), total(cold)))
        taken.append({day: heat.get(day, 0.0) + cold.get(day, 0.0) for day in heat.keys() | cold.keys()})
    share(result, cost, taken)
    return result
