"""What all boards with a real chip share: terminals by name, the scan's timer, the console.

A board.py hands over its pin table, rows of (function, GPIO number, kind); see boards/README.md.
"""

import os
import select
import sys
import time

import micropython
from machine import PWM, RTC, Pin, Timer, reset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OUTPUTS = ("relay", "pwm", "drive", "led")  # kinds that safe() switches off
PWM_HZ = 1000  # smoothed to 0..10 V behind the pin; carries no information
TICKS_MASK = 0x3FFFFFFF
METERS = ("lift", "return")
MINUTES_A_WEEK = 10080
UNATTENDED_TICKS = 20  # scans without a turn of the main thread, then the timer gives it one
WATCHDOG_MS = 5000
BUTTON_S = 5  # held so long, the service button begins or ends service mode
SOFT_MS = 4000  # a Pico takes 1.1 s from its reset to here


def safe(pins) -> None:
    """Every output of a pin table to its inactive level, which is low on every board."""
    for _, number, kind in pins:
        if kind in OUTPUTS:
            Pin(number, Pin.OUT, value=0)


class Contact:
    """A contact to ground, with the pin's pull-up: closed reads low."""

    def __init__(self, number: int, pull):
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


class WeekClock:
    """Minute of the week from the chip's ticks; asking for it allocates nothing."""

    def __init__(self):
        self.minute = -1
        self.ms = 0
        self.last_ms = 0
        year, _, _, weekday, hour, minute, second, _ = RTC().datetime()
        if year >= 2026:  # a clock that nobody set stands in the past
            self.set(weekday * 1440 + hour * 60 + minute, second)

    def set(self, minute: int, second: int = 0) -> None:
        """Monday 00:00 is 0; 0 to 10,079."""
        self.minute = minute
        self.ms = second * 1000
        self.last_ms = time.ticks_ms()

    def now(self) -> int:
        """-1 while nobody has set it. Asked at least once a week."""
        if self.minute < 0:
            return -1
        now = time.ticks_ms()
        self.ms += time.ticks_diff(now, self.last_ms)
        self.last_ms = now
        while self.ms >= 60000:
            self.ms -= 60000
            self.minute += 1
            if self.minute == MINUTES_A_WEEK:
                self.minute = 0
        return self.minute


class Clock:
    """The chip's clock, on a ring of 2^30."""

    def __init__(self):
        self.ticks_ms = time.ticks_ms
        self.ticks_us = time.ticks_us
        self.stopwatch_us = time.ticks_us
        self.ticks_diff = time.ticks_diff
        self.ticks_add = time.ticks_add


def no_led(on) -> None:
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
        self.turn_ref = self.turn  # bound once: binding in the scan would allocate
        self.fire_ref = self.fire

    def start(self, period_ms: int, callback) -> None:
        """From now on `callback` every period."""
        self.callback = callback
        self.timer = Timer(self.number, period=period_ms, mode=Timer.PERIODIC, callback=self.fire_ref)

    def fire(self, timer) -> None:
        """One tick. With nobody in the main thread (a person holds the REPL) it gives housekeeping a turn."""
        self.callback(timer)
        app = self.app
        if app is None:
            return
        # A heartbeat: slow when all is well, quick with an alarm, a short flash in service mode.
        beat = self.beat + 1
        self.beat = 0 if beat >= 20 else beat
        p = app.node.p
        self.led(beat < 2 if p.service else beat % 4 < 2 if p.alarm else beat < 10)
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


