"""Lock step after a power cut: two hours in the dark on the design day, then how many units run at once.

Counted from half an hour after the light came back, for two hours: the share of time in which none runs, and all.
"""

from __future__ import annotations

from harness import inprocess

from . import plants, play, skies

DARK_S, BEFORE_S, WAIT_S, COUNT_S = 7200, 4 * 3600, 1800, 7200


def run(control: str, rooms: int = 6, seed: int = 1) -> dict[str, float]:
    """Shares of time, and what the rooms and the pump did."""
    cell = play.Cell("light", "design", "on_off", control, seed, rooms)
    config, sky = play.config_of(cell), skies.SKIES["design"]
    world = {"seed": seed, "weather": sky.weather(seed), "scenario": {"start_c": 19.5}}
    house = plants.House(plants.KINDS["light"], config, world)
    running = [0] * (rooms + 1)
    coldest, starts, was = 99.0, 0, False
    rig = inprocess.Rig(config, house, seed)
    try:
        seconds(rig, BEFORE_S, control)
        rig.blackout(True)
        seconds(rig, DARK_S, None)
        rig.blackout(False)
        seconds(rig, WAIT_S, control)
        for _ in range(COUNT_S):
            seconds(rig, 1, None)
            running[sum(rig.wiring.commands["compressor_on"])] += 1
            coldest = min(coldest, *(room.air_c for room in house.rooms))
            on = rig.wiring.commands["pump_on"]
            starts, was = starts + (on and not was), on
    finally:
        rig.close()
    most = max(n for n in range(rooms + 1) if running[n])
    return {"none": running[0] / COUNT_S, "all": running[rooms] / COUNT_S, "most": most, "coldest_c": coldest,
            "pump_starts": starts}


def seconds(rig, n: int, control: str | None) -> None:
    """So many seconds; a baseline's thermostat is put in after the first (a boot brings the firmware's own)."""
    for second in range(n):
        for _ in range(1000 // play.PERIOD_MS):
            rig.step()
        if second == 0 and control and play.CONTROLS[control]:
            play.patch(rig, play.CONTROLS[control])


def table() -> str:
    """In Markdown."""
    lines = ["| control | none runs | all run | most at once | coldest degC | pump starts |", "|---|---|---|---|---|---|"]
    for control in ("wellhearth", "before", "hysteresis"):
        f = run(control)
        lines.append(f"| {control} | {f['none']:.1%} | {f['all']:.1%} | {f['most']} | {f['coldest_c']:.1f} |"
                     f" {f['pump_starts']} |")
    return "\n".join(lines) + "\n"
