"""Software in the loop: a board whose pins end in a simulator, over two pipes.

The frames are described in boards/sitl/PROTOCOL.md. Time is virtual: it is what the last
TICK frame said, so the simulator exactly controls the ticks.
"""

import array
import os
import sys
import time

import micropython
import uctypes

PROTOCOL = 3
CONFIG_PATH = "config.json"
SETTINGS_PATH = "settings.json"
LEDGER_PATH = "ledger.json"
MAX_ROOMS = 8

TICK, COMMAND, QUIT, LINK, LIGHT = 1, 2, 3, 4, 5
OUT_TICK, OUT_TELEMETRY, OUT_TEXT, OUT_EVENT, OUT_REPLY, OUT_LINK = 1, 2, 3, 4, 5, 6

IN_WORDS = 32
OUT_WORDS = 29
LINK_FRAMES = 48  # lengths of frames in one LINK, two to a word
TICKS_MASK = 0x3FFFFFFF
RESET_STATUS = 3  # exit status that means: the chip was reset, start me again

_in = array.array("i", [0] * IN_WORDS)
_out = array.array("i", [0] * OUT_WORDS)


RELAYS = {"master": 0, "well_pump": 1, "well_pump2": 26, "loop_pump": 27}
CONTACTS = ("well_drive_ok", "well2_drive_ok", "loop_flow", "button", "well_motor_ok", "well2_motor_ok", "well_strainer_ok",
            "well2_strainer_ok")
ROOM_CONTACTS = ("condensate_ok", "protection_ok")  # of room N: bits 6 + 2N and 7 + 2N behind them
ANALOG = {"reinjection": 5, "current": 24, "level": 25, "reinjection2": 26, "current2": 27, "level2": 28,
          "loop_pressure": 29}

# Faults that the simulator sets with COMMAND `sitl.<name>=<value>`
ADC_FAILS, WATCHDOG_DEAF = 0, 1
FAULTS = ("adc_fails", "watchdog_deaf")
_faults = array.array("i", [0] * len(FAULTS))


def safe() -> None:
    """Every output off."""
    _out[2] = 0
    for i in range(4, 21):
        _out[i] = 0
    _out[26] = 0


def reset() -> None:
    """What machine.reset() does: this process ends, the simulator starts it again."""
    sys.exit(RESET_STATUS)


def digital_bit(name: str) -> int:
    """Bit of a relay or of its feedback: RELAYS, roomN_compressor, roomN_pump, roomN_reversing."""
    if name in RELAYS:
        return RELAYS[name]
    room, _, what = name.partition("_")
    if what == "reversing":
        return 17 + int(room[4:])
    return 2 * int(room[4:]) + ("compressor", "pump").index(what)


def analog_word(name: str) -> int:
    """Word of an analog output: well_pump_speed, well_pump2_speed, roomN_fan, roomN_compressor_speed."""
    if name == "well_pump_speed":
        return 4
    if name == "well_pump2_speed":
        return 26
    room, _, what = name.partition("_")
    return 3 + 2 * int(room[4:]) + ("fan", "compressor_speed").index(what)


class DigitalOut:
    """A relay coil."""

    def __init__(self, bit: int):
        self.mask = 1 << bit

    def set(self, on: bool) -> None:
        """Energise or release."""
        if on:
            _out[2] |= self.mask
        else:
            _out[2] &= ~self.mask


def switch_bit(name: str) -> int:
    """Bit of a safety switch in word 6: roomN_high_ok, roomN_low_ok."""
    room, _, what = name.partition("_")
    return 2 * int(room[4:]) + ("high_ok", "low_ok").index(what)


