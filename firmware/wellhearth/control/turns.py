"""Rooms of one source together: which unit may start now, which waits a little, which comes early.

Judged by what all of them need. Less than one unit: run together, so that the pump rests for long; more: one after the
other, so that the pump runs on at a small flow and the power has no peaks. A unit that waits for another's sake waits no
longer than SLACK_MK allows; a bound on the power (`peak_w`) holds until a room is COLD_MK from its setpoint.
"""

TOGETHER_PM, APART_PM = 800, 1000  # of one unit's capacity, with hysteresis
SLACK_MK = 100
COLD_MK = 2000
COP = 4  # of a unit (DESIGN 1): its power, of what it asks for
JOIN_PM = 900  # of its swing: a unit joins others that run
SAVE_PM = 800  # and so much is enough to keep the pump from stopping

# Why units wait: not at all; for another's turn, within their slack; for power, until they are cold.
HOLDS = ("free", "turn", "power")
FREE, TURN, POWER = range(3)


class Turns:
    """`each_second` reads rows and writes rows; n: number of units.

    In: asks (on, able, heating or cooling), running, begun (its pump runs, its compressor will), need_mk (missing heat from
    its setpoint, positive: it should run), swing_mk, mean_pm, power_w. Out: may (it may start), early (it should start
    before its swing is used up); hold (why those wait that may not) and first (who asks most urgently, -1: nobody).
    """

    def __init__(self, n: int, peak_w: int):
        """peak_w: most electrical power of all compressors together, 0 for no bound; one unit may always run."""
        self.n = n
        self.peak_w = peak_w
        self.asks = [False] * n
        self.running = [False] * n
        self.begun = [False] * n
        self.need_mk = [0] * n
        self.swing_mk = [450] * n
        self.mean_pm = [0] * n
        self.power_w = [0] * n
        self.may = [True] * n
        self.early = [False] * n
        self.together = False
        self.load_pm = 0
        self.on = 0
        self.on_w = 0
        self.hold = FREE
        self.first = -1

    def each_second(self, pump_on: bool) -> None:
        """One second. pump_on: the source's pump runs."""
        self.count()
        first = -1
        i = self.n
        while i:
            i -= 1
            self.early[i] = False
            self.may[i] = True
            idle = self.asks[i] and not self.running[i] and not self.begun[i]
            if idle and (first < 0 or self.need_mk[i] > self.need_mk[first]):
                first = i
        self.first = first
        self.hold = POWER if self.peak_w else FREE
        if first < 0:
            return
        if self.together:
            if pump_on:
                self.join()
        else:
            self.apart(first, pump_on)
        if self.peak_w:
            self.bound(first)

    def count(self) -> None:
        """How many run, what all need on the mean, and the power of those that run or have begun to."""
        on = 0
        on_w = 0
        load = 0
        i = self.n
        while i:
            i -= 1
            if self.asks[i]:
                load += self.mean_pm[i]
            if self.running[i]:
                on += 1
            if self.running[i] or self.begun[i]:
                on_w += self.power_w[i]
        self.on = on
        self.on_w = on_w
        self.load_pm = load
        if load < TOGETHER_PM:
            self.together = True
        elif load > APART_PM:
            self.together = False

    def join(self) -> None:
        """The pump runs: whoever would start soon starts now."""
        i = self.n
        while i:
            i -= 1
            self.early[i] = self.need_mk[i] * 1000 >= self.swing_mk[i] * JOIN_PM

    def apart(self, first: int, pump_on: bool) -> None:
        """One after the other: no more at once than are needed, and two more; the next one before the pump would stop."""
        most = self.load_pm // 1000 + 3
        if self.on >= most and self.hold == FREE:
            self.hold = TURN
        i = self.n
        while i:
            i -= 1
            if self.on >= most and self.need_mk[i] < self.swing_mk[i] + SLACK_MK:
                self.may[i] = False
        if self.on == 0 and pump_on and self.need_mk[first] * 1000 >= self.swing_mk[first] * SAVE_PM:
            self.early[first] = True

    def bound(self, first: int) -> None:
        """The bound on the power: units come by their need."""
        i = self.n
        while i:
            i -= 1
            cold = self.need_mk[i] >= COLD_MK
            if not cold and (i != first or (self.on_w and self.on_w + self.power_w[i] > self.peak_w)):
                self.may[i] = False
                self.early[i] = False


def waits(hold: int, chosen: bool, need_mk: int, swing_mk: int) -> bool:
    """Whether a unit somewhere else waits, by what its source's node says. chosen: it is the one that may start."""
    if hold == TURN:
        return need_mk < swing_mk + SLACK_MK
    return hold == POWER and not chosen and need_mk < COLD_MK
