"""A plant's lines: register maps, the client's rounds, silence, and a well node at the other end."""

from __future__ import annotations

import importlib
import types

import pytest

from doubles.toy_devices import Device, Port
from doubles.toyplant import ToyPlant, plant_config
from harness.sitl import ROOT
from wellhearth.equipment import station
from wellhearth.links.field import client
from wellhearth.links.modbus import rtu
from wellhearth.tables import kinds, plant_config_rows, plant_kinds, points

FOLDER = ROOT / "firmware/wellhearth/links/field/types"
TYPES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


BLOCKS = {"machine": plant_kinds.MACHINE, "contacts": plant_kinds.MACHINE, "pump": plant_kinds.PUMP,
          "contacts_pump": plant_kinds.PUMP, "network": plant_kinds.NETWORK, "tank": plant_kinds.TANK,
          "backup": plant_kinds.BACKUP, "quality": plant_kinds.QUALITY, "building": plant_kinds.BUILDING,
          "well": plant_kinds.SOURCE}


def module(name):
    return importlib.import_module(f"wellhearth.links.field.types.{name}")


class Line:
    """A client, its port, its stations on devices of the given types from address 1 on."""

    def __init__(self, *kinds_of, channels=None):
        self.devices = {}
        self.stations = []
        for i, kind in enumerate(kinds_of):
            channel = channels[i] if channels else 0
            self.devices[i + 1] = Device(kind, i + 1)
            cfg = types.SimpleNamespace(type=kind, line="bus", address=i + 1, channel=channel)
            block = BLOCKS.get(kind)
            p = points.new_block(block) if block else types.SimpleNamespace(online=0, answers=0, timeouts=0, errors=0)
            self.stations.append(station.Station(cfg, p, 10))
        self.port = Port(self.devices)
        cfg = types.SimpleNamespace(timeout_ms=100, round_ms=1000)
        self.client = client.FieldClient(rtu.Line(self.port, points.new_block(kinds.BUS)), cfg, self.stations)
        self.ms = 0

    def run(self, seconds):
        for _ in range(seconds * 100):
            self.ms += 10
            self.client.poll(self.ms)
            if self.ms % 1000 == 0:
                for one in self.stations:
                    one.each_second()


@pytest.mark.parametrize("name", TYPES)
def test_a_map_is_whole(name):
    """Fields inside what is read, formats that are known, frames that a Modbus line carries."""
    it = module(name)
    for code, _first, count, every, fields in it.READS:
        assert code in (1, 2, 3, 4) and count <= 125 and every >= 1
        for _signal, place, form, multiplier, divisor in fields:
            size = 2 if form in ("u32", "s32") else 1
            assert place + size <= count and multiplier > 0 and divisor > 0
            assert form in ("u16", "s16", "u32", "s32", "bit") or 0 <= int(form[3:]) < 16
    assert [read for read in it.READS if read[3] == 1] or not it.WRITES, "what is told something is read in each round"
    for code, _first, fields in it.WRITES:
        assert code == 16 or (code in (5, 6) and len(fields) == 1)


def test_every_type_of_the_config_has_its_map():
    tables = [one[-1] for one in (*plant_config_rows.LISTS, *plant_config_rows.SINGLE)]
    named = {name for table in tables for row in table if row.key == "type" for name in row.kind}
    assert named == set(TYPES)


def test_the_map_of_a_well_is_our_own_register_map():
    rows = {row.name: kinds.WELL.first + row.register for row in points.WELL}
    it = module("well")
    for _code, first, _count, _every, fields in it.READS:
        for signal, place, form, multiplier, divisor in fields:
            assert (first + place, form, multiplier, divisor) == (rows[signal], "s32", 1, 1), signal
    (code, first, fields), = it.WRITES
    assert code == 16 and [first + 2 * i for i in range(len(fields))] == [rows[name] for name, _m, _d in fields]
    assert rows["plant_w"] == first


@pytest.mark.parametrize("name", TYPES)
def test_what_a_device_says_and_is_told_goes_through(name):
    line = Line(name)
    one, device = line.stations[0], line.devices[1]
    # What each signal says: something that its format holds exactly.
    for read in device.map.READS:
        for i, (signal, _place, _form, multiplier, divisor) in enumerate(read[4]):
            device.says[signal] = min(one.limits[signal][1], i + 1) * multiplier // divisor
    for i, signal in enumerate(one.want):
        one.tell(signal, {"run": 1, "valves": 1, "cooling": 1}.get(signal, 10 * (i + 1)))
    line.run(13)
    assert one.ok and one.values == device.says
    for signal, value in one.want.items():
        assert device.told[signal] == value or device.told[signal] == bool(value), signal


