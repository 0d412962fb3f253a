"""The promise: a design winter day, six rooms, 24 hours on the real firmware."""

from __future__ import annotations

import pytest

import conftest
from whtools import runner


def run(options):
    job = runner.Run(options, None)
    try:
        for _ in range(job.total_s):
            job.advance()
        return job.summary()
    finally:
        job.close()


@pytest.mark.long
def test_winter_day_keeps_every_promise():
    summary = run(runner.Options())
    assert summary["hours"] == 24 and summary["scan"]["scans"] >= 863_980
    short = [bar for bar in summary["bars"] if not bar["ok"]]
    assert not short, short
    assert len(summary["bars"]) == 9
    assert 4.0 <= summary["system_cop"] <= 5.0, "about 4, says the field"
    assert summary["metered_lifted_m3"] == pytest.approx(summary["lifted_m3"], abs=0.02)
    assert summary["metered_returned_m3"] == pytest.approx(summary["metered_lifted_m3"], rel=0.002)
    assert summary["metered_source_kwh"] == pytest.approx(summary["source_kwh"], rel=0.03)
    assert summary["heat_kwh"] == pytest.approx(summary["source_kwh"] + summary["electric_kwh"]
                                                - summary["pump_kwh"], rel=0.08)


def test_another_seed_keeps_its_promises_for_some_hours():
    summary = run(runner.Options(hours=3.2, seed=3, rooms=2))
    short = [bar for bar in summary["bars"] if not bar["ok"]]
    assert not short, short


@pytest.mark.skipif(not conftest.EPW.exists(), reason="the weather file of ../shared/weather is not here")
def test_the_coldest_real_day_runs_and_is_told_honestly():
    summary = run(runner.Options(hours=3.2, weather=str(conftest.EPW), first_day=27, rooms=2))
    assert summary["outside_mean_c"] < -15
    assert summary["scan"]["faults"] == 0 and summary["trips"] == []
    assert all(bar["ok"] is not None for bar in summary["bars"])
