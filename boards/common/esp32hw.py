"""ESP32: pulses in the pulse counter, calibrated ADC, memory of the RTC."""

import time

import _onewire
import hw
import hwboard
import startarea
from machine import ADC, RTC, UART, Counter, Pin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wellhearth.tables.section import Config

FILTER_NS = 12000  # the pulse counter's own filter ends at 12.8 us; before the pin: an RC of 100 us (boards/wiring)
PULSES_PER_S = 1300  # what is faster is no flow meter: the config lets 800 through (config.PULSES_HZ)
COUNT_MASK = 0xFFFFFF


class PulseIn:
    """A flow meter's pulses, counted by hardware. The edge's time is known to one scan."""

    def __init__(self, unit: int, number: int, pull: "Any"):
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
    """A voltage at the terminal, behind a divider by two: 0 to 5 V become 0 to 2.5 V.

    least_mv: at the pin, what is less is nothing (see ADC_MV of the board).
    """

    DIVIDER = 2

    def __init__(self, number: int, least_mv: int):
        self.read = ADC(Pin(number), atten=ADC.ATTN_11DB).read_uv
        self.least_uv = least_mv * 1000 * self.DIVIDER

    def read_uv(self) -> int:
        """Microvolts at the terminal, with the calibration of the chip."""
        return self.read() * self.DIVIDER


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

    def post(self, tx: bytes, n: int) -> None:
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

    def collect(self, rx: bytearray) -> int:
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


class Receiver:
    """A 38 kHz infra-red receiver on an inverted UART: this chip's interrupts come too late to time edges beside a scan.

    Inverted, each space begins a character, and at 11,000 baud it is over (0.86 ms) before the next space (1.125 ms).
    A 0 bit's space ends within the character (high bits 1), a 1 bit's does not (0x00). A frame is then the leader's
    0x00, 32 characters, and the 0x00 of the pause; a repeat code is two. They wait in the FIFO however late anybody
    looks.

    spare_tx: a GPIO that nothing is wired to. A UART opened without `tx` takes the port's default, GPIO 17 for UART 2
    (MicroPython, docs/esp32/quickref.rst, "UART"), and with it the data line of RS-485.
    """

    PAUSE_MS = 20
    ZERO_BIT = 0x80  # the last sample of a 0 bit lies in the mark behind it
    LENGTH = 34

    def __init__(self, unit: int, number: int, spare_tx: int):
        self.uart = UART(unit, baudrate=11000, tx=Pin(spare_tx), rx=Pin(number, Pin.IN), invert=UART.INV_RX, rxbuf=256,
                         timeout=0)
        self.burst = b""
        self.seen_ms = 0
        self.times = []

    def get(self) -> int:
        """us of a mark (positive) or space (negative); 0 when there is no more."""
        if self.times:
            return self.times.pop(0)
        now = time.ticks_ms()
        new = self.uart.read(self.uart.any()) if self.uart.any() else None
        if new:
            self.burst = (self.burst + new)[:2 * self.LENGTH]
            self.seen_ms = now
        elif self.burst and time.ticks_diff(now, self.seen_ms) > self.PAUSE_MS:
            burst = self.burst
            self.burst = b""
            self.times = self.spelled(burst)
            if self.times:
                return self.times.pop(0)
        return 0

    def spelled(self, burst: "Any"):
        """The marks and spaces that a burst of characters stands for; [] when it is no frame."""
        if len(burst) == 2 and burst[0] == 0 and burst[1] == 0:
            return [9000, -2250, 562]
        if len(burst) != self.LENGTH or burst[0] or burst[-1]:
            return []
        times = [9000, -4500]
        for byte in burst[1:-1]:
            times += [562, -562 if byte & self.ZERO_BIT else -1687]
        return times + [562]


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
    """A board with an ESP32. inputs_only: GPIOs that have neither a driver nor a pull.

    ir_tx: a GPIO for the transmitter that the infra-red receiver's UART has and nobody needs. adc_mv: (least, most) at an
    analog pin that the chip's calibration can tell.
    """

    TIMER = 0
    FIRST_UART = 1  # 0 is the console

    def __init__(self, name: str, pins: tuple, instead: tuple, inputs_only: tuple, ir_tx: int, adc_mv: tuple):
        super().__init__(name, pins, instead, inputs_only)
        self.kept = Kept()
        self.ir_tx = ir_tx
        self.adc_mv = adc_mv

    def analog_in(self, name: str):
        """Analog input by name."""
        return AnalogIn(self.number(name, "adc"), self.adc_mv[0])

    def new_pulse_in(self, name: str, number: int):
        """A flow meter on a unit of the pulse counter."""
        return PulseIn(hw.METERS.index(name), number, self.pull(number))

    def new_onewire(self, number: int):
        """The 1-Wire bus."""
        return OneWire(number)

    def configure(self, cfg: "Config"):
        """What the config asks for and this chip has not."""
        missing = super().configure(cfg)
        if cfg.bms is not None and cfg.remote is not None:
            missing.append("board %s has one UART for bms and remote: the config may ask for one of them" % self.name)
        # NAMUR NE 43: 3.6 mA is the most that a broken wire reads, 21 mA the least of a short.
        least, most = [mv * AnalogIn.DIVIDER for mv in self.adc_mv]
        for well in (cfg.well, cfg.well2):
            if well is not None and well.pressure_signal == "ma4_20":
                ohm = well.pressure_shunt_ohm
                if ohm * 36 < least * 10 or ohm * 21 > most:
                    missing.append("%s.pressure_shunt_ohm = %d: board %s reads %d to %d mV, allowed is %d to %d ohm"
                                   % (well.where, ohm, self.name, least, most, (least * 10 + 35) // 36, most // 21))
        return missing

    def ir_in(self):
        """The infra-red receiver."""
        return Receiver(self.FIRST_UART + 1, self.number("ir", "ir"), self.ir_tx)

    def start_area(self):
        """Erased space for starts (storage/startlog.py), in the partition that the file system is in."""
        from flashbdev import bdev
        return startarea.StartArea(bdev, startarea.LINE)
