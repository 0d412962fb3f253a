"""Configuration: load, validate, save. Its rows stand in config_rows.py, what must fit together in config_rules.py.

A config file is JSON: {"node": {...}, "well": {...}, "rooms": [{...}, ...]}; a stacked well has
"well2" besides, units of type II and III have "loop". Every mistake in it is reported at once,
with the key, the value and what is allowed. `version` says for which firmware it was written (missing: 1); an older one is
brought up to date as it is read, a newer one refused. "$schema" is an editor's.
"""

import json
import os

from ..control import periods
from ..drivers import ds18b20
from ..storage import record
from . import config_rows as rows
from . import config_rules, drop
from .config_rules import SIX_INCH_REST_S, addresses
from .section import Config, Section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from .config_rows import Row

FREEZE_MC = {"I": 4000, "II": -4000, "III": -9000}


# STEPS[n] makes a config of version n + 1 one of version n + 2: takes the dict, returns it. Another file than the board's is
# never written by it (`wellhearth config check --migrate` does).
STEPS = ()
NOT_SECTIONS = ("version", "$schema")


def newest() -> int:
    """The version that is written today."""
    return len(STEPS) + 1


def migrate(data: dict):
    """(config as of today, what forbids it or ""). data: a dict; it may be changed."""
    version = data.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return data, "version = %r: must be a whole number, 1 to %d" % (version, newest())
    if version > newest():
        return data, ("version = %d: this firmware reads up to version %d; flash a newer one, or take a config written for"
                      " this one" % (version, newest()))
    for step in STEPS[version - 1:]:
        data = step(data)
    return data, ""


def last_of(path: str) -> str:
    """Where the config before this one is: config.last.json."""
    return path.replace(".json", ".last.json")


def before_of(path: str) -> str:
    """Where the config from before an update is, as long as that is on trial: config.before.json."""
    return path.replace(".json", ".before.json")


def _mistake(row: "Row", value: "Any") -> str:
    """What is wrong with `value` for this row; empty when nothing is."""
    kind = row.kind
    if kind == rows.INT:
        if not isinstance(value, int) or isinstance(value, bool):
            return "must be a whole number of %s" % (row.unit or "units")
        if not row.lo <= value <= row.hi:
            return "allowed is %d to %d %s" % (row.lo, row.hi, row.unit)
    elif kind == rows.TEXT:
        if not isinstance(value, str) or not row.lo <= len(value) <= row.hi:
            return "must be text of %d to %d characters" % (row.lo, row.hi)
    elif kind == rows.WEEK:
        try:
            periods.parse(value)
        except (ValueError, AttributeError) as e:
            return str(e) if isinstance(value, str) else "must be text, e.g. mo-fr 06:30-22:00"
    elif kind == rows.ROM:
        if not isinstance(value, str):
            return "must be a DS18B20 ROM in text, 16 hex digits"
        try:
            ds18b20.rom_bytes(value.lower())
        except ValueError as e:
            return "must be a DS18B20 ROM: %s" % e
    elif kind == rows.ADDRESSES:
        try:
            addresses(value)
        except (ValueError, AttributeError) as e:
            return str(e) if isinstance(value, str) else "must be text, e.g. 1-16,20"
    elif isinstance(value, bool) or value not in kind:
        return "allowed is %s" % " or ".join([str(word) for word in kind])
    return ""


def _fill(where: str, table: "tuple", given: "Any", errors: list) -> "Any":
    """A section from a dict; every mistake goes to `errors` as one line. Where it is put says its type (sections.pyi)."""
    section = Section(where)
    if not isinstance(given, dict):
        errors.append("%s: must be an object with keys, got %r" % (where, given))
        given = {}
    known = [row.key for row in table]
    for key in given:
        if key not in known:
            errors.append("%s.%s = %r: unknown key; known are %s" % (where, key, given[key], ", ".join(known)))
    for row in table:
        key = row.key
        if key in given:
            value = given[key]
            mistake = _mistake(row, value)
            if mistake:
                errors.append("%s.%s = %r: %s" % (where, key, value, mistake))
            setattr(section, key, row.default if mistake else value)
        else:
            if row.default is None:
                errors.append("%s.%s is missing: %s" % (where, key, row.help))
            setattr(section, key, row.default)
    return section


def _fill_well(where: str, table: "tuple", given: "Any", errors: list) -> "Any":
    """A well section: what its motor is decides how long it rests."""
    section = _fill(where, table, given, errors)
    if section.pump_motor == "six_inch" and not (isinstance(given, dict) and "pump_min_off_s" in given):
        setattr(section, "pump_min_off_s", SIX_INCH_REST_S)  # noqa: B010 (keys are not declared)
    return section


def _fill_meters(config: Config, data: dict, errors: list) -> None:
    """The meters on the second line; their line has defaults."""
    given = data.get("meters", [])
    if not isinstance(given, list) or len(given) > rows.MAX_METERS:
        errors.append("meters: must be a list of 1 to %d meters" % rows.MAX_METERS)
        return
    for i, meter in enumerate(given):
        if isinstance(meter, dict) and type(meter.get("address")) is int:  # a Modbus address may be written as it is
            meter = dict(meter, address=str(meter["address"]))
        config.meters.append(_fill("meter%d" % (i + 1), rows.METER, meter, errors))
    if given and config.meter_line is None:
        config.meter_line = _fill("meter_line", rows.METER_LINE, {}, errors)
    elif not given and config.meter_line is not None:
        errors.append("meter_line: there are no meters to read on it; list them in `meters`")


