"""Fine points of schedule, plan and room controller."""

from __future__ import annotations

import pytest

from doubles import houses
from wellhearth.control import periods, plan, room, schedule

# -- schedule --

@pytest.mark.parametrize("text", ["mo 6", "mo 06:3-07:00", "mo 06:030-07:00", "mo 06:60-07:00", "mo 06:61-07:00",
                                  "mo 24:01-07:00", "mo -1:30-07:00", "mo 06:00-07:00 08:00-09:00", "mo 07:00-07:00"])
def test_times_that_are_none(text):
    with pytest.raises(ValueError):
        periods.parse(text)


def test_days_and_ranges_of_days():
    assert [a for a, _b in periods.parse("daily 06:00-07:00")] == [360 + 1440 * d for d in range(7)]
    assert periods.parse("sa-mo 10:00-11:00") == [(600, 660), (5 * 1440 + 600, 5 * 1440 + 660),
                                                 (6 * 1440 + 600, 6 * 1440 + 660)]
    assert periods.parse("su 23:00-24:00") == [(6 * 1440 + 1380, 10080)]
    assert periods.parse("su 22:00-06:00") == [(0, 360), (6 * 1440 + 1320, 10080)]
    with pytest.raises(ValueError, match="'mo': write days and times"):
        periods.parse("mo")
    with pytest.raises(ValueError, match="06:30: write hh:mm-hh:mm"):
        periods.parse("mo 06:30")


@pytest.mark.parametrize(("minute", "begin", "end", "is_in"), [
    (359, 360, 420, False), (360, 360, 420, True), (419, 360, 420, True), (420, 360, 420, False),
    (1440 + 400, 360, 420, True),
    (1320, 1320, 360, True), (1319, 1320, 360, False), (1400, 1320, 360, True), (0, 1320, 360, True), (359, 1320, 360, True),
    (360, 1320, 360, False), (-1, 0, 1439, False), (5, 5, 5, False), (0, 0, 60, True)])
def test_daily_periods_to_the_minute(minute, begin, end, is_in):
    assert schedule.inside(minute, begin, end) == is_in


def test_a_week_says_how_long_until_comfort():
    week = schedule.Week("mo 06:30-08:00; fr 20:00-22:00")
    assert [week.until_comfort_min(m) for m in (390, 479, 389, 480)] == [0, 0, 1, 4 * 1440 + 1200 - 480]
    assert week.until_comfort_min(6 * 1440) == 1440 + 390, "over the end of the week"
    assert week.until_comfort_min(-1) == 0 and schedule.Week("").until_comfort_min(5) == 0


# -- plan --

def room_cfg(**changes):
    data = houses.house_config(1)
    data["rooms"][0].update({"schedule": "daily 06:00-08:00", "setback_mc": 16000, "setback_cool_mc": 29000, **changes})
    return houses.valid(data).rooms[0]


def at(p, minute, mode, setpoint=21000, air=20800, boost=False):
    p.each_minute(minute)
    p.each_second(mode, setpoint, boost, air, True, False)
    return p.target_mc


def test_setback_of_both_seasons_to_the_minute():
    for mode, inside_mc, outside_mc in ((plan.MODE_HEAT, 21000, 16000), (plan.MODE_COOL, 21000, 29000)):
        p = plan.RoomPlan(room_cfg(early_max_min=0))
        assert [at(p, minute, mode) for minute in (359, 360, 479, 480)] == [outside_mc, inside_mc, inside_mc, outside_mc]
        assert at(p, -1, mode) == 21000, "without a clock there is no setback"


def test_the_warm_up_begins_as_early_as_the_room_needs_and_not_earlier():
    p = plan.RoomPlan(room_cfg(early_max_min=180))
    p.rate_mk_h = 1000
    assert [at(p, minute, plan.MODE_HEAT, 21000, 20000) for minute in (329, 330)] == [16000, 21000]
    p = plan.RoomPlan(room_cfg(early_max_min=180))
    p.rate_mk_h = 1000
    assert at(p, 359, plan.MODE_HEAT, 21000, 21000) == 16000, "it is warm: there is nothing to begin"


@pytest.mark.parametrize(("seconds", "gained", "learns"), [(1200, 2000, True), (200, 2000, False), (1200, 300, False)])
def test_only_a_real_warm_up_teaches_the_rate(seconds, gained, learns):
    p = plan.RoomPlan(room_cfg(schedule=""))
    before = p.rate_mk_h
    start = 21000 - plan.NEAR_MK - gained
    p.each_second(plan.MODE_HEAT, start + 1500, False, start, True, False)
    for _ in range(seconds):
        p.each_second(plan.MODE_HEAT, start + gained + plan.NEAR_MK + 1, False, start, True, False)
    p.each_second(plan.MODE_HEAT, start + gained + plan.NEAR_MK, False, start + gained, True, False)
    assert (p.rate_mk_h != before) == learns
    with pytest.raises(ValueError):
        p.take([plan.RATE_MIN - 1, 1])
    with pytest.raises(ValueError):
        p.take([plan.RATE_MAX + 1, 1])
    for rate in (plan.RATE_MIN, plan.RATE_MAX):
        p.take([rate, 2])
        assert (p.rate_mk_h, p.direction) == (rate, 2)


