"""Random commands, faults and resets against the composed node, with the invariants that must never break.

The node is the firmware's own, on a toy board with instant physics, one scan a second. A Hypothesis state
machine drives it; of 2,000 sequences an eighth runs in `make test`, the rest in `make test-long`. More on demand:
WELLHEARTH_SEQUENCES=20000 .venv/bin/python -m pytest -m "" --timeout 3600 host_tests/test_invariants.py
"""

from __future__ import annotations

import copy
import functools
import os
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

import conftest
from plant import wiring
from wellhearth.node import node
from wellhearth.storage import ledger

ROOMS = 2
SEQUENCES = int(os.environ.get("WELLHEARTH_SEQUENCES", "2000"))
PARTS = 8  # the first in `make test`
FIRST_SEED = int(os.environ.get("WELLHEARTH_FIRST_SEED", "0"))
STEPS = 8
PUMP_STARTS = 12  # a day's pump starts in this house: few, so that sequences meet the limit


class Pin:
    """An output, or an input that follows it."""

    def __init__(self, world, name):
        self.world = world
        self.name = name

    def set(self, on):
        self.world.out[self.name] = bool(on)

    def set_pm(self, pm):
        self.world.pm[self.name] = pm

    def get(self):
        if self.name.endswith("_ok"):
            return self.name not in self.world.faults
        kind = self.world.faults.get(self.name)
        return kind == "welded" or (self.world.out.get(self.name, False) and kind != "dead")

    def count(self):
        if self.name == "return" and "leak" in self.world.faults:
            return self.world.leaked & 0xFFFFFF
        return self.world.pulses & 0xFFFFFF

    def edge_us(self):
        return self.world.edge_us

    def read_uv(self):
        if "pressure" in self.world.faults:
            return 0
        return 2_000_000 if "clogged" in self.world.faults else 500_000 + self.world.flow * 48


class Value:
    """What a sensor of the toy house measures (an object, so that a copied world measures itself)."""

    def __init__(self, world, kind, i):
        self.world, self.kind, self.i = world, kind, i

    def __call__(self):
        w = self.world
        if self.kind == "room":
            return w.room_c[self.i]
        if self.kind == "leaving":
            return w.leaving_c(self.i)
        return {"supply": 15.0, "return": 12.0, "supply_air": 40.0}[self.kind]


class World:
    """Toy board and toy physics; a reset makes a new node on the same ledger."""

    CONFIG_PATH = SETTINGS_PATH = LEDGER_PATH = ""

    def __init__(self, path):
        self.data = conftest.house_config(ROOMS, pump_starts_per_day=PUMP_STARTS)
        self.data["node"]["period_ms"] = 200
        self.cfg = conftest.valid(self.data)
        self.path = path
        self.faults = {}
        self.t = 0
        self.pulses = self.leaked = 0
        self.edge_us = 0
        self.flow = 0
        self.room_c = [19.0] * ROOMS
        rng = random.Random(1)
        self.sensors = {}
        for kind in ("supply", "return"):
            self.add(kind, self.data["well"][f"{kind}_rom"], Value(self, kind, 0), rng)
        for i, room in enumerate(self.data["rooms"]):
            for kind in ("room", "supply_air", "leaving"):
                self.add(f"{kind}{i + 1}", room[f"{kind}_rom"], Value(self, kind, i), rng)
        self.bus = wiring.OneWireBus(list(self.sensors.values()))
        self.boot()

    def add(self, name, rom, read, rng):
        self.sensors[name] = wiring.Ds18b20(bytes.fromhex(rom), read, 0.1, rng)

    def digital_out(self, pin):
        return Pin(self, pin)

    digital_in = analog_out = analog_in = pulse_in = digital_out

    def onewire(self):
        return self

    def post(self, tx, n):
        self.answer = self.bus.transact(bytes(tx), n, self.t)

    def collect(self, rx):
        if self.answer is None:
            return -1
        status, data = self.answer
        self.answer = None
        rx[: len(data)] = data
        return status

    def entropy(self):
        return 7

    def week_minute(self):
        return self.t // 60 % 10080

    def boot(self):
        self.out, self.pm, self.answer = {}, {}, None
        self.node = node.Node(self.cfg, self)
        self.node.slots = 1  # a scan is a second here: what runs once a second runs in every scan
        self.ledger = ledger.Ledger(self.path, *self.node.ledger_parts())
        assert self.ledger.load() == ""

    def second(self):
        """One scan of one second."""
        self.t += 1
        flow = 1500 if Pin(self, "well_pump").get() and "dry" not in self.faults else 0
        self.flow = flow
        n = flow * 50 // 3600
        if n:
            self.pulses += n
            self.leaked += n * 4 // 5
            self.edge_us = self.t * 1_000_000 & wiring.TICKS_MASK
        for i in range(ROOMS):
            heat = 0.002 if self.on(i) else -0.001
            self.room_c[i] += -heat if self.out.get(f"room{i + 1}_reversing") else heat
        self.node.read(1000, self.t * 1_000_000 & wiring.TICKS_MASK)
        self.node.protect(1000)
        self.node.control(1000)
        self.node.meter()
        self.node.write()

    def leaving_c(self, i):
        """Moving water answers circulation pump and compressor at once; standing water has the room's temperature."""
        if "cold" in self.faults:
            return 2.0
        if not (self.flow and Pin(self, f"room{i + 1}_pump").get()):
            return self.room_c[i]
        if not self.on(i):
            return 15.0
        return 18.0 if self.out.get(f"room{i + 1}_reversing") else 9.0

    def on(self, i):
        return self.out.get(f"room{i + 1}_compressor", False)

    # -- what can be done to it --

    def begin(self, fault):
        kind, _, name = fault.partition(":")
        if kind == "sensor":
            self.sensors[name].fault = "open"
        else:
            self.faults[name or kind] = kind

    def mend(self, fault):
        kind, _, name = fault.partition(":")
        if kind == "sensor":
            self.sensors[name].fault = ""
        else:
            self.faults.pop(name or kind, None)

    def reset(self):
        self.ledger.save(self.node.p.uptime_s)
        self.boot()

    def write(self, path, value):
        assert self.node.points.write(path, value) == ""


