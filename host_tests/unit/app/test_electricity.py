"""Electricity from S0 pulses or by the table: every pulse counted, power known or not, large numbers."""

from __future__ import annotations

import random

import pytest

from doubles.account_node import NS, SECTION, Node
from wellhearth.app import account, electricity
from wellhearth.metering import meters


def test_every_s0_pulse_is_counted_over_wrap_and_late_looks():
    rng, node = random.Random(1), Node()
    node.run(1)
    true = 0
    for _ in range(300):
        n = rng.choice((0, 1, 3, 50, rng.randint(0, 70_000)))
        node.pulses += n
        true += n
        node.p.uptime_s += rng.randint(1, 20)
        node.account.each_second()
    node.pulses += (1 << 24) - 1
    true += (1 << 24) - 1
    node.run(10)
    assert (node.account.p.electricity_mwh, node.account.p.electricity_wh) == divmod(true, 10**6)


@pytest.mark.parametrize("per_kwh", [10, 800, 999, 1000, 6400, 10_000])
def test_ten_million_s0_pulses_at_any_constant(per_kwh):
    rng, counter, left = random.Random(per_kwh), meters.WaterMeter(per_kwh, 1_000_000), 10**7
    while left:
        n = min(left, rng.choice((1, 2, 9, rng.randint(1, 500_000))))
        counter.add(n)
        left -= n
    wh = counter.water.high * 10**6 + counter.water.low
    assert wh * per_kwh + counter.water.rest == 10**7 * 1000


def test_power_from_pulses_is_the_power_and_not_known_without_any():
    node = Node()
    assert node.run(2).power_w == -1 and "power_w" in node.account.p.unknown
    assert node.run(300, watt=1440).power_w == pytest.approx(1440, rel=0.1)
    assert node.run(700).power_w == -1, "ten minutes without a pulse"


def test_the_estimate_is_what_the_table_says():
    node = Node(source="estimate")
    node.rooms[0].p.compressor_on = node.rooms[0].p.pump_on = 1
    node.rooms[0].p.fan_pm = 500
    node.wells[0].p.pump_on, node.wells[0].p.pump_speed_pm = 1, 800
    p = node.run(3600)
    assert p.power_w == 5 + 1400 + 45 + 30 + 512 and p.source == account.ESTIMATE
    assert p.electricity_wh == p.power_w
    node.cfg.electricity.compressor_w, node.rooms[0].p.compressor_pm = 2000, 500
    assert node.run(10).power_w == 5 + 1000 + 45 + 30 + 512


def test_large_numbers_stay_large():
    watts = electricity.Electricity(NS(source="estimate", **{**SECTION, "well_pump_w": 100_000}),
                                    NS(rooms=[], wells=[NS(p=NS(pump_on=1, pump_speed_pm=1000))]), None)
    assert watts.estimated_w() == 100_005
    node = Node()
    node.wells[0].lifted.water.high = (1 << 30) - 2
    node.run(20)
    assert all(0 <= value < 1 << 30 for value in node.account.values())
