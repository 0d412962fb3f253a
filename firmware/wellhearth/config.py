"""Configuration: every key with its default, unit, limits and help; load, validate, save.

A config file is JSON: {"node": {...}, "well": {...}, "rooms": [{...}, ...]}. Every mistake
in it is reported at once, with the key, the value and what is allowed.
"""

import json

from .drivers import ds18b20
from .storage import settings

INT = "int"
TEXT = "text"
ROM = "rom"

MAX_ROOMS = 8

# key, type (or tuple of allowed words), default, unit, lo, hi, help
NODE = (
    ("name", TEXT, "wellhearth", "", 1, 32, "name of this controller"),
    ("period_ms", INT, 100, "ms", 50, 200, "scan period (20 to 5 Hz)"),
    ("restart_min_s", INT, 30, "s", 0, 600, "staggered restart, shortest wait after power returns"),
    ("restart_max_s", INT, 180, "s", 0, 600, "staggered restart, longest wait"),
)

WELL = (
    ("type", ("single_aquifer",), "single_aquifer", "", 0, 0, "kind of well"),
    ("flow_lph_per_kw", INT, 134, "L/(h kW)", 50, 500, "source flow per kW of heating (T/BAEE019-2023)"),
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
    ("pump_min_off_s", INT, 60, "s", 10, 3600, "shortest pump rest; 900 for motors of 6 inch and more"),
    ("pump_starts_per_day", INT, 100, "1/d", 4, 100, "most pump starts in 24 h"),
    ("pressure_signal", ("v05_45", "ma4_20"), "v05_45", "", 0, 0, "0.5 to 4.5 V ratiometric, or 4 to 20 mA"),
    ("pressure_range_kpa", INT, 1000, "kPa", 100, 10000, "pressure at full signal"),
    ("pressure_shunt_ohm", INT, 150, "ohm", 50, 250, "shunt of a 4 to 20 mA transmitter"),
    ("reinjection_limit_kpa", INT, 300, "kPa", 20, 10000, "reinjection pressure limit, gauge"),
    ("min_difference_mk", INT, 1000, "mK", 0, 10000, "least supply/return difference; 0 = off"),
    ("supply_rom", ROM, None, "", 0, 0, "DS18B20 in the lifted water"),
    ("return_rom", ROM, None, "", 0, 0, "DS18B20 in the returned water"),
)

ROOM = (
    ("name", TEXT, "room", "", 1, 32, "name of the room"),
    ("mode", ("off", "heat"), "heat", "", 0, 0, "mode at first start"),
    ("setpoint_mc", INT, 20000, "mdegC", 5000, 30000, "setpoint at first start"),
    ("unit_type", ("I",), "I", "", 0, 0, "unit type by lowest entering water"),
    ("compressor", ("on_off", "variable"), "on_off", "", 0, 0, "fixed or variable speed compressor"),
    ("compressor_min_pm", INT, 300, "pm", 100, 1000, "lowest speed of a variable compressor"),
    ("rated_w", INT, 5600, "W", 500, 100000, "rated heating capacity"),
    ("unit_flow_lph", INT, 750, "L/h", 50, 20000, "water flow of the circulation pump"),
    ("min_on_s", INT, 180, "s", 180, 1800, "shortest compressor run"),
    ("min_off_s", INT, 180, "s", 180, 1800, "shortest compressor rest"),
    ("starts_per_hour", INT, 6, "1/h", 1, 6, "most compressor starts in any hour"),
    ("pump_lead_s", INT, 5, "s", 2, 120, "circulation pump runs this long before the compressor"),
    ("postrun_s", INT, 45, "s", 10, 600, "circulation pump and fan run on after the compressor"),
    ("freeze_limit_mc", INT, 4000, "mdegC", 3000, 10000, "leaving water limit (plain water: not below 3 degC)"),
    ("room_kp_pm_k", INT, 500, "pm/K", 50, 5000, "room controller, proportional gain"),
    ("room_ti_s", INT, 2400, "s", 60, 36000, "room controller, integral time"),
    ("half_band_s", INT, 80, "s", 20, 600, "full-load seconds owed before an on/off compressor switches"),
    ("supply_air_mc", INT, 40000, "mdegC", 38000, 55000, "supply air setpoint of the fan"),
    ("fan_min_pm", INT, 300, "pm", 100, 1000, "lowest fan speed"),
    ("fan_max_pm", INT, 1000, "pm", 100, 1000, "highest fan speed"),
    ("room_rom", ROM, None, "", 0, 0, "DS18B20 in the room"),
    ("supply_air_rom", ROM, None, "", 0, 0, "DS18B20 in the supply air"),
    ("leaving_rom", ROM, None, "", 0, 0, "DS18B20 in the leaving water"),
)


