"""The command as a person meets it: results, and errors in one line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from doubles.command import ENV, begun, wellhearth
from doubles.houses import ROOT, house_config
from doubles.selection import some
from harness import inprocess
from plant import house, weather
from whtools import cli


@pytest.fixture
def here(capsys, monkeypatch):
    """The command in this process, from the repository's root: (status, stdout, stderr)."""
    def run(args):
        monkeypatch.chdir(ROOT)
        try:
            status = cli.main(args)
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, said.out, said.err
    return run


@pytest.mark.parametrize("hours", some([0.3, 1.0]))
def test_a_short_run_leaves_all_its_results(tmp_path, hours):
    done = wellhearth("sim", "--hours", hours, "--rooms", "2", "--plain", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    end = "01:00:00" if hours == 1.0 else "00:18:00"
    assert f"day 1 {end}" in done.stdout and "system COP" in done.stdout and "Results in" in done.stdout
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["hours"] == hours and len(summary["rooms"]) == 2
    assert (tmp_path / "trace.csv").read_text().count("\n") == round(360 * hours) + 1
    assert (tmp_path / "day.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    page = (tmp_path / "day.html").read_text()
    assert "<script" in page and "<h1>" in page and 'src="http' not in page


def test_a_config_of_ones_own_runs_and_a_bad_one_is_told_whole(tmp_path):
    data = house_config(1)
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(data))
    done = wellhearth("sim", "--hours", "0.1", "--config", path, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    data["well"]["min_flow_lph"] = 7
    data["rooms"][0]["colour"] = "red"
    path.write_text(json.dumps(data))
    done = wellhearth("sim", "--config", path, "--out", tmp_path)
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1
    assert "2 mistakes" in done.stderr and "min_flow_lph = 7" in done.stderr and "room1.colour" in done.stderr


@pytest.mark.parametrize("firmware", some(["--in-process", "--plain"]))  # --plain twice: the real MicroPython
def test_ctrl_c_keeps_the_results_so_far(tmp_path, firmware):
    command = [sys.executable, "-m", "whtools", "sim", "--plain", firmware, "--rooms", "1", "--out", tmp_path]
    process = begun(command)
    for line in process.stdout:
        if "day 1 01:00:00" in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in err and "Traceback" not in out + err, err
    assert 1 <= json.loads((tmp_path / "summary.json").read_text())["hours"] < 24


@pytest.mark.long
def test_another_plant_runs_without_our_truth(tmp_path):
    done = wellhearth("sim", "--hours", "0.2", "--rooms", "1", "--plant", "custom_plant:create", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "n/a" in done.stdout
    assert "plant.bench_flow_lph" in (tmp_path / "trace.csv").read_text().splitlines()[0]


@pytest.mark.parametrize(("args", "words"), [
    (["sim", "--scenario", "atlantis"], "no scenario is named 'atlantis'"),
    (["sim", "--weather", "/nowhere/x.epw"], "/nowhere/x.epw: cannot be read"),
    (["sim", "--weather", "README.md"], "not an EPW file"),
    (["sim", "--hours", "-1"], "wanted more than 0"),
    (["sim", "--hours", "soon"], "no number of hours"),
    (["sim", "--rooms", "9"], "1 to 8 rooms"),
    (["sim", "--seed", "x"], "invalid int value"),
    (["sim", "--first-day", "3"], "needs --weather"),
    (["sim", "--plant", "nomodule"], "wanted MODULE:FACTORY"),
    (["sim", "--plant", "nomodule:f"], "cannot import nomodule"),
    (["sim", "--plant", "custom_plant:nothing"], "no callable nothing"),
    (["sim", "--plant", "custom_plant:Old"], "speaks plant interface 0, wanted 1"),
    (["sim", "--scenario", "/nowhere/x.toml"], "/nowhere/x.toml: cannot be read"),
    (["sim", "--scenario", "Makefile.toml"], "cannot be read"),
    (["sim", "--config", "/nowhere.json"], "/nowhere.json: 1 mistakes: /nowhere.json: cannot be read"),
    (["sim", "--config", "tools/requirements.txt"], "not valid JSON"),
    (["sim", "--config", "x.json", "--rooms", "2"], "the config says how many rooms"),
    (["sim", "--out", "/proc/nowhere"], "/proc/nowhere"),
    (["sim", "--frobnicate"], "unrecognized arguments"),
    (["dance"], "invalid choice"),
    ([], "required"),
])
def test_bad_input_is_one_line_and_a_status(args, words, tmp_path, here):
    if args[:1] == ["sim"] and "--out" not in args:
        args = [*args, "--out", str(tmp_path)]
    status, out, err = here(args)
    assert status == 2
    lines = err.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("wellhearth: ") and words in lines[0], err
    assert "Traceback" not in out + err


def test_bad_input_ends_the_program_itself_in_one_line():
    """Once as a program; the others are quicker in this process."""
    done = wellhearth("sim", "--hours", "-1")
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.startswith("wellhearth: ") and "wanted more than 0" in done.stderr and "Traceback" not in done.stdout


def test_scenarios_are_listed():
    done = wellhearth("sim", "--list-scenarios")
    assert done.returncode == 0 and "winter_day" in done.stdout


@pytest.mark.parametrize(("text", "words"), [
    ("x = [", "not valid TOML"), ("colour = 1", "unknown key colour"), ("hours = 'long'", "must be numbers"),
    ("[[fault]]\nname = 'dry_well'", "fault 1: wanted at"),
    ("[[fault]]\nat = '01:00'\nminutes = 5\nname = 'flood'", "no fault is named 'flood'"),
    ("[[fault]]\nat = '00:00'\nminutes = 5\nname = 'sensor_open'\ntarget = 'attic'", "no target 'attic' here"),
])
def test_a_broken_scenario_file_says_where(text, words, tmp_path, here):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    status, _out, err = here(["sim", "--scenario", str(path), "--hours", "0.1", "--out", str(tmp_path)])
    assert status == 2 and words in err and "Traceback" not in err


def test_faults_are_listed():
    done = wellhearth("sim", "--list-faults")
    assert done.returncode == 0 and "sensor_open" in done.stdout and "clogged_well" in done.stdout


def test_make_help_lists_every_target():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True)
    for target in ("sim", "test", "lint", "bench", "clean", "help"):
        assert f"make {target} " in done.stdout


def test_a_python_without_venv_is_told_what_to_install(tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError('no', name='ensurepip')")
    code = "import sys; sys.path.insert(0, sys.argv[1]); sys.argv = ['x']; import runpy; " \
           "runpy.run_path('tools/check_python.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0 and "apt install python3-venv" in done.stderr and "Traceback" not in done.stderr


def test_a_missing_dependency_names_the_target_that_installs_it(tmp_path):
    (tmp_path / "matplotlib.py").write_text("raise ModuleNotFoundError('no', name='matplotlib')")
    env = dict(ENV, PYTHONPATH=str(tmp_path) + os.pathsep + ENV["PYTHONPATH"])
    command = [sys.executable, "-m", "whtools", "sim", "--hours", "0.05", "--rooms", "1", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 2 and "matplotlib is not installed; run `make venv`" in done.stderr


def test_documents_are_up_to_date():
    done = wellhearth("docs", "--check")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("wait_s", some([2.0, 2.6, 3.4], 1))
def test_ctrl_c_ends_what_runs_the_firmware_in_its_own_process(tmp_path, wait_s):
    """It may land in a simulated scan, where a board would go on."""
    process = begun([sys.executable, "-m", "whtools", "commission", "--simulate", "--out", tmp_path])
    time.sleep(wait_s)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130 and "interrupted" in err and "Traceback" not in out + err, err


def test_a_ctrl_c_in_a_simulated_scan_reaches_the_command_and_the_house_stays_whole(monkeypatch):
    data = house_config(1)
    world = {"seed": 1, "scenario": {}, "weather": weather.Minutes(weather.DesignDay(1))}
    rig = inprocess.Rig(data, house.create(data, world))
    rig.run(2)
    node = rig.firmware.board.app.node
    protect = node.protect

    def pressed():
        monkeypatch.setattr(node, "protect", protect)
        raise KeyboardInterrupt
    monkeypatch.setattr(node, "protect", pressed)
    with pytest.raises(KeyboardInterrupt):
        rig.run(1)
    scans = node.p.scans
    rig.run(5)
    assert node.p.interrupted == 1 and node.p.scans > scans and not node.p.scan_faults
    rig.close()
