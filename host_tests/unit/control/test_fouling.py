"""Fouling of an exchanger: told by its resistance, whatever its flows and its load are."""

from __future__ import annotations

import math
import random

import pytest

from plant.central.source import Exchangers
from wellhearth.control import fouling

DESIGN = 300.0  # m3/h, of both sides


def feed(one: fouling.Fouling, plates: Exchangers, hot: float, cold: float, span_k: float, seconds: int) -> None:
    """span_k: between the two inflows; flows in m3/h."""
    w = plates.w_k(hot, cold) * span_k
    inlet = span_k - w / (cold * 1163.0)
    outlet = span_k - w / (hot * 1163.0)
    for _ in range(seconds):
        one.each_second(round(inlet * 1000), round(outlet * 1000), round(w / 1000), 300, round(hot / DESIGN * 1000),
                        round(cold / DESIGN * 1000))


def learned(plates: Exchangers, hot: float, cold: float, span_k: float) -> fouling.Fouling:
    one = fouling.Fouling()
    feed(one, plates, hot, cold, span_k, one.LEARN_MIN * 60)
    assert 99 <= one.percent <= 100
    return one


def test_clean_plates_stay_clean_at_other_flows_and_loads():
    """Its approach alone said 150 % as soon as the pumps turned at another speed: a false alarm each day."""
    plates, dice = Exchangers(DESIGN, DESIGN), random.Random(3)
    one = learned(plates, 260.0, 280.0, 6.0)
    seen = []
    for _ in range(300):
        feed(one, plates, dice.uniform(100.0, 330.0), dice.uniform(100.0, 420.0), dice.uniform(3.0, 9.0), 60)
        seen.append(one.percent)
    assert 75 <= min(seen) and max(seen) < 130, (min(seen), max(seen))


@pytest.mark.parametrize(("hot", "cold"), [(260.0, 280.0), (200.0, 300.0), (300.0, 200.0)])
def test_fouled_plates_are_seen(hot, cold):
    plates = Exchangers(DESIGN, DESIGN)
    one = learned(plates, 260.0, 280.0, 6.0)
    plates.fouling = 1.0  # as much again
    feed(one, plates, hot, cold, 6.0, 120)
    assert one.percent >= 150


def test_a_small_load_and_a_trickle_are_not_judged():
    one = learned(Exchangers(DESIGN, DESIGN), 260.0, 280.0, 6.0)
    for arguments in ((9000, 9000, 50, 300, 900, 900), (9000, 9000, 900, 300, 100, 900), (9000, -100, 900, 300, 900, 900)):
        for _ in range(120):
            one.each_second(*arguments)
        assert 99 <= one.percent <= 100


def test_the_mean_is_the_logarithmic_one():
    for a in (2000, 900, 2500, 8000, 50_000):
        for ratio in (1.01, 2.0, 4.0, 6.0):
            b = a / ratio
            assert fouling.mean_mk(a, round(b)) == pytest.approx((a - b) / math.log(ratio), rel=0.02)


def test_what_was_learned_of_the_approach_alone_is_learned_anew():
    one = fouling.Fouling()
    one.take([4711, 240])
    assert one.values()[:2] == [0, 0]
    one.take([4711, 240, 2])
    assert one.values() == [4711, 240, 2]
    with pytest.raises(ValueError):
        one.take([1])
