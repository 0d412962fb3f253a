"""A plant's tank: when it is charged, its disinfection."""

from __future__ import annotations

import pytest

from wellhearth.control import hotwater


def tank(**changes):
    one = hotwater.HotWater(5000, 600, 65000, 300)
    one.known = one.circulation_ok = True
    one.top_mc, one.middle_mc, one.bottom_mc, one.circulation_mc = 55000, 55000, 55000, 52000
    for name, value in changes.items():
        setattr(one, name, value)
    one.each_second()
    return one


def test_charged_by_the_middle_until_the_bottom_is_hot():
    one = tank(middle_mc=49000, bottom_mc=45000)
    assert one.call
    one.middle_mc = 54000
    one.each_second()
    assert one.call
    one.bottom_mc = 54000
    one.each_second()
    assert not one.call and one.circulate


def test_priority_ends_while_the_buildings_are_short_but_not_below_50_degrees():
    one = tank(middle_mc=49000, bottom_mc=40000, top_mc=53000, short=True)
    for _ in range(700):
        one.each_second()
    assert not one.call and one.state == hotwater.ENDED
    one.top_mc = 50500
    one.each_second()
    assert one.call
    cold = tank(middle_mc=40000, bottom_mc=30000, top_mc=49000, short=True)
    for _ in range(2000):
        cold.each_second()
    assert cold.call


@pytest.mark.parametrize("cold", ["top_mc", "bottom_mc", "circulation_mc"])
def test_a_disinfection_is_proved_by_all_of_the_water_without_a_break(cold):
    one = tank(due=True, top_mc=66000, middle_mc=66000, bottom_mc=66000, circulation_mc=62000)
    for _ in range(250):
        one.each_second()
    setattr(one, cold, 55000)
    one.each_second()
    assert one.hot_s == 0
    setattr(one, cold, 66000)
    proved = 0
    for _ in range(299):
        one.each_second()
        proved += one.proved
    assert not proved
    one.each_second()
    assert one.proved and not one.call
    one.each_second()
    assert not one.proved, "once"


def test_the_heater_keeps_the_taps_when_no_machine_charges():
    one = tank(middle_mc=45000, bottom_mc=40000, top_mc=52000)
    for _ in range(hotwater.ALONE_S):
        one.each_second()
    assert one.heater
    one.charging = True
    one.each_second()
    assert not one.heater


def test_a_tank_that_nobody_knows_is_left_alone():
    one = tank(known=False, due=True)
    assert not one.call and not one.circulate and not one.heater and one.state == hotwater.UNKNOWN
