"""`wellhearth journal`: what a node remembers, with number, local time, words in Chinese or English; gaps are shown."""

from __future__ import annotations

import csv
import datetime
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wellhearth.control import summer, wall
from wellhearth.drivers import ds18b20
from wellhearth.tables import kinds

from .. import words
from .clock import DAY_0
from .link import Link, LinkError, find_port

POLL_S = 2.0
# Line by line, so that it takes no memory of the board's; what it has not written yet comes last.
READ = """
from wellhearth import app
a=app.current
def show(l):
    h=l.split(' ',1)[0].split('.')
    if {n}<0 or len(h)>1 and h[0].isdigit() and int(h[0])>{n}:
        print(l.rstrip())
p=getattr(app.hardware,'JOURNAL_PATH','journal.txt')
for p in (p+'.old',p):
    try:
        with open(p) as f:
            for l in f:
                show(l)
    except OSError:
        pass
for l in (a.journal.lines if a else ()):
    show(l)
"""
ZONE = """
from wellhearth import app
z=app.current.node.cfg.node if app.current else None
print(z.utc_offset_min if z else 0, z.dst if z else 'none')
"""
HEAD = re.compile(r"(?:(\d+)\.)?(\d+)(?:\.(\d+)\.(\d+)\.(\d+))?$")
ORDER = re.compile(r"command (\S+)@(\S+) (\S+)=(-?\d+) (accepted|refused)(?:, was (-?\d+))?(?:: (.*))?$")
EXPIRES = re.compile(r"command (\S+)=(-?\d+) expires in (\d+) s, back to (-?\d+)$")
EXPIRED = re.compile(r"command (\S+)=(-?\d+) expired, back to (-?\d+)$")
CLOCK = re.compile(r"clock set by (\w+): day (\d+) since 2000, (\d+) s UTC$")
COLUMNS = ("number", "uptime_s", "utc", "clock", "local", "event", "where", "key", "was", "value", "who", "words")


@dataclass
class Entry:
    """One line. number, utc: None where it has none. guessed: its time follows from a later line of the same start."""

    number: int | None
    uptime_s: int
    utc: datetime.datetime | None
    quality: str
    event: str
    where: str = ""
    key: str = ""  # of the cause, the reset, the point
    was: str = ""
    value: str = ""
    who: str = ""
    text: str = ""
    guessed: bool = False


def place_of(text: str) -> tuple[str, str]:
    """(block, name of its kind) of an event's number."""
    kind, index = kinds.place(int(text)) if text.isdigit() else (None, 0)
    return (kind.block(index), kind.name) if kind is not None else (text, "")


def parse(line: str) -> Entry | None:
    """One line of the journal; None for rubbish."""
    head, _, text = line.strip().partition(" ")
    found = HEAD.match(head)
    if not found or not text:
        return None
    number, uptime, day, second, quality = found.groups()
    utc = DAY_0 + datetime.timedelta(days=int(day), seconds=int(second)) if day else None
    word = wall.QUALITIES[int(quality)] if quality and int(quality) < len(wall.QUALITIES) else "none"
    entry = Entry(int(number) if number else None, int(uptime), utc, word, "note", text=text)
    order, expired = ORDER.match(text), EXPIRED.match(text)
    expires = EXPIRES.match(text)
    parts = text.split(" ")
    if order:
        who, link, entry.key, entry.value, entry.event, was, why = order.groups()
        entry.who, entry.was, entry.text = f"{who}@{link}", was or "", why or ""
    elif expired:
        entry.key, entry.was, entry.value = expired.groups()
        entry.event, entry.text = "expired", ""
    elif expires:
        entry.key, entry.was, seconds, entry.value = expires.groups()
        entry.event, entry.text = "expires", f"{seconds} s"
    elif text.startswith("clock"):
        entry.event, entry.text = "clock", text.partition(" ")[2]
        given = CLOCK.match(text)
        if given and utc is None:  # the first line that knows the time says it
            entry.quality = given[1]
            entry.utc = DAY_0 + datetime.timedelta(days=int(given[2]), seconds=int(given[3]))
    elif len(parts) == 3 and parts[1].isdigit():
        entry.event, entry.text = parts[0], ""
        entry.where = place_of(parts[1])[0]
        entry.key = parts[2]
    if entry.key.partition(".")[2]:
        entry.where = entry.key.partition(".")[0]
    return entry


def timed(entries: list[Entry]) -> list[Entry]:
    """Lines from before the clock was set have their time from the next line of the same start."""
    after: Entry | None = None
    for entry in reversed(entries):
        if entry.utc is not None:
            after = entry
        elif after is not None and after.utc is not None and entry.uptime_s <= after.uptime_s:
            entry.utc = after.utc - datetime.timedelta(seconds=after.uptime_s - entry.uptime_s)
            entry.guessed, entry.quality = True, after.quality
        if entry.event == "boot":
            after = None
    return entries


def with_gaps(entries: Iterable[Entry], last: int | None = None) -> Iterator[Entry]:
    """The same with an entry `gap` wherever numbers are missing, or begin anew. last: the number before them."""
    for entry in entries:
        number = entry.number
        if number is not None and last is not None and number != last + 1:
            missing = number - last - 1
            text = f"{last + 1} - {number - 1} ({missing})" if missing > 0 else f"{last} -> {number}"
            yield Entry(None, entry.uptime_s, entry.utc, entry.quality, "gap", value=str(max(0, missing)), text=text)
        last = number if number is not None else last
        yield entry


SENSORS = {"well": ("supply", "return"), "well2": ("supply", "return"), "loop": ("supply", "return"),
           "room": ("room", "supply_air", "leaving"), "node": ("outside",)}


