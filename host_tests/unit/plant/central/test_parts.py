"""Parts of a central plant: lumps, exchangers, machines, boiler, tank, climate, cases."""

from __future__ import annotations

import random

import pytest

from plant.central import boiler, case, climate, machine, source, tank
from plant.central.lumps import Lumps
from plant.weather import WeatherError
from whtools.device import climate as table


@pytest.mark.parametrize("dt_s", (1.0, 60.0, 3600.0))
def test_lumps_keep_their_heat_at_any_step(dt_s):
    rng = random.Random(f"lumps-{dt_s}")
    lumps = Lumps()
    bodies = [lumps.water(f"body {k}", rng.uniform(0.1, 5.0), rng.uniform(5.0, 60.0)) for k in range(8)]
    lumps.begin()
    for _ in range(50):
        before, came = lumps.stored_j(), lumps.in_j
        lumps.begin()
        (a, b), (c, d) = rng.sample(bodies[2:], 2), rng.sample(bodies[:2], 2)
        for one, other in ((a, b), (c, d)):
            lumps.move(one, other, 40.0)
            lumps.move(other, one, 40.0)
        lumps.cross(a, b, c, d, rng.uniform(0.0, 0.9) * 40.0 * source.WATER_WH_M3K)
        lumps.lose(rng.choice(bodies), 300.0, -10.0)
        lumps.heat(rng.choice(bodies), rng.uniform(-1e5, 1e5), "heat")
        lumps.feed(bodies[0], 5.0, 12.0)
        lumps.take(bodies[0], 5.0)
        lumps.solve(dt_s)
        assert lumps.stored_j() - before == pytest.approx(lumps.in_j - came, abs=1.0)


def test_exchanger_follows_the_textbook_and_fouls():
    plates = source.Exchangers(100.0, 100.0)
    share = plates.w_k(100.0, 100.0) / (100.0 * source.WATER_WH_M3K)
    assert share == pytest.approx(source.NTU / (1.0 + source.NTU), rel=1e-6)
    assert plates.w_k(0.0, 100.0) == 0.0
    assert plates.w_k(100.0, 50.0) < 50.0 * source.WATER_WH_M3K, "never more than the smaller stream carries"
    clean = plates.w_k(80.0, 100.0)
    plates.fouling = 2.0
    assert plates.w_k(80.0, 100.0) < 0.75 * clean


def water(flow, source_c=12.0, load_c=40.0):
    """Both sides with a spread of 5 K, as steady running has it."""
    return ((flow, source_c, source_c - 4.0), (flow, load_c - 5.0, load_c), None)


def started(one, mode=machine.HEAT, setpoint_c=45.0, seconds=120, given=None):
    for _ in range(seconds):
        one.step(mode, 1.0, setpoint_c, given or water(one.flow_m3h), 1.0)
    return one


def test_a_machine_gives_what_its_map_says_and_books_all_of_it():
    one = started(machine.Machine(500e3, 70.0), setpoint_c=60.0)
    assert one.load == 1.0
    assert one.condenser_w == pytest.approx(one.evaporator_w + one.electric_w - machine.STANDBY_W)
    assert 450e3 < one.condenser_w < 600e3 and 3.5 < one.condenser_w / one.electric_w < 5.5
    rows = {(cold_c, hot_c): (cold_c, hot_c, *rest) for cold_c, hot_c, *rest in machine.capacity_map(500e3)}
    assert rows[8.0, 45.0][2] == pytest.approx(500.0, rel=0.01)
    assert rows[8.0, 35.0][4] > rows[8.0, 55.0][4] and rows[16.0, 45.0][2] > rows[4.0, 45.0][2]


def test_a_machine_unloads_before_its_high_pressure_trip():
    one = started(machine.Machine(500e3, 70.0), setpoint_c=80.0, given=water(70.0, 12.0, 50.0))
    assert one.load == 1.0
    started(one, setpoint_c=80.0, given=water(70.0, 12.0, 60.0), seconds=30)
    assert 0.0 < one.load < 1.0 and one.fault == machine.OK


