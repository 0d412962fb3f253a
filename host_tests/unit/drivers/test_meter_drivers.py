"""Flow meter, transmitters, relays, speed output."""

from __future__ import annotations

import random

import pytest

from harness.devices.pulse_meter import PulseMeter, bursts
from wellhearth.drivers import flow, relay, speed, transmitter


def flow_rig(pulses_per_m3, lph, seconds, meter=None, source=None, t0=0):
    """Feed a meter with the plant's pulse meter; returns (meter, source, readings)."""
    source = source or PulseMeter(pulses_per_m3, 0)

    class Pin:
        def count(self):
            return source.count

        def edge_us(self):
            return source.edge_us

    meter = meter or flow.FlowMeter(Pin(), pulses_per_m3, 100)
    readings = []
    for i in range(round(seconds * 10)):
        now = ((t0 + i + 1) * 100_000) & flow.TICKS_MASK
        source.step(lph(i / 10) if callable(lph) else lph, 0.1, now)
        readings.append(meter.scan(now))
    return meter, source, readings


@pytest.mark.parametrize("lph", [60, 100, 300, 719, 720, 721, 1000, 1200, 4500, 30000, 60000])
def test_flow_is_within_half_a_percent_from_trickle_to_full(lph):
    readings = flow_rig(50000, lph, 60)[2][400:]
    assert all(abs(r - lph) <= max(1, lph * 0.005) for r in readings), readings[:20]


def test_no_jump_between_slow_and_fast_counting():
    # 720 L/h is one pulse in 100 ms: a slow ramp through it must be a ramp.
    readings = flow_rig(50000, lambda t: 200 + 10 * t, 200)[2][100:]
    steps = [b - a for a, b in zip(readings, readings[1:])]
    assert max(abs(s) for s in steps) <= 12


def test_flow_falls_to_zero_and_recovers_across_the_tick_wrap():
    meter, source, readings = flow_rig(50000, 2000, 30)
    _, _, readings = flow_rig(50000, 0, 25, meter, source, 300)
    assert readings[10] < 400 and readings[-1] == 0
    # Rest longer than the 1073.7 s ring of ticks_us, then start again: no spike.
    _, _, readings = flow_rig(50000, 0, 1100, meter, source, 550)
    assert max(readings) == 0
    _, _, readings = flow_rig(50000, 1500, 20, meter, source, 11550)
    assert max(readings) <= 1530 and abs(readings[-1] - 1500) <= 8


@pytest.mark.parametrize("lph", [800, 1500, 4500])
def test_a_wheel_that_pulses_in_bursts_is_no_flow_that_comes_and_goes(lph):
    source = PulseMeter(50000, 0, marks=bursts(random.Random(5)))
    readings = flow_rig(50000, lph, 120, source=source)[2][100:]
    # A window of a second cuts the bursts anywhere: two pulses too many or too few; never half the flow.
    slack = 2.5 * 72 / lph
    assert all(abs(r / lph - 1) <= slack for r in readings), (min(readings), max(readings))
    assert sum(readings) / len(readings) == pytest.approx(lph, rel=0.02)


def test_every_pulse_is_counted_once():
    meter, source, _ = flow_rig(50000, 3000, 0.1)
    assert meter.new_pulses == 0, "where the counter stood at power-up is no water"
    total = source.count
    for i in range(1, 5000):
        flow_rig(50000, 3000, 0.1, meter, source, i)
        total += meter.new_pulses
    assert total == source.count


class Volts:
    uv = 0

    def read_uv(self):
        return self.uv


@pytest.mark.parametrize(("uv", "kpa"), [(500_000, 0), (2_500_000, 500), (4_500_000, 1000), (450_000, -13)])
def test_ratiometric_pressure(uv, kpa):
    v = Volts()
    v.uv = uv
    p = transmitter.Transmitter(v, 1000)
    for _ in range(50):
        p.scan()
    assert p.ok and p.value == kpa


@pytest.mark.parametrize(("uv", "ok"), [(0, False), (249_900, False), (251_000, True), (4_749_000, True),
                                        (4_751_000, False), (5_000_000, False)])
def test_ratiometric_wire_break(uv, ok):
    v = Volts()
    v.uv = uv
    p = transmitter.Transmitter(v, 1000)
    p.scan()
    assert p.ok is ok


@pytest.mark.parametrize(("ma", "kpa", "ok"), [(4, 0, True), (12, 500, True), (20, 1000, True), (3.59, 0, False),
                                               (3.62, -24, True), (20.9, 1056, True), (21.01, 0, False)])
def test_current_loop_with_namur_limits(ma, kpa, ok):
    v = Volts()
    v.uv = round(ma * 150 * 1000)
    p = transmitter.Transmitter(v, 1000, transmitter.MA4_20, 150)
    for _ in range(50):
        p.scan()
    assert p.ok is ok and p.value == pytest.approx(kpa, abs=1)


class Coil:
    on = None

    def set(self, on):
        self.on = on


class Contact:
    closed = False

    def get(self):
        return self.closed


def test_relay_is_off_at_once_and_its_feedback_is_compared():
    coil, contact = Coil(), Contact()
    r = relay.Relay(coil, contact)
    assert coil.on is False and r.mismatch() == relay.AGREES
    r.command(True)
    assert coil.on is True and r.mismatch() == relay.DEAD
    contact.closed = True
    assert r.mismatch() == relay.AGREES
    r.command(False)
    assert r.mismatch() == relay.WELDED
    assert relay.Relay(Coil()).mismatch() == relay.AGREES, "no feedback wired: nothing to compare"


def test_a_speed_output_starts_at_zero_and_refuses_what_is_no_speed():
    class Out:
        written = []

        def set_pm(self, pm):
            self.written.append(pm)

    out = speed.SpeedOutput(Out())
    for pm in (600, 600, 1000):
        out.command(pm)
    for bad in (-1, 1001):
        with pytest.raises(ValueError):
            out.command(bad)
    out.safe()
    assert Out.written == [0, 600, 1000, 0]
