"""Meters on the second line: frames of the standards byte for byte, numbers, and everything that can go wrong on a line."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import china_meters as china
from doubles.meter_line import Port, Reader
from doubles.wire import crc16, sealed
from wellhearth.app import far_meter
from wellhearth.links.meters import china as frames
from wellhearth.links.meters import cjt188, dlt645, modbus
from wellhearth.tables import config_rows


class One:
    """As a protocol sees a meter."""

    def __init__(self, kind, address):
        self.map = __import__(f"wellhearth.links.meters.types.{kind}", None, None, ("ASKS",))
        self.address, self.turned, self.serial = address, False, 0


def asked(protocol, meter, number=0):
    tx = bytearray(64)
    return bytes(tx[:protocol.request(meter, meter.map.ASKS[number], tx)])


def answered(protocol, meter, data, number=0):
    into = {}
    rx = bytearray(data) + bytearray(256 - len(data))
    return protocol.answer(meter, meter.map.ASKS[number], rx, len(data), into), into


# -- DL/T 645-2007 --

def test_dlt645_asks_as_the_standard_says():
    # 68 A0..A5 68 11 04, the identifier 00 01 00 00 lowest byte first and 33H more, sum, 16.
    meter = One("dlt645", "201912345678")
    body = bytes.fromhex("68 785634121920 68 11 04 33 33 34 33")
    assert asked(dlt645, meter) == b"\xfe" * 4 + body + bytes([sum(body) % 256, 0x16])
    assert asked(dlt645, meter, 1)[4 + 10:4 + 14] == bytes.fromhex("33 33 36 35"), "02030000"


@pytest.mark.parametrize(("kwh", "kw"), [(0.0, 0.0), (1234.56, 1.4321), (999_999.99, 79.9999), (0.01, -0.25)])
def test_dlt645_reads_energy_and_power_with_their_signs(kwh, kw):
    meter, far = One("dlt645", "000000000123"), china.Dlt645("000000000123", kwh, kw)
    length, energy = answered(dlt645, meter, far(asked(dlt645, meter)))
    assert length == 20 and energy == {"energy": round(kwh * 1000)}
    _length, power = answered(dlt645, meter, far(asked(dlt645, meter, 1)), 1)
    assert power["power_w"] == int(abs(kw) * 1000 + 1e-6) * (-1 if kw < 0 else 1)


def test_dlt645_takes_no_other_meters_word_and_no_error_for_a_number():
    meter, far = One("dlt645", "000000000123"), china.Dlt645("000000000124", 5)
    good = china.Dlt645("000000000123", 5)(asked(dlt645, meter))
    assert answered(dlt645, meter, far(asked(dlt645, One("dlt645", "000000000124")))) == (0, {})
    assert answered(dlt645, meter, good[:-1]) == (0, {}) and answered(dlt645, meter, good[:9]) == (0, {})
    far = china.Dlt645("000000000123")
    far.refuses = True
    assert answered(dlt645, meter, far(asked(dlt645, meter))) == (dlt645.FAULT, {})
    assert answered(dlt645, meter, good, 1) == (dlt645.FAULT, {}), "an answer to another question"
    echo = asked(dlt645, meter)
    assert answered(dlt645, meter, echo) == (0, {}) and answered(dlt645, meter, echo + good)[0] == 20, "an echo before it"
    letters = bytearray(good)
    letters[4 + 14] = 0x33 + 0x0A
    letters[-2] = sum(letters[4:-2]) % 256
    assert answered(dlt645, meter, bytes(letters)) == (dlt645.FAULT, {}), "no decimal digits"


# -- CJ/T 188-2004 --

def test_cjt188_frames_of_meters_in_the_field():
    """Frames published by meter users: a water meter (1F 90), a heat meter (90 1F), each with its sum."""
    water = One("cjt188_water", "78330011223344")
    water.turned, water.serial = True, 255
    assert asked(cjt188, water).hex(" ").upper() == "FE FE FE FE 68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16"
    reply = bytes.fromhex("FE FE FE FE 68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C"
                          " 31 01 22 11 05 15 20 21 84")
    reply += bytes([sum(reply[4:]) % 256, 0x16])
    assert answered(cjt188, water, reply) == (35, {"volume": 556_677_000}), "556677.00 m3"
    heat = One("cjt188_heat", "00000040314132")
    assert asked(cjt188, heat).hex(" ").upper() == "FE FE FE FE 68 20 32 41 31 40 00 00 00 01 03 90 1F 01 20 16"


UNITS = [(0x02, 1), (0x05, 1000), (0x08, 10**6), (0x0E, 1e6 / 3600), (0x11, 1e9 / 3600), (0x0B, 1e3 / 3600)]


@pytest.mark.parametrize(("unit", "wh"), UNITS)
def test_cjt188_heat_in_every_unit(unit, wh):
    far = china.Heat("11112233445566", unit=unit)
    far.energy, far.kw, far.m3h, far.m3, far.supply_c, far.return_c = 4321.25, 8.75, 2.3456, 98765.43, 12.34, 9.1
    meter = One("cjt188_heat", "11112233445566")
    length, found = answered(cjt188, meter, far(asked(cjt188, meter)))
    assert length == 13 + 46
    assert found == {"energy": int(4321.25 * wh + 1e-6), "power_w": 8750, "flow_lph": 2345, "volume": 98_765_430,
                     "supply_mc": 12_340, "return_mc": 9_100}


def test_cjt188_refuses_units_that_are_none_of_heat_and_digits_that_are_none():
    far = china.Heat("11112233445566", unit=0x2C)
    meter = One("cjt188_heat", "11112233445566")
    assert answered(cjt188, meter, far(asked(cjt188, meter)))[0] == cjt188.FAULT, "heat in cubic metres"
    good = bytearray(china.Heat("11112233445566")(asked(cjt188, meter)))
    good[3 + 14 + 5] = 0xFA
    good[-2] = sum(good[3:-2]) % 256
    assert answered(cjt188, meter, bytes(good))[0] == cjt188.FAULT


def test_whichever_way_a_meter_wants_its_identifier_it_is_found():
    for order in ("901f", "1f90"):
        far = china.Water("11112233445566", order)
        far.m3 = 12.34
        reader = Reader(Port(far), ("cjt188_water", "11112233445566"))
        reader.run(30)
        assert reader.meters[0].p.ok and reader.meters[0].p.volume_m3 == 12 and reader.meters[0].p.volume_l == 340


# -- Modbus --

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


@given(st.binary(max_size=200), st.sampled_from([("dlt645", "000000000123", dlt645), ("cjt188_heat", "1" * 14, cjt188),
                                                 ("sdm120", "3", modbus), ("multical603", "3", modbus)]))
def test_noise_is_never_a_reading(noise, kind):
    name, address, protocol = kind
    found, into = answered(protocol, One(name, address), noise)
    assert (found, into) == (0, {})


def test_one_wrong_bit_is_never_a_reading():
    for name, address, protocol, far in (("dlt645", "000000000123", dlt645, china.Dlt645("000000000123", 77.7, 1.0)),
                                         ("cjt188_heat", "1" * 14, cjt188, china.Heat("1" * 14))):
        meter = One(name, address)
        good = far(asked(protocol, meter))
        begin = good.index(0x68)
        for bit in range(8 * begin, 8 * len(good)):
            spoilt = bytearray(good)
            spoilt[bit // 8] ^= 1 << bit % 8
            assert answered(protocol, meter, bytes(spoilt))[0] <= 0, bit
            meter.serial = 1


def test_every_type_of_the_config_has_its_file_and_its_source():
    for name, _kind in config_rows.METER_TYPES:
        module = One(name, "1").map
        assert module.PROTOCOL in ("modbus", "dlt645", "cjt188") and len(module.__doc__) > 80
        for ask in module.ASKS:
            for field in ask[-1]:
                assert field[0] in ("energy", "volume", "power_w", "flow_lph", "supply_mc", "return_mc")


# -- the client on its line --

def two():
    a, b = china.Dlt645("000000000001", 10.0, 1.0), china.Dlt645("000000000002", 20.0, 2.0)
    return a, b, Reader(Port(china.Line(a, b)), ("dlt645", "000000000001"), ("dlt645", "000000000002"))


def test_a_round_reads_everybody_and_then_rests():
    a, _b, reader = two()
    reader.run(35)
    assert [name for name, _v in reader.taken[:3]] == ["meter1", "meter2", "meter1"]
    assert 3 <= sum(name == "meter1" for name, _v in reader.taken) <= 4, "a round every ten seconds"
    assert reader.client.p.rooms == 2 and reader.client.p.round_ms < 2000
    assert len(a.asked) == 2 * sum(name == "meter1" for name, _v in reader.taken)


def test_a_silent_meter_is_a_gap_and_holds_up_nobody():
    a, b, reader = two()
    reader.run(30)
    a.silent = True
    reader.run(300)
    p1, p2 = reader.meters[0].p, reader.meters[1].p
    assert (p1.state, p1.ok, p1.gaps) == (far_meter.SILENT, 0, 1) and "energy_wh" in p1.unknown and p1.age_s > 250
    assert p2.ok and p2.age_s <= 12, "its neighbour is read as ever"
    asked_before = len(reader.client.port.sent)
    reader.run(60)
    to_a = [f for f in reader.client.port.sent[asked_before:] if f[5:11] == bytes.fromhex("010000000000")]
    assert 1 <= len(to_a) <= 3, "one request in six rounds"
    a.silent, a.kwh = False, 12.5
    reader.run(130)
    assert p1.ok and p1.state == far_meter.OK and p1.energy_wh == 12_500
    assert [note.split(";")[0] for note in reader.notes] == ["meter1: silent", reader.notes[1]]
    assert "answers again after" in reader.notes[1]


def test_what_was_counted_in_a_gap_comes_with_the_next_answer():
    a = china.Dlt645("000000000001", 10.0)
    counted = []
    reader = Reader(Port(a), ("dlt645", "000000000001"))
    reader.take = lambda meter, values: counted.append(meter.take(values, reader.now_ms // 1000))
    reader.client.taken = reader.take
    reader.run(15)
    a.silent = True
    reader.run(600)
    a.silent, a.kwh = False, 10.75
    reader.run(120)
    assert sum(counted) == 750 and min(counted) == 0


def test_noise_from_a_broken_neighbour_does_not_stop_the_line():
    a, rng = china.Dlt645("000000000001", 10.0), random.Random(1)

    def noisy(heard):
        return rng.choice((b"", rng.randbytes(rng.randint(1, 300)), a(heard), a(heard), rng.randbytes(3) + a(heard)))

    reader = Reader(Port(noisy), ("dlt645", "000000000001"))
    reader.run(1200)
    assert len(reader.taken) > 20 and all(v.get("energy") == 10_000 for _n, v in reader.taken)
    assert frames.AWAKE == 4
