"""Software in the loop: a board whose pins end in a simulator, over two pipes.

The frames are described in boards/sitl/PROTOCOL.md, their numbers stand in frames.py. Time is virtual: it is what the last
TICK frame said, so the simulator exactly controls the ticks.
"""

import array
import os
import sys

import frames
import micropython
import uctypes
from clocks import Clock, Timer, Watchdog
from frames import COMMAND, IN_WORDS, LIGHT, LINK, OUT_ONEWIRE, OUT_SCAN_US, OUT_SEQUENCE, OUT_WISH_MS, OUT_WRITTEN, TICK
from pins import AnalogIn, AnalogOut, ClockChip, DigitalIn, DigitalOut, OneWire, PulseIn, _faults, _in, _out, safe
from ports import Radio, Receiver, Serial
from stores import Kept, StartArea

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from wellhearth.hardware import Buffer, Served
    from wellhearth.tables.points import Points
    from wellhearth.tables.section import Config

CONFIG_PATH = "config.json"
SETTINGS_PATH = "settings.json"
LEDGER_PATH = "ledger.json"
MAX_ROOMS = 8


def reset() -> None:
    """What machine.reset() does: this process ends, the simulator starts it again."""
    sys.exit(frames.RESET_STATUS)


def guard() -> None:
    """What would reset a firmware on trial that hangs: here the simulator sees it."""


def descriptor(name: str) -> int:
    """A pipe's descriptor from the environment; ValueError without a simulator around it."""
    value = os.getenv(name)
    if not value:
        raise ValueError("the sitl board is started by the simulator (make sim): no " + name)
    return int(value)


