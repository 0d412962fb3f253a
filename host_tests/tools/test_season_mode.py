"""The firmware inside the simulator's process, checkpoints, and `wellhearth season`."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from doubles import houses
from doubles.command import ENV
from doubles.houses import ROOT, build, decided
from doubles.season_run import files, known
from doubles.selection import some
from harness import faults, inprocess, lockstep, runner

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


@pytest.mark.long
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
            outs[0].clear()
            outs[1].clear()
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


@pytest.mark.long
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


@pytest.mark.long
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
