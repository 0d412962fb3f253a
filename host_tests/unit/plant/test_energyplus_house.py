"""The house in EnergyPlus: its heat is the units' heat, its air moves as air does, and what is missing is told."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from doubles import houses
from doubles.energyplus_six import PLANT, golden, needs_engine
from energyplus import count, dwelling, engine, figures, link
from energyplus import house as energyplus_house
from harness import runner
from harness.wiring import at_rest
from plant import building, weather
from plant.house import PlantError


def house_of(first_day=20, kind=energyplus_house.EnergyPlusHouse, rooms=6, **world):
    year = weather.EpwYear(golden(), first_day)
    return kind(houses.house_config(rooms), {"seed": 3, "scenario": world, "weather": weather.Minutes(year)})


@pytest.fixture
def six():
    house = house_of(start_c=20.0)
    yield house
    house.close()


def seconds(house, n, begin=0, **changes):
    """`n` seconds of the house with the units on or off."""
    commands = at_rest(6)
    commands.update(pump_on=True, pump_speed=0.8, master_on=True, pump_room_on=[True] * 6, compressor_speed=[1.0] * 6)
    commands.update(changes)
    for k in range(5 * begin, 5 * (begin + n)):
        house.step(k / 5, 0.2, commands)


@needs_engine
def test_heat_that_was_put_in_is_heat_that_energyplus_reports():
    energyplus = link.Link(golden(), 20, [20.0] * 6)
    before = [zone.air_c for zone in energyplus.zones]
    per_k = []
    for minute in range(90):
        heat = [5600.0 * ((minute + 7 * i) % 20 < 6) - 900.0 * (i == 5) for i in range(6)]
        energyplus.minute(heat, [watt > 100 for watt in heat])
        for zone, watt, was in zip(energyplus.zones, heat, before):
            assert zone.unit_w == pytest.approx(watt, abs=1e-6)
            assert zone.inner_w + zone.surface_w + zone.outdoor_w == pytest.approx(zone.stored_w, abs=0.01)
            if abs(zone.air_c - was) > 0.1:
                per_k.append(zone.stored_w * 60.0 / (zone.air_c - was))
        before = [zone.air_c for zone in energyplus.zones]
    energyplus.close()
    assert len(per_k) > 100
    floors = [room.floor_m2 for room in dwelling.ROOMS]
    # 10 kJ/K a square metre at sea level; Golden lies at 1829 m, its air is a fifth thinner.
    assert 0.78 * 1e4 * min(floors) < min(per_k) and max(per_k) < 0.88 * 1e4 * max(floors)


@needs_engine
def test_seconds_of_the_units_are_minutes_of_energyplus_to_the_joule(six):
    given, taken, steps = [0.0] * 6, [0.0] * 6, []
    minute = six.link.minute

    def spy(heat_w, blows):
        minute(heat_w, blows)
        for i, (watt, zone) in enumerate(zip(heat_w, six.link.zones)):
            taken[i] += 60.0 * zone.unit_w
            assert blows[i] == (watt > 100.0)

    six.link.minute = spy
    for s in range(1800):
        last = [air.air_c for air in six.rooms]
        seconds(six, 1, s, compressor_on=[s // 300 % 3 == i % 3 for i in range(6)], fan=[0.8 * (s // 300 % 3 == i % 3)
                                                                                    for i in range(6)])
        given = [a + unit.heat_w for a, unit in zip(given, six.units)]
        steps += [abs(air.air_c - c) for air, c in zip(six.rooms, last)]
    assert min(given) > 1e6 and taken == pytest.approx(given, abs=1.0)
    # 5.6 kW into the air of the smallest room, thin as it is in Golden: 26 mK a second. A step would be more.
    assert max(steps) < 0.04
    assert 0.0 < six.truth["apart_k"] < 0.1


@needs_engine
def test_air_between_two_minutes_goes_where_energyplus_goes(six):
    # In the evening no window is open; a unit starts and stops, and the air of seconds is EnergyPlus's within 0.1 K.
    seconds(six, 300)
    for s in range(300, 1500):
        seconds(six, 1, s, compressor_on=[s < 800] * 6, fan=[0.8] * 6)
        if s % 60 == 59:
            assert all(abs(air.air_c - zone.air_c) < 0.1 for air, zone in zip(six.rooms, six.link.zones))
    assert six.rooms[0].air_c > 20.5, "the units did heat"


@needs_engine
def test_a_fan_that_is_felt_by_the_walls_makes_the_air_swing_less():
    peaks = []
    for kind in (energyplus_house.EnergyPlusHouse, energyplus_house.Blown):
        house = house_of(kind=kind, start_c=20.0)
        seconds(house, 600, compressor_on=[True] * 6, fan=[0.8] * 6)
        peaks.append(house.rooms[2].air_c)
        house.close()
    assert peaks[1] < peaks[0] - 0.5


@needs_engine
@pytest.mark.long
def test_the_same_seed_gives_the_same_air():
    seen = []
    for _ in range(2):
        house = house_of(start_c=19.0)
        seconds(house, 900, compressor_on=[True] * 6, fan=[0.8] * 6)
        seen.append([room.air_c for room in house.rooms])
        house.close()
    assert seen[0] == seen[1]


@needs_engine
def test_half_an_hour_with_the_real_firmware():
    options = runner.Options(hours=0.5, weather=str(golden()), first_day=365, plant=PLANT, in_process=True, period_ms=200)
    job = runner.Run(options, None)
    try:
        accounts = count.Accounts(job)
        while job.seconds < job.total_s:
            job.advance()
            accounts.second()
            if job.seconds % 60 == 0:
                told = job.plant.truth["outside_c"]  # of the second before the minute's end
                assert job.plant.link.outside_c == pytest.approx(told, abs=0.02)
        figures_of = accounts.figures()
        assert job.plant.harm.summary()["dry_pump_s"] == 0 and not job.metrics.trips
    finally:
        job.close()
    assert figures_of["house"]["starts"] >= 6 and figures_of["house"]["heat_kwh"] > 1.0
    assert all(17.0 < air.air_c < 24.0 for air in job.plant.rooms)
    assert job.plant.link._process.poll() is not None, "EnergyPlus ended with the run"


@needs_engine
def test_figures_are_the_committed_ones():
    said = figures.load()
    assert engine.run_version() == said["version"] and said["rooms"] == [room.name for room in dwelling.ROOMS]
    told = said["weather"]["golden"]
    watts, outside_c = figures.held(golden())
    assert watts == pytest.approx(told["held_w"], rel=2e-3) and outside_c == pytest.approx(told["outside_c"], abs=0.01)


@needs_engine
@pytest.mark.long
def test_swings_are_the_committed_ones():
    told = figures.load()["weather"]["golden"]
    assert figures.burst(golden(), 0.0) == pytest.approx(told["swing_k"], rel=5e-3)
    assert figures.burst(golden(), building.BLOWN_W_M2K) == pytest.approx(told["blown_swing_k"], rel=5e-3)


@needs_engine
def test_energyplus_that_dies_is_told_and_leaves_nothing_behind(six):
    seconds(six, 30)
    folder = Path(six.link._folder.name)
    os.kill(six.link._process.pid, signal.SIGKILL)
    with pytest.raises(PlantError, match="EnergyPlus ended: its process with -9"):
        seconds(six, 60, 30)
    assert not folder.exists()
