"""Rooms together: who may start, who waits, who comes early; the bound on power; the day's goal of pump starts."""

import pytest

from wellhearth.control import starts, turns


def given(n=3, peak_w=0, **rows):
    t = turns.Turns(n, peak_w)
    t.asks = [True] * n
    t.power_w = [1400] * n
    t.mean_pm = [500] * n
    for name, values in rows.items():
        setattr(t, name, list(values))
    return t


def test_a_large_load_runs_one_after_the_other():
    t = given(mean_pm=(500, 500, 500), running=(True, True, True), need_mk=(0, 0, 0))
    t.each_second(True)
    assert not t.together and t.load_pm == 1500 and t.on == 3
    t.running = [True, True, False]
    t.need_mk = [0, 0, 460]
    t.each_second(True)
    assert t.may == [True, True, True], "a unit and a half are needed: three may run at once"
    six = given(6, mean_pm=(300,) * 6, running=(True, True, True, True, False, False), need_mk=(0, 0, 0, 0, 460, 0))
    six.each_second(True)
    assert not six.may[4]
    six.need_mk[4] = 450 + turns.SLACK_MK
    six.each_second(True)
    assert six.may[4], "no room waits longer than its comfort allows"


def test_the_next_one_starts_before_the_pump_would_stop():
    t = given(need_mk=(100, 370, 200))
    t.each_second(True)
    assert t.early == [False, True, False]
    t.each_second(False)
    assert t.early == [False] * 3, "a pump that rests is not woken"


def test_a_small_load_runs_together():
    t = given(mean_pm=(100, 100, 100), running=(True, False, False), need_mk=(0, 410, 300))
    t.each_second(True)
    assert t.together and t.early == [False, True, False] and t.may == [True] * 3
    t.mean_pm = [320, 300, 300]
    t.each_second(True)
    assert t.together, "hysteresis"
    t.mean_pm = [400, 400, 400]
    t.each_second(True)
    assert not t.together


def test_the_bound_on_power_goes_by_need_and_gives_way_to_the_cold():
    t = given(5, peak_w=2800, running=(True, True, False, False, False), need_mk=(0, 0, 500, 700, 600))
    t.each_second(True)
    assert t.may[2:] == [False] * 3, "two of 1400 W run"
    t.running = [True, False, False, False, False]
    t.each_second(True)
    assert t.may[2:] == [False, True, False]
    t.running = [True, True, False, False, False]
    t.need_mk[4] = turns.COLD_MK
    t.each_second(True)
    assert t.may[4], "never a cold room for the sake of a bound"
    one = given(2, peak_w=1000, need_mk=(600, 500))
    one.each_second(False)
    assert one.may == [True, False], "one may always run"


def test_rooms_that_ask_for_nothing_do_not_count():
    t = given(asks=(False, False, True), mean_pm=(900, 900, 100), need_mk=(800, 800, 500))
    t.each_second(True)
    assert t.load_pm == 100 and t.together


@pytest.mark.parametrize("goal", [4, 20, 100])
def test_a_days_goal_spreads_the_pumps_stops(goal):
    share = starts.StartShare(goal, 86400)
    count = 0
    now = 0
    running = False
    for now in range(0, 3 * 86400, 60):
        if not running:
            share.note(now)
            running, count = True, count + 1
        elif share.left(now):
            running = False
    assert 3 * goal <= count <= 3 * goal + 3


def test_half_of_the_hours_starts_come_at_once_and_the_rest_is_spread():
    limiter = starts.StartLimiter(6, 3600)
    taken = []
    for now in range(3 * 3600):
        if limiter.gap_s(now) == 0 and limiter.wait_s(now) == 0 and (not taken or now - taken[-1] >= 360):
            limiter.note(now)
            taken.append(now)
    assert taken[:4] == [0, 360, 720, 1320]
    gaps = [b - a for a, b in zip(taken[2:], taken[3:])]
    assert min(gaps) >= 600 and max(gaps) <= 3600 - 1320, "no hour without heat"
    assert starts.StartLimiter(3, 3600).gap_s(0) == 0
