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
START_REFUSED = 32  # compressors that run go on, none starts
MASTER_OFF = 64  # the master contactor of the compressors opens

ACTION_TEXT = (
    (COMPRESSOR_OFF, "compressor off"),
    (PUMP_OFF, "pump off"),
    (MOVE_WATER, "water kept moving"),
    (FALLBACK, "loop goes to its fallback"),
    (START_REFUSED, "compressor starts refused"),
    (MASTER_OFF, "master contactor opened"),
    (ALARM, "alarm"),
)

WELL = 0
ROOM = 1

# key, scope, cause, delay_ms, actions, reset (words), hold_s, lockouts, window_s, doubling
# hold_s: how long the reset condition must hold. lockouts: trips within window_s that
# latch the row until it is reset by hand; 0 never latches, 1 latches at once. doubling:
# hold_s doubles with each trip inside the window.
CAUSES = (
    ("flow_lost", WELL, "flow below half of minimum, compressor on", 2000,
     COMPRESSOR_OFF | MOVE_WATER, "flow proven again", 300, 0, 0, False),
    ("no_flow", WELL, "no flow after pump start (10 s blanking)", 5000,
     PUMP_OFF | COMPRESSOR_OFF, "retry", 300, 3, 86400, True),
    ("stray_flow", WELL, "flow counted while the pump is off", 10000,
     START_REFUSED | ALARM, "pulses stop", 10, 0, 0, False),
    ("over_pressure", WELL, "reinjection pressure over limit", 1000,
     PUMP_OFF | COMPRESSOR_OFF, "below 80 % of the limit", 60, 3, 86400, False),
    ("pressure_fault", WELL, "pressure transmitter open or short", 1000,
     PUMP_OFF | COMPRESSOR_OFF, "signal valid", 10, 0, 0, False),
    ("leak_alarm", WELL, "water lifted and returned differ by more than 2 %", 600000,
     ALARM, "by hand", 0, 1, 86400, False),
    ("leak", WELL, "water lifted and returned differ by more than 10 %", 60000,
     PUMP_OFF | COMPRESSOR_OFF | ALARM, "by hand", 0, 1, 86400, False),
    ("pump_welded", WELL, "pump contactor on while commanded off", 500,
     START_REFUSED | ALARM, "by hand", 0, 1, 86400, False),
    ("pump_dead", WELL, "pump contactor off while commanded on", 500,
     PUMP_OFF | COMPRESSOR_OFF | ALARM, "retry", 60, 3, 3600, False),
    ("freeze", ROOM, "leaving water below the freeze limit", 2000,
     COMPRESSOR_OFF | MOVE_WATER, "+ 2 K", 300, 0, 0, False),
    ("high_pressure", ROOM, "refrigerant high pressure switch", 0,
     COMPRESSOR_OFF, "switch closed", 300, 3, 3600, False),
    ("low_pressure", ROOM, "refrigerant low pressure switch (bypassed for 120 s after a start)", 2000,
     COMPRESSOR_OFF, "switch closed", 300, 3, 3600, False),
    ("welded", ROOM, "compressor relay on while commanded off", 500,
     COMPRESSOR_OFF | MASTER_OFF | MOVE_WATER | ALARM, "by hand", 0, 1, 86400, False),
    ("dead_relay", ROOM, "compressor or circulation pump relay off while commanded on, or the pump's welded", 500,
     COMPRESSOR_OFF | ALARM, "feedback agrees", 60, 3, 3600, False),
    ("leaving_sensor", ROOM, "leaving water sensor invalid", 0,
     COMPRESSOR_OFF | MOVE_WATER | ALARM, "3 good readings", 0, 0, 0, False),
    ("room_sensor", ROOM, "room temperature sensor invalid", 0,
     FALLBACK | ALARM, "3 good readings", 0, 0, 0, False),
    ("supply_sensor", ROOM, "supply air sensor invalid", 0,
     FALLBACK | ALARM, "3 good readings", 0, 0, 0, False),
)


class Trip:
    """One row of the table at work: delay, hold until reset, lockout."""

    def __init__(self, row):
        self.key = row[0]
        self.delay_ms = row[3]
        self.actions = row[4]
        self.base_ms = row[6] * 1000
        self.hold_ms = self.base_ms
        self.doubling = row[9]
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
            if self.doubling:
                self.hold_ms = self.base_ms << (limiter.count(now_s) - 1)

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
