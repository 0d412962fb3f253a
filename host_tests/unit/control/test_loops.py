"""Room and well loops under CPython, against the rules of firmware/ARCHITECTURE.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import houses
from wellhearth.control import fan, overrides, plan, room, well


def new_room(**changes):
    data = houses.house_config(1)
    data["rooms"][0].update(changes)
    return room.RoomController(houses.valid(data).rooms[0], 0)


def new_well(**changes):
    return well.WellController(houses.valid(houses.house_config(1, **changes)).well, 100)


def drive(loop, seconds, direction=plan.HEAT, permissive=True, enough=True, bar=False, move=False, now=0):
    loop.direction = direction
    for i in range(round(seconds * 10)):
        houses.scan_room(loop, 0, permissive, enough, bar, move, 100, now + i // 10)


def calling(loop):
    loop.thermostat.call = True
    return loop


def running(loop):
    drive(calling(loop), 200)
    assert loop.state == room.RUN and loop.compressor_on
    return loop


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


def pump(loop, seconds, demand=5600, flow=1200, kpa=20, bar=False, on=False, move=False, now=0):
    for i in range(round(seconds * 10)):
        houses.scan_well(loop, well.flow_for(demand, 134), flow, kpa, bar, on, move, 100, now + i // 10)


def test_pump_passes_30_hz_at_once_and_waits_for_proof():
    loop = new_well()
    pump(loop, 60.1, flow=0)
    assert loop.pump_on and loop.pump_speed_pm == 600 and not loop.permissive
    pump(loop, 5, flow=0)
    assert loop.pump_speed_pm == 600, "no winding up into an empty pipe"
    pump(loop, 3)
    assert loop.permissive and loop.state == well.RUN


def started(**changes):
    loop = new_well(**changes)
    pump(loop, 70)
    assert loop.state == well.RUN
    return loop


def test_pump_stops_heat_pumps_first_then_post_run_then_ramp():
    loop = started()
    pump(loop, 59, demand=0)
    assert loop.pump_on and loop.permissive and loop.state == well.POST_RUN
    pump(loop, 2, demand=0)
    assert not loop.permissive
    pump(loop, 30, demand=0)
    assert not loop.pump_on and loop.pump_speed_pm == 0


def test_flow_setpoint_follows_demand_with_its_ramp_and_limits():
    loop = started()
    pump(loop, 20, demand=16800, flow=2000)
    assert loop.flow_setpoint_lph == 16800 * 134 // 1000
    pump(loop, 60, demand=500_000, flow=2000)
    assert loop.flow_setpoint_lph == 4800
    pump(loop, 60, demand=500, flow=2000)
    assert loop.flow_setpoint_lph == 1200
    assert well.flow_for(1_000_000, 134) == 134_000, "0.134 m3/h per kW"


def test_running_speed_never_below_30_hz():
    loop = started()
    for flow in (9000, 0, 9000, 100, 9000):
        for _ in range(50):
            pump(loop, 0.1, flow=flow)
            assert not loop.pump_on or 600 <= loop.pump_speed_pm <= 1000


def test_pressure_override_takes_over_and_lets_go():
    loop = started()
    pump(loop, 60, demand=33600, flow=3000, kpa=100)
    assert loop.pump_speed_pm > 900
    pump(loop, 60, demand=33600, flow=3000, kpa=290)
    assert loop.limiter == overrides.LIMIT_PRESSURE and loop.pump_speed_pm == 600
    pump(loop, 60, demand=33600, flow=3000, kpa=100)
    assert loop.limiter == overrides.LIMIT_NONE and loop.pump_speed_pm > 700


def test_return_temperature_override_needs_settled_heat_pumps():
    loop = started()
    pump(loop, 100, demand=33600, flow=3000, on=True)
    speed = loop.pump_speed_pm
    loop.each_second(15000, 14900, True, True)
    assert loop.return_cap_pm == 1000, "not before the heat pumps had their time"
    for _ in range(600):
        pump(loop, 1, demand=33600, flow=4400, on=True)
        loop.each_second(15000, 14900, True, True)
    assert loop.limiter == overrides.LIMIT_RETURN and loop.pump_speed_pm < speed
    loop.each_second(15000, 14900, False, True)
    assert loop.return_cap_pm == 1000, "a lost sensor takes no flow away"


def test_the_days_last_start_is_not_spent_on_a_stop():
    loop = new_well(pump_starts_per_day=4)
    now = 0
    for _ in range(12):
        for demand in (5600, 0):
            pump(loop, 300, demand=demand, now=now)
            now += 300
    assert loop.starts_total <= 4
    assert loop.pump_on, "with no start left the pump stays on rather than leave the house without water"


def test_fixed_speed_pump_runs_at_full_speed_or_not_at_all():
    loop = new_well(pump_drive="fixed")
    pump(loop, 70, flow=4000)
    assert loop.pump_speed_pm == 1000 and loop.permissive and loop.enough
    pump(loop, 61, demand=0, flow=4000)
    pump(loop, 1, demand=0, flow=4000)
    assert not loop.pump_on and loop.pump_speed_pm == 0


def test_drawdown_override_saves_the_water_over_the_pump():
    loop = started(level_range_kpa=200, level_min_kpa=20)
    loop.level_kpa = 70
    pump(loop, 60, demand=33600, flow=3000)
    assert loop.pump_speed_pm > 900 and loop.limiter == overrides.LIMIT_NONE
    loop.level_kpa = 15
    pump(loop, 120, demand=33600, flow=3000)
    assert loop.limiter == overrides.LIMIT_DRAWDOWN and loop.pump_speed_pm == 600
    loop.level_kpa = -1
    pump(loop, 120, demand=33600, flow=3000)
    assert loop.limiter == overrides.LIMIT_NONE, "a lost level takes no flow away"


def test_quiet_hours_and_a_lost_pressure_cap_the_pump():
    loop = started()
    loop.speed_cap_pm = 700
    pump(loop, 60, demand=33600, flow=3000)
    assert loop.limiter == overrides.LIMIT_QUIET and loop.pump_speed_pm == 700
    loop.speed_cap_pm = 1000
    loop.flow_cap_lph = 2000
    pump(loop, 60, demand=33600, flow=2000)
    assert loop.flow_setpoint_lph == 2000
    loop.flow_cap_lph = 500
    pump(loop, 60, demand=33600, flow=1200)
    assert loop.flow_setpoint_lph == 1200, "never below the minimum flow"


# -- edges that mutation testing showed to be unguarded --


def scans(loop, n, **kwargs):
    """`n` scans of 100 ms."""
    for _ in range(n):
        houses.scan_room(loop, 0, kwargs.get("permissive", True), kwargs.get("enough", True), kwargs.get("bar", False),
                           kwargs.get("move", False), 100, 0)


def test_every_timer_of_the_room_sequence_to_the_scan():
    loop = room.RoomController(houses.valid(houses.house_config(1)).rooms[0], 30)
    assert loop.hold_ms == 210_000 and loop.fan_pm == 0 and not loop.pump_on, "minimum off time and the stagger"
    loop.direction = plan.HEAT
    loop.thermostat.call = True
    scans(loop, 2099)
    assert loop.state == room.IDLE
    scans(loop, 1)
    assert loop.state == room.WAIT_WATER and loop.fan_pm == 0
    scans(loop, 49)
    assert loop.state == room.WAIT_WATER
    scans(loop, 1)
    assert loop.state == room.RUN, "the pump leads by 5 s"
    loop.thermostat.call = False
    scans(loop, 1799)
    assert loop.state == room.RUN
    scans(loop, 1)
    assert loop.state == room.POST_RUN and loop.hold_ms == 180_000 and loop.fan_pm > 0, "the fan takes the last heat out"
    scans(loop, 449)
    assert loop.state == room.POST_RUN
    scans(loop, 1)
    assert loop.state == room.IDLE and loop.fan_pm == 0 and not loop.pump_on


def test_patience_with_a_poor_well_ends_after_two_minutes():
    loop = calling(new_room())
    loop.direction = plan.HEAT
    scans(loop, 1800 + 1199, enough=False)
    assert loop.state == room.WAIT_WATER
    scans(loop, 1, enough=False)
    assert loop.state == room.RUN


def test_off_and_idle_follow_the_direction_in_any_rest():
    loop = new_room()
    scans(loop, 1)
    assert loop.state == room.OFF
    loop.direction = plan.HEAT
    scans(loop, 1)
    assert loop.state == room.IDLE
    loop = running(new_room())
    loop.direction = plan.NONE
    scans(loop, 1800 + 450)
    assert loop.state == room.OFF
    scans(loop, 1, move=True)
    assert loop.pump_on
    loop.safe()
    assert loop.state == room.OFF and not loop.pump_on


def test_a_failed_scan_ends_a_run_like_every_other_stop():
    loop = running(new_room())
    loop.safe()
    assert loop.state == room.IDLE and not loop.compressor_on and not loop.pump_on and loop.off_ms == 0
    scans(loop, 1799)
    assert not loop.compressor_on and loop.state == room.IDLE, "the minimum off time holds"


def test_low_pressure_is_bypassed_at_rest_and_two_minutes_into_a_run():
    loop = new_room()
    assert loop.low_bypass()
    loop = running(loop)
    loop.state_ms = 119_999
    assert loop.low_bypass()
    loop.state_ms = 120_000
    assert not loop.low_bypass()
    loop.state = room.POST_RUN
    assert loop.low_bypass()


def test_a_variable_compressor_follows_the_duty_above_its_floor():
    loop = calling(new_room(compressor="variable", compressor_min_pm=300))
    loop.direction = plan.HEAT
    loop.thermostat.duty_pm = 650
    scans(loop, 2000)
    assert loop.compressor_pm == 650
    loop.state_ms = room.BEGIN_MS - 1
    loop.thermostat.duty_pm = 300
    assert loop.speed() == room.BEGIN_PM, "it begins faster: oil, and warm air"
    loop.cold_pm = 320
    assert loop.speed() == 320, "not on water near its freeze limit"
    loop.cold_pm, loop.reversing = 1000, True
    assert loop.speed() == 300, "nor when it cools"
    loop.reversing = False
    loop.state_ms = room.BEGIN_MS
    loop.thermostat.each_second = lambda *_: None
    for duty, speed in ((300, 300), (299, 300), (1000, 1000), (450, 450)):
        loop.thermostat.duty_pm = duty
        houses.room_second(loop, plan.HEAT, 20000, 18000, True, 40000, True, 1000)
        assert loop.compressor_pm == speed and loop.demand_w == 5600 * speed // 1000
    fixed = running(new_room())
    houses.room_second(fixed, plan.HEAT, 20000, 18000, True, 40000, True, 1000)
    assert fixed.compressor_pm == 1000 and fixed.demand_w == 5600


def test_the_quiet_ceiling_rises_by_one_percent_a_second_and_comes_back():
    loop = new_room()
    assert [loop.quiet_cap(600, True) for _ in range(3)] == [610, 620, 630]
    assert [loop.quiet_cap(600, False) for _ in range(2)] == [629, 628]
    assert [loop.quiet_cap(990, True), loop.over_pm] == [1000, 10]
    assert loop.quiet_cap(1000, True) == 1000 and loop.over_pm == 0
    assert loop.quiet_cap(600, False) == 600


def test_the_fan_begins_in_the_middle_and_goes_on_from_its_last_run():
    f = fan.SupplyAirFan(40000, 13000, 300, 900)
    assert f.pi.out == f.middle_pm == 600 and not f.ready and (f.pi.kp_m, f.pi.ti_steps) == (12, 25)
    f.start(False)
    assert f.each_second(38999, True) == 300 and f.each_second(39000, True) != 300
    for _ in range(100):
        held = f.each_second(42000, True)
    f.start(False)
    assert f.pi.out == held
    f.start(True)
    assert f.pi.out == 600, "another season, another speed"


def test_the_wells_timers_to_the_scan():
    loop = new_well()
    pump(loop, 59.9, flow=0)
    assert not loop.pump_on
    pump(loop, 0.1, flow=0)
    assert loop.pump_on and loop.starts_total == 1
    pump(loop, 2.0)
    assert not loop.proven
    pump(loop, 0.1)
    assert loop.proven and loop.permissive
    pump(loop, 2.5, flow=599)
    assert loop.permissive
    pump(loop, 0.1, flow=599)
    assert not loop.permissive, "2.5 s without half of the minimum"
    pump(loop, 2.1, flow=900)
    assert loop.permissive, "three quarters prove it"
    pump(loop, 60, flow=899)
    assert loop.permissive, "between half and three quarters nothing changes"


def test_a_pump_below_its_floor_flow_is_helped_after_the_blanking_time():
    loop = new_well()
    pump(loop, 60, flow=0)
    pump(loop, 9.8, flow=0)
    assert loop.pump_speed_pm == 600
    pump(loop, 5, flow=0)
    assert loop.pump_speed_pm > 600


def test_safe_stops_the_well_and_its_rest_begins():
    loop = started()
    loop.safe()
    assert (loop.pump_on, loop.pump_speed_pm, loop.permissive, loop.proven, loop.enough) == (False, 0, False, False, False)
    assert loop.flow_setpoint_lph == 0 and loop.limiter == overrides.LIMIT_NONE and loop.hold_ms == 60_000
    pump(loop, 59)
    assert not loop.pump_on
    pump(loop, 2)
    assert loop.pump_on


def test_what_a_second_hands_to_thermostat_and_fan():
    loop = new_room()
    loop.state_ms = 200_000
    assert loop.state == room.IDLE and loop.low_bypass(), "at rest low pressure says nothing, however long"
    houses.room_second(loop, plan.HEAT, 20000, 18000, True, 25000, True, 1000)
    assert loop.thermostat.duty_pm > 900 and not loop.thermostat.cooling and loop.run_fan_pm == 0
    houses.room_second(loop, plan.COOL, 26000, 29000, True, 25000, True, 1000)
    assert loop.thermostat.cooling and loop.thermostat.duty_pm > 900
    loop.thermostat.call = True
    houses.room_second(loop, plan.NONE, 20000, 18000, True, 25000, True, 1000)
    assert loop.thermostat.duty_pm == 0 and not loop.thermostat.call, "switched off, nothing is asked for"
    assert [loop.quiet_cap(989, True), loop.over_pm] == [999, 10]


def test_a_circulation_pump_stops_with_the_freezing_in_either_rest():
    for direction, state in ((plan.NONE, room.OFF), (plan.HEAT, room.IDLE)):
        loop = new_room()
        loop.direction = direction
        scans(loop, 2, move=True)
        assert loop.state == state and loop.pump_on
        scans(loop, 1)
        assert loop.state == state and not loop.pump_on
