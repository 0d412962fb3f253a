"""How many machines run, and which: by load and leaving temperature with delays, by run time, one for another that
failed.

In the manner of ASHRAE Guideline 36-2021: stages by the load on what runs, and a failsafe by temperature (5.20.4, chilled
water plants; 5.21, hot water plants); lead/lag by run time, a failed machine goes to the end of the line (5.1.15).
"""

GAIN_S = 600
GAIN_STEPS = 18  # three hours


class Staging:
    """`each_second` says which machine shall start or stop next; n: number of machines.

    In, per machine: able (may run: no protection, not out of service, rested), on (told to run), capacity_kw, run_h,
    settled (may stop: its minimum run is over). In: wanted (the buildings take heat or cold at all), load_kw, error_mk
    (what the supply lacks; negative: it has more than wanted). Out: `start`, `stop`: a machine's number, -1 none;
    `short`: every machine that is able runs and it is not enough; short_s: for so long.
    """

    def __init__(self, n: int, up_pm: int, down_pm: int, up_s: int, down_s: int, band_mk: int):
        self.n = n
        self.up_pm = up_pm
        self.down_pm = down_pm
        self.up_s = up_s
        self.down_s = down_s
        self.band_mk = band_mk
        self.able = [False] * n
        self.on = [False] * n
        self.settled = [True] * n
        self.capacity_kw = [0] * n
        self.run_h = [0] * n
        self.replace = 0  # of those that ran, so many failed and are not replaced yet
        self.more_s = 0
        self.less_s = 0
        self.short_s = 0
        self.was_mk = 0  # what was missing a step ago
        self.gain_s = 0
        self.gaining = False
        self.start = -1
        self.stop = -1
        self.on_kw = 0
        self.able_kw = 0
        self.count = 0

    def each_second(self, wanted: bool, load_kw: int, error_mk: int) -> None:
        """load_kw: 0 to 100,000; error_mk: +-100,000."""
        self.sum_up()
        self.start = -1
        self.stop = -1
        if not wanted:
            self.more_s = self.less_s = self.replace = self.short_s = 0
            self.stop = self.last()
            return
        up = self.wants_more(load_kw, error_mk)
        self.more_s = self.more_s + 1 if up else 0
        nxt = self.next()
        if (self.count == 0 and error_mk > 0) or self.replace > 0 or self.more_s >= self.up_s:
            self.start = nxt
        self.short_s = self.short_s + 1 if nxt < 0 and up and not self.gains(error_mk) else 0
        out = self.last()
        down = out >= 0 and self.wants_less(load_kw, error_mk, out)
        self.less_s = self.less_s + 1 if down else 0
        if self.less_s >= self.down_s and self.start < 0:
            self.stop = out

    def gains(self, error_mk: int) -> bool:
        """Whether what is missing shrinks, so that it would be gone in GAIN_STEPS steps: cold water that warms up is no
        lack."""
        self.gain_s += 1
        if self.gain_s >= GAIN_S:
            self.gain_s = 0
            self.gaining = error_mk > 0 and (self.was_mk - error_mk) * GAIN_STEPS >= error_mk
            self.was_mk = error_mk
        return self.gaining

    def sum_up(self) -> None:
        """What runs, and what could."""
        count = on_kw = able_kw = 0
        i = self.n
        while i:
            i -= 1
            if self.on[i]:
                count += 1
                on_kw += self.capacity_kw[i]
            if self.on[i] or self.able[i]:
                able_kw += self.capacity_kw[i]
        self.count = count
        self.on_kw = on_kw
        self.able_kw = able_kw

    def wants_more(self, load_kw: int, error_mk: int) -> bool:
        """The load is near what runs, or the supply lacks more than the band. A supply that has more than it wants needs
        none."""
        if error_mk > self.band_mk or (self.count == 0 and error_mk > 0):
            return True
        return load_kw * 1000 > self.on_kw * self.up_pm and error_mk > -self.band_mk

    def wants_less(self, load_kw: int, error_mk: int, out: int) -> bool:
        """The load fits into one less, and the supply is near its target; the last one stops at a supply above its band."""
        if self.count == 1:
            return error_mk < -self.band_mk
        if error_mk < -2 * self.band_mk:
            return True
        return error_mk < self.band_mk and load_kw * 1000 < (self.on_kw - self.capacity_kw[out]) * self.down_pm

    def next(self) -> int:
        """The machine that is able and ran least; -1 without one."""
        best = -1
        i = self.n
        while i:
            i -= 1
            if self.able[i] and not self.on[i] and (best < 0 or self.run_h[i] <= self.run_h[best]):
                best = i
        return best

    def last(self) -> int:
        """The machine that ran most of those that may stop, -1 without one."""
        best = -1
        i = 0
        while i < self.n:
            if self.on[i] and self.settled[i] and (best < 0 or self.run_h[i] > self.run_h[best]):
                best = i
            i += 1
        return best

    def started(self) -> None:
        """The one in `start` was told to run: the next stage waits its delay again."""
        self.more_s = 0
        self.less_s = 0
        if self.replace > 0:
            self.replace -= 1

    def stopped(self) -> None:
        """The one in `stop` was told to stop."""
        self.more_s = 0
        self.less_s = 0

    def failed(self) -> None:
        """One that was told to run fell out: another one takes its place at once."""
        self.replace += 1
