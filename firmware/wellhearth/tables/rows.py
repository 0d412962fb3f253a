"""The rows of the point table: every value a node shows or takes, described once. points.py is what to import.

On a board points.py leaves the help texts behind: this module leaves the heap when they are taken over.
"""

from ..control import grid, overrides, plan, room, trips, turns, wall, well
from ..storage import boot_record
from . import causes, on_board

ROOM_WALL = "riob"  # what stands at the wall of a room
INT_MAX = (1 << 30) - 1
# In the order of control/reasons.py.
REASONS = ("off", "warm_enough", "heats", "follows", "warms_up", "post_run", "rest", "restart", "spread", "starts_used",
           "turn", "water", "enough", "protection", "cold_water", "blind", "limited", "early", "preheats", "spares",
           "zeroing")
# Both in the order of storage/slots.py, which is in memory for an update alone.
UPDATE = ("none", "receiving", "checking", "waiting", "trial")
UPDATE_WHY = ("fine", "form", "other_unit", "seal", "old_order", "expired", "other_board", "below_floor", "no_keys",
              "no_slots", "no_room", "busy", "damaged_record", "hash", "pack", "flash", "boots", "scans", "records", "links",
              "by_hand", "late", "gap", "full", "no_order")
ZERO = "enum:none|learned|refused"  # in the order of metering/zero.py
LOOP_STATES = ("off", "prove", "run", "post_run")  # in the order of control/secondary.py, which few nodes load


def keys(scope: int):
    """The keys of the causes of a scope; on a board only which scope: causes.py has them too (console/views.shown)."""
    return "bits:%d" % scope if on_board() else "bits:" + "|".join([row.key for row in causes.rows(scope)])


