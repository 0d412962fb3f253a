"""Configuration: every key with its default, unit, limits and help; load, validate, save.

A config file is JSON: {"node": {...}, "well": {...}, "rooms": [{...}, ...]}; a stacked well has
"well2" besides, units of type II and III have "loop". Every mistake in it is reported at once,
with the key, the value and what is allowed.
"""

import json
import os

from ..control import plan, schedule
from ..drivers import ds18b20
from ..storage import record
from . import points
from .section import KEYS, Config, Section

INT = "int"
TEXT = "text"
ROM = "rom"
WEEK = "week"

ADDRESSES = "addresses"

MAX_ROOMS = 8
SECTIONS = ("node", "well", "well2", "loop", "rooms", "bus", "bms", "remote")
BAUDS = (9600, 19200, 38400, 57600, 115200)
PARITIES = ("even", "odd", "none")

# key, type (or tuple of allowed words), default, unit, lo, hi, help
NODE = (
    ("name", TEXT, "wellhearth", "", 1, 32, "name of this controller"),
    ("period_ms", INT, 100, "ms", 50, 200, "scan period (20 to 5 Hz)"),
    ("restart_min_s", INT, 30, "s", 0, 600, "staggered restart, shortest wait after power returns"),
    ("restart_max_s", INT, 180, "s", 0, 600, "staggered restart, longest wait"),
    ("aux_contacts", INT, 1, "0/1", 0, 1,
     "0 = no auxiliary contacts are wired: a welded or dead relay then goes unnoticed"),
    ("quiet_from_min", INT, 0, "min", 0, 1439, "quiet hours begin, minutes after midnight; equal to the end: none"),
    ("quiet_to_min", INT, 0, "min", 0, 1439, "quiet hours end, minutes after midnight"),
)

