"""Every fault does to the signal, or to the water, what its help says: seen by the board's inputs and by the plant."""

from __future__ import annotations

import statistics

import pytest

from doubles.fault_bench import Bench
from harness import faults
from harness.devices.ds18b20 import crc8

# -- sensors --


def test_sensor_values(bench):
    true = bench.read("supply")
    for name, value, want in (("sensor_drift", None, true + 5.0), ("sensor_drift", -2.0, true - 2.0),
                              ("sensor_scale", None, true * 0.9), ("sensor_scale", 1.5, true * 1.5),
                              ("sensor_power_on", None, 85.0)):
        bench.change(name, "supply", value)
        assert bench.read("supply") == pytest.approx(want, abs=0.15), name
        bench.change(name, "supply", mend=True)
        assert bench.read("supply") == pytest.approx(true, abs=0.15)


def test_sensor_frozen_and_slow(bench):
    at = {name: bench.read(name) for name in ("room1", "room2", "supply_air1")}
    bench.change("sensor_frozen", "room1")
    bench.change("sensor_slow", "room2")
    bench.plant.sensed["room_c"][:] = [at["room1"] + 10.0, at["room2"] + 10.0]
    seen = []
    for _ in range(10):
        bench.tick += 60  # six seconds
        seen.append([int.from_bytes(bench.ask(name)[1][:2], "little") / 16 for name in ("room1", "room2")])
    assert all(abs(one - at["room1"]) <= 0.0625 for one, _two in seen)
    assert 0.3 < seen[-1][1] - at["room2"] < 1.0, "a minute of 15: 20 times 45 s"
    for name in ("sensor_frozen", "sensor_slow"):
        bench.change(name, "room1" if "frozen" in name else "room2", mend=True)
    assert bench.read("room1") == pytest.approx(at["room1"] + 10.0, abs=0.15)


def test_sensor_noise(bench):
    true = bench.read("supply")
    bench.change("sensor_noise", "supply")
    assert statistics.stdev([bench.read("supply") for _ in range(60)]) == pytest.approx(2.0, abs=0.6)
    bench.change("sensor_noise", "supply", mend=True)
    assert bench.read("supply") == pytest.approx(true, abs=0.15)


def test_sensor_open_garbled_and_on_a_loose_wire(bench):
    bench.change("sensor_open", "room1")
    assert bench.ask("room1")[1] == b"\xff" * 9 and crc8(bench.ask("room2")[1]) == 0
    bench.change("sensor_open", "room1", mend=True)
    bench.change("sensor_crc", "room1")
    assert crc8(bench.ask("room1")[1]) != 0
    bench.change("sensor_crc", "room1", mend=True)
    bench.change("sensor_intermittent", "room1")
    lost = sum(bench.ask("room1")[1] == b"\xff" * 9 for _ in range(400))
    assert 160 <= lost <= 240
    bench.change("sensor_intermittent", "room1", mend=True)
    assert crc8(bench.ask("room1")[1]) == 0


def test_the_bus_short_and_open(bench):
    for name, status in (("bus_short", 2), ("bus_open", 1)):
        bench.change(name)
        assert bench.ask("supply")[0] == bench.ask("room1")[0] == status
        bench.change(name, mend=True)
        assert bench.ask("supply")[0] == 0


def test_a_slipped_sensor_reads_the_air_and_nothing_tells(bench):
    s = bench.plant.sensed
    s["leaving_c"][0], s["supply_c"] = 3.0, 15.0
    assert bench.read("leaving1") == pytest.approx(3.0, abs=0.15)
    bench.change("sensor_slipped", "leaving1")
    bench.change("sensor_slipped", "supply")
    assert bench.read("leaving1") == pytest.approx(s["room_c"][0], abs=0.5)
    assert bench.read("supply") == pytest.approx(10.0, abs=0.5)
    assert len({bench.read("supply") for _ in range(30)}) > 3, "air moves: it is not a frozen value"
    bench.change("sensor_slipped", "leaving1", mend=True)
    assert bench.read("leaving1") == pytest.approx(3.0, abs=0.15)
    with pytest.raises(faults.FaultError, match="no target 'room1'"):
        bench.change("sensor_slipped", "room1")  # it hangs in the air already


@pytest.mark.parametrize("pair", ["supply+return", "return+supply", "leaving1+leaving2", "room1+leaving1"])
def test_two_sensors_are_swapped_and_come_back(bench, pair):
    s = bench.plant.sensed
    s.update(supply_c=15.0, return_c=11.0, leaving_c=[6.0, 9.0], room_c=[18.0, 19.0])
    a, b = pair.split("+")
    before = bench.read(a), bench.read(b)
    bench.change("sensor_swapped", pair)
    assert (bench.read(a), bench.read(b)) == pytest.approx(before[::-1], abs=0.15)
    with pytest.raises(faults.FaultError, match="swapped already"):
        bench.change("sensor_swapped", f"{a}+supply2")
    bench.change("sensor_swapped", pair, mend=True)
    bench.change("sensor_swapped", pair, mend=True)  # twice does no harm
    assert (bench.read(a), bench.read(b)) == pytest.approx(before, abs=0.15)


def test_a_swapped_chip_keeps_its_own_offset():
    bench = Bench(ideal=False)
    a, b = bench.wiring.sensors["supply"], bench.wiring.sensors["return"]
    own = a.offset_k, b.offset_k, a.mount, b.mount
    bench.change("sensor_swapped", "supply+return")
    assert (a.offset_k, b.offset_k, b.mount, a.mount) == own
