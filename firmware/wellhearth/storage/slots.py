"""The two slots of a board's file system, what boot.py reads of them, and how far an update is. Loaded while one is.

A slot is one file, `a.pack` or `b.pack`. slot.txt names the one that has proved itself. trial.txt names one on trial and the
boots it has left; boot.py counts them down. update.json (a record, storage/record.py) is the update's own memory. Each is
written as temp, close, rename, in an order in which every cut leaves one of two states that `Update.resume` knows.
"""

import os
import sys

from .. import version
from . import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PROVEN = "slot.txt"
TRIAL_FILE = "trial.txt"
PART = "update.part"
STATE = "update.json"
TRIAL_BOOTS = 2
PACK = b"WHPACK1\n"
HEAD = 64

# How far an update is: the point node.update, in the order of tables/rows.py.
NONE, RECEIVING, CHECKING, WAITING, TRIAL = range(5)
# Why one was refused or given up, or went back: the point node.update_why, in the order of tables/rows.py.
(FINE, FORM, UNIT, SEAL, OLD, EXPIRED, BOARD, FLOOR, NO_KEYS, NO_SLOTS, NO_ROOM, BUSY, DAMAGED, HASH, PACK_WRONG, FLASH,
 BOOTS, SCANS, RECORDS, LINKS, BY_HAND, LATE, GAP, FULL, NO_ORDER) = range(25)


def running() -> str:
    """The slot that runs, "a" or "b"; "" where the firmware has none (frozen, or a working copy)."""
    first = sys.path[0]
    return first[1:] if first in ("/a", "/b") else ""


def other(slot: str) -> str:
    """The slot beside it."""
    return "b" if slot == "a" else "a"


def pack_of(slot: str) -> str:
    """The file of a slot."""
    return slot + ".pack"


def text(path: str) -> str:
    """A short file; "" where there is none that can be read."""
    try:
        with open(path) as f:
            return f.read(8)
    except (OSError, ValueError):
        return ""


def size(path: str) -> int:
    """Bytes of a file, -1 where there is none."""
    try:
        return os.stat(path)[6]
    except OSError:
        return -1


def remove(path: str) -> None:
    """Without a file there is nothing to do."""
    try:
        os.remove(path)
    except OSError:
        pass


def number(version: str) -> int:
    """1.4.2 as 1004002; 0 of what is no such version (a working copy)."""
    value = 0
    parts = version.split(".")
    for part in parts:
        if len(parts) != 3 or not part.isdigit() or len(part) > 3:
            return 0
        value = 1000 * value + int(part)
    return value


def words(version: int) -> str:
    """The same in words."""
    return "%d.%d.%d" % (version // 1000000, version // 1000 % 1000, version % 1000)


def head(path: str):
    """(size, version, floor, board) that a pack says of itself, None for what is none."""
    try:
        with open(path, "rb") as f:
            data = f.read(HEAD)
    except OSError:
        return None
    if len(data) < HEAD or data[:8] != PACK:
        return None
    return (int.from_bytes(data[8:12], "little"), int.from_bytes(data[16:20], "little"),
            int.from_bytes(data[20:24], "little"), data[24:48].rstrip(b"\0").decode())


def named(p: "Any", point: str, value: int) -> str:
    """A value of `update` or `update_why` in the words of its row. p: the node's points."""
    return p.row(point).unit[5:].split("|")[value]


def told(p: "Any") -> bool:
    """Slot and version into the node's points; whether this start finds an update that has to be gone on with."""
    p.slot = ("", "a", "b").index(running())
    p.version = number(version.VERSION)
    if p.slot == 0 or size(STATE) < 0:
        return False
    state = State()
    p.update = state.phase
    p.update_why = state.why
    return state.phase > RECEIVING or state.lost or text(TRIAL_FILE) != ""


def copy(path: str, to: str) -> None:
    """A file in small pieces: temp, close, rename. OSError when the file system refuses, or there is none."""
    record.write_pieces(to, pieces(path))


def pieces(path: str):
    """What a file holds, a little at a time."""
    with open(path, "rb") as f:
        piece = f.read(record.PIECE)
        while piece:
            yield piece
            piece = f.read(record.PIECE)


def before_of(config_path: str) -> str:
    """The config from before an update, as tables/config.py looks for it."""
    return config_path.replace(".json", ".before.json")


def config_back(config_path: str) -> bool:
    """An update came back: the config from before it is the config again. Whether the trial's was another one (it is kept as
    config.after.json). Every cut in here ends with one that this firmware reads."""
    before = before_of(config_path)
    if size(before) < 0:
        return False
    other = not alike(config_path, before)
    if other:
        if size(config_path) >= 0:
            os.rename(config_path, config_path.replace(".json", ".after.json"))
        os.rename(before, config_path)
    else:
        os.remove(before)
    return other


def alike(path: str, other: str) -> bool:
    """Whether two files have one content."""
    try:
        with open(path, "rb") as f, open(other, "rb") as g:
            a = b = b"x"
            while a and a == b:
                a, b = f.read(record.PIECE), g.read(record.PIECE)
            return a == b
    except OSError:
        return False


class State:
    """The record of updates. order: the text of the last one that was taken. slot: where it goes. counter, floor: below
    them nothing is taken any more. alive, damaged: lines that were answered, and damaged files, before the trial."""

    FIELDS = ("phase", "why", "slot", "order", "counter", "floor", "alive", "damaged")

    def __init__(self):
        self.record = record.Record(STATE)
        found = self.record.read() or {}
        self.phase = found.get("phase", NONE)
        self.why = found.get("why", FINE)
        self.slot = found.get("slot", "")
        self.order = found.get("order", "")
        self.counter = found.get("counter", 0)
        self.floor = found.get("floor", 0)
        self.alive = found.get("alive", 0)
        self.damaged = found.get("damaged", 0)
        self.lost = self.record.number == 0 and self.record.damage != ""

    def save(self) -> None:
        """Store it. OSError when the file system refuses."""
        self.record.write(self.parts())

    def parts(self):
        """JSON in small strings."""
        import json
        comma = ""
        for name in self.FIELDS:
            yield '%s"%s": %s' % (comma, name, json.dumps(getattr(self, name)))
            comma = ", "