WELL = (
    ("type", ("single_aquifer", "particle", "multi_aquifer"), "single_aquifer", "", 0, 0,
     "kind of well; multi_aquifer: two stacked sections, the upper one in `well2`"),
    ("pump_drive", ("variable", "fixed"), "variable", "", 0, 0, "variable-speed drive, or a relay and full speed"),
    ("drive_fault_input", INT, 0, "0/1", 0, 1, "1 = the drive's fault contact (normally closed) is wired"),
    ("motor_protection_input", INT, 0, "0/1", 0, 1,
     "1 = the contact (normally closed) of a relay for phase loss and over-current is wired"),
    ("strainer_input", INT, 0, "0/1", 0, 1,
     "1 = a differential pressure switch over the strainer (opens when it is clogged) is wired"),
    ("pump_motor", ("four_inch", "six_inch"), "four_inch", "", 0, 0,
     "six_inch, and larger: pump_min_off_s is 900 and not less, motor_cooling_lph must be given"),
    ("motor_cooling_lph", INT, 0, "L/h", 0, 48000,
     "flow that cools the motor, from its maker and the bore; with less the pump stops (no_flow); 0 = not given"),
    ("flow_lph_per_kw", INT, 134, "L/(h kW)", 50, 500, "source flow per kW of heating (T/BAEE019-2023)"),
    ("flow_lph_per_kw_cool", INT, 200, "L/(h kW)", 50, 500, "source flow per kW of cooling (5 K at an EER of 6)"),
    ("min_flow_lph", INT, 1200, "L/h", 100, 60000, "least flow, also the pump's flow at 30 Hz or a little above"),
    ("max_flow_lph", INT, 4800, "L/h", 100, 60000, "most flow the well was tested with"),
    ("pulses_per_m3", INT, 50000, "1/m3", 1000, 1000000, "flow meter in the lift pipe"),
    ("return_pulses_per_m3", INT, 0, "1/m3", 0, 1000000, "flow meter in the return pipe; 0 = not fitted"),
    ("flow_kp_pm_m3h", INT, 40, "pm/(m3/h)", 1, 1000, "flow controller, proportional gain"),
    ("flow_ff_pm_m3h", INT, 85, "pm/(m3/h)", 0, 1000, "pump speed per flow, from commissioning; 0 = no feed-forward"),
    ("flow_ti_ms", INT, 1800, "ms", 500, 60000, "flow controller, integral time"),
    ("flow_ramp_lph_s", INT, 100, "(L/h)/s", 5, 2000, "flow setpoint, slew rate"),
    ("pump_floor_pm", INT, 600, "pm", 600, 900, "lowest pump speed; 600 = 30 Hz (Franklin AIM)"),
    ("pump_ramp_pm_s", INT, 50, "pm/s", 5, 500, "pump speed, slew rate above 30 Hz"),
    ("postrun_s", INT, 60, "s", 10, 600, "water moves on after the last compressor"),
    ("pump_min_on_s", INT, 60, "s", 60, 3600, "shortest pump run"),
    ("pump_min_off_s", INT, 60, "s", 10, 3600, "shortest pump rest; not given: 900 for pump_motor six_inch"),
    ("pump_starts_per_day", INT, 100, "1/d", 4, 100, "most pump starts in 24 h"),
    ("pressure_signal", ("v05_45", "ma4_20"), "v05_45", "", 0, 0, "0.5 to 4.5 V ratiometric, or 4 to 20 mA"),
    ("pressure_range_kpa", INT, 1000, "kPa", 100, 10000, "pressure at full signal"),
    ("pressure_zero_kpa", INT, 0, "kPa", -100, 0,
     "pressure at 0.5 V or 4 mA; a sealed return over a deep level wants a compound transmitter, e.g. -100 to +500 kPa"),
    ("vacuum_limit_kpa", INT, 0, "kPa", -100, 0,
     "least pressure at the wellhead while pumping; where a vacuum is meant (airtight pipes): how deep; -100 = no alarm"),
    ("pressure_shunt_ohm", INT, 150, "ohm", 50, 250, "shunt of a 4 to 20 mA transmitter"),
    ("reinjection_limit_kpa", INT, 300, "kPa", 20, 10000, "reinjection pressure limit, gauge"),
    ("quiet_pump_pm", INT, 1000, "pm", 600, 1000, "pump speed ceiling in quiet hours; 1000 = none"),
    ("current_range_ma", INT, 0, "mA", 0, 25000, "motor current at 20 mA of its transmitter; 0 = not fitted"),
    ("dry_run_percent", INT, 80, "%", 70, 90, "motor current below this share of its learned value is dry running"),
    ("level_range_kpa", INT, 0, "kPa", 0, 2000, "water over the pump at 20 mA of its level transmitter; 0 = not fitted"),
    ("level_min_kpa", INT, 20, "kPa", 5, 500, "least water over the pump (10 kPa = 1 m); the speed comes down above it"),
    ("rotate_h", INT, 24, "h", 1, 168, "stacked pumps: the lead changes after so many hours of running"),
    ("min_difference_mk", INT, 1000, "mK", 0, 10000, "least supply/return difference; 0 = off"),
    ("lowest_supply_mc", INT, 10000, "mdegC", 4000, 25000,
     "coldest water that the well gives; what the units take from it at their flow must leave it above their freeze limit"),
    ("supply_rom", ROM, None, "", 0, 0, "DS18B20 in the lifted water"),
    ("return_rom", ROM, None, "", 0, 0, "DS18B20 in the returned water"),
)

