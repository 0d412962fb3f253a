"""What a config asks for and a board has not, in the words of the board's own `configure`, without the chip."""

from __future__ import annotations

import importlib
import sys
import types

from .build import CHIPS, ROOT, SOURCES

STUBS = ("machine", "micropython", "_onewire", "rp2", "rp2pio", "uctypes")
OWN = ("hw", "hwboard", "esp32hw", "rp2hw", "board")


class Anything(types.ModuleType):
    """A module of the port, of which nothing is called."""

    def __getattr__(self, name: str):
        return type(name, (), {})


def with_board(board: str, ask):
    """ask(its Board without a chip, the module hwboard); `board` is a folder of boards/."""
    folders = [str(ROOT / "boards" / board), str(ROOT / "boards" / "common")]
    saved = {name: sys.modules.pop(name, None) for name in STUBS + OWN}
    sys.modules.update({name: Anything(name) for name in STUBS})
    sys.path[:0] = folders
    try:
        table = importlib.import_module("board")
        chip = importlib.import_module(CHIPS[board] + "hw")
        one = object.__new__(chip.Board)
        one.name, one.instead = table.NAME, table.INSTEAD
        one.by_name = {name: (number, kind) for name, number, kind in table.PINS}
        one.adc_mv = getattr(table, "ADC_MV", None)
        return ask(one, importlib.import_module("hwboard"))
    finally:
        for folder in folders:
            sys.path.remove(folder)
        for name, module in saved.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


def missing(cfg, board: str) -> list[str]:
    """One line for each thing that the config asks for and this board has not."""
    return with_board(board, lambda one, _module: one.configure(cfg))


def needs(cfg, board: str) -> set[str]:
    """Terminals that not every board has, and this config asks for."""
    return with_board(board, lambda _one, module: {what for what, needed in module.wanted(cfg) if needed})


def title(board: str) -> str:
    """A board's name for a person: the beginning of its docstring."""
    return SOURCES[board].partition('"""')[2].partition(":")[0]
