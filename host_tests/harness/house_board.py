"""One board of a village: a firmware process, its wiring, and its place on the lines."""

from __future__ import annotations

import json

from . import rs485
from . import wiring as wires
from .lockstep import WATCHDOG_S, point_names, rests
from .process import Firmware, Rebooted
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
        # The line on which it asks: of the rooms on its bus, of the meters on the second one.
        self.client = "bus" if config.get("bus", {}).get("role") == "client" else "bms" if config.get("meters") else ""
        self.stations = {}
        for name in rs485.lines_of(config):
            own = config[name] if name == "bus" else rs485.second_of(config) or {}
            self.stations[name] = rs485.Station(None if name == self.client else own.get("address", 1), self.turn)
        self.lines = {name: getattr(village, "line" if name == "bus" else name) for name in self.stations}
        for name, station in self.stations.items():
            self.lines[name].add(station)
        self.station = self.stations.get("bus")
        self.folder = village.folder / ("well" if room is None else f"room{room + 1}")
        self.folder.mkdir()
        (self.folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
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
        self.firmware.said.rtc = self.wiring.rtc
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
            self.lines[self.client].at(self.wish_us, self.wake)

    def wake(self) -> None:
        """Its wish came due, unless it has had a turn since."""
        now_us = self.lines[self.client].now_us
        if abs(now_us - self.wish_us) < 1.0:
            self.turn(now_us)

    def turn(self, t_us: float) -> None:
        """A turn of its links between two scans."""
        lengths = self.station.waiting_lengths(24) if self.station else []
        if "bms" in self.stations:
            lengths += [frames.BMS_LINE | n for n in self.stations["bms"].waiting_lengths(24)]
        ms = (self.wiring.start_ms + int(t_us / 1000)) & frames.TICKS_MASK
        try:
            self.spoke(t_us, *self.firmware.link(ms, self.wiring.ticks_us(t_us / 1e6), lengths))
        except Rebooted:
            self.restart()

    def points(self) -> dict[str, int]:
        """Its last telemetry."""
        return dict(zip(self.names, self.firmware.said.telemetry))

    def close(self) -> None:
        """End it."""
        self.firmware.close()