def sensor_of(entry: Entry) -> str:
    """Which sensor, and its fault: of an event's number, sixteen times its place and the fault (equipment/probe.py)."""
    names = SENSORS.get(entry.where if entry.where in SENSORS else entry.where.rstrip("0123456789"), ())
    place, fault = divmod(int(entry.key), 16) if entry.key.isdigit() else (len(names), 0)
    if place >= len(names):
        return entry.key
    return f"{entry.where}.{names[place]}" + (f", {ds18b20.FAULTS[fault]}" if 0 < fault < len(ds18b20.FAULTS) else "")


class Zone:
    """Local time of a node."""

    def __init__(self, offset_min: int = 480, dst: str = "none"):
        self.offset_min = offset_min
        self.dst = dst

    def local(self, utc: datetime.datetime) -> datetime.datetime:
        """What the clock on the wall shows."""
        since = utc - DAY_0
        offset = self.offset_min if self.dst == "none" else summer.offset_min(
            self.dst, self.offset_min, since.days, since.seconds // 60)
        return utc + datetime.timedelta(minutes=offset)


def explained(entry: Entry, book: words.Words) -> str:
    """A line in words."""
    name = book.of("event", entry.event)
    if entry.event in ("trip", "clear", "lockout"):
        return f"{name}: {book.of('cause', entry.key)}"
    if entry.event in ("sensor_lost", "sensor_back"):
        return f"{name}: {sensor_of(entry)}"
    if entry.event == "boot":
        return f"{name}: {book.of('reset', entry.key)}"
    if entry.event in ("accepted", "refused", "expired", "expires"):
        block, _, point = entry.key.partition(".")
        kind = block.rstrip("0123456789") if block not in words.TWINS else words.TWINS[block]
        what = book.of("point", f"{kind}.{point}")
        change = f"{entry.was or '?'} -> {entry.value}" if entry.event != "refused" else entry.value
        return f"{name}: {'' if what == entry.key else what} {entry.key} {change}{': ' + entry.text if entry.text else ''}"
    if entry.event in ("clock", "note", "gap", "unstored"):
        return f"{name}: {entry.text}"
    return name + (f" ({entry.key})" if entry.key not in ("", "0") else "")


def when(entry: Entry, zone: Zone, book: words.Words) -> str:
    """Local time and who set the clock; the uptime where nobody did. `~`: from a later line."""
    if entry.utc is None:
        return f"+{entry.uptime_s} s ({book.of('quality', 'none')})"
    return (f"{'~' if entry.guessed else ''}{zone.local(entry.utc):%Y-%m-%d %H:%M:%S}"
            f" ({book.of('quality', entry.quality)})")


def row(entry: Entry, zone: Zone, book: words.Words) -> dict:
    """A line for a CSV file."""
    known = entry.utc is not None
    return {"number": entry.number, "uptime_s": entry.uptime_s, "utc": f"{entry.utc:%Y-%m-%dT%H:%M:%SZ}" if known else "",
            "clock": entry.quality, "local": f"{zone.local(entry.utc):%Y-%m-%d %H:%M:%S}" if entry.utc else "",
            "event": entry.event, "where": entry.where, "key": entry.key, "was": entry.was, "value": entry.value,
            "who": entry.who, "words": explained(entry, book)}


def fetch(link: Link, after: int = -1) -> list[Entry]:
    """All lines whose number is above `after`; those of older firmware too when it is -1."""
    lines = link.run(READ.format(n=after)).splitlines()
    return timed([entry for entry in map(parse, lines) if entry is not None])


def zone_of(link: Link) -> Zone:
    """The node's own zone."""
    offset, dst = link.run(ZONE).splitlines()[-1].split()
    return Zone(int(offset), dst)


def shown(entry: Entry, zone: Zone, book: words.Words) -> str:
    """A line for a person."""
    number = "" if entry.number is None else f"#{entry.number}"
    return (f"{number:>7}  {when(entry, zone, book):<38}  {entry.where:<6}  {explained(entry, book)}"
            f"{'  [' + entry.who + ']' if entry.who else ''}")


def write_csv(path: Path, rows: list[dict]) -> None:
    """The journal as CSV (UTF-8 with a mark, so that a spreadsheet shows Chinese)."""
    with open(path, "w", newline="", encoding="utf-8-sig") as f:
        writer = csv.DictWriter(f, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def follow(link: Link, last: int, zone: Zone, book: words.Words) -> None:
    """New lines as they come, until Ctrl-C."""
    while True:
        time.sleep(POLL_S)
        entries = fetch(link, last)
        for entry in with_gaps(entries, last):
            print(shown(entry, zone, book), flush=True)
        last = max([entry.number or 0 for entry in entries], default=last)


def run(args) -> int:
    """The subcommand."""
    if args.follow and args.csv:
        raise LinkError("--follow writes to the screen, --csv to a file: choose one")
    book = words.load(args.lang)
    with Link(find_port(args.port)) as link:
        zone = zone_of(link)
        entries = fetch(link)
        whole = list(with_gaps(entries))
        if args.csv:
            write_csv(args.csv, [row(entry, zone, book) for entry in whole])
            print(f"{args.csv}: {len(entries)} lines, {len(whole) - len(entries)} gaps")
            return 0
        for entry in whole[-args.last:]:
            print(shown(entry, zone, book))
        if args.follow:
            try:
                follow(link, max([entry.number or 0 for entry in entries], default=0), zone, book)
            except KeyboardInterrupt:
                print(file=sys.stderr)
    return 0
