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
    """Days [first, end) of a plant. days: those with a figure of its electricity; unpriced: those without a price.

    unshared_fen: of days on which some building took an unknown amount, or all took nothing.
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

    @property
    def cop(self) -> float | None:
        """Heat and cold for electricity; None where one of them is not known, or nothing was used."""
        if self.heat_kwh is None or self.cold_kwh is None or not self.electricity_kwh:
            return None
        return (self.heat_kwh + self.cold_kwh) / self.electricity_kwh


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


def energy(engine: sa.Engine, node: Node, first: int, end: int) -> Energy:
    """Of the whole days [first, end), days since 1970 in the plant's zone."""
    of = lambda block, what: meter(engine, node.key, block, what, first, end)  # noqa: E731
    used = of("plant", "electricity")
    gas: dict[int, float] = {}
    for table in node.blocks("backup"):
        for day, m3 in count(engine, node.key, f"{table.name}.gas_m3", first, end).items():
            gas[day] = gas.get(day, 0.0) + m3
    cost = costs(engine, node, used, gas, first, end)
    known = {day: fen for day, fen in cost.items() if fen is not None}
    result = Energy(first, end, total(of("plant", "heat")), total(of("plant", "cold")), total(used), total(gas),
                    total(known), sorted(used), sorted(day for day, fen in cost.items() if fen is None))
    taken = []
    for table in node.blocks("building"):
        heat, cold = of(table.name, "heat"), of(table.name, "cold")
        result.buildings.append(Building(table.name, total(heat), total(cold)))
        taken.append({day: heat.get(day, 0.0) + cold.get(day, 0.0) for day in heat.keys() | cold.keys()})
    share(result, cost, taken)
    return result
