"""The firmware inside the simulator's process, checkpoints, and `wellhearth season`."""

from __future__ import annotations

import array
import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from doubles import houses
from doubles.command import ENV, wellhearth
from doubles.houses import ROOT, build, decided
from doubles.selection import some
from harness import checkpoint, faults, inprocess, lockstep, runner
from whtools.sim import season_rows, season_verify

UNLIKE = ("node.scan_last_us", "node.scan_max_us", "node.heap_free_b", "node.under_1ms", "node.under_5ms", "node.under_20ms",
          "node.under_50ms", "node.over_50ms")  # real time and real memory
TROUBLE = """
rooms = 2
hours = 1
[[fault]]
at = "00:08"
minutes = 3
name = "sensor_open"
target = "room2"
[[fault]]
at = "00:21"
minutes = 1
name = "power_cut"
"""


def known(rig):
    """Every point that has nothing to do with real time."""
    return {name: value for name, value in rig.points().items() if name not in UNLIKE}


def files(rig):
    """Stored records, as values: the two Pythons space their JSON differently."""
    return {path.name: content(path) for path in rig.folder.iterdir() if path.suffix not in (".2", ".good")}


def content(path):
    """A record without its first line: its length and CRC hang on spaces and order."""
    text = path.read_text("latin-1")
    if path.suffix != ".json":
        return text
    head, _, body = text.rpartition("\n")
    return head.split(" ")[:3], json.loads(body)


PLAN = {
    600: ("sensor_open", "room1", 1.0), 700: ("sensor_open", "room1", None),
    1500: ("meter_stuck", "lift", 1.0), 1620: ("meter_stuck", "lift", None),
    2400: ("relay_welded", "room2_compressor", 1.0), 2460: ("relay_welded", "room2_compressor", None),
    3600: ("power_cut", "", 1.0),
    4500: ("dry_well", "", 1.0), 4800: ("dry_well", "", None),
    5000: ("blackout", "", 1.0), 5200: ("blackout", "", None),
    5300: ("brown_out", "", 1.0), 5700: ("brown_out", "", None),
    6600: ("button_short", "", 1.0), 6614: ("button_short", "", None),  # into service mode
}
QUICKLY = 2  # `make test` has the plan in half the time
WRITES = {900: ("room1.setpoint_mc", 22000), 910: ("room1.setpoint_mc", 99000), 2700: ("well.reset_trip", 0),
          5100: ("room1.mode", 0), 6000: ("room2.mode", 0)}


def second(rig, at, plan=PLAN, writes=WRITES):
    """One simulated second of the plan; returns what a command was told."""
    if at in plan:
        name, target, value = plan[at]
        faults.change(rig, name, target, value, mend=value is None)
    told = rig.write(*writes[at]) if at in writes else ""
    rig.run(1)
    return told


