"""The pure parts of a plant that move its water: wells, pumps, make-up, supply temperature."""

from __future__ import annotations

import pytest

from wellhearth.control import makeup, reasons_plant, supply

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
