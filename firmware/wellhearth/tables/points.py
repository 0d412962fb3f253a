"""The point table at work: blocks of points, reading, writing, ranging. Its rows stand in rows.py.

Registers, REPL names, help texts, trace columns and firmware/POINTS.md come from
here. A row: name, unit, lo, hi, access, saved, register, help.

unit: mc/mk (thousandths of a degree Celsius / kelvin), lph, kpa, w, wh, mwh, l, m3, pm, s, h,
lph_bar (L/h for each 100 kPa), mk_h (mK in an hour), min, ms, us, ma (milliampere), percent, b (bytes), count,
bool, `enum:a|b|..` or `bits:a|b|..`.
access: r, rw (a setpoint or mode), cmd. saved: survives a power cut. register: offset of the first of two Modbus
registers (32 bits, high word first) in its block; blocks start at the BASEs and have no gaps.

Rows that may be written go on with: who (letters of ROLES), expires (1: what comes over a bus or from an
operator is given up EXPIRY_S after its last refresh).
"""

import sys

from ..control import trips
from . import rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROLES = {"r": "resident", "i": "installer", "o": "operator", "b": "bus", "w": "well"}
EXPIRY_S = 600

BASE_NODE = 0
BASE_WATER = 100
BASE_BUS = 150
BASE_BMS = 170
BASE_WELL = 200
BASE_WELL2 = 300
BASE_ROOM = 400
ROOM_STRIDE = 100
BASE_LOOP = 1200
BASE_FAR = 2000
FAR_STRIDE = 50
MAX_FAR = 32

HELP = 7  # column of the help text


def table(rows):
    """The rows as they stay in memory: on a board without their help texts, a tenth of what there is to spare."""
    if sys.implementation.name != "micropython":
        return rows
    return tuple([row[:HELP] + ("",) + row[HELP + 1:] for row in rows])


NODE = table(rows.NODE)
WATER = table(rows.WATER)
BUS = table(rows.BUS)
WELL = table(rows.WELL)
ROOM = table(rows.ROOM)
LOOP = table(rows.LOOP)
FAR = table(rows.FAR)
POLLED = rows.POLLED


def drop(module) -> None:
    """A module that is not needed again leaves the heap (a board's; elsewhere there is room)."""
    if sys.implementation.name == "micropython":
        package, _, name = module.__name__.rpartition(".")
        sys.modules.pop(module.__name__)
        delattr(sys.modules[package], name)


drop(rows)
del rows


def helps():
    """A function (block name, row's name) -> help text; loads the table again for as long as it is kept."""
    from . import rows as table_rows
    found = {}
    for name in ("NODE", "WATER", "BUS", "WELL", "ROOM", "LOOP", "FAR"):
        for row in getattr(table_rows, name):
            found[name + "." + row[0]] = row[HELP]
    drop(table_rows)

    def text(block: str, point: str) -> str:
        kind = block.rstrip("0123456789").upper()
        return found[("BUS" if kind == "BMS" else kind) + "." + point]
    return text


# Where an event happened: its number, the block's name, the scope of its trips.
WHERE_NODE = 0
WHERE_WELL = 1
WHERE_ROOM = 2
WHERE_WELL2 = 10
WHERE_LOOP = 11
WHERE_FAR = 20


def place(where: int):
    """(block name, trip scope) of an event's `where`."""
    if where == WHERE_NODE:
        return "node", trips.NODE
    if where == WHERE_WELL:
        return "well", trips.WELL
    if where == WHERE_WELL2:
        return "well2", trips.WELL
    if where == WHERE_LOOP:
        return "loop", trips.LOOP
    if where >= WHERE_FAR:
        return "far%d" % (where - WHERE_FAR + 1), trips.BUS
    return "room%d" % (where - WHERE_ROOM + 1), trips.ROOM


