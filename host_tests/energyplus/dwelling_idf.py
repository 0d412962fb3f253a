"""EnergyPlus input (IDF) of the village house of `dwelling.py`; zone time steps of a minute, our units as actuators."""

from __future__ import annotations

import datetime

from . import dwelling as d
from .idf import VERSION, material, obj

TOP_M = d.HEIGHT_M
SIDES = {"south": (0, -1), "east": (1, 0), "north": (0, 1), "west": (-1, 0)}
ACROSS = {"south": "north", "north": "south", "east": "west", "west": "east"}
PERSON_W = 108.0  # at rest or about light work; EnergyPlus splits it into sensible and latent heat
MIDDLE_M, RIDGE_M = (d.ROWS_M[0] + d.ROWS_M[-1]) / 2.0, TOP_M + d.RIDGE_M
YEAR = 2018  # neither it nor its neighbours are leap years; the weather file's own years do not count
LEAD_DAYS = 1  # before the run, for EnergyPlus to come to itself
OUTPUTS = (
    "Zone Mean Air Temperature", "Zone Air Heat Balance Internal Convective Heat Gain Rate",
    "Zone Air Heat Balance Surface Convection Rate", "Zone Air Heat Balance Outdoor Air Transfer Rate",
    "Zone Air Heat Balance Air Energy Storage Rate")


def surface(name: str, kind: str, construction: str, zone: str, outside: tuple[str, str], points: list[tuple]) -> str:
    """An opaque surface; corners anticlockwise seen from outside, the upper left first. `outside`: condition and object."""
    sun, wind = ("SunExposed", "WindExposed") if outside[0] == "Outdoors" else ("NoSun", "NoWind")
    flat = [round(x, 4) for p in points for x in p]
    return obj("BuildingSurface:Detailed", name, kind, construction, zone, "", *outside, sun, wind, "autocalculate",
               len(points), *flat)


