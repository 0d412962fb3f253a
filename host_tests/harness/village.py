"""A village in lock step: the well's node and its room nodes, each a firmware process of its own, on one RS-485 line.

All of them live on one plant and one virtual clock. To metrics, trace and report it looks like one big node (a Rig).
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path

from . import rs485
from . import wiring as wires
from .lockstep import WATCHDOG_S, Clocked, Firmware, point_names, rests
from .metrics import ROOM_EVENTS
from .sitl import frames

TICK_FRAME_MAX = 255


class View:
    """What one board can feel of the shared plant: `sensed` of its own room, or of the well."""

    def __init__(self, plant, room: int | None):
        self.plant = plant
        self.room = room
        self.sensed: dict = {}
        self.update()

    def update(self) -> None:
        """After each step of the plant."""
        i = self.room
        for key, value in self.plant.sensed.items():
            if isinstance(value, list):
                self.sensed[key] = value[i : i + 1] if i is not None else []
            elif i is None:
                self.sensed[key] = value


NO_WATER = {"lift_lph": 0.0, "return_lph": 0.0, "reinjection_kpa": 0.0}


class Board:
    """One firmware process, its wiring, and its place on the lines.

    village, or another world: has `plant`, `folder`, `line` (and `bms`, where the config has a second line), `tick`, `t_s`;
    it may have `process` (what runs the firmware) and `ideal`.
    """

    def __init__(self, village, config: dict, room: int | None, seed: int):
        self.village = village
        self.config = config
        self.room = room
        self.seed = seed
        self.names = point_names(config)
        self.view = View(village.plant, room)
        if room is not None:
            self.view.sensed.update(NO_WATER)
        # Nobody switches sixteen boards on in the same millisecond: their clocks differ.
        self.wiring = wires.Wiring(config, self.view, seed, (1 << 30) - 1_800_000 + 37 * seed,
                                   getattr(village, "ideal", False))
        self.brown_out = False  # as of a Rig
        self.client = config.get("bus", {}).get("role") == "client"
        self.stations = {}
        for name in ("bus", "bms"):
            if name in config:
                address = None if self.client and name == "bus" else config[name].get("address", 1)
                self.stations[name] = rs485.Station(address, self.turn)
        self.lines = {name: getattr(village, "line" if name == "bus" else name) for name in self.stations}
        for name, station in self.stations.items():
            self.lines[name].add(station)
        self.station = self.stations.get("bus")
        self.folder = village.folder / ("well" if room is None else f"room{room + 1}")
        self.folder.mkdir()
        (self.folder / "config.json").write_text(json.dumps(config))
        self.resets = 0
        self.events: list[tuple[int, int, int, int]] = []
        self.boot()

    def boot(self) -> None:
        """Power up."""
        village = self.village
        for station in self.stations.values():
            station.waiting.clear()
            station.pty.flush()
        paths = {name: station.pty.path for name, station in self.stations.items()}
        process = getattr(village, "process", Firmware)
        self.firmware = process(self.folder, self.seed + self.resets, int(village.t_s), paths)
        self.firmware.said.events = self.events
        self.texts = self.firmware.said.texts
        self.out: tuple[int, ...] = (0,) * frames.OUT_WORDS
        self.wiring.power_cut()
        self.fed, self.fed_at = 0, village.t_s
        self.wish_us = -1.0

    def restart(self) -> None:
        """Power cut or reset."""
        self.firmware.close()
        self.resets += 1
        self.boot()

    def power_off(self) -> None:
        """No power in this house."""
        self.firmware.close()
        self.wiring.power_off()
        self.wish_us = -1.0

    def send_tick(self, after_s: float, dt_s: float) -> None:
        """The frame of the next scan."""
        waiting = self.station.waiting if self.station else []
        short = [n for n in waiting if n <= TICK_FRAME_MAX]
        if len(short) == len(waiting) and len(short) <= frames.TICK_FRAMES:
            waiting.clear()
        else:
            self.turn(after_s * 1e6)
            short = []
        self.wiring.heard = bytes(short)
        self.firmware.send(self.wiring.frame(self.village.tick & frames.TICKS_MASK, after_s, dt_s))
        self.wiring.heard = b""

    def take_answer(self, after_s: float) -> None:
        """Its outputs, what it said on the line, and its watchdog."""
        out = self.firmware.answer()
        if out is None:
            self.restart()
            return
        self.out = out
        written = out[frames.OUT_WRITTEN]
        self.spoke(after_s * 1e6, written & 0xFFFF, written >> 16, out[frames.OUT_WISH_MS])
        if out[frames.OUT_FED] != self.fed:
            self.fed, self.fed_at = out[frames.OUT_FED], after_s
        elif after_s - self.fed_at > WATCHDOG_S and not rests(self.texts):
            self.restart()
        if self.wiring.inrush:
            self.wiring.inrush = False
            if self.brown_out:
                self.restart()

    def spoke(self, t_us: float, bus: int, bms: int, wish_ms: int) -> None:
        """Bytes it wrote, and when it wants its next turn."""
        for name, written in (("bus", bus), ("bms", bms)):
            if written:
                station = self.stations[name]
                self.lines[name].send(t_us, station, station.pty.take(written))
        if self.client:  # nobody else has anything to wait for
            self.wish_us = t_us + wish_ms * 1000.0
            self.lines["bus"].at(self.wish_us, self.wake)

    def wake(self) -> None:
        """Its wish came due, unless it has had a turn since."""
        if abs(self.village.line.now_us - self.wish_us) < 1.0:
            self.turn(self.village.line.now_us)

    def turn(self, t_us: float) -> None:
        """A turn of its links between two scans."""
        lengths = self.station.waiting_lengths(24) if self.station else []
        if "bms" in self.stations:
            lengths += [frames.BMS_LINE | n for n in self.stations["bms"].waiting_lengths(24)]
        ms = (self.wiring.start_ms + int(t_us / 1000)) & frames.TICKS_MASK
        self.spoke(t_us, *self.firmware.link(ms, self.wiring.ticks_us(t_us / 1e6), lengths))

    def points(self) -> dict[str, int]:
        """Its last telemetry."""
        return dict(zip(self.names, self.firmware.said.telemetry))

    def close(self) -> None:
        """End it."""
        self.firmware.close()


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
