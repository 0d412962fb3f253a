"""A unit with keys that takes signed orders: the toy house's node and command layer, a clock that is right, its folder."""

from __future__ import annotations

import json
import types

from doubles.toyhouse import Toy
from wellhearth.control import wall
from wellhearth.links import signed
from wellhearth.storage import record
from whtools.device import signing

DAY = 9831
NOW_S = DAY * 86400 + 3600
ENTRY = {"id": "abc123abc123", "name": "house", "owner": 1, "unit": "11" * 32, "operator": "6b" * 32, "installer": "22" * 32}


class Unit:
    """Signed orders on the toy house; the working directory is its flash."""

    def __init__(self, folder, monkeypatch, entry=ENTRY):
        monkeypatch.chdir(folder)
        self.toy = Toy()
        self.node = self.toy.node
        self.layer = self.toy.commands
        self.notes: list[str] = []
        self.layer.note = lambda _now_s, text: self.notes.append(text)
        self.entry = entry
        text = json.dumps({key: entry[key] for key in ("id", "owner", "unit", "operator", "installer")}).encode()
        record.write_file("secret.json", text, record.head(text, 1))
        self.wall = types.SimpleNamespace(day=DAY, ms=3_600_000)
        self.clock = types.SimpleNamespace(quality=wall.HOST, wall=self.wall)
        self.ms = 0
        self.counter = 100
        self.start()

    def start(self):
        """A boot: what was in memory is gone."""
        board = types.SimpleNamespace(SECRET_PATH="secret.json")
        self.signed = signed.Signed(self.layer, board, self.clock, types.SimpleNamespace(urgent=False))

    def sign(self, point="node.peak_w", value=9000, role="operator", counter=None, hours=24, **entry):
        """A new order, each with a higher number."""
        self.counter += 1
        return signing.text_of({**self.entry, **entry}, role, counter or self.counter, NOW_S + hours * 3600, point, value)

    def give(self, text: str) -> int:
        """Given a second later, and carried out where it may: the code."""
        self.ms += 1000
        self.node.p.uptime_s += 1
        answers: list[int] = []
        self.signed.post(text, self.ms & 0x3FFFFFFF, lambda code, _words: answers.append(code))
        self.signed.turn()
        assert len(answers) == 1, "each order has one answer"
        return answers[0]
