"""The source of a room node: the well at the other end of the bus. It has the shape of source.Source."""

from ..control import grid, turns
from ..control.tick import Tick
from ..tables import kinds, points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..tables import shapes

HOLD_S = 3600  # `age_s` counts no further
TURN_S = 60  # the well says whose turn it is every ten seconds


class BusSource:
    """The well's last message, and its age. A well that is silent gives no permissive (trip `well_silent`)."""

    def __init__(self):
        p: "shapes.Water" = points.new_block(kinds.WATER)
        p.limit_pm = 1000
        p.grid_state = grid.NORMAL
        self.p = p
        self.turn_s = 0  # since the well said whose turn it is
        self.wells = []
        self.entering = p
        self.stack = None
        self.demand_lph = 0
        self.lead = 0
        self.permissive = False
        self.enough = False
        self.refused = False
        self.fresh = False  # a message came since the last scan
        self.timed = False  # the well has told the time, and nobody has looked yet
        self.silent = True  # none did, for the trip
        self.granted_w = 0
        self.heat_w = 0  # these four the node hands over before `control`
        self.cool_w = 0
        self.running = False
        self.move_water = False
        self.awaited = False

    def received(self) -> None:
        """The main thread: the well's message is in the points."""
        self.fresh = True
        self.granted_w = self.p.asked_w
        self.p.age_s = 0

    def acknowledge(self, demand_w: int) -> None:
        """The main thread: the well has read this demand."""
        self.p.asked_w = demand_w

    def read(self, now_us: int) -> None:
        """Whether a message came since the last scan."""
        self.silent = not self.fresh
        self.fresh = False

    def protect(self, tick: Tick) -> int:
        """The row for its silence belongs to the room unit."""
        return 0

    def control(self, tick: Tick) -> None:
        """The well's grant. Its `enough` counts when it came after the well had read this demand."""
        p = self.p
        self.permissive = p.permissive != 0
        self.enough = p.enough != 0 and self.granted_w >= self.heat_w + self.cool_w
        self.refused = p.refused != 0

    def each_second(self, tick: Tick) -> None:
        """Once a second."""
        p = self.p
        if p.age_s < HOLD_S:
            p.age_s += 1
        if p.age_s >= points.EXPIRY_S:
            p.limit_pm = 1000
        if self.turn_s < TURN_S:
            self.turn_s += 1
        elif p.hold or p.join or p.grid_state != grid.NORMAL:  # a word that is not said again holds nobody
            p.hold = turns.FREE
            p.turn = p.join = 0
            p.grid_state = grid.NORMAL

    def meter(self, tick: Tick) -> None:
        """Its water is metered at the well."""

    def write(self, tick: Tick) -> None:
        """It has no outputs."""

    def keep(self, totals: dict, learned: dict) -> None:
        """The ledger keeps nothing of it."""

    def safe(self) -> None:
        """Nothing to switch off."""
        self.permissive = False
