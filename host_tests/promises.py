"""Scenarios and their bars: each bar a test, each scenario run once for all workers.

A bar that the firmware does not hold yet in this world is `xfail(strict=True)` with its reason: the day it holds, the
test says so. The list is the work of the next issues; nothing is taken off it by making the world kinder.
"""

from __future__ import annotations

import dataclasses
import fcntl
import json
from pathlib import Path

import pytest

from harness import metrics, runner

QUIET = ("comfort", "coldest", "supply_air", "starts", "flow", "pump_starts", "trips", "water", "harm", "scans")
BROKEN = tuple(key for key in QUIET if key not in ("trips", "harm"))


def params(bars_of: dict[str, tuple], short: dict[tuple[str, str], str]) -> list:
    """pytest parameters (scenario, bar), with the bars that fall short marked."""
    unknown = set(short) - {(scenario, key) for scenario, keys in bars_of.items() for key in keys}
    assert not unknown, f"no such bars: {unknown}"
    return [pytest.param(scenario, key, id=f"{scenario}-{key}", marks=[pytest.mark.long(minutes=3), *(
        [pytest.mark.xfail(strict=True, reason=short[scenario, key])] if (scenario, key) in short else [])])
        for scenario, keys in bars_of.items() for key in keys]


def once(folder: Path, scenario: str, make) -> dict:
    """The summary of a scenario, made by the first worker that asks; the others wait for it."""
    path = folder / f"{scenario}.json"
    with (folder / f"{scenario}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.write_text(json.dumps(make()))
    return json.loads(path.read_text())


def run(options: runner.Options, settle_h: float | None = None) -> dict:
    """The summary of a whole run. settle_h: temperatures of rooms count after this hour, not the scenario's."""
    job = runner.Run(options, None)
    try:
        if settle_h is not None:
            job.scenario = dataclasses.replace(job.scenario, settle_h=settle_h)
            job.metrics = metrics.Metrics(job.names, settle_h)
        for _ in range(job.total_s):
            job.advance()
        return job.summary()
    finally:
        job.close()


def check(summary: dict, key: str) -> None:
    """One bar of a summary."""
    found = [bar for bar in summary["bars"] if bar["key"] == key]
    assert found, f"this run has no bar {key}: {[bar['key'] for bar in summary['bars']]}"
    bar = found[0]
    assert bar["ok"], f"{bar['name']}: wanted {bar['want']}, seen {bar['seen']}; trips {summary['trips'][:6]}; " \
                      f"harm {summary['harm']}"
