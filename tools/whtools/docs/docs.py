"""`wellhearth docs`: the README's tables, generated from the firmware's own tables."""

from __future__ import annotations

import sys

from wellhearth.control import trips
from wellhearth.tables import config, points

from .. import ROOT
from . import drawings, registers

README = ROOT / "README.md"
UNITS = {"mc": "m°C", "mk": "mK", "lph": "L/h", "kpa": "kPa", "w": "W", "wh": "Wh", "mwh": "MWh", "l": "L",
         "m3": "m³", "ma": "mA", "percent": "%", "lph_bar": "L/(h bar)", "mk_h": "mK/h",
         "pm": "‰", "b": "B", "count": "", "bool": "0/1", "us": "µs"}


def point_table() -> str:
    """Every point, block by block."""
    lines = []
    for title, rows, base in (
            ("node", points.NODE, f"{points.BASE_NODE}"),
            ("well", points.WELL, f"{points.BASE_WELL}; `well2` of a stacked well from {points.BASE_WELL2}"),
            ("roomN", points.ROOM, f"{points.BASE_ROOM} + {points.ROOM_STRIDE} (N - 1)"),
            ("loop", points.LOOP, f"{points.BASE_LOOP}, with units of type II and III"),
            ("water", points.WATER, f"{points.BASE_WATER}, on a room node: what the well tells it"),
            ("farN", points.FAR, f"{points.BASE_FAR} + {points.FAR_STRIDE} (N - 1), on the well's node: rooms on its bus"),
            ("bus", points.BUS, f"{points.BASE_BUS}; `bms`, the second line, from {points.BASE_BMS}")):
        lines += [f"**{title}** (registers from {base})", "",
                  "| point | unit | range | access | by | saved | register | help |", "|---|---|---|---|---|---|---|---|"]
        for row in rows:
            name, unit, lo, hi, access, saved, register, text = row[:8]
            by = ", ".join(points.ROLES[letter] for letter in points.who(row))
            if points.expires(row):
                by += " (expires)"
            kind, _, words = unit.partition(":")
            if kind == "enum":
                shown, limits = "", ", ".join(f"{i} {w}" for i, w in enumerate(words.split("|")))
            elif kind == "bits":
                shown, limits = "bits", ", ".join(f"{1 << i} {w}" for i, w in enumerate(words.split("|")))
            else:
                shown, limits = UNITS.get(unit, unit), f"{lo} to {hi}"
            keep = "yes" if saved else ""
            lines.append(f"| `{name}` | {shown} | {limits} | {access} | {by} | {keep} | {register} | {text} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def seconds(ms: int) -> str:
    """A delay in words."""
    return "at once" if ms == 0 else f"{ms / 1000:g} s"


def cause_table() -> str:
    """The cause-and-effect table."""
    lines = ["| row | place | cause | delay | action | reset | lockout |", "|---|---|---|---|---|---|---|"]
    for key, scope, cause, delay, actions, reset, hold, count, window, flags, fallback in trips.CAUSES:
        does = ", ".join(text for bit, text in trips.ACTION_TEXT if actions & bit)
        if fallback:
            does = does.replace("fallback", f"fallback: {fallback}")
        held = f"{reset}, {hold} s" if hold else reset
        if flags & trips.DOUBLING:
            held += ", doubling"
        lock = "-" if count == 0 else ("at once" if count == 1 else f"{count} in {window // 3600} h")
        after = seconds(delay) + (", accumulated" if flags & trips.ACCUMULATE else "")
        lines.append(f"| `{key}` | {trips.SCOPE_TEXT[scope]} | {cause} | {after} | {does} | {held} | {lock} |")
    defaults = {row[0]: row[2] for rows in (config.NODE, config.WELL, config.ROOM) for row in rows}
    lines += ["", "Timers that limit the same motors (defaults; the keys are those of the config):", "", "| motor | limit |",
              "|---|---|"]
    lines += [f"| {what} | {text.format(**defaults)} |" for what, text in trips.TIMERS]
    return "\n".join(lines)


def config_table() -> str:
    """Every key of config.json."""
    lines = ["| key | default | unit | allowed | help |", "|---|---|---|---|---|"]
    for section, rows in (("node", config.NODE), ("well", config.WELL), ("loop", config.LOOP), ("rooms[]", config.ROOM),
                          ("bus", config.BUS), ("bms", config.BMS), ("remote", config.REMOTE)):
        for key, kind, default, unit, lo, hi, text in rows:
            if isinstance(kind, tuple):
                allowed = ", ".join(map(str, kind))
            elif kind == config.INT:
                allowed = f"{lo} to {hi}"
            elif kind == config.ROM:
                allowed = "16 hex digits"
            elif kind == config.WEEK:
                allowed = "days and times"
            elif kind == config.ADDRESSES:
                allowed = "addresses"
            else:
                allowed = f"{lo} to {hi} characters"
            shown = "required" if default is None else default
            lines.append(f"| `{section}.{key}` | {shown} | {unit} | {allowed} | {text} |")
    return "\n".join(lines)


TABLES = {"points": point_table, "causes": cause_table, "config": config_table}


def render(text: str) -> str:
    """The README with its generated parts made anew; ValueError when a marker is missing."""
    for name, make in TABLES.items():
        start, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
        if start not in text or end not in text:
            raise ValueError(f"README.md has no {start} ... {end}")
        before, _, rest = text.partition(start)
        after = rest.partition(end)[2]
        text = f"{before}{start}\n{make()}\n{end}{after}"
    return text


def run(check: bool) -> int:
    """Write the tables, or say whether they are up to date."""
    old = README.read_text()
    try:
        new = render(old)
    except ValueError as e:
        print(f"wellhearth: {e}", file=sys.stderr)
        return 2
    stale = drawings.write(check) + registers.write(check)
    if check:
        if new != old:
            stale.append("README.md")
        for path in stale:
            print(f"wellhearth: {path} is not up to date with the firmware's tables; run `make docs`", file=sys.stderr)
        return int(bool(stale))
    README.write_text(new)
    return 0
