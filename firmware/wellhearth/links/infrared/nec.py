"""Infra-red remotes of the NEC format, from the lengths of mark and space that a 38 kHz receiver gives.

Frame: mark 9 ms, space 4.5 ms, 32 bits (mark 562.5 us, then space 562.5 us for 0 or 1687.5 us for 1; address 16 bits,
command 8 bits, command inverted, each with its lowest bit first), mark 562.5 us. A key that is held sends mark 9 ms,
space 2.25 ms, mark 562.5 us every 108 ms.
Receivers lengthen marks by up to 200 us at the expense of the spaces.
"""

NOTHING = -1
REPEAT = -2

LEADER_US = (7500, 10500)
START_US = (3800, 5200)
REPEAT_US = (1800, 2800)
MARK_US = (280, 900)
ZERO_US = (250, 900)
ONE_US = (1250, 2150)
BITS = 32


def inside(value: int, limits: tuple) -> bool:
    """limits: (least, most)."""
    return limits[0] <= value <= limits[1]


class Decoder:
    """`take` marks (positive) and spaces (negative), in us. A code is address << 8 | command, 24 bits."""

    def __init__(self):
        self.bit = NOTHING  # number of the bit that comes; NOTHING outside a frame
        self.leader = False
        self.held = False  # the space said: repeat
        self.low = 0  # 16 bits each: a 32 bit number would be a heap object
        self.high = 0

    def take(self, us: int) -> int:
        """NOTHING, REPEAT, or the code of a frame that has just ended."""
        if us > 0:
            return self.mark(us)
        self.space(-us)
        return NOTHING

    def mark(self, us: int) -> int:
        """The receiver saw light for so long."""
        bit = self.bit
        if inside(us, LEADER_US):
            self.leader = True
            self.held = False
            self.bit = NOTHING
            return NOTHING
        self.leader = False
        if not inside(us, MARK_US):
            self.bit = NOTHING
            self.held = False
            return NOTHING
        if self.held:
            self.held = False
            return REPEAT
        if bit == BITS:
            self.bit = NOTHING
            command = self.high & 0xFF
            if command ^ self.high >> 8 == 0xFF:
                return self.low << 8 | command
        return NOTHING

    def space(self, us: int) -> None:
        """The receiver saw nothing for so long."""
        if self.leader:
            self.leader = False
            self.held = inside(us, REPEAT_US)
            if inside(us, START_US):
                self.bit = self.low = self.high = 0
            return
        self.held = False
        bit = self.bit
        if not 0 <= bit < BITS or not (inside(us, ZERO_US) or inside(us, ONE_US)):
            self.bit = NOTHING
            return
        if us >= ONE_US[0]:
            if bit < 16:
                self.low |= 1 << bit
            else:
                self.high |= 1 << (bit - 16)
        self.bit = bit + 1
