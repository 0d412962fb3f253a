"""A commissioning run against the simulator, unattended, and what its record says."""

from __future__ import annotations

from harness import inprocess, scenarios
from plant import house, weather
from whtools.commission import run, simulated


def walked(tmp_path, planted, seed, say=lambda text: None):
    """(state, passed) of an unattended run."""
    rig, one = simulated.make(planted, seed)
    with rig:
        (tmp_path / "state.json").unlink(missing_ok=True)
        state = run.State(tmp_path / "state.json", "simulator")
        return state, run.walk(one, state, [], say)


def failed(state):
    return {name for name, step in state.steps.items() if not step["ok"]}


def hints(state):
    return " | ".join(check["hint"] for step in state.steps.values() for check in step["checks"] if not check["ok"])


def rig_of(**well):
    config = scenarios.house_config(2)
    config["well"].update(well)
    return inprocess.Rig(config, house.create(config, {"seed": 1, "scenario": {"start_c": 15.0},
                                                        "weather": weather.Minutes(weather.DesignDay(1))}), 1)