@functools.lru_cache(maxsize=1)
def warm():
    """A house that heats; every sequence begins with a copy of it."""
    world = World(str(Path(tempfile.mkdtemp()) / "none.json"))
    watch = Watch(world)
    for _ in range(400):
        world.second()
        watch.look()
    assert all(world.on(i) for i in range(ROOMS))
    return world, watch


def warm_copy(folder):
    world, watch = copy.deepcopy(warm())
    world.path = world.ledger.path = str(Path(folder) / "ledger.json")
    return world, watch


class Watch:
    """The invariants, looked at after every scan."""

    def __init__(self, world):
        self.world = world
        self.was = [False] * ROOMS
        self.stopped = [-1000] * ROOMS
        self.starts = [[] for _ in range(ROOMS)]
        self.pump_was = False
        self.pump_starts = []
        self.flow_at = 0
        self.cold_s = [0] * ROOMS
        self.blind_s = 0

    def look(self):
        w = self.world
        if w.flow * 2 >= 1200:
            self.flow_at = w.t
        self.pump()
        for i in range(ROOMS):
            self.room(i)

    def pump(self):
        """Starts in a day, and nothing that moves water against what the well says."""
        w = self.world
        on = w.out.get("well_pump", False)
        if on and not self.pump_was:
            self.pump_starts.append(w.t)
            day = sum(1 for t in self.pump_starts if t > w.t - 86400)
            assert day <= PUMP_STARTS or w.node.well.loop.urgent, "too many pump starts in a day, and not for heat or frost"
        self.pump_was = on
        clogged = "clogged" in w.faults and "pressure" not in w.faults
        self.blind_s = self.blind_s + 1 if clogged else 0
        if self.blind_s > 6:
            assert not on, "the pump presses against its limit"

    def room(self, i):
        """One unit."""
        w = self.world
        unit = w.node.rooms[i]
        on = w.on(i)
        cold = unit.p.leaving_mc < 4000 and unit.leaving.chip.ok
        self.cold_s[i] = self.cold_s[i] + 1 if cold else 0
        if on:
            # The toy's meter needs two scans of a second to see that the water stands; the row then takes 2 s.
            assert w.t - self.flow_at <= 4, "a compressor runs without proven flow"
            assert self.cold_s[i] <= 3, "a compressor runs into the freeze limit"
            assert f"room{i + 1}_high_ok" not in w.faults, "a compressor runs on its open high pressure switch"
            assert w.out["master"], "a compressor is on behind an open master contactor"
        if self.cold_s[i] > 3:
            assert w.out.get(f"room{i + 1}_pump"), "water stands in a unit that freezes"
            held = w.node.well.trips.bits & w.node.well.trips.pump_off
            resting = w.node.well.loop.state_ms < w.node.well.loop.hold_ms
            assert w.out.get("well_pump") or held or resting, "water stands in a well with a freezing unit"
        if on and not self.was[i]:
            assert w.t - self.stopped[i] >= 180, "a start before the minimum off time"
            self.starts[i].append(w.t)
            assert sum(1 for t in self.starts[i] if t > w.t - 3600) <= 6, "more than six starts in an hour"
        if self.was[i] and not on:
            self.stopped[i] = w.t
        self.was[i] = on


FAULTS = ("dry", "cold", "pressure", "clogged", "leak", "room1_high_ok", "room2_low_ok", "sensor:room1", "sensor:leaving2",
          "sensor:supply", "dead:room1_compressor", "welded:room2_compressor", "dead:well_pump", "welded:well_pump",
          "dead:room1_pump")
