"""The cause-and-effect table, as data, and the one state machine that every row of it uses.

firmware/PROTECTIONS.md is generated from CAUSES (`make docs`); the principles stand in firmware/ARCHITECTURE.md.
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
HEAT = 128  # the room is heated although it is switched off
DEMAND_ZERO = 256  # the well forgets what the room asked for
COOLING_OFF = 512  # the compressor stops where it cools; heating goes on
FAN_ON = 1024  # with the compressor at rest the fan runs at its most

ACTION_TEXT = (
    (COMPRESSOR_OFF, "compressor off"),
    (PUMP_OFF, "pump off"),
    (MOVE_WATER, "water kept moving"),
    (HEAT, "room heated"),
    (FALLBACK, "fallback"),
    (START_REFUSED, "compressor starts refused"),
    (MASTER_OFF, "master contactor opened"),
    (DEMAND_ZERO, "its demand is zero"),
    (COOLING_OFF, "cooling off"),
    (FAN_ON, "fan kept on"),
    (ALARM, "alarm"),
)

WELL = 0
ROOM = 1
LOOP = 2  # the closed secondary loop of type II and III units
BUS = 3  # one room node on the well's bus
NODE = 4  # the controller itself
SCOPE_TEXT = ("well", "room unit", "secondary loop", "room on the bus", "controller")

DOUBLING = 1  # hold_s doubles with each trip inside the window
ON_SITE = 4  # its lockout is reset at the board's own console, by somebody who has looked
YIELDS = 8  # the row gives way while a room is below its frost limit or water threatens to freeze
ACCUMULATE = 2  # a cause that comes and goes adds up; while away it is forgotten at a 25th of the pace

# key, scope, cause, delay_ms, actions, reset (words), hold_s, lockouts, window_s, flags, fallback (words)
# hold_s: how long the reset condition must hold. lockouts: trips within window_s that
# latch the row until it is reset by hand; 0 never latches, 1 latches at once, 4 allows 3 retries.
CAUSES = (
    ("flow_lost", WELL, "flow below half of minimum, compressor on", 2000,
     COMPRESSOR_OFF | MOVE_WATER, "flow proven again", 300, 0, 0, 0, ""),
    ("no_flow", WELL, "no flow after pump start (10 s blanking)", 5000,
     PUMP_OFF | COMPRESSOR_OFF, "retry", 300, 3, 86400, DOUBLING | ACCUMULATE, ""),
    ("dry_run", WELL, "motor current below 80 % (configurable, 70 % at the least) of its learned value", 5000,
     PUMP_OFF | COMPRESSOR_OFF, "retry", 300, 3, 86400, DOUBLING | ACCUMULATE, ""),
    ("stray_flow", WELL, "flow counted while the pump is off", 10000,
     FALLBACK | ALARM, "pulses stop", 10, 0, 0, 0,
     "flow is proven by half as much again as is counted at rest, or by another witness"),
    ("over_pressure", WELL, "reinjection pressure over limit", 1000,
     PUMP_OFF | COMPRESSOR_OFF, "below 80 % of the limit", 60, 3, 86400, 0, ""),
    ("pressure_fault", WELL, "pressure transmitter open or short, standing still for an hour of pumping, or for a minute "
     "against what the flow proves", 1000,
     FALLBACK | ALARM, "signal valid", 10, 0, 0, 0,
     "flow held where the learned reinjection capacity needs half of the pressure limit"),
    ("pressure_blind", WELL, "the same, and the capacity is not learned yet, the flow has fallen away from it, or the pump "
     "knows one speed", 1000,
     PUMP_OFF | COMPRESSOR_OFF, "signal valid", 10, 0, 0, 0, ""),
    ("leak_alarm", WELL, "water lifted and returned, counted over 10 min of pumping, differ by 2 % more than their meters "
     "did at commissioning", 0,
     ALARM, "by hand", 0, 1, 86400, 0, ""),
    ("leak", WELL, "more than 10 % of the water lifted within the last minute did not return", 0,
     PUMP_OFF | COMPRESSOR_OFF | ALARM, "by hand", 0, 1, 86400, ON_SITE, ""),
    ("lift_meter", WELL, "lift meter silent, or counting no more than at rest, while the return meter, or the learned "
     "reinjection pressure, proves flow", 5000,
     FALLBACK | ALARM, "meter counts", 30, 0, 0, 0, "flow from the return meter, else from the reinjection pressure"),
    ("return_meter", WELL, "return meter silent while water is lifted and the reinjection pressure is as learned", 5000,
     FALLBACK | ALARM, "meter counts", 30, 0, 0, 0, "the leak rows rest; flow from the lift meter"),
    ("pump_welded", WELL, "pump contactor on while commanded off", 500,
     ALARM, "by hand", 0, 1, 86400, ON_SITE, ""),
    ("pump_dead", WELL, "pump contactor off while commanded on", 500,
     PUMP_OFF | COMPRESSOR_OFF | ALARM, "retry", 60, 4, 3600, DOUBLING, ""),
    ("drive_fault", WELL, "fault contact of the pump's drive open", 500,
     PUMP_OFF | COMPRESSOR_OFF | ALARM, "contact closed", 60, 4, 3600, DOUBLING, ""),
    ("low_level", WELL, "water over the pump below half of its minimum", 5000,
     PUMP_OFF | COMPRESSOR_OFF | ALARM, "above the minimum", 300, 3, 86400, DOUBLING, ""),
    ("level_fault", WELL, "level transmitter open or short", 1000,
     FALLBACK | ALARM, "signal valid", 10, 0, 0, 0, "no drawdown override; flow and current guard the pump"),
    ("current_fault", WELL, "motor current transmitter open or short", 1000,
     FALLBACK | ALARM, "signal valid", 10, 0, 0, 0, "dry run is told by flow alone"),
    ("supply_water_sensor", WELL, "supply water sensor invalid", 0,
     FALLBACK | ALARM, "3 good readings", 0, 0, 0, 0, "no return temperature override; heat meters rest"),
    ("return_water_sensor", WELL, "return water sensor invalid", 0,
     FALLBACK | ALARM, "3 good readings", 0, 0, 0, 0, "no return temperature override; well's heat meter rests"),
    ("clogging", WELL, "reinjection capacity below 70 % of its commissioning value", 0,
     ALARM, "above 75 %", 0, 0, 0, 0, ""),
    ("pump_weak", WELL, "flow below 60 % of what the pump gave at this speed", 120000,
     ALARM, "above 75 %", 10, 0, 0, 0, ""),
    ("record_lost", WELL, "stored lockouts cannot be read and count as locked out", 0,
     PUMP_OFF | COMPRESSOR_OFF | FALLBACK | ALARM, "by hand", 0, 1, 86400, ON_SITE | YIELDS, "water against frost"),
    ("unproven", WELL, "pump on, and its flow neither proven (75 % of minimum) nor missing (50 %)", 60000,
     PUMP_OFF | COMPRESSOR_OFF, "retry", 300, 3, 86400, DOUBLING, ""),
    ("flow_doubt", WELL, "flow shown without its learned pressure, against the pump's speed, and it does not follow a "
     "change of speed", 12000,
     PUMP_OFF | COMPRESSOR_OFF | ALARM, "retry", 300, 3, 86400, DOUBLING | ACCUMULATE, ""),
    ("motor_protection", WELL, "contact of the motor's protection open: phase lost, over-current", 500,
     PUMP_OFF | COMPRESSOR_OFF | ALARM, "contact closed", 300, 3, 86400, DOUBLING, ""),
    ("strainer", WELL, "differential pressure switch of the strainer open while pumping", 30000,
     ALARM, "closed while pumping", 600, 0, 0, 0, ""),
    ("wellhead_vacuum", WELL, "wellhead below its least pressure while pumping: air is drawn in", 60000,
     ALARM, "5 kPa above it while pumping", 60, 0, 0, 0, ""),
    ("freeze", ROOM, "leaving water below the freeze limit, or soon to be, by its own fall", 2000,
     COMPRESSOR_OFF | MOVE_WATER, "+ 2 K", 300, 3, 3600, 0, ""),
    ("freeze_blind", ROOM, "leaving water sensor invalid and freezing possible (compressor ran within 10 min, or room cold)",
     30000, MOVE_WATER | ALARM, "sensor back, or no risk", 0, 0, 0, 0, ""),
    ("high_pressure", ROOM, "refrigerant high pressure switch", 0,
     COMPRESSOR_OFF, "switch closed", 300, 3, 3600, 0, ""),
    ("low_pressure", ROOM, "refrigerant low pressure switch (bypassed for 120 s after a start)", 2000,
     COMPRESSOR_OFF, "switch closed", 300, 3, 3600, 0, ""),
    ("welded", ROOM, "compressor relay on while commanded off", 500,
     COMPRESSOR_OFF | MASTER_OFF | MOVE_WATER | ALARM, "by hand", 0, 1, 86400, ON_SITE, ""),
    ("dead_relay", ROOM,
     "compressor, circulation pump or reversing relay off while commanded on, or reversing relay welded against the mode",
     500, COMPRESSOR_OFF | ALARM, "feedback agrees", 60, 4, 3600, DOUBLING, ""),
    ("leaving_sensor", ROOM, "leaving water sensor invalid", 0,
     COMPRESSOR_OFF | ALARM, "3 good readings", 0, 0, 0, 0, ""),
    ("room_sensor", ROOM, "room temperature sensor invalid", 0,
     FALLBACK | ALARM, "3 good readings", 0, 0, 0, 0, "mean duty of the last hours"),
    ("supply_sensor", ROOM, "supply air sensor invalid", 0,
     FALLBACK | ALARM, "3 good readings", 0, 0, 0, 0, "fan stays at the last speed that held the supply air"),
    ("frost", ROOM, "room below the frost limit, whatever its mode", 60000,
     HEAT | ALARM, "+ 2 K", 60, 0, 0, 0, ""),
    ("no_difference", ROOM, "compressor on for 5 min, water not 1 K colder nor air 5 K warmer than what enters "
     "(cooling: the reverse)", 60000,
     COMPRESSOR_OFF | ALARM, "retry", 1800, 3, 86400, 0, ""),
    ("no_answer", ROOM, "full heat asked for during 1 h and the room did not rise by 0.3 K (cooling: fall)", 0,
     ALARM, "room answers, or less is asked for", 60, 0, 0, 0, ""),
    ("well_silent", ROOM, "permissive from the well silent on the bus (room nodes)", 10000,
     COMPRESSOR_OFF, "message, then a staggered restart", 0, 0, 0, 0, ""),
    ("unit_record_lost", ROOM, "stored lockouts cannot be read and count as locked out", 0,
     COMPRESSOR_OFF | FALLBACK | ALARM, "by hand", 0, 1, 86400, ON_SITE | YIELDS, "frost heating goes on"),
    ("wrong_way", ROOM, "heating that cools: air 3 K colder and water 1 K warmer than what enters, 45 s after a start "
     "(cooling: the reverse)", 10000,
     COMPRESSOR_OFF | ALARM, "retry", 1800, 2, 86400, 0, ""),
    ("no_response", ROOM, "leaving water does not follow the circulation pump (90 s) or the compressor (150 s): the pump "
     "stands, or the sensor is off its pipe, frozen or in another place", 10000,
     COMPRESSOR_OFF | ALARM, "retry", 600, 3, 7200, 0, ""),
    ("freeze_again", ROOM, "second freeze trip within an hour", 0,
     ALARM, "no freeze trip for half an hour", 1800, 0, 0, 0, ""),
    ("unit_pump_welded", ROOM, "circulation pump relay on while commanded off: the unit heats on", 500,
     ALARM, "off when commanded off", 60, 0, 0, 0, ""),
    ("room_doubt", ROOM, "room sensor 3 K to the same side of supply air and leaving water, an hour at rest", 60000,
     FALLBACK | ALARM, "within 2 K at rest, or it jumps", 60, 0, 0, 0, "room temperature corrected by the difference"),
    ("source_cold", ROOM, "leaving water near its freeze limit slows or ends the runs, or water too cold bars them, "
     "and the room is 1 K below its target",
     1800000, ALARM, "whole runs, or within 0.5 K of the target", 600, 0, 0, 0, ""),
    ("condensate", ROOM, "float switch of the condensate pan open", 5000,
     COOLING_OFF | ALARM, "switch closed", 300, 0, 0, 0, ""),
    ("coil_freeze", ROOM, "supply air below 3 degC when cooling: the air coil freezes", 180000,
     COOLING_OFF | FAN_ON | ALARM, "supply air within 4 K of the room", 120, 4, 86400, 0, ""),
    ("compressor_protection", ROOM, "contact of the compressor's protection open: phase lost, over-current", 500,
     COMPRESSOR_OFF | ALARM, "contact closed", 300, 3, 3600, DOUBLING, ""),
    ("loop_flow", LOOP, "flow switch open while the loop's pump runs (10 s blanking)", 2000,
     COMPRESSOR_OFF, "flow switch closed", 60, 0, 0, 0, ""),
    ("loop_pressure", LOOP, "pressure of the secondary loop below its minimum (antifreeze lost)", 10000,
     PUMP_OFF | COMPRESSOR_OFF | ALARM, "above the minimum", 60, 3, 86400, 0, ""),
    ("loop_pressure_fault", LOOP, "pressure transmitter of the secondary loop open or short", 1000,
     FALLBACK | ALARM, "signal valid", 10, 0, 0, 0, "the flow switch alone tells a lost filling"),
    ("exchanger_freeze", LOOP, "well water behind the heat exchanger below its limit", 2000,
     COMPRESSOR_OFF | MOVE_WATER, "+ 1 K", 300, 0, 0, 0, ""),
    ("exchanger_blind", LOOP, "return water sensor invalid or in doubt, and the secondary loop below 1 degC (or its "
     "sensor invalid too)",
     30000, COMPRESSOR_OFF | MOVE_WATER | ALARM, "sensor back, or loop above 2 degC", 60, 0, 0, 0, ""),
    ("loop_cold", LOOP, "secondary loop within 3 K of the antifreeze's freezing point", 2000,
     COMPRESSOR_OFF | MOVE_WATER | ALARM, "+ 2 K", 300, 0, 0, 0, ""),
    ("loop_sensor", LOOP, "supply sensor of the secondary loop invalid", 0,
     FALLBACK | ALARM, "3 good readings", 0, 0, 0, 0, "leaving sensors of the units guard the loop"),
    ("loop_pump_dead", LOOP, "loop pump relay off while commanded on", 500,
     COMPRESSOR_OFF | ALARM, "feedback agrees", 60, 4, 3600, DOUBLING, ""),
    ("loop_pump_welded", LOOP, "loop pump relay on while commanded off", 500,
     ALARM, "feedback agrees", 60, 0, 0, 0, ""),
    ("loop_record_lost", LOOP, "stored lockouts cannot be read and count as locked out", 0,
     PUMP_OFF | COMPRESSOR_OFF | FALLBACK | ALARM, "by hand", 0, 1, 86400, ON_SITE | YIELDS, "water against frost"),
    ("exchanger_doubt", LOOP, "return water does not follow what the units take from it, 3 min after a change", 150000,
     FALLBACK | ALARM, "it does", 1800, 0, 0, 0, "as if its sensor were invalid: no compressor while the secondary "
     "loop is below 1 degC"),
    ("room_silent", BUS, "room silent on the bus", 60000,
     DEMAND_ZERO | ALARM, "message", 0, 0, 0, 0, ""),
    ("scans_late", NODE, "seconds in which a scan was late by a whole period or more", 60000,
     ALARM, "scans in time", 60, 0, 0, ACCUMULATE, ""),
)

# Timers that are no trips but limit the same motors: what, and the config keys that set it.
TIMERS = (
    ("compressor", "at least {min_off_s} s off, at least {min_on_s} s on (safety overrides it), at most "
     "{starts_per_hour} starts in any hour; starts count across resets"),
    ("well pump", "at least {pump_min_off_s} s off, at least {pump_min_on_s} s on, at most {pump_starts_per_day} starts "
     "in 24 h; starts count across resets"),
    ("after power returns", "every compressor rests its full minimum off time and {restart_min_s} to "
     "{restart_max_s} s more, at random"),
)


class Trip:
    """One row of the table at work: delay, hold until reset, lockout."""

    def __init__(self, row):
        self.key = row[0]
        self.delay_ms = row[3]
        self.base_ms = row[6] * 1000
        self.hold_ms = self.base_ms
        self.doubling = row[9] & DOUBLING != 0
        self.accumulate = row[9] & ACCUMULATE != 0
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
            left = self.t_ms - (dt_ms >> 5) - 1 if self.accumulate else 0
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
            if self.doubling:
                self.hold_ms = self.base_ms << (limiter.count(now_s) - 1)

    def trips(self, now_s: int) -> int:
        """Trips inside the row's window, 0 for a row that never locks out."""
        return self.limiter.count(now_s) if self.limiter is not None else 0

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
