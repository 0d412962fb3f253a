"""The simulated water meters."""

from __future__ import annotations

import statistics

import pytest

from doubles.sensed import wired
from harness import scenarios
from harness.devices.pulse_meter import bought_meter
from harness.sitl import frames
from wellhearth.drivers import flow


def test_meters_are_within_two_percent_each_with_its_own_error():
    scales = []
    for seed in range(60):
        w = wired(seed)
        for meter in (w.lift, w.back, w.lift2, w.back2):
            for i in range(600):
                meter.step(3000.0, 0.1, (i + 1) * 100_000)
            scales.append(meter.count / (3000.0 * 50000 / 3.6e6 * 60.0))
    assert all(0.979 <= share <= 1.021 for share in scales)
    assert min(scales) < 0.982 and max(scales) > 1.018 and len(set(scales)) > 30
    apart = [abs(a - b) for a, b in zip(scales[::4], scales[1::4])]
    assert sum(1 for d in apart if d > 0.02) >= 6, "two honest meters differ by more than 2 % now and then"


def test_a_trickle_is_not_counted_whole():
    meter = wired(data=scenarios.house_config(2)).lift  # Q3 4800 L/h, R80
    assert meter.q1_lph == 60.0

    def counted(lph):
        begin = meter.count
        for i in range(36_000):
            meter.step(lph, 0.1, i * 100_000 & frames.TICKS_MASK)
        return (meter.count - begin) / 50.0

    assert counted(19.0) == 0.0
    assert counted(40.0) == pytest.approx(30.0, rel=0.03) and counted(60.0) == pytest.approx(60.0, rel=0.03)
    assert counted(-300.0) == pytest.approx(300.0, rel=0.03), "a wheel that runs backwards makes pulses too"


def edges(meter, lph, seconds, dt_s=0.001):
    """Times of all edges in ms, by stepping finely."""
    found = []
    for i in range(round(seconds / dt_s)):
        before = meter.count
        meter.step(lph, dt_s, round((i + 1) * dt_s * 1e6))
        assert meter.count - before <= 1
        if meter.count != before:
            found.append(meter.edge_us / 1000.0)
    return found


def test_pulses_arrive_in_bursts_and_none_is_lost_or_added():
    meter, even = wired().lift, wired(ideal=True).lift
    lph = 2400.0 / meter.per_s * even.per_s  # the same number of pulses a second
    bursts, steady = edges(meter, lph, 60), edges(even, 2400.0, 60)
    assert abs(len(bursts) - len(steady)) <= 1
    # Less than two pulses behind an even meter, and hardly before it.
    for i in range(0, min(len(bursts), len(steady))):
        assert -0.5 <= (bursts[i] - steady[i]) / 30.0 <= 2.0, i
    gaps = sorted(b - a for a, b in zip(bursts, bursts[1:]))
    even_gap = statistics.mean(b - a for a, b in zip(steady, steady[1:]))
    assert even_gap == pytest.approx(30.0, rel=0.01)
    assert gaps[len(gaps) // 2] < 0.6 * even_gap, "half of the pulses come close together"
    assert gaps[-len(gaps) // 5] > 2.0 * even_gap, "and every fifth pause is long"
    assert meter.marks != wired(2).lift.marks


@pytest.mark.parametrize("lph", [300.0, 2400.0, 60000.0])
def test_counting_by_the_scan_is_counting_by_the_edge(lph):
    fine, coarse = wired().lift, wired().lift
    for i in range(3000):
        coarse.step(lph, 0.1, (i + 1) * 100_000)
        before = coarse.edge_us
        for j in range(10):
            fine.step(lph, 0.01, i * 100_000 + (j + 1) * 10_000)
        assert abs(fine.count - coarse.count) <= 1
        if coarse.count:
            assert (i - 10) * 100_000 < before <= (i + 1) * 100_000, "the last edge is not long ago, and not to come"
    assert fine.count == pytest.approx(lph * fine.per_s * 300.0, abs=3)


class Pin:
    def __init__(self, meter):
        self.meter = meter

    def count(self):
        return self.meter.count

    def edge_us(self):
        return self.meter.edge_us


@pytest.mark.parametrize(("pulses", "lph"), [(50000, 2400.0), (50000, 4800.0), (10000, 12800.0)])
def test_the_firmwares_flow_is_right_in_the_mean(pulses, lph):
    # Where more than three pulses come in a scan. Below, the firmware takes the gap after a burst for water that stops.
    meter = bought_meter("lift", {"pulses_per_m3": pulses}, "pulses_per_m3", 3, 0, False)
    reader = flow.FlowMeter(Pin(meter), pulses, 100)
    seen = []
    for i in range(3000):
        meter.step(lph, 0.1, (i + 1) * 100_000)
        seen.append(reader.scan((i + 1) * 100_000))
    assert statistics.mean(seen[100:]) == pytest.approx(lph, rel=0.025)
    assert statistics.stdev(seen[100:]) > 0.003 * lph, "it hears the bursts"
