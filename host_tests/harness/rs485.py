"""A simulated RS-485 line: real bytes through pseudo-terminals, at a real baud rate, on a virtual clock.

Everybody on the line hears everybody else. Two that speak at once garble each other; a frame ends with a silence of
3.5 characters. Times in microseconds of simulated time.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import random
import select
from collections.abc import Callable

from .process import FirmwareError

BITS = 11  # start, 8 data, parity or second stop, stop
BUFFER = 250  # what a receiver keeps of one burst
HANG_S = 5.0


SECOND = ("bms", "gateway", "meters")  # what the second line may be used for; its terminal is `bms` in any case


def second_of(config: dict) -> dict | None:
    """The settings of a config's second line, None without one."""
    for name in SECOND:
        if config.get(name) is not None:
            return config.get("meter_line", {"baud": 9600}) if name == "meters" else config[name]
    return None


def lines_of(config: dict) -> list[str]:
    """The lines of a board with this config."""
    return (["bus"] if "bus" in config else []) + (["bms"] if second_of(config) is not None else [])


class Pty:
    """A pseudo-terminal: the board opens `path`, we hold the other end. FirmwareError where there are none (Windows)."""

    def __init__(self):
        try:
            import tty
        except ImportError:
            raise FirmwareError("nodes that speak with each other are simulated on Linux and macOS only (pseudo-terminals);"
                                " a single house runs here with --in-process") from None
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.path = os.ttyname(self.slave)
        os.set_blocking(self.master, False)

    def give(self, data: bytes) -> None:
        """Bytes to the board. One that does not read loses them, as a UART does."""
        try:
            while data:
                data = data[os.write(self.master, data):]
        except BlockingIOError:
            pass

    def flush(self) -> None:
        """Forget what waits in both directions: the board behind it starts anew."""
        import termios

        termios.tcflush(self.slave, termios.TCIOFLUSH)
        with contextlib.suppress(BlockingIOError):  # and what it wrote with its last breath
            while os.read(self.master, 4096):
                pass

    def take(self, n: int) -> bytes:
        """The `n` bytes that the board says it wrote."""
        data = b""
        while len(data) < n:
            if not select.select([self.master], [], [], HANG_S)[0]:
                raise TimeoutError(f"{n} bytes were promised on {self.path}, {len(data)} came")
            data += os.read(self.master, n - len(data))
        return data

    def close(self) -> None:
        """Free both ends."""
        os.close(self.master)
        os.close(self.slave)


class Station:
    """One board on the line. address: None for the client. on_frame(t_us): it must be given a turn now."""

    def __init__(self, address: int | None, on_frame=None):
        self.pty = Pty()
        self.address = address
        self.on_frame = on_frame
        self.plugged = True
        self.waiting: list[int] = []  # lengths of frames in its terminal
        self.heard = 0

    def hear(self, data: bytes) -> None:
        """A burst that ended with a silence."""
        self.pty.give(data)
        self.waiting.append(len(data))
        self.heard += 1

    def waiting_lengths(self, most: int) -> list[int]:
        """Lengths of frames it has not been told of yet, at most so many."""
        lengths, self.waiting = self.waiting[:most], self.waiting[most:]
        return lengths


class Line:
    """The pair of wires. `send` when a station speaks, `run_to` lets time pass."""

    def __init__(self, baud: int = 19200, seed: int = 1):
        self.char_us = BITS * 1_000_000 / baud
        # Above 19.2 kbaud the silence is fixed (Modbus over serial line V1.02, 2.5.1.1).
        self.silence_us = 3.5 * self.char_us if baud <= 19200 else 1750.0
        self.stations: list[Station] = []
        self.rng = random.Random(f"line-{seed}")
        self.now_us = 0.0
        self.events: list[tuple[float, int, Callable[[], object]]] = []
        self.count = 0
        self.pieces: list[tuple[Station | None, bytes]] = []
        self.end_us = 0.0
        self.jam_until_us = 0.0  # somebody babbles until then
        self.noise = 0.0  # share of bursts with a flipped bit
        self.bursts = 0
        self.collisions = 0
        self.busy_us = 0.0

    def add(self, station: Station) -> Station:
        """Connect a board."""
        self.stations.append(station)
        return station

    def at(self, t_us: float, call) -> None:
        """Call `call()` at `t_us`."""
        self.count += 1
        heapq.heappush(self.events, (t_us, self.count, call))

    def send(self, t_us: float, station: Station | None, data: bytes) -> float:
        """A station begins to speak at `t_us`; returns when it ends."""
        end_us = t_us + len(data) * self.char_us
        if station is not None and not station.plugged:
            return end_us
        self.bursts += 1
        self.busy_us += end_us - t_us
        if t_us < self.jam_until_us:
            self.collisions += 1
            return end_us
        clash = self.pieces and t_us < self.end_us
        if clash:
            self.collisions += 1
            data = self.rng.randbytes(len(data))
            self.pieces = [(who, self.rng.randbytes(len(old))) for who, old in self.pieces]
        elif self.noise and self.rng.random() < self.noise:
            spoilt = bytearray(data)
            spoilt[self.rng.randrange(len(spoilt))] ^= 1 << self.rng.randrange(8)
            data = bytes(spoilt)
        self.pieces.append((station, data))
        self.end_us = max(self.end_us, end_us)
        self.at(self.end_us + self.silence_us, self.silence)
        return end_us

    def babble(self, t_us: float, for_us: float) -> None:
        """A broken station sends garbage without a pause."""
        self.jam_until_us = self.end_us = t_us + for_us
        self.pieces.append((None, self.rng.randbytes(BUFFER)))  # receivers keep no more of it
        self.at(self.end_us + self.silence_us, self.silence)

    def silence(self) -> None:
        """3.5 characters of nothing after the last byte: what was said is a frame, or was meant to be one."""
        if self.now_us + 1e-6 < self.end_us + self.silence_us or not self.pieces:
            return
        pieces, self.pieces = self.pieces, []
        woken = []
        for station in self.stations:
            data = b"".join(piece for who, piece in pieces if who is not station)[:BUFFER]
            if not data or not station.plugged:
                continue
            station.hear(data)
            if station.on_frame is not None and station.address in (None, data[0]):
                woken.append(station.on_frame)
        for turn in woken:
            turn(self.now_us)

    def run_to(self, t_us: float) -> None:
        """Everything that happens until `t_us`."""
        events = self.events
        while events and events[0][0] <= t_us:
            self.now_us, _count, call = heapq.heappop(events)
            call()
        self.now_us = t_us

    def close(self) -> None:
        """Free the terminals."""
        for station in self.stations:
            station.pty.close()
