"""The command layer: who may write what, over which link, how often, how fresh, and what expires.

The last test is a hostile client with every authority there is, in random order, against the composed node: no command
switches an output, resets a lockout that it may not reset, or passes a protection.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from doubles.selection import some
from wellhearth.control import trips
from wellhearth.storage import settings as stored
from wellhearth.tables import causes, points


@pytest.mark.parametrize(("role", "link", "path", "value", "words"), [
    ("r", "ir", "room1.setpoint_mc", 21000, ""),
    ("r", "ir", "room2.setpoint_mc", 21000, "not for the resident over ir"),
    ("r", "ir", "well.reset_trip", 1, "not for the resident"),
    ("i", "ir", "room1.setpoint_mc", 21000, "nobody is installer over ir"),
    ("b", "bus", "room2.mode", 0, ""),
    ("b", "bus", "node.demand_limit_pm", 500, "not for the bus"),
    ("b", "bus", "well.reset_trip", 0, "not for the bus"),
    ("b", "bus", "well.capacity_ref_lph_bar", 0, "not for the bus"),
    ("o", "net", "node.demand_limit_pm", 500, ""),
    ("o", "net", "node.demand_limit_pm", 299, "300 to 1000"),
    ("o", "net", "well.capacity_ref_lph_bar", 0, "not for the operator"),
    ("i", "net", "well.capacity_ref_lph_bar", 0, ""),
    ("b", "net", "room1.mode", 0, "nobody is bus over net"),
    ("r", "nowhere", "room1.mode", 0, "nobody is resident over nowhere"),
    ("i", "console", "room1.compressor_on", 1, "read only"),
    ("i", "console", "well.permissive", 1, "read only"),
    ("i", "console", "node.master_on", 1, "read only"),
    ("i", "console", "room1.setpoint_mc", 30001, "5000 to 30000"),
    ("i", "console", "room1.setpoint_mc", "21000", "whole number"),
    ("i", "console", "room1.setpoint_mc", True, "whole number"),
    ("i", "console", "room9.setpoint_mc", 21000, "no point is named"),
    ("i", "console", "room1", 21000, "no point is named"),
])
def test_access_role_range(toy, role, link, path, value, words):
    before = toy.values()
    reason = toy.give(role, link, path, value)
    assert words in reason if words else reason == ""
    after = toy.values()
    counted = {"node.commands", "node.refused"}
    changed = {k for k in after if after[k] != before[k]} - counted
    assert changed == ({path} if not words and before[path] != value else set())
    assert (toy.node.p.commands, toy.node.p.refused) == ((0, 1) if words else (1, 0))
    assert len(toy.notes) == (1 if words or before[path] != value else 0)
    if toy.notes:
        assert f"somebody@{link} {path}={value} " in toy.notes[0] and ("refused: " in toy.notes[0]) == bool(words)


def test_a_rooms_own_limits_hold_for_everybody(toy):
    cfg = toy.node.cfg.rooms[0]
    cfg.setpoint_min_mc, cfg.setpoint_max_mc = 16000, 24000
    for role, link in (("r", "ir"), ("b", "bus"), ("i", "console")):
        assert "allows 16000 to 24000" in toy.give(role, link, "room1.setpoint_mc", 24500)
        assert toy.give(role, link, "room1.setpoint_mc", 24000) == ""
    assert toy.give("b", "bus", "room2.setpoint_mc", 24500) == ""


def test_old_and_repeated_commands_are_refused(toy):
    assert "2001 ms old" in toy.give("i", "net", "room1.mode", 0, age_ms=2001)
    assert "ms old" in toy.give("i", "net", "room1.mode", 0, age_ms=-5)
    assert toy.give("i", "net", "room1.mode", 0, age_ms=2000, stamp=7) == ""
    for stamp in (7, 6):
        assert "given before" in toy.give("i", "net", "room1.mode", 1, stamp=stamp)
    assert toy.give("i", "net", "room1.mode", 1, stamp=8) == "" and toy.node.rooms[0].p.mode == 1
    assert toy.give("i", "net", "room1.mode", 0, who="another", stamp=3) == "", "everybody counts for himself"


def test_a_link_that_is_too_quick_has_to_wait(toy):
    taken = sum(toy.give("r", "ir", "room1.setpoint_mc", 20100 + 100 * n) == "" for n in range(50))
    assert taken == 8
    assert "too many commands over ir" in toy.give("r", "ir", "room1.setpoint_mc", 15000)
    assert toy.give("b", "bus", "room1.setpoint_mc", 15000) == "", "another link has an allowance of its own"
    assert toy.give("r", "ir", "room1.setpoint_mc", 15000) == "", "a refresh changes nothing and costs nothing"
    toy.second(3)
    assert sum(toy.give("r", "ir", "room1.setpoint_mc", 20000 + 100 * n) == "" for n in range(10)) == 3


def test_of_many_refusals_one_a_minute_is_journaled(toy):
    for _ in range(150):
        toy.give("b", "bus", "well.reset_trip", 0)
        toy.second()
    assert toy.node.p.refused == 150 and len(toy.notes) == 3
    assert all("\n" not in note and len(note) < 140 for note in toy.notes)
    toy.give("b", "bus", "x\n99 trip 1 1", 0)
    assert not any("\n" in note for note in toy.notes)


def test_what_the_bus_sets_expires_and_the_local_value_comes_back(toy, tmp_path):
    room = toy.node.rooms[0].p
    assert toy.give("r", "ir", "room1.setpoint_mc", 21000) == ""
    assert toy.give("b", "bus", "room1.setpoint_mc", 17000) == ""
    toy.second(500)
    assert room.setpoint_mc == 17000
    assert toy.give("b", "bus", "room1.setpoint_mc", 17000) == "", "refreshed"
    toy.second(599)
    assert room.setpoint_mc == 17000
    path = str(tmp_path / "s.json")
    stored.Settings(path, toy.node.points).save()
    assert '"room1.setpoint_mc": 21000' in Path(path).read_text(), "a power cut goes back to the local one"
    toy.second(2)
    assert room.setpoint_mc == 21000 and any("expired, back to 21000" in note for note in toy.notes)
    assert toy.give("o", "net", "node.demand_limit_pm", 400) == ""
    toy.second(601)
    assert toy.node.p.demand_limit_pm == 1000


def test_somebody_on_the_spot_ends_what_the_bus_has_set(toy):
    room = toy.node.rooms[0].p
    toy.give("b", "bus", "room1.setpoint_mc", 17000)
    toy.give("r", "ir", "room1.setpoint_mc", 22000)
    toy.second(700)
    assert room.setpoint_mc == 22000 and not room.local
    toy.give("b", "bus", "room1.mode", 3)
    toy.give("r", "ir", "room1.timer_min", 1)
    toy.second(130)
    assert room.mode == 0 and room.changed and not room.local, "the off timer is local"
    toy.second(700)
    assert room.mode == 0


def stored_mode(toy, tmp_path):
    stored.Settings(str(tmp_path / "settings.json"), toy.node.points).save()
    return json.loads((tmp_path / "settings.json").read_text().partition("\n")[2])["room1.mode"]


@pytest.mark.parametrize("bus_mode", [None, 2])
def test_an_off_timer_that_came_over_the_bus_switches_off_for_ten_minutes_and_not_for_good(toy, tmp_path, bus_mode):
    """A broadcast timer_min=1 reaches every room of a village."""
    room = toy.node.rooms[0].p
    assert toy.give("b", "bus", "room1.timer_min", 1) == ""
    if bus_mode is not None:
        assert toy.give("b", "bus", "room1.mode", bus_mode) == ""
    for _ in range(130):
        toy.second()
        assert stored_mode(toy, tmp_path) == 1, "a power cut brings back what its user wanted"
    assert room.mode == 0 and room.timer_min == 0
    toy.second(points.EXPIRY_S)
    assert room.mode == 1 and stored_mode(toy, tmp_path) == 1 and not room.local
    assert any("room1.mode=0 expired, back to 1" in note for note in toy.notes)
    toy.second(2 * points.EXPIRY_S)
    assert room.mode == 1


def test_the_minute_of_an_off_timer_may_be_over_with_the_next_scan(toy):
    room = toy.node.rooms[0]
    room.minute_s = 59
    assert toy.give("b", "bus", "room1.timer_min", 1) == ""
    toy.second(2)
    assert room.p.mode == 0
    toy.second(points.EXPIRY_S)
    assert room.p.mode == 1


def test_an_off_timer_of_its_user_is_for_good_and_whoever_comes_after_the_bus_has_the_word(toy, tmp_path):
    room = toy.node.rooms[0].p
    assert toy.give("b", "bus", "room1.timer_min", 5) == ""
    toy.second(10)
    assert toy.give("r", "ir", "room1.mode", 3) == ""
    toy.second(10)
    assert stored_mode(toy, tmp_path) == 3
    toy.second(301)
    assert room.mode == 0
    toy.second(points.EXPIRY_S)
    assert room.mode == 3 and not room.local, "what its user asked for meanwhile comes back"
    assert toy.give("b", "bus", "room1.timer_min", 5) == toy.give("b", "bus", "room1.timer_min", 0) == ""
    toy.second(2)
    assert not room.local
    assert toy.give("b", "bus", "room1.timer_min", 5) == toy.give("r", "ir", "room1.timer_min", 1) == ""
    toy.second(points.EXPIRY_S + 130)
    assert room.mode == 0 and stored_mode(toy, tmp_path) == 0


@pytest.mark.parametrize("minutes", some([30, 240]))
def test_nothing_that_a_bus_may_write_stays_for_good(toy, minutes):
    """Every row of the table that the bus may write, judged by what is left of it."""
    left = {"mode", "setpoint_mc", "fan_fixed_pm", "boost_min", "timer_min", "schedule_on"}
    assert {row.name for block in toy.node.points.blocks for row in block.rows if "b" in row.who} == left
    before = toy.values()
    for name, value in (("mode", 0), ("setpoint_mc", 5000), ("fan_fixed_pm", 1000), ("boost_min", minutes), ("timer_min", 1),
                        ("schedule_on", 0)):
        assert toy.give("b", "bus", "room1." + name, value) == ""
    toy.second(minutes * 60 + 10)
    after = toy.values()
    assert {name: after["room1." + name] for name in left} == {name: before["room1." + name] for name in left}


def test_a_demand_limit_holds_the_rooms_back_but_not_from_frost(toy):
    toy.second(300)
    assert toy.give("i", "console", "node.demand_limit_pm", 400) == ""
    toy.world.room_c = [10.0, 10.0]
    toy.second(120)
    assert [room.p.duty_pm for room in toy.node.rooms] == [400, 400]
    toy.world.room_c = [3.0, 10.0]
    toy.second(200)
    assert [room.p.duty_pm for room in toy.node.rooms] == [1000, 400]


@pytest.mark.parametrize("row", [row for row in causes.CAUSES if row.flags & trips.ON_SITE and row.scope != trips.LOOP],
                         ids=lambda row: row.key)
def test_some_lockouts_are_reset_on_site_only(toy, row):
    name = "well" if row.scope == trips.WELL else "room1"
    place = causes.bit(row.key)
    toy.node.trip_sets[name].restore_lock(place, 0)
    assert "on site only" in toy.give("i", "net", f"{name}.reset_trip", place)
    assert toy.node.trip_sets[name].trips[place].locked
    assert toy.give("i", "console", f"{name}.reset_trip", place) == ""
    assert not toy.node.trip_sets[name].trips[place].locked
    assert "not locked out" in toy.give("i", "console", f"{name}.reset_trip", place)
