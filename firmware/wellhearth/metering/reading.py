"""The counter of a meter that is not ours, from one reading to the next: what it counted, and when it is not to be believed.

A gap is a gap: what was counted in it comes with the next reading, and nothing is made up meanwhile. Nothing is ever
negative. A counter that begins anew at its end goes on; one that stands lower, or far higher, is asked AGREE times, and
then it is another meter: counting goes on from there. Belongs to the main thread: its numbers may be large.
"""

AGREE = 3
SPARE_S = 60  # a reading is of some moment in its round
LONG_S = 8640000  # after a power cut nobody knows for how long it was: 100 days
FIRST, SAME, COUNTED, ROLLED, DOUBT, CHANGED = range(6)


class Reading:
    """whose: type and address. most_w: more than it can measure (W, or L/h). wrap: its counter begins anew there, 0: not
    known. slack: what rounding and one step of its counter may be. `read` gives a verdict and leaves what was counted in
    `added`.
    """

    def __init__(self, whose: str, most_w: int, wrap: int, slack: int):
        self.tag = 0
        for letter in whose:
            self.tag = (self.tag * 31 + ord(letter)) & 0x1FFFFFF
        self.most_w = most_w
        self.wrap = wrap
        self.slack = slack
        self.last = -1
        self.seen_s = -1  # when; -1: before this boot
        self.added = 0
        self.news = -1
        self.agree = 0

    def read(self, value: int, now_s: int) -> int:
        """A reading (0 and more)."""
        self.added = 0
        last = self.last
        if last < 0:
            self.accept(value, now_s)
            return FIRST
        waited_s = now_s - self.seen_s + SPARE_S if self.seen_s >= 0 else LONG_S
        most = self.most_w * waited_s // 3600 + self.slack
        step = value - last
        rolled = step < 0 and self.wrap > last and self.wrap + step <= most
        if rolled:
            step += self.wrap
        if 0 <= step <= most:
            self.accept(value, now_s)
            self.added = step
            return ROLLED if rolled else COUNTED if step else SAME
        if -self.slack <= step < 0:  # rounded another way: it has not counted
            self.seen_s = now_s
            self.agree = 0
            return SAME
        return self.doubt(value, now_s)

    def accept(self, value: int, now_s: int) -> None:
        """From here on."""
        self.last = value
        self.seen_s = now_s
        self.agree = 0

    def doubt(self, value: int, now_s: int) -> int:
        """It jumped: the same again, a few times, and it is another meter."""
        most = self.most_w * SPARE_S * 10 // 3600 + self.slack
        if self.agree and 0 <= value - self.news <= most:
            self.agree += 1
        else:
            self.agree = 1
        self.news = value
        if self.agree < AGREE:
            return DOUBT
        self.accept(value, now_s)
        return CHANGED

    def values(self):
        """For the ledger."""
        return [self.tag, self.last >> 24, self.last & 0xFFFFFF] if self.last >= 0 else [self.tag]

    def take(self, values: list) -> None:
        """From the ledger; ValueError when it is another meter's."""
        if values[0] != self.tag:
            raise ValueError(values)
        if len(values) > 1:
            self.last = values[1] << 24 | values[2]