@pytest.mark.parametrize(("what", "fault"), [("flow", machine.FLOW), ("cold", machine.FROZE)])
def test_a_machine_guards_itself_and_waits_for_a_reset(what, fault):
    one = started(machine.Machine(500e3, 70.0))
    given = {"flow": water(10.0), "cold": water(70.0, 5.0)}[what]
    started(one, given=given, setpoint_c=70.0, seconds=12)
    assert one.fault == fault and not one.running
    started(one, seconds=400)
    assert not one.running, "as long as somebody wants it, nothing but a reset starts it again"
    one.reset()
    started(one, seconds=400)
    assert one.running


def test_a_fault_clears_itself_when_nobody_wants_the_machine_but_the_third_freezing_waits_for_a_hand():
    one = machine.Machine(500e3, 70.0)
    for times in (1, 2, 3):
        started(one, seconds=400)
        assert one.running, times
        started(one, given=water(70.0, 5.0), setpoint_c=70.0, seconds=10)
        assert one.fault == machine.FROZE
        started(one, machine.OFF, seconds=310)
        assert (one.fault == machine.OK) is (times < 3)
    one.reset()
    assert one.fault == machine.OK


def test_faults_of_a_machine():
    slow, quick = machine.Machine(500e3, 70.0), machine.Machine(500e3, 70.0)
    slow.slow = True
    assert started(slow, setpoint_c=60.0, seconds=60).load < 0.5 * started(quick, setpoint_c=60.0, seconds=60).load
    blind = machine.Machine(500e3, 70.0)
    blind.sensor_off = True
    warm = water(70.0, load_c=46.0)
    assert started(blind, setpoint_c=45.0, given=warm).running, "it believes that its water is cold"
    assert not started(machine.Machine(500e3, 70.0), setpoint_c=40.0, given=warm).running
    broken = machine.Machine(500e3, 70.0)
    broken.failed = True
    broken.reset()
    assert started(broken).fault == machine.BROKEN