NODE = (
    ("uptime_s", "s", 0, INT_MAX, "r", False, 0, "time since boot"),
    ("scans", "count", 0, INT_MAX, "r", False, 2, "scans since boot"),
    ("scan_last_us", "us", 0, INT_MAX, "r", False, 4, "duration of the last scan"),
    ("scan_max_us", "us", 0, INT_MAX, "r", False, 6, "longest scan since boot"),
    ("late_last_us", "us", 0, INT_MAX, "r", False, 8, "lateness of the last scan"),
    ("late_max_us", "us", 0, INT_MAX, "r", False, 10, "greatest lateness since boot"),
    ("overruns", "count", 0, INT_MAX, "r", False, 12, "scans late by a whole period or more"),
    ("scan_faults", "count", 0, INT_MAX, "r", False, 14, "scans that ended in an exception"),
    ("under_1ms", "count", 0, INT_MAX, "r", False, 16, "scans shorter than 1 ms"),
    ("under_5ms", "count", 0, INT_MAX, "r", False, 18, "scans of 1 to 5 ms"),
    ("under_20ms", "count", 0, INT_MAX, "r", False, 20, "scans of 5 to 20 ms"),
    ("under_50ms", "count", 0, INT_MAX, "r", False, 22, "scans of 20 to 50 ms"),
    ("over_50ms", "count", 0, INT_MAX, "r", False, 24, "scans of 50 ms or more"),
    ("heap_free_b", "b", 0, INT_MAX, "r", False, 26, "free heap, measured by the main thread"),
    ("events_lost", "count", 0, INT_MAX, "r", False, 28, "events that found the ring full"),
    ("master_on", "bool", 0, 1, "r", False, 30, "master contactor closed"),
    ("alarm", "bool", 0, 1, "r", False, 32, "at least one trip is active"),
    ("scan_period_ms", "ms", 0, 1000, "r", False, 36, "time between the last two scans"),
    ("week_min", "min", -1, 10079, "r", False, 38, "minute of the week, Monday 00:00 = 0; -1 = the clock is not set"),
    ("quiet", "bool", 0, 1, "r", False, 40, "quiet hours"),
    ("demand_lph", "lph", 0, 1000000, "r", False, 42, "flow asked of the source by all rooms"),
    ("lead", "enum:well|well2", 0, 1, "r", False, 44, "stacked pumps: the one on duty"),
    ("reset_cause", "enum:" + "|".join(boot_record.CAUSES), 0, 6, "r", False, 46, "what ended the run before this one"),
    ("last_phase", "enum:" + "|".join(boot_record.PHASES), 0, 7, "r", False, 48, "phase in which that run ended"),
    ("short_boots", "count", 0, 100, "r", False, 50, "starts in a row, before this one, that did not live a minute"),
    ("service", "bool", 0, 1, "r", False, 52, "service mode: outputs off, no watchdog until one is tried"),
    ("interrupted", "count", 0, INT_MAX, "r", False, 54, "scans cut short by a Ctrl-C"),
    ("onewire_errors", "count", 0, INT_MAX, "r", False, 34, "1-Wire readings refused since boot"),
    ("demand_limit_pm", "pm", 300, 1000, "rw", False, 56,
     "most heating (or cooling) a room may ask for, 1000 = no limit; frost protection ignores it", "iow", 1),
    ("grid_state", "enum:" + "|".join(grid.STATES), 0, 3, "rw", False, 78,
     "SG Ready state of the grid; rooms answer within their `flex_mk`", "io", 0),
    ("peak_w", "w", 0, 250000, "rw", True, 80, "most power of all compressors together; 0 = no bound", "io", 1),
    ("outside_mc", "mc", -55000, 125000, "r", False, 82, "air outside (where a sensor is fitted)"),
    ("outside_ok", "bool", 0, 1, "r", False, 84, "outside temperature valid"),
    ("remote_s", "s", 0, 600, "r", False, 86, "until the first value from a link is given up, unless refreshed; 0 = none"),
    ("zero_run_min", "min", 0, 60, "rw", False, 88,
     "for so many minutes water moves and no compressor starts, so that pairs of sensors learn their zero; counts down; 15"
     " are enough", "i", 0),
    ("slot", "enum:none|a|b", 0, 2, "r", False, 90, "slot of the file system that the firmware runs from"),
    ("version", "count", 0, 999999999, "r", False, 92, "of the firmware: 1,000,000 x major + 1000 x minor + patch"),
    ("update", "enum:" + "|".join(UPDATE), 0, 4, "r", False, 94, "a new firmware comes, or waits for a calm moment"),
    ("update_percent", "percent", 0, 100, "r", False, 96, "how much of it is here, or verified, or of its trial is over"),
    ("update_why", "enum:" + "|".join(UPDATE_WHY), 0, 24, "r", False, 98, "why the last one was refused or went back"),
    ("commands", "count", 0, INT_MAX, "r", False, 58, "commands accepted since boot"),
    ("refused", "count", 0, INT_MAX, "r", False, 60, "commands refused since boot"),
    ("damaged", "bits:" + "|".join(boot_record.RECORDS), 0, 255, "r", False, 62,
     "stored files that this boot found damaged"),
    ("unstored", "count", 0, INT_MAX, "r", False, 64, "starts of motors that could not be stored before them"),
    ("trips", keys(trips.NODE), 0, INT_MAX, "r", False, 66, "active protections of the controller itself"),
    ("lockouts", keys(trips.NODE), 0, INT_MAX, "r", False, 68, "latched protections: none latches"),
    ("clock_quality", "enum:" + "|".join(wall.QUALITIES), 0, 5, "r", False, 70, "who gave the time, least trusted first"),
    ("clock_age_s", "s", 0, INT_MAX, "r", False, 72, "time since it was last given"),
    ("utc_day", "count", -1, wall.LAST_DAY, "r", False, 74, "UTC: days since 2000-01-01; -1 = the clock is not set"),
    ("utc_s", "s", 0, 86399, "r", False, 76, "UTC: second of the day"),
)

