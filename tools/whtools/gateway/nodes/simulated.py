"""A simulated house as a way to its node: the firmware's own Modbus server, asked in the frames of a real line.

A thread lets the world go on, `speed` times as fast as real time; a request goes to the firmware's second line (`bms`)
between two scans. So a gateway has the rights of a building system here too, and what it writes expires.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ModbusPDU

from harness import inprocess, lockstep, process, rs485, scenarios
from harness.sitl import frames
from plant import house, weather

from .modbus import Unit
from .transport import Clock, Silent, Unusable

ADDRESS = 100  # of the well's node, or the only one
ROOMS_AT = 101
SLICE_US = 1000.0  # both lines of a village's well go on in such steps
CARRIED_S = 0.5  # so much longer may an answer take that the well carries on
AHEAD_S = 0.2  # real seconds that the world may lag before it stops trying to catch up
YEAR_2026 = 1_767_225_600  # UTC seconds since 1970: where the harness counts from


class Asked(process.Spoken):
    """A firmware that is asked over its second line between two scans.

    A rig always has one tick under way: its answer is taken first, and kept for the rig.
    """

    def __init__(self, *args):
        self.waiting: list = []
        super().__init__(*args)

    def answer(self):
        """The tick's answer that waits here, else the next one."""
        return self.waiting.pop() if self.waiting else super().answer()

    def between(self, ms: int, us: int, length: int) -> int:
        """A frame of `length` bytes waits on the second line: bytes of its answer. 0 when it has just reset itself."""
        held = [self.answer()]
        written = 0 if held[0] is None else self.link(ms, us, [frames.BMS_LINE | length])[1]
        self.waiting = held
        return written


class AskedInside(Asked, inprocess.Inside):
    """In this process."""


class AskedFirmware(Asked, process.Firmware):
    """The real MicroPython."""


class Second:
    """A rig's second line: a request goes there between two scans, and no time passes."""

    lines: dict[str, Any]
    wiring: Any
    firmware: Any
    t_s: float

    def ask(self, data: bytes, timeout_s: float) -> bytes:
        """A frame; what came back."""
        pty = self.lines["bms"]
        pty.give(data)
        ms = (self.wiring.start_ms + round(self.t_s * 1000)) & frames.TICKS_MASK
        written = self.firmware.between(ms, self.wiring.ticks_us(self.t_s), len(data))
        return pty.take(written) if written else b""


class InsideRig(Second, inprocess.Rig):
    """The firmware in this process."""

    process = AskedInside
    firmware: Any


class MicroPythonRig(Second, lockstep.Rig):
    """The firmware in a MicroPython of its own."""

    process = AskedFirmware
    firmware: Any


class SimulatedClock(Clock):
    """The simulated world's time as both clocks."""

    def __init__(self, world: World):
        self.world = world

    def wall(self) -> float:
        """The scenario begins at a midnight."""
        return YEAR_2026 + self.world.rig.wiring.midnight_s + self.world.rig.t_s

    def mono(self) -> float:
        """Simulated seconds."""
        return self.world.rig.t_s

    def sleep(self, seconds: float) -> None:
        """So long in the world, in real time less."""
        time.sleep(seconds / self.world.speed if self.world.paced else 0.001)


class Master(rs485.Station):
    """Whoever asks on the second line."""

    def __init__(self):
        super().__init__(0x100)  # nobody's address: it is never woken
        self.answers: list[bytes] = []

    def hear(self, data: bytes) -> None:
        """A frame from the other end."""
        self.answers.append(data)


class Street(inprocess.Village):
    """A village whose well has a second line, with a master's place on it: every room is a unit there (`bms.rooms_at`)."""

    def __init__(self, config: dict, plant, seed: int = 1):
        self.bms = rs485.Line(config["well_node"]["bms"].get("baud", 19200), seed + 7)
        self.peer = Master()
        super().__init__(config, plant, seed)
        self.well.stations["bms"].address = None  # it hears the frames for its rooms too
        self.bms.add(self.peer)

    def step(self) -> None:
        """One scan period, in which both lines go on together while something is said on the second one."""
        begin_us, end_us = self.t_s * 1e6, self.t_s * 1e6 + self.period_ms * 1000
        while begin_us < end_us and (self.bms.events or self.bms.pieces):
            begin_us += SLICE_US
            self.line.run_to(min(begin_us, end_us))
            self.bms.run_to(min(begin_us, end_us))
        self.bms.run_to(end_us)
        super().step()

    def ask(self, data: bytes, timeout_s: float) -> bytes:
        """A frame from the master; what came back. Simulated time passes."""
        self.peer.answers.clear()
        self.bms.send(max(self.t_s * 1e6, self.bms.end_us + 4000), self.peer, data)
        for _ in range(round((timeout_s + CARRIED_S) / self.dt_s)):
            self.step()
            if self.peer.answers:
                break
        return b"".join(self.peer.answers)

    def close(self) -> None:
        """Both lines."""
        super().close()
        self.bms.close()


