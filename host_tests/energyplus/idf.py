"""EnergyPlus input (IDF) of a cell: geometry, constructions, ideal heating or none, hourly results."""

from __future__ import annotations

from . import cells

VERSION = "25.2"
OUTPUTS = {
    "air_c": ("Zone Mean Air Temperature", "*"),
    "heat_j": ("Zone Ideal Loads Zone Total Heating Energy", "*"),
    "sun_w_m2": ("Surface Outside Face Incident Solar Radiation Rate per Area", "south wall"),
    "window_w": ("Surface Window Transmitted Solar Radiation Rate", "*"),
}


def obj(kind: str, *fields) -> str:
    """One object of an IDF."""
    return f"{kind},\n  " + ",\n  ".join(str(f) for f in fields) + ";\n"


def material(layer: cells.Layer) -> str:
    """A layer, with mass or without."""
    finish = (cells.EMISSIVITY, cells.ABSORPTANCE, cells.ABSORPTANCE)
    if not layer.rho_kg_m3:
        return obj("Material:NoMass", layer.name, "Smooth", layer.r_m2k_w, *finish)
    return obj("Material", layer.name, "Smooth", layer.thick_m, layer.k_w_mk, layer.rho_kg_m3, layer.cp_j_kgk, *finish)


def surface(name: str, kind: str, construction: str, outside: str, points: list[tuple]) -> str:
    """An opaque surface of the zone; corners anticlockwise seen from outside, the upper left first."""
    sun, wind = ("SunExposed", "WindExposed") if outside == "Outdoors" else ("NoSun", "NoWind")
    flat = [x for p in points for x in p]
    return obj("BuildingSurface:Detailed", name, kind, construction, "cell", "", outside, "", sun, wind,
               "autocalculate", len(points), *flat)


def geometry() -> list[str]:
    """Six surfaces and two windows of 3 m x 2 m, 0.2 m above the floor."""
    x, y, z = cells.LENGTH_M, cells.DEPTH_M, cells.HEIGHT_M
    out = [
        surface("south wall", "Wall", "wall", "Outdoors", [(0, 0, z), (0, 0, 0), (x, 0, 0), (x, 0, z)]),
        surface("east wall", "Wall", "wall", "Outdoors", [(x, 0, z), (x, 0, 0), (x, y, 0), (x, y, z)]),
        surface("north wall", "Wall", "wall", "Outdoors", [(x, y, z), (x, y, 0), (0, y, 0), (0, y, z)]),
        surface("west wall", "Wall", "wall", "Outdoors", [(0, y, z), (0, y, 0), (0, 0, 0), (0, 0, z)]),
        surface("roof", "Roof", "roof", "Outdoors", [(0, y, z), (0, 0, z), (x, 0, z), (x, y, z)]),
        surface("floor", "Floor", "floor", "Ground", [(x, y, 0), (x, 0, 0), (0, 0, 0), (0, y, 0)]),
    ]
    for name, left in (("window 1", 0.5), ("window 2", 4.5)):
        corners = (left, 0, 2.2, left, 0, 0.2, left + 3, 0, 0.2, left + 3, 0, 2.2)
        out.append(obj("FenestrationSurface:Detailed", name, "Window", "glazing", "south wall", "", "autocalculate",
                       "", 1, 4, *corners))
    return out


def heating() -> list[str]:
    """Ideal convective heating to the set point, without limit; no cooling."""
    return [
        obj("ThermostatSetpoint:SingleHeating", "warm", "setpoint"),
        obj("ZoneControl:Thermostat", "thermostat", "cell", "control", "ThermostatSetpoint:SingleHeating", "warm"),
        obj("ScheduleTypeLimits", "any"),
        obj("Schedule:Constant", "setpoint", "any", cells.SETPOINT_C),
        obj("Schedule:Constant", "control", "any", 1),
        obj("Schedule:Constant", "never", "any", 0),
        obj("ZoneHVAC:EquipmentConnections", "cell", "equipment", "inlet", "", "zone air", "zone return"),
        obj("ZoneHVAC:EquipmentList", "equipment", "SequentialLoad", "ZoneHVAC:IdealLoadsAirSystem", "ideal", 1, 1, "", ""),
        obj("ZoneHVAC:IdealLoadsAirSystem", "ideal", "", "inlet", "", "", 50, 13, 0.0156, 0.0077, "NoLimit", "", "",
            "NoLimit", "", "", "", "never", "None", "", "None", "", "", "None", "NoEconomizer", "None"),
    ]