def test_what_a_device_does_not_know_is_unknown_and_not_zero():
    line = Line("machine")
    device = line.devices[1]
    device.says["lwt_mc"] = 40000
    line.run(3)
    assert line.stations[0].knows("lwt_mc") and line.stations[0].get("lwt_mc", -1) == 40000
    device.unknown.add("lwt_mc")
    line.run(3)
    one = line.stations[0]
    assert not one.knows("lwt_mc") and one.get("lwt_mc", -1) == -1 and one.knows("ewt_mc")


def test_what_cannot_be_is_not_known():
    """250 degC at a machine, 700 m3/h out of one well: the device, the map or the wire is wrong."""
    line = Line("machine", "well")
    line.devices[1].says["lwt_mc"] = 250_000
    line.devices[1].says["ewt_mc"] = 30_000
    line.devices[2].says["flow_lph"] = 700_000
    line.run(4)
    machine, well = line.stations
    assert not machine.knows("lwt_mc") and machine.get("ewt_mc", 0) == 30_000
    assert well.ok and not well.knows("flow_lph") and well.knows("permissive")


def test_what_is_silent_expires_and_does_not_slow_down_the_others():
    line = Line(*["pump"] * 8)
    line.run(5)
    assert all(one.ok for one in line.stations)
    for address in (3, 5, 6):
        line.devices[address].silent = True
    line.run(30)
    assert [one.ok for one in line.stations] == [True, True, False, True, False, False, True, True]
    assert not line.stations[2].knows("running") and line.stations[2].p.timeouts
    assert max(one.age_s for one in line.stations if one.ok) <= 2
    line.devices[3].silent = False
    line.run(10)
    assert line.stations[2].ok


def test_an_order_goes_out_at_once_and_again_when_it_was_lost():
    line = Line("pump", "pump")
    line.run(5)
    line.stations[1].tell("run", 1)
    line.run(1)
    assert line.devices[2].told["run"] == 1
    line.devices[2].told["run"] = 0  # it was reset
    line.run(11)
    assert line.devices[2].told["run"] == 1, "everything is told again"
    line.devices[1].silent = True
    line.stations[0].tell("run", 1)
    line.run(30)
    line.devices[1].silent = False
    line.run(20)
    assert line.devices[1].told["run"] == 1


def test_much_to_tell_leaves_room_to_ask():
    """An order that changes in each turn must not make silence of its own."""
    line = Line(*["pump"] * 8)
    line.run(5)
    for k in range(3000):
        for one in line.stations:
            one.tell("speed_pm", 400 + k % 500)
        line.ms += 10
        line.client.poll(line.ms)
        if line.ms % 1000 == 0:
            for one in line.stations:
                one.each_second()
    assert all(one.ok and one.age_s <= 3 for one in line.stations)


def test_a_little_more_or_less_is_not_worth_a_frame():
    line = Line("pump")
    line.run(2)
    one = line.stations[0]
    for value, told in ((500, 500), (503, 500), (496, 496), (0, 0), (2, 2), (1000, 1000)):
        one.tell("speed_pm", value, 4)
        assert one.want["speed_pm"] == told, value


def test_a_change_while_its_frame_is_on_its_way_is_not_lost():
    line = Line("pump")
    line.run(3)
    one = line.stations[0]
    one.tell("speed_pm", 500)
    line.ms += 10
    line.client.poll(line.ms)  # the frame with 500 is out
    one.tell("speed_pm", 700)
    line.run(1)
    assert line.devices[1].told["speed_pm"] == 700


def test_machines_by_contacts_share_a_module():
    """Channel 2 of a module: its coils, bits and registers lie behind those of channel 1."""
    line = Line("contacts", channels=[2])
    device = line.devices[1]
    for read in device.map.READS:
        assert read
    one = line.stations[0]
    assert one.offset == 4
    one.tell("run", 1)
    line.run(1)
    frames = [frame for frame in line.port.sent if frame[1] == 5]
    assert frames[0][2:6] == bytes([0, 4, 0xFF, 0]), "coil 4 is run of channel 2"


def test_a_wrong_or_hostile_answer_is_no_value():
    line = Line("machine")
    line.run(3)
    device = line.devices[1]
    honest = device.answer
    device.says["lwt_mc"] = 40000
    for spoil in (lambda frame: honest(frame)[:-2], lambda frame: honest(frame) + b"\0\0",
                  lambda frame: bytes([frame[0], frame[1] | 0x80, 4]),
                  lambda frame: bytes([frame[0], 3]) + honest(frame)[2:]):
        device.answer = spoil
        p = line.stations[0].p
        before = p.errors + p.timeouts
        line.run(8)
        assert p.errors + p.timeouts > before
    line.run(10)
    assert not line.stations[0].ok
    device.answer = honest
    line.run(10)
    assert line.stations[0].ok and line.stations[0].get("lwt_mc", 0) == 40000




def test_a_whole_plant_hears_all_of_its_devices():
    plant = ToyPlant(plant_config(2, 2, tank={"line": "bms", "address": 55}))
    plant.run(10)
    assert all(one.ok for one in plant.plant.stations)
