"""A `machine` for ESP32 boards on the host that enforces what the chip can do.

Which pins exist, drive, pull, belong to ADC1; how many UARTs there are: from the data sheets "ESP32 Series" (4.9) and
"ESP32-S3 Series" (2.0), and MicroPython's quick reference for the port. What the port itself does: esp32_port.py.

adc_mv: what a raw 0 reads at 11 dB, and the range that the calibration is good for. ESP32: esp_adc_cal_esp32.c,
adc1_vref_atten_offset[3] = 142; ESP-IDF 4.4 "Analog to Digital Converter": 150 to 2450 mV, ESP32-S3 0 to 3100 mV.
"""

from __future__ import annotations

import sys
import time
import types

from .esp32_periphery import ADC, I2C, PWM, SPI, UART, Counter, SoftI2C, Timer
from .esp32_port import FLASH_PINS, VREF_MV
from .fake_partition import Partition

CHIPS = {
    "esp32": {"pins": {*range(0, 6), *range(12, 20), *range(21, 24), *range(25, 28), *range(32, 37), 39},
              "input_only": {34, 35, 36, 39}, "adc1": {32, 33, 34, 35, 36, 39}, "strapping": {0, 2, 5, 12, 15},
              "console": {1, 3}, "high_at_reset": {1, 3, 5, 14, 15}, "uarts": 3,
              "adc_mv": (142, 150, 2450)},
    "esp32s3": {"pins": {*range(0, 19), 21, *range(38, 43), 45, 46, 47, 48}, "input_only": set(), "adc1": set(range(1, 11)),
                "strapping": {0, 3, 45, 46}, "console": {43, 44}, "high_at_reset": {18, 19, 20}, "uarts": 3,
                "adc_mv": (0, 0, 3100)},
}


class World:
    """The state of one fake chip, and the modules that show it."""

    def __init__(self, chip: str, spiram: bool = False, vref_mv: int = VREF_MV):
        """spiram: an ESP32 module with PSRAM. vref_mv: its ADC's reference, 1000 to 1200."""
        self.name, self.spiram, self.vref_mv = chip, spiram, vref_mv
        self.chip = CHIPS[chip]
        self.pins: dict[int, Pin] = {}
        self.pwm: dict[int, int] = {}  # GPIO: Hz
        self.counters: dict[int, int] = {}
        self.uarts: dict[int, UART] = {}
        self.routed: dict[int, int | str] = {}  # GPIO: the UART (or I2C, SPI) that drives it
        self.microvolts: dict[int, int] = {}
        self.rtc = b""
        self.ms = 1000
        self.timer = None  # the last one that was set: (ms, callback)
        self.timers: dict[int, tuple] = {}
        self.fed = 0
        self.resets = 0
        self.scheduled: list = []
        self.bus: list = []  # what the 1-Wire bus answers: bytes for each read
        self.present = True
        self.written = bytearray()
        self.partition = Partition()

    def modules(self) -> dict[str, types.ModuleType]:
        """machine, _onewire, micropython and time as the firmware sees them."""
        machine = types.ModuleType("machine")
        for kind in (Pin, PWM, ADC, Counter, Timer, WDT, RTC, UART, I2C, SPI, SoftI2C):
            setattr(machine, kind.__name__, type(kind.__name__, (kind,), {"world": self}))
        machine.PWRON_RESET, machine.WDT_RESET = 1, 3
        machine.reset_cause = lambda: 1
        machine.reset = self.reset
        onewire = types.ModuleType("_onewire")
        onewire.reset = lambda pin: self.present
        onewire.writebyte = lambda pin, byte: self.written.append(byte)
        onewire.readbyte = lambda pin: self.bus.pop(0) if self.bus else 0xFF
        micropython = types.ModuleType("micropython")
        micropython.schedule = lambda f, x: self.scheduled.append((f, x))
        micropython.kbd_intr = lambda n: None
        clock = types.ModuleType("time")
        clock.ticks_ms = lambda: self.ms & 0x3FFFFFFF
        clock.ticks_us = lambda: self.ms * 1000 & 0x3FFFFFFF
        clock.ticks_diff = lambda a, b: ((a - b + 0x20000000) & 0x3FFFFFFF) - 0x20000000
        clock.ticks_add = lambda a, d: (a + d) & 0x3FFFFFFF
        clock.sleep = time.sleep
        flash = types.ModuleType("flashbdev")
        flash.bdev = self.partition
        return {"machine": machine, "_onewire": onewire, "micropython": micropython, "time": clock, "flashbdev": flash}

    def route(self, who: int | str, pins, defaults) -> None:
        """An interface drives its pins, given or the port's: it takes them from another one, which falls mute."""
        for pin, default in zip(pins, defaults, strict=True):
            number = default if pin is None else pin.number
            assert number not in FLASH_PINS[self.name], f"GPIO {number} is the flash's: the chip stops"
            assert number not in self.routed, f"GPIO {number}: {who} takes it from {self.routed[number]}"
            self.routed[number] = who

    def reset(self) -> None:
        self.resets += 1


class Pin:
    """A GPIO; refuses what the chip's pin cannot do."""

    IN, OUT, OPEN_DRAIN, PULL_UP = 1, 3, 7, 2
    world: World

    def __new__(cls, number, mode=-1, pull=None, *, value=None):
        world = cls.world
        pin = world.pins.get(number)
        if pin is None:
            if number not in world.chip["pins"]:
                raise ValueError(f"GPIO {number} does not exist")
            pin = object.__new__(cls)
            pin.number, pin.level, pin.mode, pin.history = number, 1, cls.IN, []
            world.pins[number] = pin
        pin.init(mode, pull, value)
        return pin

    def __init__(self, *args, **kwargs):
        pass

    def init(self, mode, pull, value) -> None:
        only = self.number in self.world.chip["input_only"]
        if only and mode in (self.OUT, self.OPEN_DRAIN):
            raise ValueError(f"GPIO {self.number} has no driver")
        if only and pull is not None:
            raise ValueError(f"GPIO {self.number} has no pull-up")
        if mode != -1:
            self.mode = mode
        if value is not None:
            self.value(value)

    def value(self, new=None):
        if new is None:
            return self.level
        self.level = new
        self.history.append(new)
        return None

    __call__ = value


class WDT:
    world: World

    def __init__(self, *, timeout):
        self.timeout = timeout

    def feed(self):
        self.world.fed += 1


class RTC:
    world: World

    def memory(self, data=None):
        if data is None:
            return self.world.rtc
        assert len(data) <= 2048
        self.world.rtc = bytes(data)
        return None

    def datetime(self):
        return (2000, 1, 1, 5, 0, 0, 0, 0)


class Loaded:
    """The board's modules, imported against a fake chip; a context that puts sys.modules back."""

    NAMES = ("machine", "_onewire", "micropython", "time", "flashbdev", "hw", "hwboard", "startarea", "esp32hw",
             "board")

    def __init__(self, world: World, folder, common):
        self.world, self.paths = world, [str(folder), str(common)]

    def __enter__(self):
        self.saved = {name: sys.modules.pop(name, None) for name in self.NAMES}
        sys.modules.update(self.world.modules())
        sys.path[:0] = self.paths
        import board
        return board

    def __exit__(self, *_):
        for path in self.paths:
            sys.path.remove(path)
        for name, module in self.saved.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module
