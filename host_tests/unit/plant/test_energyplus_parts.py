"""What goes wrong with EnergyPlus; the house's input, its pipe and its bench."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest

from doubles import houses
from doubles.command import ENV, wellhearth
from doubles.energyplus_six import PLANT, golden, needs_engine
from energyplus import baseline, bench, bound, count, dwelling, dwelling_idf, engine, frames, link
from energyplus import house as energyplus_house
from harness import inprocess
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


def test_the_house_is_what_the_standards_ask_for():
    assert dwelling.u_w_m2k("wall") < 0.65 and dwelling.u_w_m2k("ceiling") < 0.50 and dwelling.WINDOW_U_W_M2K <= 2.8
    assert sum(room.floor_m2 for room in dwelling.ROOMS) == pytest.approx(18.6 * 11.1)
    assert sorted((room.column, room.row) for room in dwelling.ROOMS) == [(c, r) for c in range(3) for r in range(2)]
    assert {side for room in dwelling.ROOMS for side, _, _ in room.windows} == set(dwelling_idf.SIDES)


def test_every_wall_between_rooms_is_said_from_both_sides():
    pairs = {}
    for part in dwelling_idf.write(20).split("\n\n"):
        for text in part.split(";\n"):
            fields = [field.strip() for field in text.strip().split(",")]
            if fields[0] == "BuildingSurface:Detailed" and fields[6] == "Surface":
                pairs[fields[1]] = fields[7]
    assert len(pairs) == 2 * 7 + 2 * 6, "seven walls between rooms, six ceilings"
    assert all(pairs[other] == name for name, other in pairs.items())


def test_frames_go_through_a_pipe_whole():
    into, out = os.pipe()
    frames.write(out, frames.HEAT, frames.doubles([1.5, -2.0]))
    assert frames.read(into)[0] == frames.HEAT
    zone = [20.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    frames.write(out, frames.STATE, frames.doubles([-7.0, *zone, *zone]))
    kind, body = frames.read(into)
    assert kind == frames.STATE and frames.state_of(body) == (-7.0, [frames.Zone(*zone)] * 2)
    os.close(out)
    assert frames.read(into) == (b"", b"")
    os.close(into)


def test_air_takes_its_heat_and_makes_up_for_what_it_missed_in_a_minute():
    of = dwelling.ROOMS[0]
    zone = frames.Zone(20.0, 300.0, -900.0, -400.0, 0.0, 0.0)
    air = energyplus_house.Air(of, 1.0, zone)
    for _ in range(60):
        air.step(0.0, 1000.0, 0.0, 0.0, [])
    assert air.heat_j == 60_000.0 and air.air_c == pytest.approx(20.0), "1000 W are what it loses"
    air.hear(zone._replace(air_c=20.3))
    assert air.apart_k == pytest.approx(0.3) and air.heat_j == 0.0
    steps = []
    for _ in range(60):
        before = air.air_c
        air.step(0.0, 1000.0, 0.0, 0.0, [])
        steps.append(air.air_c - before)
    assert air.air_c == pytest.approx(20.3) and max(steps) == pytest.approx(0.005)


def test_air_that_swings_by_a_kelvin_is_in_the_band_and_by_two_half_of_the_time():
    assert bound.outside_k(0.9) == bound.outside_k(1.0) == 0.0
    # Evenly over +-1 K: half of it is outside, by a quarter of a kelvin in the mean.
    assert bound.outside_k(2.0) == pytest.approx(0.5 * 0.25)


@needs_engine
def test_the_shortest_run_of_a_unit_lifts_the_smallest_room_the_most():
    least = bound.figures(energyplus_house.EnergyPlusHouse, golden(), 20)
    lifts = dict(zip((room.floor_m2 for room in dwelling.ROOMS), least["lift_k"]))
    assert lifts[min(lifts)] == max(lifts.values()) and lifts[max(lifts)] == min(lifts.values())
    # 5.6 kW for three minutes into 10 kJ/(m2 K), a third of it while the unit comes up, and in Golden's thin air.
    assert 1.0 < min(lifts.values()) and max(lifts.values()) < 3.5 and 0.3 < least["in_band"] < 0.9


def test_hysteresis_switches_at_half_a_kelvin_and_is_gone_afterwards():
    inprocess.firmware()
    module = sys.modules[inprocess.PACKAGE + ".control.thermostat"]
    plain = module.Thermostat.each_second
    with baseline.hysteresis():
        th = module.Thermostat(500, 1800, 80)
        calls = []
        for room_mc in (19_600, 19_500, 20_400, 20_500, 19_501, 19_500):
            th.each_second(20_000, room_mc, True, th.call)
            calls.append(th.call)
        assert calls == [False, True, True, False, False, True]
        th.each_second(20_000, 25_000, False, True)
        assert th.call, "without a sensor nothing changes"
        th.turn(True)
        th.each_second(26_000, 26_500, True, False)
        assert th.call
    assert module.Thermostat.each_second is plain


def test_kelvin_hours_are_those_outside_the_band_after_settling():
    account = count.Account(settle_s=10.0)
    for s, room_c in ((10, 15.0), (3610, 19.0), (3611, 19.6), (3612, 21.5)):
        account.second(s, room_c, 20.0, 3600.0, 7200.0)
    assert account.below_kh == pytest.approx(0.5 / 3600) and account.above_kh == pytest.approx(1.0 / 3600)
    assert account.mean_k == pytest.approx((-1.0 - 0.4 + 1.5) / 3, abs=1e-3) and count.Account(10.0).mean_k is None
    assert account.electric_wh == pytest.approx(4.0) and account.heat_wh == pytest.approx(8.0)


def test_the_bench_without_energyplus_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(engine, "weather_files", lambda: {})
    monkeypatch.setattr(engine, "FOLDER", tmp_path)
    assert bench.main([]) == 1
    assert "make .venv-energyplus/installed" in capsys.readouterr().err
    assert bench.main(["--scenario", "atlantis", "--weather", str(houses.ROOT / "README.md"), "--jobs", "1"]) == 1
    assert capsys.readouterr().err.startswith("bench-energyplus: ")


@needs_engine
@pytest.mark.long
def test_the_bench_writes_both_controls_figures(tmp_path, capsys):
    out = tmp_path / "b.json"
    assert bench.main(["--hours", "0.1", "--weather", str(golden()), "--out", str(out)]) == 0
    assert "firmware over hysteresis" in capsys.readouterr().out and '"hysteresis"' in out.read_text()
