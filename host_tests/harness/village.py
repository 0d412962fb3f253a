"""A village in lock step: the well's node and its room nodes, each a firmware process of its own, on one RS-485 line.

All of them live on one plant and one virtual clock. To metrics, trace and report it looks like one big node (a Rig).
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from . import rs485
from . import wiring as wires
from .house_board import Board
from .lockstep import Clocked
from .metrics import ROOM_EVENTS
from .process import Firmware


class Together:
    """The wiring of all boards, for metrics and faults: the well's as it is, sensors and relays by room."""

    stacked = looped = False

    def __init__(self, village: Village):
        self.village = village
        self.commands: dict = {}

    def __getattr__(self, name: str):
        """What only the well's wiring has: meters, transmitters, contacts of its drive."""
        return getattr(self.village.well.wiring, name)

    @property
    def n(self) -> int:
        """Rooms of all boards."""
        return len(self.village.rooms)

    def wirings(self) -> list:
        """All boards' wirings."""
        return [board.wiring for board in self.village.boards]

    def locate(self, name: str) -> tuple:
        """(wiring, name there) of a sensor, relay or terminal: room3_pump is room1_pump of the third room's board."""
        found = re.fullmatch(r"(room|supply_air|leaving)(\d+)(.*)", name)
        if found is None:
            return self.village.well.wiring, name
        kind, number, rest = found.groups()
        return self.village.rooms[int(number) - 1].wiring, f"{kind}1{rest}"

    @property
    def sensors(self) -> dict:
        """DS18B20s: supply, return, roomN, supply_airN, leavingN."""
        found = dict(self.village.well.wiring.sensors)
        for i, board in enumerate(self.village.rooms, start=1):
            found |= {f"{name.rstrip('1')}{i}": sensor for name, sensor in board.wiring.sensors.items()}
        return found

    @property
    def contacts(self) -> dict:
        """Relays: master, well_pump, roomN_compressor and so on."""
        found = dict(self.village.well.wiring.contacts)
        for i, board in enumerate(self.village.rooms, start=1):
            found |= {name.replace("room1", f"room{i}"): contact for name, contact in board.wiring.contacts.items()
                      if name.startswith("room1")}
        return found


class Village(Clocked):
    """The well's node and its rooms. Use as a context manager; the interface is lockstep.Rig's."""

    process = Firmware  # what runs the firmware of each board

    def __init__(self, config: dict, plant, seed: int = 1, ideal: bool = False):
        """config: {"well_node": {...}, "room_nodes": [{...}, ...]}, each the config.json of one board. ideal: see Rig."""
        self.ideal = ideal
        self.dark = False
        self.config = config
        self.plant = plant
        self.seed = seed
        self.tick = 0
        self.period_ms = config["well_node"].get("node", {}).get("period_ms", 100)
        self.dt_s = self.period_ms / 1000.0
        self.line = rs485.Line(config["well_node"]["bus"].get("baud", 19200), seed)
        self.folder = Path(tempfile.mkdtemp(prefix="wellhearth-"))
        self.wiring = Together(self)
        rooms = config["room_nodes"]
        self.commands = self.wiring.commands = wires.at_rest(len(rooms))
        self.commands["master_on"] = True  # each room's own contactor is in its compressor_on
        self.events: list[tuple[int, int, int, int]] = []
        self.boards = [Board(self, config["well_node"], None, seed * 100)]
        self.boards += [Board(self, one, i, seed * 100 + 1 + i) for i, one in enumerate(rooms)]
        self.seen = [0] * len(self.boards)

    def close(self) -> None:
        """End every process, free the line."""
        for board in self.boards:
            board.close()
        self.line.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def well(self) -> Board:
        """The well's node."""
        return self.boards[0]

    @property
    def rooms(self) -> list[Board]:
        """The room nodes."""
        return self.boards[1:]

    @property
    def resets(self) -> int:
        """Resets of all boards."""
        return sum(board.resets for board in self.boards)

    @property
    def texts(self) -> list[str]:
        """Console lines of all boards."""
        return [text for board in self.boards for text in board.texts]

    def restart(self) -> None:
        """Every board loses its power and gets it back."""
        if not self.dark:
            for board in self.boards:
                board.restart()

    def blackout(self, dark: bool) -> None:
        """No house has power, or all get it back: see lockstep.Rig."""
        if dark == self.dark:
            return
        self.dark = self.plant.dark = dark
        if dark:
            for board in self.boards:
                board.power_off()
            wires.rest(self.commands)
            self.line.events.clear()  # what was being said, and wishes of boards that are off
            self.line.pieces.clear()
        else:
            for board in self.boards:
                board.wiring.power_up()
            self.commands["master_on"] = True
            self.restart()

    def step(self) -> None:
        """One scan period: the line up to the scan, then a scan of every board while the plant goes on."""
        t_s = self.t_s
        self.tick += 1
        after_s = self.t_s
        if self.dark:
            self.line.run_to(after_s * 1e6)
            self.plant.step(t_s, self.dt_s, self.commands)
            return
        self.line.run_to(after_s * 1e6)
        self.gather(after_s)
        for board in self.boards:
            board.view.update()
            board.send_tick(after_s, self.dt_s)
        self.plant.step(t_s, self.dt_s, self.commands)
        for board in self.boards:
            board.take_answer(after_s)
        for number, board in enumerate(self.boards):
            if len(board.events) > self.seen[number]:
                self.collect(number, board)

    def gather(self, t_s: float) -> None:
        """Relays and drives of all boards into one set of commands."""
        all_of = self.commands
        for board in self.boards:
            board.wiring.drive(board.out, t_s)
            own = board.wiring.commands
            if board.room is None:
                all_of["pump_on"], all_of["pump_speed"] = own["pump_on"], own["pump_speed"]
                continue
            i = board.room
            all_of["compressor_on"][i] = own["compressor_on"][0] and own["master_on"]
            for key in ("pump_room_on", "reversing", "compressor_speed", "fan"):
                all_of[key][i] = own[key][0]

    def collect(self, number: int, board: Board) -> None:
        """New events of one board, under the village's numbers."""
        for time_s, code, where, detail in board.events[self.seen[number] :]:
            if board.room is not None and where:
                where = ROOM_EVENTS + board.room
            self.events.append((time_s, code, where, detail))
        self.seen[number] = len(board.events)

    def write(self, path: str, value: int) -> str:
        """`room3.setpoint_mc`, or a point of the well's node, at that board's own prompt; the refusal or ''."""
        block, _, name = path.partition(".")
        board = self.well
        if block.startswith("room"):
            board = self.rooms[int(block[4:]) - 1]
            path = f"room1.{name}"
        return self.command(board.firmware, path, value)

    def points(self) -> dict[str, int]:
        """The last telemetry of all boards: the well's node as it is, roomN from room node N, roomN.node.* of its scan."""
        result = self.well.points()
        for i, board in enumerate(self.rooms, start=1):
            for name, value in board.points().items():
                block, _, point = name.partition(".")
                result[f"room{i}.{point}" if block == "room1" else f"room{i}.{name}"] = value
        return result
