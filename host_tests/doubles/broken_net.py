"""What stands between a board and its broker, and can be broken: half open, silent, slow, flooded with what is no MQTT."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time

# Frames that a broker never sends, or that are too long, or nonsense in a message for this board.
BAD = (b"\x30\x03\x00\x01a", b"\x30\x0a\x00\x07a/b/set1", b"\x40\x02\0\0", b"\xd0\x00", b"\x90\x03\0\1\x80",
       b"\x30\x84\x07\x00\x02aa" + bytes(896), b"\x31\x1f\x00\x1bwellhearth/x/room1/mode/set##")
FLOOD_S = 1000  # frames a second


class Cut:
    """A proxy in front of the broker. how: "" whole; half open: nothing is accepted any more; silent: accepted, and nothing
    said; slow: a byte every 50 ms; flood: bad frames besides."""

    def __init__(self, to: int):
        self.to = to
        self.how = ""
        self.flooded = 0
        self.flooded_at = 0.0
        self.rest = b""
        self.rng = random.Random(1)
        self.server = socket.socket()
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.server.bind(("127.0.0.1", 0))
        self.server.listen(1)
        self.port = self.server.getsockname()[1]
        self.pairs: list[socket.socket] = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        """Take connections, unless it is half open."""
        while True:
            if self.how == "half open":
                time.sleep(0.05)
                continue
            try:
                here, _peer = self.server.accept()
            except OSError:
                return
            self.pairs.append(here)
            threading.Thread(target=self.serve, args=(here,), daemon=True).start()

    def serve(self, here: socket.socket) -> None:
        """One connection."""
        with contextlib.suppress(OSError):
            if self.how in ("silent", "half open"):
                while here.recv(4096):
                    pass
                return
            there = socket.create_connection(("127.0.0.1", self.to), 2)
            self.pairs.append(there)
            threading.Thread(target=self.pump, args=(here, there, False), daemon=True).start()
            self.pump(there, here, True)
        with contextlib.suppress(OSError):
            here.close()

    def pump(self, a: socket.socket, b: socket.socket, to_board: bool) -> None:
        """Bytes from one to the other."""
        with contextlib.suppress(OSError):
            a.settimeout(0.02)
            while True:
                if to_board and self.how == "flood":
                    self.flood(b)
                try:
                    data = a.recv(4096)
                except TimeoutError:
                    continue
                if not data:
                    break
                if self.how == "slow":
                    for i in range(len(data)):
                        b.sendall(data[i:i + 1])
                        time.sleep(0.05)
                elif self.how != "silent":
                    b.sendall(data)
        with contextlib.suppress(OSError):
            b.close()

    def flood(self, board: socket.socket) -> None:
        """The bad frames of the time since the last turn; what the board does not take in time is dropped, as brokers do."""
        now = time.monotonic()
        due = min(100, int((now - self.flooded_at) * FLOOD_S))
        self.flooded_at = now
        data = b"".join(self.rng.choice(BAD) for _ in range(due))
        if len(self.rest) < 8192:
            self.rest += data
        with contextlib.suppress(BlockingIOError):
            n = board.send(self.rest, socket.MSG_DONTWAIT)
            self.rest = self.rest[n:]
        self.flooded += due

    def drop(self) -> None:
        """Every connection ends."""
        self.rest = b""
        for one in self.pairs:
            with contextlib.suppress(OSError):
                one.close()
        self.pairs.clear()

    def close(self) -> None:
        """The end."""
        self.drop()
        self.server.close()
