"""The sensors of a house, without its firmware."""

from __future__ import annotations

from types import SimpleNamespace

from harness import scenarios, wiring

WATER_C, ROOM_C = 5.0, 20.0


def sensed(rooms=2):
    return {
        "lift_lph": 0.0, "return_lph": 0.0, "reinjection_kpa": 0.0, "supply_c": WATER_C, "return_c": WATER_C,
        "lift2_lph": 0.0, "return2_lph": 0.0, "reinjection2_kpa": 0.0, "supply2_c": WATER_C, "return2_c": WATER_C,
        "loop_supply_c": WATER_C, "loop_return_c": WATER_C, "loop_kpa": 150.0, "loop_flow": False,
        "room_c": [ROOM_C] * rooms, "supply_air_c": [ROOM_C] * rooms, "leaving_c": [WATER_C] * rooms,
        "high_kpa": [1100.0] * rooms, "low_kpa": [1100.0] * rooms}


def wired(seed=1, ideal=False, data=None):
    data = data or scenarios.house_config(2, "multi_aquifer", "III")
    data["well"].update(current_range_ma=5000, level_range_kpa=200)
    return wiring.Wiring(data, SimpleNamespace(sensed=sensed()), seed, ideal=ideal)
