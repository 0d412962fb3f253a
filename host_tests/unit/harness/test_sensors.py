"""Sensors as bought: their tolerances are there, seeded, inside their class, and no smaller than it."""

from __future__ import annotations

import statistics

import pytest

from doubles.sensed import ROOM_C, WATER_C, wired
from harness import scenarios
from harness.devices.ds18b20 import CELLAR_C
from harness.devices.pulse_meter import bought_meter
from harness.sitl import frames
from wellhearth.drivers import flow


def settled(sensor, hours=1):
    """What a sensor reads in degC, the mean of its readings once nothing moves any more."""
    found = []
    for s in range(0, hours * 3600, 30):
        sensor.convert(float(s))
        found.append(int.from_bytes(sensor.scratchpad(s + 1.0)[:2], "little", signed=True) / 16)
    return statistics.mean(found[-60:])


# -- DS18B20 --


def test_offsets_fill_the_band_of_the_data_sheet_and_no_more():
    offsets = [s.offset_k for seed in range(100) for s in wired(seed).sensors.values()]
    assert len(offsets) == 1200 and all(abs(k) <= 0.5 for k in offsets)
    # Rectangular: as many in each tenth of a kelvin, and its standard deviation.
    tenths = [sum(1 for k in offsets if low <= k * 10 < low + 1) for low in range(-5, 5)]
    assert min(tenths) > 80 and max(tenths) < 160
    assert statistics.stdev(offsets) == pytest.approx(1 / 12**0.5, rel=0.05) and abs(statistics.mean(offsets)) < 0.03


def test_an_offset_belongs_to_the_rom_and_the_seed():
    a, b, other = wired(1).sensors, wired(1).sensors, wired(2).sensors
    assert [s.offset_k for s in a.values()] == [s.offset_k for s in b.values()]
    assert len({s.offset_k for s in [*a.values(), *other.values()]}) == 24


def test_readings_are_offset_and_come_in_steps_of_a_sixteenth():
    sensor = wired().sensors["room1"]
    assert settled(sensor) == pytest.approx(ROOM_C + sensor.offset_k, abs=0.04)
    assert abs(sensor.offset_k) > 0.05, "this seed shows nothing"
    sensor.convert(10_000.0)
    raw = int.from_bytes(sensor.scratchpad(10_001.0)[:2], "little")
    assert raw / 16 == round((ROOM_C + sensor.offset_k) * 16) / 16 or abs(raw / 16 - ROOM_C - sensor.offset_k) < 0.13


@pytest.mark.parametrize("name", ["supply", "return2", "loop_supply", "leaving2"])
def test_a_pipe_clamp_reads_a_little_of_the_air_around_it(name):
    air = ROOM_C if name.startswith("leaving") else CELLAR_C
    for seed in range(5):
        sensor = wired(seed).sensors[name]
        error = settled(sensor) - sensor.offset_k - WATER_C
        assert 0.02 * (air - WATER_C) - 0.04 <= error <= 0.03 * (air - WATER_C) + 0.04
        assert error > 0.05


LAGS = [("supply", "supply_c", 20, 40), ("leaving1", "leaving_c", 20, 40), ("room1", "room_c", 100, 150),
        ("supply_air1", "supply_air_c", 20, 40)]


def time_to_63_percent(w, name, key):
    sensor = w.sensors[name]
    before = settled(sensor)
    now = w.sensed[key]
    w.sensed[key] = [value + 40.0 for value in now] if isinstance(now, list) else now + 40.0
    t_s = 3600.0
    while True:
        t_s += 1.0
        sensor.convert(t_s)
        raw = int.from_bytes(sensor.scratchpad(t_s + 0.8)[:2], "little", signed=True)
        if raw / 16 - before >= 40.0 * 0.632:
            return t_s - 3600.0 + 30.0  # it was last asked half a minute before the step


@pytest.mark.parametrize(("name", "key", "low_s", "high_s"), LAGS)
def test_sensors_lag(name, key, low_s, high_s):
    seen = [time_to_63_percent(wired(seed), name, key) - 30.0 for seed in range(6)]
    assert all(low_s - 31 <= s <= high_s + 4 for s in seen), seen
    taus = [wired(seed).sensors[name].mount.tau_s for seed in range(60)]
    assert low_s <= min(taus) < low_s + 0.1 * (high_s - low_s) and high_s - 0.1 * (high_s - low_s) < max(taus) <= high_s


def test_ideal_sensors_have_no_error():
    w = wired(ideal=True)
    for name, sensor in w.sensors.items():
        true = ROOM_C if "room" in name or "air" in name else WATER_C
        assert sensor.offset_k == 0.0 and settled(sensor) == pytest.approx(true, abs=0.03)
    assert [w.sensors[n].mount.tau_s for n in ("supply", "room1", "supply_air1", "leaving1")] == [6.0, 45.0, 12.0, 6.0]


# -- water meters --


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