# What the well tells a room node, in one broadcast.
WATER = (
    ("permissive", "bool", 0, 1, "cmd", False, 0, "flow proven, compressors may run", "w", 0),
    ("enough", "bool", 0, 1, "cmd", False, 2, "the flow covers all that was asked for, one more unit may start", "w", 0),
    ("refused", "bool", 0, 1, "cmd", False, 4, "a protection of the well lets no compressor start", "w", 0),
    ("supply_mc", "mc", -55000, 125000, "cmd", False, 6, "water on its way to the rooms", "w", 0),
    ("supply_ok", "bool", 0, 1, "cmd", False, 8, "supply temperature valid", "w", 0),
    ("limit_pm", "pm", 300, 1000, "cmd", False, 10, "the well's `demand_limit_pm`", "w", 0),
    ("age_s", "s", 0, 3600, "r", False, 12, "time since the well was heard"),
    ("asked_w", "w", 0, 1000000, "r", False, 14, "demand that the well has read"),
    ("utc_day", "count", 0, wall.LAST_DAY, "cmd", False, 16, "the well's time, UTC: days since 2000-01-01", "w", 0),
    ("utc_s", "s", 0, 86399, "cmd", False, 18, "second of that day", "w", 0),
    ("grid_state", "enum:" + "|".join(grid.STATES), 0, 3, "cmd", False, 20, "the well's `grid_state`", "w", 0),
    ("hold", "enum:" + "|".join(turns.HOLDS), 0, 2, "cmd", False, 22, "why units that want to start wait", "w", 0),
    ("turn", "count", 0, 247, "cmd", False, 24, "address of the room that may start all the same; 0 = none", "w", 0),
    ("join", "count", 0, 255, "cmd", False, 26,
     "address of the room that should start early; 255 = whoever would start soon", "w", 0),
)

BUS = (
    ("frames", "count", 0, INT_MAX, "r", False, 0, "frames with a good CRC"),
    ("errors", "count", 0, INT_MAX, "r", False, 2, "frames with a bad CRC or length"),
    ("answers", "count", 0, INT_MAX, "r", False, 4, "requests answered (client: answers taken)"),
    ("timeouts", "count", 0, INT_MAX, "r", False, 6, "client: requests without an answer"),
    ("round_ms", "ms", 0, INT_MAX, "r", False, 8, "client: the last round of all rooms"),
    ("rooms", "count", 0, 32, "r", False, 10, "client: rooms that answer"),
)