ROOM = (
    ("name", TEXT, "room", "", 1, 32, "name of the room"),
    ("mode", plan.MODES, "heat", "", 0, 0, "mode at first start"),
    ("setpoint_mc", INT, 20000, "mdegC", 5000, 30000, "setpoint at first start"),
    ("setpoint_min_mc", INT, 5000, "mdegC", 5000, 30000, "lowest setpoint that anybody may give this room"),
    ("setpoint_max_mc", INT, 30000, "mdegC", 5000, 30000, "highest setpoint that anybody may give this room"),
    ("schedule", WEEK, "", "", 0, 200, "comfort periods, e.g. mo-fr 06:30-08:00,16:30-22:30; sa-su 07:00-23:00"),
    ("setback_mc", INT, 17000, "mdegC", 5000, 30000, "heating: highest setpoint outside the comfort periods"),
    ("setback_cool_mc", INT, 29000, "mdegC", 18000, 35000, "cooling: lowest setpoint outside the comfort periods"),
    ("early_max_min", INT, 180, "min", 0, 720, "earliest begin of a warm-up before a comfort period"),
    ("neutral_mk", INT, 1500, "mK", 500, 5000, "auto: how far the room may be off on the other side"),
    ("changeover_s", INT, 1800, "s", 60, 86400, "auto: and how long, before it changes over"),
    ("frost_mc", INT, 5000, "mdegC", 4000, 12000, "frost limit of the room, whatever its mode"),
    ("unit_type", ("I", "II", "III"), "I", "", 0, 0,
     "unit type by lowest entering water: 6 degC (well water), 0 or -5 degC (antifreeze)"),
    ("compressor", ("on_off", "variable"), "on_off", "", 0, 0, "fixed or variable speed compressor"),
    ("compressor_min_pm", INT, 300, "pm", 100, 1000, "lowest speed of a variable compressor"),
    ("rated_w", INT, 5600, "W", 500, 100000, "rated heating capacity"),
    ("unit_flow_lph", INT, 750, "L/h", 50, 20000, "water flow of the circulation pump"),
    ("min_on_s", INT, 180, "s", 180, 1800, "shortest compressor run"),
    ("min_off_s", INT, 180, "s", 180, 1800, "shortest compressor rest"),
    ("starts_per_hour", INT, 6, "1/h", 1, 6, "most compressor starts in any hour"),
    ("condensate_input", INT, 0, "0/1", 0, 1, "1 = the condensate pan's float switch (opens when it is full) is wired"),
    ("compressor_protection_input", INT, 0, "0/1", 0, 1,
     "1 = the contact (normally closed) of a relay for phase loss and over-current is wired"),
    ("pump_lead_s", INT, 5, "s", 2, 120, "circulation pump runs this long before the compressor"),
    ("postrun_s", INT, 45, "s", 10, 600, "circulation pump and fan run on after the compressor"),
    ("freeze_limit_mc", INT, 4000, "mdegC", -20000, 10000,
     "leaving water limit; not given: 4000 for type I, -4000 for II, -9000 for III (plain water: not below 3000; "
     "antifreeze: 5 K above its freezing point)"),
    ("room_kp_pm_k", INT, 500, "pm/K", 50, 5000, "room controller, proportional gain"),
    ("room_ti_s", INT, 2400, "s", 60, 36000, "room controller, integral time"),
    ("half_band_s", INT, 80, "s", 20, 600, "full-load seconds owed before an on/off compressor switches"),
    ("supply_air_mc", INT, 40000, "mdegC", 38000, 55000, "supply air setpoint of the fan"),
    ("cool_air_mc", INT, 13000, "mdegC", 8000, 20000, "supply air setpoint of the fan when cooling"),
    ("quiet_fan_pm", INT, 1000, "pm", 100, 1000, "fan speed ceiling in quiet hours; 1000 = none"),
    ("fan_min_pm", INT, 300, "pm", 100, 1000, "lowest fan speed"),
    ("fan_max_pm", INT, 1000, "pm", 100, 1000, "highest fan speed"),
    ("room_rom", ROM, None, "", 0, 0, "DS18B20 in the room"),
    ("supply_air_rom", ROM, None, "", 0, 0, "DS18B20 in the supply air"),
    ("leaving_rom", ROM, None, "", 0, 0, "DS18B20 in the leaving water"),
)

LOOP = (
    ("antifreeze_mc", INT, 0, "mdegC", -40000, 0, "freezing point of the filling; 0 = plain water, and the units stay off"),
    ("postrun_s", INT, 60, "s", 10, 600, "the loop's pump runs on after the last unit"),
    ("pressure_range_kpa", INT, 600, "kPa", 100, 2000, "pressure at full signal (0.5 to 4.5 V)"),
    ("pressure_min_kpa", INT, 80, "kPa", 10, 500, "least pressure of the filling, gauge"),
    ("exchanger_limit_mc", INT, 2500, "mdegC", 2000, 8000, "lowest well water behind the heat exchanger"),
    ("supply_rom", ROM, None, "", 0, 0, "DS18B20 in the loop, to the units"),
    ("return_rom", ROM, None, "", 0, 0, "DS18B20 in the loop, from the units"),
)

