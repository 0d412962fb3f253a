"""A board with a network in real time: the sitl board's own MicroPython, paced by the clock on the wall, its lateness
measured.

How late a scan is: from the moment when its frame was due and sent to the moment when its answer was here. A turn of the
links that waits for anything shows in it: the process has one thread.
"""

from __future__ import annotations

import json
import socket
import threading
import time

from doubles.houses import house_config, make_rig
from doubles.signed_unit import ENTRY
from harness import process
from harness.sitl import frames
from wellhearth.storage import record


class Timed(process.Firmware):
    """Notes how long each tick's answer took, in seconds."""

    def __init__(self, *args, **kwargs):
        self.late_s: list[float] = []
        self.sent_s = 0.0
        super().__init__(*args, **kwargs)

    def send(self, frame: bytes) -> None:
        """The moment counts."""
        if frame[0] == frames.TICK:
            self.sent_s = time.perf_counter()
        super().send(frame)

    def answer(self):
        """And this one."""
        found = super().answer()
        if found is not None and found[0] & 0xFF == frames.OUT_TICK:
            self.late_s.append(time.perf_counter() - self.sent_s)
        return found


def free_port(kind=socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Board:
    """The board at work in a thread. network: its section; secrets: network.json."""

    def __init__(self, network: dict | None, secrets: dict | None = None, files: dict[str, bytes] | None = None,
                 rooms: int = 2,
                 warm_s: float = 0):
        """warm_s: simulated seconds that pass at once before the pace begins."""
        config = house_config(rooms)
        if network is not None:
            config["network"] = network
        self.rig = make_rig(data=config)
        self.config = config
        for name, found in (("secret.json", {key: ENTRY[key] for key in ("id", "owner", "unit", "operator", "installer")}),
                            ("network.json", secrets or {})):
            text = json.dumps(found).encode()
            record.write_file(str(self.rig.folder / name), text, record.head(text, 1))
        for name, data in (files or {}).items():
            (self.rig.folder / name).write_bytes(data)
        self.rig.process = Timed
        self.rig.restart()
        self.rig.run(warm_s)
        self.failure: BaseException | None = None
        self.ended = threading.Event()
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self) -> None:
        """A tick whenever it is due."""
        due = time.perf_counter()
        try:
            while not self.ended.is_set():
                with self.lock:
                    self.rig.step()
                due = max(due + self.rig.dt_s, time.perf_counter() - 0.5)
                time.sleep(max(0.0, due - time.perf_counter()))
        except BaseException as e:
            self.failure = e

    @property
    def late_s(self) -> list[float]:
        """Of every tick so far."""
        return self.rig.firmware.late_s

    def point(self, path: str) -> int:
        """A point's value."""
        assert self.failure is None, self.failure
        while True:
            assert self.failure is None, self.failure
            with self.lock:
                found = self.rig.points()
            if found:
                return found[path]
            time.sleep(0.05)  # it has not spoken since its start

    def wait(self, path: str, value: int, limit_s: float = 15.0) -> float:
        """Real seconds until a point has a value; fails after so many."""
        begin = time.monotonic()
        while self.point(path) != value:
            assert time.monotonic() - begin < limit_s, f"{path} is {self.point(path)} after {limit_s} s"
            time.sleep(0.05)
        return time.monotonic() - begin

    def command(self, path: str, value: int) -> str:
        """From the board's own channel."""
        with self.lock:
            return self.rig.command(self.rig.firmware, path, value)

    def lateness(self, seconds: float) -> tuple[float, float, float, int]:
        """(median, p99, worst in ms, how many) of the scans of so many seconds from now."""
        begin = len(self.late_s)
        time.sleep(seconds)
        assert self.failure is None, self.failure
        found = sorted(self.late_s[begin:])
        return (1000 * found[len(found) // 2], 1000 * found[int(len(found) * 0.99)], 1000 * found[-1], len(found))

    def close(self) -> None:
        """End it."""
        self.ended.set()
        self.thread.join(30)
        self.rig.close()

    def __enter__(self):
        return self

    def __exit__(self, *_exc) -> None:
        self.close()
