"""Power cuts in a season: each one's loss is bounded and shown, the rest is exact; and a meter that forgets is found."""

from __future__ import annotations

import json

import pytest

from doubles.command import call
from harness import runner, scenarios
from whtools.dev import flash_life
from whtools.sim import season_cuts


def audited(hours, cuts, apart_s, most_s, seed=1, spoil=None):
    """The audit's summary of a run of one room with so many cuts."""
    job = runner.Run(runner.Options(hours=hours, rooms=1, seed=seed, in_process=True, period_ms=200), None)
    audit = season_cuts.Audit()
    job.scenario.faults.extend(season_cuts.planned(cuts, job.total_s, seed, apart_s, most_s))
    job.schedule()
    try:
        while job.seconds < job.total_s:
            job.advance()
            if spoil:
                spoil(job)
            audit.each_second(job)
    finally:
        job.close()
    return audit.summary()


def test_two_cuts_lose_ten_minutes_at_most_and_the_rest_is_exact():
    found = audited(1.2, 2, 1000, 200)
    assert found["ok"] and len(found["cuts"]) == 2, found
    assert not scenarios.find("winter_day").faults, "the next run's day has no cuts"
    assert found["plant_m3"] > 0.3 and abs(found["meter_error_percent"]) < 3 and found["worst_pulses_within_a_run"] <= 6


def test_a_meter_that_skips_and_a_start_from_other_litres_are_found():
    def skips(job):
        if job.seconds == 600:
            job.rig.firmware.board.app.node.wells[0].lifted.water.low += 3
    found = audited(0.65, 1, 700, 120, spoil=skips)
    assert not found["ok"] and found["worst_pulses_within_a_run"] >= 100


def test_cuts_that_do_not_fit_are_refused_with_the_reason(capsys):
    with pytest.raises(scenarios.ScenarioError, match="20 power cuts, 12 h between any two, do not fit into 5 d"):
        season_cuts.planned(20, 5 * 86400, 1)
    one, two = season_cuts.planned(20, 150 * 86400, 1), season_cuts.planned(20, 150 * 86400, 1)
    assert one == two and all(b.at_s - a.end_s > 6 * 3600 for a, b in zip(one, one[1:]))


@pytest.mark.long(minutes=4)
def test_six_days_with_eight_power_cuts(tmp_path, capsys):
    """150 days of it take an hour on a free core: wellhearth season --days 150 --rooms 1 --cuts 20."""
    status, text = call(capsys, "season", "--days", "6", "--rooms", 1, "--cuts", 8, "--out", tmp_path)
    found = json.loads((tmp_path / "cuts.json").read_text())
    assert status == 0 and found["ok"] and len(found["cuts"]) == 8, text
    assert found["longest_since_stored_s"] <= 605 and abs(found["meter_error_percent"]) < 2.5


# -- flash --

@pytest.mark.long(minutes=0.2)
def test_the_writes_of_an_hour_are_those_that_the_house_is_built_for():
    writes, config = flash_life.day(1, 0.36)
    ledgers = sum(op[:2] == ("rename", "ledger.json.new") for op in writes.ops)
    tens = sum(op[:2] == ("write", "recent.bin") for op in writes.ops)
    assert 2 <= ledgers <= 20 and tens == 2
    found = flash_life.life(writes, config, 0.05)
    assert found["blocks"] == 352 and 100 < found["blocks_used"] < 250, "400 days, 48 hours, the journal, twice each"
    assert 300 < found["erases_a_day"] < 4000, found


@pytest.mark.long(minutes=3)
def test_the_worst_block_of_a_picos_flash_lasts_fifteen_years():
    """Forty days: littlefs moves what is written most only after a hundred erases (block_cycles), so that ten days show one
    block's beginning (24 erases a day) and forty the flash's life (12 a day, falling to the mean of the free blocks, 7)."""
    found = flash_life.life(*flash_life.day(), 40)
    assert found["years_of_worst_block"] >= flash_life.WANTED_YEARS, found
