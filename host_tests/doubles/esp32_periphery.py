"""The parts of a fake ESP32 that MicroPython's port opens (doubles/esp32_port.py has what it does with them)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import esp32_port

if TYPE_CHECKING:
    from .fake_esp32 import World


class PWM:
    """A channel on a timer of its group: a timer carries one frequency."""

    world: World

    def __init__(self, pin, *, freq, duty_u16):
        if not 1 <= freq <= 40_000_000:
            raise ValueError("frequency must be from 1Hz to 40MHz")
        assert pin.mode == pin.OUT
        self.world.pwm[pin.number] = freq
        groups, channels, timers = esp32_port.PWM[self.world.name]
        if len(self.world.pwm) > groups * channels:
            raise RuntimeError(f"out of PWM channels:{groups * channels}")
        if len(set(self.world.pwm.values())) > groups * timers:
            raise RuntimeError(f"out of PWM timers:{groups * timers}")
        self.bits = esp32_port.duty_bits(self.world.name, freq)
        self.duty_u16(duty_u16)

    def duty_u16(self, value):
        if not 0 <= value <= 65535:
            raise ValueError("duty_u16 must be from 0 to 65536")
        self.duty = value
        self.raw = (65536 if value == 65535 else value) >> (16 - self.bits)


class ADC:
    ATTN_0DB, ATTN_2_5DB, ATTN_6DB, ATTN_11DB = esp32_port.ATTENUATIONS
    world: World

    def __init__(self, pin, *, atten=3):
        if pin.number not in self.world.chip["adc1"]:
            raise ValueError(f"GPIO {pin.number} is not on ADC1; ADC2 belongs to the radio")
        if atten not in esp32_port.ATTENUATIONS:
            raise ValueError("invalid attenuation")
        self.number, self.atten = pin.number, atten

    def read(self):
        volts_mv = self.world.microvolts.get(self.number, 0) / 1000
        return esp32_port.raw_of(self.world.name, volts_mv, self.atten, self.world.vref_mv)

    def read_u16(self):
        raw = self.read()
        return raw << 4 | raw >> 8

    def read_uv(self):
        return 1000 * esp32_port.read_mv(self.world.name, self.read(), self.atten, self.world.vref_mv)


class Counter:
    world: World

    def __init__(self, unit, pin, *, filter_ns):
        if not 0 <= unit < esp32_port.COUNTERS[self.world.name] or unit in self.world.counters:
            raise ValueError(f"counter {unit} is not free")
        assert filter_ns * 80 // 1000 <= esp32_port.FILTER_CYCLES, "the port cuts it down and says nothing"
        self.unit = unit
        self.world.counters[unit] = 0

    def value(self, new=None):
        old = self.world.counters[self.unit]
        if new is not None:
            self.world.counters[self.unit] = new
        return old


class Timer:
    """A second object of one number is the first one, set anew."""

    PERIODIC = 1
    world: World

    def __init__(self, number, *, period, mode, callback):
        if not 0 <= number < esp32_port.TIMERS:
            raise ValueError("invalid Timer number")
        self.world.timer = self.world.timers[number] = (period, callback)


class UART:
    """Three of them, 0 is the console; what is put into `rx` is read, what is written stands in `tx`."""

    INV_RX, INV_TX = 4, 32
    world: World

    def __init__(self, unit, *, baudrate, rx=None, tx=None, bits=8, parity=None, stop=1, rxbuf, txbuf=256, timeout,
                 invert=0):
        if not 1 <= unit < self.world.chip["uarts"]:
            raise ValueError(f"UART {unit} is not free")
        if unit in self.world.uarts:
            raise ValueError(f"UART {unit} is used twice")
        if tx is not None and tx.number in self.world.chip["input_only"]:
            raise ValueError(f"GPIO {tx.number} has no driver")
        assert rxbuf > esp32_port.UART_FIFO and (txbuf == 0 or txbuf > esp32_port.UART_FIFO), "the driver refuses it"
        self.rx, self.tx, self.sending, self.inverted = bytearray(), bytearray(), False, invert == self.INV_RX
        self.settings = (baudrate, bits, parity, stop)
        defaults = (esp32_port.UART_PINS_SPIRAM if self.world.spiram else esp32_port.UART_PINS)[unit]
        self.world.route(unit, (tx,), defaults[:1])
        self.heard = defaults[1] if rx is None else rx.number
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


class I2C:
    """The chip's own I2C: without its pins it takes the port's."""

    world: World

    def __init__(self, unit, *, scl=None, sda=None, freq=400_000):
        found = esp32_port.I2C_PINS[self.world.name]
        if unit not in found:
            raise ValueError(f"I2C({unit}) doesn't exist")
        self.world.route(f"I2C {unit}", (scl, sda), found[unit])


class SPI:
    """The chip's own SPI: without its pins it takes the port's."""

    world: World

    def __init__(self, unit, *, sck=None, mosi=None, miso=None, baudrate=500_000):
        found = esp32_port.SPI_PINS[self.world.name]
        if unit not in found:
            raise ValueError(f"SPI({unit}) doesn't exist")
        self.world.route(f"SPI {unit}", (sck, mosi), found[unit][:2])


class SoftI2C:
    """Two open-drain pins that nobody answers on."""

    world: World

    def __init__(self, scl, sda, *, freq, timeout):
        assert timeout <= 2000, "a line that is held low must not hold up the scan"
        assert freq <= 400_000, "the DS3231's fast mode"
        for pin in (scl, sda):
            if pin.number in self.world.chip["input_only"]:
                raise ValueError(f"GPIO {pin.number} has no driver")
            pin.init(pin.OPEN_DRAIN, None, 1)
        self.scl, self.sda = scl, sda
