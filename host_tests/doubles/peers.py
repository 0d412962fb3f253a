"""A node in real time, with pseudo-terminals that a real Modbus peer (pymodbus, mbpoll) opens.

The peer's bytes cross the simulated line, at its baud rate, to the firmware process; the answers come back the same way.
"""

from __future__ import annotations

import contextlib
import os
import select
import tempfile
import threading
import time
from pathlib import Path

from harness import rs485, scenarios, village
from plant import house, weather

GAP_S = 0.004  # a pause in what the peer writes ends its frame


class Peer(rs485.Station):
    """The far end of a line: what it hears goes into the terminal that the peer has open."""

    def __init__(self):
        super().__init__(0x100)  # nobody's address: it is never woken
        self.outside = rs485.Pty()

    def hear(self, data: bytes) -> None:
        self.outside.give(data)


class RealTime:
    """One node at the pace of the wall clock. Use as a context manager; `path` is the terminal for the peer."""

    ideal = True  # what crosses the line is asked here, not what a sensor may be off

    def __init__(self, config: dict, plant_config: dict | None = None, seed: int = 1):
        rooms = plant_config or {"well": config.get("well", {}), "rooms": config["rooms"]}
        self.plant = house.create(rooms, {"seed": seed, "scenario": {}, "weather": weather.Minutes(weather.DesignDay(seed))})
        self.folder = Path(tempfile.mkdtemp(prefix="wellhearth-"))
        self.tick = 0
        self.lines = {name: rs485.Line((config[name] if name == "bus" else rs485.second_of(config)).get("baud", 19200))
                      for name in rs485.lines_of(config)}
        self.line, self.bms = self.lines.get("bus"), self.lines.get("bms")
        self.peers = {name: line.add(Peer()) for name, line in self.lines.items()}
        for name, line in self.lines.items():
            line.stations.remove(self.peers[name])  # the board first: it answers before the peer hears the next
        self.board = village.Board(self, config, 0 if "well" not in config else None, seed)
        for name, line in self.lines.items():
            line.add(self.peers[name])
        self.commands = self.board.wiring.commands
        self.late_s = 0.0
        self.ended = threading.Event()
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self.run, daemon=True)

    @property
    def t_s(self) -> float:
        return self.tick * 0.1

    def path(self, name: str = "bus") -> str:
        """The terminal for the peer on this line."""
        return self.peers[name].outside.path

    def __enter__(self) -> RealTime:
        self.thread.start()
        return self

    def __exit__(self, *_exc) -> None:
        self.ended.set()
        self.thread.join(10)
        self.board.close()
        for line in self.lines.values():
            line.close()
        for peer in self.peers.values():
            peer.outside.close()
        assert self.failure is None, self.failure

    def run(self) -> None:
        try:
            self.loop()
        except Exception as e:
            self.failure = e

    def loop(self) -> None:
        begun = time.monotonic()
        fds = {peer.outside.master: name for name, peer in self.peers.items()}
        while not self.ended.is_set():
            due = begun + (self.tick + 1) * 0.1
            now = time.monotonic()
            wait = max(0.0, min(due, begun + self.next_event_s()) - now)
            for fd in select.select(list(fds), [], [], wait)[0]:
                self.spoken(fds[fd], fd, begun)
            now_us = (time.monotonic() - begun) * 1e6
            for line in self.lines.values():
                line.run_to(min(now_us, (self.tick + 1) * 1e5))
            if time.monotonic() >= due:
                self.late_s = max(self.late_s, time.monotonic() - due)
                self.scan()

    def next_event_s(self) -> float:
        """When something happens on a line, in seconds since the begin."""
        return min([line.events[0][0] / 1e6 for line in self.lines.values() if line.events], default=1e9)

    def spoken(self, name: str, fd: int, begun: float) -> None:
        """The peer writes: all of its frame, then onto the line."""
        at_us = (time.monotonic() - begun) * 1e6
        data = b""
        while select.select([fd], [], [], GAP_S)[0]:
            data += os.read(fd, 4096)
        line = self.lines[name]
        line.send(max(at_us, line.now_us), self.peers[name], data)

    def scan(self) -> None:
        """One scan period."""
        before_s = self.t_s
        self.tick += 1
        board = self.board
        board.wiring.drive(board.out, self.t_s)
        board.view.update()
        board.send_tick(self.t_s, 0.1)
        self.plant.step(before_s, 0.1, self.commands)
        board.take_answer(self.t_s)


@contextlib.contextmanager
def room_with_two_lines():
    """A room's node in real time: its bus at address 7 and, on the second line, a building management system at 9."""
    data = scenarios.village_config(1)["room_nodes"][0]
    data["bus"]["address"] = 7
    data["bms"] = {"address": 9}
    with RealTime(data) as running:
        time.sleep(1.2)
        yield running
