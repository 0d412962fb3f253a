"""The fixed-rate scan: read -> protect -> control -> meter -> write, its tokens and statistics.

It allocates nothing, prints nothing and blocks on nothing. The watchdog is fed in one place.
"""

from ..storage import boot_record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ..hardware import Clock, Kept, Watchdog
    from ..tables import shapes
    from .node import Node

READ = 1
PROTECT = 2
CONTROL = 4
METER = 8
WRITE = 16
ALL = 31

FAULTS_IN_A_ROW = 3  # then the board is reset
DT_MAX_MS = 1000  # a longer gap counts as this much; timers then err on the safe, late side


def nothing() -> None:
    """A board whose heap stays as it is."""


class Scan:
    """Runs a node's phases at each timer tick; deadlines are absolute, so nothing drifts.

    kept: memory that outlives a reset, `set(i, value)`.
    clock: ticks_ms(), ticks_us(), ticks_diff(a, b), ticks_add(a, b), stopwatch_us().
    reset: called after FAULTS_IN_A_ROW failed scans.
    heap: (lock, unlock) of the heap on a board whose scans run with it locked, or None.
    """

    def __init__(self, node: "Node", clock: "Clock", watchdog: "Watchdog", period_ms: int,
                 reset: "Callable[[], None]", kept: "Kept", heap: "tuple | None" = None):
        self.node = node
        self.clock = clock
        self.watchdog = watchdog
        self.reset = reset
        self.period_us = period_ms * 1000
        self.deadline_us = 0
        self.last_ms = 0
        self.started = False
        self.tokens = 0
        self.in_a_row = 0
        self.last_error = None
        self.lock, self.unlock = heap or (nothing, nothing)
        self.keep = kept.set  # bound once: binding in the scan would allocate

    def tick(self, _timer=None) -> None:
        """One scan. A failure drives every output to its safe state and is counted."""
        clock = self.clock
        begin = clock.stopwatch_us()
        now_us = clock.ticks_us()
        now_ms = clock.ticks_ms()
        p: "shapes.Node" = self.node.p
        if not self.started:
            self.started = True
            self.deadline_us = now_us
            self.last_ms = clock.ticks_add(now_ms, -(self.period_us // 1000))
        self.timing(now_us)
        dt_ms = clock.ticks_diff(now_ms, self.last_ms)
        self.last_ms = now_ms
        self.node.wall.advance(dt_ms)
        p.scan_period_ms = dt_ms if dt_ms < DT_MAX_MS else DT_MAX_MS
        if dt_ms > DT_MAX_MS:
            dt_ms = DT_MAX_MS
        self.tokens = 0
        try:
            self.locked(dt_ms, now_us)
            self.in_a_row = 0
        except KeyboardInterrupt:
            # A person's Ctrl-C landed in the scan. The outputs stand as decided one period ago; the next scan is whole.
            p.interrupted += 1
        except Exception as e:
            self.failed(e)
        self.keep(boot_record.PHASE, boot_record.RUNNING)
        self.keep(boot_record.SEEN, now_ms)
        if self.tokens == ALL:
            self.watchdog.feed()
        p.scans = (p.scans + 1) & 0x3FFFFFFF  # an int beyond is a heap object on the boards
        self.count(clock.ticks_diff(clock.stopwatch_us(), begin))

    def locked(self, dt_ms: int, now_us: int) -> None:
        """The phases, with the heap locked where the board asks for it.

        A call with more than eleven words of state takes them from the heap and gives them back (MicroPython, py/objfun.c):
        nothing is left, but each such call searches for room, 0.6 ms on an RP2040 with 170 kB in use, and a scan has
        dozens. A locked heap is not asked: the words go on the C stack.
        """
        self.lock()
        try:
            self.phases(dt_ms, now_us)
        finally:
            self.unlock()

    def phases(self, dt_ms: int, now_us: int) -> None:
        """The five phases, each leaving its token; which one runs is kept for after a reset."""
        node = self.node
        keep = self.keep
        keep(boot_record.PHASE, 1)
        node.read(dt_ms, now_us)
        self.tokens |= READ
        keep(boot_record.PHASE, 2)
        node.protect()
        self.tokens |= PROTECT
        keep(boot_record.PHASE, 3)
        node.control()
        self.tokens |= CONTROL
        keep(boot_record.PHASE, 4)
        node.meter()
        self.tokens |= METER
        keep(boot_record.PHASE, 5)
        node.write()
        self.tokens |= WRITE

    def timing(self, now_us: int) -> None:
        """Lateness against the absolute deadline; a missed deadline is counted, never repeated."""
        clock = self.clock
        p: "shapes.Node" = self.node.p
        late = clock.ticks_diff(now_us, self.deadline_us)
        if late < 0:
            late = 0
        p.late_last_us = late
        if late > p.late_max_us:
            p.late_max_us = late
        period = self.period_us
        missed = late // period
        if missed:
            p.overruns += missed
        self.deadline_us = clock.ticks_add(self.deadline_us, period * (missed + 1))

    def count(self, took_us: int) -> None:
        """Duration of this scan into the points: last, longest and a coarse histogram."""
        p: "shapes.Node" = self.node.p
        p.scan_last_us = took_us
        if took_us > p.scan_max_us:
            p.scan_max_us = took_us
        if took_us < 1000:
            p.under_1ms += 1
        elif took_us < 5000:
            p.under_5ms += 1
        elif took_us < 20000:
            p.under_20ms += 1
        elif took_us < 50000:
            p.under_50ms += 1
        else:
            p.over_50ms += 1

    def failed(self, error: Exception) -> None:
        """An exception in a scan: outputs safe, count, and reset the board at the third in a row."""
        self.last_error = error
        if isinstance(error, MemoryError):  # the house stays warm with slower scans, and the fault has been told
            self.lock = self.unlock = nothing
        self.node.safe()
        self.node.p.scan_faults += 1
        self.in_a_row += 1
        self.node.note_fault(self.in_a_row)
        if self.in_a_row >= FAULTS_IN_A_ROW:
            self.reset()
