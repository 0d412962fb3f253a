"""The fast well against the offline reference model's tables, its energy, and the reference against closed solutions."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from plant import ground, well

DAY = 86400.0
WELLS = {p.ground: p for p in (well.HOUSE, well.PARTICLE, well.SECTION, well.CHENGDE, well.FIRST_WELL)}
TABLES = ground.tables()
CASES = [(name, row) for name in WELLS for row in TABLES["wells"][name]["steps"]]


def flowing(params, flow_m3h):
    w = well.Well(params)
    w.flow_m3h = w.returning_m3h = flow_m3h
    return w


def run(w, load_w, seconds, dt_s):
    """Constant load, in whole steps."""
    kelvin = load_w / (w.flow_m3h * well.WATER_WH_M3K) if w.flow_m3h else 0.0
    for _ in range(round(seconds / dt_s)):
        w.thermal(w.supply_c - kelvin, dt_s)


def closes(w, rel=1e-9):
    into = w.far_j + w.forced_j + w.motor_j - w.taken_j - w.lost_j
    assert w.stored_j() == pytest.approx(into, rel=rel, abs=1.0)


@pytest.mark.parametrize("name", WELLS)
def test_tables_were_made_of_the_wells_of_today(name):
    made = TABLES["wells"][name]["well"]
    assert {k: getattr(WELLS[name], k) for k in made} == made, "make reference"


@pytest.mark.parametrize(("name", "row"), CASES,
                         ids=[f"{n}-{r['regional_m_d']}-{r['flow_m3h']:.1f}" for n, r in CASES])
def test_fast_well_follows_the_reference(name, row):
    p = dataclasses.replace(WELLS[name], regional_m_d=row["regional_m_d"])
    flow = row["flow_m3h"]
    load_w = 4.0 * flow * well.WATER_WH_M3K  # 4 K between lifted and returned water
    w, now = flowing(p, flow), 0.0
    for days in (1, 7, 30, 120):
        run(w, load_w, days * DAY - now, 1200.0)
        now = days * DAY
        want = row["drop_k_per_kw"][TABLES["times_s"].index(now)] * load_w / 1000.0
        assert p.ground_c - w.supply_c == pytest.approx(want, rel=0.15, abs=0.3), f"after {days} days"
    closes(w)


@pytest.mark.parametrize("name", WELLS)
@pytest.mark.parametrize("place", [0, 1, 2], ids=["no-flow", "0.02-m/d", "0.1-m/d"])
def test_ten_winters_drift_as_the_reference_says(name, place):
    row = TABLES["wells"][name]["winters"][place]
    p = dataclasses.replace(WELLS[name], regional_m_d=row["regional_m_d"])
    load_w = 4.0 * p.nominal_m3h * well.WATER_WH_M3K
    w, drops = flowing(p, p.nominal_m3h), []
    for _ in range(10):
        w.flow_m3h = w.returning_m3h = p.nominal_m3h
        run(w, load_w, 150 * DAY, 3600.0)
        drops.append(p.ground_c - w.supply_c)
        w.flow_m3h = w.returning_m3h = 0.0
        run(w, 0.0, 215 * DAY, 3600.0)
    want = [d * load_w / 1000.0 for d in row["drop_k_per_kw"]]
    assert drops[9] == pytest.approx(want[9], rel=0.2, abs=0.3)
    assert drops[9] - drops[0] == pytest.approx(want[9] - want[0], rel=0.2, abs=0.1)
    closes(w)


@pytest.mark.parametrize("name", WELLS)
def test_hours_of_running_and_hours_of_rest(name):
    p = dataclasses.replace(WELLS[name], regional_m_d=0.0)
    load_w = 4.0 * p.nominal_m3h * well.WATER_WH_M3K
    w = well.Well(p)
    for day, per_kw in enumerate(TABLES["wells"][name]["pulses"], 1):
        w.flow_m3h = w.returning_m3h = p.nominal_m3h
        run(w, load_w, 8 * 3600.0, 600.0)
        if day in (1, 7, 30):
            assert p.ground_c - w.supply_c == pytest.approx(per_kw * load_w / 1000.0, rel=0.15, abs=0.3), day
        w.flow_m3h = w.returning_m3h = 0.0
        run(w, 0.0, 16 * 3600.0, 600.0)


def test_tables_hold_a_ground_that_remembers():
    steps = {(r["regional_m_d"], r["flow_m3h"]): r["drop_k_per_kw"] for r in TABLES["wells"]["house"]["steps"]}
    flow = well.HOUSE.nominal_m3h
    assert 25 * steps[0.0, flow][-1] > 5.0, "25 kW for ten years and no regional flow: colder by more than 5 K"
    assert steps[0.0, flow][-1] > steps[0.02, flow][-1] > steps[0.1, flow][-1] > steps[0.5, flow][-1]


def test_step_length_does_not_matter():
    ends = []
    for dt_s in (1.0, 60.0, 3600.0):
        w = flowing(well.HOUSE, 1.5)
        run(w, 8000.0, 3 * DAY, dt_s)
        closes(w)
        ends.append(w.supply_c)
    assert ends == pytest.approx([ends[0]] * 3, abs=0.05)


def test_cooling_mirrors_heating_and_the_ground_may_have_any_temperature():
    cold, warm = flowing(well.HOUSE, 4.8), flowing(dataclasses.replace(well.HOUSE, ground_c=9.0), 4.8)
    run(cold, 20_000.0, 60 * DAY, 600.0)
    run(warm, -20_000.0, 60 * DAY, 600.0)
    assert 15.0 - cold.supply_c == pytest.approx(warm.supply_c - 9.0, rel=1e-6)


def test_a_scaled_well_is_so_many_wells():
    one, three = flowing(well.HOUSE, 4.0), flowing(well.scaled(well.HOUSE, 3.0), 12.0)
    run(one, 10_000.0, 40 * DAY, 600.0)
    run(three, 30_000.0, 40 * DAY, 600.0)
    assert three.supply_c == pytest.approx(one.supply_c, abs=0.01)
    closes(three)


def test_energy_closes_through_everything():
    w = well.Well(well.HOUSE, seed=3)
    for hour in range(72):
        w.lost_share = 0.1 if 20 <= hour < 30 else 0.0
        w.forced_c = 6.0 if 40 <= hour < 42 else 0.0
        w.throttle = 1.0 if hour == 51 else 0.0
        on, speed = hour % 5 != 0, (0.6, 0.8, 1.0)[hour % 3]
        for _ in range(360):
            w.hydraulics(on, speed, 10.0)
            w.thermal(w.supply_c + (4.0 if hour > 60 else -4.0), 10.0)
    closes(w)
    assert w.forced_j < 0 and w.lost_j < 0 and w.motor_j > 0
    assert w.taken_j == pytest.approx(w.far_j + w.forced_j + w.motor_j - w.lost_j - w.stored_j(), rel=0.01)


def test_standing_water_drifts_to_the_ground_in_days():
    w = well.Well(well.HOUSE)
    w.supply_c = 5.0
    run(w, 0.0, 3600.0, 1.0)
    early = w.supply_c
    run(w, 0.0, 6 * DAY, 60.0)
    assert 5.3 < early < 8.0 and w.supply_c == pytest.approx(15.0, abs=0.3)


def test_a_checkpoint_goes_on_as_if_nothing_had_been():
    w = well.Well(dataclasses.replace(well.HOUSE, sealed=True))
    for _ in range(2000):
        w.hydraulics(True, 1.0, 0.1)
        w.thermal(10.0, 1.0)
    other = pickle.loads(pickle.dumps(w))
    for one in (w, other):
        for _ in range(2000):
            one.hydraulics(True, 0.9, 0.1)
            one.thermal(10.0, 1.0)
    assert (w.flow_m3h, w.supply_c, w.stored_j()) == (other.flow_m3h, other.supply_c, other.stored_j())


def test_a_ground_beyond_the_tables_is_refused_with_its_reason():
    with pytest.raises(ValueError, match="0 to 0.5 m/d"):
        well.Well(dataclasses.replace(well.HOUSE, regional_m_d=3.4))
    with pytest.raises(ValueError, match="house"):
        well.Well(dataclasses.replace(well.HOUSE, ground="granite"))


# The reference model on a coarse grid; `python -m reference.analytic` prints the same on the tables' grid.

analytic = pytest.importorskip("reference.analytic", reason="numpy and scipy are not installed; make reference runs it",
                               exc_type=ImportError)


def test_reference_conducts_like_a_line_source():
    for name, ours, closed in analytic.check_line_source(1.0):
        assert ours == pytest.approx(closed, rel=0.02, abs=1e-4), name


def test_reference_carries_a_regional_flow_like_a_moving_source():
    for name, ours, closed in analytic.check_moving_source(1.0, 8):
        assert ours == pytest.approx(closed, rel=0.04, abs=1e-3), name


def test_reference_carries_heat_along_the_flow():
    head, front, *rest = analytic.check_radial(2.0)
    assert head[1] == pytest.approx(head[2], rel=1e-3)
    assert front[1] == pytest.approx(front[2], rel=0.05)
    for name, ours, closed in rest:
        assert ours == pytest.approx(closed, abs=0.04), name


def test_reference_closes_its_energy_and_returns_its_table():
    from reference import ground as reference
    from reference import tables
    row = next(r for r in TABLES["wells"]["house"]["steps"] if r["regional_m_d"] == 0.0 and r["flow_m3h"] == 4.8)
    times = TABLES["times_s"][:11]
    drops, error = reference.response(reference.Model(well.HOUSE, 4.8 / 3600.0, 0.0, *tables.grid(well.HOUSE, 0.0)), times)
    assert error < 1e-9
    assert drops == pytest.approx(row["drop_k_per_kw"][:11], rel=1e-3)
