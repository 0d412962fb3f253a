"""One DS18B20: decoding, CRC, which readings are believed, how long the last good one stands."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.devices.ds18b20 import crc8, make_rom
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
