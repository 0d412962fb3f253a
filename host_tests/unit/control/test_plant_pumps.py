"""A network's pumps and its bypass."""

from __future__ import annotations

import pytest

from wellhearth.control import netpump


def pumps(n=2, **changes):
    one = netpump.NetworkPumps(n, 60_000, 20_000, 400)
    one.able = [True] * n
    one.wanted, one.dp_ok = True, True
    for name, value in changes.items():
        setattr(one, name, value)
    return one


def flow(one, seconds, head_pa=100_000):
    """Pressure that goes with the square of the speed, and with how many run."""
    for _ in range(seconds):
        share_of = min(1.0, 0.7 * sum(one.on))
        one.dp_pa = round(head_pa * (one.speed_pm / 1000) ** 2 * share_of)
        one.each_second()
    return one


def test_the_pumps_hold_the_pressure_and_the_setpoint_is_trimmed_down():
    one = flow(pumps(valve_pm=500), 200)
    assert abs(one.dp_pa - one.target_pa) < 3000
    flow(one, 20_000)
    assert one.target_pa == 20_000, "nobody wants more"
    one.valve_pm = 1000
    flow(one, 20_000)
    assert one.target_pa > 50_000, "the worst user pushed it back"


def test_one_more_pump_at_full_speed_and_never_two_at_once():
    one = pumps(3)
    flow(one, 5, 50_000)
    assert sum(one.on) == 1
    flow(one, 1000, 50_000)
    assert sum(one.on) == 3


def test_a_noise_limit_holds_and_a_second_pump_helps():
    one = flow(pumps(limit_pm=700), 600)
    assert one.speed_pm <= 700 and sum(one.on) == 2


def test_a_pump_that_fell_out_is_replaced():
    one = flow(pumps(), 100)
    out = one.on.index(True)
    one.able[out] = False
    flow(one, 30)
    assert one.on[1 - out] and not one.on[out]


def two_at(speed_pm, need_lph):
    """Two pumps that have run slowly for almost as long as it takes until one goes."""
    one = flow(pumps(3, valve_pm=500), 300, 30_000)
    assert sum(one.on) == 2
    one.need_lph, one.flow_lph, one.dp_pa = need_lph, need_lph // 8 * 9, one.target_pa
    one.speed_pm = one.floor_pm = speed_pm
    one.pi.track(speed_pm)
    one.less_s = netpump.DOWN_S
    one.each_second()
    return one


def test_a_pump_that_goes_takes_no_machines_flow_away():
    """Two pumps at half speed gave four machines their least flow; one of them was taken, and all four lost it."""
    one = two_at(510, 184_000)
    assert sum(one.on) == 2, "one alone could not give it"
    one = two_at(450, 184_000)
    assert sum(one.on) == 1 and one.speed_pm >= 890, "the other takes its share over at once"
    assert sum(two_at(510, 0).on) == 1, "nobody's least flow"


def test_a_bypass_keeps_the_least_flow():
    valve = netpump.Bypass(10_000)
    for _ in range(200):
        valve.each_second(True, 0, 8_000, 10_000)
    assert valve.pm == 1000
    for _ in range(1000):
        valve.each_second(True, 0, 14_000, 10_000)
    assert valve.pm == 0 and valve.each_second(False, 1000, 0, 10_000) == 0
    assert valve.each_second(False, 0, 0, 10_000) == 500 and valve.each_second(False, 150, 0, 10_000) == 425, "a way first"


@pytest.mark.parametrize("gain_lph", [90_000, 270_000, 500_000])
@pytest.mark.parametrize("users_lph", [0, 20_000])
def test_a_bypass_that_is_heard_late_does_not_swing_below_the_flow_switch(gain_lph, users_lph):
    """gain_lph: through the valve when it is open. It travels a minute, and its flow is heard five seconds late."""
    valve, need, opening = netpump.Bypass(45_000), 45_000, 0.0
    heard = [users_lph] * 5
    low = []
    for second in range(3600):
        opening += max(-1 / 60, min(1 / 60, valve.pm / 1000 - opening))
        heard.append(round(users_lph + opening * gain_lph))
        if second % 5 == 0:
            told = heard[-5]
        valve.each_second(True, 0, told, need)
        low.append(heard[-1] < need)
    assert not any(low[200:]), f"below for {sum(low[200:])} s"
    assert heard[-1] < 2 * need, "and not just wide open"


def test_a_machines_least_flow_comes_before_pressure_and_noise():
    one = pumps(valve_pm=500, limit_pm=600, need_lph=20_000)
    for _ in range(600):
        one.flow_lph = round(24_000 * one.speed_pm / 1000)
        flow(one, 1)
    assert one.flow_lph >= 20_000 and one.speed_pm > 800
    one.need_lph = 0
    for _ in range(600):
        one.flow_lph = round(24_000 * one.speed_pm / 1000)
        flow(one, 1)
    assert one.speed_pm <= 600
