"""What a day's picture and page show: panels of lines from a trace, one colour a room, names on what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

COMFORT_MK = 500  # the room within +-0.5 K (firmware/ARCHITECTURE.md, Control)
SUPPLY_AIR_C = 38  # the least supply air when heating (the same)
ROOMS_MOST = 8
# One colour a room, told apart by colour-blind eyes too (after Okabe and Ito); red and orange are for trips and faults.
COLOURS = ("#0072b2", "#009e73", "#cc79a7", "#56b4e9", "#8a6d1f", "#7b3294", "#4d4d4d", "#b8a800")
FAULT, TRIP = "#e69f00", "#d00000"
SAME_TIME_S = 600  # trips within ten minutes share a label
DETAIL_H = 2.0
EVENTS = "what happened"  # a panel without lines, for the names of faults and trips


@dataclass
class Line:
    """A named series. room: its number where it belongs to one, which gives its colour."""

    name: str
    values: Sequence[float]
    room: int | None = None


@dataclass
class Panel:
    """One diagram. limit: a line to keep above; bands: (lower, upper) series; lanes: on or off, a lane a line."""

    title: str
    lines: list[Line]
    limit: float | None = None
    bands: list[tuple[list[float], list[float]]] = field(default_factory=list)
    lanes: bool = False


def colour(number: int) -> str:
    """The colour of a room, number from 1."""
    return COLOURS[(number - 1) % len(COLOURS)]


def room_numbers(columns: dict) -> list[int]:
    """Numbers of the rooms in a trace."""
    return [i for i in range(1, ROOMS_MOST + 1) if f"room{i}.room_mc" in columns]


def milli(columns: dict, name: str) -> list[float]:
    """A column of thousandths in its unit."""
    return [v / 1000 for v in columns[name]]


def panels(columns: dict, summary: dict) -> list[Panel]:
    """Every panel, for both the picture and the page."""
    names = {i: room["name"] for i, room in enumerate(summary["rooms"], start=1)}
    rooms = room_numbers(columns)

    def of_rooms(point: str) -> list[Line]:
        return [Line(names.get(i, f"room {i}"), milli(columns, f"room{i}.{point}"), i) for i in rooms]

    on = [Line(names.get(i, f"room {i}"), columns[f"room{i}.compressor_on"], i) for i in rooms]
    events = [Panel(EVENTS, [])] if summary["trips"] or seen_faults(summary) else []
    parts = events + outside(columns) + [
        Panel("room °C", of_rooms("room_mc"), bands=comfort_bands(columns, rooms)),
        Panel("supply air °C", of_rooms("supply_air_mc"), limit=None if summary["cooling"] else SUPPLY_AIR_C),
        Panel("compressors on", on, lanes=True),
        Panel("flow L/h", flow(columns)), Panel("water °C", water(columns))]
    return parts + power(columns, rooms)


def comfort_bands(columns: dict, rooms: list[int]) -> list[tuple[list[float], list[float]]]:
    """The band of +-0.5 K around each target that differs from the others'."""
    targets = {tuple(columns[f"room{i}.target_mc"]) for i in rooms}
    return [([(v - COMFORT_MK) / 1000 for v in target], [(v + COMFORT_MK) / 1000 for v in target])
            for target in sorted(targets)]


def outside(columns: dict) -> list[Panel]:
    """The weather, where the plant tells it."""
    values = columns.get("plant.outside_c")
    return [] if values is None else [Panel("outside °C", [Line("outside", values)])]


def flow(columns: dict) -> list[Line]:
    """Setpoint and measured flow of each section."""
    wells = [well for well in ("well", "well2") if f"{well}.flow_lph" in columns]
    return [line for well in wells for line in (Line(f"{well} setpoint", columns[f"{well}.flow_setpoint_lph"]),
                                                Line(f"{well} measured", columns[f"{well}.flow_lph"]))]


