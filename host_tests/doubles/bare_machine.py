"""MicroPython's modules on a bare board, as the guest's texts of `wellhearth bringup` use them."""

from __future__ import annotations

import binascii
import io
import json
import types
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .bare_board import World

PWRON = 1
WDT = 3


class Gone(BaseException):
    """The board restarts: power, or its watchdog."""


class FileOf(io.StringIO):
    """A text file of the board."""

    def __init__(self, world: World, name: str):
        super().__init__()
        self.world, self.name = world, name

    def __exit__(self, *_):
        self.world.write(self.name, self.getvalue(), True)


class BytesOf(io.BytesIO):
    """A binary file of the board."""

    def __init__(self, world: World, name: str):
        super().__init__()
        self.world, self.name = world, name

    def __exit__(self, *_):
        data = self.getvalue()
        self.world.write(self.name, data[:-1] + b"\x00" if "bad flash" in self.world.faults else data, True)


def opened(world: World, name: str, mode: str):
    """A file of the board's."""
    if "w" in mode:
        return BytesOf(world, name) if "b" in mode else FileOf(world, name)
    data = world.files[name]
    return io.BytesIO(data) if isinstance(data, bytes) else io.StringIO(data)


def modules(world: World) -> dict[str, types.ModuleType]:
    """MicroPython's modules as the guest's texts use them."""
    machine = types.ModuleType("machine")
    for kind in (Pin, PWM, ADC, UART, Dog):
        setattr(machine, "WDT" if kind is Dog else kind.__name__, type(kind.__name__, (kind,), {"world": world}))
    vars(machine).update(
        unique_id=lambda: b"\xe6\x61\x64\x08",
        freq=lambda: 125_000_000,
        reset_cause=lambda: world.cause,
        PWRON_RESET=PWRON,
        WDT_RESET=WDT,
    )
    clock = types.ModuleType("time")
    vars(clock).update(
        ticks_ms=lambda: world.us // 1000,
        ticks_diff=lambda a, b: a - b,
        ticks_add=lambda a, d: a + d,
        sleep_ms=lambda ms: world.pass_us(ms * 1000),
        sleep_us=world.pass_us,
    )
    system = types.ModuleType("os")
    vars(system).update(
        statvfs=lambda _: (4096, 0, 352, 300),
        listdir=lambda: list(world.files),
        remove=world.files.pop,
        rename=lambda a, b: world.write(b, world.files.pop(a), False),
    )
    memory = types.ModuleType("gc")
    vars(memory).update(collect=lambda: None, mem_free=lambda: world.heap, mem_alloc=lambda: 9000)
    onewire, ds18x20 = types.ModuleType("onewire"), types.ModuleType("ds18x20")
    onewire.OneWire = lambda pin: types.SimpleNamespace(reset=lambda: "no presence" not in world.faults)
    roms = [bytes([0x28 if "another part" not in world.faults else 0x10, 1, 2, 3, 4, 5, 6, 7])]
    celsius = 85.0 if "no measurement" in world.faults else 21.5
    ds18x20.DS18X20 = lambda bus: types.SimpleNamespace(
        scan=lambda: roms, convert_temp=lambda: None, read_temp=lambda rom: celsius
    )
    return {
        "machine": machine,
        "time": clock,
        "os": system,
        "gc": memory,
        "onewire": onewire,
        "ds18x20": ds18x20,
        "binascii": binascii,
        "json": json,
    }


class Pin:
    IN, OUT, PULL_UP, PULL_DOWN = 0, 1, 2, 4
    world: World

    def __init__(self, number, mode=None, pull=None, *, value=None):
        world, self.number = self.world, number
        if mode is not None:
            world.drive.pop(number, None)
            world.pull.pop(number, None)
            if mode == self.OUT:
                world.drive[number] = value or 0
                world.driven.append(number)
            elif pull is not None:
                world.pull[number] = int(pull == self.PULL_UP)

    def value(self, level=None):
        if level is None:
            return self.world.level(self.number)
        self.world.drive[self.number] = level
        return None


class PWM:
    world: World

    def __init__(self, pin, *, freq, duty_u16):
        assert freq == 1000
        self.number = pin.number
        self.world.driven.append(pin.number)
        self.world.pwm[pin.number] = duty_u16

    def duty_u16(self, duty):
        self.world.pwm[self.number] = 0 if "no PWM" in self.world.faults else duty

    def deinit(self):
        del self.world.pwm[self.number]


class ADC:
    ATTN_11DB = 3
    world: World

    def __init__(self, pin, atten=None):
        world = self.world
        assert (atten is not None) == (world.platform == "esp32")
        off = 0.9 if "ADC off by 10 %" in world.faults else 1.0
        self.volts = world.volts.get(pin.number, 0.7) * off

    def read_u16(self):
        return int(min(self.volts / 3.3, 1.0) * 65535)

    def read_uv(self):
        most = 3.2 if "s3" in self.world.board else 2.95
        return int(max(min(self.volts, most), 0.142 if most < 3 else 0.0) * 1e6)


class UART:
    world: World

    def __init__(self, unit, *, baudrate, tx, rx, timeout):
        assert unit == (1 if self.world.platform == "esp32" else 0)
        self.tx, self.rx, self.buffer, self.first = tx.number, rx.number, b"", True

    def read(self):
        if self.first:
            self.first = False
            return None
        self.world.pass_us(50_000)
        got, self.buffer, self.world.line_in = self.buffer + self.world.line_in, b"", b""
        return got or None

    def write(self, data):
        if self.rx in self.world.joined(self.tx):
            self.buffer += data
        if self.world.drive.get(self.world.gpio["rs485_de"]) == 1:
            self.world.line_out += data

    def deinit(self):
        pass


class Dog:
    world: World

    def __init__(self, *, timeout):
        self.world.armed_us = self.world.us
