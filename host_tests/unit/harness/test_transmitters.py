"""Transmitters and contacts as bought."""

from __future__ import annotations

import random
import statistics
from types import SimpleNamespace

import pytest

from doubles.sensed import wired
from harness import wiring
from harness.devices.switches import HIGH_KPA
from harness.sitl import frames
from wellhearth.drivers import transmitter

# -- transmitters --


def per_cent_of_scale(w, name, value, span, zero_v, full_v):
    """Error of the mean of 400 readings."""
    one = w.transmitters[name]
    mean = statistics.mean(one.read_uv(value) for _ in range(400)) / 1e6
    return ((mean - zero_v) / full_v - value / span) * 100.0


@pytest.mark.parametrize(("name", "span", "zero_v", "full_v", "limit"), [
    ("pressure", 1000, 0.5, 4.0, 1.0), ("loop_pressure", 600, 0.5, 4.0, 1.0), ("pressure2", 1000, 0.5, 4.0, 1.0),
    ("level", 200, 0.6, 2.4, 0.5), ("current", 5000, 0.6, 2.4, 2.0)])
def test_transmitters_are_within_their_class_and_use_it(name, span, zero_v, full_v, limit):
    for share in (0.05, 0.5, 0.97):
        seen = [per_cent_of_scale(wired(seed), name, share * span, span, zero_v, full_v) for seed in range(40)]
        assert all(abs(one) <= limit + 0.03 for one in seen)
        assert max(seen) > 0.5 * limit and min(seen) < -0.5 * limit
    assert abs(per_cent_of_scale(wired(ideal=True), name, 0.5 * span, span, zero_v, full_v)) < 0.03


def test_a_transmitter_has_noise():
    one = wired(ideal=True).transmitters["pressure"]
    seen = [one.read_uv(100.0) / 1e6 for _ in range(2000)]
    assert statistics.stdev(seen) == pytest.approx(0.0015, rel=0.1)


@pytest.mark.parametrize("ideal", [True, False])
def test_a_vacuum_reads_below_half_a_volt_and_no_lower_than_the_clamp(ideal):
    one = wired(ideal=ideal).transmitters["pressure"]
    assert one.read_uv(-40.0) / 1e6 == pytest.approx(0.34, abs=0.01 if ideal else 0.05)
    assert one.read_uv(-75.0) / 1e6 == pytest.approx(0.2, abs=0.01 if ideal else 0.05)
    assert one.read_uv(-300.0) / 1e6 == pytest.approx(0.2, abs=0.01)
    assert one.read_uv(5000.0) / 1e6 == pytest.approx(4.8, abs=0.01)
    firmware = transmitter.Transmitter(SimpleNamespace(read_uv=lambda: one.read_uv(-40.0)), 1000)
    for _ in range(50):
        firmware.scan()
    assert firmware.ok and firmware.value == pytest.approx(-40, abs=3 if ideal else 12)


def test_a_current_loop_saturates_as_namur_says():
    one = wired(ideal=True).transmitters["level"]
    assert one.read_uv(-50.0) / 1e6 / 0.15 == pytest.approx(3.8, abs=0.02)
    assert one.read_uv(900.0) / 1e6 / 0.15 == pytest.approx(20.5, abs=0.02)


# -- contacts --


def frame(w, tick):
    return wiring.FRAME_IN.unpack(w.frame(tick, tick * 0.1, 0.1))


def out(bits):
    words = [0] * frames.OUT_WORDS
    words[2] = bits
    return tuple(words)


def test_contacts_bounce_only_when_they_move():
    w = wired()
    wrong = changes = 0
    bits = 0
    rng = random.Random(1)
    for tick in range(20_000):
        moved = tick % 7 == 0
        if moved:
            changes += bin(bits ^ (bits := rng.getrandbits(6))).count("1")
        w.drive(out(bits), tick * 0.1)
        read = frame(w, tick)[4]
        assert w.feedback == bits, "the motor's own contact carries the current all the same"
        if moved:
            wrong += bin(read ^ bits).count("1")
        else:
            assert read == bits, "nothing moved"
    # 1 to 20 ms of a period of 100 ms, and one half of the samples in it reads right.
    assert wrong / changes == pytest.approx(0.5 * 0.0105 / 0.1, rel=0.2)


def test_pressure_switches_bounce_too_and_ideal_ones_do_not():
    for ideal in (False, True):
        w = wired(ideal=ideal)
        late = 0
        for tick in range(8000):
            opened = tick // 5 % 2
            w.sensed["high_kpa"][0] = HIGH_KPA + (100.0 if opened else -100.0)
            right = frame(w, tick)[6] >> 2 & 1 != opened
            assert right or tick % 5 == 0
            late += not right
        assert late == 0 if ideal else 30 <= late <= 150


def test_the_same_seed_gives_the_same_bytes():
    def told(seed):
        w = wired(seed)
        w.sensed.update(lift_lph=2400.0, return_lph=2380.0, reinjection_kpa=33.0, level_kpa=70.0, current_ma=900.0)
        data = b""
        for tick in range(300):
            w.drive(out(tick // 20 % 4), tick * 0.1)
            data += w.frame(tick, tick * 0.1, 0.1)
        return data

    assert told(1) == told(1) != told(2)
