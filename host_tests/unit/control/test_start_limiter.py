"""The start limiter: no more starts than its window allows, also over a reset."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wellhearth.control import starts


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


def test_a_start_long_ago_leaves_no_wait_and_falls_out_of_the_ledger():
    limiter = starts.StartLimiter(2, 100)
    for now in (1000, 1010):
        limiter.note(now)
    assert [limiter.wait_s(t) for t in (1010, 1099, 1100, 5000)] == [90, 1, 0, 0]
    assert limiter.ages_s(1050) == [50, 40] and limiter.ages_s(1099) == [99, 89] and limiter.ages_s(1100) == [90]
    assert limiter.ages_s(9000) == []
