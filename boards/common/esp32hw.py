"""ESP32: pulses in the pulse counter, calibrated ADC, memory of the RTC."""

import time

import _onewire
import hw
import hwboard
from machine import ADC, RTC, Counter, Pin

FILTER_NS = 12000  # the pulse counter's own filter ends at 12.8 us; an RC of 100 us stands before the pin (wiring.svg)
PULSES_PER_S = 1300  # as on the Pico: what is faster is no flow meter
COUNT_MASK = 0xFFFFFF


class PulseIn:
    """A flow meter's pulses, counted by hardware. The edge's time is known to one scan."""

    def __init__(self, unit: int, number: int, pull):
        self.value = Counter(unit, Pin(number, Pin.IN, pull), filter_ns=FILTER_NS).value
        self.total = 0
        self.edge = 0
        self.ignored = 0
        self.last_ms = time.ticks_ms()

    def count(self) -> int:
        """Pulses since power-up, modulo 2^24; faster ones than PULSES_PER_S are noise and not counted."""
        new = self.value(0)  # read and cleared in one go
        now = time.ticks_ms()
        most = time.ticks_diff(now, self.last_ms) * PULSES_PER_S // 1000 + 2
        self.last_ms = now
        if new > most:
            self.ignored += new - most
            new = most
        if new:
            self.total = (self.total + new) & COUNT_MASK
            self.edge = time.ticks_us()
        return self.total

    def edge_us(self):
        """ticks_us when the last pulse was seen."""
        return self.edge


class AnalogIn:
    """A voltage at the terminal, behind a divider by two: 0 to 5 V become 0 to 2.5 V."""

    def __init__(self, number: int):
        self.read = ADC(Pin(number), atten=ADC.ATTN_11DB).read_uv

    def read_uv(self) -> int:
        """Microvolts at the terminal, with the calibration of the chip."""
        return self.read() * 2


class OneWire:
    """1-Wire by the port's C driver: writing takes 7 ms of a scan, reading 6 ms of the next one."""

    def __init__(self, number: int):
        self.pin = Pin(number, Pin.OPEN_DRAIN, value=1)
        self.reads = -1
        self.status = 0
        self.searching = False

    def search(self):
        """ROMs on the bus; what the scan asks meanwhile gets no answer."""
        import onewire
        self.searching = True
        try:
            found = onewire.OneWire(self.pin).scan()
        finally:
            self.searching = False
        return found

    def post(self, tx, n: int) -> None:
        """Reset pulse, write `tx`; the reading waits for `collect`."""
        self.reads = n
        if self.searching:
            self.status = 1
            return
        if not self.pin.value():
            self.status = 2
            return
        # The driver answers True when it saw a presence pulse.
        if not _onewire.reset(self.pin):
            self.status = 1
            return
        self.status = 0
        for byte in tx:
            _onewire.writebyte(self.pin, byte)

    def collect(self, rx) -> int:
        """-1: nothing asked; 0: answered, `rx` filled; 1: no presence; 2: bus held low."""
        n = self.reads
        if n < 0:
            return -1
        self.reads = -1
        if self.status == 0:
            i = 0
            while i < n:
                rx[i] = _onewire.readbyte(self.pin)
                i += 1
        return self.status


class Kept:
    """Four small ints in the RTC's memory: they outlive every reset but a power cut."""

    def __init__(self):
        self.memory = RTC().memory
        old = self.memory()
        self.buf = bytearray(16)
        if len(old) == 16:
            self.buf[:] = old

    def get(self, i: int) -> int:
        """0 to 2^30 - 1; 0 after a power cut."""
        b = self.buf
        i *= 4
        return (b[i] | b[i + 1] << 8 | b[i + 2] << 16 | b[i + 3] << 24) & hw.TICKS_MASK

    def set(self, i: int, value: int) -> None:
        """Store a small int; allocates nothing."""
        b = self.buf
        i *= 4
        b[i] = value & 0xFF
        b[i + 1] = value >> 8 & 0xFF
        b[i + 2] = value >> 16 & 0xFF
        b[i + 3] = value >> 24 & 0xFF
        self.memory(b)


class Board(hwboard.Board):
    """A board with an ESP32. inputs_only: GPIOs that have neither a driver nor a pull."""

    ANALOG_IN = AnalogIn
    TIMER = 0

    def __init__(self, name: str, pins, inputs_only=()):
        super().__init__(name, pins, inputs_only)
        self.kept = Kept()

    def new_pulse_in(self, name: str, number: int):
        """A flow meter on a unit of the pulse counter."""
        return PulseIn(hw.METERS.index(name), number, self.pull(number))

    def new_onewire(self, number: int):
        """The 1-Wire bus."""
        return OneWire(number)
