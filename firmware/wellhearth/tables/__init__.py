"""What is described once: points, causes, kinds of blocks, units, config."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType


def on_board() -> bool:
    """Whether memory is short: a table's words then leave the heap."""
    return sys.implementation.name == "micropython"


def drop(module: "ModuleType") -> None:
    """A module that is not needed again leaves the heap (a board's; elsewhere there is room)."""
    if on_board():
        package, _, name = module.__name__.rpartition(".")
        sys.modules.pop(module.__name__)
        delattr(sys.modules[package], name)
