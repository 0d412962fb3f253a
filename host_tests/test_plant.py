"""The simulated world against what the field measured and the data sheets say."""

from __future__ import annotations

import random

import pytest

from plant import well, wiring


def settle(params, flow_m3h, heat_w, hours):
    """A well at constant flow and constant heat extraction: (supply, return) after `hours`."""
    w = well.Well(params)
    w.flow_m3h = flow_m3h
    back = params.ground_c
    for _ in range(int(hours * 3600)):
        back = w.supply_c - heat_w / (flow_m3h * well.WATER_WH_M3K)
        w.thermal(back, 1.0)
    return w.supply_c, back


def test_chengde_well_gives_what_was_measured():
    # 18 wells, 540 m3/h: 30 m3/h each, 15.3 degC out, 13.1 degC back.
    heat = 30.0 * well.WATER_WH_M3K * (15.3 - 13.1)
    assert heat == pytest.approx(76_700, rel=0.002)
    supply, back = settle(well.CHENGDE, 30.0, heat, 48)
    assert supply == pytest.approx(15.3, abs=0.2) and back == pytest.approx(13.1, abs=0.2)


def test_chengde_pump_reaches_its_flow():
    w = well.Well(well.CHENGDE)
    assert w.steady_m3h(1.0) > 30.0 > w.steady_m3h(0.6)


def test_first_well_gives_3_2_kelvin():
    # 200 kW of heating at a system COP of 4: 150 kW out of the ground.
    flow = 150_000 / (3.2 * well.WATER_WH_M3K)
    w = well.Well(well.FIRST_WELL)
    assert w.steady_m3h(1.0) >= flow
    supply, back = settle(well.FIRST_WELL, flow, 150_000, 48)
    assert supply - back == pytest.approx(3.2, abs=0.01)
    assert 10 <= back and supply <= 15.5, "the source gives 10 to 15 degC"


def test_short_circuit_grows_with_flow():
    heat = 20_000
    slow = settle(well.HOUSE, 4.0, heat, 12)
    fast = settle(well.HOUSE, 12.0, heat, 12)
    assert slow[1] < fast[1], "more flow, less difference"
    # Per kelvin of difference the fast well lifts colder water relative to the ground it passes.
    assert (15 - fast[0]) / (fast[0] - fast[1]) > (15 - slow[0]) / (slow[0] - slow[1])


def test_affinity_and_non_return_valve():
    w = well.Well(well.HOUSE)
    p = well.HOUSE
    for speed in (0.7, 0.85, 1.0):
        q = w.steady_m3h(speed)
        head = p.shutoff_m * speed**2 - p.curve * q**2
        load = p.static_m + (p.drawdown + p.injection_kpa / 9.81) * q + p.pipe * q**2
        assert head == pytest.approx(load, abs=1e-9)
    assert w.steady_m3h(0.4) == 0.0
    w.hydraulics(True, 1.0, 60)
    high = w.pressure_kpa
    w.clog = 1.0
    w.hydraulics(True, 1.0, 60)
    assert w.pressure_kpa > high * 1.3


def test_ds18b20_device_behaves_like_the_part():
    device = wiring.Ds18b20(wiring.make_rom(7), lambda: 21.37, 5.0, random.Random(1))
    assert device.scratchpad(0.0)[:2] == bytes([0x50, 0x05]), "85 degC after power-up"
    device.convert(1.0)
    assert device.scratchpad(1.7)[:2] == bytes([0x50, 0x05]), "750 ms are not over"
    raw = int.from_bytes(device.scratchpad(1.76)[:2], "little")
    assert raw / 16 == pytest.approx(21.37, abs=0.1)
    assert wiring.crc8(device.scratchpad(2.0)) == 0


def test_bus_answers_as_a_bus_does():
    devices = [wiring.Ds18b20(wiring.make_rom(i), lambda: 20.0, 5.0, random.Random(1)) for i in (1, 2)]
    bus = wiring.OneWireBus(devices)
    read = b"\x55" + devices[0].rom + b"\xbe"
    assert bus.transact(read, 9, 0.0)[0] == 0
    assert bus.transact(b"\x55" + wiring.make_rom(9) + b"\xbe", 9, 0.0) == (0, b"\xff" * 9), "nobody of that name"
    assert bus.transact(b"\xcc\xbe", 9, 0.0) == (0, b"\xff" * 9), "two would answer at once"
    devices[0].fault = devices[1].fault = "open"
    assert bus.transact(read, 9, 0.0)[0] == 1
    bus.fault = "short"
    assert bus.transact(read, 9, 0.0) == (2, bytes(9))


def test_pulse_meter_counts_the_water():
    meter = wiring.PulseMeter(50000, 0)
    for i in range(36_000):
        meter.step(2345.0, 0.1, (i + 1) * 100_000 & wiring.TICKS_MASK)
    assert meter.count == pytest.approx(2.345 * 50000, abs=2)


