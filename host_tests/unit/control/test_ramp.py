"""Ramps: their rate whatever the period, their target from both sides, nothing lost between two calls."""

from __future__ import annotations

from wellhearth.control import ramp


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


def test_a_ramp_stops_on_its_target_from_both_sides():
    slope = ramp.Ramp(50)
    slope.set(100)
    assert [slope.update(112, 100) for _ in range(4)] == [105, 110, 112, 112]
    assert [slope.update(99, 100) for _ in range(4)] == [107, 102, 99, 99]
