"""What a report shows, day by day: from a node's daily rows, or from a simulator's trace. None is what nobody measured."""

from __future__ import annotations

import csv
import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from wellhearth.tables import causes, kinds

from .. import words
from ..device.link import LinkError
from . import days
from .source import Source

BAND_MK = 500
GAP_S = 60.0  # a longer step of a trace is no sample

# What is not in a report and why, by language.
NOTES = {
    "no_comfort": ("Comfort by day is not recorded by the node; the gateway's history and a simulator's trace have it.",
                   "控制器不按日记录舒适度;网关的历史和模拟器的记录里有。"),
    "zero_unknown": ("No COP: heat is reckoned with sensors whose zero is not known (node.zero_run_min).",
                     "没有能效比:测量热量的传感器还没有校零(node.zero_run_min)。"),
    "no_electricity": ("No electricity is metered: no COP, and no cost of electricity.",
                       "没有电表读数:没有能效比,也没有电费。"),
    "simulated": ("A simulated house: heat and electricity are the plant's truth, not metered.",
                  "这是模拟的房屋:热量和电量是模型的真值,不是计量值。"),
    "gateway": ("Made by the gateway of what it recorded; whole days only, a day on which it did not run is missing.",
                "由网关按自己的记录制作;只含完整的日子,网关没有运行的日子缺失。"),
    "not_both": ("No COP: heat and electricity were not both metered.", "没有能效比:热量和电量没有同时计量。"),
}


@dataclass
class Day:
    """One day (or what a row says of several): kWh, m3, hours."""

    label: str
    heat_kwh: float | None = None
    lifted_m3: float | None = None
    returned_m3: float | None = None
    run_h: float | None = None  # of the pump, from a trace
    starts: int | None = None
    trips: int | None = None
    electricity_kwh: float | None = None
    capacity_lph_bar: float | None = None
    room_kwh: dict[str, float] = field(default_factory=dict)
    comfort: dict[str, float] = field(default_factory=dict)  # share of the time within 0.5 K of the target
    coldest: dict[str, float] = field(default_factory=dict)
    cop: float | None = None  # from metered values only


@dataclass
class Series:
    """All of it. notes: keys of NOTES. trips: (when, where, what) in words."""

    title: str
    days: list[Day]
    rooms: dict[str, float | None]  # name: heat in kWh since the meter began, or over the trace
    trips: list[tuple[str, str, str]]
    notes: list[str]
    facts: list[tuple[str, str]] = field(default_factory=list)


def thousandth(value: int | None) -> float | None:
    """A thousandth of it."""
    return None if value is None else value / 1000


def of_records(source: Source, lang: str) -> Series:
    """A node's own records."""
    found = []
    before = None
    metered = heat_is_metered(source)
    for row in source.rows:
        one = days.entry_of(row, before)
        label = one["day"] or "no clock"
        if one["state"] not in ("day", "no_clock"):
            label += f" ({one['state']})"
        used = days.electricity(row, before)
        if before is not None:
            found.append(Day(label, thousandth(one["heat_wh"]), thousandth(one["lifted_l"]), thousandth(one["returned_l"]),
                             None, one["starts"], one["trips"], thousandth(used),
                             cop=days.cop(one["heat_wh"], one["cold_wh"], used) if metered else None))
        before = row
    meters = source.ledger.get("meters", {})
    names = [room.get("name") or f"room{i}" for i, room in enumerate(source.config.get("rooms", []), 1)]
    rooms = {name: meter_kwh(meters.get(f"room{i}.source")) for i, name in enumerate(names, 1)}
    book, zone = words.load(lang), source.zone()
    trips = [(f"{zone.local(entry.utc):%Y-%m-%d %H:%M}" if entry.utc else "-", entry.where, book.of("cause", entry.key))
             for entry in source.journal() if entry.event in ("trip", "lockout")]
    notes = ["no_comfort"]
    if any(day.electricity_kwh for day in found) and not metered:
        notes.append("zero_unknown")
    if not any(day.electricity_kwh for day in found):
        notes.append("no_electricity")
    facts = [(book.of("point", path), source.points[path]) for path in (
        "well.capacity_lph_bar", "well.capacity_percent", "well.run_h", "well.circulated_m3", "well.returned_m3")
        if path in source.points]
    run = meters.get("well.run")
    if run and "well.run_h" not in source.points:
        facts.append((book.of("point", "well.run_h"), str(run[1])))
    return Series(source.config.get("node", {}).get("name", ""), found, rooms, trips, notes, facts)


