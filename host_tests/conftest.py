"""Shared pieces of the tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from plant import house, weather
from wellhearth.control import tick
from wellhearth.tables import config
from whtools import lockstep, scenarios

ROOT = Path(__file__).resolve().parents[1]
EPW = ROOT.parent / "shared" / "weather" / "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw"

settings.register_profile("wellhearth", deadline=None, max_examples=int(os.environ.get("WELLHEARTH_EXAMPLES", "100")))
# Mutation tests (few examples) want to know that a property fails, not its smallest failure.
settings.register_profile("mutation", deadline=None, max_examples=25, phases=(Phase.explicit, Phase.generate))
settings.load_profile("mutation" if os.environ.get("WELLHEARTH_EXAMPLES") == "25" else "wellhearth")


WELL_INPUTS = ("demand_lph", "flow_lph", "reinjection_kpa", "pump_bar", "heat_pumps_on", "move_water")
ROOM_SECOND = ("direction", "target_mc", "room_mc", "room_ok", "supply_air_mc", "supply_ok", "fan_cap_pm")
ROOM_INPUTS = ("fan_fixed_pm", "permissive", "enough", "compressor_bar", "move_water")


def scan_well(controller, *values) -> None:
    """One scan of a WellController: WELL_INPUTS, then dt_ms and now_s."""
    for name, value in zip(WELL_INPUTS, values):
        setattr(controller, name, value)
    controller.scan(tick.Tick(*values[-2:]))


def scan_room(controller, *values) -> None:
    """One scan of a RoomController: ROOM_INPUTS, then dt_ms and now_s."""
    for name, value in zip(ROOM_INPUTS, values):
        setattr(controller, name, value)
    controller.scan(tick.Tick(*values[-2:]))


def room_second(controller, *values) -> None:
    """The slow work of a RoomController on ROOM_SECOND."""
    for name, value in zip(ROOM_SECOND, values):
        setattr(controller, name, value)
    controller.each_second()


def pytest_collection_modifyitems(items):
    """The longest first: one that begins last keeps one core waiting for it."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def house_config(rooms: int = 6, **well) -> dict:
    """The village house's config, with changes to the well section."""
    data = scenarios.house_config(rooms)
    data["well"].update(well)
    return data


def valid(data: dict):
    """The Config of a dict that must be valid."""
    cfg, errors = config.validate(data)
    assert not errors, errors
    return cfg


def make_rig(rooms: int = 2, seed: int = 1, start_c: float = 18.0, data: dict | None = None, **kwargs):
    """A rig with the default plant; use as a context manager. ideal=True: sensors without tolerances (lockstep.Rig)."""
    data = data or house_config(rooms)
    world = {"seed": seed, "scenario": {"start_c": start_c}, "weather": weather.Minutes(weather.DesignDay(seed))}
    return lockstep.Rig(data, house.create(data, world), seed, **kwargs)


def run_until(rig, condition, limit_s: float, step_s: float = 1.0) -> float:
    """Advance until `condition(points)`; returns the simulated time it took, fails after `limit_s`."""
    if not rig.firmware.said.telemetry:
        rig.run(2)
    return run_until_of(rig, condition, limit_s, step_s)


def run_until_of(rig, condition, limit_s: float, step_s: float = 1.0) -> float:
    """The same for whatever has points: a rig, a village."""
    begin = rig.t_s
    while not condition(rig.points()):
        assert rig.t_s - begin < limit_s, f"not within {limit_s} s; events {rig.events[-8:]}, points {rig.points()}"
        rig.run(step_s)
    return rig.t_s - begin


@pytest.fixture
def rig():
    """Two rooms, fresh."""
    with make_rig() as r:
        yield r
