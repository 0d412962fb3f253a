"""Shared pieces of the tests."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from plant import house, weather
from wellhearth.tables import config
from whtools import checkpoint, inprocess, lockstep, scenarios, village

ROOT = Path(__file__).resolve().parents[1]
EPW = ROOT.parent / "shared" / "weather" / "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw"

settings.register_profile("wellhearth", deadline=None, max_examples=int(os.environ.get("WELLHEARTH_EXAMPLES", "100")))
# Mutation tests (few examples) want to know that a property fails, not its smallest failure.
settings.register_profile("mutation", deadline=None, max_examples=25, phases=(Phase.explicit, Phase.generate))
settings.load_profile("mutation" if os.environ.get("WELLHEARTH_EXAMPLES") == "25" else "wellhearth")


# -- `make test` and `make test-long` (markers in pyproject.toml) --

IN_PROCESS, MICROPYTHON = "in_process", "micropython"
python = MICROPYTHON  # where the rigs of the test that runs now have their firmware


def pytest_generate_tests(metafunc):
    """A test marked `both` runs twice: in this process, and (long, but for each `share`-th) in the real MicroPython.

    One that is long in either runs in MicroPython alone."""
    if metafunc.definition.get_closest_marker("both"):
        long = metafunc.definition.get_closest_marker("long")
        metafunc.parametrize("firmware_in", [MICROPYTHON] if long else [IN_PROCESS, MICROPYTHON], indirect=True)


@pytest.fixture(autouse=True)
def firmware_in(request):
    """Where make_rig, make_village and in_process() have the firmware: MicroPython, unless the test is marked `both`."""
    global python
    python = getattr(request, "param", MICROPYTHON)
    yield python
    python = MICROPYTHON


def in_process() -> bool:
    """Whether this run of a test marked `both` is the quick one of `make test`."""
    return python == IN_PROCESS


def rig_kind():
    """The class of rigs."""
    return inprocess.Rig if in_process() else lockstep.Rig


def village_kind():
    """The class of villages."""
    return inprocess.Village if in_process() else village.Village


def some(values, n: int = 1) -> list:
    """pytest parameters: the first n in `make test`, the others in `make test-long`."""
    values = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*value, marks=[pytest.mark.long] if i >= n else []) for i, value in enumerate(values)]


def pytest_itemcollected(item):
    """The MicroPython half of `both` is long, but for the share that `make test` keeps: chosen by name, always the same."""
    both = item.get_closest_marker("both")
    if both and item.callspec.params["firmware_in"] == MICROPYTHON:
        share = both.kwargs.get("share", 0)
        if not share or zlib.crc32(item.name.encode()) % share:
            item.add_marker(pytest.mark.long)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """The longest first: one that begins last keeps one core waiting for it."""
    items.sort(key=lambda item: -minutes(item))


def minutes(item) -> float:
    """About so long the test takes on one core; only those that say so are sorted."""
    marker = item.get_closest_marker("long")
    return marker.kwargs.get("minutes", 0.5) if marker else 0.0


def pytest_deselected(items):
    """Counted for the last line of `make test`."""
    config = items[0].config if items else None
    if config and config.option.markexpr == "not long":
        config.left_out = getattr(config, "left_out", 0) + sum(item.get_closest_marker("long") is not None for item in items)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """A worker tells the session that started it how many it left out."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = getattr(session.config, "left_out", 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """Every worker leaves out the same."""
    node.config.left_out = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter, config):
    """What this run was not."""
    n = getattr(config, "left_out", 0)
    if n:
        terminalreporter.write_line(f"{n} long tests were left out: `make test-long` runs them, half an hour on two cores")


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
    return rig_kind()(data, house.create(data, world), seed, **kwargs)


_warm: dict[str, bytes] = {}


def warmed(what, make, warm_up):
    """A rig after its warm-up. In this process each warm-up is simulated once, and every test has a copy of where it ended:
    a copy goes on to the same byte (test_season_mode.py). `what` names it: config, world, seed."""
    key = repr(what)
    if key not in _warm:
        rig = make()
        try:
            warm_up(rig)
            if not isinstance(rig, inprocess.Rig):
                return rig
            _warm[key] = checkpoint.freeze(rig, {})
        except BaseException:
            rig.close()
            raise
        rig.close()
    return checkpoint.thaw(_warm[key])[0]


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
