"""The days of a fleet out of the history: one row a house and day, as features.py compares them."""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa

from ..history.schema import DAY, SERIES
from .features import Frame
from .values import kind_of

DAYS = 150
SUMS = {"heat_kwh": ("source_mwh", "source_wh", 1_000_000, 1000.0),
        "lifted_m3": ("circulated_m3", "circulated_l", 1000, 1000.0),
        "returned_m3": ("returned_m3", "returned_l", 1000, 1000.0), "run_h": ("run_h", "run_s", 3600, 3600.0),
        "electricity_kwh": ("electricity_mwh", "electricity_wh", 1_000_000, 1000.0)}
MEANS = {"supply_c": ("supply_mc", 1000.0), "return_c": ("return_mc", 1000.0), "capacity_percent": ("capacity_percent", 1.0),
         "speed_pm": ("pump_speed_pm", 1.0), "room_c": ("room_mc", 1000.0), "setpoint_c": ("setpoint_mc", 1000.0),
         "outside_c": ("outside_mc", 1000.0)}
WELL = ("heat_kwh", "lifted_m3", "returned_m3", "run_h", "supply_c", "return_c", "capacity_percent", "speed_pm")


def place_of(house: str) -> str:
    """Houses whose key has the same word before the last `-` are neighbours: `lishu-017`; else all are."""
    return house.rpartition("-")[0]


class Days:
    """Every series' days, [day] each: `mean` and `last` of (house/node, path)."""

    def __init__(self, engine: sa.Engine, last: int, days: int):
        """last: number of the last whole day; a day more is read, for the counters' first difference."""
        self.first, self.days = last - days, days + 1
        wanted = {name for whole, part, *_rest in SUMS.values() for name in (whole, part)} | {"starts"} | {
            point for point, _divide in MEANS.values()}
        with engine.connect() as connection:
            names = {row.id: (row.node, row.path) for row in connection.execute(sa.select(SERIES))
                     if "/" in row.node and row.path.rpartition(".")[2] in wanted}
            query = sa.select(DAY.c.series, DAY.c.at, DAY.c.mean, DAY.c.last).where(DAY.c.at >= self.first, DAY.c.at <= last)
            self.mean: dict[tuple[str, str], np.ndarray] = {}
            self.last: dict[tuple[str, str], np.ndarray] = {}
            for series, at, mean, value in connection.execute(query):
                key = names.get(series)
                if key is not None:
                    for table, number in ((self.mean, mean), (self.last, value)):
                        table.setdefault(key, np.full(self.days, np.nan))[at - self.first] = number

    def of(self, node: str, block: str, name: str) -> np.ndarray:
        """A row's value of one block, [day]: nan where it is unknown, and where a meter was reset."""
        empty = np.full(self.days, np.nan)
        if name in MEANS:
            point, divide = MEANS[name]
            return self.mean.get((node, f"{block}.{point}"), empty)[1:] / divide
        if name == "starts":
            count, divide = self.last.get((node, f"{block}.starts"), empty), 1.0
        else:
            whole, part, size, divide = SUMS[name]
            count = self.last.get((node, f"{block}.{whole}"), empty) * size + self.last.get((node, f"{block}.{part}"), empty)
        grown = np.diff(count)
        return np.where(grown >= 0, grown, np.nan) / divide


def blocks(days: Days) -> dict[str, list[tuple[str, str]]]:
    """{house: [(house/node, block)]}, rooms in a steady order."""
    found: dict[str, set[tuple[str, str]]] = {}
    for node, path in days.mean:
        found.setdefault(node.partition("/")[0], set()).add((node, path.partition(".")[0]))
    return {house: sorted(here) for house, here in sorted(found.items())}


def read(engine: sa.Engine, last: int, days: int = DAYS) -> Frame:
    """The last `days` whole days up to day `last`."""
    kept = Days(engine, last, days)
    there = blocks(kept)
    houses = list(there)
    places = sorted({place_of(house) for house in houses})
    most = max([1] + [sum(kind_of(block) == "room" for _n, block in here) for here in there.values()])
    rows: dict[str, np.ndarray] = {
        name: np.full((len(houses), days), np.nan) for name in (*WELL, "outside_c", "electricity_kwh")}
    rows |= {f"room_{name}" if name != "setpoint_c" else name: np.full((len(houses), most, days), np.nan)
             for name in ("c", "setpoint_c", "heat_kwh", "run_h", "starts")}
    for i, here in enumerate(there.values()):
        rooms = [one for one in here if kind_of(one[1]) == "room"]
        for r, one in enumerate(rooms):
            rows["room_c"][i, r], rows["setpoint_c"][i, r] = kept.of(*one, "room_c"), kept.of(*one, "setpoint_c")
            for name in ("heat_kwh", "run_h", "starts"):
                rows[f"room_{name}"][i, r] = kept.of(*one, name)
        for kind, names in (("well", WELL), ("account", ("electricity_kwh",)), ("node", ("outside_c",))):
            for one in [one for one in here if kind_of(one[1]) == kind][:1]:
                for name in names:
                    rows[name][i] = kept.of(*one, name)
    run = np.where(rows["run_h"] > 0, rows["run_h"], np.nan)
    rows["speed_pm"] = rows["speed_pm"] * 24.0 / run  # the day's mean has the hours in it in which the pump stood
    return Frame(houses, np.array([places.index(place_of(house)) for house in houses]), rows, last)


