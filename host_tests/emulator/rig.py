"""A Pico with the whole firmware on it and a world around it: one well, one room."""

from __future__ import annotations

import importlib.util
import json

from whtools import build
from whtools.lockstep import ROOT

from .devices import Contact, Follower, Meter, OneWireBus, Probe, Sensor, Voltage
from .pico import Pico


def rom(n: int) -> str:
    """A valid DS18B20 ROM."""
    from wellhearth.drivers.ds18b20 import crc8
    data = bytes([0x28, n, 0x64, 0x1D, 0x8F, 0xDF, 0x18])
    return (data + bytes([crc8(data, 7)])).hex()


ROMS = {"well.supply": rom(1), "well.return": rom(2), "room1.room": rom(3), "room1.supply_air": rom(4), "room1.leaving": rom(5)}
CELSIUS = {"well.supply": 12.0, "well.return": 9.0, "room1.room": 18.5, "room1.supply_air": 40.25, "room1.leaving": 9.5}
CONFIG = {
    "node": {"restart_min_s": 0, "restart_max_s": 0},
    "well": {"supply_rom": ROMS["well.supply"], "return_rom": ROMS["well.return"], "pulses_per_m3": 50000,
             "return_pulses_per_m3": 50000},
    "rooms": [{"name": "living", "room_rom": ROMS["room1.room"], "supply_air_rom": ROMS["room1.supply_air"],
               "leaving_rom": ROMS["room1.leaving"]}],
}


def pins(board: str = "rpi_pico") -> dict[str, tuple[int, str]]:
    """{function: (GPIO, kind)} from the board's own file."""
    import sys
    import types
    fake = types.ModuleType("hw")
    old = sys.modules.get("hw")
    sys.modules["hw"] = fake
    try:
        spec = importlib.util.spec_from_file_location("board_under_test", ROOT / "boards" / board / "board.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        if old is None:
            del sys.modules["hw"]
        else:
            sys.modules["hw"] = old
    return {row[0]: (row[1], row[2]) for row in module.PINS}


class Rig:
    """World and board; `water` lets the meters follow the pump."""

    def __init__(self, image, config=CONFIG, extra: dict[str, bytes] | None = None, empty: bool = False):
        self.pins = pins()
        at = {name: row[0] for name, row in self.pins.items()}
        self.sensors = {name: Sensor(code, CELSIUS[name]) for name, code in ROMS.items()}
        self.bus = OneWireBus(at["onewire"], list(self.sensors.values()))
        self.lift, self.back = Meter(at["lift"]), Meter(at["return"])
        self.pressure = Voltage(0, 0.5 + 4.0 * 80 / 1000)
        self.probe = Probe({n: num for n, (num, kind) in self.pins.items() if kind in ("relay", "pwm", "drive")})
        self.aux = [Follower(at["aux_well_pump"], at["well_pump"]), Follower(at["aux_room1_compressor"], at["room1_compressor"])]
        self.switches = {n: Contact(at[n], True) for n in ("room1_high_ok", "room1_low_ok", "well_drive_ok")}
        files = {} if empty else build.tree(ROOT / "build" / "rpi_pico")
        if not empty:
            files["config.json"] = json.dumps(config).encode()
        files.update(extra or {})
        devices = [self.bus, self.lift, self.back, self.pressure, self.probe, *self.aux, *self.switches.values()]
        self.pico = Pico(image, build.littlefs(files), devices)

    def flow(self, lph: float, returned: float | None = None) -> None:
        """Water through both meters, L/h."""
        self.lift.set(lph * 50 / 3600)
        self.back.set((lph if returned is None else returned) * 50 / 3600)
