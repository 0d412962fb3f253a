"""A well's ground: what its water is after a rest, how far it falls for each kilowatt, what it would carry on the coldest
day.

Learned from the well's own temperatures while it runs steadily; what was never seen is not known (0). A heat taken year
after year and not given back lowers the rest temperature: so the coldest day is reckoned from that of today.
"""

REST_S = 6 * 3600
STEADY_S = 3600
LEAST_KW = 10
PACE = 8


class Ground:
    """In: supply_mc, known, kw (heat taken, positive), running; lowest_mc: what it may give at the least. Out: rest_mc
    (0: not known yet, with rest_known), drop_mk_kw, carries_kw (0: not known yet)."""

    def __init__(self, lowest_mc: int, most_kw: int):
        self.lowest_mc = lowest_mc
        self.most_kw = most_kw
        self.rest_mc = 0
        self.rest_known = False
        self.drop_mk_kw = 0
        self.carries_kw = 0
        self.idle_s = 0
        self.steady_s = 0
        self.kw = 0

    def each_second(self, supply_mc: int, known: bool, kw: int, running: bool) -> None:
        """kw: +-1000; supply_mc: -55,000 to 125,000."""
        if not known:
            self.steady_s = 0
            return
        if not running:
            self.idle_s = self.idle_s + 1 if self.idle_s < 0x3FFFFF else self.idle_s
            self.steady_s = 0
            return
        if self.idle_s >= REST_S and self.steady_s == 180:  # the pipe is flushed: this is the ground
            self.rest_mc = supply_mc if not self.rest_known else (self.rest_mc + supply_mc) // 2
            self.rest_known = True
            self.idle_s = 0
        if self.steady_s >= 180 and self.idle_s < REST_S:
            self.idle_s = 0
        if self.steady_s < 180:
            self.kw = kw
        off = kw - self.kw
        self.steady_s += 1
        if off > 20 or off < -20:
            self.kw = kw
            self.steady_s = 181
        if self.steady_s >= STEADY_S:
            self.steady_s = 181
            self.learn(supply_mc, kw)

    def learn(self, supply_mc: int, kw: int) -> None:
        """After an hour at the same heat."""
        if not self.rest_known or kw < LEAST_KW:
            return
        fell = self.rest_mc - supply_mc
        drop = fell // kw if fell > 0 else 0
        drop = 1 if drop < 1 else 10000 if drop > 10000 else drop
        self.drop_mk_kw = drop if not self.drop_mk_kw else self.drop_mk_kw + (drop - self.drop_mk_kw) // PACE
        room_mk = self.rest_mc - self.lowest_mc
        carries = room_mk // self.drop_mk_kw if room_mk > 0 and self.drop_mk_kw else 0
        self.carries_kw = carries if carries < self.most_kw else self.most_kw

    def values(self):
        """For the ledger: what was learned; a temperature as it is above -60 degC."""
        return [self.rest_mc + 60000 if self.rest_known else 0, self.drop_mk_kw, self.carries_kw]

    def take(self, values: list) -> None:
        """From the ledger; ValueError when it does not fit."""
        if len(values) != 3:
            raise ValueError(values)
        self.rest_known = values[0] > 0
        self.rest_mc = values[0] - 60000 if self.rest_known else 0
        self.drop_mk_kw = values[1]
        self.carries_kw = values[2]
