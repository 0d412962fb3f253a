"""One machine's way from valves to running, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellhearth.control import machine


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
