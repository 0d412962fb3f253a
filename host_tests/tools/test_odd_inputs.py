"""What a person may type, name or run that nobody thought of: config, scenarios, consoles, boards, short runs."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest
from rich.console import Console

from doubles import houses
from doubles.houses import ROOT
from harness import runner, scenarios
from harness.pinout import CONFIG
from wellhearth import diag
from wellhearth.console import views
from wellhearth.tables import config
from whtools import cli
from whtools.device import boardcheck, diagview
from whtools.device.build import BOARDS
from whtools.sim import report, series


def test_names_with_brackets_are_names_and_no_markup():
    answer = {"headings": ["room", "is"], "rows": [["[/red]", "[b]on"], ["\\", 1]]}
    text = io.StringIO()
    Console(file=text, width=60).print(diagview.table(answer))
    assert "[/red]" in text.getvalue() and "[b]on" in text.getvalue()
    data = houses.house_config(2)
    data["rooms"][0]["name"] = "[/red]"
    path = ROOT / "build" / "odd_name.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(data))
    job = runner.Run(runner.Options(hours=0.05, config=str(path), in_process=True), None)
    try:
        while job.seconds < job.total_s:
            job.advance()
        text = io.StringIO()
        report.table(job.summary(), Console(file=text, width=160))
    finally:
        job.close()
    assert "[/red]" in text.getvalue()


@pytest.mark.parametrize(("line", "words"), [
    ("rooms = 2.7", "a whole number"), ("hours = nan", "finite"), ("ground_c = inf", "finite"),
    ("well = 3", "a table"), ("weather = []", "a table"), ("well_type = 7", "text"), ("help = 1", "text"),
    ("fault = 3", "[[fault]]"), ("fault = [1]", "[[fault]]"),
    ('[[fault]]\nat = "01:00"\nminutes = nan\nname = "dry_well"', "finite"),
    ('[[fault]]\nat = "01:00"\nminutes = 5\nname = "low_water"\nvalue = nan', "finite"),
    ('[[fault]]\nat = "01:00"\nminutes = 5\nname = "low_water"\nvalue = "5"', "finite"),
    ('[[fault]]\nat = "-1:00"\nminutes = 5\nname = "low_water"', "hh:mm"),
])
def test_a_scenario_with_a_wrong_kind_of_value_is_refused_in_words(tmp_path, line, words):
    path = tmp_path / "odd.toml"
    path.write_text(line + "\n")
    with pytest.raises(scenarios.ScenarioError, match=words.replace("[[", r"\[\[").replace("]]", r"\]\]")) as refusal:
        scenarios.read_scenario(path)
    assert "odd.toml" in str(refusal.value) and "Traceback" not in str(refusal.value)


@pytest.mark.long
def test_a_console_that_cannot_show_a_degree_sign_keeps_its_results(tmp_path):
    out = tmp_path / "run"
    done = subprocess.run(
        [sys.executable, "-m", "whtools", "sim", "--hours", "0.05", "--rooms", "1", "--plain", "--in-process", "--out",
         str(out)], capture_output=True, timeout=120, env={**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONPATH":
                                                           "tools:host_tests:firmware"}, cwd=ROOT)
    assert done.returncode == 0, done.stderr.decode("gbk", "replace")[-600:]
    assert (out / "summary.json").exists() and (out / "day.png").exists()
    again = subprocess.run(
        [sys.executable, "-m", "whtools", "sim", "--hours", "0.05", "--rooms", "1", "--plain", "--in-process", "--out",
         str(out)], capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH":
                                                                      "tools:host_tests:firmware"}, cwd=ROOT)
    assert "holds the results of a run already" in again.stderr


@pytest.mark.parametrize("board", BOARDS)
def test_check_says_what_a_board_lacks_before_anything_is_flashed(board, tmp_path, capsys):
    path = tmp_path / "c.json"
    path.write_text(json.dumps(CONFIG))
    assert cli.main(["check", "--board", board, str(path)]) == 0
    assert f"fits {board}" in capsys.readouterr().out
    path.write_text(json.dumps(houses.house_config(3)))
    assert cli.main(["check", str(path)]) == 0, "as a config alone it is fine"
    for command in (["check", "--board", board, str(path)],
                    ["flash", "--board", board, "--port", "/dev/none", "--config", str(path)]):
        assert cli.main(command) == 2
        said = capsys.readouterr().err
        assert f"board {board} has no terminal room3_compressor" in said and said.count("\n") == 1
    assert "machine" not in sys.modules and "hwboard" not in sys.modules
    assert boardcheck.missing(config.validate(CONFIG)[0], board) == []


def test_marks_of_faults_end_where_the_run_ends():
    summary = {"hours": 1.0, "faults": [{"name": "a", "target": "", "from_s": 600, "to_s": 99999},
                                        {"name": "b", "target": "", "from_s": 7200, "to_s": 7300}]}
    assert [(f["name"], f["to_s"]) for f in series.seen_faults(summary)] == [("a", 3600)]


def test_a_sensor_that_was_never_valid_is_shown_as_unknown_and_long_cells_leave_the_help(capsys):
    from wellhearth.tables import kinds, points
    block = points.new_block(kinds.WELL)
    assert views.degrees(block, "supply_mc") == "-"
    block.supply_ok, block.supply_mc = 1, 0
    assert views.degrees(block, "supply_mc") == "0.000"
    block.supply_ok, block.supply_mc = 0, 12000
    assert views.degrees(block, "supply_mc") == "12.000", "the last good value stays"
    views.table(("point", "value", "what it is"), [("well.flow_lph", "1", "water lifted"),
                                                  ("well.trips", "flow_lost,no_flow,over_pressure,pressure_fault", "trips")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].endswith("water lifted") and all(len(line) < 80 for line in lines)
    diag.help()
    text = capsys.readouterr().out
    assert "learn_save()" in text and all(len(line) < 80 for line in text.splitlines())
    for name, what in views.COMMANDS:
        assert f"{what}\n" in text, f"{name} is cut"