@pytest.mark.parametrize(("period_ms", "quicker"), some([(200, QUICKLY), (200, 1), (100, 1)]))
def test_it_decides_as_micropython_does_through_faults_a_power_cut_and_commands(period_ms, quicker):
    plan, writes = ({at // quicker: what for at, what in old.items()} for old in (PLAN, WRITES))
    with build(inprocess.Rig, period_ms=period_ms) as mine, build(lockstep.Rig, period_ms=period_ms) as real:
        outs = []
        for rig in (mine, real):
            step, seen = rig.step, []
            outs.append(seen)
            rig.step = lambda rig=rig, step=step, seen=seen: (step(), seen.append(decided(rig)))
        for at in range(7200 // quicker):
            assert second(mine, at, plan, writes) == second(real, at, plan, writes)
            assert outs[0] == outs[1], f"after {at} s"
            outs[0].clear(), outs[1].clear()
            if at % 10 == 9:
                assert known(mine) == known(real), f"after {at} s"
        assert mine.events == real.events and mine.texts == real.texts
        assert files(mine) == files(real)
        assert mine.plant.truth == real.plant.truth and mine.plant.truth["lifted_l"] > 100
        assert mine.resets >= 3 and mine.points()["node.service"] == 1
        assert {e[1] for e in mine.events} >= {1, 2, 4, 5, 7, 8, 9, 10, 11}


def test_what_it_says_of_a_bad_config_and_after_a_reset_is_the_same():
    data = houses.house_config(2, min_flow_lph=1)
    with build(inprocess.Rig, data=data) as mine, build(lockstep.Rig, data=data) as real:
        for rig in (mine, real):
            rig.run(20)
            assert rig.write("room1.mode", 1) == "the node is in its safe state"
        assert mine.texts == real.texts and "min_flow_lph = 1" in mine.texts[1]
        assert not mine.points() and not any(mine.out[4:21]) and mine.resets == 0
    with build(inprocess.Rig) as mine, build(lockstep.Rig) as real:
        for rig in (mine, real):
            rig.run(30)
            assert rig.write("sitl.adc_fails", 9) == ""  # three scans in a row fail: a reset, and the fault goes on
            rig.run(30)
        assert mine.resets == real.resets > 0 and known(mine) == known(real)
        assert mine.points()["node.reset_cause"] == 2
        for rig in (mine, real):
            assert rig.write("sitl.watchdog_deaf", 1) == ""
            rig.run(8)
        assert mine.resets == real.resets == 2


def test_every_scenario_has_the_same_trace_in_either(tmp_path):
    for name, hours, rooms in (("stacked_well", 0.08, 2), ("harbin_week", 0.06, 2), ("village", 0.04, 2)):
        traces = []
        for in_process in (False, True):
            out = tmp_path / f"{name}{in_process}"
            out.mkdir()
            job = runner.Run(runner.Options(name, hours, rooms=rooms, in_process=in_process), out)
            try:
                for _ in range(job.total_s):
                    job.advance()
            finally:
                job.close()
            traces.append((out / "trace.csv").read_bytes())
        assert traces[0] == traces[1] and traces[0].count(b"\n") > 10, name


STORY = """
import hashlib, sys
from doubles.houses import build, decided
from harness import inprocess
def story(rig):
    digest = hashlib.sha256()
    for i in range(3000):
        rig.step()
        digest.update(repr(decided(rig)).encode())
        if i == 1500:
            rig.restart()
    digest.update(repr((rig.events, rig.texts, sorted(rig.points().items()))).encode())
    return digest.hexdigest()
"""


def test_rigs_one_after_the_other_and_side_by_side_do_not_disturb_each_other():
    fresh = subprocess.run([sys.executable, "-c", STORY + "print(story(build(inprocess.Rig, seed=5)))"], cwd=ROOT, env=ENV,
                           capture_output=True, text=True, timeout=100)
    assert fresh.returncode == 0, fresh.stderr
    scope = {}
    exec(STORY, scope)
    other = build(inprocess.Rig, 3, seed=6)
    for at in range(1000):  # one before it, with faults and commands
        second(other, at)
    with build(inprocess.Rig, seed=5) as rig, other:  # and one beside it
        step = rig.step
        rig.step = lambda: (other.step(), step())
        assert scope["story"](rig) == fresh.stdout.strip()


def test_booting_a_house_is_cheap():
    build(inprocess.Rig, 6).close()
    begin = time.process_time()
    for _ in range(5):
        build(inprocess.Rig, 6).close()
    assert (time.process_time() - begin) / 5 < 0.05


# -- checkpoints --

class Part:
    def __init__(self):
        self.memory = array.array("i", range(8))
        self.view = memoryview(self.memory).cast("B")[8:20]
        unit = "degC"
        self.tell = lambda i, of=self.memory: f"{of[i]} {unit}"
        self.bound = self.read

    def read(self):
        return self.memory[2]


def test_views_lambdas_and_bound_methods_come_back_joined(tmp_path):
    with build(inprocess.Rig) as rig:
        rig.run(10)
        part = Part()
        data = checkpoint.freeze(rig, {"part": part})
        other, extra = checkpoint.thaw(data)
        with other:
            back = extra["part"]
            back.view[0:4] = (77).to_bytes(4, "little")
            assert back.memory[2] == back.bound() == 77 and back.tell(2) == "77 degC" and part.memory[2] == 2
            assert other.folder != rig.folder and files(other) == files(rig)
            for _ in range(2000):
                rig.step(), other.step()
                assert decided(rig) == decided(other)
            assert rig.events == other.events and rig.plant.truth == other.plant.truth
            rig.restart(), other.restart()
            rig.run(20), other.run(20)
            assert known(rig) == known(other) and files(rig) == files(other)


def test_what_cannot_be_stored_is_told(tmp_path):
    with build(inprocess.Rig) as rig:
        for broken in (open(os.devnull), (i for i in range(3))):  # noqa: SIM115
            with pytest.raises(checkpoint.CheckpointError, match="cannot be stored"):
                checkpoint.freeze(rig, {"broken": broken})
        with pytest.raises(checkpoint.CheckpointError, match="no checkpoint was written: .*cannot be stored"):
            checkpoint.apart(lambda: checkpoint.freeze(rig, {"broken": (i for i in range(3))}))
    data = houses.house_config(2)
    data["bms"] = {"address": 1}
    with build(inprocess.Rig, data=data) as rig, pytest.raises(checkpoint.CheckpointError, match="bus or bms"):
        rig.run(1)
        checkpoint.freeze(rig, {})


def test_a_checkpoint_of_other_code_or_another_run_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "1.checkpoint"
    checkpoint.write(path, {"seed": 1}, b"data")
    assert checkpoint.read(path, {"seed": 1})[1] == b"data" and [p.name for p in tmp_path.iterdir()] == ["1.checkpoint"]
    with pytest.raises(checkpoint.CheckpointError, match="its seed is 1, this one's is 2"):
        checkpoint.read(path, {"seed": 2})
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    with pytest.raises(checkpoint.CheckpointError, match="damaged"):
        checkpoint.read(path)
    path.write_bytes(b"something else")
    with pytest.raises(checkpoint.CheckpointError, match="no checkpoint"):
        checkpoint.read(path)
    path.write_bytes(whole)
    monkeypatch.setattr(checkpoint, "code_revision", lambda: "another")
    with pytest.raises(checkpoint.CheckpointError, match="other code"):
        checkpoint.read(path)
    monkeypatch.undo()
    monkeypatch.setattr(checkpoint, "VERSION", 2)
    with pytest.raises(checkpoint.CheckpointError, match="version 1, wanted 2"):
        checkpoint.read(path)


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
    one.stop = one.job.seconds == 1499
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


def test_a_resumed_season_is_the_one_that_was_never_interrupted(tmp_path):
    scenario = tmp_path / "trouble.toml"
    scenario.write_text(TROUBLE)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir(), parts.mkdir()
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
    process = subprocess.Popen(command, cwd=ROOT, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
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
        assert all(row[-1] for row in season_verify.compare(pair)) and not pair.first
        pair.runs[1].rig.wiring.sensors["room1"].fault = "drift"
        pair.run(1500)
        rows = {row[0]: row[-1] for row in season_verify.compare(pair)}
        assert not rows["relays"] and not rows["heat, kWh"] and "relays" in pair.first or "speeds" in pair.first
    finally:
        pair.close()


def test_a_village_has_no_season(tmp_path):
    done = wellhearth("season", "--scenario", "village", "--days", "0.1", "--out", tmp_path)
    assert done.returncode == 2 and "no season mode" in done.stderr and len(done.stderr.splitlines()) == 1


def test_dates_run_over_the_new_year():
    assert [season_rows.date_text(305, day) for day in (1, 61, 62, 150)] == ["01 Nov", "31 Dec", "01 Jan", "30 Mar"]
    assert season_rows.date_text(None, 3) == "day 3"
