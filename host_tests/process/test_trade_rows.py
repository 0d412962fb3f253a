"""Rows that the trade expects: condensate, ice on the air coil, motor protection, strainer, a wellhead under vacuum, and the
rest and the cooling flow of six-inch motors. Judged by the plant and the contacts."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace

import pytest

from doubles import houses
from doubles.houses import run_until
from doubles.selection import some
from doubles.trade_house import COMPOUND, SHALLOW, active, heated, rig
from harness import faults
from wellhearth.drivers import transmitter
from wellhearth.tables import config
from whtools import cli

DEEP = {"static_m": 35.0, "sealed": True}
LIFTS = {"pump_floor_pm": 850}


# -- the wellhead under vacuum --


@pytest.mark.long
@pytest.mark.parametrize("well", some([COMPOUND, {**COMPOUND, "pressure_signal": "ma4_20"}, {"pressure_signal": "ma4_20"}]),
                         ids=["compound_volts", "compound_current", "plain_current"])
@pytest.mark.parametrize(("seed", "seconds"), some([(1, 1800), (1, 3600), (2, 3600)]))
def test_a_deep_level_is_heated_from_and_told(well, seed, seconds):
    """A vacuum is no broken wire, and its air is an alarm. A plain 4 to 20 mA transmitter stands at 3.8 mA there."""
    with heated(world=DEEP, seed=seed, **LIFTS, **well) as r:
        r.run(seconds)
        assert active(r, "wellhead_vacuum") and r.points()["node.alarm"] and r.points()["well.pump_on"]
        assert not active(r, "pressure_fault") and not r.points()["well.lockouts"]
        assert min(one.air_c for one in r.plant.rooms) > 18.5
        assert not any(r.plant.harm.summary().values()), r.plant.harm.summary()
        if "pressure_zero_kpa" in well:
            assert r.points()["well.reinjection_kpa"] == pytest.approx(-95, abs=8)
        faults.change(r, "transmitter_open", "pressure")
        run_until(r, lambda p: active(r, "pressure_fault"), 3)


def test_a_plain_voltage_transmitter_in_a_deep_vacuum_keeps_the_pump_off():
    """Its end of 0.2 V cannot be told from a broken wire: blind, and an installer is told what to fit (`hints`)."""
    with rig(world=DEEP, **LIFTS) as r:
        r.run(1800)
        assert active(r, "pressure_blind") and not r.points()["well.pump_on"]


def test_a_current_below_four_milliamperes_is_alive_and_below_three_point_six_a_broken_wire():
    volts = SimpleNamespace(uv=0)
    volts.read_uv = lambda: volts.uv
    one = transmitter.Transmitter(volts, 1000, transmitter.MA4_20, 150)
    for ma, ok in ((4.0, 1), (3.9, 1), (3.8, 1), (3.65, 1), (3.6, 0), (3.0, 0), (20.5, 1), (21.0, 0)):
        volts.uv = round(ma * 150_000)
        one.scan()
        assert one.ok == ok, ma
    both = transmitter.Transmitter(volts, 500, transmitter.V05_45, 150, -100)
    for uv, kpa in ((500_000, -100), (4_500_000, 500), (1_166_700, 0), (300_000, -130)):
        volts.uv = uv
        for _ in range(60):
            both.scan()
        assert both.value == pytest.approx(kpa, abs=1) and both.ok


@pytest.mark.long
def test_a_vacuum_that_is_meant_to_be_is_no_alarm_and_one_that_is_not_clears_with_its_cause():
    with heated(world=SHALLOW, **COMPOUND, vacuum_limit_kpa=-50) as r:
        r.run(1800)
        assert not r.points()["well.trips"] and r.points()["well.reinjection_kpa"] < -30
    with rig(world=SHALLOW, **COMPOUND) as r:
        r.run(100)
        assert r.points()["well.reinjection_kpa"] < -30
        assert not active(r, "wellhead_vacuum"), "at rest any sealed column hangs"
        run_until(r, lambda p: p["well.pump_on"], 600)
        took = run_until(r, lambda p: active(r, "wellhead_vacuum"), 90)
        assert took >= 58
        r.run(600)
        assert r.points()["well.pump_on"], "an alarm, not a stop"
        r.plant.well.params = dataclasses.replace(r.plant.well.params, sustain_kpa=20.0)  # a back-pressure valve
        r.plant.well._tune()
        r.plant.well._stale = True
        run_until(r, lambda p: not active(r, "wellhead_vacuum"), 600)


@pytest.mark.parametrize("seconds", some([1500, 3600]))
def test_an_open_return_over_a_deep_level_is_no_vacuum(seconds):
    with rig(world={"static_m": 25.0}, **LIFTS, seed=3) as r:
        r.run(seconds)
        assert r.points()["well.starts"] and not active(r, "wellhead_vacuum")


@pytest.mark.parametrize(("well", "word"), [
    ({"vacuum_limit_kpa": -60}, "compound"), ({"pressure_zero_kpa": -101}, "-100 to 0"),
    ({"vacuum_limit_kpa": -60, "pressure_zero_kpa": -50}, "compound"),
    ({"pump_motor": "six_inch"}, "motor_cooling_lph is missing"),
    ({"pump_motor": "six_inch", "motor_cooling_lph": 900, "pump_min_off_s": 899}, "900 s"),
    ({"motor_cooling_lph": 1000}, "a quarter above motor_cooling_lph"),
])
def test_what_cannot_work_is_refused(well, word):
    errors = config.validate(houses.house_config(1, **well))[1]
    assert len(errors) == 1 and word in errors[0], errors


def test_the_installer_of_a_plain_transmitter_is_told_what_a_deep_well_wants(tmp_path, capsys):
    path = tmp_path / "house.json"
    for changes, told in (({}, True), (COMPOUND, False)):
        path.write_text(json.dumps(houses.house_config(1, **changes)))
        assert cli.main(["check", str(path)]) == 0
        assert ("hint: well.pressure_zero_kpa" in capsys.readouterr().out) == told