class DigitalIn:
    """A contact: word 4 holds relay feedback, word 6 safety switches, word 8 what else there is."""

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
        self.tx = uctypes.bytearray_at(uctypes.addressof(_out) + 22 * 4, 12)
        self.rx = uctypes.bytearray_at(uctypes.addressof(_in) + 18 * 4, 9)

    def post(self, tx, n: int) -> None:
        """Reset pulse, write `tx` (up to 12 bytes), read `n` bytes (up to 9)."""
        self.tx[0:len(tx)] = tx
        _out[21] = len(tx) | n << 8

    def collect(self, rx) -> int:
        """-1: nothing yet; 0: answered, `rx` filled; 1: no presence; 2: bus held low."""
        status = _in[17]
        if status == 0:
            rx[0:9] = self.rx
        return status


class Clock:
    """Virtual time; ticks wrap at 2^30 as on the boards."""

    def ticks_ms(self) -> int:
        """Milliseconds."""
        return _in[2]

    def ticks_us(self) -> int:
        """Microseconds."""
        return _in[3]

    def ticks_diff(self, a: int, b: int) -> int:
        """Signed a - b on the ring."""
        return ((a - b + 0x20000000) & TICKS_MASK) - 0x20000000

    def ticks_add(self, a: int, d: int) -> int:
        """a + d on the ring."""
        return (a + d) & TICKS_MASK

    def stopwatch_us(self) -> int:
        """Real time, for the scan's own duration only."""
        return time.ticks_us() & TICKS_MASK  # pyright: ignore[reportOperatorIssue]


class Watchdog:
    """Counts its feedings; the simulator resets a board that stops feeding."""

    def start(self) -> None:
        """The simulator's watchdog always runs."""

    def feed(self) -> None:
        """Fed at the end of a complete scan, and nowhere else."""
        if _faults[WATCHDOG_DEAF]:
            return
        _out[3] = (_out[3] + 1) & TICKS_MASK


def idle(_timer) -> None:
    """What a timer calls before it is started."""


class Timer:
    """Calls back at every TICK frame, with the heap locked: a scan that allocates fails."""

    def __init__(self):
        self.callback = idle
        self.firing = False

    def start(self, period_ms: int, callback) -> None:
        """The simulator ticks at the period of the config."""
        self.callback = callback

    def fire(self) -> None:
        """One tick."""
        self.firing = True
        micropython.heap_lock()
        try:
            self.callback(self)
        finally:
            micropython.heap_unlock()
            self.firing = False


class Serial:
    """A UART whose line is a pseudo-terminal; the simulator says where the frames in it end."""

    def __init__(self, name: str, baud: int, parity: str):
        self.char_us = 11_000_000 // baud
        self.pty = open(descriptor_path(name), "r+b")
        self.lengths = []
        self.written = 0

    def receive(self, into) -> int:
        """The next whole frame; 0 when there is none."""
        if not self.lengths:
            return 0
        n = self.lengths.pop(0)
        kept = min(n, len(into))
        got = 0
        while got < kept:
            got += self.pty.readinto(memoryview(into)[got:kept]) or 0
        while got < n:  # longer than any frame: noise
            got += len(self.pty.read(n - got) or b"")
        return kept if n == kept else 0

    def send(self, frame, n: int) -> None:
        """Onto the line."""
        self.pty.write(memoryview(frame)[:n])
        self.written += n

    def sending(self) -> bool:
        """The simulator sends it in no time of ours."""
        return False


class Receiver:
    """The infra-red receiver: LIGHT frames bring marks and spaces."""

    def __init__(self):
        self.times = []

    def get(self) -> int:
        """us of a mark (positive) or space (negative); 0 when there is no more."""
        return self.times.pop(0) if self.times else 0


def descriptor_path(name: str) -> str:
    """Path of a line's pseudo-terminal from the environment."""
    value = os.getenv("WELLHEARTH_" + name.upper())
    if not value:
        raise ValueError("the simulator gave no line for " + name)
    return value