def water(columns: dict) -> list[Line]:
    """Lifted and returned water, and that of a secondary loop."""
    found = [Line("supply", milli(columns, "well.supply_mc")), Line("return", milli(columns, "well.return_mc"))]
    if "loop.supply_mc" in columns:
        found += [Line("loop supply", milli(columns, "loop.supply_mc")),
                  Line("loop return", milli(columns, "loop.return_mc"))]
    return found


def power(columns: dict, rooms: list[int]) -> list[Panel]:
    """Heat to the rooms and the units' electricity, where the plant tells them."""
    sums = []
    for name in ("heat_w", "electric_w"):
        parts = [columns.get(f"plant.{name}_{i}") for i in rooms]
        if not parts or any(part is None for part in parts):
            return []
        sums.append([sum(v) / 1000 for v in zip(*parts)])
    return [Panel("power kW", [Line("heat", sums[0]), Line("electricity", sums[1])])]


def runs(hours: Sequence[float], values: Sequence[float]) -> list[tuple[float, float]]:
    """(begin, end) in hours of each stretch that is not 0."""
    found: list[tuple[float, float]] = []
    begin = None
    for hour, value in zip(hours, values):
        if value and begin is None:
            begin = hour
        elif not value and begin is not None:
            found.append((begin, hour))
            begin = None
    if begin is not None:
        found.append((begin, hours[-1]))
    return found


def calm(hours: Sequence[float], values: Sequence[float], bins: int) -> tuple[list[float], list[float], list[float],
                                                                               list[float]]:
    """A long series in so many pieces: (middle hour, mean, least, most) of each."""
    size = max(1, len(values) // bins)
    middle, mean, least, most = [], [], [], []
    for at in range(0, len(values), size):
        part = values[at:at + size]
        middle.append(hours[min(at + size // 2, len(hours) - 1)])
        mean.append(sum(part) / len(part))
        least.append(min(part))
        most.append(max(part))
    return middle, mean, least, most


# -- what happened --

def seen_faults(summary: dict) -> list[dict]:
    """The faults that began before the run's end, none longer than it: a mark beyond it would squeeze the picture."""
    end_s = summary["hours"] * 3600
    return [{**fault, "to_s": min(fault["to_s"], end_s)} for fault in summary["faults"] if fault["from_s"] < end_s]


def fault_label(fault: dict) -> str:
    """A fault by name and place."""
    return f"{fault['name']} {fault['target']}".strip()


def trip_labels(trips: list[dict]) -> list[tuple[int, str]]:
    """One label for the trips of ten minutes: the first by name, the others counted."""
    groups: list[list[dict]] = []
    for trip in trips:
        if not groups or trip["time_s"] - groups[-1][0]["time_s"] > SAME_TIME_S:
            groups.append([])
        groups[-1].append(trip)
    return [(group[0]["time_s"], f"{group[0]['where']} {group[0]['cause']}"
             + (f" and {len(group) - 1} more" if len(group) > 1 else "")) for group in groups]


def detail_from_h(summary: dict, hours: float) -> float | None:
    """Where the detail of two hours begins: most trips, else noon; None when the whole run is hardly longer."""
    if hours < 2 * DETAIL_H:
        return None
    times = [trip["time_s"] / 3600 for trip in summary["trips"]]
    if not times:
        return min(hours - DETAIL_H, hours / 2)
    begins = [max(0.0, min(t - DETAIL_H / 4, hours - DETAIL_H)) for t in times]
    return max(begins, key=lambda begin: (sum(begin <= t <= begin + DETAIL_H for t in times), -begin))


def title(summary: dict) -> str:
    """One line above the picture."""
    cop = summary["system_cop"]
    return (f"Wellhearth: {summary['scenario']}, {summary['weather']}, seed {summary['seed']}; system COP "
            f"{'n/a' if cop is None else f'{cop:.2f}'}, {len(summary['trips'])} trips")
