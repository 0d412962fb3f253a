"""Faults of meters and transmitters, contacts and cables."""

from __future__ import annotations

import statistics

import pytest

from doubles.fault_bench import CONTACTS, EXTRA, FEEDBACK, PRESSURE, RUNNING, SWITCHES, pulses
from harness import wiring

# -- meters and transmitters --


@pytest.mark.parametrize("name", ["lift", "return", "lift2", "return2"])
def test_meters(bench, name):
    bench.out()
    bench.run(30)
    true = pulses(bench.run(60), name)
    for fault, value, want in (("meter_stuck", None, 0), ("meter_bouncing", None, 2 * true),
                               ("meter_scale", None, 0.9 * true), ("meter_scale", 1.3, 1.3 * true),
                               ("meter_pickup", None, true + 3000), ("meter_chatter", 20.0, true + 1200)):
        bench.change(fault, name, value)
        assert pulses(bench.run(60), name) == pytest.approx(want, rel=0.07, abs=5), fault
        bench.change(fault, name, mend=True)
    assert pulses(bench.run(60), name) == pytest.approx(true, rel=0.03)


@pytest.mark.parametrize(("dry", "bits"), [(True, RUNNING), (False, 0)])
def test_pickup_and_chatter_count_without_water(bench, dry, bits):
    if dry:
        bench.change("dry_well", "well")
    bench.out(bits)
    bench.run(30)
    assert pulses(bench.run(30), "lift") <= 5
    bench.change("meter_pickup", "lift")
    assert pulses(bench.run(30), "lift") == pytest.approx(1500, abs=10)
    bench.change("meter_chatter", "lift")
    assert 70 <= pulses(bench.run(30), "lift") <= 230


@pytest.mark.parametrize(("name", "key", "span", "zero_v", "full_v"), [
    ("pressure", "reinjection_kpa", 1000, 0.5, 4.0), ("pressure2", "reinjection2_kpa", 1000, 0.5, 4.0),
    ("loop_pressure", "loop_kpa", 600, 0.5, 4.0), ("current", "current_ma", 5000, 0.6, 2.4),
    ("level", "level_kpa", 200, 0.6, 2.4)])
def test_transmitters(bench, name, key, span, zero_v, full_v):
    word = EXTRA.get(name, PRESSURE)

    def share():
        return (statistics.mean(frame[word] for frame in frames(20)) / 1e6 - zero_v) / full_v

    def frames(n):
        for _ in range(n):
            bench.plant.sensed[key] = 0.4 * span
            yield wiring.FRAME_IN.unpack(bench.wiring.frame(1, 1.0, 0.0))

    assert share() == pytest.approx(0.4, abs=0.002)
    for fault, value, want in (("transmitter_drift", None, 0.5), ("transmitter_drift", -15.0, 0.25),
                               ("transmitter_scale", None, 0.32), ("transmitter_open", None, -zero_v / full_v),
                               ("transmitter_short", None, (5.0 - zero_v) / full_v)):
        bench.change(fault, name, value)
        assert share() == pytest.approx(want, abs=0.003), fault
        bench.change(fault, name, mend=True)
    bench.change("transmitter_frozen", name)
    assert len({frame[word] for frame in frames(50)}) == 1
    bench.change("transmitter_frozen", name, mend=True)
    assert len({frame[word] for frame in frames(50)}) > 1


# -- contacts and cables --


@pytest.mark.parametrize(("name", "bit"), [("room1_compressor", 2), ("well_pump", 1), ("loop_pump", 27), ("master", 0)])
def test_relays_and_their_feedback(bench, name, bit):
    command = {"room1_compressor": lambda c: c["compressor_on"][0], "well_pump": lambda c: c["pump_on"],
               "loop_pump": lambda c: c["loop_pump_on"], "master": lambda c: c["master_on"]}[name]

    def seen(commanded):
        bench.out(RUNNING if commanded else 0)
        frame = bench.run(0.2)[-1]
        return bool(command(bench.wiring.commands)), bool(frame[FEEDBACK] >> bit & 1)

    assert seen(True) == (True, True) and seen(False) == (False, False)
    for fault, on, off in (("relay_welded", (True, True), (True, True)), ("relay_dead", (False, False), (False, False)),
                           ("feedback_short", (True, True), (False, True)),
                           ("feedback_open", (True, False), (False, False))):
        bench.change(fault, name)
        assert seen(True) == on and seen(False) == off, fault
        bench.change(fault, name, mend=True)
    assert seen(True) == (True, True) and seen(False) == (False, False)


@pytest.mark.parametrize(("name", "word", "bit"), [
    ("room2_compressor", FEEDBACK, 4), ("room1_high", SWITCHES, 2), ("room2_low", SWITCHES, 5), ("drive", CONTACTS, 0),
    ("loop_flow", CONTACTS, 2)])
def test_contact_chatter(bench, name, word, bit):
    bench.out()
    bench.run(5)
    bench.change("contact_chatter", name)
    frames = bench.run(100)
    wrong = sum(1 for frame in frames if not frame[word] >> bit & 1)
    assert 0.25 < wrong / len(frames) < 0.35
    assert all(bench.wiring.commands["compressor_on"]), "the motor does not chatter, only what is told of it"
    bench.change("contact_chatter", name, mend=True)
    assert all(frame[word] >> bit & 1 for frame in bench.run(5))


def test_pressure_switches(bench):
    def closed(name):
        return bool(bench.run(0.1)[-1][SWITCHES] >> {"room1_high": 2, "room2_low": 5}[name] & 1)

    for name in ("room1_high", "room2_low"):
        bench.change("switch_open", name)
        assert not closed(name)
        bench.change("switch_short", name)
        assert closed(name), "a shorted cable always says fine"
        bench.change("switch_short", name, mend=True)
        assert not closed(name)
        bench.change("switch_open", name, mend=True)
        assert closed(name)


@pytest.mark.parametrize(("section", "bit", "flow"), [("well", 0, "lift_lph"), ("well2", 1, "lift2_lph")])
def test_drives(bench, section, bit, flow):
    bench.out()
    bench.run(20)
    assert bench.plant.sensed[flow] > 500 and bench.run(0.1)[-1][CONTACTS] >> bit & 1
    bench.change("drive_fault", section)
    frames = bench.run(20)
    assert bench.plant.sensed[flow] < 10 and not frames[-1][CONTACTS] >> bit & 1
    bench.change("drive_short", section)
    assert bench.run(0.1)[-1][CONTACTS] >> bit & 1 and bench.plant.sensed[flow] < 10, "a tripped drive looks fine"
    bench.change("drive_short", section, mend=True)
    bench.change("drive_fault", section, mend=True)
    assert bench.run(20)[-1][CONTACTS] >> bit & 1 and bench.plant.sensed[flow] > 500


def test_loop_flow_and_button(bench):
    assert bench.run(0.1)[-1][CONTACTS] & 0b1100 == 0, "the loop stands, nobody holds the button"
    bench.change("loop_flow_short")
    bench.change("button_short")
    assert bench.run(0.1)[-1][CONTACTS] & 0b1100 == 0b1100
    bench.change("loop_flow_short", mend=True)
    assert bench.run(0.1)[-1][CONTACTS] & 0b1100 == 0b1000
    bench.change("button_short", mend=True)
    assert bench.run(0.1)[-1][CONTACTS] & 0b1100 == 0