def bursts() -> list[str]:
    """Heat into the air in bursts, and furniture in it: how fast does it move?"""
    begins = range(0, 60, cells.CYCLE_MIN)
    marks = [(hour, minute, value) for hour in range(24) for begin in begins
             for minute, value in ((begin + cells.BURST_MIN, 1), (begin + cells.CYCLE_MIN, 0))]
    until = [x for hour, minute, value in marks for x in (f"Until: {hour + minute // 60:02d}:{minute % 60:02d}", value)]
    return [
        obj("Schedule:Compact", "burst", "fraction", "Through: 12/31", "For: AllDays", *until),
        obj("OtherEquipment", "bursts", "None", "cell", "burst", "EquipmentLevel", cells.BURST_W, "", "", 0, 0, 0),
        obj("ZoneCapacitanceMultiplier:ResearchSpecial", "furniture", "", round(cells.FURNISHED, 3), 1, 1, 1),
    ]


def write(cell: cells.Cell, heated: bool, days: tuple[str, str] = ("1,1", "12,31"), in_bursts: bool = False) -> str:
    """The IDF of a cell; `days` are the month and day the run begins and ends with. `in_bursts`: minute by minute."""
    layers = {layer.name: layer for part in (cell.wall, cell.roof, cell.floor) for layer in part}
    pane = obj("WindowMaterial:Glazing", "pane", "SpectralAverage", "", cells.PANE_M, cells.SOLAR_TRANSMITTANCE,
               cells.SOLAR_REFLECTANCE, cells.SOLAR_REFLECTANCE, 0.91325, 0.082, 0.082, 0, cells.PANE_EMISSIVITY,
               cells.PANE_EMISSIVITY, cells.PANE_W_MK)
    parts = [
        obj("Version", VERSION),
        obj("SimulationControl", "No", "No", "No", "No", "Yes"),
        obj("Building", cell.name, 0, "Country", 0.04, 0.2, "FullInteriorAndExterior", 25, 6),
        obj("Timestep", 60 if in_bursts else 6),
        obj("RunPeriod", "run", days[0], "", days[1], "", "Sunday", "No", "No", "No", "Yes", "Yes"),
        obj("GlobalGeometryRules", "UpperLeftCorner", "CounterClockWise", "Relative"),
        obj("Site:GroundTemperature:BuildingSurface", *[cells.GROUND_C] * 12),
        *[material(layer) for layer in layers.values()],
        pane, obj("WindowMaterial:Gas", "gap", "Air", cells.GAP_M),
        obj("Construction", "glazing", "pane", "gap", "pane"),
        *[obj("Construction", name, *[layer.name for layer in reversed(part)])
          for name, part in (("wall", cell.wall), ("roof", cell.roof), ("floor", cell.floor))],
        obj("Zone", "cell", 0, 0, 0, 0, 1, 1, cells.HEIGHT_M, cell.volume_m3),
        *geometry(),
        obj("ScheduleTypeLimits", "fraction"), obj("Schedule:Constant", "always", "fraction", 1),
        obj("OtherEquipment", "gains", "None", "cell", "always", "EquipmentLevel", cells.GAINS_W, "", "", 0,
            cells.GAINS_RADIANT, 0),
        obj("ZoneInfiltration:DesignFlowRate", "air change", "cell", "always", "AirChanges/Hour", "", "", "",
            cells.AIR_CHANGES_H, 1, 0, 0, 0),
        *(heating() if heated else []),
        *(bursts() if in_bursts else []),
        obj("OutputControl:Files", "Yes"),
        *[obj("Output:Variable", key, name, "Timestep" if in_bursts else "Hourly") for name, key in OUTPUTS.values()],
    ]
    return "\n".join(parts)
