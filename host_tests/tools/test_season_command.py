"""The command of the season."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time

import pytest

from doubles import houses
from doubles.command import ENV, begun, wellhearth
from doubles.houses import ROOT
from doubles.season_run import TROUBLE
from harness import checkpoint
from whtools.sim import season_rows, season_verify

# -- the command --

SHORT_DAYS = """
import sys
from pathlib import Path
from harness import runner
from whtools.sim import season
season.DAY_S = 600
def make(out, scenario, days=5, every_h=0.1):
    return season.Season(runner.Options(scenario, seed=3, period_ms=200), days * 600 / 86400, Path(out), every_h)
"""
STOPPED = SHORT_DAYS + """
one = make(sys.argv[1], sys.argv[2])
advance = one.job.advance
def until():
    one.stop.asked = one.job.seconds == 1499
    return advance()
one.job.advance = until
one.job.__class__.__getstate__ = lambda job: {k: v for k, v in vars(job).items() if k != "advance"}
assert one.run(print) is False
one.close()
"""
RESUMED = SHORT_DAYS + """
import json
one = make(sys.argv[1], sys.argv[2])
if sys.argv[3] == "resume":
    assert one.resume() and one.job.seconds == 1500
assert one.run(print) is True
(Path(sys.argv[1]) / "summary.json").write_text(json.dumps(one.summary()))
one.close()
"""


def script(text, *args):
    done = subprocess.run([sys.executable, "-c", text, *map(str, args)], cwd=ROOT, env=ENV, capture_output=True, text=True,
                          timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.long
def test_a_resumed_season_is_the_one_that_was_never_interrupted(tmp_path):
    scenario = tmp_path / "trouble.toml"
    scenario.write_text(TROUBLE)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    script(RESUMED, whole, scenario, "from the begin")
    script(STOPPED, parts, scenario)
    assert (parts / "days.csv").read_text().count("\n") == 3
    script(RESUMED, parts, scenario, "resume")
    assert (parts / "days.csv").read_bytes() == (whole / "days.csv").read_bytes()
    rows = list(csv.DictReader((whole / "days.csv").open()))
    assert len(rows) == 5 and sum(int(r["compressor_starts"]) for r in rows) > 3 and [r["resets"] for r in rows][2] == "1"
    summaries = [json.loads((folder / "summary.json").read_text()) for folder in (whole, parts)]
    for one in summaries:
        assert one.pop("wall_s") and one.pop("cpu_s") and one.pop("speed") and one.pop("cpu_speed")
    assert summaries[0] == summaries[1]
    assert sum(float(r["heat_kwh"]) for r in rows) == pytest.approx(summaries[0]["heat_kwh"], abs=0.003)
    assert sum(int(r["compressor_starts"]) for r in rows) == sum(r["starts"] for r in summaries[0]["rooms"])


@pytest.mark.long
def test_the_command_tells_each_day_and_leaves_its_files(tmp_path):
    done = wellhearth("season", "--days", "0.2", "--rooms", "2", "--weather", houses.EPW, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert " 01 Nov  outside" in done.stdout and "COP" in done.stdout and "left 0:00:00" in done.stdout
    row = next(csv.DictReader((tmp_path / "days.csv").open()))
    assert row["date"] == "01 Nov" and float(row["hours"]) == 4.8
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["hours"] == 4.8 and float(row["heat_kwh"]) == summary["heat_kwh"] > 0
    assert float(row["coldest_c"]) == min(r["min_c"] for r in summary["rooms"])
    assert [p.name for p in sorted((tmp_path / "checkpoints").iterdir())] == ["000000000.checkpoint", "000017280.checkpoint"]


@pytest.mark.long
def test_a_ctrl_c_stores_and_resume_goes_on(tmp_path):
    command = [sys.executable, "-m", "whtools", "season", "--days", "0.1", "--rooms", "1", "--out", str(tmp_path)]
    process = begun(command)
    first = tmp_path / "checkpoints" / "000000000.checkpoint"
    for _ in range(600):
        if first.exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _out, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "stored; go on with --resume" in said
    at = int(sorted((tmp_path / "checkpoints").glob("*.checkpoint"))[-1].stem)
    assert 0 < at < 8640
    other = wellhearth("season", "--days", "0.1", "--rooms", "1", "--seed", "2", "--out", tmp_path, "--resume")
    assert other.returncode == 2 and "its seed is 1, this one's is 2" in other.stderr and len(other.stderr.splitlines()) == 1
    done = subprocess.run([*command, "--resume"], cwd=ROOT, env=ENV, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and f"resumed at {at / 86400:g} days" in done.stdout, done.stderr
    assert json.loads((tmp_path / "summary.json").read_text())["hours"] == 2.4


@pytest.mark.long
def test_verify_compares_a_day_with_micropython(tmp_path):
    args = ("season", "--days", "0.02", "--rooms", "2", "--out", tmp_path)
    assert wellhearth(*args).returncode == 0
    again = wellhearth(*args)
    assert again.returncode == 2 and "--resume goes on with it, --anew throws it away" in again.stderr
    done = wellhearth("season", "--out", tmp_path, "--verify", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 of 8640 scans  agrees" in done.stdout and "DIFFERS" not in done.stdout and "heat, kWh" in done.stdout
    done = wellhearth("season", "--out", tmp_path, "--verify", "7")
    assert done.returncode == 2 and "it has those of [1]" in done.stderr
    data = checkpoint.read(tmp_path / "checkpoints" / "000001728.checkpoint")[1]
    pair = season_verify.Pair(data)  # begins where the run ended
    try:
        pair.run(200)
        assert all(agrees for *_, agrees in season_verify.compare(pair)) and not pair.first
        pair.runs[1].rig.wiring.sensors["room1"].fault = "drift"
        pair.run(1500)
        rows = {name: same for name, *_said, same in season_verify.compare(pair)}
        assert not rows["relays"] and not rows["heat, kWh"] and "relays" in pair.first or "speeds" in pair.first
    finally:
        pair.close()


def test_a_village_has_no_season(tmp_path):
    done = wellhearth("season", "--scenario", "village", "--days", "0.1", "--out", tmp_path)
    assert done.returncode == 2 and "no season mode" in done.stderr and len(done.stderr.splitlines()) == 1


def test_dates_run_over_the_new_year():
    assert [season_rows.date_text(305, day) for day in (1, 61, 62, 150)] == ["01 Nov", "31 Dec", "01 Jan", "30 Mar"]
    assert season_rows.date_text(None, 3) == "day 3"