def validate(data: "Any"):
    """(Config, errors): errors is a list of lines, empty when the config may be used."""
    errors = []
    config = Config()
    if not isinstance(data, dict):
        return config, ["config: must be an object with node, well and rooms, got %r" % (data,)]
    data, refusal = migrate(data)
    if refusal:
        return config, [refusal]
    for key in data:
        if key not in rows.SECTIONS + NOT_SECTIONS:
            errors.append("%s: unknown section; known are %s" % (key, ", ".join(rows.SECTIONS)))
    config.node = _fill("node", rows.NODE, data.get("node", {}), errors)
    for name in rows.LINKS:
        if name in data:
            setattr(config, name, _fill(name, rows.LINKS[name], data[name], errors))
    alone = config.bus is not None and config.bus.role == "server" and "well" not in data
    config.well = None if alone or "plant" in data else _fill_well("well", rows.WELL, data.get("well", {}), errors)
    if config.well is not None and config.well.type == "multi_aquifer":
        config.well2 = _fill_well("well2", rows.WELL2, data.get("well2", {}), errors)
    elif "well2" in data:
        errors.append("well2: only a well of type multi_aquifer has a second section")
    if "loop" in data:
        config.loop = _fill("loop", rows.LOOP, data["loop"], errors)
    _fill_meters(config, data, errors)
    rooms = data.get("rooms", [])
    if not isinstance(rooms, list) or len(rooms) > rows.MAX_ROOMS:
        errors.append("rooms: must be a list of 1 to %d rooms" % rows.MAX_ROOMS)
        rooms = []
    for i, room in enumerate(rooms):
        section = _fill("room%d" % (i + 1), rows.ROOM, room, errors)
        if not (isinstance(room, dict) and "freeze_limit_mc" in room):
            setattr(section, "freeze_limit_mc", FREEZE_MC[section.unit_type])  # noqa: B010 (keys are not declared)
        config.rooms.append(section)
    if "plant" in data:
        try:
            from . import plant_config
        except ImportError:
            return config, ["plant: this board's build has no plant role; boards with an RP2350 or ESP32-S3 have it"]
        errors += ["%s: a plant's node has no %s of its own, it asks well nodes" % (name, name)
                   for name in ("well", "well2", "loop") if name in data]
        config.plant = plant_config.read(config, data["plant"], _fill, errors)
        drop(plant_config.rows)
        drop(plant_config)
    config.account = bool(config.electricity or config.meters or config.node.account)
    config_rules.check(config, errors)
    return config, errors


def section(name: str, given: "Any"):
    """One section alone, e.g. "remote": (Section, errors)."""
    errors = []
    return _fill(name, rows.LINKS[name], given, errors), errors


def load(path: str):
    """Read and validate a file: (Config, errors)."""
    state, data = record.read_file(path)
    if state < 0:
        return Config(), ["%s: cannot be read; copy a config to the board" % path]
    found = parse(data)
    if found is None:
        return Config(), ["%s: not valid JSON; check commas, quotes and brackets" % path]
    return validate(found)


def parse(data: bytes):
    """The object in a file's bytes, None when they are no JSON."""
    try:
        return json.loads(data.decode())
    except Exception:  # MicroPython's parser answers rubbish with what comes to hand
        return None


def choose(path: str):
    """The config to run with: (Config, errors, damage in words, text that is not kept as the last good one yet or b"").

    The file is the installer's, and a mistake in it is his. But one that is no JSON, or differs from the last one that ran
    by a single bit, is damaged: then that one runs. One that `wellhearth config push` has just put there never ran; if it
    is no JSON, the one before it runs.
    """
    data = record.read_file(path)[1]
    copy = path + record.GOOD
    ran = good = record.unseal(record.read_file(copy)[1])[1]
    close = ran and one_bit(data, ran)
    if not ran:
        copy = last_of(path)
        good = record.unseal(record.read_file(copy)[1])[1]
    if good and data != good and (parse(data) is None or close):
        config, errors = validate(parse(good))
        return config, errors, ("%s is damaged, its last good copy %s runs: write the config anew (to change a single bit of"
                                " it, remove the copy first)" % (path, copy)), b""
    config, errors = load(path)
    if errors and record.read_file(before_of(path))[0] == 0:  # an update came back; this was written under the other one
        older, mistakes = load(before_of(path))
        if not mistakes:
            why = "%s is none for this firmware (%s); the one from before the update runs" % (path, errors[0])
            return older, [], why, b""
    return config, errors, "", b"" if errors or data == ran else data


def one_bit(a: bytes, b: bytes) -> bool:
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


def save(path: str, data: "Any") -> list:
    """Validate `data` and store it power-safe; returns the errors, empty when it was stored."""
    errors = validate(data)[1]
    if not errors:
        try:
            os.remove(path + record.GOOD)  # or a change of one bit would be taken for damage
        except OSError:
            pass
        record.write_file(path, json.dumps(data).encode())
    return errors


def forget(me: "ModuleType") -> None:
    """Rows and rules are big, and not needed again: they leave the heap with this module (`me`)."""
    for module in (config_rules, rows, me):
        drop(module)