class Section:
    """One part of the configuration; keys are attributes."""

    def __init__(self, where: str):
        self.where = where

    def __getattr__(self, key: str):
        # Only reached for a key that is not there: keys are set as plain attributes.
        raise AttributeError(key)


class Config:
    """A whole valid configuration: node, well, rooms."""

    def __init__(self):
        self.node = Section("node")
        self.well = Section("well")
        self.rooms = []


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
    elif kind == ROM:
        if not isinstance(value, str):
            return "must be a DS18B20 ROM in text, 16 hex digits"
        try:
            ds18b20.rom_bytes(value.lower())
        except ValueError as e:
            return "must be a DS18B20 ROM: %s" % e
    elif not isinstance(value, str) or value not in kind:
        return "allowed is %s" % " or ".join(kind)
    return ""


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


def _order(errors, section, low: str, high: str) -> None:
    a = getattr(section, low)
    b = getattr(section, high)
    if a > b:
        errors.append("%s.%s = %d: must not be above %s = %d" % (section.where, low, a, high, b))


def _contradictions(config, errors) -> None:
    """Values that are fine alone but not together."""
    _order(errors, config.node, "restart_min_s", "restart_max_s")
    well = config.well
    _order(errors, well, "min_flow_lph", "max_flow_lph")
    if 0 < well.return_pulses_per_m3 < 1000:
        errors.append("well.return_pulses_per_m3 = %d: allowed is 0 (not fitted) or 1000 to 1000000 1/m3"
                      % well.return_pulses_per_m3)
    if well.reinjection_limit_kpa > well.pressure_range_kpa:
        errors.append("well.reinjection_limit_kpa = %d: must not be above pressure_range_kpa = %d"
                      % (well.reinjection_limit_kpa, well.pressure_range_kpa))
    seen = {}
    sections = [well] + config.rooms
    for section in sections:
        for key in ("supply_rom", "return_rom", "room_rom", "supply_air_rom", "leaving_rom"):
            rom = getattr(section, key, None)
            if rom is None:
                continue
            here = section.where + "." + key
            if rom.lower() in seen:
                errors.append("%s = %r: the same sensor as %s" % (here, rom, seen[rom.lower()]))
            seen[rom.lower()] = here
    for section in config.rooms:
        _order(errors, section, "fan_min_pm", "fan_max_pm")


def validate(data):
    """(Config, errors): errors is a list of lines, empty when the config may be used."""
    errors = []
    config = Config()
    if not isinstance(data, dict):
        return config, ["config: must be an object with node, well and rooms, got %r" % (data,)]
    for key in data:
        if key not in ("node", "well", "rooms"):
            errors.append("%s: unknown section; known are node, well, rooms" % key)
    config.node = _fill("node", NODE, data.get("node", {}), errors)
    config.well = _fill("well", WELL, data.get("well", {}), errors)
    rooms = data.get("rooms", [])
    if not isinstance(rooms, list) or not 1 <= len(rooms) <= MAX_ROOMS:
        errors.append("rooms: must be a list of 1 to %d rooms" % MAX_ROOMS)
        rooms = []
    for i, room in enumerate(rooms):
        config.rooms.append(_fill("room%d" % (i + 1), ROOM, room, errors))
    _contradictions(config, errors)
    return config, errors


def load(path: str):
    """Read and validate a file: (Config, errors)."""
    try:
        with open(path) as f:
            data = json.load(f)
    except OSError as e:
        return Config(), ["%s: cannot be read (%s); copy a config to the board" % (path, e)]
    except ValueError:
        return Config(), ["%s: not valid JSON; check commas, quotes and brackets" % path]
    return validate(data)


def save(path: str, data) -> list:
    """Validate `data` and store it power-safe; returns the errors, empty when it was stored."""
    errors = validate(data)[1]
    if not errors:
        settings.write_file(path, json.dumps(data))
    return errors
