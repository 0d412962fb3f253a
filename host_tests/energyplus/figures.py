"""What EnergyPlus says of the village house of `dwelling.py`, as figures that fit in a small file (house.json)."""

from __future__ import annotations

import json
from pathlib import Path

from . import cells, compare, dwelling, engine, link

HOUSE = Path(__file__).with_name("house.json")
DAY = 20  # of January
HELD_C = 20.0
DAYS = 3  # of which the first does not count
BURST_W = 2800.0  # half of a unit, or the house would be at 30 degC
GAIN_W_K, GAIN_W_K_MIN = 1500.0, 30.0


def held(epw: Path) -> tuple[list[float], float]:
    """(mean W of each room that is held at `HELD_C`, mean outside degC)."""
    n = len(dwelling.ROOMS)
    house = link.Link(epw, DAY, [HELD_C] * n)
    integral, total, outside = [600.0] * n, [0.0] * n, 0.0
    for minute in range(DAYS * 1440):
        missing = [HELD_C - zone.air_c for zone in house.zones]
        integral = [max(0.0, w + GAIN_W_K_MIN * k) for w, k in zip(integral, missing)]
        heat = [max(0.0, w + GAIN_W_K * k) for w, k in zip(integral, missing)]
        house.minute(heat, [False] * n)
        if minute >= 1440:
            total = [a + b for a, b in zip(total, heat)]
            outside += house.outside_c
    house.close()
    counted = (DAYS - 1) * 1440
    return [joule / counted for joule in total], outside / counted


def burst(epw: Path, blown_w_m2k: float) -> list[float]:
    """How far each room's air moves, K, when its unit runs for 6 of every 20 minutes."""
    n = len(dwelling.ROOMS)
    house = link.Link(epw, DAY, [HELD_C] * n, blown_w_m2k)
    minutes = []
    for minute in range((DAYS + 1) * 1440):
        on = minute % cells.CYCLE_MIN < cells.BURST_MIN
        house.minute([BURST_W * on] * n, [on] * n)
        minutes.append([zone.air_c for zone in house.zones])
    house.close()
    return [compare.swing_k([row[i] for row in minutes]) for i in range(n)]


def of(epw: Path, blown_w_m2k: float) -> dict:
    """All figures under a weather file."""
    watts, outside_c = held(epw)
    return {
        "file": epw.name, "sha256": compare.digest(epw), "outside_c": round(outside_c, 2),
        "held_w": [round(w, 1) for w in watts],
        "swing_k": [round(k, 3) for k in burst(epw, 0.0)],
        "blown_swing_k": [round(k, 3) for k in burst(epw, blown_w_m2k)],
    }


def write(blown_w_m2k: float) -> dict:
    """Run EnergyPlus for every weather file that is there, and write house.json."""
    result = {"version": engine.run_version(), "rooms": [room.name for room in dwelling.ROOMS],
              "weather": {place: of(epw, blown_w_m2k) for place, epw in engine.weather_files().items()}}
    HOUSE.write_text(json.dumps(result, indent=1) + "\n")
    return result


def load() -> dict:
    """The committed figures."""
    return json.loads(HOUSE.read_text())
