"""Houses for the rows that a trade's own protections have."""

from __future__ import annotations

from doubles.houses import run_until
from doubles.selection import warmed
from harness import inprocess, scenarios
from plant import house, weather
from wellhearth.tables import causes

HOT = {"setpoint_mc": 26000}  # never reached: the rooms go on asking
SUMMER = {"mean_c": 31.5, "swing_k": 6.0, "sun_w_m2": 700.0, "day": 200}
COOL = {"mode": "cool", "setpoint_mc": 18000}
COMPOUND = {"pressure_zero_kpa": -100, "pressure_range_kpa": 500}


def rig(room=None, world=None, sky=None, seed=1, kind="single_aquifer", **changes):
    """Two rooms in this process; `changes` (of the well) and `room` change the config, `world` and `sky` the plant."""
    data = scenarios.house_config(2, kind)
    for section in ("well", "well2"):
        data.get(section, {}).update(changes)
    for one in data["rooms"]:
        one.update(room or HOT)
    options = {"seed": seed, "scenario": {"start_c": 18.0, **(world or {})},
               "weather": weather.Minutes(weather.DesignDay(seed, **(sky or {})))}
    return inprocess.Rig(data, house.create(data, options), seed)


def summer(**room):
    """A hot day, both rooms cooled."""
    return rig({**COOL, **room}, {"start_c": 28.0, "ground_c": 17.4}, SUMMER)


def active(r, key, block="well"):
    return r.points()[f"{block}.trips"] >> causes.bit(key) & 1


def locked(r, key, block="well"):
    return r.points()[f"{block}.lockouts"] >> causes.bit(key) & 1


def heats(p):
    return p["room1.compressor_on"] and p["room2.compressor_on"]


def heated(**changes):
    """A rig whose units both heat, which is simulated once for each `changes`."""
    return warmed(("trade rows", changes), lambda: rig(**changes), lambda r: run_until(r, heats, 1800))


def cooled(**room):
    """A hot day with both rooms cooled, simulated once for each `room`."""
    return warmed(("trade rows, summer", room), lambda: summer(**room), lambda r: run_until(r, heats, 1200))


SHALLOW = {"static_m": 15.0, "sealed": True, "sustain_kpa": -40.0}
