"""EnergyPlus's bench of controls: bands, kelvin hours, bounds, hysteresis, and the figures it writes."""

from __future__ import annotations

import sys

import pytest

from doubles import houses
from doubles.energyplus_six import golden, needs_engine
from energyplus import baseline, bench, bound, count, dwelling, engine
from energyplus import house as energyplus_house
from harness import inprocess


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
