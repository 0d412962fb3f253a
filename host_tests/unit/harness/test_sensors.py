"""Sensors as bought: their tolerances are there, seeded, inside their class, and no smaller than it."""

from __future__ import annotations

import statistics

import pytest

from doubles.sensed import ROOM_C, WATER_C, wired
from harness.devices.ds18b20 import CELLAR_C


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
