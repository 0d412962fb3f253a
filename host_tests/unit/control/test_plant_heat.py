"""The pure parts of a plant: hot water, back-up, and the state of its ground and exchangers."""

from __future__ import annotations

import pytest

from wellhearth.control import backup, ground, reasons_plant

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
