"""The pin table of a board, read without a chip."""

from __future__ import annotations

import importlib.util
import sys
import types

from .sitl import ROOT


def module_of(board: str):
    """The board's own file, imported without a chip."""
    old = sys.modules.get("hw")
    fake = types.ModuleType("hw")
    vars(fake)["reset"] = None
    sys.modules["hw"] = fake
    try:
        spec = importlib.util.spec_from_file_location("board_under_test", ROOT / "boards" / board / "board.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        if old is None:
            del sys.modules["hw"]
        else:
            sys.modules["hw"] = old
    return module


def pins(board: str = "rpi_pico") -> dict[str, tuple[int, str]]:
    """{function: (GPIO, kind)} from the board's own file."""
    return {name: (number, kind) for name, number, kind in module_of(board).PINS}


def rom(n: int) -> str:
    """A valid DS18B20 ROM."""
    from wellhearth.drivers.ds18b20 import crc8
    data = bytes([0x28, n, 0x64, 0x1D, 0x8F, 0xDF, 0x18])
    return (data + bytes([crc8(data, 7)])).hex()


ROMS = {"well.supply": rom(1), "well.return": rom(2), "room1.room": rom(3), "room1.supply_air": rom(4),
        "room1.leaving": rom(5)}
# One well with two meters, one room: what a Pico carries.
CONFIG = {
    "node": {"restart_min_s": 0, "restart_max_s": 0},
    "well": {"supply_rom": ROMS["well.supply"], "return_rom": ROMS["well.return"], "pulses_per_m3": 50000,
             "return_pulses_per_m3": 50000},
    "rooms": [{"name": "living", "room_rom": ROMS["room1.room"], "supply_air_rom": ROMS["room1.supply_air"],
               "leaving_rom": ROMS["room1.leaving"]}],
}
