"""Edges of the room's controller that mutation testing showed to be unguarded."""

from __future__ import annotations

from doubles import houses
from doubles.loops import calling, new_room, running
from wellhearth.control import fan, plan, room


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
