"""`wellhearth order`: an operator's or installer's order, signed on their own device with the unit's key of their role.

It prints one line of text. Whoever passes it on (the gateway's page, a broker, a Modbus line, a person at the prompt) can
neither change it nor give it twice; storage/signed_order.py says what stands in it.
"""

from __future__ import annotations

import argparse
import datetime
import re
import time
from pathlib import Path

from wellhearth.storage import signed_order
from wellhearth.tables import causes, kinds, refusals

from .keyring import Keyring, sealed
from .link import LinkError

DAY_ZERO_S = int(datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
HOURS = 24  # an order is good for


def parser(sub) -> None:
    """The subcommand."""
    top = sub.add_parser("order", help="sign an operator's or installer's order for one unit; prints one line of text")
    top.add_argument("--keys", type=Path, metavar="FILE", help="the key file (default ~/.config/wellhearth/keys.json)")
    top.add_argument("--unit", help="id or name in the key file (default: the only one)")
    top.add_argument("--role", choices=tuple(signed_order.ROLES), help="default: operator where it may, else installer")
    top.add_argument("--hours", type=int, default=HOURS, help=f"good for so long, 1 to 168 (default {HOURS})")
    acts = top.add_subparsers(dest="action", required=True)
    put = acts.add_parser("set", help="a point, e.g. node.peak_w 9000; an enum's value by its word")
    put.add_argument("point")
    put.add_argument("value")
    reset = acts.add_parser("reset", help="a lockout whose cause is mended, e.g. well no_flow")
    reset.add_argument("block")
    reset.add_argument("cause")


def text_of(entry: dict, role: str, counter: int, until_s: int, point: str, value: int) -> str:
    """The signed line. entry: of the key file."""
    text = " ".join(map(str, (signed_order.WORD, 1, entry["id"], entry["owner"], role, counter, until_s, point, value)))
    return sealed(text, entry[role])


def unit_of(ring: Keyring, wanted: str | None) -> dict:
    """The entry that was asked for. LinkError when there is none, or more than one."""
    found = [entry for key, entry in ring.units.items() if wanted in (None, key, entry.get("name"))]
    if len(found) != 1:
        there = ", ".join(f"{key} {entry.get('name', '')}".strip() for key, entry in ring.units.items()) or "no unit"
        raise LinkError(f"--unit {wanted or ''}: {'none' if not found else 'more than one'} of that name; {ring.path} has"
                        f" {there}")
    return found[0]


def row_of(path: str):
    """(kind, row) of a point by its path. LinkError for what no unit has."""
    block, _, name = path.partition(".")
    for kind in kinds.KINDS:
        numbered = re.fullmatch(kind.name + r"([1-9]\d?)", block) if kind.most > 1 else None
        if block == kind.name and kind.most == 1 or numbered and int(numbered[1]) <= kind.most:
            for row in kind.rows:
                if row.name == name:
                    return kind, row
    raise LinkError(f"{path}: no unit has such a point; firmware/POINTS.md lists them")


def wish(args) -> tuple[str, int, str]:
    """(point, value, letters of the roles that may). LinkError with what is allowed."""
    if args.action == "reset":
        kind, row = row_of(f"{args.block}.reset_trip")
        keys = [cause.key for cause in causes.rows(kind.scope)]
        if args.cause not in keys:
            raise LinkError(f"{args.cause}: {args.block} has {', '.join(keys)}")
        return f"{args.block}.reset_trip", keys.index(args.cause), row.who
    _kind, row = row_of(args.point)
    words = row.unit.partition(":")[2].split("|") if row.unit.startswith("enum:") else []
    try:
        value = words.index(args.value) if args.value in words else int(args.value)
    except ValueError:
        raise LinkError(f"{args.value}: {args.point} takes {', '.join(words) or 'a whole number of ' + row.unit}") from None
    code = refusals.of_row(row, value)
    if code:
        raise LinkError(refusals.words(code, refusals.row_details(code, row, value)))
    return args.point, value, row.who


def role_of(args, point: str, who: str) -> str:
    """The role that signs. LinkError when it may not, or nobody may."""
    may = [role for role, letter in signed_order.ROLES.items() if letter in who]
    if not may or (args.role and args.role not in may):
        raise LinkError(f"{point} is not for the {args.role or 'operator or installer'}"
                        + (f"; for the {' and '.join(may)}" if may else ""))
    return args.role or may[0]


def sign(ring: Keyring, args) -> str:
    """The line; its number is kept in the key file, so that the next one is higher."""
    if not 1 <= args.hours <= signed_order.AHEAD_S // 3600:
        raise LinkError(f"--hours {args.hours}: 1 to {signed_order.AHEAD_S // 3600}")
    entry = unit_of(ring, args.unit)
    point, value, who = wish(args)
    role = role_of(args, point, who)
    now_s = int(time.time())
    used = entry.get("orders", {})
    number = max(now_s, used.get(role, 0) + 1)
    ring.put(entry["id"], {**entry, "orders": {**used, role: number}})
    return text_of(entry, role, number, now_s - DAY_ZERO_S + args.hours * 3600, point, value)


def run(args: argparse.Namespace) -> int:
    """The subcommand."""
    print(sign(Keyring(args.keys), args))
    return 0
