"""A single well with one or two meters, and what it says."""

from __future__ import annotations

from doubles.houses import run_until
from doubles.selection import warmed
from harness import inprocess, scenarios
from plant import house, weather
from wellhearth.tables import causes

ONE_METER = {"return_pulses_per_m3": 0}
HOT = 26000  # never reached: the rooms go on asking


def rig(rooms=2, seed=1, kind="single_aquifer", world=None, room=None, **well):
    """A rig in this process; `well` changes the config's section, `world` the plant's."""
    data = scenarios.house_config(rooms, kind)
    for section in ("well", "well2"):
        if section in data:
            data[section].update(well)
    for one in data["rooms"]:
        one.update(room or {"setpoint_mc": HOT})
    options = {"seed": seed, "scenario": {"start_c": 18.0, **(world or {})},
               "weather": weather.Minutes(weather.DesignDay(seed))}
    return inprocess.Rig(data, house.create(data, options), seed)


def tripped(r, *keys):
    """Whether one of these rows of the well is active."""
    bits = r.points()["well.trips"]
    return any(bits >> causes.bit(key) & 1 for key in keys)


def heats(p):
    return all(p[f"room{i}.compressor_on"] for i in (1, 2))


def warm_up(r, seconds=600.0):
    """Heat, and so long that everything is learned."""
    run_until(r, heats, 1200)
    r.run(seconds)


def warm(**changes):
    """A rig after its warm-up, which is simulated once for each `changes`."""
    return warmed(("wellside", changes), lambda: rig(**changes), warm_up)