class Board:
    """What the firmware is handed; see boards/README.md."""

    CONFIG_PATH = CONFIG_PATH
    SETTINGS_PATH = SETTINGS_PATH
    LEDGER_PATH = LEDGER_PATH
    JOURNAL_PATH = "journal.txt"
    SECRET_PATH = "secret.json"
    SERVICE_PATH = "service.txt"
    HEAP = None  # its timer locks the heap, and with it all of the scan

    def __init__(self):
        self.fin = open(descriptor("WELLHEARTH_IN"), "rb")
        self.fout = open(descriptor("WELLHEARTH_OUT"), "wb")
        self.random = int(os.getenv("WELLHEARTH_SEED") or "1") & frames.TICKS_MASK
        self.clock = Clock()
        self.watchdog = Watchdog()
        self.timer = Timer()
        self.values = None
        self.app = None
        self.button = self.digital_in("button")
        self.kept = Kept()
        self.safe = safe
        self.lines = {}
        self.light = None
        self.wish_ms = 1000
        _in[frames.IN_ONEWIRE] = -1
        _out[0] = frames.OUT_TICK | frames.OUT_WORDS << 8
        self.say("wellhearth sitl protocol %d" % frames.PROTOCOL)

    def digital_out(self, name: str) -> DigitalOut:
        """Relay by name."""
        return DigitalOut(frames.relay_bit(name))

    def digital_in(self, name: str) -> DigitalIn:
        """Feedback of the relay of that name, a normally closed safety switch (`roomN_.._ok`), or another contact."""
        bit = frames.contact_bit(name)
        if bit >= 0:
            return DigitalIn(frames.IN_CONTACTS, bit)
        if name.endswith("_ok"):
            return DigitalIn(frames.IN_SWITCHES, frames.switch_bit(name))
        return DigitalIn(frames.IN_FEEDBACK, frames.relay_bit(name))

    def analog_out(self, name: str) -> AnalogOut:
        """0 to 10 V output by name."""
        return AnalogOut(frames.analog_word(name))

    def analog_in(self, name: str) -> AnalogIn:
        """Analog input by name."""
        return AnalogIn(frames.ANALOG[name])

    def pulse_in(self, name: str) -> PulseIn:
        """Flow meter by name: lift, return, lift2, return2; S0 pulses come in the words of return2."""
        name = "return2" if name == "s0" else name
        return PulseIn(frames.IN_COUNTERS + 2 * frames.COUNTERS.index(name))

    def utc(self) -> int:
        """What a host says of the time: seconds since 2026-01-01 UTC, -1 nothing, -2: the clock is to be forgotten."""
        return _in[frames.IN_UTC] - 1

    def i2c(self) -> ClockChip:
        """The I2C bus with the clock chip."""
        return ClockChip(self.send)

    def serial(self, name: str, baud: int, parity: str) -> Serial:
        """The line `bus` or `bms`."""
        line = self.lines[name] = Serial(name, baud, parity)
        return line

    def ir_in(self) -> Receiver:
        """The infra-red receiver."""
        self.light = Receiver()
        return self.light

    def radio(self, _ssid: str, _key: str) -> Radio:
        """The network of the host."""
        return Radio()

    def answer(self, good: bool) -> None:
        """The beeper: a key of the remote was obeyed, or not."""
        self.say("beep: " + ("done" if good else "refused"))

    def start_area(self) -> StartArea:
        """Erased space for starts (storage/startlog.py)."""
        return StartArea()

    def onewire(self) -> OneWire:
        """The 1-Wire bus."""
        return OneWire()

    def entropy(self) -> int:
        """A small random number; here from the seed, so that a run can be repeated."""
        self.random = (self.random * 1103 + 12345) & 0xFFFFF
        return self.random >> 4

    def reset(self) -> None:
        """The process ends; what outlives a reset is kept."""
        if self.timer.firing:  # a scan asks for it, with the heap locked
            micropython.heap_unlock()
        self.kept.save()
        reset()

    def deaf(self) -> None:
        """No Ctrl-C reaches this process."""

    def power_on(self) -> bool:
        """Whether this boot followed a power cut."""
        return not self.kept.by_reset

    def soft_reset(self) -> bool:
        """A process knows none."""
        return False

    def io(self):
        """(terminal, word or bit, kind, level now) of what the simulator sees."""
        return [(name, bit, "relay", "on" if _out[frames.OUT_RELAYS] >> bit & 1 else "off")
                for name, bit in frames.RELAYS.items()]

    def search_onewire(self):
        """The simulator's bus is not searched."""
        return []

    def configure(self, cfg: "Config"):
        """This board has every terminal that a config can ask for, but one counter for two."""
        if cfg.electricity and cfg.electricity.source == "s0" and cfg.well2 and cfg.well2.return_pulses_per_m3:
            return ["board sitl has one terminal for s0 and return2: the config may ask for one of them"]
        return []

    # -- the main thread's channel to the simulator --

    def send(self, kind: int, body: "Buffer") -> None:
        """A frame that is not a tick: header word, then the body, padded to whole words."""
        pad = -len(body) % 4
        head = array.array("i", [kind | (1 + (len(body) + pad) // 4) << 8])
        self.fout.write(bytes(head) + bytes(body) + bytes(pad))

    def say(self, text: str) -> None:
        """A line for the person at the console."""
        self.send(frames.OUT_TEXT, text.encode())

    def event(self, event: "Sequence[int]") -> None:
        """One event of the ring."""
        self.send(frames.OUT_EVENT, bytes(array.array("i", event)))

    def telemetry(self, points: "Points") -> None:
        """Every point, once a second, in table order."""
        if self.values is None:
            n = points.count()
            self.values = array.array("i", [0] * (n + 1))
            self.values[0] = frames.OUT_TELEMETRY | (n + 1) << 8
            self.view = memoryview(self.values)[1:]
        points.snapshot(self.view)
        self.fout.write(self.values)

    def command(self, app: "Served | None") -> None:
        """`path=value` from the simulator; the answer is the refusal, or nothing."""
        raw = bytes(uctypes.bytearray_at(uctypes.addressof(_in) + 8, 4 * (IN_WORDS - 2)))
        path, _, value = raw.rstrip(b"\0").decode().partition("=")
        self.send(frames.OUT_REPLY, self.obey(app, path, value).encode())

    def obey(self, app: "Served | None", path: str, value: str) -> str:
        """Carry out one command; returns why not, or ""."""
        try:
            number = int(value)
        except ValueError:
            return "%s takes a whole number, got %s" % (path, value)
        if path.startswith("sitl.") and path[5:] in frames.FAULTS:
            _faults[frames.FAULTS.index(path[5:])] = number
            return ""
        if app is None:
            return "the node is in its safe state"
        return app.write(path, number)

    def hear(self) -> None:
        """Lengths of up to 12 frames that wait on the bus, a byte each."""
        line = self.lines.get("bus")
        if line is not None:
            for length in uctypes.bytearray_at(uctypes.addressof(_in) + frames.IN_HEARD * 4, frames.TICK_FRAMES):
                if length:
                    line.lengths.append(length)

    def account(self) -> None:
        """Into the answer: bytes written on both lines, and ms until the links want a turn."""
        bus = self.lines.get("bus")
        bms = self.lines.get("bms")
        _out[OUT_WRITTEN] = (bus.written if bus else 0) | (bms.written if bms else 0) << 16
        _out[OUT_WISH_MS] = self.wish_ms
        for line in self.lines.values():
            line.written = 0

    def link(self, app: "Served | None", kind: int) -> None:
        """A turn of the links between two scans: whole frames came, a wish came due, or somebody pressed a key."""
        halves = uctypes.bytearray_at(uctypes.addressof(_in) + 16, 4 * (IN_WORDS - 4))
        for i in range(0, 2 * frames.LINK_FRAMES, 2):
            value = halves[i] | halves[i + 1] << 8
            if not value:
                break
            if kind == LIGHT:
                if self.light is not None:
                    self.light.times.append(value - 0x10000 if value & 0x8000 else value)
            elif app is not None:  # a board that rests has opened no line
                self.lines["bms" if value & frames.BMS_LINE else "bus"].lengths.append(value & ~frames.BMS_LINE)
        if app is not None:
            self.wish_ms = app.poll()
        self.account()
        self.fout.write(array.array("i", [frames.OUT_LINK | 3 << 8, _out[OUT_WRITTEN], _out[OUT_WISH_MS]]))

    def serve(self, app: "Served | None", retry_s: int = 0) -> None:
        """The main thread: wait for frames until the simulator closes the pipe."""
        self.app = app
        fin = self.fin
        while fin.readinto(_in) == IN_WORDS * 4 and self.turn(app):
            pass

    def turn(self, app: "Served | None") -> bool:
        """Obey the frame that has come; False when it was QUIT."""
        kind = _in[0]
        if kind == TICK:
            clock = self.clock
            begin = clock.stopwatch_us()
            _out[OUT_ONEWIRE] = 0
            if app is not None:
                self.timer.fire()
            _out[OUT_SEQUENCE] = _in[1]
            _out[OUT_SCAN_US] = (clock.stopwatch_us() - begin) & frames.TICKS_MASK
            if self.lines and app is not None:  # what it sends now must be in the answer
                self.hear()
                self.wish_ms = app.poll()
                self.account()
            self.fout.write(_out)
            if app is not None and not self.lines:
                app.poll()
        elif kind == LINK or kind == LIGHT:
            self.link(app, kind)
        elif kind == COMMAND:
            self.command(app)
        else:
            return False
        return True


def open_board() -> Board:
    """The one board of this process."""
    return Board()
