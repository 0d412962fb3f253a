"""Values as a person at the serial prompt reads them."""

from ..control import calendar, wall
from ..tables import causes, units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..app.main_loop import App
    from ..tables.points import Block

WIDE = 30  # one long cell (the names of many trips) must not push the help out of all lines


def known(block: "Block", name: str) -> bool:
    """False for a value that has never been valid: its flag says so, and it still stands where it began."""
    if name in block.unknown:
        return False
    if not name.endswith("_mc") or getattr(block, name):
        return True
    return getattr(block, name[:-2] + "ok", 1) != 0


def number(value: int, divisor: int) -> str:
    """Fixed point without a float: 12345 / 1000 is 12.345."""
    if divisor == 1:
        return str(value)
    digits = 1 if divisor == 10 else 3
    sign = "-" if value < 0 else ""
    value = abs(value)
    return "%s%d.%0*d" % (sign, value // divisor, digits, value % divisor)


def degrees(block: "Block", name: str) -> str:
    """A temperature of a block, "-" while nobody knows it."""
    return number(getattr(block, name), 1000) if known(block, name) else "-"


def shown(unit: str, value: int):
    """(text, unit) of a point's value for a person."""
    if unit == "bool":
        return ("yes" if value else "no"), ""
    if unit.startswith("enum:"):
        words = unit[5:].split("|")
        return (words[value] if 0 <= value < len(words) else str(value)), ""
    if unit.startswith("bits:"):
        words = unit[5:].split("|")
        if words[0].isdigit():  # on a board: the scope of a table that is in memory anyway
            words = [row.key for row in causes.rows(int(words[0]))]
        return ",".join([words[i] if i < len(words) else "bit %d" % i for i in range(31) if value >> i & 1]) or "none", ""
    how = units.UNITS[unit]
    return number(value, how.divide), how.shown


def stamp(day: int, second: int) -> str:
    """2026-11-28 07:30:05 for a person."""
    return "%04d-%02d-%02d %02d:%02d:%02d" % (calendar.civil(day) + (second // 3600, second // 60 % 60, second % 60))


def clock_text(a: "App") -> str:
    """Local time and whose word it is, or why there is none and what waits for it."""
    node = a.node
    clock = node.wall
    fault = a.clock.chip.fault if a.clock.chip is not None else ""
    if clock.day < 0:
        if not fault:
            fault = ("nobody has set it since the power came back, and node.rtc = none" if node.cfg.node.rtc == "none"
                     else "nobody has set it yet")
        waits = [room.name for room in node.cfg.rooms if room.schedule]
        return "not set: %s; %swellhearth clock --set" % (
            fault, "no setback in %s without it; " % ", ".join(waits) if waits else "")
    local_s = clock.ms // 1000 + 60 * clock.offset_min
    return "%s local (UTC%s%d:%02d), from %s %d s ago%s" % (
        stamp(clock.day + local_s // 86400, local_s % 86400), "-" if clock.offset_min < 0 else "+",
        abs(clock.offset_min) // 60, abs(clock.offset_min) % 60, wall.QUALITIES[a.clock.quality], a.clock.age_s,
        "; " + fault if fault else "")


def table(headings: tuple, rows: "list | tuple") -> None:
    """Aligned columns, at most 79 wide: the last one is cut, never wrapped; a cell beyond WIDE pushes its own line only."""
    widths = [max([min(len(str(row[i])), WIDE) for row in rows] + [len(headings[i])]) for i in range(len(headings))]
    for row in [headings] + list(rows):
        line = "  ".join([str(cell) + " " * (widths[i] - len(str(cell))) for i, cell in enumerate(row)])
        print(line[:79].rstrip())
