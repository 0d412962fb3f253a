"""What is asked of each well: enough of them, each by what it gives now; those that rested longest first.

A well is relieved (asked for less, or nothing) when it is out of service, silent, tripped or leaking; when its ground
clogs; and by steps as its water nears the coldest that it may give, so that none is lost to frost all at once.
"""

FULL_MK = 3000  # so far above its lowest water a well gives all that it can; below it in proportion
LEAST_PM = 100
PATIENCE_S = 120
CALM_S = 300
CLOGGED_PM = 500


class Share:
    """`each_second` reads rows and writes rows; n: number of wells.

    In: able (may be asked), live (its flow is proven), rated_w (in this direction, up to 1,000,000), relief_pm (0 to 1000
    of it), rest_s (since it was last asked). Out: on (it is asked), share_w (0 to its rated); able_w, on_w: what all, and
    those that are asked, can give; short_w: what nobody gives.

    load_pm: of what the asked ones can give, above which one more is. rotate_s: the longest rested takes the place of the
    one that was asked longest, so often. hold_s: no well is let go before that.
    """

    def __init__(self, n: int, load_pm: int, rotate_s: int, hold_s: int = 1200):
        self.n = n
        self.load_pm = load_pm
        self.rotate_s = rotate_s
        self.hold_s = hold_s
        self.able = [False] * n
        self.live = [True] * n
        self.rated_w = [0] * n
        self.relief_pm = [1000] * n
        self.on = [False] * n
        self.on_s = [0] * n
        self.rest_s = [0] * n
        self.share_w = [0] * n
        self.able_w = 0
        self.on_w = 0
        self.short_w = 0
        self.count = 0
        self.less_s = 0
        self.calm_s = CALM_S
        self.rotate_in_s = rotate_s

    def gives(self, i: int) -> int:
        """What this well can give now, W."""
        return self.rated_w[i] // 1000 * self.relief_pm[i] if self.able[i] else 0

    def each_second(self, asked_w: int) -> None:
        """asked_w: 0 to 20,000,000 W of all of them."""
        self.sum_up()
        if asked_w <= 0:
            self.calm_s += 1
            if self.calm_s >= CALM_S:
                self.clear()
            else:
                self.rest()
            return
        self.calm_s = 0
        if self.on_w // 1000 * self.load_pm < asked_w:
            self.add()
        else:
            self.let_go(asked_w)
        self.rotate()
        self.distribute(asked_w)

    def sum_up(self) -> None:
        """Clocks, and what there is; one that may not be asked any more is let go at once."""
        able = on = count = 0
        i = self.n
        while i:
            i -= 1
            gives = self.gives(i)
            if self.on[i] and gives == 0:
                self.on[i] = False
            if self.on[i]:
                self.on_s[i] += 1
                self.rest_s[i] = 0
                if not self.late(i):
                    on += gives
                count += 1
            elif self.rest_s[i] < 0x3FFFFF:
                self.rest_s[i] += 1
            able += gives
        self.able_w = able
        self.on_w = on
        self.count = count

    def late(self, i: int) -> bool:
        """It was asked, and does not prove its flow: a motor that rests. It is asked on, and another one besides."""
        return not self.live[i] and self.on_s[i] > PATIENCE_S

    def clear(self) -> None:
        """Nothing is asked."""
        i = self.n
        while i:
            i -= 1
            self.on[i] = False
            self.share_w[i] = 0
        self.on_w = self.count = self.short_w = 0
        self.less_s = 0

    def rest(self) -> None:
        """Nothing is asked for a moment: who was asked is the first when it is over."""
        i = self.n
        while i:
            i -= 1
            self.share_w[i] = 0
        self.short_w = 0

    def add(self) -> None:
        """One more each second until they are enough: one whose pump runs still, else the longest rested."""
        best = -1
        i = self.n
        while i:
            i -= 1
            if self.on[i] or self.gives(i) == 0:
                continue
            if best < 0 or self.before(i, best):
                best = i
        self.less_s = 0
        if best >= 0:
            self.take(best)

    def before(self, i: int, best: int) -> bool:
        """Whether well `i` is asked before `best`."""
        if self.live[i] != self.live[best]:
            return self.live[i]
        return self.rest_s[i] >= self.rest_s[best]

    def take(self, i: int) -> None:
        """It is asked from now on."""
        self.on[i] = True
        self.on_s[i] = 0
        self.count += 1
        self.on_w += self.gives(i)

    def let_go(self, asked_w: int) -> None:
        """The one that was asked longest, when the others have been enough for a while, with a tenth to spare."""
        out = self.longest()
        if out < 0 or self.count < 2 or (self.on_w - self.gives(out)) // 1000 * (self.load_pm - 100) < asked_w:
            self.less_s = 0
            return
        self.less_s += 1
        if self.less_s >= self.hold_s and self.on_s[out] >= self.hold_s:
            self.less_s = 0
            self.on[out] = False
            self.count -= 1
            self.on_w -= self.gives(out)

    def longest(self) -> int:
        """The well that was asked longest, -1 without one."""
        best = -1
        i = 0
        while i < self.n:
            if self.on[i] and (best < 0 or self.on_s[i] > self.on_s[best]):
                best = i
            i += 1
        return best

    def rotate(self) -> None:
        """So often one more is asked, the longest rested; as soon as it is on, the longest asked may go."""
        self.rotate_in_s -= 1
        if self.rotate_in_s <= 0:
            self.rotate_in_s = self.rotate_s
            if 0 < self.count < self.n:
                self.add()

    def distribute(self, asked_w: int) -> None:
        """In proportion to what each can give; none more than that. What is missing: `short_w`."""
        on_kw = self.on_w // 1000
        asked_kw = asked_w // 1000
        left_w = asked_w
        i = self.n
        while i:
            i -= 1
            share = 0
            if self.on[i] and self.late(i):
                share = self.gives(i) // 4
            elif self.on[i] and on_kw > 0:
                gives = self.gives(i)
                share = gives if asked_kw >= on_kw else gives // 1000 * (asked_kw * 1000 // on_kw)
                left_w -= share
            self.share_w[i] = share
        # Shares are cut to whole kilowatts and per mille: that is not missing.
        self.short_w = left_w if left_w > on_kw + (self.count + 1) * 1000 else 0


def relief_pm(supply_mc: int, lowest_mc: int, cold: bool) -> int:
    """How much of its rated heat a well gives at this water temperature, LEAST_PM to 1000: nothing is what its protection
    says, and that holds for a while. cold: cooling, where it does not matter."""
    if cold:
        return 1000
    over_mk = supply_mc - lowest_mc
    if over_mk <= 0:
        return LEAST_PM
    return 1000 if over_mk >= FULL_MK else LEAST_PM + over_mk * (1000 - LEAST_PM) // FULL_MK
