"""The firmware's nodes of a central plant: each well's, and the plant's with two lines on which it is the client."""

from __future__ import annotations

import heapq
import json

from .. import rs485
from .. import wiring as wires
from ..house_board import NO_WATER, Board
from ..lockstep import point_names
from ..process import Firmware
from ..sitl import frames

LINES = ("bus", "bms")


class Clock:
    """What is to happen on several lines, in one order."""

    def __init__(self):
        self.events: list = []
        self.count = 0
        self.lines: list[ClockedLine] = []
        self.now_us = 0.0

    def at(self, t_us: float, call) -> None:
        """Call at a time."""
        self.count += 1
        heapq.heappush(self.events, (t_us, self.count, call))

    def run_to(self, t_us: float) -> None:
        """Everything until then."""
        events = self.events
        while events and events[0][0] <= t_us:
            now, _count, call = heapq.heappop(events)
            self._now(now)
            call()
        self._now(t_us)

    def _now(self, t_us: float) -> None:
        self.now_us = t_us
        for line in self.lines:
            line.now_us = t_us


class ClockedLine(rs485.Line):
    """A line whose events lie on a clock that it shares."""

    def __init__(self, clock: Clock, baud: int, seed: int):
        super().__init__(baud, seed)
        self.clock = clock
        clock.lines.append(self)

    def at(self, t_us: float, call) -> None:
        """As Line's."""
        self.clock.at(t_us, call)

    def close(self) -> None:
        """Free the terminals of those that have one."""
        for station in self.stations:
            if isinstance(station, rs485.Station):
                station.pty.close()


class PlantFirmware(Firmware):
    """A plant's node is an RP2350 or ESP32-S3 board, with more memory than a Pico."""

    heap = "1200K"


class WellWater:
    """What a well's own sensors feel: `sensed`, as a house has it."""

    def __init__(self, world, index: int):
        self.world, self.index = world, index
        self.truth: dict = {}
        self.sensed: dict = {}
        self.update()

    def update(self) -> None:
        """After each step of the world."""
        world, w = self.world, self.world.field.wells[self.index]
        o = world.orders
        on, speed = o.well_on[self.index] and not world.dark, o.well_speed[self.index]
        back_c = world.c(world.well_return) if w.flow_m3h else w.reinjection_c
        self.sensed.update(
            outside_c=world.outside[0], supply_c=w.supply_c, return_c=back_c,
            lift_lph=1000.0 * w.flow_m3h, return_lph=1000.0 * w.returning_m3h, reinjection_kpa=w.pressure_kpa,
            level_kpa=9.81 * w.level_m, current_ma=w.current_ma(on, speed), strainer_kpa=w.strainer_kpa)


class Seat:
    """What a Board asks of its world: plant, folder, line, clock."""

    def __init__(self, station, plant, name: str):
        self.station, self.plant = station, plant
        self.folder = station.folder / name
        self.folder.mkdir()
        self.line = station.lines["bus"]
        self.ideal = station.ideal
        self.process = station.process if plant is not None else PlantFirmware

    @property
    def tick(self) -> int:
        """Scan periods so far."""
        return self.station.tick

    @property
    def t_s(self) -> float:
        """Simulated time."""
        return self.station.t_s


class PlantBoard(Board):
    """The plant node: client of both lines, so that it is woken by what comes on either."""

    def __init__(self, seat: Seat, config: dict, seed: int):
        self.village, self.config, self.room, self.seed = seat, config, None, seed
        self.names = point_names(config)
        self.view = Dry()
        self.wiring = wires.Wiring({**config, "rooms": []}, self.view, seed, (1 << 30) - 1_800_000 + 37 * seed, seat.ideal)
        self.brown_out = False
        self.client = "both"
        self.lines = seat.station.lines
        self.stations = {name: rs485.Station(None, self.turn) for name in LINES}
        for name, station in self.stations.items():
            self.lines[name].add(station)
        self.station = self.stations["bus"]
        self.folder = seat.folder / "plant"
        self.folder.mkdir()
        (self.folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        self.resets = 0
        self.events: list[tuple[int, int, int, int]] = []
        self.boot()

    def send_tick(self, after_s: float, dt_s: float) -> None:
        """Frames that wait are told in a turn of their own; then the scan."""
        if any(station.waiting for station in self.stations.values()):
            self.turn(after_s * 1e6)
        self.wiring.heard = b""
        self.firmware.send(self.wiring.frame(self.village.tick & frames.TICKS_MASK, after_s, dt_s))

    def spoke(self, t_us: float, bus: int, bms: int, wish_ms: int) -> None:
        """Bytes it wrote on its lines, and when it wants its next turn."""
        for name, written in (("bus", bus), ("bms", bms)):
            if written:
                self.lines[name].send(t_us, self.stations[name], self.stations[name].pty.take(written))
        self.wish_us = t_us + max(1, wish_ms) * 1000.0
        self.lines["bus"].at(self.wish_us, self.wake)

    def wake(self) -> None:
        """Its wish came due, unless it has had a turn since."""
        now_us = self.lines["bus"].now_us
        if abs(now_us - self.wish_us) < 1.0:
            self.turn(now_us)


class Dry:
    """A board without water of its own."""

    def __init__(self):
        self.sensed: dict = dict(NO_WATER)
        self.truth: dict = {}

    def update(self) -> None:
        """Nothing changes here."""