class Board:
    """Terminals by name. A chip's own module adds `analog_in`, `new_pulse_in`, `new_onewire`, `power_on` and `kept`."""

    CONFIG_PATH = "config.json"
    SETTINGS_PATH = "settings.json"
    LEDGER_PATH = "ledger.json"
    SERVICE_PATH = "service.txt"
    JOURNAL_PATH = "journal.txt"
    TIMER = -1
    kept: "Any"  # the chip's module brings it

    def __init__(self, name: str, pins, inputs_only=()):
        """inputs_only: GPIOs whose pull-up stands outside."""
        self.name = name
        self.pins = pins
        self.by_name = {row[0]: row for row in pins}
        self.aux_contacts = True
        self.speeds = {}
        self.clock = Clock()
        self.watchdog = Watchdog()
        self.timer = ScanTimer(self.TIMER)
        self.week = WeekClock()
        self.week_minute = self.week.now
        self.inputs_only = inputs_only
        self.pulses = {}
        self.bus = None
        self.button = None
        self.pressed_s = 0
        for name, number, kind in pins:
            if kind == "led":
                self.timer.led = Pin(number, Pin.OUT, value=0).value
            if name == "button":
                self.button = Contact(number, self.pull(number))
            elif kind == "contact":
                Pin(number, Pin.IN, self.pull(number))  # pyright: ignore[reportArgumentType]

    def safe(self) -> None:
        """Every output off."""
        safe(self.pins)

    def configure(self, cfg):
        """Take what the config says of the wiring; returns what it asks for and this board has not."""
        self.aux_contacts = cfg.node.aux_contacts != 0
        missing = []
        for what, needed in wanted(cfg):
            if needed and what not in self.by_name:
                missing.append("board %s has no terminal %s" % (self.name, what))
        return missing

    def number(self, name: str, kind: str) -> int:
        """GPIO of a terminal; -1 when there is none of that name and kind."""
        row = self.by_name.get(name)
        return row[1] if row is not None and row[2] == kind else -1

    def pull(self, number: int):
        """The pull-up of an input, None where it stands outside."""
        return None if number in self.inputs_only else Pin.PULL_UP

    def pulse_in(self, name: str):
        """Flow meter by name."""
        meter = self.pulses[name] = self.new_pulse_in(name, self.number(name, "pulse"))
        return meter

    def onewire(self):
        """The 1-Wire bus."""
        if self.bus is None:
            self.bus = self.new_onewire(self.number("onewire", "onewire"))
        return self.bus

    def search_onewire(self):
        """ROMs on the bus, as hex."""
        return self.onewire().search()

    def analog_in(self, name: str) -> "Any":
        """Analog input by name; the chip's module brings it, and the two below."""
        raise NotImplementedError

    def new_pulse_in(self, name: str, number: int) -> "Any":
        """A flow meter's counter."""
        raise NotImplementedError

    def new_onewire(self, number: int) -> "Any":
        """The 1-Wire bus."""
        raise NotImplementedError

    def digital_out(self, name: str):
        """Relay by name."""
        number = self.number(name, "relay")
        return NoOut() if number < 0 else RelayOut(number)

    def digital_in(self, name: str):
        """A contact; the feedback of a relay is called as the relay and its terminal `aux_...`."""
        number = self.number(name, "contact")
        if number < 0 and self.aux_contacts:
            number = self.number("aux_" + name, "contact")
        return None if number < 0 else Contact(number, self.pull(number))

    def analog_out(self, name: str):
        """0 to 10 V output by name."""
        number = self.number(name, "pwm")
        if number < 0:
            return NoOut()
        out = self.speeds[name] = PwmOut(number)
        return out

    def io(self):
        """(terminal, GPIO, kind, level now) of every terminal."""
        return [(name, number, kind, self.level(name, number, kind)) for name, number, kind in self.pins]

    def level(self, name: str, number: int, kind: str) -> str:
        """One terminal's level, for a person."""
        if kind == "adc":
            uv = self.analog_in(name).read_uv()
            return "%d.%03d V" % (uv // 1000000, uv // 1000 % 1000)
        if kind == "pulse":
            return "%d pulses" % self.pulses[name].count() if name in self.pulses else "not used"
        if kind in ("relay", "drive", "led"):
            return "on" if Pin(number).value() else "off"
        if kind == "contact":
            return "open" if Pin(number).value() else "closed"
        if kind == "pwm":
            out = self.speeds.get(name)
            return "not used" if out is None else "%d.%d %%" % (out.pm // 10, out.pm % 10)
        return "high" if Pin(number).value() else "low"

    def entropy(self) -> int:
        """A random number from 0 to 65,535."""
        noise = os.urandom(2)
        return noise[0] << 8 | noise[1]

    def deaf(self) -> None:
        """From here to the reset no Ctrl-C may cut in."""
        micropython.kbd_intr(-1)

    def reset(self) -> None:
        """Restart the chip."""
        self.safe()
        reset()

    def soft_reset(self) -> bool:
        """Whether the chip itself went on running: its clock stands far from zero."""
        return time.ticks_ms() > SOFT_MS  # pyright: ignore[reportOperatorIssue]

    def service_s(self) -> int:
        """How long service mode may last, in seconds; 0 when it was not asked for."""
        try:
            with open(self.SERVICE_PATH) as f:
                return int(f.read())
        except (OSError, ValueError):
            return 0

    def leave_service(self) -> None:
        """Back to work, by a reset."""
        try:
            os.remove(self.SERVICE_PATH)
        except OSError:
            pass  # gone already: all the better
        self.kept.set(2, 3)  # recovery.WHY, recovery.SERVICE
        self.reset()

    def say(self, text: str) -> None:
        """A line for the person at the console."""
        print(text)

    def event(self, event) -> None:
        """Events go to the journal; the console stays free for the person."""

    def telemetry(self, points) -> None:
        """Once a second. Nobody listens (`wellhearth diag` asks), but somebody may hold the service button."""
        app = self.timer.app
        if self.button is None or app is None:
            return
        self.pressed_s = self.pressed_s + 1 if self.button.get() else 0
        if self.pressed_s == BUTTON_S:
            if app.service is None:
                app.enter_service()
            else:
                self.leave_service()

    def serve(self, app, retry_s: int = 0) -> None:
        """The main thread's loop, until a key is pressed; then the prompt, and the scan goes on.

        app None: the safe state. retry_s: then reset after so long without a key.
        """
        # Ctrl-C would end this loop in the middle of anything; as a key it ends it between two turns.
        micropython.kbd_intr(-1)
        self.timer.app = app
        keys = select.poll()
        keys.register(sys.stdin, select.POLLIN)
        begin = time.ticks_ms()
        while not keys.poll(20):
            if app is not None:
                app.poll()
            elif retry_s and time.ticks_diff(time.ticks_ms(), begin) > retry_s * 1000:
                self.reset()
        sys.stdin.read(1)
        self.say("REPL. %s  Type: from wellhearth import diag; diag.help()"
                 % ("The control goes on." if app is not None else "All outputs are off."))


def wanted(cfg):
    """(terminal, whether this config needs it) of everything that not every board has."""
    rooms = [("room%d_compressor" % (i + 1), True) for i in range(len(cfg.rooms))]
    speeds = [("room%d_compressor_speed" % (i + 1), room.compressor == "variable") for i, room in enumerate(cfg.rooms)]
    stacked = cfg.well2 is not None
    return rooms + speeds + [
        ("well_pump2", stacked), ("reinjection2", stacked), ("lift2", stacked),
        ("loop_pump", cfg.loop is not None), ("loop_flow", cfg.loop is not None),
        ("loop_pressure", cfg.loop is not None),
        ("return", cfg.well.return_pulses_per_m3 > 0), ("well_drive_ok", cfg.well.drive_fault_input > 0),
        ("current", cfg.well.current_range_ma > 0), ("level", cfg.well.level_range_kpa > 0)]
