"""What must hold in the toy house after every scan, and a warm house to begin with."""

from __future__ import annotations

import copy
import functools
import tempfile
from pathlib import Path

from .toyhouse import PUMP_STARTS, ROOMS, World


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
            urgent = w.node.well.controller.urgent
            assert day <= PUMP_STARTS or urgent, "too many pump starts in a day, and not for heat or frost"
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
            resting = w.node.well.controller.state_ms < w.node.well.controller.hold_ms
            assert w.out.get("well_pump") or held or resting, "water stands in a well with a freezing unit"
        if on and not self.was[i]:
            assert w.t - self.stopped[i] >= 180, "a start before the minimum off time"
            self.starts[i].append(w.t)
            assert sum(1 for t in self.starts[i] if t > w.t - 3600) <= 6, "more than six starts in an hour"
        if self.was[i] and not on:
            self.stopped[i] = w.t
        self.was[i] = on
