"""`wellhearth docs`: the README's tables, generated from the firmware's own tables."""

from __future__ import annotations

import sys

from wellhearth.control import trips
from wellhearth.tables import cause_rows, causes, config_rows, kinds, points, units

from .. import ROOT
from . import drawings, registers

README = ROOT / "README.md"


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
            (kinds.BUS, "bus", f"{kinds.BUS.first}; `bms`, the second line, from {kinds.BMS.first}")):
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
        does = ", ".join(text for bit, text in trips.ACTION_TEXT if row.actions & bit)
        if row.fallback:
            does = does.replace("fallback", f"fallback: {row.fallback}")
        held = f"{row.reset}, {row.hold_s} s" if row.hold_s else row.reset
        if row.flags & trips.DOUBLING:
            held += ", doubling"
        lock = "-" if row.lockouts == 0 else (
            "at once" if row.lockouts == 1 else f"{row.lockouts} in {row.window_s // 3600} h")
        after = seconds(row.delay_ms) + (", accumulated" if row.flags & trips.ACCUMULATE else "")
        lines.append(f"| `{row.key}` | {trips.SCOPE_TEXT[row.scope]} | {row.cause} | {after} | {does} | {held} | {lock} |")
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
                          ("remote", config_rows.REMOTE)):
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
