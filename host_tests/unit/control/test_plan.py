"""Schedule, setback with its learned early start, boost, auto, and frost: what a room shall be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import houses
from wellhearth.control import periods, plan, schedule

WORKDAY = "mo-fr 06:30-08:00,16:30-22:30; sa-su 07:00-23:00"


def new_plan(**room):
    data = houses.house_config(1)
    data["rooms"][0].update(room)
    return plan.RoomPlan(houses.valid(data).rooms[0])


def week(text):
    return schedule.Week(text)


@pytest.mark.parametrize(("day", "clock", "until"), [
    (0, 6 * 60 + 29, 1), (0, 6 * 60 + 30, 0), (0, 7 * 60 + 59, 0), (0, 8 * 60, 510), (4, 22 * 60 + 30, 510),
    (5, 7 * 60, 0), (6, 23 * 60, 450)])
def test_periods_of_a_working_week(day, clock, until):
    assert week(WORKDAY).until_comfort_min(day * 1440 + clock) == until


def test_a_period_past_midnight_and_past_the_end_of_the_week():
    w = week("su 22:00-06:00")
    assert w.until_comfort_min(6 * 1440 + 1320) == 0 and w.until_comfort_min(0) == 0 and w.until_comfort_min(359) == 0
    assert w.until_comfort_min(360) == 6 * 1440 + 1320 - 360
    assert week("fr-mo 08:00-09:00").until_comfort_min(6 * 1440 + 500) == 0


def test_without_a_schedule_or_a_clock_it_is_always_comfortable():
    assert week("").until_comfort_min(600) == 0 and week(WORKDAY).until_comfort_min(-1) == 0


@pytest.mark.parametrize(("text", "word"), [
    ("monday 06:00-08:00", "monday"), ("mo 06:00", "06:00"), ("mo 25:00-26:00", "25:00"), ("mo", "write days and times"),
    ("mo 06:00-06:00", "begins when it ends"), ("mo 6-8", "hh:mm"), ("mo 06:xx-08:00", "xx"), ("mo 06:00-24:01", "24:01")])
def test_a_mistake_in_a_schedule_is_named(text, word):
    with pytest.raises(ValueError, match=word):
        periods.parse(text)


@given(st.lists(st.tuples(st.sampled_from(periods.DAYS), st.integers(0, 1439), st.integers(1, 1439)),
                min_size=1, max_size=6), st.integers(0, 10079))
def test_until_comfort_is_the_first_comfortable_minute(entries, minute):
    text = "; ".join(f"{d} {a // 60:02d}:{a % 60:02d}-{(a + n) % 1440 // 60:02d}:{(a + n) % 60:02d}" for d, a, n in entries)
    w = week(text)
    inside = set()
    for d, a, n in entries:
        inside |= {(periods.DAYS.index(d) * 1440 + a + k) % 10080 for k in range(n)}
    brute = next(k for k in range(10081) if (minute + k) % 10080 in inside)
    assert w.until_comfort_min(minute) == brute


@pytest.mark.parametrize(("minute", "expected"), [
    (21 * 60 + 59, False), (22 * 60, True), (5 * 60 + 59, True), (6 * 60, False), (1440 * 3 + 60, True), (-1, False)])
def test_quiet_hours_pass_midnight(minute, expected):
    assert schedule.inside(minute, 22 * 60, 6 * 60) is expected
    assert not schedule.inside(minute, 600, 600)


def test_setback_and_comfort_follow_the_clock():
    p = new_plan(schedule="daily 06:00-22:00", setback_mc=17000, setback_cool_mc=29000)
    p.each_minute(12 * 60)
    p.each_second(plan.MODE_HEAT, 20000, False, 19900, True, False)
    assert p.target_mc == 20000
    p.each_minute(23 * 60)
    p.each_second(plan.MODE_HEAT, 20000, False, 19900, True, False)
    assert p.target_mc == 17000
    p.each_second(plan.MODE_COOL, 26000, False, 25900, True, False)
    assert p.target_mc == 29000
    p.each_second(plan.MODE_HEAT, 16000, False, 19900, True, False)
    assert p.target_mc == 16000, "a setback never warms"


def test_early_start_waits_as_long_as_the_learned_rate_allows():
    p = new_plan(schedule="daily 06:00-22:00", setback_mc=17000)
    p.rate_mk_h = 1500
    wait = {}
    for until in (179, 101, 99, 30):
        q = new_plan(schedule="daily 06:00-22:00", setback_mc=17000)
        q.rate_mk_h = 1500
        q.each_minute(6 * 60 - until)
        q.each_second(plan.MODE_HEAT, 20000, False, 17000, True, False)
        wait[until] = q.comfort
    assert wait == {179: False, 101: False, 99: True, 30: True}, "2.5 K into the band at 1.5 K/h"


def warm_up(p, rate_mk_h, minute):
    """A night of setback, then a room that warms at its own rate; returns minutes early (+) or late (-)."""
    room = 17000
    begun = None
    for s in range(8 * 3600):
        if s % 60 == 0:
            p.each_minute(minute + s // 60)
        p.each_second(plan.MODE_HEAT, 20000, False, room, True, False)
        if p.target_mc == 20000:
            begun = begun if begun is not None else s
            if (s - begun) * rate_mk_h // 3600 + 17000 > room:
                room = min(20000, 17000 + (s - begun) * rate_mk_h // 3600)
        if room >= 19500:  # in the band
            p.each_second(plan.MODE_HEAT, 20000, False, room, True, False)
            return 360 - (minute + s / 60)
    raise AssertionError("never warm")


@pytest.mark.parametrize("rate", [1000, 1500, 3000, 6000])
def test_the_early_start_learns_its_room(rate):
    p = new_plan(schedule="daily 06:00-22:00", setback_mc=17000, early_max_min=300)
    for _ in range(7):
        early = warm_up(p, rate, 0)
        p.each_minute(23 * 60)
        p.each_second(plan.MODE_HEAT, 20000, False, 20000, True, False)
    assert -6 <= early <= 30, f"{early} min"
    assert p.rate_mk_h == pytest.approx(rate, rel=0.1)


def test_auto_has_a_neutral_band_and_a_change_over_delay():
    p = new_plan(neutral_mk=1500, changeover_s=1800)

    def seconds(n, room, ok=True):
        for _ in range(n):
            p.each_second(plan.MODE_AUTO, 22000, False, room, ok, False)
        return p.direction

    assert seconds(10, 21000) == plan.HEAT
    assert seconds(5000, 23400) == plan.HEAT, "inside the neutral band"
    assert seconds(1790, 23600) == plan.HEAT
    assert seconds(20, 23400) == plan.HEAT, "the delay begins again"
    assert seconds(1801, 23600) == plan.COOL
    assert seconds(5000, 20600) == plan.COOL
    assert seconds(1801, 20400) == plan.HEAT
    assert seconds(5000, 30000, ok=False) == plan.HEAT, "a lost sensor changes nothing over"
    q = new_plan()
    q.each_second(plan.MODE_AUTO, 22000, False, 27000, True, False)
    assert q.direction == plan.COOL, "a hot room need not wait half an hour for its first direction"
    q = new_plan()
    for s in range(60):
        assert q.direction == plan.NONE, f"no guess before the sensor had its time, {s} s"
        q.each_second(plan.MODE_AUTO, 22000, False, 0, False, False)
    assert q.direction == plan.HEAT, "a sensor that stays away must not leave a room cold"


def test_boost_and_frost():
    p = new_plan(frost_mc=5000)
    p.each_second(plan.MODE_HEAT, 20000, True, 19000, True, False)
    assert p.target_mc == 22000
    p.each_second(plan.MODE_COOL, 26000, True, 27000, True, False)
    assert p.target_mc == 24000
    p.each_second(plan.MODE_OFF, 20000, False, 4000, True, False)
    assert p.direction == plan.NONE
    p.each_second(plan.MODE_OFF, 20000, False, 4000, True, True)
    assert p.direction == plan.HEAT and p.target_mc == 8000, "the room is heated although it is off"
    p.each_second(plan.MODE_COOL, 26000, False, 4000, True, True)
    assert p.direction == plan.HEAT and p.target_mc == 8000
    p.each_second(plan.MODE_HEAT, 20000, False, 4000, True, True)
    assert p.target_mc == 20000


def test_what_was_learned_is_taken_back_only_when_it_fits():
    p = new_plan()
    p.take([2200, plan.COOL])
    assert p.values() == [2200, plan.COOL]
    for bad in ([10, 0], [2200, 7]):
        with pytest.raises(ValueError):
            p.take(bad)


def test_edges_of_setback_and_early_start():
    p = new_plan(schedule="daily 06:00-22:00", setback_mc=17000, setback_cool_mc=24000, early_max_min=180)
    p.rate_mk_h = 1500
    p.each_minute(0)
    p.each_second(plan.MODE_COOL, 26000, False, 25000, True, False)
    assert p.target_mc == 26000, "a setback never cools"
    for until, room, comfort in ((180, 15000, True), (181, 10000, False), (30, 20500, False), (30, 20000, False),
                                 (30, 18750, True), (30, 18780, False)):
        q = new_plan(schedule="daily 06:00-22:00", setback_mc=17000, early_max_min=180)
        q.rate_mk_h = 1500
        q.each_minute(360 - until)
        q.each_second(plan.MODE_HEAT, 20000, False, room, True, False)
        assert q.comfort is comfort, (until, room)
    q.each_second(plan.MODE_HEAT, 20000, False, 0, False, False)
    assert q.comfort, "a lost sensor begins as early as it may"


def warming(p, seconds, first, last):
    for _ in range(seconds):
        p.each_second(plan.MODE_HEAT, 20000, False, first, True, False)
    p.each_second(plan.MODE_HEAT, 20000, False, last, True, False)
    return p.rate_mk_h


def test_only_a_real_warm_up_teaches():
    assert warming(new_plan(), 3600, 18000, 19700) == (1500 + 1700 * 360 // 360) // 2
    assert warming(new_plan(), 3600, 19000, 19700) == 1500, "it began too near"
    assert warming(new_plan(), 230, 18000, 19700) == 1500, "too short"
    assert warming(new_plan(), 601, 18999, 19700) != 1500
    assert warming(new_plan(), 700, 5000, 20000) == 10000, "never beyond what a room can do"


def test_auto_counts_its_delay_to_the_second():
    p = new_plan(neutral_mk=1500, changeover_s=100)
    p.each_second(plan.MODE_AUTO, 22000, False, 22000, True, False)
    for _ in range(99):
        p.each_second(plan.MODE_AUTO, 22000, False, 23501, True, False)
    assert p.direction == plan.HEAT
    p.each_second(plan.MODE_AUTO, 22000, False, 23501, True, False)
    assert p.direction == plan.COOL and p.turn_s == 0
    for _ in range(500):
        p.each_second(plan.MODE_AUTO, 22000, False, 20500, True, False)
    assert p.direction == plan.COOL, "exactly at the band is inside"
    for _ in range(100):
        p.each_second(plan.MODE_AUTO, 22000, False, 20499, True, False)
    assert p.direction == plan.HEAT
    p.each_second(plan.MODE_OFF, 22000, False, 20499, True, False)
    assert p.direction == plan.NONE
