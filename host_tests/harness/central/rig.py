"""A central plant in lock step: the plant node and its well nodes, each a firmware process, and the field devices' water."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from plant.central.world import Central

from ..lockstep import MEMORY, Clocked
from ..process import Firmware
from . import configs
from .nodes import Board, Clock, ClockedLine, PlantBoard, Seat, WellWater
from .room import PlantRoom

BAUD = 19200


class Station(Clocked):
    """Use as a context manager. `world` goes on with every step; `plant` is the plant's node, `wells` those of the wells."""

    process = Firmware

    def __init__(self, world: Central, plant_config: dict, well_configs: list[dict], seed: int = 1, ideal: bool = False):
        self.world, self.seed, self.ideal = world, seed, ideal
        self.tick = 0
        self.period_ms = configs.PERIOD_MS
        self.dt_s = self.period_ms / 1000.0
        self.per_second = 1000 // self.period_ms
        self.clock = Clock()
        self.lines = {name: ClockedLine(self.clock, BAUD, seed + i) for i, name in enumerate(("bus", "bms"))}
        self.folder = Path(tempfile.mkdtemp(prefix="wellhearth-", dir=MEMORY))
        self.room = PlantRoom(plant_config, world, self.lines, seed)
        self.room.say()
        self.waters = [WellWater(world, i) for i in range(len(well_configs))]
        self.wells = []
        for i, config in enumerate(well_configs):
            seat = Seat(self, self.waters[i], f"place{i + 1}")
            self.wells.append(Board(seat, {**config, "rooms": []}, None, seed * 100 + i + 1))
        self.plant = PlantBoard(Seat(self, None, "plant room"), plant_config, seed * 100)
        self.boards: list[Board] = [self.plant, *self.wells]
        self.dark = False

    def close(self) -> None:
        """End every process, free the lines."""
        for board in self.boards:
            board.close()
        for line in self.lines.values():
            line.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def resets(self) -> int:
        """Resets of all boards."""
        return sum(board.resets for board in self.boards)

    def blackout(self, dark: bool) -> None:
        """No power in the plant, or its return: every node boots."""
        if dark == self.dark:
            return
        self.dark = self.world.dark = dark
        if dark:
            for board in self.boards:
                board.power_off()
            self.world.orders.rest()
            for line in self.lines.values():
                line.pieces.clear()
            self.clock.events.clear()
            for device in self.room.devices.values():
                device.told = dict.fromkeys(device.told, 0)
        else:
            for board in self.boards:
                board.wiring.power_up()
                board.restart()

    def step(self) -> None:
        """One scan period of every node, while the water goes on."""
        self.tick += 1
        after_s = self.t_s
        self.clock.run_to(after_s * 1e6)
        if not self.dark:
            self._drives(after_s)
            for board in self.boards:
                board.view.update()
                board.send_tick(after_s, self.dt_s)
        self.world.scan(self.dt_s)
        if self.tick % self.per_second == 0:
            if not self.dark:
                self.room.second()
            self.world.step(1.0, wells=False)
        for water in self.waters:
            water.update()
        if not self.dark:
            for board in self.boards:
                board.take_answer(after_s)

    def _drives(self, t_s: float) -> None:
        """Relays and drives of the nodes."""
        o = self.world.orders
        for i, board in enumerate(self.wells):
            board.wiring.drive(board.out, t_s)
            commands = board.wiring.commands
            o.well_on[i] = commands["pump_on"] and commands["master_on"]
            o.well_speed[i] = commands["pump_speed"]
        self.plant.wiring.drive(self.plant.out, t_s)
        self.room.enabled = self.plant.wiring.commands["master_on"]

    def points(self) -> dict[str, int]:
        """The plant node's last telemetry."""
        return self.plant.points()


def of_case(case, seed: int = 1, first_day: int = 1, mode: str = "auto", start_c: float = 20.0,
            water_c: float | None = None) -> Station:
    """A case with its nodes. first_day: of the year, 1 = 1 January."""
    world = Central(case, case.weather(seed, first_day), seed, start_c, water_c)
    plan = configs.plant_node(case, world.tertiary.m3h, mode)
    wells = [configs.well_node(case, i + 1) for i in range(case.wells["count"])]
    return Station(world, plan, wells, seed)
