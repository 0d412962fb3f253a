"""The state machine that every row of the cause-and-effect table uses (tables/causes.py), and what a row can do."""

from . import starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .given import Cause

# What a tripped row does. Safety actions override every minimum run time.
COMPRESSOR_OFF = 1
PUMP_OFF = 2
MOVE_WATER = 4  # keep (or start) the water moving
FALLBACK = 8  # the loop goes on with its fallback
ALARM = 16
START_REFUSED = 32  # compressors that run go on, none starts
MASTER_OFF = 64  # the master contactor of the compressors opens
HEAT = 128  # the room is heated although it is switched off
DEMAND_ZERO = 256  # the well forgets what the room asked for
COOLING_OFF = 512  # the compressor stops where it cools; heating goes on
FAN_ON = 1024  # with the compressor at rest the fan runs at its most

WELL = 0
ROOM = 1
LOOP = 2  # the closed secondary loop of type II and III units
BUS = 3  # one room node on the well's bus
NODE = 4  # the controller itself
PLANT, SOURCE, MACHINE, PUMP, NETWORK, TANK, BACKUP, QUALITY = range(5, 13)  # of a plant's node; SOURCE: a well node it asks

DOUBLING = 1  # hold_s doubles with each trip inside the window
ON_SITE = 4  # its lockout is reset at the board's own console, by somebody who has looked
YIELDS = 8  # the row gives way while a room is below its frost limit or water threatens to freeze
ACCUMULATE = 2  # a cause that comes and goes adds up; while away it is forgotten at a 25th of the pace


class Trip:
    """One row of the table at work: delay, hold until reset, lockout."""

    def __init__(self, row: "Cause"):
        """row: a causes.Cause."""
        self.row = row
        self.hold_ms = row.hold_s * 1000
        self.limiter = starts.StartLimiter(row.lockouts, row.window_s) if row.lockouts else None
        self.t_ms = 0
        self.active = False
        self.locked = False

    @property
    def key(self) -> str:
        """Of its row."""
        return self.row.key

    def update(self, cause: bool, clear: bool, dt_ms: int, now_s: int) -> bool:
        """One scan. `cause`: the row's cause is there; `clear`: its reset condition holds.

        dt_ms: time since the last scan, 0 to 1000 ms. Returns whether the row is tripped.
        """
        if self.active:
            if self.locked or cause or not clear:
                self.t_ms = 0
            else:
                self.t_ms += dt_ms
                if self.t_ms >= self.hold_ms:
                    self.active = False
                    self.t_ms = 0
        elif cause:
            self.t_ms += dt_ms
            if self.t_ms >= self.row.delay_ms:
                self.trip(now_s)
        elif self.t_ms:
            left = self.t_ms - (dt_ms >> 5) - 1 if self.row.flags & ACCUMULATE else 0
            self.t_ms = left if left > 0 else 0
        return self.active

    def trip(self, now_s: int) -> None:
        """Trip at once (the cause's own delay is over)."""
        self.active = True
        self.t_ms = 0
        limiter = self.limiter
        if limiter is not None:
            limiter.note(now_s)
            # The ring is full of trips younger than the window: that was the last one allowed.
            if limiter.wait_s(now_s) > 0:
                self.locked = True
            if self.row.flags & DOUBLING:
                base_ms = self.row.hold_s * 1000
                self.hold_ms = base_ms << (limiter.count(now_s) - 1)

    def trips(self, now_s: int) -> int:
        """Trips inside the row's window, 0 for a row that never locks out."""
        return self.limiter.count(now_s) if self.limiter is not None else 0

    def reset_by_hand(self) -> None:
        """Clear a lockout; the row trips again if its cause is still there."""
        self.locked = False
        self.active = False
        self.t_ms = 0
