"""What a node's blocks hold: the firmware's own point table, cut to what the version at the other end has.

A register, once given, is never given to something else, and new ones follow behind: an older node has the same block,
only shorter. So no table of versions is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from wellhearth.tables import kinds, units


@dataclass(frozen=True)
class PointRow:
    """A point of a block. register: offset in its block, of two registers. words: of an enum, a bits point. who: roles."""

    name: str
    unit: str
    lo: int
    hi: int
    access: str
    saved: bool
    register: int
    help: str
    who: str
    expires: bool
    words: tuple[str, ...]

    @property
    def divide(self) -> int:
        """A value over this is in the unit that people read (degC, %, L/h)."""
        return units.UNITS[self.unit].divide if self.unit in units.UNITS else 1

    @property
    def shown_unit(self) -> str:
        """That unit's sign, "" for a number of things or a word."""
        return units.UNITS[self.unit].shown if self.unit in units.UNITS else ""

    def word(self, value: int) -> str:
        """The word of an enum's value; the number itself where this table has none (a node may be newer)."""
        return self.words[value] if 0 <= value < len(self.words) else str(value)

    def bits(self, value: int) -> list[str]:
        """The words of the bits that are set."""
        return [self.words[i] if i < len(self.words) else str(i) for i in range(31) if value >> i & 1]


@dataclass(frozen=True)
class BlockTable:
    """One block of a node: its name, its kind's name (points' words hang on that), first register, rows by register."""

    name: str
    kind: str
    first: int
    rows: tuple[PointRow, ...]

    @property
    def registers(self) -> int:
        """How many registers it has."""
        return 2 * len(self.rows)

    def row(self, name: str) -> PointRow | None:
        """The row of that name, or None."""
        return next((row for row in self.rows if row.name == name), None)

    def cut(self, rows: int) -> BlockTable:
        """The same block of an older firmware, which has only so many points."""
        return BlockTable(self.name, self.kind, self.first, self.rows[:rows])


def row_of(row) -> PointRow:
    """A row of the firmware's table (points.Point)."""
    kind, _, words = row.unit.partition(":")
    return PointRow(row.name, kind, row.lo, row.hi, row.access, bool(row.saved), row.register, row.help, row.who,
                    bool(row.expires), tuple(words.split("|")) if words else ())


@lru_cache
def block(kind_name: str, index: int) -> BlockTable:
    """The table of a block as today's firmware has it. index: from 0."""
    kind = next(kind for kind in kinds.KINDS if kind.name == kind_name)
    rows = sorted(map(row_of, kind.rows), key=lambda row: row.register)
    return BlockTable(kind.block(index), kind.name, kind.first + index * kind.stride, tuple(rows))


@lru_cache
def by_name(name: str) -> BlockTable | None:
    """The table of a block by its name (`room3`, `well2`); None when no kind of block is called so."""
    for kind in kinds.KINDS:
        for index in range(kind.most):
            if kind.block(index) == name:
                return block(kind.name, index)
    return None


def unknown(values: dict[str, int], path: str) -> bool:
    """Whether a temperature has never been valid: it still stands at 0 and its flag says no (console/text.py `known`)."""
    return path.endswith("_mc") and not values.get(path) and values.get(path[:-2] + "ok", 1) == 0