BUS = (
    ("role", ("server", "client"), "server", "", 0, 0,
     "client: the well's node, it polls the rooms; server: everybody else"),
    ("address", INT, 1, "", 1, 247, "Modbus address of a server"),
    ("baud", BAUDS, 19200, "1/s", 0, 0, "the same at every node of a line"),
    ("parity", PARITIES, "even", "", 0, 0, "none has two stop bits, the others one (Modbus over serial line V1.02)"),
    ("rooms", ADDRESSES, "", "", 0, 100, "client: addresses of the rooms, e.g. 1-16,20"),
    ("round_ms", INT, 2000, "ms", 500, 10000, "client: time of one round of all rooms"),
    ("timeout_ms", INT, 150, "ms", 50, 1000, "client: how long a room may take for its answer"),
)

BMS = BUS[1:4]

REMOTE = (
    ("room", INT, 1, "", 1, MAX_ROOMS, "the room that the remote belongs to"),
) + tuple([(key, INT, -1, "", -1, 0xFFFFFF, "NEC code of the key, address * 256 + command; -1 = not learned")
           for key in KEYS])

LINKS = {"bus": BUS, "bms": BMS, "remote": REMOTE}

WELL2 = tuple([row for row in WELL if row[0] not in ("type", "flow_lph_per_kw", "flow_lph_per_kw_cool", "rotate_h")])
FREEZE_MC = {"I": 4000, "II": -4000, "III": -9000}
PULSES_HZ = 800  # at the largest flow; a Pico counts 900 a second at half duty, 800 down to a duty of 40 %
PULSES_LEAST_HZ = 3  # at the smallest; rarer ones show too late that the water stands (drivers/flow.py: GAP)
PLAIN_WATER_MC = 3000
SIX_INCH_REST_S = 900
ANTIFREEZE_MARGIN_MK = 5000


def _mistake(row, value) -> str:
    """What is wrong with `value` for this row; empty when nothing is."""
    kind = row[1]
    if kind == INT:
        if not isinstance(value, int) or isinstance(value, bool):
            return "must be a whole number of %s" % (row[3] or "units")
        if not row[4] <= value <= row[5]:
            return "allowed is %d to %d %s" % (row[4], row[5], row[3])
    elif kind == TEXT:
        if not isinstance(value, str) or not row[4] <= len(value) <= row[5]:
            return "must be text of %d to %d characters" % (row[4], row[5])
    elif kind == WEEK:
        try:
            schedule.parse(value)
        except (ValueError, AttributeError) as e:
            return str(e) if isinstance(value, str) else "must be text, e.g. mo-fr 06:30-22:00"
    elif kind == ROM:
        if not isinstance(value, str):
            return "must be a DS18B20 ROM in text, 16 hex digits"
        try:
            ds18b20.rom_bytes(value.lower())
        except ValueError as e:
            return "must be a DS18B20 ROM: %s" % e
    elif kind == ADDRESSES:
        try:
            addresses(value)
        except (ValueError, AttributeError) as e:
            return str(e) if isinstance(value, str) else "must be text, e.g. 1-16,20"
    elif isinstance(value, bool) or value not in kind:
        return "allowed is %s" % " or ".join([str(word) for word in kind])
    return ""


def addresses(text: str):
    """The Modbus addresses in "1-16,20". ValueError with what is wrong."""
    found = []
    for part in text.split(",") if text else []:
        first, _, last = part.partition("-")
        try:
            numbers = range(int(first), int(last or first) + 1)
        except ValueError:
            raise ValueError("%r is no address; wanted e.g. 1-16,20" % part)
        for n in numbers:
            if not 1 <= n <= 247 or n in found:
                raise ValueError("%d is %s" % (n, "named twice" if n in found else "no address: 1 to 247"))
            found.append(n)
        if len(found) > points.MAX_FAR:
            raise ValueError("%d rooms: a bus has 1 to %d" % (len(found), points.MAX_FAR))
    return found


def _fill(where: str, rows, given, errors) -> Section:
    """A section from a dict; every mistake goes to `errors` as one line."""
    section = Section(where)
    if not isinstance(given, dict):
        errors.append("%s: must be an object with keys, got %r" % (where, given))
        given = {}
    known = [row[0] for row in rows]
    for key in given:
        if key not in known:
            errors.append("%s.%s = %r: unknown key; known are %s" % (where, key, given[key], ", ".join(known)))
    for row in rows:
        key = row[0]
        if key in given:
            value = given[key]
            mistake = _mistake(row, value)
            if mistake:
                errors.append("%s.%s = %r: %s" % (where, key, value, mistake))
            setattr(section, key, row[2] if mistake else value)
        else:
            if row[2] is None:
                errors.append("%s.%s is missing: %s" % (where, key, row[6]))
            setattr(section, key, row[2])
    return section


