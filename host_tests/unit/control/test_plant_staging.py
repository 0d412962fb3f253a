"""Machines come and go by load and supply."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wellhearth.control import staging


def stage(n=3, kw=100, **changes):
    s = staging.Staging(n, 900, 700, 60, 90, 2000)
    s.able = [True] * n
    s.capacity_kw = [kw] * n
    for name, value in changes.items():
        setattr(s, name, value)
    return s


def obey(s, seconds, load_kw, error_mk):
    """Its orders are obeyed at once; how many run after each second."""
    counts = []
    for _ in range(seconds):
        s.each_second(True, load_kw, error_mk)
        if s.start >= 0:
            s.on[s.start], s.able[s.start] = True, False
            s.started()
        if s.stop >= 0:
            s.on[s.stop], s.able[s.stop] = False, True
            s.stopped()
        counts.append(sum(s.on))
    return counts


def test_the_first_starts_at_once_and_each_further_one_after_its_delay():
    counts = obey(stage(), 130, 250, 1000)
    assert counts[0] == 1 and counts[59] == 1 and counts[61] == 2 and counts[-1] == 3


def test_a_supply_far_off_wants_more_though_the_load_is_small():
    assert obey(stage(), 70, 20, 2500)[-1] == 2


def test_load_fits_into_one_less_and_the_one_that_ran_most_stops():
    s = stage(on=[True] * 3, able=[False] * 3, run_h=[10, 30, 20])
    assert obey(s, 92, 100, 0)[-1] == 2 and s.on == [True, False, True]
    assert obey(s, 200, 100, 0)[-1] == 2, "100 kW do not fit into 70 % of one"


def test_the_one_that_ran_least_is_next():
    s = stage(run_h=[30, 10, 20])
    obey(s, 1, 50, 1000)
    assert s.on == [False, True, False]


def test_a_failed_machine_is_replaced_without_the_delay():
    s = stage()
    obey(s, 2, 50, 100)
    failed = s.on.index(True)
    s.on[failed] = False
    s.failed()
    assert obey(s, 1, 50, -500)[-1] == 1 and not s.on[failed]


def test_no_machine_stops_before_its_minimum():
    s = stage(on=[True, True, False], able=[False, False, True], settled=[False, False, False])
    assert obey(s, 500, 0, -9000)[-1] == 2


def test_the_last_one_stops_only_when_the_supply_is_too_warm():
    s = stage(1, on=[True], able=[False])
    assert obey(s, 300, 0, -1000)[-1] == 1
    assert obey(s, 92, 0, -2500)[-1] == 0


def test_short_is_told_when_nobody_is_left_but_not_while_the_water_warms_up():
    s = stage(1, on=[True], able=[False])
    for i in range(3600):
        s.each_second(True, 100, 20000 - 2 * i)
    assert s.short_s == 0, "7 K an hour, 13 to go: it is warming up"
    for _ in range(1300):
        s.each_second(True, 100, 13000)
    assert s.short_s > 0


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(-5000, 5000), st.integers(0, 3), st.booleans()), max_size=300))
def test_staging_only_names_machines_that_may(steps):
    s = stage(4)
    for load_kw, error_mk, which, flips in steps:
        if flips:
            s.able[which] = not s.able[which] and not s.on[which]
        s.each_second(True, load_kw, error_mk)
        if s.start >= 0:
            assert s.able[s.start] and not s.on[s.start]
            s.on[s.start], s.able[s.start] = True, False
            s.started()
        if s.stop >= 0:
            assert s.on[s.stop]
            s.on[s.stop], s.able[s.stop] = False, True
            s.stopped()
