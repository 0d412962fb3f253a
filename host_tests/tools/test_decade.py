"""Ten winters of the plant without firmware: what the ground remembers."""

from __future__ import annotations

import dataclasses
import functools
import json

import pytest

from harness import runner, scenarios
from plant import well
from whtools.sim import decade


@functools.lru_cache(maxsize=4)
def rows(years=10, rooms=6, **changes):
    scenario = scenarios.find("decade")
    params = well.HOUSE if not changes else dataclasses.replace(well.HOUSE, **changes)
    job = decade.Decade(params, rooms, scenarios.ROOM_LOSS_W_K, decade.Seasons())
    for _ in range(years * decade.DAYS * 24):
        job.hour()
    assert len(job.rows) == years and scenario.plant_only
    return job.rows


def test_winters_get_colder_and_then_hardly():
    lows = [row["supply_min_c"] for row in rows()]
    assert lows[0] - lows[-1] > 0.3, "the ground remembers"
    assert lows == sorted(lows, reverse=True)
    assert lows[-2] - lows[-1] < 0.3 * (lows[0] - lows[1])
    assert rows()[-1]["system_cop"] < rows()[0]["system_cop"]


def test_regional_flow_forgets():
    still = rows(3, regional_m_d=0.0)
    swift = rows(3, regional_m_d=0.3)
    assert swift[-1]["supply_min_c"] > still[-1]["supply_min_c"] + 0.3
    assert abs(swift[-1]["supply_min_c"] - swift[0]["supply_min_c"]) < 0.3


def test_energy_of_every_year_closes():
    for row in rows():
        assert row["heat_kwh"] == pytest.approx(row["ground_kwh"] + row["units_kwh"], rel=0.005)
        assert row["hours_short"] == 0 and 3.0 < row["system_cop"] < 4.5


def test_sim_runs_it_and_others_refuse_it(tmp_path, capsys):
    from whtools import cli

    out = tmp_path / "out"
    assert cli.main(["sim", "--scenario", "decade", "--hours", "8760", "--out", str(out)]) == 0
    summary = json.loads((out / "summary.json").read_text())
    assert len(summary["years"]) == 1 and (out / "day.png").stat().st_size > 5000
    assert len((out / "decade.csv").read_text().splitlines()) == 2
    assert cli.main(["sim", "--scenario", "decade", "--hours", "5", "--out", str(out)]) == 2
    assert "whole years" in capsys.readouterr().err
    with pytest.raises(scenarios.ScenarioError, match="no firmware"):
        runner.Run(runner.Options(scenario="decade"), None)


def test_a_scenario_s_yes_and_no_must_be_one(tmp_path):
    path = tmp_path / "odd.toml"
    for text in ("sealed = 1\n", 'plant_only = "yes"\n', "village = 0\n"):
        path.write_text(text)
        with pytest.raises(scenarios.ScenarioError, match="true or false"):
            scenarios.read_scenario(path)
