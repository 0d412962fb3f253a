"""Seasons: the plant node's code in this process, scanned once a second, its lines answered at once; wells as surrogates.

What it does not show: timing of the lines, allocation, real durations (rig.py and real MicroPython judge those). The
well nodes are replaced by what they do for a plant: flow by the heat asked, proving, least run and rest, trips.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from plant.central.world import Central
from wellhearth.control import trips
from wellhearth.links.field import client
from wellhearth.links.modbus import rtu
from wellhearth.node import node
from wellhearth.storage import ledger
from wellhearth.tables import causes, config, kinds

from . import configs
from .devices import FieldDevice
from .room import PlantRoom

MONDAY = 333  # 2026-11-30 in days since 2026-01-01, as wiring.MONDAY_S
POLLS = 14  # turns of the links in a second: an instant line does more in each than a real one
LPH_PER_KW, LPH_PER_KW_COOL = 134, 200  # well.flow_lph_per_kw and its cooling brother
PROVE_S, RAMP_S = 20.0, 30.0
ON_S, REST_S = 60.0, 60.0  # the least run and rest of a well node's config as configs.well_node writes it
LEAST_SPEED = 0.6
BLANKING_S = 10.0  # after a start a pump's flow is not judged
NO_FLOW = 1 << causes.bit("no_flow")


class SurrogateWell(FieldDevice):
    """A well node as a plant sees it. `second` moves its pump in the world's orders."""

    def __init__(self, address: int, world: Central, index: int, seed: int):
        super().__init__("well", address, seed)
        self.world, self.index = world, index
        cfg = configs.well_node(world.case, address)["well"]
        self.least_lph, self.most_lph = cfg["min_flow_lph"], cfg["max_flow_lph"]
        self.told = {"plant_w": 0, "plant_running": 0}
        self.on = False
        self.on_s, self.off_s = 0.0, REST_S
        self.speed = LEAST_SPEED
        self.now_s = 0
        self.trip = trips.Trip(next(row for row in causes.CAUSES if row.key == "no_flow"))
        self.says.update(capacity_percent=100, most_lph=self.most_lph)

    def answer(self, frame: bytes) -> bytes:
        """Its registers are 32 bits wide, signed."""
        if frame[1] == 16:
            self.heard_s = 0.0
            for i, signal in enumerate(("plant_w", "plant_running")):
                self.told[signal] = int.from_bytes(frame[7 + 4 * i:11 + 4 * i], "big", signed=True)
            return frame[:6]
        return super().answer(frame)

    def second(self, dt_s: float = 1.0) -> None:
        """Demand into flow, flow into what it says."""
        super().second(dt_s)
        self.now_s += round(dt_s)
        w, o = self.world.field.wells[self.index], self.world.orders
        asked_kw = self.told["plant_w"] / 1000.0
        wanted = asked_kw != 0.0 and not self.trip.active
        if self.on:
            self.on_s += dt_s
            self.on = wanted or (self.on_s < ON_S and not self.trip.active)
            self.off_s = 0.0
        else:
            self.off_s += dt_s
            if wanted and self.off_s >= REST_S:
                self.on, self.on_s, self.speed = True, 0.0, LEAST_SPEED
        goal = abs(asked_kw) * (LPH_PER_KW if asked_kw > 0.0 else LPH_PER_KW_COOL)
        goal = min(self.most_lph, max(self.least_lph, goal)) / 1000.0
        if self.on:
            error = (goal - w.flow_m3h) / goal
            self.speed = min(1.0, max(LEAST_SPEED, self.speed + max(-0.01, min(0.01, 0.05 * error)) * dt_s))
        self._guard(w, dt_s)
        o.well_on[self.index], o.well_speed[self.index] = self.on, self.speed
        self._say(w)

    def _guard(self, w, dt_s: float) -> None:
        """No water although it runs: off, by the table's own row (a retry, then a rest that doubles, then a lockout)."""
        dry = self.on and self.on_s > BLANKING_S and w.flow_m3h < 0.3 * self.least_lph / 1000.0
        if self.trip.update(dry, not dry, round(1000 * dt_s), self.now_s):
            self.on = False

    def power_off(self) -> None:
        """Its node and its pump are dark; what its ledger keeps (trips, lockouts) stays."""
        self.told = dict.fromkeys(self.told, 0)
        self.on, self.off_s, self.heard_s = False, 0.0, 0.0
        self.trip.t_ms = 0

    def _say(self, w) -> None:
        proven = self.on and self.on_s > PROVE_S and w.flow_m3h > 0.3 * self.least_lph / 1000.0
        self.says.update(
            flow_lph=1000.0 * w.flow_m3h, return_flow_lph=1000.0 * w.returning_m3h, permissive=proven,
            state=2 if self.on else 0, supply_mc=1000.0 * w.supply_c, supply_ok=1, return_ok=1,
            return_mc=1000.0 * self.world.c(self.world.well_return), reinjection_kpa=max(0.0, w.pressure_kpa),
            trips=NO_FLOW if self.trip.active else 0, capacity_percent=100.0 / (1.0 + w.clog))


class InstantLine:
    """Where devices register; a port answers for them."""

    def __init__(self):
        self.stations: list[FieldDevice] = []