WELL = (
    ("demand_w", "w", 0, 1000000, "r", False, 0, "heating or cooling asked for by all rooms"),
    ("flow_setpoint_lph", "lph", 0, 100000, "r", False, 2, "flow setpoint after its ramp"),
    ("flow_lph", "lph", 0, 100000, "r", False, 4, "water lifted: the flow the loop works with"),
    ("lift_flow_lph", "lph", 0, 100000, "r", False, 56, "water lifted, as the lift meter says"),
    ("pump_speed_pm", "pm", 0, 1000, "r", False, 6, "pump speed, 1000 = 50 Hz"),
    ("pump_on", "bool", 0, 1, "r", False, 8, "pump relay"),
    ("state", "enum:" + "|".join(well.STATES), 0, 4, "r", False, 10, "pump sequence"),
    ("permissive", "bool", 0, 1, "r", False, 12, "flow proven, compressors may run"),
    ("limiter", "enum:" + "|".join(overrides.LIMITERS), 0, 4, "r", False, 14, "what holds the speed below the flow PI"),
    ("supply_mc", "mc", -55000, 125000, "r", False, 16, "water lifted, temperature"),
    ("supply_ok", "bool", 0, 1, "r", False, 18, "supply temperature valid"),
    ("return_mc", "mc", -55000, 125000, "r", False, 20, "water returned, temperature"),
    ("return_ok", "bool", 0, 1, "r", False, 22, "return temperature valid"),
    ("reinjection_kpa", "kpa", -100, 10000, "r", False, 24, "reinjection pressure, gauge"),
    ("reinjection_ok", "bool", 0, 1, "r", False, 26, "pressure transmitter valid"),
    ("return_flow_lph", "lph", 0, 100000, "r", False, 28, "water returned, measured (second meter)"),
    ("starts", "count", 0, INT_MAX, "r", False, 30, "pump starts since boot"),
    ("run_s", "s", 0, 3599, "r", False, 32, "pump run time, seconds of the hour begun"),
    ("run_h", "h", 0, INT_MAX, "r", False, 34, "pump run time, whole hours"),
    ("circulated_l", "l", 0, 999, "r", False, 36, "water lifted, litres of the cubic metre begun"),
    ("circulated_m3", "m3", 0, INT_MAX, "r", False, 38, "water lifted, whole cubic metres"),
    ("returned_l", "l", 0, 999, "r", False, 40, "water returned, litres of the cubic metre begun"),
    ("returned_m3", "m3", 0, INT_MAX, "r", False, 42, "water returned, whole cubic metres"),
    ("source_w", "w", -10000000, 10000000, "r", False, 44, "heat taken from the ground now"),
    ("source_wh", "wh", 0, 999999, "r", False, 46, "heat taken from the ground, Wh of the MWh begun"),
    ("source_mwh", "mwh", 0, INT_MAX, "r", False, 48, "heat taken from the ground, whole MWh"),
    ("sink_wh", "wh", 0, 999999, "r", False, 68, "heat given to the ground (cooling), Wh of the MWh begun"),
    ("sink_mwh", "mwh", 0, INT_MAX, "r", False, 70, "heat given to the ground (cooling), whole MWh"),
    ("trips", keys(trips.WELL), 0, INT_MAX, "r", False, 50, "active protections of the well"),
    ("lockouts", keys(trips.WELL), 0, INT_MAX, "r", False, 52, "latched protections, reset by hand"),
    ("reset_trip", "count", 0, 29, "cmd", False, 54, "reset a lockout: its place in `lockouts`, 0 the first", "i", 0),
    ("capacity_lph_bar", "lph_bar", 0, 3500000, "r", False, 58, "reinjection capacity: flow for 100 kPa of pressure rise"),
    ("capacity_ref_lph_bar", "lph_bar", 0, 3500000, "rw", True, 60,
     "its value at commissioning; learned in the first hour, write 0 after cleaning the well", "i", 0),
    ("capacity_percent", "percent", 0, 999, "r", False, 62, "capacity against commissioning; 0 = not known yet"),
    ("current_ma", "ma", -25000, 32000, "r", False, 64, "motor current (where fitted)"),
    ("level_kpa", "kpa", -2000, 3000, "r", False, 66, "water over the pump (where fitted), 10 kPa = 1 m"),
    ("zero_mk", "mk", -1200, 1200, "r", False, 72, "learned: what supply less return reads when it is nothing"),
    ("zero", ZERO, 0, 2, "r", False, 74, "whether that is known; refused: more than two sensors can be off, or it moved"),
    ("plant_w", "w", -1000000, 1000000, "cmd", False, 76,
     "heat that a plant asks of this well, negative: gives to it; forgotten after a minute", "p", 0),
    ("plant_running", "bool", 0, 1, "cmd", False, 78, "the plant's machines draw its water", "p", 0),
    ("plant_age_s", "s", 0, 3600, "r", False, 80, "time since the plant was heard"),
    ("most_lph", "lph", 0, 100000, "r", False, 82, "most flow that it gives (max_flow_lph)"),
)

POLLED = 10  # so many points, the first by their registers, are what the well reads of each room

