"""The room model against EnergyPlus's committed results, and what it must do whatever the weather."""

from __future__ import annotations

import pickle
import random

import pytest

from doubles import houses, selection
from energyplus import cells, compare, engine, idf, rules
from plant import building, room, sun, weather

needs_epw = pytest.mark.skipif(not houses.EPW.exists(), reason="no weather file of Chicago beside the repository")
EVERY = selection.some([(place, cell) for place in ("golden", "chicago") for cell in cells.CELLS], 2)


@pytest.mark.parametrize(("place", "cell"), EVERY)
def test_a_year_of_a_cell_is_energyplus_s(place, cell):
    epw = engine.weather_files().get(place)
    if epw is None:
        pytest.skip(f"the weather file of {place} is not here (beside the repository, make energyplus)")
    said = compare.load()["weather"][place]
    assert compare.digest(epw) == said["sha256"], "the results are of another file"
    mine = compare.ours(cell, epw)
    e = compare.errors(mine, said["cells"][cell])
    assert abs(e["heat"]) < 0.10 and abs(e["min"]) < 1.5 and abs(e["max"]) < 1.5 and abs(e["mean"]) < 1.0, e
    # No month is right by another's mistake: each within 10 % of the coldest month's heat.
    theirs = said["cells"][cell]["heat_months_kwh"]
    worst = max(abs(a - b) for a, b in zip(mine["heat_months_kwh"], theirs))
    assert worst < 0.10 * max(theirs), (mine["heat_months_kwh"], theirs)


@needs_epw
@pytest.mark.parametrize("cell", cells.CELLS)
def test_air_moves_as_far_as_energyplus_s_when_heat_comes_in_bursts(cell):
    said = compare.load()["weather"]["chicago"]["cells"][cell]["burst_swing_k"]
    assert said > 2.0, "5.6 kW for six minutes"
    assert compare.burst_ours(cell, houses.EPW) == pytest.approx(said, rel=0.10)


@needs_epw
@pytest.mark.parametrize("cell", cells.CELLS)
def test_the_engine_still_says_what_was_committed(cell):
    if engine.binary() is None:
        pytest.skip("EnergyPlus is not installed (make energyplus)")
    said = compare.load()
    assert engine.run_version() == said["version"]
    assert compare.week_kwh(cells.CELLS[cell], houses.EPW) == pytest.approx(
        said["weather"]["chicago"]["cells"][cell]["week_kwh"], rel=1e-3)


@needs_epw
def test_a_broken_input_is_told_in_the_engine_s_words():
    if engine.binary() is None:
        pytest.skip("EnergyPlus is not installed (make energyplus)")
    text = idf.write(cells.LIGHT, False).replace("foam", "froth").replace("wall quilt,\n  Smooth", "lost quilt,\n  Smooth")
    with pytest.raises(engine.EngineError, match=r"ended with 1: .*Severe"):
        engine.run(text, houses.EPW)


def test_without_the_program_a_run_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("WELLHEARTH_ENERGYPLUS", str(tmp_path / "nothing"))
    assert engine.binary() is None
    with pytest.raises(engine.EngineError, match="make energyplus"):
        engine.run("", tmp_path)


def test_the_committed_results_are_of_the_pinned_version_and_in_the_range_of_the_standard():
    said = compare.load()
    pinned = (houses.ROOT / "tools" / "requirements-energyplus.txt").read_text()
    assert said["version"].split("Version ")[1].split("-")[0] in pinned
    golden = said["weather"]["golden"]["cells"]
    # Near Denver; ASHRAE 140's programs say 4.3 to 5.7 MWh (light) and 1.2 to 2.0 MWh (heavy) there; no cooling here.
    assert 3500 < golden["light"]["heat_kwh"] < 5700 and 1100 < golden["heavy"]["heat_kwh"] < 2050
    assert golden["light"]["max_c"] > 60 > golden["heavy"]["max_c"] > 40


