"""The pure parts of a plant that move its water: wells, pumps, make-up, supply temperature."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellhearth.control import makeup, netpump, reasons_plant, share, supply

# -- wells --

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


# -- pumps --

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


# -- make-up --

def test_make_up_fills_to_its_pressure_and_counts_its_litres():
    one = makeup.Makeup(120, 150, 300, 1800)
    assert one.each_second(119, True, 1000, True, False)
    assert one.each_second(149, True, 1010, True, False)
    assert not one.each_second(150, True, 1020, True, False)
    assert one.used_l == 20 and not one.leak
    one.each_second(140, True, 1400, True, False)
    assert one.leak


def test_an_exchanged_meter_is_no_leak():
    one = makeup.Makeup(120, 150, 300, 1800)
    one.each_second(140, True, 10, True, False)
    one.each_second(140, True, 500_000, True, False)
    one.each_second(140, True, 3, True, False)
    assert one.used_l == 0 and not one.leak
    one.each_second(140, True, 23, True, False)
    assert one.used_l == 20


@pytest.mark.parametrize(("known", "bar"), [(False, False), (True, True)])
def test_make_up_stays_shut_when_nobody_knows_the_pressure_or_a_leak_is_told(known, bar):
    one = makeup.Makeup(120, 150, 300, 1800)
    one.open = True
    assert not one.each_second(50, known, 0, True, bar)


def test_a_filling_without_an_end_is_a_leak():
    one = makeup.Makeup(120, 150, 300, 60)
    for _ in range(61):
        one.each_second(100, True, 0, False, False)
    assert one.endless
    one.forgive()
    one.each_second(100, True, 0, False, False)
    assert not one.endless


# -- supply --

def test_supply_follows_the_weather_line():
    target = supply.SupplyTarget(-12000, 16000, 45000, 31000, 7000, 12000)
    heat = reasons_plant.HEAT
    at = [target.each_second(heat, mc, True, -1, 0, True) for mc in (-20000, -12000, 2000, 16000, 25000)]
    assert at == [45000, 45000, 38000, 31000, 31000]
    assert target.each_second(heat, 0, False, -1, 0, True) == 38000, "without a weather: half way"
    assert target.each_second(reasons_plant.COOL, 30000, True, -1, 0, True) == 7000


def test_a_cold_building_raises_it_and_content_ones_lower_it():
    target = supply.SupplyTarget(-12000, 16000, 45000, 31000, 7000, 12000)
    for _ in range(7200):
        low = target.each_second(reasons_plant.HEAT, 2000, True, 0, 0, True)
    assert 34000 <= low < 37000
    for _ in range(7200):
        high = target.each_second(reasons_plant.HEAT, 2000, True, 2, 0, True)
    assert 40000 < high <= 43000


def test_between_heating_and_cooling_lies_a_rest_and_auto_needs_a_weather():
    way = supply.Direction(16000, 23000)
    assert way.each_second(reasons_plant.MODE_AUTO, 0, False, False) == reasons_plant.NONE
    assert way.each_second(reasons_plant.MODE_AUTO, 5000, True, False) == reasons_plant.HEAT
    assert way.each_second(reasons_plant.MODE_AUTO, 17000, True, True) == reasons_plant.HEAT, "hysteresis"
    assert way.each_second(reasons_plant.MODE_AUTO, 30000, True, True) == reasons_plant.NONE
    waited = 0
    while way.each_second(reasons_plant.MODE_AUTO, 30000, True, waited < 100) != reasons_plant.COOL:
        waited += 1
    assert waited == pytest.approx(100 + supply.CHANGE_S, abs=2)
