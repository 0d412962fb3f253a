"""Firmware, wiring and plant in lock step on a virtual clock.

Protocol and order of events: boards/sitl/PROTOCOL.md.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from . import rs485
from . import wiring as wires
from .process import Firmware, FirmwareError, Spoken
from .sitl import frames

WATCHDOG_S = 5.0
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # boards' files: a busy disk takes 10 ms for a rename


SAFE_STATE = ("outputs stay off", "all outputs are off")  # config refused, recovery mode: no watchdog runs then


class Clocked:
    """What steps by scan periods on a virtual clock: has `tick`, `period_ms`, `step()` and `close()`. A context manager."""

    tick: int
    period_ms: int

    def __enter__(self):
        return self

    def __exit__(self, *_exc) -> None:
        self.close()

    @property
    def t_s(self) -> float:
        """Simulated time of the last tick sent."""
        return self.tick * self.period_ms / 1000

    def step(self) -> None:
        """One scan period."""
        raise NotImplementedError

    def close(self) -> None:
        """End the firmware, free what belongs to it."""
        raise NotImplementedError

    def run(self, seconds: float) -> None:
        """Advance by `seconds` of simulated time."""
        for _ in range(round(seconds * 1000 / self.period_ms)):
            self.step()

    def command(self, firmware: Spoken, path: str, value: int) -> str:
        """Write a point through that firmware's own table; returns the refusal or ''."""
        if firmware.closed:
            return "the controller has no power"
        replies = firmware.said.replies
        n = len(replies)
        firmware.command(path, value)
        for _ in range(3):
            self.step()
            if len(replies) > n:
                return replies[n]
        raise FirmwareError(f"no reply to {path}={value}: {firmware.complaint()}")


class Rig(Clocked):
    """Firmware, wiring and plant in lock step. Use as a context manager."""

    process = Firmware  # what runs the firmware

    def __init__(self, config: dict, plant, seed: int = 1, start_ms: int | None = None, ideal: bool = False):
        """ideal: sensors, meters and contacts without their tolerances."""
        self.config = config
        self.names = point_names(config)
        self.plant = plant
        self.seed = seed
        kwargs = {} if start_ms is None else {"start_ms": start_ms}
        self.wiring = wires.Wiring(config, plant, seed, ideal=ideal, **kwargs)
        self.period_ms = config.get("node", {}).get("period_ms", 100)
        self.dt_s = self.period_ms / 1000.0
        self.tick = 0
        self.dark = False  # no power in the house: see blackout()
        self.brown_out = False  # each start of a motor takes the controller's supply away
        self.resets = 0
        self.texts: list[str] = []
        self.events: list[tuple[int, int, int, int]] = []
        self.folder = Path(tempfile.mkdtemp(prefix="wellhearth-", dir=MEMORY))
        (self.folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        # Lines that nobody else is connected to: a village has its own.
        self.lines = {name: rs485.Pty() for name in rs485.lines_of(config)}
        self.meters = None  # what answers on the second line: a function of what the board said, to what it hears
        self.answering = False  # it has, and the board's answer to that is still to come
        self.plant_s = 0.0
        self.scan_us: list[int] | None = None
        self.out: tuple[int, ...] = (0,) * frames.OUT_WORDS
        self.firmware = self._boot()

    def close(self) -> None:
        """End the firmware and remove its file system."""
        self.firmware.close()
        for line in self.lines.values():
            line.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _boot(self) -> Firmware:
        for line in self.lines.values():
            line.flush()
        paths = {name: line.path for name, line in self.lines.items()}
        firmware = self.process(self.folder, self.seed + self.resets, int(self.t_s), paths)
        self.texts = firmware.said.texts
        firmware.said.events = self.events
        firmware.said.rtc = self.wiring.rtc
        self.out = (0,) * frames.OUT_WORDS
        self.wiring.power_cut()
        self.fed = 0
        self.fed_at = self.t_s
        firmware.send(self.wiring.frame(self.tick & frames.TICKS_MASK, self.t_s, 0.0))
        return firmware

    def restart(self) -> None:
        """Power cut or reset: outputs off, a new process on the same file system."""
        if self.dark:
            return
        self.firmware.close()
        self.resets += 1
        self.answering = False
        self.firmware = self._boot()

    def blackout(self, dark: bool) -> None:
        """The house loses all its power (the plant goes on, every motor off) or gets it back (the firmware boots)."""
        if dark == self.dark:
            return
        self.dark = self.plant.dark = dark
        if dark:
            self.firmware.close()
            self.wiring.power_off()
        else:
            self.wiring.power_up()
            self.restart()

    def step(self) -> None:
        """One scan period: the plant works on the answer before last while the firmware scans."""
        t_s = self.tick * self.period_ms / 1000
        self.tick += 1
        after_s = self.tick * self.period_ms / 1000
        wiring = self.wiring
        if self.dark:
            self.plant.step(t_s, self.dt_s, wiring.commands)
            return
        wiring.drive(self.out, after_s)
        self.plant.step(t_s, self.dt_s, wiring.commands)
        self.firmware.send(wiring.frame(self.tick & frames.TICKS_MASK, after_s, self.dt_s))
        out = self.firmware.answer()
        if out is None:
            self.restart()
            return
        self.out = out
        written = out[frames.OUT_WRITTEN]
        if self.answering:
            self.answering = False
            answer = self.firmware.answer()
            written += answer[1] if answer is not None else 0
        if written:
            for name, n in (("bus", written & 0xFFFF), ("bms", written >> 16)):
                if n:
                    self.hear(name, self.lines[name].take(n))
        if self.scan_us is not None:
            self.scan_us.append(out[frames.OUT_SCAN_US])
        if out[frames.OUT_FED] != self.fed:
            self.fed = out[frames.OUT_FED]
            self.fed_at = after_s
        elif after_s - self.fed_at > WATCHDOG_S and not rests(self.texts):
            self.restart()
        if wiring.inrush:
            wiring.inrush = False
            if self.brown_out:
                self.restart()

    def hear(self, name: str, data: bytes) -> None:
        """What the board said on a line; meters answer behind the frame that is on its way."""
        answer = self.meters(data) if name == "bms" and self.meters is not None else b""
        if answer:
            self.lines[name].give(answer)
            self.firmware.send_link((self.wiring.start_ms + round(self.t_s * 1000)) & frames.TICKS_MASK,
                                    self.wiring.ticks_us(self.t_s), [frames.BMS_LINE | len(answer)])
            self.answering = True

    def write(self, path: str, value: int) -> str:
        """Write a point through the firmware's own table; returns the refusal or ''."""
        return self.command(self.firmware, path, value)

    def points(self) -> dict[str, int]:
        """The last telemetry by point name."""
        return dict(zip(self.names, self.firmware.said.telemetry))


def rests(texts: list[str]) -> bool:
    """Whether a firmware said that it stays in its safe state, where it feeds no watchdog."""
    return any(words in text for text in texts for words in SAFE_STATE)


def point_names(config: dict) -> list[str]:
    """Every point's path, in the order of the telemetry, from the firmware's own table."""
    from wellhearth.tables import config as wellconfig
    from wellhearth.tables import kinds

    cfg, _errors = wellconfig.validate(config)
    return [f"{kind.block(index)}.{row.name}" for kind, index in kinds.layout(cfg) for row in kind.rows]
