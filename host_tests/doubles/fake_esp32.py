"""A `machine` for ESP32 boards on the host that enforces what the chip can do.

Which pins exist, drive, pull, belong to ADC1; how many PWM channels, counters, timers and UARTs there are: from the
data sheets "ESP32 Series" (4.9) and "ESP32-S3 Series" (2.0), and MicroPython's quick reference for the port.

UART_PINS: a UART that is opened without `tx` or `rx` takes the port's default for it, whoever has that pin already
(quick reference, "UART (serial bus)"; ports/esp32/machine_uart.c, machine_uart_make_new).
adc_mv: what a raw 0 reads at 11 dB, and the range that the calibration is good for. ESP32: esp_adc_cal_esp32.c,
adc1_vref_atten_offset[3] = 142; ESP-IDF 4.4 "Analog to Digital Converter": 150 to 2450 mV, ESP32-S3 0 to 3100 mV.
"""

from __future__ import annotations

import sys
import time
import types

from .fake_partition import Partition

UART_PINS = {1: (10, 9), 2: (17, 16)}  # unit: (tx, rx)
CHIPS = {
    "esp32": {"pins": {*range(0, 6), *range(12, 20), *range(21, 24), *range(25, 28), *range(32, 37), 39},
              "input_only": {34, 35, 36, 39}, "adc1": {32, 33, 34, 35, 36, 39}, "strapping": {0, 2, 5, 12, 15},
              "console": {1, 3}, "high_at_reset": {1, 3, 5, 14, 15}, "pwm": 16, "counters": 8, "timers": 4, "uarts": 3,
              "adc_mv": (142, 150, 2450)},
    "esp32s3": {"pins": {*range(0, 19), 21, *range(38, 43), 45, 46, 47, 48}, "input_only": set(), "adc1": set(range(1, 11)),
                "strapping": {0, 3, 45, 46}, "console": {43, 44}, "high_at_reset": {18, 19, 20}, "pwm": 8, "counters": 8,
                "timers": 4, "uarts": 3, "adc_mv": (0, 0, 3100)},
}


class World:
    """The state of one fake chip, and the modules that show it."""

    def __init__(self, chip: str):
        self.chip = CHIPS[chip]
        self.pins: dict[int, Pin] = {}
        self.pwm: set[int] = set()
        self.counters: dict[int, int] = {}
        self.uarts: dict[int, UART] = {}
        self.routed: dict[int, int] = {}  # GPIO: the UART that drives it
        self.microvolts: dict[int, int] = {}
        self.rtc = b""
        self.ms = 1000
        self.timer = None
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
        for kind in (Pin, PWM, ADC, Counter, Timer, WDT, RTC, UART, SoftI2C):
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


class PWM:
    world: World

    def __init__(self, pin, *, freq, duty_u16):
        self.world.pwm.add(pin.number)
        if len(self.world.pwm) > self.world.chip["pwm"]:
            raise ValueError("out of PWM channels")
        assert pin.mode == pin.OUT and 1 <= freq <= 40_000_000
        self.duty = duty_u16

    def duty_u16(self, value):
        assert 0 <= value <= 65535
        self.duty = value


class ADC:
    ATTN_11DB = 3
    world: World

    def __init__(self, pin, *, atten):
        if pin.number not in self.world.chip["adc1"]:
            raise ValueError(f"GPIO {pin.number} is not on ADC1; ADC2 belongs to the radio")
        self.number = pin.number

    def read_uv(self):
        zero, _low, high = self.world.chip["adc_mv"]
        return min(max(self.world.microvolts.get(self.number, 0), zero * 1000), (high + 600) * 1000)


class Counter:
    world: World

    def __init__(self, unit, pin, *, filter_ns):
        if not 0 <= unit < self.world.chip["counters"] or unit in self.world.counters:
            raise ValueError(f"counter {unit} is not free")
        assert filter_ns <= 12_787, "the filter of the pulse counter ends at 1023 cycles of 80 MHz"
        self.unit = unit
        self.world.counters[unit] = 0

    def value(self, new=None):
        old = self.world.counters[self.unit]
        if new is not None:
            self.world.counters[self.unit] = new
        return old


class Timer:
    PERIODIC = 1
    world: World

    def __init__(self, number, *, period, mode, callback):
        if not 0 <= number < self.world.chip["timers"]:
            raise ValueError(f"there is no timer {number}")
        self.world.timer = (period, callback)


class UART:
    """Three of them, 0 is the console; what is put into `rx` is read, what is written stands in `tx`."""

    INV_RX = 32
    world: World

    def __init__(self, unit, *, baudrate, rx, tx=None, bits=8, parity=None, stop=1, rxbuf, txbuf=256, timeout, invert=0):
        if not 1 <= unit < self.world.chip["uarts"]:
            raise ValueError(f"UART {unit} is not free")
        if unit in self.world.uarts:
            raise ValueError(f"UART {unit} is used twice")
        if tx is not None and tx.number in self.world.chip["input_only"]:
            raise ValueError(f"GPIO {tx.number} has no driver")
        self.rx, self.tx, self.sending, self.inverted = bytearray(), bytearray(), False, invert == self.INV_RX
        self.settings = (baudrate, bits, parity, stop)
        self.world.routed[UART_PINS[unit][0] if tx is None else tx.number] = unit
        self.world.uarts[unit] = self

    def any(self):
        return len(self.rx)

    def read(self, n):
        data = bytes(self.rx[:n])
        del self.rx[:n]
        return data

    def readinto(self, into, n):
        data = self.read(n)
        into[: len(data)] = data
        return len(data)

    def write(self, data):
        self.tx += data
        self.sending = True

    def txdone(self):
        return not self.sending


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


class SoftI2C:
    """Two open-drain pins that nobody answers on."""

    world: World

    def __init__(self, scl, sda, *, freq, timeout):
        assert timeout <= 2000, "a line that is held low must not hold up the scan"
        assert freq <= 400_000, "the DS3231's fast mode"
        for pin in (scl, sda):
            if pin.number in self.world.chip["input_only"]:
                raise ValueError(f"GPIO {pin.number} has no driver")
            pin.init(Pin.OPEN_DRAIN, None, 1)
        self.scl, self.sda = scl, sda


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
