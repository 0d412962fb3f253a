"""Paired zero: with water moving and no compressor on, both sensors of a pair read the same water, and must agree.

Two DS18B20 of +-0.5 K may differ by 1 K, a third of what a well's water gives off. What they differ by in standing heat is
their own, and is taken off before heat is counted; controllers and protections go on reading the sensors as they are.
"""

SETTLE_S = 300  # pipe clamps follow their water within 20 to 40 s, exchangers give off what they hold
HALF_S = 150  # then two means of so long
MOVED_MK = 40  # two means that differ by more: heat is still on its way
BOUND_MK = 1200  # two sensors inside their data sheet differ by 1000 at the most
NEWS_MK = 300  # a zero that moved by more is believed when the next one says the same
NONE, LEARNED, REFUSED = range(3)


class PairZero:
    """What `supply less return` reads when it is nothing: `offset_mk`, 0 until it is known. `each_second` learns it.

    rom, trim_mk: of one of its sensors, `belongs` names the other; a record of other parts is no record of these.
    """

    def __init__(self, rom: str, trim_mk: int):
        self.tag = 0
        self.belongs(rom, trim_mk)
        self.offset_mk = 0
        self.state = NONE
        self.known = False  # it was learned once
        self.news_mk = 0
        self.clear()

    def belongs(self, rom: str, trim_mk: int) -> "PairZero":
        """A sensor of this pair; returns itself."""
        self.tag = (self.tag * 31 + int(rom[2:8], 16) + trim_mk) & 0x1FFFFFF
        return self

    def clear(self) -> None:
        """Begin anew."""
        self.s = 0
        self.sum = 0
        self.first = 0

    def each_second(self, still: bool, difference_mk: int) -> bool:
        """Once a second: still: water moves, no compressor is on, nothing is in doubt. Returns whether it was judged."""
        if not still:
            if self.s:
                self.clear()
            return False
        self.s += 1
        if self.s <= SETTLE_S:
            return False
        self.sum += difference_mk  # 150 times 50,000 mK
        if self.s == SETTLE_S + HALF_S:
            self.first = self.sum // HALF_S
            self.sum = 0
            return False
        if self.s < SETTLE_S + 2 * HALF_S:
            return False
        second = self.sum // HALF_S
        moved = second - self.first
        found = (self.first + second) // 2
        self.clear()
        self.s = SETTLE_S  # water that goes on standing in heat is asked again in five minutes
        if not -MOVED_MK <= moved <= MOVED_MK:
            return False
        self.judge(found)
        return True

    def judge(self, found: int) -> None:
        """Take a zero over, or refuse it."""
        if not -BOUND_MK <= found <= BOUND_MK:
            self.state = REFUSED
            return
        news = found - self.offset_mk
        if not self.known:
            self.offset_mk = found
        elif -NEWS_MK <= news <= NEWS_MK:
            self.offset_mk += news // 2
        else:
            again = found - self.news_mk
            self.news_mk = found
            if not -NEWS_MK // 2 <= again <= NEWS_MK // 2:
                self.state = REFUSED
                return
            self.offset_mk = found
        self.state = LEARNED
        self.known = True

    def values(self):
        """For the ledger."""
        return [self.tag, self.offset_mk + BOUND_MK, 1] if self.known else [self.tag, 0, 0]

    def take(self, values: list) -> None:
        """From the ledger; ValueError when it is another pair's."""
        tag, offset, known = values
        if tag != self.tag or offset > 2 * BOUND_MK:
            raise ValueError(tag)
        if known:
            self.offset_mk = offset - BOUND_MK
            self.state = LEARNED
            self.known = True
