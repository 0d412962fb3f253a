"""What is done to water and air must show: the room unit's proofs of life, judged by what the plant suffered."""

from __future__ import annotations

import math

import pytest

from doubles.houses import house_config, run_until
from doubles.selection import some, warmed
from harness import faults, inprocess, scenarios
from plant import house, weather
from wellhearth.control import verify
from wellhearth.tables import causes, config


def rig(seed=1, start_c=18.0, unit_type="I", rooms=2, **sky):
    data = scenarios.house_config(rooms, unit_type=unit_type)
    world = {"seed": seed, "scenario": {"start_c": start_c}, "weather": weather.Minutes(weather.DesignDay(seed, **sky))}
    return inprocess.Rig(data, house.create(data, world), seed)


def warm(**options):
    """A rig twenty minutes on, which are simulated once for each `options`."""
    return warmed(("answers", options), lambda: rig(**options), lambda r: r.run(1200))


def active(r, key):
    return bool(r.points()["room1.trips"] >> causes.bit(key) & 1)


def suffered(r, *keys):
    harm = r.plant.harm.summary()
    return [harm[key] for key in keys]


def seizes_in_a_run(r, seconds):
    """Room 1's circulation pump seizes so long after a start of its compressor, twenty minutes on."""
    run_until(r, lambda p: not p["room1.compressor_on"], 3600)
    run_until(r, lambda p: p["room1.compressor_on"], 3600)
    r.run(seconds)
    faults.change(r, "unit_pump_seized", "room1")


def test_a_stuck_reversing_valve_does_not_cool_a_room_that_frost_protection_heats():
    with rig() as r:
        unit, room = r.plant.units[0], r.plant.rooms[0]
        unit.cooling = unit.valve_stuck = True
        r.write("room1.mode", 0)
        room.air_c = room.fabric_c = room.floor_c = 4.4
        run_until(r, lambda p: p["room1.lockouts"], 7200, 10.0)
        r.run(600)
        assert r.plant.harm.wrong_way_wh < 40, "119 Wh before it was looked at"
        assert r.points()["room1.lockouts"] == 1 << causes.bit("wrong_way")


@pytest.mark.long
@pytest.mark.parametrize("seconds", some([1800, 7200]))
def test_a_seized_circulation_pump_is_found_before_a_compressor_runs_on_standing_water(seconds):
    with warm() as r:
        run_until(r, lambda p: not p["room1.pump_on"], 3600)
        faults.change(r, "unit_pump_seized", "room1")
        run_until(r, lambda p: active(r, "no_response"), 7200, 10.0)  # when it wants to start again
        r.run(seconds)
        assert sum(suffered(r, "standing_compressor_s", "cold_water_s")) <= 60, "1563 s and 1150 s before"
        assert r.points()["room1.trips"] and not r.points()["room2.trips"]


@pytest.mark.parametrize("start_c", some([17.0, 18.0, 16.2]))
def test_after_one_run_on_standing_water_the_pump_is_asked_more_strictly(start_c):
    """Water that stands takes the room's temperature, and that is not far from the well's: 3 K could not tell them apart."""
    with rig(start_c=start_c, rooms=1) as r:
        r.run(120)
        faults.change(r, "unit_pump_seized", "room1")
        r.run(7200)
        assert suffered(r, "standing_compressor_s")[0] <= 120, "two runs and 173 s before"
        assert r.points()["room1.lockouts"] == 1 << causes.bit("no_response")


@pytest.mark.long
@pytest.mark.parametrize(("rooms", "seed", "seconds"), [(2, 1, 5400), (1, 1, 5400), (1, 2, 5400)])
def test_a_pump_that_seizes_in_a_run_is_found_by_the_water_after_it(rooms, seed, seconds):
    """The pump's test begins anew after each run, and the pump runs on until it is answered."""
    with warm(seed=seed, start_c=17.0, rooms=rooms, mean_c=1.5) as r:
        seizes_in_a_run(r, 150)
        r.run(180)
        assert not r.points()["room1.compressor_on"] and active(r, "no_response"), r.events[-6:]
        r.run(seconds)
        standing_s, cold_s = suffered(r, "standing_compressor_s", "cold_water_s")
        assert standing_s <= 200 and cold_s <= 40, (standing_s, cold_s, "314 and 184 s before; 154 and 89 s without `lead`")
        assert r.points()["room1.lockouts"] >> causes.bit("no_response") & 1 and r.points()["room1.starts"] <= 6


@pytest.mark.long
@pytest.mark.parametrize("seconds", some([1800, 5400]))
def test_water_that_stands_and_takes_the_rooms_temperature_is_no_water_of_the_well(seconds):
    """Near the well's temperature when the pump is asked, far from it when the compressor would start: it did start."""
    with warm(start_c=16.5) as r:
        seizes_in_a_run(r, 200)
        r.run(1200)
        faults.change(r, "cold_source", "", 5.5)
        r.run(120)
        begun = suffered(r, "standing_compressor_s", "cold_water_s")
        r.run(seconds)
        assert suffered(r, "standing_compressor_s", "cold_water_s") == begun, "167 s and 122 s more before"


