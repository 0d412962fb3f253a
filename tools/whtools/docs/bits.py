"""firmware/wellhearth/tables/bits.py: the bit of each cause by name, made from cause_rows.py, and their register.

What is on flash, on the bus and in somebody's program for a building knows the numbers only. So a bit, once given, stays: a
row whose bit differs from the written one, and a row that is gone, are refused.
"""

from __future__ import annotations

import re
import sys

from wellhearth.tables import cause_rows, causes, plant_causes

from .. import ROOT
from . import put

plant_causes.join(causes)  # a board has them where its config has a plant; here they are written all
PATH = ROOT / "firmware" / "wellhearth" / "tables" / "bits.py"
HEAD = '''"""The bits of the causes by name: in `trips` and `lockouts`, in events and in `reset_trip`.

Written by `make docs`.
"""
'''


class BitError(ValueError):
    """A bit that was given is not what it was."""


def given() -> dict[str, tuple[str, int]]:
    """{constant: (scope in words, bit)} of the file as it is."""
    found: dict[str, tuple[str, int]] = {}
    scope = ""
    for line in PATH.read_text(encoding="utf-8").splitlines() if PATH.exists() else ():
        if line.startswith("# "):
            scope = line[2:]
        elif match := re.fullmatch(r"([A-Z_]+) = (\d+)", line):
            found[match[1]] = (scope, int(match[2]))
    return found


def render(before: dict[str, tuple[str, int]]) -> str:
    """The file of today's rows; BitError when a bit that was given before changes or is gone."""
    now = {row.key.upper(): (cause_rows.SCOPE_TEXT[row.scope], row.bit) for row in causes.CAUSES}
    for name, place in before.items():
        if now.get(name) != place:
            raise BitError(f"{name} was given bit {place[1]} of the {place[0]}: its row must stay, and keep it")
    text = HEAD
    for scope, words in enumerate(cause_rows.SCOPE_TEXT):
        text += f"\n# {words}\n" + "".join(f"{row.key.upper()} = {row.bit}\n" for row in causes.rows(scope))
    return text


def write(check: bool) -> list[str]:
    """Write it; returns its name when it was out of date."""
    return put(PATH, render(given()), check)


if __name__ == "__main__":  # before `wellhearth docs`, which loads the equipment that may use a new row's name already
    try:
        write(False)
    except BitError as e:
        sys.exit(f"wellhearth: {e}")
