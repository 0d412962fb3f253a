"""What all boards with a real chip are made of: outputs, contacts, clocks, the scan's timer, the watchdog.

A board.py hands over its pin table, rows of (function, GPIO number, kind); see boards/README.md.
"""

import time

import micropython
from machine import PWM, UART, Pin, Timer, reset  # noqa: F401  (reset: for board.py)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from wellhearth.hardware import Buffer

OUTPUTS = ("relay", "pwm", "drive", "led")  # kinds that safe() switches off
PWM_HZ = 1000  # smoothed to 0..10 V behind the pin; carries no information
I2C_HZ = 100_000
I2C_US = 1000  # the chip never stretches the clock: a line that is held low must not hold up the scan
TICKS_MASK = 0x3FFFFFFF
METERS = ("lift", "return", "s0")
UNATTENDED_TICKS = 20  # scans without a turn of the main thread, then the timer gives it one
LINK_MS = 10  # and the links, where there are any, so often
ANSWER_TICKS = 10  # the LED's word to somebody with a remote, in scans
WATCHDOG_MS = 5000
GUARD_MS = 8300  # the most that an RP2040's takes (data sheet, 4.7.1); from its start to its scan a Pico takes 3.3 s


def safe(pins: tuple) -> None:
    """Every output of a pin table to its inactive level, which is low on every board."""
    for _, number, kind in pins:
        if kind in OUTPUTS:
            Pin(number, Pin.OUT, value=0)


def guard() -> None:
    """The watchdog, for a firmware on trial: it must scan within GUARD_MS, or the chip starts again."""
    from machine import WDT
    WDT(timeout=GUARD_MS)


class Contact:
    """A contact to ground, with the pin's pull-up: closed reads low."""

    def __init__(self, number: int, pull: "Any"):
        self.value = Pin(number, Pin.IN, pull).value

    def get(self) -> bool:
        """Whether the contact is closed."""
        return self.value() == 0


class RelayOut:
    """A relay driver, active high."""

    def __init__(self, number: int):
        self.value = Pin(number, Pin.OUT, value=0).value

    def set(self, on: bool) -> None:
        """Energise or release."""
        self.value(1 if on else 0)