def base(room: d.Room, side: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Left and right end of a wall's foot, seen from outside."""
    (west, east), (south, north) = room.x_m, room.y_m
    return {"south": ((west, south), (east, south)), "east": ((east, south), (east, north)),
            "north": ((east, north), (west, north)), "west": ((west, north), (west, south))}[side]


def upright(left: tuple, right: tuple, low: float, high: float) -> list[tuple]:
    """Corners of an upright rectangle."""
    return [(*left, high), (*left, low), (*right, low), (*right, high)]


def walls(room: d.Room) -> list[str]:
    """The four walls of a room, to its neighbours or outside."""
    out = []
    for side, (dx, dy) in SIDES.items():
        other = d.at(room.column + dx, room.row + dy)
        outside = ("Surface", f"{other.name} {ACROSS[side]}") if other else ("Outdoors", "")
        out.append(surface(f"{room.name} {side}", "Wall", "partition" if other else "wall", room.name, outside,
                           upright(*base(room, side), 0.0, TOP_M)))
    return out


def along(left: tuple, right: tuple, metres: float) -> tuple:
    """The point so far from the left end."""
    length = abs(right[0] - left[0]) + abs(right[1] - left[1])
    return tuple(round(a + (b - a) * metres / length, 4) for a, b in zip(left, right))


def openings(room: d.Room) -> list[str]:
    """Windows in the middle of their walls, and the house's door."""
    out = []
    for side, width, height in room.windows:
        left, right = base(room, side)
        begin = (abs(right[0] - left[0]) + abs(right[1] - left[1]) - width) / 2.0
        points = upright(along(left, right, begin), along(left, right, begin + width), d.SILL_M, d.SILL_M + height)
        out.append(obj("FenestrationSurface:Detailed", f"{room.name} window {side}", "Window", "glazing",
                       f"{room.name} {side}", "", "autocalculate", "", 1, 4, *[x for p in points for x in p]))
    if room.door:
        left, right = base(room, "south")
        points = upright(along(left, right, 0.3), along(left, right, 1.3), 0.0, 2.1)
        out.append(obj("FenestrationSurface:Detailed", f"{room.name} door", "Door", "door", f"{room.name} south", "",
                       "autocalculate", "", 1, 4, *[x for p in points for x in p]))
    return out


def level(room: d.Room, z: float, up: bool) -> list[tuple]:
    """A floor or ceiling, seen from outside (`up`: from above)."""
    (west, east), (south, north) = room.x_m, room.y_m
    points = [(west, north, z), (west, south, z), (east, south, z), (east, north, z)]
    return points if up else [points[3], points[2], points[1], points[0]]


def rooms_geometry() -> list[str]:
    """All rooms: zone, walls, floor, ceiling, openings."""
    out = []
    for r in d.ROOMS:
        out += [obj("Zone", r.name, 0, 0, 0, 0, 1, 1, TOP_M, round(r.floor_m2 * TOP_M, 3)), *walls(r),
                surface(f"{r.name} floor", "Floor", "floor", r.name, ("Ground", ""), level(r, 0.0, False)),
                surface(f"{r.name} ceiling", "Ceiling", "ceiling", r.name, ("Surface", f"attic over {r.name}"),
                        level(r, TOP_M, True)),
                surface(f"attic over {r.name}", "Floor", "attic floor", "attic", ("Surface", f"{r.name} ceiling"),
                        level(r, TOP_M, False)),
                *openings(r),
                obj("InternalMass", f"{r.name} furniture", "furniture", r.name, "",
                    round(d.FURNITURE_M2_M2 * r.floor_m2, 3))]
    return out


def faces(room: d.Room) -> list[str]:
    """Names of all surfaces that a room's air meets."""
    names = [*SIDES, "floor", "ceiling", "furniture", *[f"window {side}" for side, _, _ in room.windows]]
    return [f"{room.name} {name}" for name in (*names, "door")[: None if room.door else -1]]


def attic() -> list[str]:
    """The cold attic under a gable roof, its ridge from west to east."""
    west, east, south, north = d.COLUMNS_M[0], d.COLUMNS_M[-1], d.ROWS_M[0], d.ROWS_M[-1]
    volume = (east - west) * (north - south) * d.RIDGE_M / 2.0
    return [
        obj("Zone", "attic", 0, 0, 0, 0, 1, 1, "autocalculate", round(volume, 3)),
        surface("roof south", "Roof", "roof", "attic", ("Outdoors", ""),
                [(west, MIDDLE_M, RIDGE_M), (west, south, TOP_M), (east, south, TOP_M), (east, MIDDLE_M, RIDGE_M)]),
        surface("roof north", "Roof", "roof", "attic", ("Outdoors", ""),
                [(east, MIDDLE_M, RIDGE_M), (east, north, TOP_M), (west, north, TOP_M), (west, MIDDLE_M, RIDGE_M)]),
        surface("gable east", "Wall", "gable", "attic", ("Outdoors", ""),
                [(east, MIDDLE_M, RIDGE_M), (east, south, TOP_M), (east, north, TOP_M)]),
        surface("gable west", "Wall", "gable", "attic", ("Outdoors", ""),
                [(west, MIDDLE_M, RIDGE_M), (west, north, TOP_M), (west, south, TOP_M)]),
        air_change("attic", d.ATTIC_CHANGES_H),
    ]


def air_change(zone: str, per_hour: float) -> str:
    """Infiltration that neither wind nor temperature changes."""
    return obj("ZoneInfiltration:DesignFlowRate", f"{zone} air change", zone, "always", "AirChanges/Hour", "", "", "",
               per_hour, 1, 0, 0, 0)


def by_hour(name: str, steps: tuple[tuple[int, float], ...]) -> str:
    """A schedule of (from hour, value), the first at 0."""
    ends = [*[hour for hour, _ in steps[1:]], 24]
    until = [x for end, (_, value) in zip(ends, steps) for x in (f"Until: {end:02d}:00", value)]
    return obj("Schedule:Compact", name, "any", "Through: 12/31", "For: AllDays", *until)


def life(room: d.Room) -> list[str]:
    """People, equipment, an open window for five minutes, and our unit: what it gives to the air is set each minute."""
    n = room.name
    return [
        by_hour(f"{n} people", room.people), by_hour(f"{n} watts", room.watts),
        obj("Schedule:Compact", f"{n} airing", "any", "Through: 12/31", "For: AllDays", f"Until: {room.aired:02d}:00", 0,
            f"Until: {room.aired:02d}:05", 1, "Until: 24:00", 0),
        obj("People", f"{n} people", n, f"{n} people", "People", 1, "", "", 0.3, "autocalculate", "person"),
        obj("ElectricEquipment", f"{n} equipment", n, f"{n} watts", "EquipmentLevel", 1, "", "", 0, 0.4, 0),
        obj("OtherEquipment", f"{n} unit", "None", n, "always", "EquipmentLevel", 0, "", "", 0, 0, 0),
        air_change(n, d.AIR_CHANGES_H),
        obj("ZoneVentilation:DesignFlowRate", f"{n} window", n, f"{n} airing", "Flow/Zone", d.AIRING_M3_S, "", "", "",
            "Natural", 0, 1, 1, 0, 0, 0, -100, "", 100, "", -100),
    ]


def fabric() -> list[str]:
    """Materials and constructions."""
    layers = {layer.name: layer for part in d.CONSTRUCTIONS.values() for layer in part}
    return [*[material(layer) for layer in layers.values()],
            obj("WindowMaterial:SimpleGlazingSystem", "window", d.WINDOW_U_W_M2K, d.WINDOW_G),
            obj("Construction", "glazing", "window"),
            *[obj("Construction", name, *[layer.name for layer in reversed(part)])
              for name, part in d.CONSTRUCTIONS.items()]]


def run_period(first_day: int) -> str:
    """A year from a day on (1 = 1 January) and `LEAD_DAYS` before it; the weather file begins anew at its end."""
    first = datetime.date(YEAR, 1, 1) + datetime.timedelta(days=first_day - 1)
    begin, end = first - datetime.timedelta(days=LEAD_DAYS), first + datetime.timedelta(days=364)
    return obj("RunPeriod", "run", begin.month, begin.day, begin.year, end.month, end.day, end.year, "", "No", "No", "No",
               "Yes", "Yes", "No")


def write(first_day: int) -> str:
    """The whole input, for a run from this day of the weather file on."""
    return "\n".join([
        obj("Version", VERSION),
        obj("SimulationControl", "No", "No", "No", "No", "Yes"),
        obj("Building", "village house", 0, "Country", 0.04, 0.2, "FullInteriorAndExterior", 25, 6),
        obj("Timestep", 60), obj("ConvergenceLimits", 1),
        obj("HeatBalanceAlgorithm", "ConductionTransferFunction"),
        obj("ZoneAirHeatBalanceAlgorithm", "EulerMethod"),
        run_period(first_day),
        obj("GlobalGeometryRules", "UpperLeftCorner", "CounterClockWise", "World"),
        obj("Site:GroundTemperature:BuildingSurface", *d.GROUND_C),
        obj("ScheduleTypeLimits", "any"), obj("Schedule:Constant", "always", "any", 1),
        obj("Schedule:Constant", "person", "any", PERSON_W),
        *fabric(), *rooms_geometry(), *attic(), *[x for r in d.ROOMS for x in life(r)],
        obj("ZoneCapacitanceMultiplier:ResearchSpecial", "furnished air", "",
            round(d.AIR_J_M2K / (d.AIR_J_M3K * TOP_M), 4), 1, 1, 1),
        obj("OutputControl:Files", *["No"] * 3),
    ])
