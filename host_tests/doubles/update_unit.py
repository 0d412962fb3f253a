"""A unit that takes updates: as much of the main loop as app/update.py asks for, in a folder; its host's keys and packs."""

from __future__ import annotations

import json
import types

from wellhearth.app import update
from wellhearth.storage import record, slots
from wellhearth.tables import points
from whtools.update import order, pack, signed

DAY = 9831
ROWS = {row.name: row for row in points.NODE}
ENTRY = {"id": "abc123abc123", "owner": 1, "unit": "11" * 32, "operator": "6b" * 32, "installer": "22" * 32}


class Reset(Exception):
    """The chip starts again."""


def release(version="0.2.0", floor="0.1.0", board="sitl", size=2000, seed=7) -> signed.Release:
    """A pack of that size, of noise."""
    noise = bytes((i * i * seed + i) & 255 for i in range(size))
    data = pack.pack({"marker.mpy": noise}, board, version, floor)
    return signed.Release(board, version, floor, data, True)


class Unit:
    """main_loop.App's face. The folder is the working directory."""

    service = None

    def __init__(self, folder, monkeypatch, slot="a"):
        self.notes: list[str] = []
        self.lines: list = []
        names = ("slot", "version", "update", "update_percent", "update_why", "scan_faults", "damaged")
        self.p = types.SimpleNamespace(uptime_s=100, row=lambda name: ROWS[name], **dict.fromkeys(names, 0))
        self.day = DAY
        self.node = self.wall = self.records = self.journal = self.links = self
        self.rooms: list = []
        self.far: list = []
        self.wells: list = []
        self.commands = types.SimpleNamespace(noted_s=-60, tried_s=-60)
        self.urgent = False
        self.board = types.SimpleNamespace(SECRET_PATH="secret.json", CONFIG_PATH="config.json", kept=self,
                                           say=self.notes.append, deaf=lambda: None, reset=self.reset)
        monkeypatch.setattr(slots, "running", lambda: self.slot)
        self.slot = slot
        monkeypatch.chdir(folder)
        text = json.dumps({key: ENTRY[key] for key in ("id", "owner", "unit", "operator", "installer")}).encode()
        record.write_file("secret.json", text, record.head(text, 1))
        (folder / "a.pack").write_bytes(release("0.1.0").data)
        (folder / "config.json").write_text('{"version": 1}')
        self.work = update.Update(self)
        self.counter = 1000

    def reset(self):
        raise Reset

    def note(self, _now_s, text):
        self.notes.append(text)

    def safe(self):
        pass

    def write_all(self, _now_s):
        pass

    def get(self, _i):
        return 0

    def set(self, _i, _value):
        pass

    # -- what a host does --

    def order(self, of: signed.Release, **changes) -> str:
        """A new order for it."""
        self.counter += 1
        return order.make({**ENTRY, **changes}, of, self.counter)

    def begin(self, text: str) -> int:
        """Given after a pause, as one is taken in two seconds; the next calm moment follows."""
        self.p.uptime_s += 2
        code = self.work.begin(text)
        if code == slots.FINE:
            self.work.turn()
        return code

    def send(self, pieces) -> None:
        """(where, bytes) each; those that are refused are not given again."""
        for at, data in pieces:
            if self.work.piece(at, data) == slots.FULL:
                self.work.turn()
                self.work.piece(at, data)
        for _ in range(4 + self.work.received() // 1000):
            self.work.turn()

    def installed(self) -> bytes:
        """What stands in the other slot."""
        try:
            with open("b.pack", "rb") as f:
                return f.read()
        except FileNotFoundError:
            return b""


def pieces(data: bytes, size=240):
    """A pack in pieces."""
    return [(at, data[at:at + size]) for at in range(0, len(data), size)]
