"""The bench of comfort: cells, verdicts, resuming, refusing what belongs to other sources; a cell of each table."""

import json
import sys

import pytest
from comfort import __main__ as command
from comfort import cut, plants, play, rooms, skies, tariff, verdict

from plant import weather

GOOD = {"outside_kh_day": 1.0, "starts_day": 20, "kwh_day": 5.0, "in_band": 0.8, "warm_air": 1.0, "judged_h": 24}


def test_every_plant_differs_in_what_it_says():
    assert len(rooms.cells(house=True)) == len(plants.KINDS) * len(skies.SKIES) * 2 == 110
    assert len(rooms.cells()) == 90, "held water has no well"
    base = plants.House(plants.KINDS["light"], *arguments())
    soft = plants.House(plants.KINDS["soft"], *arguments())
    assert soft.rooms[0].params.air_j_k == 2.6 * base.rooms[0].params.air_j_k
    big = plants.House(plants.KINDS["large_unit"], *arguments())
    assert big.units[0].rated_w == 1.5 * base.units[0].rated_w
    leaky, tight = (plants.KINDS[name].world["room"].loss_w_k() for name in ("leaky", "tight"))
    plain = base.rooms[0].params.loss_w_k()
    assert leaky > 1.3 * plain and tight < 0.8 * plain
    assert plants.House(plants.KINDS["weak_well"], *arguments()).well.params.nominal_m3h < base.well.params.nominal_m3h


def arguments():
    cell = play.Cell("light", "design", "on_off", "wellhearth", rooms=1)
    return play.config_of(cell), {"seed": 1, "weather": skies.SKIES["design"].weather(1), "scenario": {"start_c": 20.0}}


def test_water_comes_out_of_a_long_pipe_as_it_went_in():
    house = plants.House(plants.KINDS["far_pipe"], *arguments())
    volume = sum(v for v, _ in house.plug)
    first = house.plug[0][1]
    house.supply_c = first + 5.0
    out = [house._pushed(volume / 10) for _ in range(12)]
    assert out[:10] == pytest.approx([first] * 10) and out[10:] == pytest.approx([first + 5.0] * 2)
    assert sum(v for v, _ in house.plug) == pytest.approx(volume)


def test_the_verdict_names_what_falls_short_with_its_figures():
    own, plain = dict(GOOD, outside_kh_day=0.4), dict(GOOD)
    one = {"wellhearth": own, "hysteresis": plain}
    assert verdict.short("light/design/on_off", one) == [] and verdict.halves({"a/b/on_off": one}) == (1, 1)
    worse = {"wellhearth": dict(GOOD, kwh_day=5.2, warm_air=0.9), "hysteresis": plain}
    assert verdict.short("x", worse) == ["x: energy 5.2 against 5 kWh/d", "x: supply air at 38 degC for 90.0% of the time"]
    assert verdict.halves({"a/b/on_off": worse}) == (0, 1)
    void = {"wellhearth": dict(own, judged_h=0), "hysteresis": plain}
    assert verdict.judged({"a": void}) == {}, "hours that nobody can hold do not count"


def test_a_cell_of_single_rooms():
    figures = rooms.play(rooms.Cell("light", "mild", "variable"), hours=10, controls=("wellhearth", "hysteresis"))
    assert figures["wellhearth"]["kwh_day"] < 0.95 * figures["hysteresis"]["kwh_day"]
    assert figures["wellhearth"]["judged_h"] > 0


@pytest.mark.long
def test_a_cell_of_the_whole_house():
    own = play.play(play.Cell("light", "mild", "variable", "wellhearth", rooms=1), 7.0)
    relay = play.play(play.Cell("light", "mild", "variable", "hysteresis", rooms=1), 7.0)
    assert own["outside_kh_day"] <= relay["outside_kh_day"] and own["kwh_day"] > 0 and own["heat_kwh_day"] > 0


def run(monkeypatch, tmp_path, *arguments):
    monkeypatch.setattr(sys, "argv", ["comfort", "--out", str(tmp_path), "--jobs", "1", *arguments])
    monkeypatch.setattr(rooms, "HOURS", 7.0)
    return command.main()


def test_it_goes_on_where_it_stopped_and_refuses_other_sources(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(skies, "chicago", lambda: tmp_path)
    monkeypatch.setattr(command, "room_job", job)
    monkeypatch.setattr(command.multiprocessing, "Pool", Serial)
    assert run(monkeypatch, tmp_path, "--only", "light/mild") == 0
    assert "2 of 2" in capsys.readouterr().out and (tmp_path / "rooms.png").stat().st_size > 10_000
    assert run(monkeypatch, tmp_path, "--only", "light/mild") == 0
    out = capsys.readouterr().out
    assert "of 2," not in out and "| on_off | wellhearth |" in out, "nothing is played twice"
    path = tmp_path / "rooms.jsonl"
    lines = path.read_text().split("\n")
    path.write_text("\n".join([json.dumps({"sources": "others"}), *lines[1:]]))
    with pytest.raises(SystemExit, match="--anew throws it away"):
        run(monkeypatch, tmp_path, "--only", "light/mild")
    with pytest.raises(SystemExit):
        run(monkeypatch, tmp_path, "--anew", "--only", "no such cell")
    with pytest.raises(SystemExit):
        run(monkeypatch, tmp_path, "--shard", "3/2")


def job(given):
    return given[0].name, {control: dict(GOOD) for control in rooms.CONTROLS}


class Serial:
    def __init__(self, _jobs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    imap_unordered = staticmethod(map)


def test_a_year_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setattr(skies, "PLACES", ())
    with pytest.raises(weather.WeatherError, match="is not in"):
        skies.chicago()


@pytest.mark.long
def test_a_power_cut_and_a_tariff():
    after = cut.run("wellhearth", rooms=3)
    assert after["all"] < 0.2 and after["coldest_c"] > 16.5
    plain, flexed = (tariff.play("soft", "variable", flex) for flex in (0, 1000))
    assert flexed["yuan_day"] < 0.95 * plain["yuan_day"] and flexed["mean_c"] > 19.5
