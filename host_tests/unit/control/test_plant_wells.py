"""How many wells of a plant, which, and how much of each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellhearth.control import share


def wells(n=4, kw=200, **changes):
    s = share.Share(n, 850, 3600, hold_s=60)
    s.able = [True] * n
    s.rated_w = [kw * 1000] * n
    for name, value in changes.items():
        setattr(s, name, value)
    return s


def asked(s, watt, seconds=10):
    for _ in range(seconds):
        s.each_second(watt)
    return s


def test_as_many_wells_as_the_load_needs_each_by_what_it_gives():
    s = asked(wells(relief_pm=[1000, 500, 1000, 1000]), 400_000)
    assert s.count == 3 and abs(sum(s.share_w) - 400_000) < 5000
    s.relief_pm = [1000, 500, 1000, 1000]
    asked(s, 700_000)
    assert s.count == 4 and s.share_w[0] == pytest.approx(2 * s.share_w[1], rel=0.02)
    assert all(share_w <= gives for share_w, gives in zip(s.share_w, [s.gives(i) for i in range(4)]))


def test_what_a_tripped_well_gave_comes_from_the_others_at_once():
    s = asked(wells(), 300_000)
    out = s.on.index(True)
    s.able[out] = False
    asked(s, 300_000, 3)
    assert s.share_w[out] == 0 and sum(s.share_w) == pytest.approx(300_000, rel=0.01)


def test_the_longest_rested_is_next_and_the_longest_asked_goes():
    s = wells(rest_s=[10, 4000, 30, 20])
    asked(s, 100_000, 2)
    assert s.on == [False, True, False, False]
    asked(s, 100_000, 3600 + 70)
    assert s.on.index(True) != 1, "rotated"


def test_a_moment_without_demand_forgets_no_well():
    s = asked(wells(6), 500_000)
    before = list(s.on)
    asked(s, 0, 60)
    assert s.share_w == [0] * 6
    asked(s, 500_000, 2)
    assert s.on == before
    asked(s, 0, 400)
    assert not any(s.on)


def test_a_well_that_rests_is_asked_on_and_another_one_besides():
    s = asked(wells(4), 150_000, 2)
    slow = s.on.index(True)
    s.live = [True] * 4
    s.live[slow] = False
    asked(s, 150_000, share.PATIENCE_S + 5)
    assert s.on[slow] and s.count == 2 and s.share_w[slow] > 0
    assert sum(s.share_w) - s.share_w[slow] == pytest.approx(150_000, rel=0.01)


def test_one_whose_pump_runs_still_is_asked_before_one_that_rested():
    s = wells(3, rest_s=[5, 9000, 8000], live=[True, False, False])
    asked(s, 100_000, 1)
    assert s.on == [True, False, False]


def test_what_nobody_gives_is_told():
    s = asked(wells(2), 900_000)
    assert s.share_w == [200_000, 200_000] and s.short_w == 500_000


def test_a_well_is_unloaded_by_steps_before_frost():
    values = [share.relief_pm(mc, 5000, False) for mc in (9000, 8000, 7000, 6000, 5100, 5000, 3000)]
    assert values == sorted(values, reverse=True) and values[0] == 1000 and values[-2:] == [100, 100] and values[4] < 200
    assert share.relief_pm(3000, 5000, True) == 1000, "cooling warms the ground"


@given(st.lists(st.tuples(st.integers(0, 2_000_000), st.integers(0, 7), st.integers(0, 1000), st.booleans()), max_size=120))
def test_nobody_is_asked_for_more_than_it_gives(steps):
    s = wells(8, 250)
    for watt, which, pm, able in steps:
        s.relief_pm[which], s.able[which] = pm, able
        for _ in range(9):
            s.each_second(watt)
            assert all(0 <= s.share_w[i] <= s.gives(i) for i in range(8))
            assert sum(s.share_w) <= max(0, watt) + 1
        given_w = sum(s.share_w)
        assert given_w >= min(watt, s.able_w) - 30_000 or s.count < sum(s.able) or given_w >= s.on_w * 9 // 10
