"""`wellhearth docs`: firmware/POINTS.md, CONFIG.md and PROTECTIONS.md, made from the firmware's own tables."""

from __future__ import annotations

import sys

from wellhearth.control import trips
from wellhearth.tables import cause_rows, causes, config_rows, kinds, plant_config_rows, plant_kinds, points, units

from .. import ROOT, words
from ..wiring import pages as wiring_pages
from . import bits, put, registers, schema, shapes

FIRMWARE = ROOT / "firmware"


def point_table() -> str:
    """Every point, block by block."""
    lines = []
    for kind, title, base in (
            (kinds.NODE, "node", "0"),
            (kinds.WELL, "well", f"{kinds.WELL.first}; `well2` of a stacked well from {kinds.WELL2.first}"),
            (kinds.ROOM, "roomN", f"{kinds.ROOM.first} + {kinds.ROOM.stride} (N - 1)"),
            (kinds.LOOP, "loop", f"{kinds.LOOP.first}, with units of type II and III"),
            (kinds.WATER, "water", f"{kinds.WATER.first}, on a room node: what the well tells it"),
            (kinds.FAR, "farN", f"{kinds.FAR.first} + {kinds.FAR.stride} (N - 1), on the well's node: rooms on its bus"),
            (kinds.BUS, "bus", f"{kinds.BUS.first}; of the second line `bms` from {kinds.BMS.first}, `gateway` from"
             f" {kinds.GATEWAY.first}, `meter_line` from {kinds.METERS.first}"),
            (kinds.ACCOUNT, "account", f"{kinds.ACCOUNT.first}, with `electricity`, `meters` or `node.account`"),
            (kinds.METER, "meterN", f"{kinds.METER.first} + {kinds.METER.stride} (N - 1), on the second line"),
            (kinds.RADIO, "radio", f"{kinds.RADIO.first}, with `network`"),
            *[(kind, kind.name if kind.most == 1 else f"{kind.name}N",
               f"{kind.first}, on a plant's node" if kind.most == 1 else
               f"{kind.first} + {kind.stride} (N - 1), on a plant's node") for kind in plant_kinds.KINDS]):
        lines += [f"**{title}** (registers from {base})", "",
                  "| point | unit | range | access | by | saved | register | help |", "|---|---|---|---|---|---|---|---|"]
        for row in kind.rows:
            by = ", ".join(points.ROLES[letter] for letter in row.who)
            if row.expires:
                by += " (expires)"
            what, _, words = row.unit.partition(":")
            if what == "enum":
                shown, limits = "", ", ".join(f"{i} {w}" for i, w in enumerate(words.split("|")))
            elif what == "bits":
                shown, limits = "bits", ", ".join(f"{1 << i} {w}" for i, w in enumerate(words.split("|")))
            else:
                shown, limits = units.UNITS[what].raw, f"{row.lo} to {row.hi}"
            keep = "yes" if row.saved else ""
            lines.append(f"| `{row.name}` | {shown} | {limits} | {row.access} | {by} | {keep} | {row.register} |"
                         f" {row.help} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def seconds(ms: int) -> str:
    """A delay in words."""
    return "at once" if ms == 0 else f"{ms / 1000:g} s"


def cause_table() -> str:
    """The cause-and-effect table."""
    lines = ["| row | place | cause | delay | action | reset | lockout |", "|---|---|---|---|---|---|---|"]
    for row in causes.CAUSES:
        does = ", ".join(text for bit, text in cause_rows.ACTION_TEXT if row.actions & bit)
        if row.fallback:
            does = does.replace("fallback", f"fallback: {row.fallback}")
        held = f"{row.reset}, {row.hold_s} s" if row.hold_s else row.reset
        if row.flags & trips.DOUBLING:
            held += ", doubling"
        lock = "-" if row.lockouts == 0 else (
            "at once" if row.lockouts == 1 else f"{row.lockouts} in {row.window_s // 3600} h")
        after = seconds(row.delay_ms) + (", accumulated" if row.flags & trips.ACCUMULATE else "")
        place = cause_rows.SCOPE_TEXT[row.scope]
        lines.append(f"| `{row.key}` | {place} | {row.cause} | {after} | {does} | {held} | {lock} |")
    defaults = {row.key: row.default for rows in (config_rows.NODE, config_rows.WELL, config_rows.ROOM) for row in rows}
    lines += ["", "Timers that limit the same motors (defaults; the keys are those of the config):", "", "| motor | limit |",
              "|---|---|"]
    lines += [f"| {what} | {text.format(**defaults)} |" for what, text in cause_rows.TIMERS]
    return "\n".join(lines)


def config_table() -> str:
    """Every key of config.json."""
    lines = ["| key | default | unit | allowed | help |", "|---|---|---|---|---|"]
    for section, rows in (("node", config_rows.NODE), ("well", config_rows.WELL), ("loop", config_rows.LOOP),
                          ("rooms[]", config_rows.ROOM), ("bus", config_rows.BUS), ("bms", config_rows.BMS),
                          ("gateway", config_rows.BMS), ("meter_line", config_rows.METER_LINE),
                          ("meters[]", config_rows.METER), ("electricity", config_rows.ELECTRICITY),
                          ("remote", config_rows.REMOTE), ("network", config_rows.NETWORK),
                          ("plant", plant_config_rows.PLANT),
                          ("plant.lines.bus", plant_config_rows.LINE), ("plant.lines.bms", plant_config_rows.LINE),
                          *[(f"plant.{name}[]", table) for name, _block, table in plant_config_rows.LISTS],
                          *[(f"plant.{name}", table) for name, table in plant_config_rows.SINGLE]):
        for row in rows:
            if isinstance(row.kind, tuple):
                allowed = ", ".join(map(str, row.kind))
            elif row.kind == config_rows.INT:
                allowed = f"{row.lo} to {row.hi}"
            elif row.kind == config_rows.ROM:
                allowed = "16 hex digits"
            elif row.kind == config_rows.WEEK:
                allowed = "days and times"
            elif row.kind == config_rows.ADDRESSES:
                allowed = "addresses"
            else:
                allowed = f"{row.lo} to {row.hi} characters"
            shown = "required" if row.default is None else row.default
            lines.append(f"| `{section}.{row.key}` | {shown} | {row.unit} | {allowed} | {row.help} |")
    return "\n".join(lines)


NOTE = "*Generated by `make docs` from `%s`; edit there, not here.*"
# page: title, source, introduction, table
PAGES = {
    "POINTS.md": (
        "Points", "firmware/wellhearth/tables/rows.py",
        """\
Every value a node shows or takes. Values are whole numbers in the unit shown; a register is the first of two
(32 bits, signed, high word first), counted from the first register of its block. Access: `r` read, `rw` a
setpoint or mode, `cmd` a command. By: who may write it; *expires*: what comes over a bus is given up 10 minutes
after its last refresh. How to read and write them over a line: [MODBUS.md](MODBUS.md); the whole register map
as a file: [`tools/modbus.csv`](../tools/modbus.csv).""", point_table),
    "CONFIG.md": (
        "Configuration", "firmware/wellhearth/tables/config_rows.py",
        """\
`config.json` on the board: `{"node": {...}, "well": {...}, "rooms": [{...}, ...]}`; a stacked well has `well2`
besides, units of type II and III have `loop`, a node on a line has `bus`, `bms` or `remote`; a plant's node has `plant` and
no well and no rooms ([`boards/plant_example.json`](../boards/plant_example.json)). Every mistake is
reported at once, with key, value and what is allowed; a node with a bad config keeps its outputs off and says
so. `tools/wellhearth config check --board BOARD FILE` finds mistakes before the board does, `config init` asks for
what a house needs. `"version"` says for which firmware it was written (missing: 1): an older one is brought up to
date as it is read, a newer one refused. An editor completes keys by [`config.schema.json`](config.schema.json)
(`"$schema": "firmware/config.schema.json"`). An example:
[`boards/example.json`](../boards/example.json).""", config_table),
    "PROTECTIONS.md": (
        "Protections", "firmware/wellhearth/tables/cause_rows.py",
        """\
The cause-and-effect table. **Independent hardware stays mandatory**: no row replaces a pressure switch, a
freeze-stat, a motor overload, a relief valve or the hardware enable of the master contactor
([COMMISSIONING.md](../boards/COMMISSIONING.md)).

A sensor counts as invalid 30 s after its last good reading; the delays of the sensor rows come on top. Safety
actions override minimum run times. What a lockout wants and how it is reset: [SERVICE.md](SERVICE.md).""", cause_table),
}


def render(name: str) -> str:
    """One reference page."""
    title, source, introduction, table = PAGES[name]
    return f"# {title}\n\n{NOTE % source}\n\n{introduction}\n\n{table()}\n"


def write(check: bool) -> list[str]:
    """Write the pages; returns those that are (or were) not up to date."""
    return [stale for name in PAGES for stale in put(FIRMWARE / name, render(name), check)]


def run(check: bool) -> int:
    """Write what is generated, or say whether it is up to date."""
    try:
        stale = write(check) + wiring_pages.write(check) + registers.write(check) + bits.write(check) + shapes.write(check)
        stale += schema.write(check) + put(words.FOLDER / words.FILES["en"], words.catalogue(), check)
        stale += put(words.FOLDER / words.FILES["zh"], words.completed(), check)
    except bits.BitError as e:
        print(f"wellhearth: {e}", file=sys.stderr)
        return 2
    if check:
        for path in stale:
            print(f"wellhearth: {path} is not up to date with the tables; run `make docs`", file=sys.stderr)
        return int(bool(stale))
    return 0
