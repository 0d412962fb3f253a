"""firmware/config.schema.json: the config's table as a JSON schema, for completion and hints in an editor.

What must fit together is not in it (`wellhearth config check` knows).
"""

from __future__ import annotations

import json

from wellhearth.tables import config, config_rows, plant_config_rows

from .. import ROOT
from . import put

PATH = ROOT / "firmware" / "config.schema.json"
ROM = {"type": "string", "pattern": "^28[0-9a-fA-F]{14}$"}


def of_row(row) -> dict:
    """What one key may be."""
    if isinstance(row.kind, tuple):
        found = {"enum": list(row.kind)}
    elif row.kind == config_rows.INT:
        found = {"type": "integer", "minimum": row.lo, "maximum": row.hi}
    elif row.kind == config_rows.ROM:
        found = dict(ROM)
    elif row.kind == config_rows.TEXT:
        found = {"type": "string", "minLength": row.lo, "maxLength": row.hi}
    else:
        found = {"type": "string"}
    if row.default is not None:
        found["default"] = row.default
    return {**found, "description": row.help + (f" [{row.unit}]" if row.unit else "")}


def of_table(rows) -> dict:
    """One section."""
    needed = [row.key for row in rows if row.default is None]
    found = {"type": "object", "additionalProperties": False, "properties": {row.key: of_row(row) for row in rows}}
    return {**found, "required": needed} if needed else found


def of_plant() -> dict:
    """The section `plant`, with its lists."""
    rows = plant_config_rows
    found = of_table(rows.PLANT)
    line = of_table(rows.LINE)
    found["properties"]["lines"] = {"type": "object", "additionalProperties": False,
                                    "properties": dict.fromkeys(rows.LINES, line)}
    for name, _block, table in rows.LISTS:
        found["properties"][name] = {"type": "array", "maxItems": rows.MAX[name], "items": of_table(table)}
    return {**found, "properties": {**found["properties"], **{name: of_table(table) for name, table in rows.SINGLE}}}


def render() -> str:
    """The file of today's rows."""
    sections = {"node": config_rows.NODE, "well": config_rows.WELL, "well2": config_rows.WELL2, "loop": config_rows.LOOP,
                **config_rows.LINKS}
    properties = {"$schema": {"type": "string"},
                  "version": {"type": "integer", "minimum": 1, "maximum": config.newest(), "default": config.newest(),
                              "description": "for which firmware it was written"},
                  **{name: of_table(rows) for name, rows in sections.items()},
                  "rooms": {"type": "array", "maxItems": config_rows.MAX_ROOMS, "items": of_table(config_rows.ROOM)},
                  "meters": {"type": "array", "maxItems": config_rows.MAX_METERS, "items": of_table(config_rows.METER)},
                  "plant": of_plant()}
    return json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "title": "Wellhearth: config.json of a node",
                       "type": "object", "additionalProperties": False, "properties": properties}, indent=1) + "\n"


def write(check: bool) -> list[str]:
    """Write it; returns its name when it was out of date."""
    return put(PATH, render(), check)
