"""The pure parts of a plant that share its machines: trim and respond, power, staging, a machine's sequence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wellhearth.control import budget, respond

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