@pytest.mark.long
@pytest.mark.parametrize("source_c", some([4.0, 1.9, 5.5]))
def test_water_too_cold_for_a_run_starts_none_and_is_told_and_heat_returns_with_it(source_c):
    with warm(start_c=16.0) as r:
        faults.change(r, "cold_source", "", source_c)
        r.run(1200)  # the pipes and the sensors follow
        starts, cold_s = r.points()["room1.starts"], suffered(r, "cold_water_s")
        r.run(2 * 3600)
        p = r.points()
        assert p["room1.starts"] == starts and not p["room1.lockouts"]
        assert active(r, "source_cold")
        faults.change(r, "cold_source", mend=True)
        r.run(3600)
        assert r.points()["room1.starts"] > starts and suffered(r, "cold_water_s") == cold_s


def led(water, tau_s, doubted=False, entering=14500):
    """(reading, reading less `ahead_mk`) for each second of a run with this leaving water, its sensor behind by tau_s."""
    proof = verify.Water(5600, 750)
    shown = next(water := iter(water))
    proof.begin(round(shown))
    for second, true in enumerate(water):
        shown += (true - shown) / tau_s
        reading = round(shown / 62.5) * 125 // 2
        proof.lead(second, reading, entering - reading, 1000, doubted)
        yield reading, reading - proof.ahead_mk


@pytest.mark.parametrize("doubted", [False, True])
@pytest.mark.parametrize("tau_s", [1, 5, 20, 40])
@pytest.mark.parametrize("water_tau_s", [0.5, 15.0, 50.0])
def test_an_honest_start_is_not_ahead_of_its_sensor_however_quick_it_is(tau_s, doubted, water_tau_s):
    water = (9300 - 4800 * (1 - math.exp(-second / water_tau_s)) for second in range(240))
    assert all(reading == lead for reading, lead in led(water, tau_s, doubted, 9300))


@pytest.mark.parametrize("tau_s", [20, 40])
def test_water_that_stands_is_known_by_the_fall_of_its_clamp(tau_s):
    """An honest run, then the water stands and falls by half a kelvin a second."""
    water = [9500.0] * 301 + [9500.0 - 500 * second for second in range(1, 100)]
    readings, leads = zip(*led(water, tau_s))
    shown_s, lead_s = (next(s for s, mc in enumerate(found) if mc < 4000) for found in (readings, leads))
    assert shown_s - lead_s >= 6, (shown_s, lead_s)
    assert lead_s - 300 < 25, (shown_s, lead_s)


@pytest.mark.long
def test_a_third_freeze_trip_within_an_hour_locks_out():
    with warm() as r:
        faults.change(r, "unit_valve_closed", "room1", 0.2)
        r.run(6000)
        assert r.points()["room1.lockouts"] & 1 << causes.bit("freeze")
        assert r.plant.harm.cold_water_s < 60, "212 s before, and no end"
        assert r.points()["room1.starts"] < 8


@pytest.mark.parametrize(("fault", "target"), some([
    ("sensor_slipped", "leaving1"), ("sensor_frozen", "leaving1"), ("sensor_swapped", "room1+leaving1")]))
def test_a_leaving_sensor_that_does_not_follow_its_water_stops_the_unit(fault, target):
    with warm() as r:
        faults.change(r, fault, target)
        run_until(r, lambda p: active(r, "no_response"), 5400, 10.0)


@pytest.mark.long
@pytest.mark.parametrize("seconds", [2700, 5400])
def test_a_frozen_return_sensor_does_not_let_the_exchanger_freeze_through(seconds):
    with warm(unit_type="III") as r:
        faults.change(r, "sensor_frozen", "return")
        faults.change(r, "cold_source", "", 3.0)
        r.run(seconds)
        assert r.plant.harm.exchangers_frozen == 0 and r.plant.harm.cold_water_s < 1500, "9783 s in 3 h, and burst"
        assert r.points()["loop.trips"] >> causes.bit("exchanger_doubt") & 1


@pytest.mark.long
def test_a_welded_contact_of_the_circulation_pump_does_not_take_the_heat_away():
    with warm() as r:
        faults.change(r, "relay_welded", "room1_pump")
        r.run(4 * 3600)
        assert r.plant.rooms[0].air_c > 18.5, "13.5 degC after six hours before"
        assert r.points()["room1.trips"] & ~(1 << causes.bit("unit_pump_welded")) == 0


@pytest.mark.parametrize("seed", some(range(1, 4)))
@pytest.mark.long
def test_honest_sensors_alarm_nothing(seed):
    with rig(seed=seed) as r:
        r.run(3 * 3600)
        assert not any(event[1] in (1, 3) for event in r.events)


@pytest.mark.long
def test_a_room_sensor_that_reads_8_k_high_does_not_leave_the_room_cold():
    with warm() as r:
        faults.change(r, "sensor_drift", "room1", 8.0)
        r.run(5 * 3600)
        assert r.plant.rooms[0].air_c > 17.0 and active(r, "room_doubt")


def test_a_freeze_limit_that_the_water_cannot_keep_is_refused():
    data = house_config(1)
    data["well"]["lowest_supply_mc"] = 8500
    assert "room1.freeze_limit_mc = 4000" in config.validate(data)[1][0]
    data["rooms"][0]["freeze_limit_mc"] = 3000
    assert not config.validate(data)[1]