ROOM = (
    ("mode", "enum:" + "|".join(plan.MODES), 0, 3, "rw", True, 14, "what the user asked for", ROOM_WALL, 1),
    ("setpoint_mc", "mc", 5000, 30000, "rw", True, 16, "room temperature setpoint", ROOM_WALL, 1),
    ("fan_fixed_pm", "pm", 0, 1000, "rw", True, 20, "fan speed while the compressor runs; 0 = automatic", ROOM_WALL, 1),
    ("boost_min", "min", 0, 240, "rw", False, 22,
     "boost: 2 K more (cooling: less) for so many minutes; counts down", ROOM_WALL, 0),
    ("timer_min", "min", 0, 1440, "rw", False, 24,
     "off timer: the room is switched off when it has counted down (over a bus: for ten minutes); 0 = none", ROOM_WALL, 0),
    ("schedule_on", "bool", 0, 1, "rw", True, 26, "1 = follow the schedule of the config", ROOM_WALL, 1),
    ("target_mc", "mc", 0, 40000, "r", False, 12, "setpoint now: with setback, boost and frost protection"),
    ("direction", "enum:none|heat|cool", 0, 2, "r", False, 2, "heating or cooling"),
    ("warmup_mk_h", "mk_h", 0, 10000, "r", False, 28, "learned warm-up, mK in an hour"),
    ("room_mc", "mc", -55000, 125000, "r", False, 10, "room temperature"),
    ("room_ok", "bool", 0, 1, "r", False, 30, "room temperature valid"),
    ("supply_air_mc", "mc", -55000, 125000, "r", False, 32, "supply air temperature"),
    ("supply_air_ok", "bool", 0, 1, "r", False, 34, "supply air temperature valid"),
    ("leaving_mc", "mc", -55000, 125000, "r", False, 36, "leaving water temperature (LWT)"),
    ("leaving_ok", "bool", 0, 1, "r", False, 38, "leaving water temperature valid"),
    ("state", "enum:" + "|".join(room.STATES), 0, 4, "r", False, 8, "sequence of the unit"),
    ("reason", "enum:" + "|".join(REASONS), 0, 20, "r", False, 68, "why the unit does what it does"),
    ("wait_s", "s", 0, 86400, "r", False, 70, "and for how long at the most; 0 = nobody can say"),
    ("duty_pm", "pm", 0, 1000, "r", False, 40, "share of full heat (or cold) asked for"),
    ("demand_w", "w", 0, 100000, "r", False, 0, "heating or cooling asked of the well"),
    ("compressor_on", "bool", 0, 1, "r", False, 4, "compressor relay"),
    ("compressor_pm", "pm", 0, 1000, "r", False, 42, "compressor speed"),
    ("pump_on", "bool", 0, 1, "r", False, 6, "circulation pump relay"),
    ("fan_pm", "pm", 0, 1000, "r", False, 44, "fan speed"),
    ("starts", "count", 0, INT_MAX, "r", False, 46, "compressor starts since boot"),
    ("starts_1h", "count", 0, 100, "r", False, 48, "compressor starts within the last hour"),
    ("run_s", "s", 0, 3599, "r", False, 50, "compressor run time, seconds of the hour begun"),
    ("run_h", "h", 0, INT_MAX, "r", False, 52, "compressor run time, whole hours"),
    ("source_w", "w", -1000000, 1000000, "r", False, 54, "heat taken from the water now; negative: given to it"),
    ("source_wh", "wh", 0, 999999, "r", False, 56, "heat taken from the water, Wh of the MWh begun"),
    ("source_mwh", "mwh", 0, INT_MAX, "r", False, 58, "heat taken from the water, whole MWh"),
    ("sink_wh", "wh", 0, 999999, "r", False, 60, "heat given to the water (cooling), Wh of the MWh begun"),
    ("sink_mwh", "mwh", 0, INT_MAX, "r", False, 62, "heat given to the water (cooling), whole MWh"),
    ("trips", keys(trips.ROOM), 0, INT_MAX, "r", False, 18, "active protections of the unit"),
    ("lockouts", keys(trips.ROOM), 0, INT_MAX, "r", False, 64, "latched protections, reset by hand"),
    ("reset_trip", "count", 0, 29, "cmd", False, 66, "reset a lockout: its place in `lockouts`, 0 the first", "i", 0),
    ("zero_mk", "mk", -1200, 1200, "r", False, 72, "learned: what entering less leaving reads when it is nothing"),
    ("zero", ZERO, 0, 2, "r", False, 74, "whether that is known; refused: more than two sensors can be off, or it moved"),
)

