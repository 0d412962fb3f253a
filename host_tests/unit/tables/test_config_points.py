"""config.py, points.py, events and settings under CPython."""

from __future__ import annotations

import json

import pytest

from doubles import houses
from wellhearth.console import views
from wellhearth.control import trips
from wellhearth.storage import events, record, settings
from wellhearth.tables import bits, cause_rows, causes, config, config_rows, kinds, points
from whtools.docs import bits as bit_file


def errors_of(change):
    data = houses.house_config(2)
    change(data)
    return config.validate(data)[1]


def test_the_house_is_valid():
    assert config.validate(houses.house_config(6))[1] == []


LOOP = {"supply_rom": "28015000000000bc", "return_rom": "28025000000000e5"}


def put(section, key, value):
    def change(data):
        (data["rooms"][0] if section == "room1" else data[section])[key] = value
    return change


@pytest.mark.parametrize(("change", "words"), [
    (put("well", "min_flow_lph", 99), ["well.min_flow_lph", "99", "100 to 60000", "L/h"]),
    (put("well", "min_flow_lph", "1200"), ["well.min_flow_lph", "'1200'", "whole number"]),
    (put("well", "min_flow_lph", 1200.5), ["well.min_flow_lph", "1200.5", "whole number"]),
    (put("well", "min_flow_lph", True), ["well.min_flow_lph", "True", "whole number"]),
    (put("well", "min_flow_lph", 5000), ["min_flow_lph = 5000", "max_flow_lph = 4800"]),
    (put("well", "min_flwo_lph", 1200), ["well.min_flwo_lph", "unknown key", "min_flow_lph"]),
    (put("well", "type", "artesian"), ["well.type", "artesian", "single_aquifer"]),
    (put("well", "reinjection_limit_kpa", 2000), ["reinjection_limit_kpa = 2000", "pressure_range_kpa = 1000"]),
    (put("well", "return_pulses_per_m3", 10), ["return_pulses_per_m3", "10", "not fitted"]),
    (lambda d: d["well"].update(pulses_per_m3=1000000, max_flow_lph=4800),
     ["well.pulses_per_m3 = 1000000", "1333 pulses a second", "max_flow_lph = 4800", "800"]),
    (lambda d: d["well"].update(return_pulses_per_m3=700000), ["well.return_pulses_per_m3", "933", "800"]),
    (put("well", "pulses_per_m3", 1000), ["well.pulses_per_m3 = 1000", "min_flow_lph = 1200", "3 a second", "9000"]),
    (lambda d: d["well"].update(pulses_per_m3=9000, return_pulses_per_m3=1000), []),
    (put("well", "pulses_per_m3", 600000), []),
    (put("node", "restart_min_s", 300), ["restart_min_s = 300", "restart_max_s = 180"]),
    (put("node", "period_ms", 10), ["node.period_ms", "50 to 200 ms"]),
    (put("room1", "fan_min_pm", 1000), []),
    (put("room1", "setpoint_mc", 31000), ["room1.setpoint_mc", "31000", "5000 to 30000 mdegC"]),
    (put("room1", "min_on_s", 60), ["room1.min_on_s", "180 to 1800"]),
    (put("room1", "unit_type", "IV"), ["room1.unit_type", "IV"]),
    (put("room1", "unit_type", "II"), ["room1.unit_type", "type I takes well water"]),
    (lambda d: [r.update(unit_type="III") for r in d["rooms"]], ["loop is missing", "antifreeze_mc"]),
    (lambda d: (d.update(loop=LOOP), [r.update(unit_type="II") for r in d["rooms"]]),
     ["loop.antifreeze_mc = 0", "start only with antifreeze", "measure"]),
    (lambda d: (d.update(loop={**LOOP, "antifreeze_mc": -6000}), [r.update(unit_type="II") for r in d["rooms"]]),
     ["room1.freeze_limit_mc = -4000", "must not go below -1000"]),
    (lambda d: (d.update(loop={**LOOP, "antifreeze_mc": -15000}), [r.update(unit_type="III") for r in d["rooms"]]), []),
    (lambda d: d.update(loop=LOOP), ["loop: no room has a unit of type II or III"]),
    (put("room1", "freeze_limit_mc", 2900), ["room1.freeze_limit_mc = 2900", "must not go below 3000"]),
    (lambda d: d["well"].update(type="multi_aquifer"), ["well2.supply_rom is missing", "well2.return_rom is missing"]),
    (lambda d: d.update(well2={}), ["well2: only a well of type multi_aquifer"]),
    (put("room1", "schedule", "mo-fr 06:30"), ["room1.schedule", "hh:mm-hh:mm"]),
    (put("room1", "schedule", 7), ["room1.schedule", "must be text"]),
    (put("well", "current_range_ma", 100), ["current_range_ma = 100", "500 and more"]),
    (put("well", "quiet_pump_pm", 599), ["quiet_pump_pm = 599", "600 to 1000"]),
    (put("room1", "quiet_fan_pm", 150), ["fan_min_pm = 200", "quiet_fan_pm = 150"]),
    (put("well", "dry_run_percent", 60), ["dry_run_percent", "70 to 90 %"]),
    (put("room1", "name", ""), ["room1.name", "1 to 32 characters"]),
    (put("room1", "room_rom", "28ff"), ["room1.room_rom", "28ff", "16 hex digits"]),
    (lambda d: d["rooms"][1].update(room_rom=d["rooms"][0]["room_rom"]), ["room2.room_rom", "the same sensor as room1"]),
    (lambda d: d["rooms"][0].update(room_rom=d["well"]["supply_rom"].upper()), ["the same sensor as well.supply_rom"]),
    (lambda d: d["well"].pop("supply_rom"), ["well.supply_rom is missing", "lifted water"]),
    (lambda d: d.update(pumps={}), ["pumps: unknown section"]),
    (lambda d: d.update(rooms=[]), ["rooms: must be a list of 1 to 8"]),
    (lambda d: d.update(rooms=[5]), ["room1: must be an object"]),
    (lambda d: d.update(well=None), ["well: must be an object"]),
])
def test_each_mistake_names_key_value_and_what_is_allowed(change, words):
    found = errors_of(change)
    assert bool(found) == bool(words)
    assert all(word in " / ".join(found) for word in words), found


