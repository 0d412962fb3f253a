"""`wellhearth history`: a node's rows of days, or of ten minutes, over its prompt or over Modbus; gaps are shown as gaps."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

from wellhearth.links.modbus import files as pieces
from wellhearth.storage import history

from ..papers import days, recent
from . import files, journal
from .link import Link, LinkError, find_port

WORDS_MAX = 121  # records of one answer (Modbus application protocol V1.1b3, 6.14)
DAY_COLUMNS = ("number", "day", "state", "lifted_l", "returned_l", "heat_wh", "cold_wh", "supply_cc", "return_cc", "run_min",
               "starts", "trips", "lifted_total_l", "returned_total_l", "heat_total_wh")
TEN_COLUMNS = ("number", "utc", "local", "clock", "state", "seconds", "lifted_l", "returned_l", "heat_wh", "cold_wh",
               "electricity_wh", "supply_cc", "return_cc", "starts", "trips", "lifted_total_l", "returned_total_l",
               "heat_total_wh", *[f"room{i}_cc" for i in range(1, history.ROOMS + 1)])


def day_entries(rows: list[days.Row]) -> list[dict]:
    """Every day with what was counted in it, and an entry of state `gap` for days without a row."""
    found: list[dict] = []
    before = None
    for row in rows:
        if before is not None and row.day is not None and before.day is not None and (row.day - before.day).days > 1:
            first, last = before.day + datetime.timedelta(days=1), row.day - datetime.timedelta(days=1)
            found.append({"state": "gap", "day": f"{first} - {last}" if last > first else f"{first}"})
        entry = days.entry_of(row, before)
        found.append({**entry, "number": row.number, "lifted_total_l": row.lifted_l, "returned_total_l": row.returned_l,
                      "heat_total_wh": row.heat_wh})
        before = row
    return found


def ten_entries(rows: list[recent.Row], zone: journal.Zone) -> list[dict]:
    """Every ten minutes with UTC and local time, and the gaps."""
    found = []
    for entry in recent.entries(rows):
        until = entry.pop("until", None)
        if until is not None:
            entry |= {"utc": f"{until:%Y-%m-%dT%H:%M:%SZ}", "local": f"{zone.local(until):%Y-%m-%d %H:%M:%S}"}
        found.append(entry)
    return found


# -- where from --

def over_modbus(adapter, address: int, paths) -> list[bytes]:
    """Files of a node by function code 20, in pieces; b"" for one that is not there. LinkError when nobody answers."""
    known = pieces.files("journal.txt")
    found = []
    for path in paths:
        data = b""
        while True:
            part, at = divmod(len(data) // 2, pieces.RECORDS)
            piece = adapter.file_record(address, 10 * (known.index(path) + 1) + part + 1, at,
                                        min(WORDS_MAX, pieces.RECORDS - at))
            if not piece:
                break
            data += piece
        found.append(data)
    return found


def contents(args, kind) -> tuple[list[bytes], journal.Zone]:
    """(the older file's content and the newer one's, the node's local time)."""
    paths = (kind[0] + ".old", kind[0])
    if args.modbus:
        from .adapter import Adapter

        adapter = Adapter(args.modbus, args.baud, args.parity)
        try:
            return over_modbus(adapter, args.address, paths), journal.Zone()
        finally:
            adapter.close()
    with Link(find_port(args.port)) as link:
        return [files.read(link, path) or b"" for path in paths], journal.zone_of(link)


# -- for a person --

def cell(entry: dict, key: str) -> str:
    """A value of an entry in the unit of its column."""
    value = entry.get(key)
    if value is None:
        return "-"
    if key.endswith("_cc"):
        return f"{value / 100:.2f}"
    return f"{value / 1000:.3f}" if key.endswith(("_l", "_wh")) else str(value)


def gap_words(entry: dict) -> str:
    """A gap in words."""
    if entry["state"] == "gap":
        return f"gap: no row for {entry['day']}"
    seconds = entry["seconds"] or 0
    unknown = entry["seconds"] is None
    length = "of unknown length" if unknown else f"of {abs(seconds) // 60} min {abs(seconds) % 60} s"
    if entry["state"] == "off":
        return f"gap {length}: the node did not run"
    if entry["state"] == "clock":
        return f"the clock was set {'forward' if seconds > 0 else 'back'}: a step {length}"
    return f"gap {length}: rows are missing"


DAY_SHOWN = (("row", "number", 6), ("day", "day", 12), ("lifted m3", "lifted_l", 10), ("returned m3", "returned_l", 12),
             ("heat kWh", "heat_wh", 10), ("supply", "supply_cc", 7), ("return", "return_cc", 7), ("starts", "starts", 7),
             ("trips", "trips", 6), ("state", "state", 15))
TEN_SHOWN = (("row", "number", 6), ("until (local)", "local", 21), *DAY_SHOWN[2:9], ("rooms", "rooms", 8))


def shown(entries: list[dict], ten: bool) -> list[str]:
    """Lines for a person, temperatures in degC; a gap is a line of its own."""
    columns = TEN_SHOWN if ten else DAY_SHOWN
    found = ["".join(heading.rjust(width) for heading, _key, width in columns)]
    for entry in entries:
        if entry["state"] in ("gap", "off", "clock", "lost"):
            found.append(" " * 8 + gap_words(entry))
            continue
        rooms = [cell(entry, f"room{i}_cc") for i in range(1, history.ROOMS + 1)]
        with_rooms = {**entry, "rooms": "  " + " ".join(one for one in rooms if one != "-")}
        found.append("".join(cell(with_rooms, key).rjust(width) for _heading, key, width in columns))
    return found


def write_csv(path: Path, entries: list[dict], columns) -> None:
    """All of it, a line an entry; a gap has its state, its length and no values."""
    with open(path, "w", newline="", encoding="utf-8-sig") as f:
        writer = csv.DictWriter(f, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(entries)


def run(args) -> int:
    """The subcommand."""
    if args.modbus and args.address is None:
        raise LinkError("--modbus wants --address, the node's address on that line")
    data, zone = contents(args, history.TEN if args.ten else history.DAILY)
    if args.ten:
        entries = ten_entries(recent.rows_of(data[0]) + recent.rows_of(data[1]), zone)
    else:
        entries = day_entries(days.rows_of(data[0]) + days.rows_of(data[1]))
    if args.csv:
        write_csv(args.csv, entries, TEN_COLUMNS if args.ten else DAY_COLUMNS)
        print(f"{args.csv}: {len(entries)} lines")
    elif entries:
        print("\n".join(shown(entries[-args.last:], args.ten)))
    else:
        print("none: the first row is written when a day ends (--ten: ten minutes)")
    return 0
