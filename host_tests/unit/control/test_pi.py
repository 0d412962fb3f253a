"""The PI controller: lag, integral, limits, take-over, feed-forward; with edges that mutation testing showed unguarded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wellhearth.control import pi


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
