"""What a rated heat pump that never stops gives and takes, by the water that enters it."""

from __future__ import annotations

import functools

from .heatpump import CIRCULATION_W, RATED_M3H, HeatPump

MAP_C = (-10.0, 0.0, 10.0, 20.0, 30.0)  # entering water of the map below


@functools.lru_cache(maxsize=1)
def steady_map() -> tuple[tuple[float, float, float], ...]:
    """(heat W, electricity W, heat from the water W) of a rated unit that never stops, for each of MAP_C.

    Rated flow and air flow, 20 degC room, fan and circulation pump included: what cycling is compared with.
    """
    found = []
    for entering_c in MAP_C:
        unit = HeatPump(20.0, freeze_c=-40.0, water_c=entering_c)
        for _ in range(2000):
            unit.step(True, 1.0, 0.84, CIRCULATION_W, RATED_M3H, entering_c, 20.0)
        found.append((unit.heat_w, unit.electric_w, unit.source_w))
    return tuple(found)


def steady(entering_c: float) -> tuple[float, float, float]:
    """`steady_map` between its points."""
    at = min(max((entering_c - MAP_C[0]) / 10.0, 0.0), len(MAP_C) - 1.000001)
    i = int(at)
    low, high = steady_map()[i], steady_map()[i + 1]
    f = at - i
    return (low[0] + f * (high[0] - low[0]), low[1] + f * (high[1] - low[1]), low[2] + f * (high[2] - low[2]))
