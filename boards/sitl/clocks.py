"""What measures time on the sitl board. Time is virtual: it is what the last TICK frame said."""

import time

import micropython
from frames import IN_MS, IN_US, OUT_FED, TICKS_MASK
from pins import WATCHDOG_DEAF, _faults, _in, _out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable


class Clock:
    """Virtual time; ticks wrap at 2^30 as on the boards."""

    def ticks_ms(self) -> int:
        """Milliseconds."""
        return _in[IN_MS]

    def ticks_us(self) -> int:
        """Microseconds."""
        return _in[IN_US]

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
        _out[OUT_FED] = (_out[OUT_FED] + 1) & TICKS_MASK


def idle(_timer) -> None:
    """What a timer calls before it is started."""


class Timer:
    """Calls back at every TICK frame, with the heap locked: a scan that allocates fails."""

    def __init__(self):
        self.callback = idle
        self.firing = False

    def start(self, period_ms: int, callback: "Callable") -> None:
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
