"""The cause-and-effect table at work: its rows without their words, each row's bit by name.

The rows stand in cause_rows.py.
"""

from collections import namedtuple

from . import cause_rows, drop, on_board

Cause = namedtuple("Cause", ("key", "scope", "bit", "cause", "delay_ms", "actions", "reset", "hold_s", "lockouts",
                             "window_s", "flags", "fallback"))


def _taken(row):
    """A row as it stays in memory: on a board without its words, which are a tenth of what there is to spare."""
    row = Cause(*row)
    return Cause(row.key, row.scope, row.bit, "", row.delay_ms, row.actions, "", row.hold_s, row.lockouts, row.window_s,
                 row.flags, "") if on_board() else row


CAUSES = tuple([_taken(row) for row in cause_rows.CAUSES])

drop(cause_rows)
del cause_rows


def words():
    """{key: the cause in words}; loads the rows again for as long as that is kept."""
    from . import cause_rows as table
    found = {row[0]: row[3] for row in table.CAUSES}
    drop(table)
    return found


def find(key: str):
    """The table's row with this key; KeyError when there is none."""
    for row in CAUSES:
        if row.key == key:
            return row
    raise KeyError(key)


def rows(scope: int):
    """Rows of one scope by their bits: 0, 1, 2, ... (a row that is given up keeps its place)."""
    return sorted([row for row in CAUSES if row.scope == scope], key=lambda row: row.bit)


def bit(key: str) -> int:
    """The bit of the row with this key; KeyError when there is none."""
    return find(key).bit


def name(scope: int, number: int) -> str:
    """The key of a bit; its number where this firmware has no such row (a node on the bus may be newer)."""
    for row in CAUSES:
        if row.scope == scope and row.bit == number:
            return row.key
    return str(number)


# Well
FLOW_LOST = bit("flow_lost")
NO_FLOW = bit("no_flow")
DRY_RUN = bit("dry_run")
STRAY_FLOW = bit("stray_flow")
OVER_PRESSURE = bit("over_pressure")
PRESSURE_FAULT = bit("pressure_fault")
PRESSURE_BLIND = bit("pressure_blind")
LEAK_ALARM = bit("leak_alarm")
LEAK = bit("leak")
LIFT_METER = bit("lift_meter")
RETURN_METER = bit("return_meter")
PUMP_WELDED = bit("pump_welded")
PUMP_DEAD = bit("pump_dead")
DRIVE_FAULT = bit("drive_fault")
LOW_LEVEL = bit("low_level")
LEVEL_FAULT = bit("level_fault")
CURRENT_FAULT = bit("current_fault")
SUPPLY_WATER_SENSOR = bit("supply_water_sensor")
RETURN_WATER_SENSOR = bit("return_water_sensor")
CLOGGING = bit("clogging")
PUMP_WEAK = bit("pump_weak")
RECORD_LOST = bit("record_lost")
UNPROVEN = bit("unproven")
FLOW_DOUBT = bit("flow_doubt")
MOTOR_PROTECTION = bit("motor_protection")
STRAINER = bit("strainer")
WELLHEAD_VACUUM = bit("wellhead_vacuum")

# Room unit
FREEZE = bit("freeze")
FREEZE_BLIND = bit("freeze_blind")
HIGH_PRESSURE = bit("high_pressure")
LOW_PRESSURE = bit("low_pressure")
WELDED = bit("welded")
DEAD_RELAY = bit("dead_relay")
LEAVING_SENSOR = bit("leaving_sensor")
ROOM_SENSOR = bit("room_sensor")
SUPPLY_SENSOR = bit("supply_sensor")
FROST = bit("frost")
NO_DIFFERENCE = bit("no_difference")
NO_ANSWER = bit("no_answer")
WELL_SILENT = bit("well_silent")
UNIT_RECORD_LOST = bit("unit_record_lost")
WRONG_WAY = bit("wrong_way")
NO_RESPONSE = bit("no_response")
FREEZE_AGAIN = bit("freeze_again")
UNIT_PUMP_WELDED = bit("unit_pump_welded")
ROOM_DOUBT = bit("room_doubt")
SOURCE_COLD = bit("source_cold")
CONDENSATE = bit("condensate")
COIL_FREEZE = bit("coil_freeze")
COMPRESSOR_PROTECTION = bit("compressor_protection")

# Secondary loop
LOOP_FLOW = bit("loop_flow")
LOOP_PRESSURE = bit("loop_pressure")
LOOP_PRESSURE_FAULT = bit("loop_pressure_fault")
EXCHANGER_FREEZE = bit("exchanger_freeze")
EXCHANGER_BLIND = bit("exchanger_blind")
LOOP_COLD = bit("loop_cold")
LOOP_SENSOR = bit("loop_sensor")
LOOP_PUMP_DEAD = bit("loop_pump_dead")
LOOP_PUMP_WELDED = bit("loop_pump_welded")
LOOP_RECORD_LOST = bit("loop_record_lost")
EXCHANGER_DOUBT = bit("exchanger_doubt")

# Room on the bus
ROOM_SILENT = bit("room_silent")

# Controller
SCANS_LATE = bit("scans_late")