def test_a_machine_starts_only_with_its_own_rest_between():
    one, starts = machine.Machine(500e3, 70.0), []
    for t in range(2000):
        before = one.starts
        one.step(machine.HEAT if t // 50 % 2 else machine.OFF, 1.0, 45.0, water(70.0), 1.0)
        if one.starts > before:
            starts.append(t)
    assert len(starts) > 3 and min(b - a for a, b in zip(starts, starts[1:])) >= machine.REST_S


def test_a_boiler_on_standing_water_is_counted_and_limited():
    one = boiler.Boiler(500e3, 30.0)
    leaving = 40.0
    for _ in range(600):
        one.step(True, 1.0, 100.0, 0.0, 40.0, leaving, 1.0)
        leaving += one.water_w / (0.3 * 4.187e6)
    assert one.empty_s > 100.0 and one.limited and one.load == 0.0
    assert leaving < 100.0


def test_a_boiler_condenses_only_with_cool_returns():
    assert boiler.efficiency(30.0) == pytest.approx(1.06) and boiler.efficiency(60.0) == pytest.approx(0.97)
    one = boiler.Boiler(500e3, 30.0)
    for _ in range(3600):
        one.step(True, 1.0, 60.0, 30.0, 30.0, 44.0, 1.0)
    assert one.starts == 1 and one.gas_m3 * boiler.GAS_WH_M3 * 1.06 == pytest.approx(one.water_w * 3560.0 / 3600.0, rel=0.02)


def test_a_tank_serves_hot_from_the_top_while_its_bottom_is_cold():
    lumps = Lumps()
    one = tank.Tank(lumps, 10.0, 2.0, 100.0, 58.0)
    lumps.begin()
    for _ in range(45):
        before, came = lumps.stored_j(), lumps.in_j
        lumps.begin()
        one.couple(lumps, [], 6.0, True, 0.0, 60.0)
        lumps.solve(60.0)
        one.settle(lumps, 60.0)
        assert lumps.stored_j() - before == pytest.approx(lumps.in_j - came, abs=1.0)
    layers = one.sensors(lumps)
    assert layers == sorted(layers, reverse=True)
    assert layers[-1] < 20.0 and one.tap_c(lumps) > 50.0


def test_a_lance_does_not_cool_the_top_with_lukewarm_water():
    lumps = Lumps()
    side = lumps.water("machine", 0.3, 20.0)
    one = tank.Tank(lumps, 10.0, 2.0, 100.0, 58.0)
    lumps.begin()
    for k, layer in enumerate(one.layers):
        lumps.t[layer] = 58.0 if k < 4 else 15.0
    for _ in range(3):
        lumps.begin()
        lumps.heat(side, 200e3, "machine")
        one.couple(lumps, [(side, 20.0, 200e3)], 0.0, False, 0.0, 60.0)
        lumps.solve(60.0)
        one.settle(lumps, 60.0)
    assert one.sensors(lumps)[0] > 57.5


@pytest.mark.parametrize("city", ("Chengde", "Beijing", "Harbin", "Hefei"))
def test_a_year_of_weather_has_its_mean_and_five_days_below_design(city):
    found = table.find(city)
    year = climate.ClimateYear(3, found.air_c, found.design_c)
    assert sum(year.means) / 365 == pytest.approx(found.air_c, abs=0.01)
    assert sum(day < found.design_c for day in year.means) in (4, 5, 6)
    hours = [year.at(3600.0 * h)[0] for h in range(8760)]
    assert sum(hours) / 8760 == pytest.approx(found.air_c, abs=0.3)
    assert max(abs(b - a) for a, b in zip(hours, hours[1:])) < 5.0, "no step at midnight"
    noon = [year.at(86400.0 * d + 43200.0)[1] for d in range(365)]
    assert all(0.0 <= w < 1000.0 for w in noon) and max(noon) > 400.0
    assert year.at(1800.0)[1] == 0.0, "no sun at night"


def test_climate_refuses_what_no_place_has():
    with pytest.raises(WeatherError, match="out of range"):
        climate.ClimateYear(1, 10.0, 9.0)
    with pytest.raises(WeatherError, match="first day"):
        climate.ClimateYear(1, 10.0, -5.0, first_day=400)


@pytest.mark.parametrize("name", case.names())
def test_cases_say_what_the_source_says_and_use_the_table_of_cities(name):
    one = case.find(name)
    city = table.find(one.climate["city"])
    assert (one.climate["mean_c"], one.climate["design_c"]) == (city.air_c, city.design_c)
    areas = {"chengde": (19000.0, 79000.0), "school": (45952.0, 45952.0), "sports_centre": (44372.0, 44372.0),
             "forest_park": (3600.0, 3600.0)}
    assert (one.heated_m2, one.cooled_m2) == areas[name]


@pytest.mark.parametrize(("change", "reason"), [
    (("count = 18", "count = 99"), "1 to 32"), (("heat_kw = 650.0", "heat_kw = -1.0"), "heat_kw"),
    (("[machines]", "[engines]"), "unknown section engines"), (("ground = \"chengde\"", "ground = \"rock\""), "one of"),
    (("use = \"hospital\"", "use = \"hospital\"\ncolour = 1"), "unknown key colour"), (("m2 = 19000.0", "m2 = 0.0"), "m2"),
    (("recovery = 2\n", ""), "exactly"), (("help = ", "help  "), "cannot be used")])
def test_a_case_file_is_refused_with_a_reason(tmp_path, change, reason):
    text = (case.FOLDER / "chengde.toml").read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "bad.toml"
    path.write_text(text.replace(change[0], change[1]), encoding="utf-8")
    with pytest.raises(case.CaseError, match=reason):
        case.read(path)
    with pytest.raises(case.CaseError, match="chengde"):
        case.find("nowhere")
