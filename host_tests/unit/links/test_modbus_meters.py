"""Meters by Modbus: floats, register maps, exceptions."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.meter_line import One, Port, Reader, answered, asked
from doubles.wire import crc16, sealed
from wellhearth.app import far_meter
from wellhearth.links.meters import modbus


@given(st.floats(width=32, allow_nan=False, allow_infinity=False),
       st.sampled_from([(1, 1), (1000, 1), (1_000_000, 1), (1, 10)]))
def test_a_float_becomes_the_exact_integer_below_it(value, factor):
    from fractions import Fraction
    multiplier, divisor = factor
    exact = abs(Fraction(value)) * multiplier / divisor
    found = modbus.of_float(bytearray(struct.pack(">f", value)), 0, multiplier, divisor)
    assert abs(found) == exact // 1 and (found <= 0 if value < 0 else found >= 0)


@pytest.mark.parametrize("bits", ["7f800000", "ff800000", "7fc00000", "ffffffff"])
def test_what_is_no_number_is_none(bits):
    assert modbus.of_float(bytearray(bytes.fromhex(bits)), 0, 1, 1) is None


def modbus_meter(address, code, registers):
    """A server in a few lines: {register: float}."""
    def hear(data):
        if crc16(data) or data[0] != address or data[1] != code:
            return b""
        first, count = struct.unpack(">HH", data[2:6])
        words = b"".join(struct.pack(">f", registers.get(r, 0.0)) for r in range(first, first + count, 2))
        return sealed(bytes([address, code, 2 * count]) + words)
    return hear


@pytest.mark.parametrize(("kind", "registers", "shown"), [
    ("sdm120", {12: 1432.5, 72: 123.456}, {"power_w": 1432, "energy_wh": 123_456 - 0}),
    ("sdm230", {12: -20.0, 72: 0.25}, {"power_w": -20, "energy_wh": 250}),
    ("sdm630", {52: 4321.0, 72: 98_765.0}, {"power_w": 4321, "energy_mwh": 98, "energy_wh": 765_000}),
    ("multical603", {0: 2400.0, 4: 8.75, 6: 12.5, 8: 9.25, 20: 3.5, 52: 1234.5},
     {"flow_lph": 2400, "power_w": 8750, "supply_mc": 12_500, "return_mc": 9_250, "energy_mwh": 3, "energy_wh": 500_000,
      "volume_m3": 1234, "volume_l": 500})])
def test_register_maps(kind, registers, shown):
    reader = Reader(Port(modbus_meter(17, 4, registers)), (kind, "17"))
    reader.run(2)
    p = reader.meters[0].p
    assert {name: getattr(p, name) for name in shown} == pytest.approx(shown, abs=1)
    assert p.ok and p.state == far_meter.OK and not set(shown) & set(p.unknown)
    unsaid = {"flow_lph", "supply_mc", "return_mc", "volume_l", "volume_m3"} - set(shown)
    assert unsaid <= set(p.unknown), "what it does not say is not known"


def test_modbus_takes_exceptions_for_errors_and_nothing_from_others():
    meter = One("sdm120", "3")
    good = modbus_meter(3, 4, {12: 100.0})(asked(modbus, meter))
    assert answered(modbus, meter, good) == (9, {"power_w": 100})
    assert answered(modbus, meter, sealed(bytes([3, 0x84, 2]))) == (modbus.FAULT, {})
    assert answered(modbus, meter, sealed(bytes([4]) + good[1:7])) == (0, {})
    assert answered(modbus, meter, asked(modbus, meter) + good) == (9, {"power_w": 100}), "behind its own echo"
    assert answered(modbus, meter, sealed(good[:3] + bytes.fromhex("7fc00000"))) == (modbus.FAULT, {})
