"""The source of a room node: the well at the other end of the bus. It has the shape of source.Source."""

from ..tables import kinds, points

HOLD_S = 3600  # `age_s` counts no further


class BusWater:
    """What the well said last, and how long ago. A well that is silent gives no permissive (trip `well_silent`)."""

    def __init__(self):
        p = points.new_block(kinds.WATER)
        p.limit_pm = 1000
        self.p = p
        self.wells = []
        self.entering = p
        self.stack = None
        self.demand_lph = 0
        self.lead = 0
        self.permissive = False
        self.enough = False
        self.refused = False
        self.heard = False  # the well spoke since the last scan
        self.quiet = True  # for the trip: it did not
        self.granted_w = 0

    def said(self) -> None:
        """The main thread: the well's message is in the points."""
        self.heard = True
        self.granted_w = self.p.asked_w
        self.p.age_s = 0

    def was_asked(self, demand_w: int) -> None:
        """The main thread: the well has read this demand."""
        self.p.asked_w = demand_w

    def read(self, now_us: int) -> None:
        """Whether the well was heard since the last scan."""
        self.quiet = not self.heard
        self.heard = False

    def protect(self, dt_ms: int, now_s: int) -> int:
        """The row for its silence belongs to the room unit."""
        return 0

    def control(self, heat_w: int, cool_w: int, running: bool, move: bool, dt_ms: int, now_s: int) -> None:
        """The well's word. Its `enough` counts when it was said after it had read this demand."""
        p = self.p
        self.permissive = p.permissive != 0
        self.enough = p.enough != 0 and self.granted_w >= heat_w + cool_w
        self.refused = p.refused != 0

    def slow(self, running: bool, quiet: bool, now_s: int) -> None:
        """Once a second."""
        p = self.p
        if p.age_s < HOLD_S:
            p.age_s += 1
        if p.age_s >= points.EXPIRY_S:
            p.limit_pm = 1000

    def meter(self, second: bool) -> None:
        """Its water is metered at the well."""

    def write(self, now_s: int) -> None:
        """It has no outputs."""

    def safe(self) -> None:
        """Nothing to switch off."""
        self.permissive = False
