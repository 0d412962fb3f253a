"""Houses for tests: the default config and plant, with the firmware in a process of its own or in this one; villages."""

from __future__ import annotations

from pathlib import Path

from doubles import selection
from harness import inprocess, scenarios
from plant import house, weather
from wellhearth.control import tick
from wellhearth.tables import config

ROOT = Path(__file__).resolve().parents[2]
EPW = ROOT.parent / "shared" / "weather" / "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw"


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
    return selection.rig_kind()(data, house.create(data, world), seed, **kwargs)


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


def scan_every(rig, period_ms):
    """The board's scans come so often from now on, whatever the config says."""
    rig.tick = rig.tick * rig.period_ms // period_ms
    rig.period_ms, rig.dt_s = period_ms, period_ms / 1000


def make_village(rooms=3, seed=1, start_c=18.0, change=None):
    data = scenarios.village_config(rooms)
    if change:
        change(data)
    for one in [data["well_node"], *data["room_nodes"]]:
        assert config.validate(one)[1] == []
    world = {"seed": seed, "scenario": {"start_c": start_c}, "weather": weather.Minutes(weather.DesignDay(seed))}
    return selection.village_kind()(data, house.create(data, world), seed)


def make_inside(rooms=2, data=None, start_c=18.0, seed=1):
    data = data or house_config(rooms)
    world = {"seed": seed, "scenario": {"start_c": start_c}, "weather": weather.Minutes(weather.DesignDay(seed))}
    return inprocess.Rig(data, house.create(data, world), seed)


def app_of(rig):
    return rig.firmware.board.app


def cut_at_each_start(rig, hours=3.0):
    """Some hours in which the power fails as often as a compressor starts: six starts an hour all the same."""
    begun = []
    while rig.t_s < 3600 * hours:
        rig.step()
        if rig.wiring.commands["compressor_on"][0]:
            begun.append(rig.t_s)
            rig.restart()
    most = max(sum(1 for x in begun if t <= x < t + 3590) for t in begun)
    assert len(begun) > 6 and most <= 6, begun


def build(kind, rooms=2, period_ms=200, seed=1, data=None):
    """A rig of the default plant."""
    data = data or house_config(rooms)
    data["node"]["period_ms"] = period_ms
    world = {"seed": seed, "scenario": {"start_c": 18.0}, "weather": weather.Minutes(weather.DesignDay(seed))}
    return kind(data, house.create(data, world), seed)


def decided(rig):
    """An answer without the real duration of the scan."""
    return rig.out[:25] + rig.out[26:]


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


FLOW_SCAN = ("lift_lph", "return_lph", "kpa", "kpa_ok", "pump_on", "speed_pm")
FLOW_SECOND = ("lift_lph", "kpa", "kpa_ok", "pump_on", "off_s", "speed_pm", "limited")


def scan_flow(proof, *values) -> int:
    """One scan of a FlowProof on FLOW_SCAN; the flow that it believes."""
    for name, value in zip(FLOW_SCAN, values):
        setattr(proof, name, value)
    return proof.scan()


def flow_second(proof, *values) -> None:
    """The slow work of a FlowProof on FLOW_SECOND."""
    for name, value in zip(FLOW_SECOND, values):
        setattr(proof, name, value)
    proof.each_second()