def layout(rooms: int, stacked: bool, loop: bool, well: bool = True, bus: bool = False, bms: bool = False,
           far: int = 0):
    """(block name, rows, first register) of every block of a node, in the order of the telemetry.

    well False: a room node, which gets its water over the bus. far: room nodes on the bus of a well.
    """
    result: "list[Any]" = [("node", NODE, BASE_NODE)]
    if well:
        result.append(("well", WELL, BASE_WELL))
    else:
        result.append(("water", WATER, BASE_WATER))
    if stacked:
        result.append(("well2", WELL, BASE_WELL2))
    if loop:
        result.append(("loop", LOOP, BASE_LOOP))
    for i in range(rooms):
        result.append(("room%d" % (i + 1), ROOM, BASE_ROOM + i * ROOM_STRIDE))
    for i in range(far):
        result.append(("far%d" % (i + 1), FAR, BASE_FAR + i * FAR_STRIDE))
    if bus:
        result.append(("bus", BUS, BASE_BUS))
    if bms:
        result.append(("bms", BUS, BASE_BMS))
    return result


class Block:
    """The points of one part of the node, as attributes: `block.flow_lph`.

    The scan stores attributes directly; whoever comes from outside uses `read` and `write`.
    """

    def __init__(self, name: str, rows, base: int):
        self.name = name
        self.rows = rows
        self.base = base
        self.changed = False  # a saved point was written; the main thread stores it
        self.local = {}  # what a saved point goes back to when a remote value expires
        for row in rows:
            setattr(self, row[0], max(row[2], 0))

    def row(self, point: str):
        """The table row of `point`, or None."""
        for row in self.rows:
            if row[0] == point:
                return row
        return None


def who(row) -> str:
    """Letters of the ROLES that may write this row."""
    return row[8] if len(row) > 8 else ""


def expires(row) -> bool:
    """Whether a remote value of this row is given up when nobody refreshes it."""
    return len(row) > 9 and row[9] != 0


def refusal(row, value) -> str:
    """Why `value` may not be written to this row's point; empty when it may."""
    if row[4] == "r":
        return "%s is read only" % row[0]
    if not isinstance(value, int) or isinstance(value, bool):
        return "%s takes a whole number (%s), got %r" % (row[0], row[1], value)
    if not row[2] <= value <= row[3]:
        return "%s = %d: allowed is %d to %d (%s)" % (row[0], value, row[2], row[3], row[1])
    return ""


def new_block(name: str, rows, base: int) -> "Any":
    """A Block, typed loosely: its attributes come from the table. host_tests/test_house_rules.py
    checks that no other attribute is ever used."""
    return Block(name, rows, base)


class Points:
    """All blocks of a node, by name: node, well, room1, room2, ..."""

    def __init__(self, blocks):
        self.blocks = blocks

    def find(self, path: str):
        """(block, row) of `room1.setpoint_mc`; None when there is no such point."""
        block_name, _, point = path.partition(".")
        for block in self.blocks:
            if block.name == block_name:
                row = block.row(point)
                if row is not None:
                    return block, row
        return None

    def read(self, path: str) -> int:
        """The value of a point; KeyError when there is none of that name."""
        found = self.find(path)
        if found is None:
            raise KeyError(path)
        return getattr(found[0], found[1][0])

    def write(self, path: str, value) -> str:
        """Write a point from outside. Returns "" when taken, else the reason it was refused."""
        found = self.find(path)
        if found is None:
            return "no point is named %s" % path
        block, row = found
        reason = refusal(row, value)
        if reason:
            return reason
        if getattr(block, row[0]) != value:
            setattr(block, row[0], value)
            if row[5]:
                block.changed = True
        return ""

    def names(self):
        """Every point's path, in table order."""
        return [b.name + "." + row[0] for b in self.blocks for row in b.rows]

    def count(self) -> int:
        """How many points there are."""
        return sum([len(b.rows) for b in self.blocks])

    def snapshot(self, into) -> None:
        """Copy every value into `into` (array('i')), in the order of `names`."""
        i = 0
        for b in self.blocks:
            for row in b.rows:
                into[i] = getattr(b, row[0])
                i += 1
