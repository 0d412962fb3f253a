"""A bare board on a table: pads, wires between them, what is broken; and the person who puts the wires there.

The texts of whtools/bringup/guest.py run in this process against modules that show this world.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys

from harness.pinout import pins
from whtools.device.link import LinkError

from .bare_machine import PWRON, WDT, Gone, modules, opened

MACHINES = {
    "rpi_pico": ("rp2", "Raspberry Pi Pico with RP2040"),
    "rpi_pico_w": ("rp2", "Raspberry Pi Pico W with RP2040"),
    "rpi_pico2": ("rp2", "Raspberry Pi Pico2 with RP2350"),
    "rpi_pico2_w": ("rp2", "Raspberry Pi Pico 2 W with RP2350"),
    "esp32_generic": ("esp32", "Generic ESP32 module with ESP32"),
    "esp32_s3": ("esp32", "Generic ESP32S3 module with ESP32S3"),
}


class World:
    """The board and what lies on the table. faults: see test_bringup.py."""

    def __init__(self, board: str, faults=()):
        self.board, self.faults = board, set(faults)
        self.platform, self.machine = MACHINES["rpi_pico" if "wrong chip" in self.faults else board]
        self.table = pins(board)
        self.gpio = {name: number for name, (number, _kind) in self.table.items()}
        self.wires: set[tuple[int, int]] = set()
        self.volts: dict[int, float] = {}  # a jumper from a pad to a supply
        self.shorts = (
            {(self.gpio["room1_pump"], self.gpio["room1_reversing"])} if "shorted neighbours" in self.faults else set()
        )
        self.drive: dict[int, int] = {}
        self.pull: dict[int, int] = {}
        self.pwm: dict[int, int] = {}
        self.driven: list[int] = []  # every GPIO that was ever an output, in order
        self.us = 0
        self.cause, self.armed_us, self.cut_at = PWRON, None, None
        self.files: dict[str, str | bytes] = {"boot.py": ""}
        self.heap = 430_000 if "pico2" in board else 230_000
        self.line_in, self.line_out = b"", b""

    def joined(self, number: int) -> set[int]:
        """Pads that hang together with this one."""
        found, todo = {number}, [number]
        while todo:
            one = todo.pop()
            for a, b in self.wires | self.shorts:
                for p, q in ((a, b), (b, a)):
                    if p == one and q not in found:
                        found.add(q)
                        todo.append(q)
        return found

    def level(self, number: int) -> int:
        """What a pad reads: a driver wins over a supply, this one over a pull."""
        here = self.joined(number)
        dead = self.gpio["room1_compressor"] if "dead output" in self.faults else None
        if "stuck pad" in self.faults and self.gpio["lift"] in here:
            return 0
        levels = [self.drive[n] for n in here if n in self.drive and n != dead]
        levels += [int(self.us % 1000 < self.pwm[n] * 1000 / 65536) for n in here if n in self.pwm]
        levels += [int(self.volts[n] > 1.5) for n in here if n in self.volts]
        if levels:
            return min(levels)
        pulls = [self.pull[n] for n in here if n in self.pull]
        return max(pulls) if pulls else 1

    def pass_us(self, us: int) -> None:
        """Time goes on; a watchdog that nobody feeds bites."""
        self.us += us
        dead = "no watchdog" in self.faults  # then opening the port restarts it, if anything
        if self.armed_us is not None and self.us - self.armed_us > (8_000_000 if dead else 2_000_000):
            self.cause = PWRON if dead else WDT
            raise Gone

    def write(self, name: str, text, whole: bool) -> None:
        """A file; the plug is pulled in the middle of one."""
        self.files[name] = text
        if self.cut_at is not None:
            self.cut_at -= 1
            if self.cut_at <= 0 and whole:
                self.files[name] = text[: len(text) // 2]
                if "torn record" in self.faults:
                    self.files["bringup.txt"] = text[: len(text) // 2]
                self.cause = PWRON
                raise Gone

    def restart(self) -> None:
        """As after power: pads are inputs."""
        self.drive, self.pull, self.pwm, self.armed_us, self.cut_at = {}, {}, {}, None, None


class Person:
    """Does what is asked, and says yes; `refuses` names what he does not agree to."""

    def __init__(self, world: World, refuses=()):
        self.world, self.refuses, self.asked = world, set(refuses), []

    def sees(self, question: str, what: str) -> bool:
        """Lay the wires that a question asks for."""
        self.asked.append(what)
        world, words = self.world, what.split()
        if what in self.refuses:
            return False
        if words[0] in ("jumper", "adc", "uart", "onewire", "watchdog", "consent"):
            world.wires, world.volts = set(), {}
        if words[0] == "jumper":
            world.wires = {(world.gpio[words[1]], world.gpio[words[2]])}
        elif words[0] == "adc":
            world.volts = {world.gpio[words[1]]: 0.0 if words[2] == "ground" else 3.3}
        elif words[0] == "uart":
            world.wires = {(world.gpio["rs485_tx"], world.gpio["rs485_rx"])}
        return not (what == "led" and world.board.endswith("_w"))


class Link:
    """The prompt of that board."""

    port = "/dev/table"

    def __init__(self, world: World):
        self.world, self.version = world, (1, 25, 0) if "old MicroPython" in world.faults else (1, 28, 0)
        self.platform, self.machine = world.platform, world.machine
        self.texts: list[str] = []

    def run(self, code: str, timeout_s: float = 30) -> str:
        """Run a text of the guest."""
        self.texts.append(code)
        world = self.world
        fakes = modules(world)
        saved = {name: sys.modules.get(name) for name in fakes}
        out = io.StringIO()
        before = {number for number in world.drive}
        sys.modules.update(fakes)
        try:
            with contextlib.redirect_stdout(out):
                exec(code, {"open": lambda name, mode="r": opened(world, name, mode)})
        finally:
            for name, module in saved.items():
                if module is None:
                    sys.modules.pop(name)
                else:
                    sys.modules[name] = module
        assert set(world.drive) <= before and not world.pwm, "a pad is still driven when its text has ended"
        world.us += 2000
        return out.getvalue().strip()

    def leave_with(self, code: str, last_word: bytes) -> None:
        """Run until the board is gone."""
        self.world.cut_at = 40 if b"cut" in last_word else None
        with contextlib.suppress(Gone):
            self.run(code)

    def again(self):
        """Back, as after a restart."""
        if "does not come back" in self.world.faults:
            raise LinkError("the board did not come back within 30 s")
        self.world.restart()
        return self

    def monotonic(self) -> float:
        """This world's time, as the computer beside it has it."""
        return self.world.us * (1.01 if "slow clock" in self.world.faults else 1.0) / 1e6

    def wait(self, seconds: float) -> None:
        """So long."""
        self.world.us += int(seconds * 1e6)

    def close(self) -> None:
        """Nothing to let go of."""


class Adapter:
    """The other end of the line."""

    def __init__(self, world: World):
        self.world = world

    def exchange(self, bare, sent: bytes, code: str) -> tuple[bytes, bytes]:
        """Swapped wires turn each bit over: a receiver sees other bytes."""
        world, swapped = self.world, "A and B swapped" in self.world.faults
        turned = (lambda data: bytes(255 - b for b in data)[:-1]) if swapped else bytes
        world.line_in, world.line_out = b"" if "no transceiver" in world.faults else turned(sent), b""
        heard = bytes(json.loads(bare.link.run(code).splitlines()[-1]))
        return turned(world.line_out), heard