# -- the room loop --

class Unit:
    """A room loop asked for heat, one scan at a time."""

    def __init__(self, dt_ms=100, **changes):
        self.loop = room.RoomController(room_cfg(**changes), 0)
        self.dt_ms = dt_ms
        self.now_ms = 0
        self.want = True
        self.direction = plan.HEAT

    def run(self, ms, permissive=True, enough=True, bar=False):
        end = self.now_ms + ms
        loop = self.loop
        while self.now_ms < end:
            self.now_ms += self.dt_ms
            loop.direction = self.direction
            loop.thermostat.call = self.want
            houses.scan_room(loop, 0, permissive, enough, bar, False, self.dt_ms, self.now_ms // 1000)
        return loop


def test_scans_of_any_length_pass_every_limit():
    """70 ms hits none of the times exactly: a comparison for equality would wait for ever."""
    u = Unit(dt_ms=70)
    loop = u.run(179_900)
    assert not loop.compressor_on
    loop = u.run(10_000)
    assert loop.compressor_on and loop.starts_total == 1
    u.want = False
    assert u.run(170_000).compressor_on
    loop = u.run(5_500)
    assert not loop.compressor_on and loop.state == room.POST_RUN
    assert u.run(45_100).state == room.IDLE
    u.want = True
    u.run(200_000, enough=False)
    assert u.run(80_000, enough=False).compressor_on, "patience has an end"
    assert loop.starts_total == 2


def test_six_starts_in_an_hour_and_no_seventh():
    u = Unit(dt_ms=1000)
    starts = []
    for _ in range(3500):
        before = u.loop.starts_total
        u.want = not u.loop.compressor_on
        u.run(1000, bar=u.loop.compressor_on and u.loop.state_ms > 5000)
        if u.loop.starts_total > before:
            starts.append(u.now_ms)
    assert len(starts) == 6 and u.loop.starts_total == 6
    u.want = True
    while u.loop.starts_total == 6:
        u.run(1000)
    assert u.now_ms - starts[0] >= 3600_000


def test_the_low_pressure_bypass_ends_for_good():
    u = Unit()
    u.run(186_000)
    loop = u.loop
    assert loop.state == room.RUN and loop.low_bypass()
    for state_ms, bypass in ((119_999, True), (120_000, False), (120_001, False), (500_000, False)):
        loop.state_ms = state_ms
        assert loop.low_bypass() == bypass


def test_in_post_run_the_fan_goes_on_at_its_lowest_speed_and_only_then():
    u = Unit()
    loop = u.run(186_000)
    houses.room_second(loop, plan.HEAT, 25000, 18000, True, 45000, True, 1000)
    loop.run_fan_pm = 900
    u.run(200)
    assert loop.fan_pm == 900
    u.run(300, bar=True)
    assert loop.state == room.POST_RUN
    houses.room_second(loop, plan.HEAT, 25000, 18000, True, 45000, True, 1000)
    assert loop.fan_pm == loop.air.fan_min_pm
    u.want = False
    loop = u.run(60_000)
    houses.room_second(loop, plan.HEAT, 18000, 18500, True, 30000, True, 1000)
    assert loop.state == room.IDLE and loop.fan_pm == 0


def test_a_failed_scan_lets_go_of_the_reversing_valve_and_a_new_unit_has_it_at_rest():
    u = Unit()
    assert u.loop.reversing is False
    u.direction = plan.COOL
    loop = u.run(186_000)
    assert loop.reversing and loop.compressor_on
    loop.safe()
    assert not loop.reversing and not loop.compressor_on and not loop.pump_on


def test_both_turns_of_the_season_reach_the_thermostat():
    loop = Unit().loop
    for direction, cooling in ((plan.COOL, True), (plan.HEAT, False), (plan.COOL, True)):
        houses.room_second(loop, direction, 20000, 20000, True, 20000, True, 1000)
        assert loop.thermostat.cooling == cooling


def test_a_delay_adds_nothing_to_a_longer_rest():
    u = Unit()
    loop = u.run(100_000)
    loop.delay(30_000)
    assert (loop.hold_ms, loop.off_ms) == (80_000, 0)
    loop.delay(120_000)
    assert (loop.hold_ms, loop.off_ms) == (120_000, 0)
