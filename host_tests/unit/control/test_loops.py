"""Room and well loops under CPython, against the rules of firmware/ARCHITECTURE.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import houses
from doubles.loops import calling, drive, new_room, running
from wellhearth.control import fan, plan, room


def test_sequence_circulation_pump_then_compressor_then_post_run():
    loop = calling(new_room())
    drive(loop, 180.1, permissive=False)
    assert loop.state == room.WAIT_WATER and loop.pump_on and not loop.compressor_on and loop.demand_w == 5600
    drive(loop, 60, permissive=False)
    assert not loop.compressor_on, "no compressor without the well's permissive"
    drive(loop, 1)
    assert loop.compressor_on and loop.fan_pm == 200
    loop.thermostat.call = False
    drive(loop, 300)
    assert loop.state == room.IDLE and not loop.pump_on and loop.fan_pm == 0


def test_a_unit_waits_until_the_flow_covers_all():
    loop = calling(new_room())
    drive(loop, 240, enough=False)
    assert loop.state == room.WAIT_WATER
    drive(loop, 120, enough=False)
    assert loop.state == room.RUN, "a well that cannot give everything still heats"


def test_minimum_on_time_and_minimum_off_time():
    loop = running(new_room())
    loop.thermostat.call = False
    begin = loop.state_ms
    drive(loop, (180_000 - begin) / 1000 - 1)
    assert loop.compressor_on
    drive(loop, 2)
    assert not loop.compressor_on
    calling(loop)
    drive(loop, 178)
    assert not loop.compressor_on
    drive(loop, 10)
    assert loop.compressor_on


@pytest.mark.parametrize("cause", ["bar", "permissive"])
def test_safety_overrides_the_minimum_on_time(cause):
    loop = running(new_room())
    drive(loop, 0.1, bar=cause == "bar", permissive=cause != "permissive")
    assert not loop.compressor_on and loop.pump_on


def test_water_moves_on_freeze_risk_even_when_off():
    loop = new_room()
    drive(loop, 1, direction=plan.NONE, bar=True, move=True)
    assert loop.pump_on and not loop.compressor_on
    drive(loop, 1, direction=plan.NONE)
    assert not loop.pump_on


def test_switched_off_stops_after_the_minimum_on_time():
    loop = running(new_room())
    drive(loop, 400, direction=plan.NONE)
    assert loop.state == room.OFF and not loop.compressor_on and loop.demand_w == 0


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.integers(1, 900)), max_size=30))
def test_never_more_than_six_starts_an_hour_nor_a_short_rest(steps):
    loop = new_room()
    loop.direction = plan.HEAT
    now, starts, stops = 0, [], []
    for call, permissive, bar, seconds in steps:
        loop.thermostat.call = call
        for _ in range(seconds):
            was = loop.compressor_on
            houses.scan_room(loop, 0, permissive, True, bar, False, 1000, now)
            if loop.compressor_on and not was:
                starts.append(now)
                assert permissive and not bar
                assert not stops or now - stops[-1] >= 180
            if was and not loop.compressor_on:
                stops.append(now)
                assert bar or not permissive or now - starts[-1] >= 180
            now += 1
    for t in starts:
        assert sum(1 for x in starts if t <= x < t + 3600) <= 6


def test_fan_waits_for_warm_air_and_then_holds_it():
    f = fan.SupplyAirFan(40000, 13000, 300, 1000)
    f.start(False)
    assert f.each_second(25000, True) == 300
    air = 39.5
    for _ in range(300):
        pm = f.each_second(round(air * 1000), True)
        target = 20 + 5600 / (0.335 * pm)  # what 5.6 kW does to this much air
        air += (target - air) / 12
    assert 39.0 <= air <= 41.0
    held = f.pi.out
    assert f.each_second(-99000, False) == held, "without its sensor the fan keeps its speed"


def test_cooling_turns_the_valve_only_at_rest():
    loop = running(new_room())
    drive(loop, 20, direction=plan.COOL)
    assert not loop.reversing and loop.compressor_on, "the minimum on time holds, the valve stays"
    drive(loop, 300, direction=plan.COOL)
    assert not loop.compressor_on and not loop.reversing
    drive(loop, 200, direction=plan.COOL)
    assert loop.compressor_on and loop.reversing
    drive(loop, 60, direction=plan.HEAT)
    assert loop.reversing, "not while it runs"
    drive(loop, 600, direction=plan.HEAT)
    assert loop.compressor_on and not loop.reversing


def test_fan_gives_more_air_when_it_gets_too_cold():
    f = fan.SupplyAirFan(40000, 13000, 300, 1000)
    f.start(True)
    assert f.each_second(24000, True) == 300
    first = f.each_second(13500, True)
    for _ in range(60):
        last = f.each_second(9000, True)
    assert last > first


def test_quiet_hours_cap_the_fan_until_the_air_gets_too_hot():
    loop = running(new_room())
    for _ in range(200):
        houses.room_second(loop, plan.HEAT, 20000, 18000, True, 45000, True, 450)
    assert loop.run_fan_pm == 450
    houses.room_second(loop, plan.HEAT, 20000, 18000, True, 53000, True, 450)
    assert loop.run_fan_pm > 450, "the condenser needs its air"
