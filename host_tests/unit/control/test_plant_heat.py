"""The pure parts of a plant: hot water, back-up, and the state of its ground and exchangers."""

from __future__ import annotations

import pytest

from wellhearth.control import backup, ground, hotwater, reasons_plant

# -- hot water --

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


# -- back-up --

def helper(**changes):
    one = backup.Backup(300, 600, 300, 120)
    one.able = one.network = one.wanted = True
    one.off_s = 300
    for name, value in changes.items():
        setattr(one, name, value)
    return one


def seconds(one, n):
    for _ in range(n):
        one.running = one.run
        one.each_second()
    return one


@pytest.mark.parametrize(("failed", "reason"), [(False, reasons_plant.B_CAPACITY), (True, reasons_plant.B_FAILURE)])
def test_it_helps_when_the_machines_fall_short_and_gives_back(failed, reason):
    one = seconds(helper(short=True, failed=failed), 299)
    assert not one.run
    seconds(one, 2)
    assert one.run and one.reason == reason
    one.short = one.failed = one.enough = False
    seconds(one, 1000)
    assert one.run, "without it the machines would fall short again"
    one.enough = True
    seconds(one, 2)
    assert not one.run
    one.off_s = 300
    one.short = one.failed = True
    seconds(one, 301)
    one.short = one.failed = False
    seconds(one, 590)
    assert one.run, "its least run"
    seconds(one, 20)
    assert not one.run
    one.bivalent = True
    seconds(one, 280)
    assert not one.run and one.reason == reasons_plant.B_MIN_OFF
    seconds(one, 20)
    assert one.run and one.reason == reasons_plant.B_BIVALENCE


@pytest.mark.parametrize("lost", ["network", "able"])
def test_never_on_an_empty_network_nor_behind_a_protection(lost):
    one = seconds(helper(short=True), 400)
    assert one.run
    setattr(one, lost, False)
    seconds(one, 1)
    assert not one.run
    seconds(one, 2000)
    assert not one.run


def test_a_proof_run_is_passed_by_running_and_ends():
    one = seconds(helper(prove=True), 1)
    assert one.run and one.reason == reasons_plant.B_PROOF
    passed = 0
    for _ in range(800):
        one.running = one.run
        one.each_second()
        passed += one.passed
        if one.passed:
            one.prove = False
    assert passed == 1 and not one.run


def test_gas_against_electricity():
    """0.65 yuan/kWh at COP 4 is 16 fen/kWh; gas at 3.2 yuan/m3, 9.7 kWh/m3, 90 %: 36.7 fen/kWh."""
    assert not backup.fuel_is_cheaper(65, 4000, 320, 9700, 900)
    assert backup.fuel_is_cheaper(150, 3000, 320, 9700, 900)
    assert not backup.fuel_is_cheaper(0, 4000, 320, 9700, 900) and not backup.fuel_is_cheaper(65, 0, 320, 9700, 900)


# -- ground --

def test_what_a_well_would_carry_on_the_coldest_day():
    one = ground.Ground(8000, 300)
    for _ in range(7 * 3600):
        one.each_second(14000, True, 0, False)
    for _ in range(200):
        one.each_second(14000, True, 100, True)
    assert one.rest_known and one.rest_mc == 14000
    for _ in range(2 * 3600):
        one.each_second(12000, True, 100, True)
    assert one.drop_mk_kw == 20 and one.carries_kw == 300, "6 K at 20 mK/kW, and never more than it is rated for"
    one.most_kw = 1000
    one.learn(12000, 100)
    assert one.carries_kw == 300
    again = ground.Ground(8000, 300)
    again.take(one.values())
    assert again.values() == one.values()
