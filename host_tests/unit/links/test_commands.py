"""The command layer: who may write what, over which link, how often, how fresh, and what expires.

The last test is a hostile client with every authority there is, in random order, against the composed node: no command
switches an output, resets a lockout that it may not reset, or passes a protection.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from doubles.invariants import warm_copy
from doubles.selection import some
from doubles.toyhouse import FAULTS, Toy
from wellhearth.control import trips
from wellhearth.links import hub, orders
from wellhearth.storage import settings as stored
from wellhearth.tables import bits, causes, kinds, points, refusals


@pytest.fixture
def toy():
    return Toy()


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


# -- the hostile client --

BLOCKS = ((kinds.NODE, 0), (kinds.WELL, 0), (kinds.ROOM, 0), (kinds.ROOM, 1))
PATHS = [f"{kind.block(index)}.{row.name}" for kind, index in BLOCKS for row in kind.rows]
VALUES = st.one_of(st.sampled_from([0, 1, 2, 3, 1000, 5000, 20000, 30000, -1, 1 << 29, 1 << 31, 10**12]),
                   st.integers(-5, 40000), st.sampled_from([None, "1", True, 0.5, (), "__class__"]))
FAULTS = st.sampled_from(FAULTS)
SEQUENCES = int(os.environ.get("WELLHEARTH_SEQUENCES", "2000")) // 8
PARTS = 8


class Hostile(RuleBasedStateMachine):
    """Holds every role on every link, knows every point, and means no good."""

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.world, self.watch = warm_copy(self.folder.name)
        self.toy = Toy(self.world)
        for link in self.toy.commands.links.values():
            link.per_s = 0  # the rate limit would only get in its way

    def teardown(self):
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def wait(self, seconds):
        for _ in range(seconds):
            self.toy.second()
            self.watch.look()

    @rule(role=st.sampled_from("riobwx"), link=st.sampled_from(["console", "bus", "well", "ir", "net", ""]),
          path=st.one_of(st.sampled_from(PATHS), st.text(max_size=20)), value=VALUES, seconds=st.sampled_from([0, 1, 30]))
    def command(self, role, link, path, value, seconds):
        out, pm = dict(self.world.out), dict(self.world.pm)
        locked = self.locked()
        reason = self.toy.give(role, link, path, value)
        assert isinstance(reason, str)
        assert self.world.out == out and self.world.pm == pm, "a command switched an output"
        for name, key in locked - self.locked():
            assert role == "i" and path == f"{name}.reset_trip", "somebody else reset a lockout"
            assert link == "console" or not causes.find(key)[9] & trips.ON_SITE, "reset from afar"
        self.wait(seconds)

    def locked(self):
        return {(name, trip.key) for name, ts in self.world.node.trip_sets.items() for trip in ts.trips if trip.locked}

    @rule(name=st.sampled_from(["well", "room1", "room2"]), place=st.integers(0, 21),
          link=st.sampled_from(["net", "console"]))
    def resets(self, name, place, link):
        self.command("i", link, f"{name}.reset_trip", place, 1)

    @rule(room=st.sampled_from([1, 2]), n=st.integers(1, 12), seconds=st.sampled_from([1, 3, 20]))
    def hammers_the_mode(self, room, n, seconds):
        for i in range(n):
            self.toy.give("r", "net", f"room{room}.mode", i % 4)
            self.wait(seconds)

    @rule(fault=FAULTS, seconds=st.sampled_from([1, 5, 60]))
    def breaks(self, fault, seconds):
        self.world.begin(fault)
        self.wait(seconds)

    @rule(fault=FAULTS)
    def is_mended(self, fault):
        self.world.mend(fault)
        self.wait(1)

    @rule(seconds=st.sampled_from([1, 60]))
    def power_cut(self, seconds):
        self.world.reset()
        self.toy.attach()
        self.wait(seconds)


@pytest.mark.parametrize("part", some(range(PARTS)))
def test_a_hostile_client_with_every_authority_cannot_do_harm(part):
    machine = seed(part)(type(f"Hostile{part}", (Hostile,), {}))
    run_state_machine_as_test(machine, settings=settings(
        max_examples=-(-SEQUENCES // PARTS), stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)))


class Broken:
    """A link with a mistake in it."""

    def __init__(self):
        self.turns = 0

    def poll(self, now_ms):
        self.turns += 1
        raise ValueError("oh")


def test_a_link_that_fails_is_told_once_a_minute_and_takes_nothing_with_it(toy):
    said = []
    node = toy.node
    node.cfg.bus = node.cfg.bms = node.cfg.remote = None
    board = type("B", (), {"say": staticmethod(said.append)})
    links = hub.Hub(node, board, lambda now_s, text: toy.notes.append(text))
    broken, polled = Broken(), []
    links.parts = [broken, type("P", (), {"poll": staticmethod(lambda now_ms: polled.append(now_ms) or 7)})]
    for n in range(100):
        assert links.poll(n) == 7
        toy.second()
    assert broken.turns == len(polled) == 100
    assert said == toy.notes == ["link Broken failed: ValueError('oh')"] * 2


def test_the_flash_waits_until_a_line_has_had_its_answer(toy):
    node = toy.node
    node.cfg.bus = node.cfg.bms = node.cfg.remote = None
    links = hub.Hub(node, None, lambda now_s, text: None)
    assert links.calm(5), "no line, nobody to wait for"
    busy = [True]
    port = type("P", (), {"sending": staticmethod(lambda: busy[0])})
    line = type("L", (), {"port": port, "p": points.new_block(kinds.BUS)})
    links.lines.append(line)
    now = (1 << 30) - 100  # the ring wraps in between
    assert not links.calm(now)
    line.p.answers = 1
    assert not links.calm(now), "the answer is still on its way"
    busy[0] = False
    assert links.calm(now) and links.calm((now + 199) & 0x3FFFFFFF) and not links.calm((now + 200) & 0x3FFFFFFF)


# -- refusals --


def test_every_refusal_has_a_key_and_words_of_its_own():
    keys = [key for key, _text in refusals.REFUSALS]
    codes = {name: value for name, value in vars(refusals).items() if name.isupper() and type(value) is int}
    assert sorted(codes.values()) == list(range(len(keys))) and len(set(keys)) == len(keys)
    assert all(keys[code] == name.lower() for name, code in codes.items())


def test_each_refusal_can_be_said_in_words(toy):
    """The numbers are what the bus gets; whoever reads gets the same reason in words."""
    toy.node.trip_sets["well"].trips[bits.LEAK].trip(0)
    toy.node.trip_sets["well"].restore_lock(bits.LEAK, 0)
    given = {
        refusals.NO_LINK: (("b", "ir", "room1.mode", 0), "nobody is bus over ir"),
        refusals.NO_POINT: (("i", "net", "well.nothing", 0), "no point is named well.nothing"),
        refusals.READ_ONLY: (("i", "net", "well.flow_lph", 0), "flow_lph is read only"),
        refusals.NO_NUMBER: (("i", "net", "room1.setpoint_mc", "x"), "setpoint_mc takes a whole number (mc), got 'x'"),
        refusals.OUT_OF_RANGE: (("i", "net", "room1.setpoint_mc", 99), "setpoint_mc = 99: allowed is 5000 to 30000 (mc)"),
        refusals.NOT_FOR_ROLE: (("r", "ir", "room2.mode", 0), "room2.mode is not for the resident over ir"),
        refusals.ON_SITE: (("i", "net", "well.reset_trip", bits.LEAK), "leak is reset on site only"),
        refusals.NO_ROW: (("i", "console", "well.reset_trip", 29), "well has rows 0 to"),
        refusals.NOT_LOCKED: (("i", "console", "well.reset_trip", bits.NO_FLOW), "well no_flow is not locked out"),
    }
    for code, (words, text) in given.items():
        order = orders.Order(words[1], words[0], "somebody", *words[2:])
        assert toy.commands.give(order) == code and toy.commands.words(order, code).startswith(text)
