"""What an on/off unit can hold at best: its shortest run lifts the air by so much, and no control can give less.

Between two such runs the air goes up and down between two bounds; when they lie evenly about the set point it is spread
evenly between them (up and down are nearly straight), and what is outside +-0.5 K then is the least there is. Sensors are
exact here, the well gives what it can, every room is at 20 degC in the night before the first day of the bench.
"""

from __future__ import annotations

from pathlib import Path

from harness import scenarios
from harness.metrics import COMFORT_K
from harness.wiring import at_rest
from plant import weather
from wellhearth.tables import config

BEFORE_S, AFTER_S = 3000, 900  # the pipes get warm; the coil gives its heat off
FAN = 0.45  # that holds supply air of 38 degC


def lift_k(kind, epw: Path, first_day: int) -> list[float]:
    """By how much each room's air of an EnergyPlusHouse rises when its unit runs for the config's `min_on_s`."""
    data = scenarios.house_config(6)
    cfg, _errors = config.validate(data)
    run_s, post_s = cfg.rooms[0].min_on_s, cfg.rooms[0].postrun_s
    year = weather.EpwYear(str(epw), first_day)
    house = kind(data, {"seed": 1, "scenario": {"start_c": 20.0}, "weather": weather.Minutes(year)})
    commands = at_rest(6)
    commands.update(pump_on=True, pump_speed=0.8, master_on=True, pump_room_on=[True] * 6, compressor_speed=[1.0] * 6)
    begin, peak = [0.0] * 6, [0.0] * 6
    try:
        for s in range(BEFORE_S + run_s + AFTER_S):
            past = s - BEFORE_S
            commands["compressor_on"] = [0 <= past < run_s] * 6
            commands["fan"] = [FAN if 0 <= past < run_s + post_s else 0.0] * 6
            for k in range(5):
                house.step(s + k / 5, 0.2, commands)
            air = [room.air_c for room in house.rooms]
            begin = air if past < 0 else begin
            peak = begin if past < 0 else [max(a, b) for a, b in zip(peak, air)]
    finally:
        house.close()
    return [a - b for a, b in zip(peak, begin)]


def outside_k(swing_k: float) -> float:
    """Mean distance from the band of air that is spread evenly over `swing_k` about the set point, K."""
    over = swing_k / 2.0 - COMFORT_K
    return over * over / swing_k if over > 0.0 else 0.0


def figures(kind, epw: Path, first_day: int) -> dict:
    """Lift of each room, and of the house the kelvin-hours an hour and the share of time in the band."""
    lifts = lift_k(kind, epw, first_day)
    return {"lift_k": [round(k, 3) for k in lifts], "outside_kh_h": round(sum(map(outside_k, lifts)), 4),
            "in_band": round(sum(min(1.0, 2.0 * COMFORT_K / k) for k in lifts) / len(lifts), 4)}
