"""A hostile client with every authority; links that fail; refusals in words."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from doubles.invariants import warm_copy
from doubles.selection import some
from doubles.toyhouse import FAULTS, Toy
from wellhearth.control import trips
from wellhearth.links import hub, orders
from wellhearth.tables import bits, causes, kinds, points, refusals, signed_refusals

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
    codes = {name: value for module in (refusals, signed_refusals) for name, value in vars(module).items()
             if name.isupper() and type(value) is int}
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