def heat_is_metered(source: Source) -> bool:
    """Whether a COP may be made of the node's heat: of a heat meter, or the well's meter and a pair whose zero is known."""
    if any(meter.get("counts_for") == "well" for meter in source.config.get("meters", [])):
        return True
    known = source.ledger.get("learned", {})
    return "well" in source.config and all(known.get(f"{name}.zero", [0, 0, 0])[2:] == [1]
                                           for name in ("well", "well2") if name in source.config)


def meter_kwh(words_: list | None) -> float | None:
    """kWh of a meter's two words (Wh, MWh)."""
    return None if not words_ else words_[1] * 1000 + words_[0] / 1000


def of_trace(path: Path, lang: str) -> Series:
    """A simulator's trace.csv."""
    with open(path, newline="", encoding="utf-8") as f:
        reader = csv.DictReader(f)
        if not reader.fieldnames or not {"t_s", "room1.room_mc"} <= set(reader.fieldnames):
            raise LinkError(f"{path} is no trace of the simulator (trace.csv)")
        try:
            rows = [{key: float(value) for key, value in row.items() if value} for row in reader]
        except (ValueError, TypeError):
            raise LinkError(f"{path} is damaged") from None
    n = sum(f"room{i}.room_mc" in rows[0] for i in range(1, 9)) if rows else 0
    by_day: dict[int, list[tuple[float, dict]]] = defaultdict(list)
    for one, after in zip(rows, rows[1:]):
        step = after["t_s"] - one["t_s"]
        if 0 < step <= GAP_S:
            by_day[int(one["t_s"] // 86400)].append((step, one))
    found = [day_of_trace(number, steps, n) for number, steps in sorted(by_day.items())]
    rooms = {f"room{i}": (sum(day.room_kwh.get(f"room{i}", 0) for day in found) if any(day.room_kwh for day in found)
                          else None) for i in range(1, n + 1)}
    notes = ["simulated"]
    return Series(path.parent.name, found, rooms, trace_trips(rows, n, lang), notes)


def day_of_trace(number: int, steps: list[tuple[float, dict]], n: int) -> Day:
    """One day of a trace. steps: (seconds, row)."""
    def total(key: str) -> float | None:
        if key not in steps[0][1]:
            return None
        return sum(step * row[key] for step, row in steps) / 3600

    day = Day(f"day {number + 1}")
    hours = sum(step for step, _row in steps) / 3600
    heat = [total(f"plant.heat_w_{i}") for i in range(1, n + 1)]
    electric = [total(key) for key in (*[f"plant.electric_w_{i}" for i in range(1, n + 1)], "plant.pump_w")]
    if all(one is not None for one in heat):
        day.room_kwh = {f"room{i}": (one or 0) / 1000 for i, one in enumerate(heat, 1)}
        day.heat_kwh = sum(day.room_kwh.values())
    if all(one is not None for one in electric):
        day.electricity_kwh = sum(one or 0 for one in electric) / 1000
    if day.heat_kwh is not None and day.electricity_kwh:
        day.cop = day.heat_kwh / day.electricity_kwh
    for name, key in (("lifted_m3", "plant.lifted_l"), ("returned_m3", "plant.returned_l")):
        if key in steps[0][1]:
            setattr(day, name, (steps[-1][1][key] - steps[0][1][key]) / 1000)
    day.run_h = sum(step for step, row in steps if row["well.pump_speed_pm"]) / 3600
    day.starts = sum(bool(b["well.pump_speed_pm"]) and not a["well.pump_speed_pm"]
                     for (_s, a), (_t, b) in zip(steps, steps[1:]))
    flows = [row["well.flow_lph"] / row["well.reinjection_kpa"] * 100 for _step, row in steps
             if row["well.flow_lph"] > 500 and row["well.reinjection_kpa"] > 10]
    day.capacity_lph_bar = sum(flows) / len(flows) if flows else None
    for i in range(1, n + 1):
        room, target = f"room{i}.room_mc", f"room{i}.target_mc"
        day.comfort[f"room{i}"] = sum(s for s, r in steps if abs(r[room] - r[target]) <= BAND_MK) / 3600 / hours
        day.coldest[f"room{i}"] = min(r[room] for _s, r in steps) / 1000
    return day


def trace_trips(rows: list[dict], n: int, lang: str) -> list[tuple[str, str, str]]:
    """Bits that came up in the points `trips`."""
    book = words.load(lang)
    found = []
    for block, kind in (("well", kinds.WELL), *((f"room{i}", kinds.ROOM) for i in range(1, n + 1))):
        before = 0
        for row in rows:
            bits = int(row.get(f"{block}.trips", 0))
            for bit in range(30):
                if bits & ~before & 1 << bit:
                    t = datetime.timedelta(seconds=int(row["t_s"]))
                    found.append((str(t), block, book.of("cause", causes.name(kind.scope, bit))))
            before = bits
    return sorted(found)


