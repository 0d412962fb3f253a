"""The clock chip's part of app/clock.py: loaded only where the config has `node.rtc`. It belongs to the main thread."""

from ..control import calendar, wall
from ..drivers import ds3231
from .clock import EARLIEST_DAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import I2c
    from .clock import Clock

ASK_S = 3600
RETRY_S = 10  # where the chip has failed


class ChipClock:
    """clock: the clock.Clock that goes by it. fault: why the chip gives no time, "" when it does. owed: it has to be set."""

    def __init__(self, clock: "Clock", i2c: "I2c"):
        self.clock = clock
        self.chip = ds3231.Ds3231(i2c)
        self.fault = ""
        self.owed = False
        self.asked_s = 0
        self.consult()

    def each_second(self, known: bool) -> None:
        """Set it when that is due (known: there is a time to set it to), ask it when that is."""
        self.asked_s += 1
        if self.owed and known:
            self.store()
        elif self.asked_s >= ASK_S or (self.fault and self.asked_s >= RETRY_S):
            self.consult()

    def consult(self) -> None:
        """Ask it. What it says counts; a chip that lost its time is set again from a clock that somebody has set."""
        clock = self.clock
        self.asked_s = 0
        try:
            year, month, dom, second = self.chip.read()
            day = calendar.day_of(year, month, dom)
            if day < EARLIEST_DAY:
                raise ValueError("it shows %d-%d-%d" % (year, month, dom))
        except OSError as e:
            self.failed("does not answer (%s)" % e)
            return
        except ValueError as e:
            self.failed("has no time: %s" % e)
            self.owed = clock.quality >= wall.BUS
            return
        self.fault = ""
        clock.take(wall.RTC, day, second, clock.node.p.uptime_s)

    def store(self) -> None:
        """The clock's time into the chip; read back, it is what the clock goes by."""
        self.owed = False
        now = self.clock.wall
        year, month, dom = calendar.civil(now.day)
        try:
            self.chip.write(year, month, dom, calendar.weekday(now.day), now.ms // 1000)
        except OSError as e:
            self.failed("does not answer (%s)" % e)
            return
        self.consult()

    def failed(self, why: str) -> None:
        """It gives no time: said once, tried again soon."""
        fault = "the DS3231 " + why
        if fault != self.fault:
            self.clock.note(self.clock.node.p.uptime_s, "clock: " + fault)
        self.fault = fault
