"""Pins of the sitl board: outputs, inputs, counters and the 1-Wire master are words of the two frames in memory."""

import array

import uctypes
from frames import (
    FAULTS,
    IN_ONEWIRE,
    IN_ONEWIRE_BYTES,
    IN_RTC,
    IN_WORDS,
    OUT_I2C,
    OUT_ONEWIRE,
    OUT_ONEWIRE_BYTES,
    OUT_PUMP,
    OUT_PUMP2,
    OUT_RELAYS,
    OUT_WORDS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from wellhearth.hardware import Buffer

ADC_FAILS, WATCHDOG_DEAF, WIFI_GONE = 0, 1, 2  # of FAULTS

_in = array.array("i", [0] * IN_WORDS)
_out = array.array("i", [0] * OUT_WORDS)
_faults = array.array("i", [0] * len(FAULTS))


def safe() -> None:
    """Every output off."""
    _out[OUT_RELAYS] = 0
    for i in range(OUT_PUMP, OUT_ONEWIRE):
        _out[i] = 0
    _out[OUT_PUMP2] = 0


class DigitalOut:
    """A relay coil."""

    def __init__(self, bit: int):
        self.mask = 1 << bit

    def set(self, on: bool) -> None:
        """Energise or release."""
        if on:
            _out[OUT_RELAYS] |= self.mask
        else:
            _out[OUT_RELAYS] &= ~self.mask


class DigitalIn:
    """A contact, by the word of a TICK that holds it and its bit."""

    def __init__(self, word: int, bit: int):
        self.word = word
        self.mask = 1 << bit

    def get(self) -> bool:
        """Whether the contact is closed."""
        return _in[self.word] & self.mask != 0


class AnalogOut:
    """0 to 10 V, as 0 to 1000 per mille."""

    def __init__(self, word: int):
        self.word = word

    def set_pm(self, pm: int) -> None:
        """Write the output."""
        _out[self.word] = pm


class AnalogIn:
    """A voltage at the terminal."""

    def __init__(self, word: int):
        self.word = word

    def read_uv(self) -> int:
        """Microvolts, 0 to 5,000,000. OSError while the simulator says `sitl.adc_fails`."""
        if _faults[ADC_FAILS]:
            _faults[ADC_FAILS] -= 1
            raise OSError(5)
        return _in[self.word]


class PulseIn:
    """A hardware counter with the time of its last edge."""

    def __init__(self, word: int):
        self.word = word

    def count(self) -> int:
        """Edges since power-up, modulo 2^24."""
        return _in[self.word]

    def edge_us(self) -> int:
        """ticks_us of the last edge."""
        return _in[self.word + 1]


class OneWire:
    """A 1-Wire master that takes one transaction at a time and answers in a later scan."""

    def __init__(self):
        self.tx = uctypes.bytearray_at(uctypes.addressof(_out) + OUT_ONEWIRE_BYTES * 4, 12)
        self.rx = uctypes.bytearray_at(uctypes.addressof(_in) + IN_ONEWIRE_BYTES * 4, 9)

    def post(self, tx: "Buffer", n: int) -> None:
        """Reset pulse, write `tx` (up to 12 bytes), read `n` bytes (up to 9)."""
        self.tx[0:len(tx)] = tx
        _out[OUT_ONEWIRE] = len(tx) | n << 8

    def collect(self, rx: bytearray) -> int:
        """-1: nothing yet; 0: answered, `rx` filled; 1: no presence; 2: bus held low."""
        status = _in[IN_ONEWIRE]
        if status == 0:
            rx[0:9] = self.rx
        return status


class ClockChip:
    """A DS3231 on I2C, as of the last TICK; what is written to it goes to the simulator at once.

    send(kind, bytes): a frame.
    """

    STATUS = 0x0F

    def __init__(self, send: "Callable[[int, bytes], None]"):
        self.send = send
        self.image = uctypes.bytearray_at(uctypes.addressof(_in) + IN_RTC * 4, 8)

    def answers(self) -> None:
        """OSError when the chip is dead."""
        if self.image[7] == 0xFF:
            raise OSError(19)

    def readfrom_mem_into(self, address: int, register: int, into: bytearray) -> None:
        """Registers from `register` on."""
        self.answers()
        if register == self.STATUS:
            into[0] = self.image[7]
        else:
            into[:] = self.image[register:register + len(into)]

    def writeto_mem(self, address: int, register: int, data: bytes) -> None:
        """Into the chip's registers."""
        self.answers()
        self.send(OUT_I2C, bytes([len(data), register]) + data)
        for i in range(len(data)):  # the next TICK would bring it: what was written is read back before that
            at = 7 if register + i == self.STATUS else register + i
            if at < 8:
                self.image[at] = data[i]
