"""For pyright; nothing runs them: the points of each kind of block as attributes (firmware/wellhearth/tables/shapes.pyi),
and the keys of each section of the configuration (sections.pyi beside it)."""

from __future__ import annotations

from wellhearth.tables import config_rows, plant_config_rows, plant_kinds, points

from .. import ROOT
from . import put

PATH = ROOT / "firmware" / "wellhearth" / "tables" / "shapes.pyi"
HEAD = '''"""The points of each kind of block as attributes: pyright checks every `p.name` by them.

Written by `make docs`.
"""

from .points import Block

class Guarded(Block):
    trips: int
    lockouts: int

class Device(Block):
    online: int
    answers: int
    timeouts: int
    errors: int

class GuardedDevice(Guarded, Device): ...
'''
# What equipment shares asks for these, whichever kind it is given.
SHARED = {"Guarded": {"trips", "lockouts"}, "Device": {"online", "answers", "timeouts", "errors"}}
SECTIONS_PATH = PATH.with_name("sections.pyi")
SECTIONS_HEAD = '''"""The keys of each section of the configuration as attributes: pyright checks every `cfg.name` by them.

Written by `make docs`.
"""

from .kinds import Kind
from .section import Section
'''
# Class -> its rows. A second well section has not all keys of the first one: what serves both is given a Well2.
SECTIONS = {
    "Node": config_rows.NODE, "Well2": config_rows.WELL2, "Well": config_rows.WELL, "Room": config_rows.ROOM,
    "Loop": config_rows.LOOP, "Bus": config_rows.BUS, "Bms": config_rows.BMS, "MeterLine": config_rows.METER_LINE,
    "Meter": config_rows.METER, "Electricity": config_rows.ELECTRICITY, "Remote": config_rows.REMOTE,
    "Network": config_rows.NETWORK, "Line": plant_config_rows.LINE, "Place": plant_config_rows.placed(("",), ()),
    "PlantWell": plant_config_rows.WELL, "PlantMachine": plant_config_rows.MACHINE, "PlantPump": plant_config_rows.PUMP,
    "PlantNetwork": plant_config_rows.NETWORK, "PlantTank": plant_config_rows.TANK,
    "PlantBackup": plant_config_rows.BACKUP, "PlantQuality": plant_config_rows.QUALITY,
    "PlantBuilding": plant_config_rows.BUILDING, "PlantWeather": plant_config_rows.WEATHER,
    "Plant": plant_config_rows.PLANT,
}
# Parts of the section `plant` that are sections themselves (tables/plant_config.py puts them there).
PLANT_PARTS = {"lines": "dict[str, Line]", "wells": "list[PlantWell]", "machines": "list[PlantMachine]",
               "pumps": "list[PlantPump]", "networks": "list[PlantNetwork]", "backups": "list[PlantBackup]",
               "quality": "list[PlantQuality]", "buildings": "list[PlantBuilding]", "tank": "PlantTank | None",
               "weather": "PlantWeather | None", "counts": "dict[Kind, int]"}
TABLES = ("NODE", "WATER", "BUS", "WELL", "ROOM", "LOOP", "FAR", "ACCOUNT", "METER", "RADIO")


def shape(name: str, rows) -> str:
    """The class of one kind of block."""
    names = [row.name for row in rows]
    base = "".join(one for one, shared in SHARED.items() if shared <= set(names)) or "Block"
    inherited = set().union(*(shared for one, shared in SHARED.items() if one in base))
    return f"\nclass {name.capitalize()}({base}):\n" + "".join(f"    {one}: int\n" for one in names if one not in inherited)


def render() -> str:
    """The file of today's rows."""
    text = HEAD
    for name in TABLES:
        text += shape(name, getattr(points, name))
    for kind in plant_kinds.KINDS:
        text += shape(kind.name, kind.rows)
    return text


def type_of(row) -> str:
    """What a key's value is: an allowed word may be a number, as a baud rate is."""
    number = row.kind == config_rows.INT or (isinstance(row.kind, tuple) and isinstance(row.kind[0], int))
    return "int" if number else "str"


def section(name: str, rows, parts: dict[str, str]) -> str:
    """The class of one section; those on a line of a plant have a Place."""
    base = "Place" if name.startswith("Plant") and name != "Plant" else "Well2" if name == "Well" else "Section"
    base_keys = {row.key for row in SECTIONS.get(base, ())}
    keys = [f"    {row.key}: {type_of(row)}\n" for row in rows if row.key not in base_keys]
    keys += [f"    {key}: {kind}\n" for key, kind in parts.items()]
    return f"\nclass {name}({base}):\n" + ("".join(keys) or "    pass\n")


def render_sections() -> str:
    """The sections of today's rows."""
    return SECTIONS_HEAD + "".join(section(name, rows, PLANT_PARTS if name == "Plant" else {})
                                   for name, rows in SECTIONS.items())


def write(check: bool) -> list[str]:
    """Write both; returns the names of those that were out of date."""
    return put(PATH, render(), check) + put(SECTIONS_PATH, render_sections(), check)
