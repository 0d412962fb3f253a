"""Water lifted against water returned, by counted volumes.

Two honest meters of +-2 % differ by up to 4 %, and always by the same share: it is learned at commissioning, and only
what comes on top of it is water lost. Volumes are counted, not rates: a wheel pulses in bursts, but it loses no pulse.
"""

BUCKET_S = 10
RING = 6  # the last minute of pumping, for the pump's stop
LONG = 60  # buckets of the slow comparison: ten minutes of pumping
LEARN = 18  # three minutes of pumping make the ratio
EQUAL = 10000
HONEST = 450  # two meters of +-2 %: a ratio further off is no ratio of meters
SILENT = 4  # buckets until a return meter that shows hardly anything is believed
COUNTS = 8  # an eighth of what is lifted is more than hardly anything


class Balance:
    """Counted pulses go into `lift_n` and `back_n` every scan; `each_second` judges.

    Pulses per m3: 1000 to 1,000,000 each. Results: `leak` (over 10 % lost within a minute), `differs` (over 2 % within
    ten minutes, 4.5 % while the ratio is unknown); whoever reads them clears them.
    """

    def __init__(self, lift_pulses_per_m3: int, return_pulses_per_m3: int):
        self.lift_k = lift_pulses_per_m3 // 100
        self.back_k = return_pulses_per_m3 // 100
        # Either meter may be two pulses off at either end of a window; in units of 10 mL, as all volumes here.
        self.slack = 400_000 // min(lift_pulses_per_m3, return_pulses_per_m3) + 1
        self.ratio = 0  # returned for 10,000 lifted, as these two meters say; 0 = not learned
        self.lift_n = 0
        self.back_n = 0
        self.s = 0
        self.i = 0
        self.lifts = [0] * RING
        self.backs = [0] * RING
        self.filled = 0
        self.lift_sum = 0
        self.back_sum = 0
        self.waiting = 0
        self.leak = False
        self.differs = False
        self.lift = 0
        self.back = 0
        self.wait_lift = 0
        self.wait_back = 0
        self.buckets = 0

    def each_second(self, counting: bool) -> None:
        """Once a second. counting: flow is proven and both meters are trusted."""
        if not counting:
            self.lift_n = 0
            self.back_n = 0
            self.s = 0
            self.waiting = 0
            self.wait_lift = 0
            self.wait_back = 0
            return
        self.s += 1
        if self.s < BUCKET_S:
            return
        self.s = 0
        # 100 m3/h at 1,000,000 pulses are 280,000 pulses in 10 s; times 1000 they fit 31 bits.
        lift = self.lift_n * 1000 // self.lift_k + self.wait_lift
        back = self.back_n * 1000 // self.back_k + self.wait_back
        self.lift_n = 0
        self.back_n = 0
        if back * 2 < lift:
            # A meter that fell silent within this bucket, or a burst pipe: the next ones tell which. One that goes on
            # counting is not silent.
            self.waiting += 1
            counts = (back - self.wait_back) * COUNTS > lift - self.wait_lift
            self.wait_lift = lift
            self.wait_back = back
            if self.waiting < (2 if counts else SILENT):
                return
            self.leak = True
            self.clear()
        else:
            self.take_in(lift, back)
        self.waiting = 0
        self.wait_lift = 0
        self.wait_back = 0

    def take_in(self, lift: int, back: int) -> None:
        """One bucket, in 10 mL, into both windows."""
        i = self.i
        self.lift_sum += lift - self.lifts[i]
        self.back_sum += back - self.backs[i]
        self.lifts[i] = lift
        self.backs[i] = back
        self.i = 0 if i == RING - 1 else i + 1
        if self.filled < RING:
            self.filled += 1
        # Not before a whole minute: a meter that fell silent within a bucket must not look like a leak.
        if self.filled == RING and self.lost(self.lift_sum, self.back_sum) > self.lift_sum // 10 + self.slack:
            self.leak = True
            self.clear()
            return
        self.lift += lift
        self.back += back
        self.buckets += 1
        if self.buckets >= (LONG if self.ratio else LEARN):
            self.long_window()

    def lost(self, lift: int, back: int) -> int:
        """What did not come back; negative: more came back than was lifted."""
        ratio = self.ratio
        # A minute of 100 m3/h is 170,000 and ten minutes are 1,700,000: divided first, the product fits 31 bits.
        return lift * (ratio // 10) // (EQUAL // 10) - back if ratio else lift - back

    def long_window(self) -> None:
        """Ten minutes of pumping (or, at first, three) are over."""
        lift = self.lift
        off = self.lost(lift, self.back)
        if self.ratio:
            self.differs = (off if off > 0 else -off) > lift // 50 + self.slack
        elif lift > 20 * self.slack:
            # The meters' own difference. A slow pair of meters needs more water until the ratio says anything.
            off = off * 100 // (lift // 100)
            if -HONEST <= off <= HONEST:
                self.ratio = EQUAL - off
            else:
                self.differs = True
        else:
            return
        self.lift = 0
        self.back = 0
        self.buckets = 0

    def clear(self) -> None:
        """Begin new windows; the ratio stays."""
        self.filled = 0
        self.lift_sum = 0
        self.back_sum = 0
        i = RING
        while i:
            i -= 1
            self.lifts[i] = 0
            self.backs[i] = 0
        self.lift = 0
        self.back = 0
        self.buckets = 0

    def relearn(self) -> None:
        """A meter was changed: learn the ratio anew."""
        self.ratio = 0
        self.clear()

    def values(self):
        """For the ledger."""
        return [self.ratio]

    def take(self, values: list) -> None:
        """From the ledger; ValueError when it is no ratio of two meters."""
        (ratio,) = values
        if ratio and not EQUAL - HONEST <= ratio <= EQUAL + HONEST:
            raise ValueError(ratio)
        self.ratio = ratio
