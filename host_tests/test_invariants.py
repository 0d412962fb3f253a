"""Random commands, faults and resets against the composed node, with the invariants that must never break.

The node is the firmware's own, on a toy board with instant physics, one scan a second: fast enough for
hundreds of sequences in `make test`. More on demand:
WELLHEARTH_SEQUENCES=2000 make test ARGS="host_tests/test_invariants.py"
"""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import conftest
from plant import wiring
from wellhearth import node
from wellhearth.storage import ledger

ROOMS = 2
SEQUENCES = int(os.environ.get("WELLHEARTH_SEQUENCES", "150"))


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
        return self.world.pulses & 0xFFFFFF

    def edge_us(self):
        return self.world.edge_us

    def read_uv(self):
        return 0 if "pressure" in self.world.faults else 620_000


class World:
    """Toy board and toy physics; a reset makes a new node on the same ledger."""

    def __init__(self, folder):
        self.data = conftest.house_config(ROOMS)
        self.data["node"]["period_ms"] = 200
        self.path = str(Path(folder) / "ledger.json")
        self.faults = {}
        self.t = 0
        self.pulses = 0
        self.edge_us = 0
        self.room_c = [19.0] * ROOMS
        rng = random.Random(1)
        self.sensors = {}
        add = self.add
        add("supply", self.data["well"]["supply_rom"], lambda: 15.0, rng)
        add("return", self.data["well"]["return_rom"], lambda: 12.0, rng)
        for i, room in enumerate(self.data["rooms"]):
            add(f"room{i + 1}", room["room_rom"], lambda i=i: self.room_c[i], rng)
            add(f"supply_air{i + 1}", room["supply_air_rom"], lambda: 40.0, rng)
            add(f"leaving{i + 1}", room["leaving_rom"], lambda: 2.0 if "cold" in self.faults else 9.0, rng)
        self.bus = wiring.OneWireBus(list(self.sensors.values()))
        self.boot()

    def add(self, name, rom, read, rng):
        self.sensors[name] = wiring.Ds18b20(bytes.fromhex(rom), read, 0.1, rng)

    def __getattr__(self, name):
        if name in ("digital_out", "digital_in", "analog_out", "analog_in", "pulse_in"):
            return lambda pin: Pin(self, pin)
        raise AttributeError(name)

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

    def boot(self):
        self.out, self.pm, self.answer = {}, {}, None
        self.node = node.Node(conftest.valid(self.data), self)
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
            self.edge_us = self.t * 1_000_000 & wiring.TICKS_MASK
        for i in range(ROOMS):
            heat = 0.002 if self.on(i) else -0.001
            self.room_c[i] += heat
        self.node.read(1000, self.t * 1_000_000 & wiring.TICKS_MASK)
        self.node.protect(1000)
        self.node.control(1000)
        self.node.meter()
        self.node.write()

    def on(self, i):
        return self.out.get(f"room{i + 1}_compressor", False)


class Watch:
    """The invariants, looked at after every scan."""

    def __init__(self, world):
        self.world = world
        self.was = [False] * ROOMS
        self.stopped = [-1000] * ROOMS
        self.starts = [[] for _ in range(ROOMS)]
        self.flow_at = 0
        self.cold_s = 0
        self.broken_s = 0

    def look(self):
        w = self.world
        if w.flow * 2 >= 1200:
            self.flow_at = w.t
        cold = [w.node.rooms[i].p.leaving_mc < 4000 and w.node.rooms[i].leaving.chip.ok for i in range(ROOMS)]
        self.cold_s = self.cold_s + 1 if any(cold) else 0
        self.broken_s = self.broken_s + 1 if "pressure" in w.faults else 0
        for i in range(ROOMS):
            on = w.on(i)
            if on:
                assert w.t - self.flow_at <= 4, "a compressor runs without proven flow"
                assert not (cold[i] and self.cold_s > 4), "a compressor runs into the freeze limit"
                assert f"room{i + 1}_high_ok" not in w.faults, "a compressor runs on its open high pressure switch"
                assert w.out["master"], "a compressor is on behind an open master contactor"
            if on and not self.was[i]:
                assert w.t - self.stopped[i] >= 180, "a start before the minimum off time"
                self.starts[i].append(w.t)
                assert sum(1 for t in self.starts[i] if t > w.t - 3600) <= 6, "more than six starts in an hour"
            if self.was[i] and not on:
                self.stopped[i] = w.t
            self.was[i] = on
        if self.broken_s > 2:
            assert not w.out.get("well_pump"), "the pump runs on a broken pressure transmitter"


