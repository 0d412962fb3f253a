"""RP2040 and RP2350: pulses and 1-Wire in PIO state machines, so that neither flash nor the scan can disturb them."""

import array
import sys
import time

import hw
import hwboard
import machine
import micropython
import rp2
import rp2pio
import startarea
import uctypes
from machine import ADC, Pin, Timer

COUNTER_HZ = 16000  # 62.5 us an instruction
AGE_US = 125  # two instructions: one step of a counter's age
AGE_MAX = 8_000_000  # 1000 s; beyond, the ring of ticks_us has wrapped anyway
COUNT_MASK = 0xFFFFFF
IN_X_24 = 0x4038
IN_Y_24 = 0x4058
PUSH = 0x8000  # push(noblock)
EXCEPTION_B = 256  # what an exception in a scan has for its words and its traceback while the heap is locked

# Watchdog scratch registers 0 to 3 survive every reset but a power cut; 4 to 7 belong to the boot ROM
# (RP2040 data sheet, 4.7.4; RP2350 data sheet, 12.9.6). The chip says itself which it is: its two boards' files are alike,
# and a write to the other's address would be a fault of the bus.
SCRATCH_RP2040, SCRATCH_RP2350 = 0x4005800C, 0x400D800C
SCRATCH = SCRATCH_RP2350 if "RP2350" in getattr(sys.implementation, "_machine", "") else SCRATCH_RP2040


class PulseIn:
    """A flow meter's pulses, counted by a state machine (0 to 3): contact to ground, falling or rising alike."""

    def __init__(self, state_machine: int, number: int):
        pin = Pin(number, Pin.IN, Pin.PULL_UP)
        self.sm = rp2.StateMachine(state_machine, rp2pio.pulse_counter, freq=COUNTER_HZ, jmp_pin=pin)
        self.sm.exec("mov(x, null)")
        self.sm.exec("mov(y, null)")
        self.exec = self.sm.exec
        self.get = self.sm.get
        self.edge = 0
        self.sm.active(1)

    def count(self) -> int:
        """Pulses since power-up, modulo 2^24."""
        run = self.exec
        get = self.get
        run(IN_X_24)
        run(PUSH)
        x = get()
        run(IN_Y_24)
        run(PUSH)
        age = ~get() & COUNT_MASK
        run(IN_X_24)
        run(PUSH)
        last = get()
        if last != x:  # a pulse came in between: its age is next to nothing
            x = last
            age = 0
        if age > AGE_MAX:
            age = AGE_MAX
        self.edge = time.ticks_add(time.ticks_us(), -age * AGE_US)
        return -x & COUNT_MASK

    def edge_us(self):
        """ticks_us of the last pulse that `count` counted, to 125 us."""
        return self.edge


class AnalogIn:
    """A voltage at the terminal, behind a divider by two: 0 to 5 V become 0 to 2.5 V."""

    def __init__(self, number: int):
        self.read_u16 = ADC(Pin(number)).read_u16

    def read_uv(self) -> int:
        """Microvolts. The port has no read_uv here: 3.3 V / 65535 * 2 = 100.71 uV a step, as 25782 / 256."""
        return (self.read_u16() >> 1) * 25782 >> 7


class OneWire:
    """1-Wire master in a state machine: a transaction runs by itself between two scans."""

    def __init__(self, state_machine: int, number: int):
        self.number = number
        self.id = state_machine
        # Words for the state machine with their bytes beside them: an int beyond 2^30 would be a heap object.
        self.long, self.long_bytes = words(5)
        self.short, self.short_bytes = words(1)
        self.word, self.word_bytes = words(1)
        self.reads = -1
        self.searching = False
        self.missed = False
        self.claim()

    def claim(self) -> None:
        """Give the pin to the state machine; an answer that was on its way is lost, and told as such."""
        self.missed = self.reads >= 0
        pin = Pin(self.number, Pin.IN, Pin.PULL_UP)
        self.sm = rp2.StateMachine(self.id, rp2pio.onewire_master, freq=1_000_000, set_base=pin, in_base=pin)
        self.put = self.sm.put
        self.get = self.sm.get
        self.rx_fifo = self.sm.rx_fifo
        self.active = self.sm.active
        self.restart = self.sm.restart
        self.reads = -1

    def search(self):
        """ROMs on the bus, by the stock driver; what the scan asks meanwhile gets no answer."""
        import onewire
        self.searching = True
        self.active(0)
        try:
            found = onewire.OneWire(Pin(self.number)).scan()
        finally:
            self.claim()
            self.searching = False
        return found

    def post(self, tx: bytes, n: int) -> None:
        """Reset pulse, write `tx` (10 bytes, or 2 when nothing is read), read `n` bytes (9 or 0)."""
        if self.searching:
            self.missed = True
            return
        self.active(0)
        while self.rx_fifo():
            self.get(self.word)
        buf = self.long_bytes if n else self.short_bytes
        length = len(tx)
        buf[0] = length * 8 - 1
        i = 0
        while i < length:
            buf[i + 1] = tx[i]
            i += 1
        size = len(buf)
        i += 1
        while i < size:
            buf[i] = 0xFF
            i += 1
        self.reads = n
        self.restart()
        self.active(1)
        self.put(self.long if n else self.short)

    def collect(self, rx: bytearray) -> int:
        """-1: nothing yet; 0: answered, `rx` filled; 1: no presence; 2: bus held low."""
        n = self.reads
        if self.missed:
            self.missed = False
            return 1
        if n < 0 or self.rx_fifo() < 1 + n // 3:
            return -1
        self.reads = -1
        word = self.word
        buf = self.word_bytes
        self.get(word)
        if buf[3] & 0x80 == 0:
            return 2
        if buf[3] & 0x40:
            return 1
        i = 0
        while i < n:
            self.get(word)
            rx[i] = buf[1]
            rx[i + 1] = buf[2]
            rx[i + 2] = buf[3]
            i += 3
        return 0