def test_all_mistakes_are_reported_at_once():
    def change(data):
        data["well"]["min_flow_lph"] = 1
        data["well"]["typo"] = 1
        data["rooms"][0]["fan_min_pm"] = 900
        data["rooms"][0]["fan_max_pm"] = 500
        del data["rooms"][1]["leaving_rom"]
    assert len(errors_of(change)) == 4


@pytest.mark.parametrize("data", [None, 5, "x", [], [1]])
def test_anything_else_than_an_object_is_refused(data):
    assert config.validate(data)[1]


def test_files(tmp_path):
    path = tmp_path / "config.json"
    assert "cannot be read" in config.load(str(path))[1][0]
    path.write_text("{")
    assert "not valid JSON" in config.load(str(path))[1][0]
    assert config.save(str(path), {"rooms": []})
    assert path.read_text() == "{", "a config with mistakes is never stored"
    assert config.save(str(path), houses.house_config(3)) == []
    cfg, errors = config.load(str(path))
    assert not errors and len(cfg.rooms) == 3 and cfg.well.min_flow_lph == 1200
    assert [p.name for p in tmp_path.iterdir()] == ["config.json"]


@pytest.mark.parametrize("rows", [config_rows.NODE, config_rows.WELL, config_rows.ROOM])
def test_config_rows_are_sound(rows):
    keys = [row.key for row in rows]
    assert len(set(keys)) == len(keys)
    for key, kind, default, unit, lo, hi, text in rows:
        assert text and key == key.lower()
        if kind == config_rows.INT:
            assert lo <= default <= hi < 1 << 30 and unit


SUFFIXES = {unit: "_" + unit for unit in (
    "mc", "mk", "lph", "kpa", "w", "wh", "mwh", "l", "m3", "pm", "h", "us", "b", "min", "ma", "percent", "lph_bar", "mk_h")}


