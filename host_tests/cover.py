"""A pytest plugin (`-p cover`): the coverage of firmware/ by the unit tests, told in one line at the end of `make test`.

Only what runs under CPython can be counted, and of that only unit tests of the firmware: the tracer makes simulations four
times as slow, and unit tests twice. The files' own figures are in build/coverage.txt.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

import pytest

if sys.version_info >= (3, 12):
    os.environ.setdefault("COVERAGE_CORE", "sysmon")  # the quicker way of these versions; read as coverage is set up
import coverage

ROOT = Path(__file__).resolve().parents[1]
FOLDER = os.environ.setdefault("WELLHEARTH_COVERAGE", tempfile.mkdtemp(prefix="wellhearth-coverage-"))
WORLD = {"plant", "harness"}  # folders of host_tests/unit that are about the simulated world
HEAVY = {"test_invariants", "test_int31", "test_storage", "test_safe_case", "test_recent", "test_history", "test_thermostat",
         "test_room_model", "test_no_new_attributes", "test_clock_parts", "test_zero"}  # the same lines for ever, or a house


def measurement(name: str) -> coverage.Coverage:
    """One process's."""
    return coverage.Coverage(f"{FOLDER}/{name}", source=[str(ROOT / "firmware")], config_file=False, messages=False)


running = measurement(f"process-{os.getpid()}")
running.start()  # before anybody imports the firmware: a module's own lines count too


def counted(path: Path) -> bool:
    """Whether the tests of this file are unit tests of the firmware, and not the same lines for ever."""
    parts = path.relative_to(ROOT).parts
    return parts[1] == "unit" and parts[2] not in WORLD and path.stem not in HEAVY


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """A simulation runs without the tracer."""
    plain = counted(item.path)
    if not plain:
        running.stop()
    yield
    if not plain:
        running.start()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish():
    """Each process leaves what it saw."""
    running.stop()
    with contextlib.suppress(coverage.exceptions.NoDataError):
        running.save()


def pytest_terminal_summary(terminalreporter):
    """The line at the end, of all processes together (xdist's workers have a summary of their own, which nobody sees)."""
    if hasattr(terminalreporter.config, "workerinput"):
        return
    whole = measurement("whole")
    try:
        whole.combine([str(path) for path in Path(FOLDER).iterdir()])
        table = io.StringIO()
        percent = whole.report(file=table, show_missing=True, precision=0)
    except coverage.exceptions.NoDataError:
        terminalreporter.write_line("coverage of firmware/: no unit test ran")
        return
    out = ROOT / "build" / "coverage.txt"
    out.parent.mkdir(exist_ok=True)
    out.write_text(table.getvalue())
    terminalreporter.write_line(f"coverage of firmware/: {percent:.0f} % of its lines by the unit tests of this run, under "
                                "CPython; simulations and the real MicroPython are not counted (build/coverage.txt)")
