"""The fleet's day model against the plant of seconds, and the detector on seeds that it was not tuned on."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from fleet_bench import frame_of, verdict

from plant import fleet, fleet_ill, well
from plant.fleet_water import Wells
from whtools.gateway.fleet import judge, robust

SMALL = 80


@pytest.fixture(scope="module")
def season():
    return fleet.season(11, SMALL)


def wells(params=well.HOUSE):
    one = np.ones(1)
    return Wells(params, one, one * params.static_m, one * params.injection_kpa, one, one * params.ground_c, one)


@pytest.mark.parametrize(("clog", "wear"), [(0.0, 0.0), (8.0, 0.0), (0.0, 0.2), (0.8, 0.1)])
@pytest.mark.parametrize("speed", [0.6, 0.8, 1.0])
def test_flow_and_power_are_the_well_s(clog, wear, speed):
    real, quick = well.Well(well.HOUSE), wells()
    real.clog, real.wear = clog, wear
    for _ in range(200):
        real.hydraulics(True, speed, 0.1)
    flow = quick.flow_at(np.full((1, 1), speed), np.full((1, 1), wear), quick.rise[:, None] * (1.0 + clog))
    assert flow[0, 0] == pytest.approx(real.flow_m3h, abs=0.02)
    assert quick.power(flow, np.full((1, 1), speed))[0, 0] == pytest.approx(real.pump_w(True, speed), rel=0.02)


def test_a_unit_short_of_charge_gives_less_for_its_electricity():
    heat, power, filter_share = fleet.unit_map()
    assert np.all(np.diff(heat, axis=0) > 0) and np.all(np.diff(heat, axis=1) < 0)
    cop = heat / power
    assert np.all(np.diff(cop, axis=1) < 0) and 0.0 < filter_share < 0.2


def test_heat_is_conserved_and_the_sick_are_sick(season):
    true = season.truth
    heat = true["source_kwh"] + true["electric_kwh"]
    assert np.all(true["source_kwh"] >= 0) and np.all(heat <= 24.0 * 20.0)
    assert sorted(season.sick.values()) == sorted(fleet_ill.ILLNESSES)
    by = {kind: h for h, kind in season.sick.items()}
    assert true["capacity"][by["clogging"], -1] < 80.0 < true["capacity"][by["clogging"], 0]
    healthy = [h for h in range(SMALL) if h not in season.sick]
    assert true["capacity"][healthy].min() > 85.0


def test_the_same_seed_gives_the_same_rows_and_a_healthy_twin_differs_only_where_it_is_sick():
    one, again, well_ = fleet.season(12, 30), fleet.season(12, 30), fleet.season(12, 30, sick=0)
    for key, values in one.rows.items():
        assert np.array_equal(values, again.rows[key], equal_nan=True)
        same = [np.array_equal(values[h], well_.rows[key][h], equal_nan=True) for h in range(30)]
        assert all(same[h] for h in range(30) if h not in one.sick)


def test_sick_houses_are_named_with_their_reason_and_healthy_ones_left_alone(season):
    right, missed, others = verdict(season, judge.judge(frame_of(season)))
    assert right >= 4 and len(others) <= 3, (missed, others)


def test_a_healthy_fleet_names_hardly_anybody_and_a_small_one_nobody():
    assert len(judge.judge(frame_of(fleet.season(13, 60, sick=0)))) <= 2
    assert judge.judge(frame_of(fleet.season(13, 10, sick=0))) == []


def test_rows_without_a_value_break_nothing():
    season = fleet.season(14, 30)
    for key in ("outside_c", "electricity_kwh", "capacity_percent", "room_run_h"):
        rows = {**season.rows, key: np.full_like(season.rows[key], np.nan)}
        judge.judge(dataclasses.replace(frame_of(season), rows=rows))


def test_a_change_is_measured_through_outliers():
    rng = np.random.default_rng(1)
    course = rng.normal(0.0, 0.01, (3, 150))
    course[1] += 0.3 * np.clip((np.arange(150) - 75) / 75, 0, 1)
    course[2, ::9] += 2.0
    course[0, :115] = np.nan
    found = robust.change(course)
    assert np.isnan(found[0]) and found[1] == pytest.approx(0.3, abs=0.03) and abs(found[2]) < 0.03