def words(n: int):
    """An array of n words, and its bytes."""
    array_ = array.array("I", [0] * n)
    return array_, uctypes.bytearray_at(uctypes.addressof(array_), 4 * n)


class Release:
    """Takes an RS-485 driver off the line by a hard timer, whatever the scan is doing then.

    One timer, kept: a Timer that nobody holds is collected, and its alarm with it (MicroPython, ports/rp2/machine_timer.c,
    `__del__` is `deinit`); the driver would then hold the line for ever.
    """

    def __init__(self, pin: "Pin"):
        self.pin = pin
        self.off_ref = self.off
        self.timer = Timer(-1)

    def off(self, _timer) -> None:
        """In the interrupt."""
        self.pin(0)

    def arm(self, us: int) -> None:
        """Let go after `us`, rounded up to a millisecond."""
        self.timer.init(mode=Timer.ONE_SHOT, period=(us + 999) // 1000, callback=self.off_ref,
                        hard=True)  # pyright: ignore[reportCallIssue]  (the stubs do not know it)


class Receiver:
    """A 38 kHz infra-red receiver (low = light), its edges timed in a hard interrupt."""

    SIZE = 160  # two frames

    def __init__(self, number: int):
        self.times = array.array("h", [0] * self.SIZE)
        self.head = 0
        self.tail = 0
        self.last = time.ticks_us()
        self.pin = Pin(number, Pin.IN, Pin.PULL_UP)
        self.value = self.pin.value
        self.pin.irq(self.edge, Pin.IRQ_RISING | Pin.IRQ_FALLING, hard=True)

    def edge(self, _pin) -> None:
        """In the interrupt: how long the level before this edge lasted; allocates nothing."""
        now = time.ticks_us()
        us = time.ticks_diff(now, self.last)
        self.last = now
        if us > 32000:
            us = 32000
        head = self.head
        self.times[head] = us if self.value() else -us
        head += 1
        if head == self.SIZE:
            head = 0
        if head != self.tail:
            self.head = head

    def get(self) -> int:
        """us of a mark (positive) or space (negative); 0 when there is no more."""
        tail = self.tail
        if tail == self.head:
            return 0
        us = self.times[tail]
        tail += 1
        self.tail = 0 if tail == self.SIZE else tail
        return us


class Kept:
    """Four small ints that outlive every reset but a power cut."""

    def __init__(self):
        self.memory = machine.mem32
        # Made once: an address is beyond 2^30, and so a heap object each time it is computed.
        self.at = tuple([SCRATCH + 4 * i for i in range(4)])

    def get(self, i: int) -> int:
        """0 to 2^30 - 1; 0 after a power cut."""
        return self.memory[self.at[i]] & hw.TICKS_MASK

    def set(self, i: int, value: int) -> None:
        """Store a small int; allocates nothing."""
        self.memory[self.at[i]] = value


class Board(hwboard.Board):
    """A board with an RP2040 or RP2350. State machines: 0 and 1 count lift and return, 4 is the 1-Wire master."""

    ANALOG_IN = AnalogIn
    HEAP = micropython.heap_lock, micropython.heap_unlock

    def __init__(self, name: str, pins: tuple, instead: tuple = ()):
        super().__init__(name, pins, instead)
        micropython.alloc_emergency_exception_buf(EXCEPTION_B)
        self.kept = Kept()

    def new_pulse_in(self, name: str, number: int):
        """A flow meter on a state machine of PIO 0."""
        return PulseIn(hw.METERS.index(name), number)

    def new_onewire(self, number: int):
        """The 1-Wire bus on PIO 1."""
        return OneWire(4, number)

    def new_release(self, pin: "Pin"):
        """A hard timer."""
        return Release(pin)

    def ir_in(self):
        """The infra-red receiver."""
        return Receiver(self.number("ir", "ir"))

    def start_area(self):
        """Erased space for starts (storage/startlog.py). This flash is programmed in whole pages."""
        return startarea.StartArea(rp2.Flash(), startarea.PAGE)
