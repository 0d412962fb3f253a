"""`wellhearth modbus`: the register map for integrators, generated from the firmware's point table."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from wellhearth.tables import config, points

from .. import ROOT

PATH = ROOT / "tools" / "modbus.csv"
HEAD = ("block", "point", "register", "registers", "bit", "read with", "write with", "type", "unit", "divide by",
        "shown in", "min", "max", "may write", "expires after s", "values", "what it is")
SCALE = {"mc": (1000, "degC"), "mk": (1000, "K"), "mk_h": (1000, "K/h"), "pm": (10, "%"), "ma": (1000, "A"),
         "kpa": (1, "kPa"), "lph": (1, "L/h"), "w": (1, "W"),
         "wh": (1, "Wh"), "mwh": (1, "MWh"), "l": (1, "L"), "m3": (1, "m3"), "s": (1, "s"),
         "h": (1, "h"), "b": (1, "B"), "us": (1, "us"), "ms": (1, "ms"), "min": (1, "min"), "percent": (1, "%"),
         "lph_bar": (1, "L/(h bar)"), "count": (1, ""), "bool": (1, "")}


def row_of(block: str, base: int, row) -> list:
    """One point."""
    name, unit, lo, hi, access, _saved, offset, text = row[:8]
    kind, _, words = unit.partition(":")
    register = base + offset
    divide, shown = SCALE.get(kind, (1, ""))
    numbered = enumerate(words.split("|")) if words else ()
    values = "; ".join(f"{(1 << i) if kind == 'bits' else i}={word}" for i, word in numbered)
    may = [points.ROLES[letter] for letter in points.who(row)]
    bus = {"bus", "well"} & set(may)
    bit = register // 2 if kind == "bool" else ""
    reads = "3 4" + (" 2" + (" 1" if may else "") if kind == "bool" else "")
    writes = ("6 16" + (" 5" if kind == "bool" else "")) if bus and access != "r" else ""
    return [block, name, register, 2, bit, reads, writes, "int32, high word first", kind, divide, shown, lo, hi,
            " ".join(may), points.EXPIRY_S if points.expires(row) and bus else "", values, text]


def table(layout) -> str:
    """The CSV of a node's layout (points.layout)."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(HEAD)
    for block, rows, base in layout:
        out.writerows(row_of(block, base, row) for row in sorted(rows, key=lambda row: row[6]))
    return text.getvalue()


def every() -> str:
    """Every kind of block once; further rooms follow at their stride."""
    layout = points.layout(1, True, True, True, True, True, 1)
    return table([*layout, ("water", points.WATER, points.BASE_WATER)])


def of_config(path: Path) -> str:
    """The map of one node."""
    from harness.scenarios import ScenarioError

    cfg, errors = config.load(str(path))
    if errors:
        raise ScenarioError(f"{path}: {len(errors)} mistakes: " + "; ".join(errors))
    return table(points.layout(len(cfg.rooms), cfg.well2 is not None, cfg.loop is not None, cfg.well is not None,
                               cfg.bus is not None, cfg.bms is not None, len(cfg.far)))


def write(check: bool) -> list[str]:
    """tools/modbus.csv; returns its name when it was out of date."""
    text = every()
    if PATH.exists() and PATH.read_text() == text:
        return []
    if not check:
        PATH.write_text(text)
    return [str(PATH.relative_to(ROOT))]


def run(args) -> int:
    """The subcommand."""
    sys.stdout.write(of_config(args.config) if args.config else every())
    return 0
