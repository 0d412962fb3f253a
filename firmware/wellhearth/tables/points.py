"""The point table at work: blocks of points, reading, writing, ranging. Its rows stand in rows.py, its kinds of blocks in
kinds.py.

Registers, REPL names, help texts, trace columns and the reference pages come from here.

unit: mc/mk (thousandths of a degree Celsius / kelvin), lph, kpa, w, wh, mwh, l, m3, pm, s, h, ... (units.py), bool,
`enum:a|b|..` or `bits:a|b|..`.
access: r, rw (a setpoint or mode), cmd. saved: survives a power cut. register: offset of the first of two Modbus
registers (32 bits, high word first) in its block, without gaps.
who: letters of the ROLES that may write it. expires: 1: what comes over a bus or from an operator is given up EXPIRY_S
after its last refresh.
"""

from collections import namedtuple

from . import drop, on_board, refusals, rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .kinds import Kind

ROLES = {"r": "resident", "i": "installer", "o": "operator", "b": "bus", "w": "well", "p": "plant"}
EXPIRY_S = 600

Point = namedtuple("Point", ("name", "unit", "lo", "hi", "access", "saved", "register", "help", "who", "expires"))


def table(given: tuple):
    """The rows as they stay in memory: on a board without their help texts, a tenth of what there is to spare."""
    found = []
    for row in given:
        name, unit, lo, hi, access, saved, register, text = row[:8]
        who, expires = row[8:] or ("", 0)
        found.append(Point(name, unit, lo, hi, access, saved, register, "" if on_board() else text, who, expires))
    return tuple(found)


NODE = table(rows.NODE)
WATER = table(rows.WATER)
BUS = table(rows.BUS)
WELL = table(rows.WELL)
ROOM = table(rows.ROOM)
LOOP = table(rows.LOOP)
FAR = table(rows.FAR)
ACCOUNT = METER = RADIO = ()
MORE = []  # further help texts: functions that put them into a dict as `helps` has it
POLLED = rows.POLLED

drop(rows)
del rows


def metering():
    """The rows of account and meters, where there are any; returns them."""
    global ACCOUNT, METER
    if not ACCOUNT:
        from . import metering_rows
        ACCOUNT = table(metering_rows.ACCOUNT)
        METER = table(metering_rows.METER)
        drop(metering_rows)
    return ACCOUNT, METER


if not on_board():
    from . import network_rows
    metering()
    RADIO = table(network_rows.RADIO)


def helps():
    """A function (a kind's table, row's name) -> help text; loads the rows again for as long as it is kept."""
    from . import rows as again
    found = {}
    more = ()
    if ACCOUNT:
        from . import metering_rows
        more = (ACCOUNT, metering_rows.ACCOUNT), (METER, metering_rows.METER)
        drop(metering_rows)
    if RADIO:
        from . import network_rows as radio
        more += ((RADIO, radio.RADIO),)
        drop(radio)
    for mine, given in ((NODE, again.NODE), (WATER, again.WATER), (BUS, again.BUS), (WELL, again.WELL), (ROOM, again.ROOM),
                        (LOOP, again.LOOP), (FAR, again.FAR)) + more:
        for name, _unit, _lo, _hi, _access, _saved, _register, said, *_ in given:
            found[id(mine), name] = said
    for texts in MORE:
        texts(found)
    drop(again)

    def text(table: tuple, point: str) -> str:
        return found[id(table), point]
    return text


class Block:
    """The points of one part of the node, as attributes: `block.flow_lph`.

    The scan stores attributes directly; whoever comes from outside uses `read` and `write`. unknown: names of points whose
    value nobody knows, though no flag beside them says so.
    """

    unknown: "tuple" = ()

    def __init__(self, kind: "Kind", index: int):
        """kind: a kinds.Kind. index: 0 for the first block of its kind."""
        rows = kind.rows
        self.kind = kind
        self.index = index
        self.name = kind.block(index)
        self.rows = rows
        self.base = kind.first + index * kind.stride
        self.changed = False  # a saved point was written; the main thread stores it
        self.local = {}  # what a saved point goes back to when a remote value expires
        for row in rows:
            setattr(self, row.name, max(row.lo, 0))

    def row(self, point: str) -> "Any":
        """The table row of `point` (a Point), or None."""
        for row in self.rows:
            if row.name == point:
                return row
        return None


def new_block(kind: "Kind", index: int = 0) -> "Any":
    """A Block. Its caller names its type (shapes.pyi, made from the table), by which pyright checks its attributes."""
    return Block(kind, index)


class Points:
    """All blocks of a node, by name: node, well, room1, room2, ..."""

    def __init__(self, blocks: list):
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
        return getattr(found[0], found[1].name)

    def write(self, path: str, value: int) -> str:
        """Write a point from outside. Returns "" when taken, else the reason it was refused."""
        found = self.find(path)
        if found is None:
            return refusals.words(refusals.NO_POINT, (path,))
        block, row = found
        code = refusals.of_row(row, value)
        if code:
            return refusals.words(code, refusals.row_details(code, row, value))
        if getattr(block, row.name) != value:
            setattr(block, row.name, value)
            if row.saved:
                block.changed = True
        return ""

    def names(self):
        """Every point's path, in table order."""
        return [b.name + "." + row.name for b in self.blocks for row in b.rows]

    def count(self) -> int:
        """How many points there are."""
        return sum([len(b.rows) for b in self.blocks])

    def snapshot(self, into: "memoryview") -> None:
        """Copy every value into `into` (array('i')), in the order of `names`."""
        i = 0
        for b in self.blocks:
            for row in b.rows:
                into[i] = getattr(b, row.name)
                i += 1
