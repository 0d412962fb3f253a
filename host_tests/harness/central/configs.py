"""The config.json of every node of a central plant, as an installer would write them for a case."""

from __future__ import annotations

from plant.central.case import Case
from plant.central.rings import SECONDARY_KPA
from plant.central.world import MACHINE_K, WATER_WH_M3K

from ..scenarios import rom

PERIOD_MS = 200  # all nodes scan at 5 Hz: water in 200 mm pipes does not change faster
POWER_SHARE = 0.26  # of a machine's heat: what its plate says of its electric power
COOL_SHARE = 0.92  # of its heat, at the cooling design point
KW_IN_WINTER, KW_IN_SUMMER = 200, 300  # of a well of 60 m (China Geothermal Energy 42)
MACHINE_AT, SECONDARY_AT, TERTIARY_AT, BUILDING_AT = 31, 41, 45, 61
NETWORK_AT, TANK_AT, BOILER_AT, CHILLER_AT, WEATHER_AT, QUALITY_AT = 51, 55, 56, 57, 58, 59


def well_node(case: Case, number: int) -> dict:
    """A well's node, a server on the wells' line. Its feed-forward and least flow are those of commissioning."""
    nominal = case.wells["nominal_m3h"]
    share = nominal / 4.8
    return {
        "node": {"name": f"well {number}", "period_ms": PERIOD_MS},
        "well": {"supply_rom": rom(0x1000 + 2 * number), "return_rom": rom(0x1001 + 2 * number), "pulses_per_m3": 2000,
                 "return_pulses_per_m3": 2000, "min_flow_lph": round(330 * nominal), "max_flow_lph": round(1200 * nominal),
                 "flow_kp_pm_m3h": max(1, round(40 / share)), "flow_ff_pm_m3h": round(900 / nominal),
                 "flow_ramp_lph_s": round(100 * share)},
        "bus": {"role": "server", "address": number},
    }


def pumps(case: Case) -> list[dict]:
    """Drives of both networks."""
    both = ("secondary", SECONDARY_AT, case.secondary), ("tertiary", TERTIARY_AT, case.tertiary)
    return [{"line": "bms", "address": first + k, "serves": part} for part, first, section in both
            for k in range(section["pumps"])]


def machines(case: Case) -> list[dict]:
    """Heat pumps; the last ones are piped to the tank."""
    n, heat = case.machines["count"], case.machines["heat_kw"]
    first = n - case.machines["recovery"] if case.tank else n
    return [{"line": "bms", "address": MACHINE_AT + k, "heat_kw": round(heat), "cool_kw": round(COOL_SHARE * heat),
             "power_kw": round(POWER_SHARE * heat), "hot_water": int(k >= first)} for k in range(n)]


def networks(case: Case, tertiary_m3h: float) -> list[dict]:
    """Sensors of both networks; design flow of the source side is that of all machines."""
    machine_m3h = case.machines["heat_kw"] * 1000.0 / MACHINE_K / WATER_WH_M3K
    source_m3h = machine_m3h * case.machines["count"]
    return [
        {"line": "bms", "address": NETWORK_AT, "part": "secondary", "flow_lph": round(1000 * source_m3h),
         "dp_kpa": round(0.45 * SECONDARY_KPA)},
        {"line": "bms", "address": NETWORK_AT + 1, "part": "tertiary", "flow_lph": round(1000 * tertiary_m3h), "dp_kpa": 70,
         "minimum_lph": round(620 * machine_m3h)}]


def plant_node(case: Case, tertiary_m3h: float, mode: str = "auto") -> dict:
    """The plant's node."""
    plan = {
        "mode": mode, "design_mc": round(1000 * case.climate["design_c"]),
        "supply_cold_mc": round(1000 * case.tertiary["winter_c"]), "supply_mild_mc": 30000,
        "supply_cool_mc": round(1000 * case.tertiary["summer_c"]),
        "lines": {"bus": {}, "bms": {}},
        "wells": [{"address": i + 1, "heat_kw": KW_IN_WINTER, "cool_kw": KW_IN_SUMMER, "lowest_mc": 7000}
                  for i in range(case.wells["count"])],
        "machines": machines(case), "pumps": pumps(case), "networks": networks(case, tertiary_m3h),
        "weather": {"line": "bms", "address": WEATHER_AT}, "quality": [{"line": "bms", "address": QUALITY_AT}],
        "buildings": [{"line": "bms", "address": BUILDING_AT + k, "name": b.name[:32]}
                      for k, b in enumerate(case.buildings)],
    }
    if case.tank:
        plan["tank"] = {"line": "bms", "address": TANK_AT, "setpoint_mc": 57000, "band_mk": 3000}
    backups = []
    if case.boiler:
        backups.append({"line": "bms", "address": BOILER_AT, "kind": "boiler", "power_kw": round(case.boiler["kw"])})
    if case.chiller:
        backups.append({"line": "bms", "address": CHILLER_AT, "kind": "chiller", "power_kw": round(case.chiller["kw"]),
                        "efficiency_pm": 4000, "supply_most_mc": 30000})
    if backups:
        plan["backups"] = backups
    if case.night:
        plan["night"] = f"daily {case.night['from_h']:02d}:00-{case.night['to_h']:02d}:00"
        plan["night_speed_pm"] = 700
    return {"node": {"name": case.name, "period_ms": PERIOD_MS}, "plant": plan}