ROOM = st.sampled_from([1, 2])
SETPOINTS = st.sampled_from([5000, 15000, 20000, 30000])


class Sequence(RuleBasedStateMachine):
    """Faults, commands and resets in any order, each followed by some time."""

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.world, self.watch = warm_copy(self.folder.name)

    def teardown(self):
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def wait(self, seconds):
        for _ in range(seconds):
            self.world.second()
            self.watch.look()

    @rule(fault=st.sampled_from(FAULTS), seconds=st.sampled_from([1, 4, 20, 60]))
    def breaks(self, fault, seconds):
        self.world.begin(fault)
        self.wait(seconds)

    @rule(fault=st.sampled_from(FAULTS), seconds=st.sampled_from([1, 60]))
    def is_mended(self, fault, seconds):
        self.world.mend(fault)
        self.wait(seconds)

    @rule(seconds=st.sampled_from([1, 30, 200]))
    def power_cut(self, seconds):
        self.world.reset()
        self.wait(seconds)

    @rule(room=ROOM, mode=st.sampled_from([0, 1, 2, 3]), seconds=st.sampled_from([1, 60]))
    def mode(self, room, mode, seconds):
        self.world.write(f"room{room}.mode", mode)
        self.wait(seconds)

    @rule(room=ROOM, setpoint=SETPOINTS, seconds=st.sampled_from([1, 60]))
    def setpoint(self, room, setpoint, seconds):
        self.world.write(f"room{room}.setpoint_mc", setpoint)
        self.wait(seconds)

    @rule(seconds=st.sampled_from([60, 300]))
    def time_passes(self, seconds):
        self.wait(seconds)


@pytest.mark.parametrize("part", conftest.some(range(PARTS)))
def test_no_sequence_breaks_an_invariant(part):
    machine = seed(FIRST_SEED + part)(type(f"Sequence{part}", (Sequence,), {}))
    run_state_machine_as_test(machine, settings=settings(
        max_examples=-(-SEQUENCES // PARTS), stateful_step_count=STEPS, deadline=None,
        suppress_health_check=list(HealthCheck)))


ACTIONS = st.one_of(
    st.tuples(st.just("begin"), st.sampled_from(FAULTS)), st.tuples(st.just("mend"), st.sampled_from(FAULTS)),
    st.tuples(st.just("reset"), st.none()))


@pytest.mark.parametrize("part", conftest.some(range(PARTS)))
def test_after_two_hours_without_faults_every_unlocked_room_heats_again(part):
    @seed(FIRST_SEED + part)
    @settings(max_examples=max(10, SEQUENCES // 40 // PARTS), suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(ACTIONS, st.sampled_from([5, 200, 700])), min_size=1, max_size=8))
    def heats_again_after(plan):
        two_hours_after(plan)

    heats_again_after()


def two_hours_after(plan):
    with tempfile.TemporaryDirectory() as folder:
        world, _watch = warm_copy(folder)
        for (what, arg), seconds in plan:
            world.reset() if what == "reset" else getattr(world, what)(arg)
            for _ in range(seconds):
                world.second()
        for fault in FAULTS:
            world.mend(fault)
        for room in (1, 2):
            world.write(f"room{room}.mode", 1)
            world.write(f"room{room}.setpoint_mc", 30000)
        ran = [False] * ROOMS
        for _ in range(7200):
            world.second()
            ran = [r or world.on(i) for i, r in enumerate(ran)]
            if all(ran):
                break
        ts = world.node.well.trips
        well_locked = world.node.well.p.lockouts & (ts.pump_off | ts.start_refused)
        master = any(r.p.lockouts & r.trips.master_off for r in world.node.rooms)
        for i, room in enumerate(world.node.rooms):
            if not (well_locked or master or room.p.lockouts):
                assert ran[i], f"room {i + 1} is cold, nothing holds it: {room.p.trips}, well {world.node.well.p.trips}"


def test_one_units_lockout_leaves_the_other_running():
    with tempfile.TemporaryDirectory() as folder:
        world, watch = warm_copy(folder)
        for room in (1, 2):
            world.write(f"room{room}.setpoint_mc", 30000)
        for n in range(3):
            world.begin("room1_high_ok")
            for _ in range(400):
                world.second()
                watch.look()
                assert world.on(1)
            world.mend("room1_high_ok")
            for _ in range(700):
                world.second()
                watch.look()
            assert world.on(0) == (n < 2), "locked out at the third trip"
        assert world.node.rooms[0].p.lockouts and world.on(1)


def test_the_invariants_notice_what_they_watch():
    with tempfile.TemporaryDirectory() as folder:
        world, watch = warm_copy(folder)
        world.flow = 0
        world.t += 10
        with pytest.raises(AssertionError, match="without proven flow"):
            watch.look()
        world, watch = warm_copy(folder)
        world.faults["room1_high_ok"] = ""
        with pytest.raises(AssertionError, match="high pressure switch"):
            watch.look()
