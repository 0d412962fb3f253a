"""firmware/wellhearth/tables/shapes.pyi: the points of each kind of block as attributes, for pyright; nothing runs it."""

from __future__ import annotations

from wellhearth.tables import plant_kinds, points

from .. import ROOT
from . import put

PATH = ROOT / "firmware" / "wellhearth" / "tables" / "shapes.pyi"
HEAD = '''"""The points of each kind of block as attributes: pyright checks every `p.name` by them.

Written by `make docs`.
"""

from .points import Block
'''
TABLES = ("NODE", "WATER", "BUS", "WELL", "ROOM", "LOOP", "FAR", "ACCOUNT", "METER", "RADIO")


def shape(name: str, rows) -> str:
    """The class of one kind of block."""
    return f"\nclass {name.capitalize()}(Block):\n" + "".join(f"    {row.name}: int\n" for row in rows)


def render() -> str:
    """The file of today's rows."""
    text = HEAD
    for name in TABLES:
        text += shape(name, getattr(points, name))
    for kind in plant_kinds.KINDS:
        text += shape(kind.name, kind.rows)
    return text


def write(check: bool) -> list[str]:
    """Write it; returns its name when it was out of date."""
    return put(PATH, render(), check)
