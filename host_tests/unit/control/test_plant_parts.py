"""The pure parts of a plant that share its machines: trim and respond, power, staging, a machine's sequence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellhearth.control import budget, machine, respond, staging

# -- trim and respond --


def test_trim_and_respond_as_the_guideline_has_it():
    """ASHRAE Guideline 36-2021, 5.1.14: nothing for Td, then a trim each T; requests push back, up to SPres-max."""
    reset = respond.TrimRespond(100, 20, 120, -4, 6, 15, ignore=1, delay_s=10, period_s=5)
    assert [reset.each_second(True, 0) for _ in range(10)] == [100] * 10
    assert reset.each_second(True, 0) == 96
    for _ in range(4):
        assert reset.each_second(True, 9) == 96
    assert reset.each_second(True, 2) == 96 - 4 + 6, "one request more than are ignored"
    for _ in range(4):
        reset.each_second(True, 0)
    assert reset.each_second(True, 9) == 98 - 4 + 15, "no more than SPres-max"
    assert reset.each_second(False, 0) == 100, "off: back at SP0"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 100)), max_size=200))
def test_a_setpoint_stays_inside_its_limits(steps):
    for reset in (respond.TrimRespond(60, 20, 100, -3, 7, 20, delay_s=0, period_s=1),
                  respond.TrimRespond(9000, 9000, 13000, 100, -300, -900, delay_s=0, period_s=1)):
        for on, requests in steps:
            assert reset.lo <= reset.each_second(on, requests) <= reset.hi


# -- power --

def test_after_a_blackout_the_power_rises_by_the_minute():
    power = budget.Budget(30, 60)
    seen = []
    for _ in range(300):
        power.each_second(0, 200)
        seen.append(power.kw)
    assert seen[59] == 60 and seen[119] == 120
    assert seen[-1] == -1, "and then there is no bound"
    assert power.allows(500, 100)


def test_a_bound_holds_and_starts_keep_their_distance():
    power = budget.Budget(30, 0)
    power.each_second(100, 200)
    assert power.allows(60, 40) and not power.allows(61, 40)
    power.started()
    waits = 0
    while power.waits_s() > 0:
        power.each_second(100, 200)
        waits += 1
    assert waits == 30


# -- staging --

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


# -- sequence --

def sequence(**inputs):
    one = machine.MachineSequence(180, 180, 60, 120, 24)
    one.off_s = 180
    for name, value in inputs.items():
        setattr(one, name, value)
    return one


def test_valves_and_flow_come_before_the_order_to_run():
    one = sequence(want=True, ready=False)
    for i in range(80):
        one.each_second(i)
    assert one.valves and not one.run
    one.ready = True
    one.each_second(80)
    assert one.run and one.state == machine.START
    one.running = True
    one.each_second(81)
    assert one.state == machine.RUN


def test_a_start_that_leads_nowhere_has_an_end():
    one = sequence(want=True, ready=True)
    for i in range(400):
        one.each_second(i)
        if one.failed:
            break
    assert one.failed and not one.run and i < 75 + 120 + 5


def test_water_that_does_not_come_is_no_fault_of_the_machine_and_ends_too():
    one = sequence(want=True, ready=False)
    states = []
    for i in range(800):
        one.each_second(i)
        states.append(one.state)
        assert not one.failed and not one.run
    assert machine.POST_RUN in states and states.index(machine.POST_RUN) == pytest.approx(2 * 120 + 75, abs=2)
    assert states[-1] == machine.PREPARE, "and it tries again"


def test_a_bar_stops_at_once_and_the_valves_stay_for_the_post_run():
    one = sequence(want=True, ready=True, running=True)
    for i in range(100):
        one.each_second(i)
    one.bar = True
    one.each_second(100)
    assert not one.run and one.valves
    for i in range(61):
        one.each_second(101 + i)
    assert not one.valves


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.integers(1, 60)), max_size=80))
def test_rests_and_starts_hold_whatever_comes(steps):
    one = sequence()
    one.off_s = 0
    now_s, off_since, starts, before = 0, 0, [], False
    for want, bar, ready, seconds in steps:
        one.want, one.bar, one.ready, one.running = want, bar, ready, one.run
        for _ in range(seconds):
            one.want = one.want and one.rested(now_s) if one.state == machine.OFF else one.want
            one.each_second(now_s)
            if one.run and not before:
                assert now_s - off_since >= 179 and not bar and one.valves
                starts.append(now_s)
                assert sum(1 for t in starts if t > now_s - 86400) <= 24
            if before and not one.run:
                off_since = now_s
            assert not (one.run and bar)
            before = one.run
            now_s += 1