LOOP = (
    ("supply_mc", "mc", -55000, 125000, "r", False, 0, "secondary loop, to the units"),
    ("supply_ok", "bool", 0, 1, "r", False, 2, "its sensor is valid"),
    ("return_mc", "mc", -55000, 125000, "r", False, 4, "secondary loop, from the units"),
    ("return_ok", "bool", 0, 1, "r", False, 6, "its sensor is valid"),
    ("pressure_kpa", "kpa", -100, 2500, "r", False, 8, "pressure of the filling, gauge"),
    ("pressure_ok", "bool", 0, 1, "r", False, 10, "its transmitter is valid"),
    ("flow_ok", "bool", 0, 1, "r", False, 12, "flow switch closed"),
    ("pump_on", "bool", 0, 1, "r", False, 14, "loop pump relay"),
    ("state", "enum:" + "|".join(LOOP_STATES), 0, 3, "r", False, 16, "sequence of the loop's pump"),
    ("permissive", "bool", 0, 1, "r", False, 18, "flow proven, compressors may run"),
    ("trips", keys(trips.LOOP), 0, INT_MAX, "r", False, 20, "active protections of the loop"),
    ("lockouts", keys(trips.LOOP), 0, INT_MAX, "r", False, 22, "latched protections, reset by hand"),
    ("reset_trip", "count", 0, 29, "cmd", False, 24, "reset a lockout: its place in `lockouts`, 0 the first", "i", 0),
)

# A room node on the bus, as the well sees it.
FAR = (
    ("address", "count", 0, 247, "r", False, 0, "Modbus address of the room's node"),
    ("online", "bool", 0, 1, "r", False, 2, "it answered within the last minute"),
    ("demand_w", "w", 0, 100000, "r", False, 4, "heating or cooling it asks for"),
    ("direction", "enum:none|heat|cool", 0, 2, "r", False, 6, "heating or cooling"),
    ("compressor_on", "bool", 0, 1, "r", False, 8, "compressor relay"),
    ("pump_on", "bool", 0, 1, "r", False, 10, "circulation pump relay"),
    ("state", "enum:" + "|".join(room.STATES), 0, 4, "r", False, 12, "sequence of the unit"),
    ("room_mc", "mc", -55000, 125000, "r", False, 14, "room temperature"),
    ("target_mc", "mc", 0, 40000, "r", False, 16, "setpoint now"),
    ("mode", "enum:" + "|".join(plan.MODES), 0, 3, "rw", False, 18, "what its user asked for; written through to the room",
     "rio", 0),
    ("setpoint_mc", "mc", 5000, 30000, "rw", False, 20, "room temperature setpoint; written through to the room", "rio", 0),
    ("room_trips", keys(trips.ROOM), 0, INT_MAX, "r", False, 22, "active protections of the unit"),
    ("answers", "count", 0, INT_MAX, "r", False, 24, "answers taken"),
    ("timeouts", "count", 0, INT_MAX, "r", False, 26, "requests without an answer"),
    ("errors", "count", 0, INT_MAX, "r", False, 28, "answers refused: CRC, length, exception"),
    ("trips", keys(trips.BUS), 0, INT_MAX, "r", False, 30, "active protections of the link"),
    ("lockouts", keys(trips.BUS), 0, INT_MAX, "r", False, 32, "latched protections: none latches"),
)