def test_parameters_of_a_cell_follow_its_layers():
    p = rules.params(cells.HEAVY, 0.0)
    walls = p.elements[0]
    assert walls.nodes_j_m2k == (70_000.0, 70_000.0), "100 mm of block in two halves; the siding is outside the foam"
    r = 0.1 / 0.51 + 0.0615 / 0.04 + 0.009 / 0.14 + 1 / sun.OUTSIDE_W_M2K
    assert sum(1 / g for g in walls.links_w_m2k) == pytest.approx(r)
    assert 0.03 < 1.0 - sum(e.sun_share for e in p.elements) < 0.05, "what goes out again by the window"
    low, high = (rules.params(cells.LIGHT, elevation_m).vent_w_k for elevation_m in (0.0, 1829.0))
    assert high == pytest.approx(0.80 * low, rel=0.01), "thin air carries less"


def three_rooms(seed: int = 1, **changes) -> list[room.Room]:
    """A row of village rooms under the design day."""
    day = weather.DesignDay(seed)
    return [room.Room(room.RoomParams(**changes), 18.0 + i, random.Random(f"{seed}-{i}"), day.skin) for i in range(3)]


def run(rooms, seconds: int, heat, begin: int = 0, outside=None) -> list[float]:
    """Step the row; `heat(i, s)` in W; returns J given to each."""
    day = weather.Minutes(weather.DesignDay(1))
    given = [0.0] * len(rooms)
    for s in range(begin, begin + seconds):
        outside_c, sun_w_m2 = outside or day.at(float(s))
        for i, r in enumerate(rooms):
            w = heat(i, s)
            given[i] += w
            r.step(float(s), w, outside_c, sun_w_m2, [rooms[j] for j in (i - 1, i + 1) if 0 <= j < len(rooms)])
    return given