class InstantPort:
    """A UART whose devices answer before the sender looks again."""

    char_us = 573

    def __init__(self, line: InstantLine):
        self.devices = {one.address: one for one in line.stations}
        self.waiting: list[bytes] = []

    def send(self, frame, n) -> None:
        """A request."""
        device = self.devices.get(frame[0])
        if device is not None and not device.silent:
            answer = bytearray(device.answer(bytes(frame[:n - 2])))
            answer += b"\0\0"
            rtu.seal(answer, len(answer) - 2)
            self.waiting.append(bytes(answer))

    def receive(self, into) -> int:
        """The answer, if there is one."""
        if not self.waiting:
            return 0
        data = self.waiting.pop(0)
        into[:len(data)] = data
        return len(data)

    def sending(self) -> bool:
        """Never: it is instant."""
        return False


class Pin:
    """A relay with its feedback."""

    def __init__(self):
        self.on = False

    def set(self, on) -> None:
        """Energise it."""
        self.on = bool(on)

    def get(self) -> bool:
        """Its feedback."""
        return self.on


class Season:
    """A case, its plant node and surrogate wells. `advance` seconds; `step_s` of the world's heat."""

    def __init__(self, world: Central, plan: dict, seed: int = 1, step_s: int = 5):
        found: Any = config.validate(plan)
        cfg, errors = found
        if errors:
            raise ValueError("; ".join(errors))
        self.cfg, self.world, self.step_s = cfg, world, step_s
        lines = {name: InstantLine() for name in ("bus", "bms")}
        self.room = PlantRoom(plan, world, lines, seed)  # type: ignore[arg-type]
        self.wells = []
        for i, one in enumerate(plan["plant"]["wells"]):
            self.wells.append(SurrogateWell(one["address"], world, i, seed))
            self.wells[-1].on_line(lines[one.get("line", "bus")])  # type: ignore[arg-type]
        self.pins: dict[str, Pin] = {}
        self.t = self.ms = 0
        self.lines = lines
        self.dark = False
        self.folder = Path(tempfile.mkdtemp(prefix="wellhearth-"))
        self.boot()

    def boot(self) -> None:
        """The plant node starts; lockouts, starts and meters are those of its ledger."""
        board: Any = self  # as much of one as a plant asks for
        self.node: Any = node.Node(self.cfg, board)
        self.ledger = ledger.Ledger(str(self.folder / "ledger"), *self.node.ledger_parts())
        damage = self.ledger.load()
        if damage:
            raise ValueError(damage)
        self.clients = []
        for name, section in self.cfg.plant.lines.items():
            stations = [one for one in self.node.source.stations if one.line == name]
            block = {"bus": self.node.bus_p, "bms": self.node.bms_p}[name]
            self.clients.append(client.FieldClient(rtu.Line(InstantPort(self.lines[name]), block), section, stations))

    def blackout(self, dark: bool) -> None:
        """No power in the plant, or its return: the plant node and the well nodes boot."""
        if dark == self.dark:
            return
        self.dark = self.world.dark = dark
        if not dark:
            self.boot()
            return
        self.ledger.save(self.t)
        self.world.orders.rest()
        for device in self.room.devices.values():
            device.told = dict.fromkeys(device.told, 0)
        for well in self.wells:
            well.power_off()

    # The board, as far as a plant node asks for one.

    def digital_out(self, name: str) -> Pin:
        """A relay."""
        return self.pins.setdefault(name, Pin())

    digital_in = digital_out

    def onewire(self):
        """No sensors of its own."""
        return self

    def post(self, _tx, _n) -> None:
        """Nothing on it."""

    def collect(self, _rx) -> int:
        """Nothing on it."""
        return -1

    def entropy(self) -> int:
        """Of its restart delay."""
        return 7

    def advance(self, seconds: int) -> None:
        """So many seconds."""
        for _ in range(seconds):
            self.second()

    def run(self, seconds: float) -> None:
        """As rig.Station's."""
        self.advance(round(seconds))

    def close(self) -> None:
        """As rig.Station's."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def second(self) -> None:
        """Devices, water, a scan, the lines."""
        self.t += 1
        if not self.dark:
            for well in self.wells:
                well.second()
            self.room.enabled = self.digital_out("master").on
            self.room.second()
        if self.t % self.step_s == 0:
            self.world.step(float(self.step_s))
        if not self.dark:
            self.scan()

    def scan(self) -> None:
        """The plant node, and its lines."""
        one = self.node
        one.wall.day, one.wall.ms = MONDAY + self.t // 86400, self.t % 86400 * 1000
        one.p.utc_day = one.wall.day
        one.read(1000, self.t * 1_000_000 & 0x3FFFFFFF)
        one.protect()
        one.control()
        one.meter()
        one.write()
        for _ in range(POLLS):
            self.ms += 1000 // POLLS
            for line in self.clients:
                line.poll(self.ms)

    def point(self, path: str) -> int:
        """A point of the plant node."""
        return self.node.points.read(path)

    def points(self) -> dict[str, int]:
        """As rig.Station's."""
        return self.shown()

    def shown(self) -> dict[str, int]:
        """All points but the node's own."""
        return {f"{block.name}.{row.name}": getattr(block, row.name) for block in self.node.points.blocks
                for row in block.rows if block.kind is not kinds.NODE}


def of_case(case, seed: int = 1, first_day: int = 1, mode: str = "auto", start_c: float = 20.0,
            water_c: float | None = None) -> Season:
    """A case with its plant node."""
    world = Central(case, case.weather(seed, first_day), seed, start_c, water_c)
    return Season(world, configs.plant_node(case, world.tertiary.m3h, mode), seed)
