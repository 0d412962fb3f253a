"""What goes wrong with EnergyPlus: killed, refused, missing, asked for another house."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest

from doubles import houses
from doubles.command import ENV, wellhearth
from doubles.energyplus_six import PLANT, golden, needs_engine
from energyplus import dwelling_idf, link
from energyplus import house as energyplus_house
from plant import weather
from plant.house import PlantError


def ended(pid) -> bool:
    """Whether a process is gone, or only waits for somebody to hear of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@needs_engine
def test_a_simulator_that_is_killed_takes_energyplus_with_it():
    code = ("import sys, time; from energyplus import engine, link; "
            "one = link.Link(engine.weather_files()['golden'], 20, [20.0] * 6); "
            "print(one._process.pid, one._folder.name, flush=True); time.sleep(60)")
    simulator = subprocess.Popen([sys.executable, "-c", code], env=ENV, stdout=subprocess.PIPE, text=True)
    pid, folder = simulator.stdout.readline().split()
    simulator.kill()
    simulator.communicate()
    for _ in range(200):
        if not Path(folder).exists() and ended(pid):
            return
        time.sleep(0.05)
    raise AssertionError("EnergyPlus goes on for nobody")


@needs_engine
def test_an_input_that_energyplus_refuses_is_told_in_its_words(monkeypatch):
    plain = dwelling_idf.write
    broken = plain(20).replace("Construction,\n  roof", "Construction,\n  ruin")
    monkeypatch.setattr(dwelling_idf, "write", lambda day: broken)
    with pytest.raises(PlantError, match=r"EnergyPlus ended with 1: .*Severe"):
        link.Link(golden(), 20, [20.0] * 6)


@needs_engine
def test_a_season_with_it_is_refused_with_a_reason(tmp_path):
    with pytest.raises(TypeError, match="a process of its own"):
        pickle.dumps(object.__new__(link.Link))
    done = wellhearth("season", "--days", "1", "--plant", PLANT, "--weather", golden(), "--out", tmp_path)
    assert done.returncode == 2 and "no checkpoint was written" in done.stderr and "a process of its own" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_it_the_plant_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("WELLHEARTH_ENERGYPLUS", str(tmp_path / "nothing"))
    with pytest.raises(PlantError, match="make .venv-energyplus/installed"):
        link.Link(tmp_path / "x.epw", 20, [20.0] * 6)
    (tmp_path / "nothing").write_text("")
    with pytest.raises(PlantError, match="has no libenergyplusapi.so"):
        link.Link(tmp_path / "x.epw", 20, [20.0] * 6)


@pytest.mark.parametrize(("rooms", "world", "words"), [
    (3, {}, "has 6 rooms, this node 3"), (6, {"loss_w_k": 90.0}, "loss_w_k cannot be set"),
    (6, {}, "needs a weather file"),
])
def test_another_house_than_it_is_cannot_be_had(rooms, world, words):
    options = {"seed": 1, "scenario": world, "weather": weather.Minutes(weather.DesignDay(1))}
    with pytest.raises(PlantError, match=words):
        energyplus_house.create(houses.house_config(rooms), options)


def test_at_the_command_line_it_is_one_line():
    done = wellhearth("sim", "--plant", PLANT, "--hours", "0.1")
    assert done.returncode == 2 and done.stderr.startswith("wellhearth: the house in EnergyPlus needs a weather file")
