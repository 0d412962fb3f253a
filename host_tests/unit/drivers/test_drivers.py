"""Drivers on top of buses: DS18B20, flow meter, pressure transmitter, relay."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.devices.ds18b20 import Ds18b20, crc8, make_rom
from harness.devices.onewire import OneWireBus
from wellhearth.drivers import ds18b20

ROM = make_rom(0x1234)


def pad(raw, byte5=0xFF, byte7=0x10):
    body = struct.pack("<hBBBBBB", raw, 0x4B, 0x46, 0x7F, byte5, 0x0C, byte7)
    return body + bytes([crc8(body)])


@pytest.mark.parametrize(("raw", "mc"), [  # table 1 of the data sheet
    (0x07D0, 125000), (0x0550, 85000), (0x0191, 25062), (0x00A2, 10125), (0x0008, 500), (0, 0),
    (-0x0008, -500), (-0x00A2, -10125), (-0x0191, -25063), (-0x0370, -55000)])
def test_decode(raw, mc):
    assert ds18b20.decode_mc(pad(raw)) == mc


def test_crc_of_the_application_note():
    assert ds18b20.crc8(bytes.fromhex("021cb801000000a2"), 8) == 0  # Maxim application note 27
    assert ds18b20.crc8(bytes.fromhex("021cb801000000"), 7) == 0xA2


@given(st.binary(min_size=9, max_size=9))
def test_crc_agrees_with_the_plants_own(data):
    assert ds18b20.crc8(data, 9) == crc8(data)


def good_sensor(mc=20000, frozen_s=0):
    s = ds18b20.Ds18b20(ROM, frozen_s)
    for _ in range(3):
        assert s.accept(0, pad(mc * 16 // 1000))
    assert s.ok
    return s


def test_three_good_readings_make_it_valid():
    s = ds18b20.Ds18b20(ROM)
    for n in range(3):
        assert not s.ok
        s.accept(0, pad(320 + n))
    assert s.ok and s.value_mc == 20125


@pytest.mark.parametrize(("status", "buf", "fault"), [
    (1, bytes(9), ds18b20.NO_PRESENCE), (2, bytes(9), ds18b20.SHORT), (0, bytes(9), ds18b20.SHORT),
    (0, b"\xff" * 9, ds18b20.CRC), (0, pad(320)[:8] + b"\x00", ds18b20.CRC), (0, pad(0x07FF), ds18b20.RANGE),
    (0, pad(0x0550), ds18b20.POWER_ON), (0, pad(600), ds18b20.JUMP), (0, pad(-900), ds18b20.RANGE)])
def test_bad_readings_are_refused_and_the_last_good_one_stands_30_s(status, buf, fault):
    s = good_sensor()
    assert not s.accept(status, buf)
    assert s.fault == fault and s.value_mc == 20000
    for _ in range(30):
        s.each_second()
        assert s.ok
    for _ in range(3):
        s.each_second()
    assert not s.ok
    s.accept(0, pad(321))
    assert not s.ok, "one good reading is not enough"
    s.accept(0, pad(322))
    s.accept(0, pad(323))
    assert s.ok


def test_a_zero_that_is_real_is_believed():
    s = ds18b20.Ds18b20(ROM)
    for _ in range(3):
        assert s.accept(0, pad(0))
    assert s.ok and s.value_mc == 0


def test_85_degrees_reached_by_warming_is_believed():
    s = good_sensor(80000)
    assert s.accept(0, pad(0x0550)) and s.value_mc == 85000


def test_a_jump_that_stays_is_a_new_truth():
    s = good_sensor()
    assert [s.accept(0, pad(640)) for _ in range(3)] == [False, False, True]
    assert s.value_mc == 40000


def test_frozen_value_is_refused_and_comes_back_when_it_moves():
    s = good_sensor(frozen_s=100)
    for _ in range(101):
        s.each_second()
        s.accept(0, pad(320))
    assert s.fault == ds18b20.FROZEN
    assert s.accept(0, pad(321))


@pytest.mark.parametrize(("text", "why"), [
    ("28ff", "16 hex digits"), ("zz" * 8, "16 hex digits"), ("10" + "00" * 7, "family code"),
    (ROM[:7].hex() + "00", "CRC")])
def test_rom_text_is_checked(text, why):
    with pytest.raises(ValueError, match=why):
        ds18b20.rom_bytes(text)


class Bus:
    """The plant's 1-Wire bus behind the board's posted transactions, with an answer `lag` scans later."""

    def __init__(self, devices, lag):
        self.bus = OneWireBus(devices)
        self.queue = []
        self.lag = lag
        self.scan = 0

    def post(self, tx, n):
        self.queue.append((self.scan + self.lag, self.bus.transact(bytes(tx), n, self.scan * 0.1)))

    def collect(self, rx):
        if not self.queue or self.queue[0][0] > self.scan:
            return -1
        status, data = self.queue.pop(0)[1]
        rx[: len(data)] = data
        return status


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


class StateMachine:
    """A board's 1-Wire master: 13 ms for a transaction, and a new one ends the old one (boards/common/rp2hw.py)."""

    def __init__(self, devices):
        self.bus = OneWireBus(devices)
        self.t_ms = 0.0
        self.ready_ms = -1.0
        self.dead = False  # its next transaction never ends

    def post(self, tx, n):
        self.answer = self.bus.transact(bytes(tx), n, self.t_ms / 1000)
        self.ready_ms = float("inf") if self.dead else self.t_ms + 13
        self.dead = False

    def collect(self, rx):
        if self.ready_ms < 0 or self.t_ms < self.ready_ms:
            return -1
        self.ready_ms = -1.0
        status, data = self.answer
        rx[: len(data)] = data
        return status


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
