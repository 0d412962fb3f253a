"""A block's values as Home Assistant wants them: a flat JSON object, one key an entity; null is unknown."""

from __future__ import annotations

from typing import Any

from ..nodes import Node
from .entities import BINARIES, BOOST_PRESET, FANS, MODES, SENSORS

# JSON key: (point, divide by, digits). What is not here has a point of its own name.
SCALED = {
    "room_c": ("room_mc", 1000, 1), "supply_air_c": ("supply_air_mc", 1000, 1), "leaving_c": ("leaving_mc", 1000, 1),
    "supply_c": ("supply_mc", 1000, 1), "return_c": ("return_mc", 1000, 1), "fan_percent": ("fan_pm", 10, 0),
    "pump_percent": ("pump_speed_pm", 10, 0), "outside_c": ("outside_mc", 1000, 1),
    "setpoint_c": ("setpoint_mc", 1000, 1),
}
# Long counters in two words: (whole, part, parts of a whole, whole in the entity's unit).
COUNTED = {
    "source_kwh": ("source_mwh", "source_wh", 1_000_000, 1000), "sink_kwh": ("sink_mwh", "sink_wh", 1_000_000, 1000),
    "circulated_m3": ("circulated_m3", "circulated_l", 1000, 1), "returned_m3": ("returned_m3", "returned_l", 1000, 1),
    "run_h": ("run_h", "run_s", 3600, 1), "electricity_kwh": ("electricity_mwh", "electricity_wh", 1_000_000, 1000),
}


def of(node: Node, block: str) -> dict[str, Any]:
    """Every key of a block's JSON."""
    kind = node.tables[block].kind
    found: dict[str, Any] = {sensor.key: value(node, block, sensor.key) for sensor in SENSORS.get(kind, ())
                             if node.row(f"{block}.{sensor.need}")}
    for binary in BINARIES.get(kind, ()):
        if node.row(f"{block}.{binary.need}"):
            found[binary.key] = yes(node.value(f"{block}.{binary.need}"))
    if kind in ("room", "far"):
        found |= climate(node, block)
    return found | alarms(node, block)


def value(node: Node, block: str, key: str) -> float | int | None:
    """One key; None when it is unknown."""
    if key in COUNTED:
        whole_name, part_name, parts, unit = COUNTED[key]
        whole, part = node.value(f"{block}.{whole_name}"), node.value(f"{block}.{part_name}")
        return None if whole is None or part is None else round((whole + part / parts) * unit, 3)
    point, divide, digits = SCALED.get(key, (key, 1, 0))
    found = node.value(f"{block}.{point}")
    if found is None or point.endswith("_mc") and node.value(f"{block}.{point[:-2]}ok") == 0:
        return None  # a sensor that is not valid now: its last value is history
    return round(found / divide, digits) if digits else round(found / divide)


def yes(found: int | None) -> str | None:
    """ON, OFF, or unknown."""
    return None if found is None else "ON" if found else "OFF"


def climate(node: Node, block: str) -> dict[str, Any]:
    """What a room's climate entity shows."""
    mode = MODES.get(node.word(f"{block}.mode"))
    on, direction = node.value(f"{block}.compressor_on"), node.word(f"{block}.direction")
    action = None if mode is None else "off" if mode == "off" and not on else "idle" if not on else \
        "cooling" if direction == "cool" else "heating"
    fixed, boost = node.value(f"{block}.fan_fixed_pm"), node.value(f"{block}.boost_min")
    found = {"mode": mode, "action": action, "room_c": value(node, block, "room_c"),
             "setpoint_c": value(node, block, "setpoint_c")}
    if node.row(f"{block}.fan_fixed_pm"):
        found["fan"] = None if fixed is None else fan_word(fixed)
    if node.row(f"{block}.boost_min"):
        found["preset"] = None if boost is None else BOOST_PRESET if boost else "none"
    if node.row(f"{block}.reason"):
        reason = node.reason(block)
        found["reason"] = None if reason is None else reason.key
        found["wait_s"] = 0 if reason is None else reason.wait_s
    return found


def fan_word(fixed_pm: int) -> str:
    """The nearest word; automatic is its own."""
    if not fixed_pm:
        return "auto"
    return min((abs(pm - fixed_pm), word) for word, pm in FANS.items() if pm)[1]


def alarms(node: Node, block: str) -> dict[str, Any]:
    """Faults of the block: whether there are any, and which."""
    here = [trip for trip in node.trips() if trip.block == block]
    known = node.value(f"{block}.trips") is not None
    return {"alarm": yes(bool(here)) if known else None, "locked": yes(any(t.locked for t in here)) if known else None,
            "faults": sorted({trip.cause for trip in here}),
            "lockouts": sorted({trip.cause for trip in here if trip.locked})}