BLOCKS = {"node": points.NODE, "well": points.WELL, "room": points.ROOM, "loop": points.LOOP, "water": points.WATER,
          "far": points.FAR, "bus": points.BUS}


@pytest.mark.parametrize("rows", BLOCKS.values(), ids=BLOCKS)
def test_point_rows_are_sound(rows):
    assert len({row.name for row in rows}) == len(rows)
    assert sorted(row.register for row in rows) == list(range(0, 2 * len(rows), 2)), "every register once, no gap"
    for row in rows:
        name, unit, lo, hi, access, saved, register, text = row[:8]
        assert (access != "r") == (row.who != "") and set(row.who) <= set(points.ROLES)
        assert lo <= hi < 1 << 30 and text and access in ("r", "rw", "cmd") and register % 2 == 0
        assert not saved or access == "rw"
        assert unit in SUFFIXES or unit in ("count", "bool", "s", "ms") or unit.startswith(("enum:", "bits:"))
        if unit in SUFFIXES:
            assert name.endswith(SUFFIXES[unit]), name
        if unit.startswith("enum:"):
            assert hi == unit.count("|")
        if unit.startswith("bits:"):
            assert unit.count("|") < 29, "bits of a 31-bit int, and reset_trip ends at 29"


def test_registers_of_blocks_do_not_overlap():
    assert max(row.register for row in points.NODE) + 2 <= kinds.WATER.first - kinds.NODE.first
    assert max(row.register for row in points.WATER) + 2 <= kinds.BUS.first - kinds.WATER.first
    assert max(row.register for row in points.BUS) + 2 <= kinds.BMS.first - kinds.BUS.first
    assert max(row.register for row in points.BUS) + 2 <= kinds.WELL.first - kinds.BMS.first
    assert max(row.register for row in points.LOOP) + 2 <= kinds.FAR.first - kinds.LOOP.first
    assert max(row.register for row in points.FAR) + 2 <= kinds.FAR.stride
    assert max(row.register for row in points.WELL) + 2 <= kinds.WELL2.first - kinds.WELL.first
    assert max(row.register for row in points.WELL) + 2 <= kinds.ROOM.first - kinds.WELL2.first
    assert kinds.ROOM.first + config_rows.MAX_ROOMS * kinds.ROOM.stride <= kinds.LOOP.first
    assert max(row.register for row in points.ROOM) + 2 <= kinds.ROOM.stride


def two_rooms():
    return points.Points([points.Block(kinds.ROOM, 0), points.Block(kinds.ROOM, 1)])


def test_writing_obeys_the_table():
    p = two_rooms()
    assert p.write("room1.setpoint_mc", 21500) == ""
    assert p.read("room1.setpoint_mc") == 21500 and p.read("room2.setpoint_mc") == 5000
    assert p.blocks[0].changed and not p.blocks[1].changed
    for path, value, words in (
        ("room1.setpoint_mc", 30001, "5000 to 30000 (mc)"), ("room1.setpoint_mc", 4999, "allowed is"),
        ("room1.compressor_on", 1, "read only"), ("room1.nothing", 1, "no point is named"), ("room9.mode", 1, "no point"),
        ("", 1, "no point"), ("room1.mode", "1", "whole number"), ("room1.mode", True, "whole number"),
    ):
        assert words in p.write(path, value)
    assert p.read("room1.setpoint_mc") == 21500, "a refused write changes nothing"
    with pytest.raises(KeyError):
        p.read("room1.nothing")


def test_only_setpoints_modes_and_the_lockout_reset_can_be_written():
    tables = (points.NODE, points.WELL, points.ROOM, points.LOOP, points.ACCOUNT, points.METER)
    writable = {row.name for rows in tables for row in rows if row.access != "r"}
    assert writable == {"mode", "setpoint_mc", "fan_fixed_pm", "boost_min", "timer_min", "schedule_on",
                        "capacity_ref_lph_bar", "reset_trip", "demand_limit_pm", "grid_state", "peak_w",
                        "zero_run_min", "new_season", "plant_w", "plant_running"}, \
        "nothing that switches an output"