FAULTS = ("dry", "cold", "pressure", "room1_high_ok", "room2_low_ok", "sensor:room1", "sensor:leaving2",
          "dead:room1_compressor", "welded:room2_compressor", "dead:well_pump")
ACTIONS = st.one_of(
    st.tuples(st.just("break"), st.sampled_from(FAULTS)), st.tuples(st.just("mend"), st.sampled_from(FAULTS)),
    st.tuples(st.just("reset"), st.just("")), st.tuples(st.just("mode"), st.sampled_from(["1:0", "1:1", "2:0", "2:1"])),
    st.tuples(st.just("setpoint"), st.sampled_from(["1:5000", "1:30000", "2:5000", "2:30000"])))


def act(world, what, arg):
    """One action on the world."""
    if what in ("break", "mend"):
        kind, _, name = arg.partition(":")
        if kind == "sensor":
            world.sensors[name].fault = "open" if what == "break" else ""
        elif what == "break":
            world.faults[name or kind] = kind
        else:
            world.faults.pop(name or kind, None)
    elif what == "reset":
        world.ledger.save(world.node.p.uptime_s)
        world.boot()
    else:
        room, _, value = arg.partition(":")
        path = f"room{room}.{'mode' if what == 'mode' else 'setpoint_mc'}"
        assert world.node.points.write(path, int(value)) == ""


@settings(max_examples=SEQUENCES, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(ACTIONS, st.sampled_from([1, 5, 30, 200, 700])), min_size=1, max_size=10))
def test_no_sequence_breaks_an_invariant(plan):
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        watch = Watch(world)
        for (what, arg), seconds in [(("mode", "1:1"), 400), *plan]:
            act(world, what, arg)
            for _ in range(seconds):
                world.second()
                watch.look()


@settings(max_examples=max(10, SEQUENCES // 10), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(ACTIONS, st.sampled_from([5, 200, 700])), min_size=1, max_size=8))
def test_after_two_hours_without_faults_every_unlocked_room_heats_again(plan):
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        for (what, arg), seconds in plan:
            act(world, what, arg)
            for _ in range(seconds):
                world.second()
        world.faults.clear()
        for sensor in world.sensors.values():
            sensor.fault = ""
        for room in (1, 2):
            act(world, "mode", f"{room}:1")
            act(world, "setpoint", f"{room}:30000")
        ran = [False] * ROOMS
        for _ in range(7200):
            world.second()
            ran = [r or world.on(i) for i, r in enumerate(ran)]
        well_locked = world.node.well.p.lockouts & world.node.well.trips.pump_off
        refused = world.node.well.p.lockouts & world.node.well.trips.start_refused
        master = any(r.p.lockouts & r.trips.master_off for r in world.node.rooms)
        for i, room in enumerate(world.node.rooms):
            if not (well_locked or refused or master or room.p.lockouts):
                assert ran[i], f"room {i + 1} is cold, nothing holds it: {room.p.trips}, well {world.node.well.p.trips}"


def test_the_invariants_notice_what_they_watch():
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        watch = Watch(world)
        for _ in range(400):
            world.second()
            watch.look()
        assert any(world.on(i) for i in range(ROOMS)), "the toy house heats at all"
        world.flow = 0
        world.t += 10
        try:
            watch.look()
        except AssertionError as e:
            assert "without proven flow" in str(e)
        else:
            raise AssertionError("a compressor without flow went unnoticed")
