"""A well node or a field device at the other end of a plant's line: what it last said, what it is told, whether it answers.

The line's client (links/field/client.py) belongs to the main thread and fills `values`; the scan reads them and `tell`s.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..tables import sections, shapes
    from ..tables.points import Block
    from .plant_side import Line

NEVER_S = 3600  # `age_s` counts no further; before the first answer it is this
INT_MAX = (1 << 30) - 1
# What a signal can be that is no point of its block, by its unit; of one without a unit: yes or no.
LIMITS = {"mc": (-55000, 125000), "pm": (0, 1000), "pa": (-1000000, 1000000), "w": (-10000000, 10000000), "l": (0, INT_MAX),
          "mwh": (0, INT_MAX), "h": (0, INT_MAX), "lph": (0, 100000)}


def limits_of(block: "Block | Line", field: tuple):
    """(lowest, highest) raw value of a field that a point of its block, or its unit, allows."""
    signal, _place, _form, multiplier, divisor = field
    row = block.row(signal) if hasattr(block, "row") else None  # pyright: ignore[reportAttributeAccessIssue]
    low, high = (row.lo, row.hi) if row is not None else LIMITS.get(signal.rpartition("_")[2], (0, 1))
    return low * divisor // multiplier, high * divisor // multiplier


class Station:
    """values: {signal: number}, of which those that `known` holds are so. want: {signal: number}, what it is told.

    p: its points block; with `online`, `answers`, `timeouts`, `errors`. silent_s: so long without an answer it is silent,
    and nothing that it said counts.
    """

    def __init__(self, cfg: "sections.Place", p: "shapes.Device | Line", silent_s: int):
        types = __name__.rpartition(".")[0].rpartition(".")[0] + ".links.field.types."
        self.map = __import__(types + cfg.type, None, None, ("READS",))
        self.line = cfg.line
        self.address = cfg.address
        self.offset = self.map.STRIDE * (cfg.channel - 1) if cfg.channel else 0
        self.p = p
        self.silent_s = silent_s
        self.values = {field[0]: 0 for read in self.map.READS for field in read[4]}
        self.known = {signal: False for signal in self.values}
        self.limits = {field[0]: limits_of(p, field) for read in self.map.READS for field in read[4]}
        self.want = {field[0]: 0 for write in self.map.WRITES for field in write[2]}
        self.writes = list(range(len(self.map.WRITES)))  # of the map's WRITES, those that are due
        self.lost = False  # it was silent, and has not answered since: it is asked now and then
        self.got = 0  # bits of the map's READS that were answered; of the quick ones, since it last was fresh
        self.quick = sum([1 << i for i, read in enumerate(self.map.READS) if read[3] == 1])
        self.every = (1 << len(self.map.READS)) - 1
        self.age_s = NEVER_S
        self.fresh = False
        self.changed = False
        self.ok = False  # it answered within silent_s, all that is asked of it

    # -- the main thread --

    def heard(self, i: int) -> None:
        """Its READS[i] came. Fresh is who has answered all that is asked in every round, and the rest once."""
        self.got |= 1 << i
        if self.got == self.every:
            self.got &= ~self.quick
            self.fresh = True

    def forget(self) -> None:
        """It is silent: everything is asked anew."""
        self.got = 0

    def refresh(self) -> None:
        """It is told everything again."""
        i = len(self.map.WRITES)
        while i:
            i -= 1
            if i not in self.writes:
                self.writes.append(i)

    # -- the scan --

    def tell(self, signal: str, value: int, dead: int = 0) -> None:
        """What it shall do; a signal that its map does not have is nobody's. dead: less than this is not worth a frame,
        unless it comes or goes."""
        want = self.want
        if signal in want and want[signal] != value:
            off = value - want[signal]
            if -dead < off < dead and value and want[signal]:
                return
            want[signal] = value
            self.changed = True

    def knows(self, signal: str) -> bool:
        """Whether its value counts: the map has it, the device knows it, and it is not silent."""
        return self.ok and signal in self.known and self.known[signal]

    def get(self, signal: str, else_value: int) -> int:
        """What it says, or `else_value` where that is not known."""
        return self.values[signal] if self.ok and signal in self.known and self.known[signal] else else_value

    def each_second(self) -> None:
        """It grows older."""
        if self.fresh:
            self.fresh = False
            self.age_s = 0
        elif self.age_s < NEVER_S:
            self.age_s += 1
        self.ok = self.age_s < self.silent_s
        self.p.online = 1 if self.ok else 0
