"""PI, ramp, start limiter, trips: the pieces every loop is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellhearth.control import pi, ramp, starts, trips
from wellhearth.tables import causes


def test_pi_reaches_the_setpoint_of_a_lag():
    c = pi.PI(400, 20, 0, 1000)
    value = 0.0
    for _ in range(600):
        out = c.update(500 - round(value))
        value += (out - value) / 15.0
    assert abs(value - 500) <= 2


def test_pi_integrates_errors_smaller_than_its_division():
    c = pi.PI(1, 1000, 0, 1000)  # one thousandth of an output unit per error, spread over 1000 steps
    for _ in range(1_000_000):
        c.update(1)
    assert c.i_m == 1000, "a standing error of 1 over 1000 integral times is one output unit"


def test_pi_does_not_wind_up():
    c = pi.PI(400, 20, 0, 1000)
    for _ in range(10_000):
        c.update(5000)  # far beyond what the output can do
    assert c.out == 1000
    steps = 0
    while c.update(-500) == 1000:
        steps += 1
    assert steps < 5


@given(st.integers(0, 1000), st.integers(-3000, 3000))
def test_pi_takes_over_without_a_bump(actual, err):
    c = pi.PI(400, 50, 0, 1000)
    c.update(err)
    c.track(actual)
    after = c.update(err)
    # One step's integral is all that may lie between, unless the integral would leave its limits.
    step = abs(400 * err // 50) // 1000 + 1
    p = 400 * err // 1000
    if 0 <= actual - p <= 1000:
        assert abs(after - actual) <= step + 1


def test_ramp_keeps_its_rate_whatever_the_period():
    for dt in (50, 70, 100, 200):
        r = ramp.Ramp(37)
        t = 0
        while t < 10_000:
            r.update(100_000, dt)
            t += dt
        assert r.value == 37 * t // 1000


def test_ramp_stops_at_its_target_from_both_sides():
    r = ramp.Ramp(100)
    for _ in range(100):
        r.update(55, 100)
    assert r.value == 55
    for _ in range(100):
        r.update(-20, 100)
    assert r.value == -20


@given(st.integers(1, 6), st.lists(st.integers(1, 2000), max_size=60))
def test_never_more_starts_than_the_window_allows(limit, gaps):
    limiter = starts.StartLimiter(limit, 3600)
    now, done = 0, []
    for gap in gaps:
        now += gap
        if limiter.wait_s(now) == 0:
            limiter.note(now)
            done.append(now)
        assert limiter.count(now) == sum(1 for t in done if t > now - 3600)
    for t in done:
        assert sum(1 for x in done if t <= x < t + 3600) <= limit


@pytest.mark.parametrize("row", causes.CAUSES, ids=lambda row: row.key)
def test_every_row_waits_its_delay_and_its_hold(row):
    trip = trips.Trip(row)
    for _ in range(row.delay_ms // 100 - 1):
        assert not trip.update(True, False, 100, 0)
    assert trip.update(True, False, 100, 0)
    assert trip.update(False, False, 100, 1), "without its reset condition it stays"
    if row.lockouts == 1:
        assert trip.locked and all(trip.update(False, True, 1000, 2) for _ in range(1000)), "by hand"
        return
    held = 0
    while trip.update(False, True, 100, 2):
        held += 100
        assert held <= row.hold_s * 1000
    assert held == max(0, row.hold_s * 1000 - 100)


def test_retries_double():
    trip = trips.Trip(causes.find("no_flow"))
    holds = []
    now = 0
    for _ in range(2):
        while not trip.update(True, False, 1000, now):
            now += 1
        begin = now
        while trip.update(False, True, 1000, now):
            now += 1
            assert now < 2000
        holds.append(round((now - begin) / 300))
    assert holds == [1, 2]


def test_starts_survive_a_reset_as_if_no_time_had_passed():
    before = starts.StartLimiter(6, 3600)
    for t in (10, 500, 1000, 1500, 2000, 2500):
        before.note(t)
    ages = before.ages_s(2600)
    assert ages == [2590, 2100, 1600, 1100, 600, 100]
    after = starts.StartLimiter(6, 3600)
    after.restore(ages, 0)
    assert after.count(0) == 6 and after.wait_s(0) == 3600 - 2590
    after.restore([], 0)
    assert after.ages_s(0) == ages


@pytest.mark.parametrize("row", [r for r in causes.CAUSES if r.lockouts], ids=lambda row: row.key)
def test_lockout_latches_until_reset_by_hand(row):
    trip = trips.Trip(row)
    now = 0
    for n in range(row.lockouts):
        assert trip.locked is False
        while not trip.update(True, False, 1000, now):
            now += 1
        if n < row.lockouts - 1:
            while trip.update(False, True, 1000, now):
                now += 1
    assert trip.locked
    for _ in range(10_000):
        assert trip.update(False, True, 1000, now)
    trip.reset_by_hand()
    assert not trip.update(False, True, 1000, now)


def test_trips_far_apart_do_not_lock_out():
    row = causes.find("over_pressure")
    trip = trips.Trip(row)
    now = 0
    for _ in range(10):
        while not trip.update(True, False, 1000, now):
            now += 1
        while trip.update(False, True, 1000, now):
            now += 1
        now += row.window_s // (row.lockouts - 1)
    assert not trip.locked


def test_a_short_cause_does_not_trip():
    trip = trips.Trip(causes.find("flow_lost"))
    for _ in range(100):
        assert not any(trip.update(True, False, 100, 0) for _ in range(19))
        trip.update(False, True, 100, 0)
    assert not trip.active


# -- edges that mutation testing showed to be unguarded --


def test_feed_forward_shifts_the_integral_inside_its_limits():
    c = pi.PI(1000, 10, 600, 1000)
    assert c.i_m == 600_000 and c.update(-100_000) == 600
    c.preset(800)
    c.shift(20_000)
    assert c.i_m == 820_000 and c.update(0) == 820
    c.shift(-40_000)
    assert c.update(0) == 780
    c.shift(1 << 28)
    assert c.i_m == 1_000_000
    c.shift(-(1 << 28))
    assert c.i_m == 600_000


def test_integral_time_counts_calls():
    assert pi.PI(1000, 1, 0, 1000).update(5) == 10 and pi.PI(1000, 2, 0, 1000).update(5) == 7
    assert pi.PI(1000, 0, 0, 1000).update(5) == 10, "never less than one call"


def test_an_error_is_cut_where_it_drives_to_the_limit_anyway():
    c = pi.PI(1_000_000, 1000, 0, 1000)
    c.update(10_000)
    assert c.p_m == 268_000_000
    c.update(-10_000)
    assert c.p_m == -268_000_000
    c.update(-267)
    assert c.p_m == -267_000_000


def test_tracking_takes_over_exactly():
    c = pi.PI(1000, 100, 0, 1000)
    c.update(100)
    c.track(700)
    assert c.i_m == 600_000 and c.out == 700
    assert c.update(100) == 701, "and goes on from there"


def test_ramp_loses_and_gains_nothing():
    r = ramp.Ramp(3)
    assert [r.update(9, 100) for _ in range(10)][-1] == 3
    r = ramp.Ramp(5)
    r.update(100, 100)
    assert r.rem == 500
    r.set(10)
    assert r.update(12, 100) == 10 and r.rem == 500, "a jump forgets the rest"
    assert r.update(12, 100) == 11 and r.rem == 0
    down = ramp.Ramp(7, 100)
    assert down.update(0, 1000) == 93 and down.update(90, 1000) == 90 and down.update(90, 1000) == 90 and down.rem == 0


def test_an_accumulating_row_forgets_slowly():
    trip = trips.Trip(causes.find("no_flow"))
    for _ in range(40):
        trip.update(True, True, 100, 0)
    for _ in range(40):
        trip.update(False, True, 100, 0)
    assert 3800 <= trip.t_ms <= 3880, "four seconds of good flow make good 160 ms of bad flow"
    for _ in range(11):
        assert not trip.update(True, True, 100, 0)
    assert trip.update(True, True, 100, 0) or trip.update(True, True, 100, 0)
    plain = trips.Trip(causes.find("flow_lost"))
    for _ in range(19):
        plain.update(True, True, 100, 0)
    plain.update(False, True, 100, 0)
    assert plain.t_ms == 0


def test_retries_double_inside_their_window():
    trip = trips.Trip(causes.find("pump_dead"))
    for n, hold_ms in enumerate((60_000, 120_000, 240_000)):
        trip.trip(n * 100)
        assert trip.hold_ms == hold_ms and not trip.locked
    trip.trip(400)
    assert trip.locked, "three retries, then a person"
    later = trips.Trip(causes.find("pump_dead"))
    for n in range(6):
        later.trip(n * 4000)
        assert later.hold_ms == 60_000 and not later.locked, "an hour forgives"


def test_a_start_long_ago_leaves_no_wait_and_falls_out_of_the_ledger():
    limiter = starts.StartLimiter(2, 100)
    for now in (1000, 1010):
        limiter.note(now)
    assert [limiter.wait_s(t) for t in (1010, 1099, 1100, 5000)] == [90, 1, 0, 0]
    assert limiter.ages_s(1050) == [50, 40] and limiter.ages_s(1099) == [99, 89] and limiter.ages_s(1100) == [90]
    assert limiter.ages_s(9000) == []


def test_a_ramp_stops_on_its_target_from_both_sides():
    slope = ramp.Ramp(50)
    slope.set(100)
    assert [slope.update(112, 100) for _ in range(4)] == [105, 110, 112, 112]
    assert [slope.update(99, 100) for _ in range(4)] == [107, 102, 99, 99]
