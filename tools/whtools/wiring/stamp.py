"""The sheets of a board, and the mark in each that says from which data and which code it was drawn.

Drawing wants schemdraw, which only .venv-drawings has; `make docs_check` compares the marks and needs nothing.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from .. import ROOT
from . import house
from .data import FOLDER, board_file, texts

MARK = "data "
CODE = ("symbols.py", "sheets.py", "netlist.py", "kinds.py", "stamp.py", "data.py")
REQUIREMENTS = ROOT / "tools" / "requirements-drawings.txt"
# title, circuits of the sheet; the last one has the options
SHEETS = (
    ("supplies, fuses, hardware enable", ("supply",)),
    ("mains: master contactor, pump, compressor", ("mains", "loop_pump")),
    ("relays and speeds", ("relay", "pwm")),
    ("contacts", ("contact",)),
    ("pulses, transmitters", ("pulse", "adc")),
    ("RS-485, DS18B20, receiver, LED", ("rs485", "onewire", "ir", "led", "led_onboard")),
    ("what only some houses have", ()),
)


def mark(files: list[Path]) -> str:
    """12 digits over data, drawing code and schemdraw's version."""
    whole = hashlib.sha256()
    for path_ in (*files, *(Path(__file__).parent / name for name in CODE), REQUIREMENTS):
        whole.update(path_.read_bytes())
    return whole.hexdigest()[:12]


def of(board: str) -> str:
    """The mark of a board's sheets."""
    return mark([FOLDER / f"{name}.toml" for name in sorted(texts())] + [board_file(board)])


def of_house() -> str:
    """The mark of the house's sheets."""
    here = Path(__file__).parent
    return mark([house.FILE, here / "house.py", here / "house_sheets.py"])


def path(board: str, number: int) -> Path:
    """Where a sheet stands."""
    return ROOT / "boards" / board / f"wiring-{number}.svg"


def house_path(number: int) -> Path:
    """Where a sheet of the house stands."""
    return FOLDER / f"house-{number}.svg"


def house_stale() -> list[str]:
    """Sheets of the house that are missing or drawn from other data."""
    return missing([house_path(n) for n in (1, 2)], of_house())


def stale(board: str) -> list[str]:
    """Sheets that are missing or drawn from other data."""
    return missing([path(board, n) for n in range(1, len(SHEETS) + 1)], of(board))


def missing(paths: list[Path], wanted: str) -> list[str]:
    """Names of the files that do not carry a mark."""
    return [str(p.relative_to(ROOT)) for p in paths if not p.exists() or MARK + wanted not in p.read_text(encoding="utf-8")]
