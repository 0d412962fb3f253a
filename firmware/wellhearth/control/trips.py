"""The cause-and-effect table, as data, and the one state machine that every row of it uses.

README's table is generated from CAUSES (`make docs`). Times are defaults from DESIGN section 6.
"""

from . import starts

# What a tripped row does. Safety actions override every minimum run time.
COMPRESSOR_OFF = 1
PUMP_OFF = 2
MOVE_WATER = 4  # keep (or start) the water moving
FALLBACK = 8  # the loop goes on with its fallback
ALARM = 16

ACTION_TEXT = (
    (COMPRESSOR_OFF, "compressor off"),
    (PUMP_OFF, "pump off"),
    (MOVE_WATER, "water kept moving"),
    (FALLBACK, "loop goes to its fallback"),
    (ALARM, "alarm"),
)

WELL = 0
ROOM = 1

# key, scope, cause, delay_ms, actions, reset (words), hold_s, lockouts, window_s
# hold_s: how long the reset condition must hold. lockouts: trips within window_s that
# latch the row until it is reset by hand; 0 never latches.
CAUSES = (
    ("flow_lost", WELL, "flow below half of minimum, compressor on", 2000,
     COMPRESSOR_OFF | MOVE_WATER, "flow proven again", 300, 0, 0),
    ("no_flow", WELL, "no flow after pump start (10 s blanking)", 5000,
     PUMP_OFF | COMPRESSOR_OFF, "retry", 300, 3, 86400),
    ("over_pressure", WELL, "reinjection pressure over limit", 1000,
     PUMP_OFF | COMPRESSOR_OFF, "below 80 % of the limit", 60, 3, 86400),
    ("pressure_fault", WELL, "pressure transmitter open or short", 1000,
     PUMP_OFF | COMPRESSOR_OFF, "signal valid", 10, 0, 0),
    ("freeze", ROOM, "leaving water below the freeze limit", 2000,
     COMPRESSOR_OFF | MOVE_WATER, "+ 2 K", 300, 0, 0),
    ("relay", ROOM, "relay feedback differs from its command", 500,
     COMPRESSOR_OFF | ALARM, "feedback agrees", 60, 3, 3600),
    ("leaving_sensor", ROOM, "leaving water sensor invalid", 0,
     COMPRESSOR_OFF | MOVE_WATER | ALARM, "3 good readings", 0, 0, 0),
    ("room_sensor", ROOM, "room temperature sensor invalid", 0,
     FALLBACK | ALARM, "3 good readings", 0, 0, 0),
    ("supply_sensor", ROOM, "supply air sensor invalid", 0,
     FALLBACK | ALARM, "3 good readings", 0, 0, 0),
)


class Trip:
    """One row of the table at work: delay, hold until reset, lockout."""

    def __init__(self, row):
        self.key = row[0]
        self.delay_ms = row[3]
        self.actions = row[4]
        self.hold_ms = row[6] * 1000
        self.limiter = starts.StartLimiter(row[7], row[8]) if row[7] else None
        self.t_ms = 0
        self.active = False
        self.locked = False

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
            if self.t_ms >= self.delay_ms:
                self.trip(now_s)
        elif self.t_ms:
            self.t_ms = 0
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

    def reset_by_hand(self) -> None:
        """Clear a lockout; the row trips again if its cause is still there."""
        self.locked = False
        self.active = False
        self.t_ms = 0


def find(key: str):
    """The table's row with this key; KeyError when there is none."""
    for row in CAUSES:
        if row[0] == key:
            return row
    raise KeyError(key)


def rows(scope: int):
    """Rows of one scope, in table order; a trip's bit in `trips` points is its place here."""
    return [row for row in CAUSES if row[1] == scope]


def place(key: str) -> int:
    """This row's place among the rows of its scope; KeyError when there is none."""
    for i, row in enumerate(rows(find(key)[1])):
        if row[0] == key:
            return i
    raise KeyError(key)
