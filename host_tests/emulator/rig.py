"""A Pico with the whole firmware on it and a world around it: one well, one room."""

from __future__ import annotations

import json

from harness.pinout import CONFIG, ROMS, pins
from harness.sitl import ROOT
from whtools.device import build, filesystems

from .devices import Contact, Follower, Meter, Probe, Voltage
from .nor import TimedFlash
from .onewire import OneWireBus, Sensor
from .pico import Pico

CELSIUS = {"well.supply": 12.0, "well.return": 9.0, "room1.room": 18.5, "room1.supply_air": 40.25, "room1.leaving": 9.5}

class Rig:
    """World and board; `follow_the_pump` lets the water follow it. filesystem: another board's, instead of a fresh one."""

    def __init__(self, image, config=CONFIG, extra: dict[str, bytes] | None = None, empty: bool = False, devices=(),
                 filesystem: bytes = b""):
        self.pins = pins()
        at = {name: number for name, (number, _kind) in self.pins.items()}
        self.sensors = {name: Sensor(code, CELSIUS[name]) for name, code in ROMS.items()}
        self.bus = OneWireBus(at["onewire"], list(self.sensors.values()))
        self.lift, self.back = Meter(at["lift"]), Meter(at["return"])
        self.pressure = Voltage(0, 0.5 + 4.0 * 80 / 1000)
        self.probe = Probe({n: num for n, (num, kind) in self.pins.items() if kind in ("relay", "pwm", "drive")})
        self.aux = [Follower(at["aux_well_pump"], at["well_pump"]),
                    Follower(at["aux_room1_compressor"], at["room1_compressor"])]
        self.switches = {n: Contact(at[n], True) for n in ("room1_high_ok", "room1_low_ok", "well_drive_ok")}
        self.flash = TimedFlash()
        files = {} if empty or filesystem else build.tree(ROOT / "build" / "rpi_pico")
        if files:
            files["config.json"] = json.dumps(config).encode()
        files.update(extra or {})
        devices = [self.bus, self.lift, self.back, self.pressure, self.probe, *self.aux, *self.switches.values(), self.flash,
                   *devices]
        self.pico = Pico(image, filesystem or filesystems.littlefs(files), devices)

    def flow(self, lph: float, returned: float | None = None) -> None:
        """Water through both meters, L/h."""
        self.lift.set(lph * 50 / 3600)
        self.back.set((lph if returned is None else returned) * 50 / 3600)

    def follow_the_pump(self) -> None:
        """From now on both meters follow the pump, and the pressure the water."""
        lph = 1800 if self.probe.now["well_pump"] else 0
        if bool(lph) != bool(self.lift.hz):
            self.flow(lph)
            self.pressure.set(0.5 + 4.0 * (5 + lph / 60) / 1000)
        self.pico.at(1, self.follow_the_pump)
