"""A toy house: the firmware's own node on a board with instant physics, one scan a second; its invariants; its links."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from harness.devices.ds18b20 import Ds18b20
from harness.devices.onewire import OneWireBus
from harness.sitl import frames
from wellhearth.links import commands, orders
from wellhearth.node import node
from wellhearth.storage import ledger

from .houses import house_config, valid

ROOMS = 2
PUMP_STARTS = 12  # a day's pump starts in this house: few, so that sequences meet the limit

MONDAY = 9830  # 2026-11-30


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
        self.data = house_config(ROOMS, pump_starts_per_day=PUMP_STARTS)
        self.data["node"]["period_ms"] = 200
        self.cfg = valid(self.data)
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
        self.bus = OneWireBus(list(self.sensors.values()))
        self.boot()

    def add(self, name, rom, read, rng):
        self.sensors[name] = Ds18b20(bytes.fromhex(rom), read, 0.1, rng)

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

    def boot(self):
        self.out, self.pm, self.answer = {}, {}, None
        self.node = node.Node(self.cfg, self)
        self.node.slots = 1  # a scan is a second here: what runs once a second runs in every scan
        self.ledger = ledger.Ledger(self.path, *self.node.ledger_parts())
        assert self.ledger.load() == ""

    def second(self):
        """One scan of one second."""
        self.t += 1
        self.node.wall.day, self.node.wall.ms = MONDAY + self.t // 86400, self.t % 86400 * 1000
        flow = 1500 if Pin(self, "well_pump").get() and "dry" not in self.faults else 0
        self.flow = flow
        n = flow * 50 // 3600
        if n:
            self.pulses += n
            self.leaked += n * 4 // 5
            self.edge_us = self.t * 1_000_000 & frames.TICKS_MASK
        for i in range(ROOMS):
            heat = 0.002 if self.on(i) else -0.001
            self.room_c[i] += -heat if self.out.get(f"room{i + 1}_reversing") else heat
        self.node.read(1000, self.t * 1_000_000 & frames.TICKS_MASK)
        self.node.protect()
        self.node.control()
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


FAULTS = ("dry", "cold", "pressure", "clogged", "leak", "room1_high_ok", "room2_low_ok", "sensor:room1", "sensor:leaving2",
          "sensor:supply", "dead:room1_compressor", "welded:room2_compressor", "dead:well_pump", "welded:well_pump",
          "dead:room1_pump")


class Toy:
    """The toy house with a command layer and some links."""

    def __init__(self, world=None):
        self.folder = None
        if world is None:
            self.folder = tempfile.TemporaryDirectory()
            world = World(str(Path(self.folder.name) / "ledger.json"))
        self.world = world
        self.notes = []
        self.attach()

    @property
    def node(self):
        return self.world.node

    def attach(self):
        """After a reset: the links of a new node."""
        self.commands = commands.Commands(self.node, lambda now_s, text: self.notes.append(text))
        self.commands.links.update({
            "bus": commands.Link("b"), "well": commands.Link("w", None, 1, 0), "ir": commands.Link("r", ("room1",), 8, 1),
            "net": commands.Link("rio", None, 20, 1)})

    def give(self, role, link, path, value, who="somebody", **kwargs):
        order = orders.Order(link, role, who, path, value, **kwargs)
        return self.commands.words(order, self.commands.give(order))

    def second(self, n=1):
        for _ in range(n):
            self.world.second()
            self.commands.each_second(self.node.p.uptime_s)

    def values(self):
        return {f"{b.name}.{row.name}": getattr(b, row.name) for b in self.node.points.blocks for row in b.rows}

    def outputs_are_off(self):
        return not any(on for name, on in self.world.out.items() if name != "master") and not any(self.world.pm.values())