class PwmOut:
    """0 to 10 V through a PWM, a low-pass and an amplifier."""

    def __init__(self, number: int):
        self.pm = 0
        self.duty_u16 = PWM(Pin(number, Pin.OUT, value=0), freq=PWM_HZ, duty_u16=0).duty_u16

    def set_pm(self, pm: int) -> None:
        """0 to 1000 per mille."""
        self.pm = pm
        self.duty_u16(pm * 65535 // 1000)


class NoOut:
    """Stands for an output this board does not have and its config does not need."""

    def set_pm(self, pm: int) -> None:
        """Nothing to drive."""

    def set(self, on: bool) -> None:
        """Nothing to drive."""


class Serial:
    """A UART on an RS-485 line, in whole frames. de: GPIO of the driver's enable, -1 where the transceiver turns by itself.

    release: makes, of the enable's pin, something with `arm(us)` that lets go of the line after so long, or None.
    """

    def __init__(self, unit: int, tx: int, rx: int, de: int, baud: int, parity: str, release: "Callable"):
        self.char_us = 11_000_000 // baud
        # Above 19.2 kbaud the silence is fixed (Modbus over serial line V1.02, 2.5.1.1).
        self.silence_us = self.char_us * 7 // 2 if baud <= 19200 else 1750
        bits = {"even": 0, "odd": 1, "none": None}[parity]
        self.uart = UART(unit, baudrate=baud, bits=8, parity=bits, stop=2 if parity == "none" else 1, tx=Pin(tx), rx=Pin(rx),
                         rxbuf=512, txbuf=300, timeout=0)
        self.de = None if de < 0 else Pin(de, Pin.OUT, value=0)
        self.release = None if self.de is None else release(self.de)
        self.busy = False
        self.n = 0
        self.seen_us = 0

    def receive(self, into: bytearray) -> int:
        """A frame that ended with a silence of 3.5 characters; 0 while there is none. Longer than `into` is noise."""
        if self.busy and not self.sending():
            self.busy = False
            if self.de is not None:
                self.de(0)
        uart = self.uart
        waiting = uart.any()
        if waiting:
            room = len(into) - self.n
            if waiting > room:
                uart.read(waiting)
                self.n = len(into) + 1
            else:
                self.n += uart.readinto(memoryview(into)[self.n:], waiting) or 0
            self.seen_us = time.ticks_us()
            return 0
        if self.n and time.ticks_diff(time.ticks_us(), self.seen_us) >= self.silence_us:
            n = self.n
            self.n = 0
            return n if n <= len(into) else 1
        return 0

    def send(self, frame: "Buffer", n: int) -> None:
        """Onto the line; comes back before it is out."""
        if self.de is not None:
            self.de(1)
            if self.release is not None:
                self.release.arm((n + 1) * self.char_us)
        self.busy = True
        self.uart.write(memoryview(frame)[:n])

    def sending(self) -> bool:
        """Whether bytes are still on their way."""
        return not self.uart.txdone()


class Clock:
    """The chip's clock, on a ring of 2^30."""

    def __init__(self):
        self.ticks_ms = time.ticks_ms
        self.ticks_us = time.ticks_us
        self.stopwatch_us = time.ticks_us
        self.ticks_diff = time.ticks_diff
        self.ticks_add = time.ticks_add


def no_led(on: "Any") -> None:
    """A board without a LED, or before it has one."""


class ScanTimer:
    """Runs the scan from a timer through the VM's scheduler, whatever the main thread does."""

    def __init__(self, number: int):
        self.number = number
        self.timer = None
        self.app: "Any" = None
        self.turns = 0
        self.ticks = 0
        self.beat = 0
        self.led: "Any" = no_led
        self.word = 0  # scans left of an answer to a remote
        self.good = True
        self.link_timer: "Any" = None
        self.seen = -1
        self.turn_ref = self.turn  # bound once: binding in the scan would allocate
        self.fire_ref = self.fire

    def start(self, period_ms: int, callback: "Callable") -> None:
        """From now on `callback` every period."""
        self.callback = callback
        self.timer = Timer(self.number, period=period_ms, mode=Timer.PERIODIC, callback=self.fire_ref)

    def after(self, ms: int, callback: "Callable[[], None]") -> None:
        """In the safe state, where nothing scans: `callback` after so long, through the VM's scheduler."""
        self.timer = Timer(self.number, period=ms, mode=Timer.PERIODIC, callback=lambda timer: callback())

    def fire(self, timer: "Any") -> None:
        """One tick. With nobody in the main thread (a person holds the REPL) it gives housekeeping a turn."""
        self.callback(timer)
        app = self.app
        if app is None:
            return
        # A heartbeat: slow when all is well, quick with an alarm, a short flash in service mode.
        beat = self.beat + 1
        self.beat = 0 if beat >= 20 else beat
        if self.word:
            self.word -= 1
            self.led(self.good or self.word % 3 == 0)
        else:
            state = app.heartbeat()  # 0 all is well, 1 an alarm, 2 service mode
            self.led(beat < 10 if state == 0 else beat % 4 < 2 if state == 1 else beat < 2)
        if app.turns != self.turns:
            self.turns = app.turns
            self.ticks = 0
            return
        self.ticks += 1
        if self.ticks >= UNATTENDED_TICKS and self.ticks % 5 == 0:
            micropython.schedule(self.turn_ref, 0)

    def turn(self, _argument) -> None:
        """A turn of the main thread's work, in its stead."""
        self.app.poll()
        self.turns = self.app.turns

    def serve_links(self) -> None:
        """From here on a line is not kept waiting by housekeeping, or by somebody who holds the prompt."""
        if self.link_timer is None and self.app.has_links():
            self.link_timer = Timer(self.number + 1 if self.number >= 0 else -1, period=LINK_MS, mode=Timer.PERIODIC,
                                    callback=self.link_turn)

    def link_turn(self, _timer) -> None:
        """Between two bytecodes of whatever the main thread does: the links, unless it has just seen to them itself."""
        app = self.app
        if app.turns == self.seen:
            app.poll_links(time.ticks_ms())
        self.seen = app.turns

    def answer(self, good: bool) -> None:
        """The LED's word to somebody with a remote."""
        self.good = good
        self.word = ANSWER_TICKS


class Watchdog:
    """The chip's watchdog; `start` cannot be undone until the chip is reset."""

    def __init__(self):
        self.feed = self.rest

    def rest(self) -> None:
        """Before the start there is nothing to feed."""

    def start(self) -> None:
        """5 s: a scan that hangs longer resets the chip."""
        from machine import WDT
        self.feed = WDT(timeout=WATCHDOG_MS).feed
