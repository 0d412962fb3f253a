"""Each protocol and type of meter: noise and spoilt frames are no reading, each type has its file and its source."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from doubles import china_meters as china
from doubles.meter_line import One, answered, asked
from wellhearth.links.meters import cjt188, dlt645, modbus
from wellhearth.tables import config_rows


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