def test_settings_survive_and_bad_ones_are_named(tmp_path):
    path = tmp_path / "settings.json"
    p = two_rooms()
    stored = settings.Settings(str(path), p)
    assert stored.load() == []
    p.write("room2.setpoint_mc", 17000)
    stored.save()
    assert not p.blocks[1].changed
    q = two_rooms()
    again = settings.Settings(str(path), q)
    assert again.load() == [] and q.read("room2.setpoint_mc") == 17000 and not q.blocks[1].changed
    path.write_text(json.dumps({"room1.setpoint_mc": 99999, "room1.mode": 1, "x": 3}))  # a file of the firmware before
    reasons = again.load()
    assert len(reasons) == 2 and "99999" in reasons[0] and q.read("room1.mode") == 1
    (tmp_path / "settings.json.2").unlink()
    for text in ("{", "[]"):
        path.write_text(text)
        assert "start from the config" in settings.Settings(str(path), q).load()[0]
        assert q.blocks[0].changed, "written anew"


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "settings.json"
    path.write_text("old")

    def cut(*_args):
        raise OSError(5, "power cut")

    monkeypatch.setattr(record.os, "rename", cut)
    with pytest.raises(OSError):
        record.write_file(str(path), b"new")
    assert path.read_text() == "old"


def test_event_ring_keeps_order_and_counts_what_it_loses():
    ring = events.EventRing(8)
    for i in range(10):
        ring.put(i, events.TRIP, 1, i)
    assert ring.lost == 3
    assert [ring.get()[0] for _ in range(7)] == list(range(7))
    assert ring.get() is None
    ring.put(99, events.CLEAR, 2, 3)
    assert ring.get() == (99, events.CLEAR, 2, 3)


def test_table_keys_are_unique_and_bits_fit():
    keys = [row.key for row in causes.CAUSES]
    assert len(set(keys)) == len(keys)
    for scope in range(len(cause_rows.SCOPE_TEXT)):
        rows = causes.rows(scope)
        assert [row.bit for row in rows] == list(range(len(rows))) and len(rows) <= 30
        for row in rows:
            assert getattr(bits, row.key.upper()) == row.bit == causes.bit(row.key)
            assert causes.name(scope, row.bit) == row.key


def test_a_bit_once_given_is_never_given_to_another_row(monkeypatch):
    """What is on flash, on the bus and in somebody's program for a building knows the numbers only."""
    before = bit_file.given()
    assert bit_file.PATH.read_text() == bit_file.render(before), "run `make docs`"
    rows = causes.CAUSES
    for changed in (rows[:-1], (rows[0]._replace(bit=29), *rows[1:]), (rows[0]._replace(key="another"), *rows[1:])):
        monkeypatch.setattr(causes, "CAUSES", changed)
        with pytest.raises(bit_file.BitError, match="its row must stay"):
            bit_file.render(before)
    monkeypatch.setattr(causes, "CAUSES", (rows[0]._replace(key="new", bit=29), *rows))
    assert "\nNEW = 29\n" in bit_file.render(before), "a new row may stand anywhere"


def test_an_order_of_the_rows_means_nothing(monkeypatch):
    monkeypatch.setattr(causes, "CAUSES", tuple(reversed(causes.CAUSES)))
    assert [row.bit for row in causes.rows(trips.WELL)] == list(range(len(causes.rows(trips.WELL))))
    assert causes.bit("no_flow") == 1 and causes.name(trips.ROOM, 0) == "freeze"


def test_bits_of_a_newer_node_are_shown_by_their_number():
    assert causes.name(trips.ROOM, 29) == "29"
    text, _unit = views.shown(points.FAR[11].unit, 1 | 1 << 29)
    assert points.FAR[11].name == "room_trips" and text == "freeze,bit 29"


def test_no_such_row():
    with pytest.raises(KeyError):
        causes.find("nothing")
