"""The toy plant with the whole firmware in a MicroPython process of its own: every scan runs with the heap locked."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from harness import lockstep, rs485
from harness.process import Firmware
from harness.sitl import frames
from harness.wiring import FRAME_IN

from .toy_devices import Port
from .toyplant import ToyPlant

TURN_MS = 20  # between two turns of its links


class PlantFirmware(Firmware):
    """A plant's node runs on a board with more memory than a Pico (RP2350, ESP32-S3)."""

    heap = "1200K"


class SitlPlant(ToyPlant):
    """A ToyPlant; `scan_us` has the duration of every scan. Use as a context manager."""

    period_ms = 100

    def boot(self) -> None:
        """Power up, with an empty file system at first."""
        if not hasattr(self, "folder"):
            self.folder = Path(tempfile.mkdtemp(prefix="wellhearth-", dir=lockstep.MEMORY))
            (self.folder / "config.json").write_text(json.dumps(self.data))
            self.ptys = {name: rs485.Pty() for name in self.cfg.plant.lines}
            self.events: list = []
            self.scan_us: list[int] = []
            self.names = lockstep.point_names(self.data)
            self.ports = {name: Port(self.lines[name]) for name in self.ptys}
            self.seq = 0
        for pty in self.ptys.values():
            pty.flush()
        self.firmware = PlantFirmware(self.folder, 1, self.t, {name: pty.path for name, pty in self.ptys.items()})
        self.firmware.said.events = self.events

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.firmware.close()
        for pty in self.ptys.values():
            pty.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """A power cut."""
        self.firmware.close()
        self.boot()

    def second(self) -> None:
        """A second: water, ten scans, and the links' turns between them."""
        self.t += 1
        self.water()
        for _ in range(1000 // self.period_ms):
            for _ in range(self.period_ms // TURN_MS):
                self.ms += TURN_MS
                self.turn()
            self.seq += 1
            utc_s = 0
            self.firmware.send(FRAME_IN.pack(frames.TICK, self.seq, self.ms, self.ms * 1000 & frames.TICKS_MASK, 1, 0, 0,
                                             utc_s, 0, *([0] * 8), -1, b"", b"", *([0] * 6), b"\xff" * 8))
            out = self.firmware.answer()
            assert out is not None, f"the board reset itself: {self.firmware.complaint()}"
            self.scan_us.append(out[frames.OUT_SCAN_US])
            self.spoke(out[frames.OUT_WRITTEN])

    def spoke(self, written: int) -> None:
        """What it wrote on its lines is answered at once; it hears of that in its next turn."""
        for name, n in (("bus", written & 0xFFFF), ("bms", written >> 16)):
            if n:
                data = self.ptys[name].take(n)
                self.ports[name].send(data, n)

    def turn(self) -> None:
        """A turn of its links between two scans."""
        lengths = []
        for name, port in self.ports.items():
            while port.inbox:
                data = port.inbox.pop(0)
                self.ptys[name].give(data)
                lengths.append(len(data) | (frames.BMS_LINE if name == "bms" else 0))
        bus, bms, _wish = self.firmware.link(self.ms, self.ms * 1000 & frames.TICKS_MASK, lengths)
        self.spoke(bus | bms << 16)

    def p(self, path: str) -> int:
        return dict(zip(self.names, self.firmware.said.telemetry))[path]

    def shown(self) -> dict:
        return dict(zip(self.names, self.firmware.said.telemetry))
