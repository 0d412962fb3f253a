"""`wellhearth modbus`: the register map for integrators, generated from the firmware's point table."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from wellhearth.tables import config, kinds, points, units

from .. import ROOT
from . import put

PATH = ROOT / "tools" / "modbus.csv"
HEAD = ("block", "point", "register", "registers", "bit", "read with", "write with", "type", "unit", "divide by",
        "shown in", "min", "max", "may write", "expires after s", "values", "what it is")

def row_of(block: str, base: int, row: points.Point) -> list:
    """One point."""
    kind, _, words = row.unit.partition(":")
    register = base + row.register
    how = units.UNITS.get(kind, units.UNITS["count"])
    numbered = enumerate(words.split("|")) if words else ()
    values = "; ".join(f"{(1 << i) if kind == 'bits' else i}={word}" for i, word in numbered)
    may = [points.ROLES[letter] for letter in row.who]
    bus = {"bus", "well", "plant"} & set(may)
    bit = register // 2 if kind == "bool" else ""
    reads = "3 4" + (" 2" + (" 1" if may else "") if kind == "bool" else "")
    writes = ("6 16" + (" 5" if kind == "bool" else "")) if bus and row.access != "r" else ""
    return [block, row.name, register, 2, bit, reads, writes, "int32, high word first", kind, how.divide, how.shown, row.lo,
            row.hi, " ".join(may), points.EXPIRY_S if row.expires and bus else "", values, row.help]


def table(layout) -> str:
    """The CSV of a node's layout (kinds.layout)."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(HEAD)
    for kind, index in layout:
        first = kind.first + index * kind.stride
        rows = sorted(kind.rows, key=lambda row: row.register)
        out.writerows(row_of(kind.block(index), first, row) for row in rows)
    return text.getvalue()


def every() -> str:
    """Every kind of block once; further rooms follow at their stride."""
    return table([(kind, 0) for kind in kinds.KINDS if kind is not kinds.WATER] + [(kinds.WATER, 0)])


def of_config(path: Path) -> str:
    """The map of one node."""
    from harness.scenarios import ScenarioError

    cfg, errors = config.load(str(path))
    if errors:
        raise ScenarioError(f"{path}: {len(errors)} mistakes: " + "; ".join(errors))
    return table(kinds.layout(cfg))


def write(check: bool) -> list[str]:
    """tools/modbus.csv; returns its name when it was out of date."""
    return put(PATH, every(), check)


def run(args) -> int:
    """The subcommand."""
    sys.stdout.write(of_config(args.config) if args.config else every())
    return 0
