"""The 1-Wire master of several DS18B20: each its own value, idle scans first, a late scan or a lost answer ends nothing."""

from __future__ import annotations

import random

import pytest

from doubles.onewire_masters import Bus, StateMachine
from harness.devices.ds18b20 import Ds18b20, make_rom
from wellhearth.drivers import ds18b20


@pytest.mark.parametrize("lag", [1, 2])
def test_a_bus_of_five_reads_each_sensor_with_its_own_value(lag):
    rng = random.Random(1)
    temps = [10.0, -5.0, 21.5, 38.25, 0.5]
    roms = [make_rom(100 + i) for i in range(5)]
    devices = [Ds18b20(rom, lambda t=t: t, 1.0, rng) for rom, t in zip(roms, temps)]
    bus = Bus(devices, lag)
    chips = [ds18b20.Ds18b20(rom) for rom in roms]
    master = ds18b20.Ds18b20Bus(bus, chips, 100)
    reads = 0
    for _ in range(200):
        bus.scan += 1
        reads += master.scan() is not None
    assert all(c.ok for c in chips)
    assert [round(c.value_mc / 1000, 1) for c in chips] == pytest.approx(temps, abs=0.15)
    assert reads >= (55 if lag == 1 else 45) and master.errors == 0, "a cycle is 0.9 s and a scan or two a sensor"
    devices[2].fault = "open"
    for _ in range(600):
        bus.scan += 1
        master.scan()
        if bus.scan % 10 == 0:
            for c in chips:
                c.each_second()
    assert [c.ok for c in chips] == [True, True, False, True, True]


def test_an_answer_waits_for_an_idle_scan_and_not_for_ever():
    """A reading and a room's second in one scan are the longest scan there is; where all are busy each fourth one reads."""
    rng = random.Random(1)
    roms = [make_rom(100 + i) for i in range(5)]
    bus = Bus([Ds18b20(rom, lambda i=i: 10.0 + i, 1.0, rng) for i, rom in enumerate(roms)], 1)
    chips = [ds18b20.Ds18b20(rom) for rom in roms]
    master = ds18b20.Ds18b20Bus(bus, chips, 100)
    reads = {True: 0, False: 0}
    for i in range(400):  # the last and the first tenth of each second are busy
        busy = i % 10 in (0, 9)
        reads[busy] += master.scan(busy) is not None
        bus.scan += 1
    assert reads[True] == 0 and reads[False] > 90 and master.errors == 0 and all(c.ok for c in chips)
    assert [round(c.value_mc / 1000, 1) for c in chips] == pytest.approx([10.0, 11.0, 12.0, 13.0, 14.0], abs=0.15)
    for _ in range(200):
        reads[True] += master.scan(True) is not None
        bus.scan += 1
    assert 25 <= reads[True] <= 200 // (ds18b20.WAIT_SCANS + 1) and master.errors == 0


def scans_behind(master, bus, chips, scans, period_ms=100.0):
    """So many scans; a second of the sensors after ten of them."""
    for i in range(scans):
        bus.t_ms += period_ms
        master.scan()
        if i % 10 == 9:
            for chip in chips:
                chip.each_second()


@pytest.mark.parametrize("phase", range(14))
@pytest.mark.parametrize("trouble", ["late scan", "no answer"])
def test_a_late_scan_or_a_lost_answer_does_not_end_the_bus(phase, trouble):
    """An erase of 400 ms makes a scan late and the next one follows at once: an answer was not there yet, and its
    sensor was waited for, for ever. Seen on the emulated Pico: no reading of any sensor any more."""
    rng = random.Random(1)
    roms = [make_rom(i) for i in range(1, 5)]
    temps = [15.0, 20.5, 9.0, -5.25]
    bus = StateMachine([Ds18b20(rom, lambda t=t: t, 1.0, rng) for rom, t in zip(roms, temps)])
    chips = [ds18b20.Ds18b20(rom) for rom in roms]
    master = ds18b20.Ds18b20Bus(bus, chips, 100)
    scans_behind(master, bus, chips, 100 + phase)
    assert all(chip.ok for chip in chips)
    if trouble == "late scan":
        bus.t_ms += 349
        scans_behind(master, bus, chips, 2, 4.0)
    else:
        bus.dead = True
    scans_behind(master, bus, chips, 600)
    assert all(chip.ok and chip.age_s <= 3 for chip in chips)
    assert [chip.value_mc / 1000 for chip in chips] == pytest.approx(temps, abs=0.15), "each by its own sensor"