def _fill_well(where: str, rows, given, errors):
    """A well section: what its motor is decides how long it rests."""
    section = _fill(where, rows, given, errors)
    if section.pump_motor == "six_inch" and not (isinstance(given, dict) and "pump_min_off_s" in given):
        setattr(section, "pump_min_off_s", SIX_INCH_REST_S)  # noqa: B010 (keys are not declared)
    return section


def _order(errors, section, low: str, high: str) -> None:
    a = getattr(section, low)
    b = getattr(section, high)
    if a > b:
        errors.append("%s.%s = %d: must not be above %s = %d" % (section.where, low, a, high, b))


def _contradictions(config, errors) -> None:
    """Values that are fine alone but not together."""
    _order(errors, config.node, "restart_min_s", "restart_max_s")
    _links(errors, config)
    if config.well is not None:
        _well(errors, config.well)
    if config.well2 is not None:
        _well(errors, config.well2)
    _media(errors, config)
    _same_sensor(errors, [s for s in [config.well, config.well2, config.loop] + config.rooms if s is not None])
    for section in config.rooms:
        _order(errors, section, "fan_min_pm", "fan_max_pm")
        _order(errors, section, "fan_min_pm", "quiet_fan_pm")
        _order(errors, section, "setpoint_min_mc", "setpoint_max_mc")
        if not section.setpoint_min_mc <= section.setpoint_mc <= section.setpoint_max_mc:
            errors.append("%s.setpoint_mc = %d: this room allows %d to %d"
                          % (section.where, section.setpoint_mc, section.setpoint_min_mc, section.setpoint_max_mc))


def _links(errors, config) -> None:
    """Who may be alone: a well without rooms of its own, and a room without a well, only on a bus."""
    bus = config.bus
    client = bus is not None and bus.role == "client"
    if bus is not None and client:
        config.far = addresses(bus.rooms)
        if config.well is None:
            errors.append("bus.role = 'client': the client is the node that has the well, and here `well` is missing")
    elif bus is not None and bus.rooms:
        errors.append("bus.rooms = %r: only the client (the well's node) has a list of rooms" % bus.rooms)
    if config.well is None and not client and len(config.rooms) != 1:
        errors.append("rooms: a node without a well of its own runs one room, got %d" % len(config.rooms))
    if not config.rooms and not client:
        errors.append("rooms: must be a list of 1 to %d rooms; only a well with bus.role = 'client' has none" % MAX_ROOMS)
    if config.remote is not None and config.remote.room > len(config.rooms):
        errors.append("remote.room = %d: this node has %d rooms" % (config.remote.room, len(config.rooms)))
    keys = [getattr(config.remote, row[0]) for row in REMOTE[1:]] if config.remote else []
    for code in keys:
        if code >= 0 and keys.count(code) > 1:
            errors.append("remote: code %d is learned for two keys" % code)
            break


