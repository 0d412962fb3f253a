"""A plant's lines: the register map of each type of device, and how its words become values."""

from __future__ import annotations

import importlib

import pytest

from doubles.field_line import Line
from harness.sitl import ROOT
from wellhearth.tables import kinds, plant_config_rows, points

FOLDER = ROOT / "firmware/wellhearth/links/field/types"
TYPES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def module(name):
    return importlib.import_module(f"wellhearth.links.field.types.{name}")


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