class Kept:
    """Small ints that outlive a reset, but not a power cut: a reset leaves them in a file for the next boot."""

    PATH = "kept.json"

    def __init__(self):
        self.values = array.array("i", [0] * 4)
        self.by_reset = False
        try:
            with open(self.PATH) as f:
                for i, word in enumerate(f.read().split()):
                    self.values[i] = int(word)
            os.unlink(self.PATH)
            self.by_reset = True
        except OSError:
            pass

    def get(self, i: int) -> int:
        """0 after a power cut."""
        return self.values[i]

    def set(self, i: int, value: int) -> None:
        """Store a small int; allocates nothing."""
        self.values[i] = value

    def save(self) -> None:
        """What a reset does not lose."""
        with open(self.PATH, "w") as f:
            f.write(" ".join([str(value) for value in self.values]))


class StartArea:
    """What is erased flash on a chip: a small file, written in place."""

    PATH = "starts.log"
    size = 2048
    ready = True

    def __init__(self):
        self.gone = False
        try:
            with open(self.PATH, "rb"):
                pass
        except OSError:
            self.gone = True
            self.erase()

    def read(self, offset: int, n: int) -> bytes:
        """`n` bytes."""
        with open(self.PATH, "rb") as f:
            f.seek(offset)
            return f.read(n)

    def program(self, offset: int, data) -> None:
        """Into erased space."""
        with open(self.PATH, "r+b") as f:
            f.seek(offset)
            f.write(data)

    def erase(self) -> None:
        """All of it to 0xFF."""
        with open(self.PATH, "wb") as f:
            f.write(b"\xff" * self.size)


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
    SERVICE_PATH = "service.txt"
    HEAP = None  # its timer locks the heap, and with it all of the scan

    def __init__(self):
        self.fin = open(descriptor("WELLHEARTH_IN"), "rb")
        self.fout = open(descriptor("WELLHEARTH_OUT"), "wb")
        self.random = int(os.getenv("WELLHEARTH_SEED") or "1") & TICKS_MASK
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
        _in[17] = -1
        _out[0] = OUT_TICK | OUT_WORDS << 8
        self.say("wellhearth sitl protocol %d" % PROTOCOL)

    def digital_out(self, name: str) -> DigitalOut:
        """Relay by name."""
        return DigitalOut(digital_bit(name))

    def digital_in(self, name: str) -> DigitalIn:
        """Feedback of the relay of that name, a normally closed safety switch (`roomN_.._ok`), or one of CONTACTS."""
        if name in CONTACTS:
            return DigitalIn(8, CONTACTS.index(name))
        room, _, what = name.partition("_")
        if what in ROOM_CONTACTS:
            return DigitalIn(8, 6 + 2 * int(room[4:]) + ROOM_CONTACTS.index(what))
        if name.endswith("_ok"):
            return DigitalIn(6, switch_bit(name))
        return DigitalIn(4, digital_bit(name))

    def analog_out(self, name: str) -> AnalogOut:
        """0 to 10 V output by name."""
        return AnalogOut(analog_word(name))

    def analog_in(self, name: str) -> AnalogIn:
        """Analog input by name."""
        return AnalogIn(ANALOG[name])

    def pulse_in(self, name: str) -> PulseIn:
        """Flow meter by name: lift, return, lift2, return2."""
        return PulseIn(9 + 2 * ("lift", "return", "lift2", "return2").index(name))

    def week_minute(self) -> int:
        """Minute of the week (Monday 00:00 = 0), -1 when the clock is not set."""
        return _in[7] - 1

    def serial(self, name: str, baud: int, parity: str) -> Serial:
        """The line `bus` or `bms`."""
        line = self.lines[name] = Serial(name, baud, parity)
        return line

    def ir_in(self) -> Receiver:
        """The infra-red receiver."""
        self.light = Receiver()
        return self.light

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
        return [(name, bit, "relay", "on" if _out[2] >> bit & 1 else "off") for name, bit in RELAYS.items()]

    def search_onewire(self):
        """The simulator's bus is not searched."""
        return []

    def configure(self, cfg):
        """This board has every terminal that a config can ask for."""
        return []

    # -- the main thread's channel to the simulator --

    def send(self, kind: int, body) -> None:
        """A frame that is not a tick: header word, then the body, padded to whole words."""
        pad = -len(body) % 4
        head = array.array("i", [kind | (1 + (len(body) + pad) // 4) << 8])
        self.fout.write(bytes(head) + bytes(body) + bytes(pad))

    def say(self, text: str) -> None:
        """A line for the person at the console."""
        self.send(OUT_TEXT, text.encode())

    def event(self, event) -> None:
        """One event of the ring."""
        self.send(OUT_EVENT, bytes(array.array("i", event)))

    def telemetry(self, points) -> None:
        """Every point, once a second, in table order."""
        if self.values is None:
            n = points.count()
            self.values = array.array("i", [0] * (n + 1))
            self.values[0] = OUT_TELEMETRY | (n + 1) << 8
            self.view = memoryview(self.values)[1:]
        points.snapshot(self.view)
        self.fout.write(self.values)

    def command(self, app) -> None:
        """`path=value` from the simulator; the answer is the refusal, or nothing."""
        raw = bytes(uctypes.bytearray_at(uctypes.addressof(_in) + 8, 4 * (IN_WORDS - 2)))
        path, _, value = raw.rstrip(b"\0").decode().partition("=")
        self.send(OUT_REPLY, self.obey(app, path, value).encode())

    def obey(self, app, path: str, value: str) -> str:
        """Carry out one command; returns why not, or ""."""
        try:
            number = int(value)
        except ValueError:
            return "%s takes a whole number, got %s" % (path, value)
        if path.startswith("sitl.") and path[5:] in FAULTS:
            _faults[FAULTS.index(path[5:])] = number
            return ""
        if app is None:
            return "the node is in its safe state"
        return app.write(path, number)

    def hear(self) -> None:
        """Lengths of up to 12 frames that wait on the bus, a byte each from word 21."""
        line = self.lines.get("bus")
        if line is not None:
            for length in uctypes.bytearray_at(uctypes.addressof(_in) + 21 * 4, 12):
                if length:
                    line.lengths.append(length)

    def account(self) -> None:
        """Into the answer: bytes written on both lines, and ms until the links want a turn."""
        bus = self.lines.get("bus")
        bms = self.lines.get("bms")
        _out[27] = (bus.written if bus else 0) | (bms.written if bms else 0) << 16
        _out[28] = self.wish_ms
        for line in self.lines.values():
            line.written = 0

    def link(self, app, kind: int) -> None:
        """A turn of the links between two scans: whole frames came, a wish came due, or somebody pressed a key."""
        halves = uctypes.bytearray_at(uctypes.addressof(_in) + 16, 4 * (IN_WORDS - 4))
        for i in range(0, 2 * LINK_FRAMES, 2):
            value = halves[i] | halves[i + 1] << 8
            if not value:
                break
            if kind == LIGHT:
                if self.light is not None:
                    self.light.times.append(value - 0x10000 if value & 0x8000 else value)
            elif app is not None:  # a board that rests has opened no line
                self.lines["bms" if value & 0x8000 else "bus"].lengths.append(value & 0x7FFF)
        if app is not None:
            self.wish_ms = app.poll()
        self.account()
        self.fout.write(array.array("i", [OUT_LINK | 3 << 8, _out[27], _out[28]]))

    def serve(self, app, retry_s: int = 0) -> None:
        """The main thread: wait for frames until the simulator closes the pipe."""
        self.app = app
        fin = self.fin
        while fin.readinto(_in) == IN_WORDS * 4 and self.turn(app):
            pass

    def turn(self, app) -> bool:
        """Obey the frame that has come; False when it was QUIT."""
        kind = _in[0]
        if kind == TICK:
            clock = self.clock
            begin = clock.stopwatch_us()
            _out[21] = 0
            if app is not None:
                self.timer.fire()
            _out[1] = _in[1]
            _out[25] = (clock.stopwatch_us() - begin) & TICKS_MASK
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