def _well(errors, well) -> None:
    """Contradictions inside one well section."""
    _order(errors, well, "min_flow_lph", "max_flow_lph")
    _order(errors, well, "pump_floor_pm", "quiet_pump_pm")
    limit = well.reinjection_limit_kpa
    if limit * 10 > well.pressure_range_kpa * 9:
        errors.append("%s.reinjection_limit_kpa = %d: must not be above 90 %% of pressure_range_kpa = %d, or the signal is"
                      " at its end before the limit is seen" % (well.where, limit, well.pressure_range_kpa))
    if well.vacuum_limit_kpa < well.pressure_zero_kpa:
        errors.append("%s.vacuum_limit_kpa = %d: the transmitter shows %d kPa and more (pressure_zero_kpa); a wellhead under"
                      " vacuum wants a compound one, e.g. -100 to +500 kPa"
                      % (well.where, well.vacuum_limit_kpa, well.pressure_zero_kpa))
    if well.pump_motor == "six_inch":
        if well.pump_min_off_s < SIX_INCH_REST_S:
            errors.append("%s.pump_min_off_s = %d: a motor of 6 inch rests %d s and more between two runs"
                          % (well.where, well.pump_min_off_s, SIX_INCH_REST_S))
        if not well.motor_cooling_lph:
            errors.append("%s.motor_cooling_lph is missing: what a motor of 6 inch needs in its bore (e.g. 0.16 m/s past it,"
                          " in a flow sleeve less)" % well.where)
    if well.min_flow_lph * 4 < well.motor_cooling_lph * 5:
        errors.append("%s.min_flow_lph = %d: must be a quarter above motor_cooling_lph = %d"
                      % (well.where, well.min_flow_lph, well.motor_cooling_lph))
    for key, least in (("return_pulses_per_m3", 1000), ("current_range_ma", 500), ("level_range_kpa", 20)):
        value = getattr(well, key)
        if 0 < value < least:
            errors.append("%s.%s = %d: allowed is 0 (not fitted), or %d and more" % (well.where, key, value, least))
    for key in ("pulses_per_m3", "return_pulses_per_m3"):
        pulses = getattr(well, key)
        hz = pulses * well.max_flow_lph // 3_600_000
        if hz > PULSES_HZ:
            errors.append("%s.%s = %d: %d pulses a second at max_flow_lph = %d; a board counts %d"
                          % (well.where, key, pulses, hz, well.max_flow_lph, PULSES_HZ))
    least = -(-PULSES_LEAST_HZ * 3_600_000 // well.min_flow_lph)
    if well.pulses_per_m3 < least:
        errors.append("%s.pulses_per_m3 = %d: at min_flow_lph = %d that is less than %d a second, and lost flow shows too"
                      " late; a meter with %d and more is wanted"
                      % (well.where, well.pulses_per_m3, well.min_flow_lph, PULSES_LEAST_HZ, least))
    if well.level_range_kpa:
        _order(errors, well, "level_min_kpa", "level_range_kpa")


def _media(errors, config) -> None:
    """What flows through the units: well water (type I), or antifreeze in a closed loop (II and III)."""
    loop = config.loop
    cold = [room for room in config.rooms if room.unit_type != "I"]
    if cold and config.well is None:
        errors.append("%s.unit_type = %r: a room on the bus takes well water (type I); units of type II and III belong on"
                      " the node of the well and its loop" % (cold[0].where, cold[0].unit_type))
        return
    if cold and len(cold) < len(config.rooms):
        errors.append("%s.unit_type = %r: type I takes well water, the others antifreeze; one node runs one of both"
                      % (cold[0].where, cold[0].unit_type))
    if cold and loop is None:
        errors.append("loop is missing: units of type II and III start only with a secondary loop and antifreeze_mc")
    elif cold and loop.antifreeze_mc > -5000:
        errors.append("loop.antifreeze_mc = %d: units of type II and III start only with antifreeze; fill the loop, measure"
                      " its freezing point and set it (-5000 or lower)" % loop.antifreeze_mc)
    elif loop is not None and not cold:
        errors.append("loop: no room has a unit of type II or III, and type I takes well water")
    for room in config.rooms:
        least = PLAIN_WATER_MC if room.unit_type == "I" else (loop.antifreeze_mc + ANTIFREEZE_MARGIN_MK if loop else -20000)
        drop = room.rated_w * 645 // room.unit_flow_lph  # three quarters of the heat, 860 L K/h to the kWh
        if config.well is not None and room.unit_type == "I" and room.freeze_limit_mc + drop > config.well.lowest_supply_mc:
            errors.append("%s.freeze_limit_mc = %d: at full load the water leaves %d mK colder, and"
                          " well.lowest_supply_mc = %d does not give that; raise the flow (and well.flow_lph_per_kw) or"
                          " lower the limit" % (room.where, room.freeze_limit_mc, drop, config.well.lowest_supply_mc))
        if room.freeze_limit_mc < least:
            errors.append("%s.freeze_limit_mc = %d: type %s must not go below %d here"
                          % (room.where, room.freeze_limit_mc, room.unit_type, least))


def _same_sensor(errors, sections) -> None:
    """One sensor cannot be in two places."""
    seen = {}
    for section in sections:
        for key in ("supply_rom", "return_rom", "room_rom", "supply_air_rom", "leaving_rom"):
            rom = getattr(section, key, None)
            if rom is None:
                continue
            here = section.where + "." + key
            if rom.lower() in seen:
                errors.append("%s = %r: the same sensor as %s" % (here, rom, seen[rom.lower()]))
            seen[rom.lower()] = here


def validate(data):
    """(Config, errors): errors is a list of lines, empty when the config may be used."""
    errors = []
    config = Config()
    if not isinstance(data, dict):
        return config, ["config: must be an object with node, well and rooms, got %r" % (data,)]
    for key in data:
        if key not in SECTIONS:
            errors.append("%s: unknown section; known are %s" % (key, ", ".join(SECTIONS)))
    config.node = _fill("node", NODE, data.get("node", {}), errors)
    for name in LINKS:
        if name in data:
            setattr(config, name, _fill(name, LINKS[name], data[name], errors))
    alone = config.bus is not None and config.bus.role == "server" and "well" not in data
    config.well = None if alone else _fill_well("well", WELL, data.get("well", {}), errors)
    if config.well is not None and config.well.type == "multi_aquifer":
        config.well2 = _fill_well("well2", WELL2, data.get("well2", {}), errors)
    elif "well2" in data:
        errors.append("well2: only a well of type multi_aquifer has a second section")
    if "loop" in data:
        config.loop = _fill("loop", LOOP, data["loop"], errors)
    rooms = data.get("rooms", [])
    if not isinstance(rooms, list) or len(rooms) > MAX_ROOMS:
        errors.append("rooms: must be a list of 1 to %d rooms" % MAX_ROOMS)
        rooms = []
    for i, room in enumerate(rooms):
        section = _fill("room%d" % (i + 1), ROOM, room, errors)
        if not (isinstance(room, dict) and "freeze_limit_mc" in room):
            setattr(section, "freeze_limit_mc", FREEZE_MC[section.unit_type])  # noqa: B010 (keys are not declared)
        config.rooms.append(section)
    _contradictions(config, errors)
    return config, errors


def section(name: str, given):
    """One section alone, e.g. "remote": (Section, errors)."""
    errors = []
    return _fill(name, LINKS[name], given, errors), errors


def load(path: str):
    """Read and validate a file: (Config, errors)."""
    state, data = record.read_file(path)
    if state < 0:
        return Config(), ["%s: cannot be read; copy a config to the board" % path]
    found = parse(data)
    if found is None:
        return Config(), ["%s: not valid JSON; check commas, quotes and brackets" % path]
    return validate(found)


def parse(data):
    """The object in a file's bytes, None when they are no JSON."""
    try:
        return json.loads(data.decode())
    except Exception:  # MicroPython's parser answers rubbish with what comes to hand
        return None


def choose(path: str):
    """The config to run with: (Config, errors, damage in words, text that is not kept as the last good one yet or b"").

    The file is the installer's, and a mistake in it is his. But one that is no JSON, or differs from the last one that ran
    by a single bit, is damaged: then that one runs.
    """
    data = record.read_file(path)[1]
    good = record.unseal(record.read_file(path + record.GOOD)[1])[1]
    if good and data != good and (parse(data) is None or one_bit(data, good)):
        config, errors = validate(parse(good))
        return config, errors, ("%s is damaged, its last good copy %s runs: write the config anew (to change a single bit of"
                                " it, remove the copy first)" % (path, path + record.GOOD)), b""
    config, errors = load(path)
    return config, errors, "", b"" if errors or data == good else data


def one_bit(a, b) -> bool:
    """Whether two texts differ by a single bit."""
    if len(a) != len(b):
        return False
    bits = 0
    for i in range(len(a)):
        different = a[i] ^ b[i]
        if different:
            bits += 1
            if different & (different - 1) or bits > 1:
                return False
    return bits == 1


def save(path: str, data) -> list:
    """Validate `data` and store it power-safe; returns the errors, empty when it was stored."""
    errors = validate(data)[1]
    if not errors:
        try:
            os.remove(path + record.GOOD)  # or a change of one bit would be taken for damage
        except OSError:
            pass
        record.write_file(path, json.dumps(data).encode())
    return errors
