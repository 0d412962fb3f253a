"""Shared pieces of the tests."""

from __future__ import annotations

import os
import zlib

import pytest
from hypothesis import Phase, is_hypothesis_test, settings

from doubles import selection
from doubles.houses import make_rig
from doubles.selection import IN_PROCESS, MICROPYTHON

EXAMPLES = os.environ.get("WELLHEARTH_EXAMPLES", "")
LONG_EXAMPLES = 200
SEARCH = bool(os.environ.get("WELLHEARTH_SEARCH"))  # make test-search: other examples each time; elsewhere always the same
settings.register_profile("wellhearth", deadline=None, max_examples=int(EXAMPLES or 40), derandomize=not SEARCH)
settings.register_profile("long", deadline=None, max_examples=int(EXAMPLES or LONG_EXAMPLES), derandomize=not SEARCH)
# Mutation tests (few examples) want to know that a property fails, not its smallest failure.
settings.register_profile("mutation", deadline=None, max_examples=25, phases=(Phase.explicit, Phase.generate))
settings.load_profile("mutation" if EXAMPLES == "25" else "wellhearth")


# -- `make test` and `make test-long` (markers in pyproject.toml) --

def pytest_configure(config):
    """`make test-long` and `make test-search` have five times as many Hypothesis examples."""
    if (SEARCH or config.option.markexpr == "long") and EXAMPLES != "25":
        settings.load_profile("long")


def pytest_generate_tests(metafunc):
    """A test marked `both` runs twice: in this process, and (long, but for each `share`-th) in the real MicroPython.

    One that is long in either runs in MicroPython alone."""
    if metafunc.definition.get_closest_marker("both"):
        long = metafunc.definition.get_closest_marker("long")
        metafunc.parametrize("firmware_in", [MICROPYTHON] if long else [IN_PROCESS, MICROPYTHON], indirect=True)


@pytest.fixture(autouse=True)
def firmware_in(request):
    """Where make_rig, make_village and in_process() have the firmware: MicroPython, unless the test is marked `both`."""
    selection.python = getattr(request, "param", MICROPYTHON)
    yield selection.python
    selection.python = MICROPYTHON


def pytest_itemcollected(item):
    """The MicroPython half of `both` is long, but for the share that `make test` keeps: chosen by name, always the same."""
    if item.config.option.markexpr == "long" and is_hypothesis_test(getattr(item, "obj", None)):
        item.add_marker(pytest.mark.long)  # again, with more examples
    both = item.get_closest_marker("both")
    if both and item.callspec.params["firmware_in"] == MICROPYTHON:
        share = both.kwargs.get("share", 0)
        if not share or zlib.crc32(item.name.encode()) % share:
            item.add_marker(pytest.mark.long)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """The longest first: one that begins last keeps one core waiting for it."""
    if SEARCH:
        items[:] = [item for item in items if searches(item)]
    items.sort(key=lambda item: -minutes(item))


def searches(item) -> bool:
    """Its examples are Hypothesis's own."""
    test = getattr(item, "obj", None)
    code = getattr(test, "__code__", None)
    return is_hypothesis_test(test) or "run_state_machine_as_test" in getattr(code, "co_names", ())


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


@pytest.fixture
def rig():
    """Two rooms, fresh."""
    with make_rig() as r:
        yield r