def test_heat_in_less_heat_out_is_what_is_stored_at_any_second():
    rooms = three_rooms()
    rng = random.Random(7)
    bursts = [[rng.choice((0.0, 0.0, 5600.0, 60.0, -3000.0)) for _ in range(40)] for _ in rooms]
    before = [r.stored_j() for r in rooms]
    given = [0.0] * 3
    for part, seconds in enumerate((1, 58, 3601, 20_000, 17, 20_011)):  # in the middle of minutes, too
        begin = sum((1, 58, 3601, 20_000, 17, 20_011)[:part])
        for i, joule in enumerate(run(rooms, seconds, lambda i, s: bursts[i][s // 1130 % 40], begin)):
            given[i] += joule
        for i, r in enumerate(rooms):
            sums = r.sums()
            left = given[i] + sums["gains"] + sums["sun"] + sums["across"] - sums["lost"]
            assert r.stored_j() - before[i] == pytest.approx(left, abs=1.0), "one joule of some 100 MJ"
        assert sum(r.sums()["across"] for r in rooms) == pytest.approx(0.0, abs=1e-3), "what one gives another gets"
    sums = rooms[0].sums()
    assert min(sums["gains"], sums["sun"], sums["lost"]) > 1e6, "each path was walked"
    assert abs(rooms[0].sums()["across"]) > 1e5


@pytest.mark.parametrize(("params", "w_k"), [(room.RoomParams(), 61.5), (room.leaky(), 165.0)])
def test_a_room_loses_what_its_design_says(params, w_k):
    assert params.loss_w_k() == pytest.approx(w_k, abs=0.1)
    # Hold some 20 degC at -13 degC outside, without sky, people or sun, and see what it takes.
    r = room.Room(params, 20.0, None)
    total = air = 0.0
    for s in range(600_000):
        heat = 1000.0 * (22.0 - r.air_c)
        r.step(float(s), heat, -13.0, 0.0, [])
        if s >= 540_000:
            total += heat / 60_000
            air += r.air_c / 60_000
    ground_w_k = w_k - params.loss_w_k(ground=False)
    assert total == pytest.approx(w_k * (air + 13.0) - ground_w_k * 23.0, rel=0.01)
    assert w_k > 100 or 40 < total / params.area_m2 < 60, "W/m2 of an insulated village house"


def test_a_leaky_room_keeps_what_else_was_asked_for_and_cannot_be_tighter_than_its_walls():
    small = room.leaky(room.RoomParams(window_m2=0.5), 180.0)
    assert small.window_m2 == 0.5 and small.loss_w_k() == pytest.approx(180.0)
    with pytest.raises(ValueError, match="alone lose 136"):
        room.leaky(total_w_k=120.0)


def test_masses_are_those_of_the_construction():
    p = room.RoomParams()
    mass = p.air_j_k + sum(e.area_m2 * sum(e.nodes_j_m2k) for e in p.elements)
    assert mass / p.area_m2 == pytest.approx(326_000, rel=0.01)
    assert sum(e.sun_share for e in p.elements) == pytest.approx(1.0)
    r = room.Room(p, 20.0, None)
    assert r.stored_j() == pytest.approx(20.0 * mass)


def test_warm_air_comes_fast_and_goes_fast_and_walls_follow():
    r = room.Room(room.RoomParams(), 18.0, None)
    rise = []
    for s in range(1800):
        r.step(float(s), 5600.0, -7.6, 0.0, [])
        rise.append(r.air_c)
    assert 2.0 < rise[600] - 18.0 < 6.0 and r.fabric_c < 19.0 < r.air_c
    for s in range(1800, 3600):
        r.step(float(s), 0.0, -7.6, 0.0, [])
    assert r.air_c < rise[-1] - 3.0, "the walls were still cold"


def test_wind_of_the_unit_makes_the_walls_take_more():
    still, blown = (room.Room(room.RoomParams(blown_w_m2k=w), 18.0, None) for w in (None, building.BLOWN_W_M2K))
    for s in range(900):
        for r in (still, blown):
            r.step(float(s), 4000.0, 0.0, 0.0, [])
    assert still.air_c > blown.air_c + 1.0 and still.fabric_c < blown.fabric_c


def test_temperatures_set_by_hand_hold_at_once():
    r = three_rooms()[0]
    run([r], 3700, lambda i, s: 2000.0)
    r.air_c = r.fabric_c = r.floor_c = 3.0
    assert r.fabric_c == r.floor_c == 3.0
    run([r], 30, lambda i, s: 0.0, 3700)
    assert r.air_c == pytest.approx(3.0, abs=0.1)


def test_sky_and_sun_on_the_outside_count():
    def mean_air(skin) -> float:
        r = room.Room(room.RoomParams(), 15.0, None, lambda t_s: skin, 20.0)
        for k in range(30 * 4320):
            r.step(k * 20.0, 0.0, 0.0, 0.0, [])
        return r.air_c

    plain = mean_air(sun.Skin())
    assert mean_air(sun.Skin(roof_k=-2.0, wall_k=-1.0)) < plain - 0.3
    assert mean_air(sun.Skin(wall_k=3.0)) > plain + 0.6


def test_people_and_airing_follow_the_plan():
    r = room.Room(room.RoomParams(), 20.0, random.Random(4))
    start, end = r.plan["airing"][0]
    seen = {}
    for minute in range(1440):
        for s in range(60):
            r.step(minute * 60.0 + s, 0.0, 0.0, 0.0, [])
        seen[minute] = (r.airing, r.gains_w)
    assert [m for m in seen if seen[m][0]] == list(range(start, end)) and end - start == 5
    assert seen[0][1] == 80 * 2 + 40 and seen[1439][1] in (200.0, 280.0)


def test_a_copy_from_a_pickle_goes_on_to_the_same_byte():
    rooms = three_rooms()
    run(rooms, 12_345, lambda i, s: 1500.0 * i)
    copies = pickle.loads(pickle.dumps(rooms))
    for row in (rooms, copies):
        run(row, 4000, lambda i, s: 1500.0 * i, 12_345)
    assert [(r.air_c, r.fabric_c, r.floor_c, r.stored_j()) for r in rooms] == \
        [(r.air_c, r.fabric_c, r.floor_c, r.stored_j()) for r in copies]