class World:
    """A house or a village, its firmware and a thread that lets time pass (Way and Line)."""

    name = "simulator"

    def __init__(self, rooms: int = 6, speed: float = 1.0, seed: int = 1, micropython: bool = False, paced: bool = True,
                 config: dict | None = None, start_c: float = 18.5, village: bool = False):
        """paced: a thread keeps the pace; else whoever holds it calls `run`. micropython: the real one, in its own process.

        start_c: degC of all rooms at the begin. village: every room is a node of its own, on the well's bus.
        """
        self.config = config or (scenarios.village_config(rooms) if village else scenarios.house_config(rooms))
        bms = (self.config["well_node"] if village else self.config).setdefault("bms", {"address": ADDRESS})
        self.addresses = [bms.get("address", ADDRESS)]
        if village:
            bms.setdefault("rooms_at", ROOMS_AT)
            self.addresses += [bms["rooms_at"] + i for i in range(len(self.config["room_nodes"]))]
        self.speed = speed
        self.paced = paced
        world = {"seed": seed, "scenario": {"start_c": start_c}, "weather": weather.Minutes(weather.DesignDay(seed))}
        self.plant = house.create(self.config, world)
        self.rig: Any = (Street if village else MicroPythonRig if micropython else InsideRig)(self.config, self.plant, seed)
        self.framer = FramerRTU(DecodePDU(False))
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.unplugged = False
        self.failure: Exception | None = None
        self.clock = SimulatedClock(self)
        self.run(2)
        self.thread = threading.Thread(target=self.go_on, name="simulator", daemon=True)
        if paced:
            self.thread.start()

    def go(self) -> None:
        """From now on the thread keeps the pace."""
        if not self.paced:
            self.paced = True
            self.thread.start()

    # -- the world --

    def run(self, seconds: float) -> None:
        """Simulated time passes at once."""
        with self.lock:
            self.rig.run(seconds)

    def go_on(self) -> None:
        """The thread: a step whenever it is due; a computer that cannot keep up is late, and says so by its clock."""
        due = time.monotonic()
        try:
            while not self.ended.is_set():
                with self.lock:
                    self.rig.step()
                due = max(due + self.rig.dt_s / self.speed, time.monotonic() - AHEAD_S)
                wait = due - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                else:
                    time.sleep(0)  # whoever waits for the lock has his turn
        except Exception as e:
            self.failure = e

    # -- the line --

    def ask(self, request: ModbusPDU, timeout_s: float) -> ModbusPDU:
        """One request, in a turn of the firmware's links between two scans."""
        if self.failure is not None:
            raise Unusable(f"the simulation ended: {self.failure!r}")
        if self.unplugged or self.rig.dark:
            raise Unusable("the simulated adapter is unplugged, or the house is dark")
        data = self.framer.buildFrame(request)
        with self.lock:
            answer = self.rig.ask(data, timeout_s)
        if not answer:
            raise Silent(f"nobody answers at unit {request.dev_id}")
        _used, pdu = self.framer.handleFrame(answer, request.dev_id, 0)
        if pdu is None:
            raise Silent(f"unit {request.dev_id} answered rubbish")
        return pdu

    # -- the way --

    def open(self) -> None:
        """It is there unless it was unplugged."""
        if self.unplugged:
            raise Unusable("the simulated adapter is unplugged")

    def units(self) -> list[Unit]:
        """The well's node, and those behind it."""
        return [Unit(self, address) for address in self.addresses]

    def found(self, transport) -> None:
        """It was known."""

    def close(self) -> None:
        """The thread rests with its owner: `end` ends the world."""

    def end(self) -> None:
        """Stop the thread, end the firmware."""
        self.ended.set()
        if self.paced:
            self.thread.join(5)
        self.rig.close()
