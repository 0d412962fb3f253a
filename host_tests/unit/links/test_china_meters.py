"""Meters by DL/T 645 and CJ/T 188: frames of the standards byte for byte, units, what is none of theirs."""

from __future__ import annotations

import pytest

from doubles import china_meters as china
from doubles.meter_line import One, Port, Reader, answered, asked
from wellhearth.links.meters import cjt188, dlt645


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
