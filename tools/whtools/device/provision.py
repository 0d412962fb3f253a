"""`wellhearth provision`: a unit's id and keys, made here, stored on the unit and in the operator's key file, never shown.

unit: what the unit signs its records with. operator, installer: what their networked orders will be signed with. Whoever can
plug into a unit owns it (SECURITY.md), so new keys want no old ones; but they are never replaced unasked.
"""

from __future__ import annotations

import datetime
import json
import secrets

from wellhearth.console.identity import KEYS, fingerprint
from wellhearth.storage import record

from . import files, network
from .keyring import Keyring
from .link import Link, LinkError, find_port

PATH = "secret.json"
KEY_B = 32
NOTE = """
import sys
a=getattr(sys.modules.get('wellhearth.app'),'current',None)
if a is not None:
    a.journal.note(a.node.p.uptime_s,{text!r})
    a.journal.urgent=True
"""

# The counters of signed orders go with the keys that they were for; after the keys, or a power cut between would free them.
FORGET = """
import os,sys
for p in ('orders.json','orders.json.2'):
    try:
        os.remove(p)
    except OSError:
        pass
a=getattr(sys.modules.get('wellhearth.app'),'current',None)
if a is not None:
    a.signed=None
"""


def identity(link: Link) -> dict[str, str]:
    """What the unit says of itself: id, owner, fingerprints; {} for one that has no keys (or damaged ones)."""
    rows = dict(link.ask("identity").get("rows", ()))
    return rows if "owner" in rows else {}


def fresh(unit: str, owner: int, name: str) -> dict:
    """A new entry of the key file."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    return {"name": name, "made": now, "owner": owner, "id": unit, **{key: secrets.token_hex(KEY_B) for key in KEYS}}


def give(link: Link, ring: Keyring, entry: dict) -> None:
    """Into the key file, then onto the unit, then read back.

    Until the unit has shown them the entry holds the one before as well: whichever the unit has then, it is in the file.
    """
    unit = entry["id"]
    before = ring.units.get(unit)
    if before is not None:  # what its old key signed stays verifiable
        old = {key: before[key] for key in ("made", "owner", "unit")}
        entry = {**entry, "replaced": [*before.get("replaced", []), old]}
    ring.put(unit, {**entry, "before": before})
    try:
        text = json.dumps({key: entry[key] for key in ("id", "owner", *KEYS)}).encode()
        data = record.head(text, entry["owner"]).encode() + text
        for path in (PATH, PATH + record.COPY):
            files.write(link, path, data)
    finally:
        settle(ring, unit, identity(link))
    if not shows(identity(link), entry):
        raise LinkError("the unit does not show the keys it was given; run the command again")
    link.run(FORGET)
    link.run(NOTE.format(text=f"keys: new ones, owner {entry['owner']}"))


def shows(there: dict[str, str], entry: dict) -> bool:
    """Whether a unit has the keys of an entry."""
    return all(there.get("key " + key) == fingerprint(entry[key]) for key in KEYS)


def settle(ring: Keyring, unit: str, there: dict[str, str]) -> None:
    """A change that was cut short: the entry becomes what the unit really has. there: what it shows, {} for no keys."""
    entry = ring.units.get(unit, {})
    if "before" not in entry:
        return
    before = entry["before"]
    if there and shows(there, entry):
        ring.put(unit, {key: value for key, value in entry.items() if key != "before"})
    elif (before is None and not there) or (before is not None and there and shows(there, before)):
        ring.put(unit, before)


def show(there: dict[str, str], ring: Keyring) -> list[str]:
    """The unit, and whether the key file has its keys; fingerprints, no key."""
    if not there:
        return ["this unit has no keys yet: wellhearth provision"]
    mine = ring.units.get(there["id"])
    lines = [f"unit {there['id']}, owner {there['owner']}" + (f", {mine['name']}" if mine and mine["name"] else "")]
    for key in KEYS:
        word = "not in the key file" if mine is None else (
            "in the key file" if fingerprint(mine[key]) == there["key " + key] else "ANOTHER one is in the key file")
        lines.append(f"  {key:<10} {there['key ' + key]}  {word}")
    return lines


def run(args) -> int:
    """The subcommand."""
    ring = Keyring(args.keys)
    with Link(find_port(args.port)) as link:
        there = identity(link)
        settle(ring, there.get("id", ""), there)
        if network.wanted(args):
            print("\n".join(network.run(link, args)))
            return 0
        if args.show:
            print("\n".join(show(there, ring)))
            return 0
        anew = args.new_owner or args.lost
        if there and not anew:
            raise LinkError(f"this unit has keys: {there['id']}, owner {there['owner']}. For another owner: --new-owner;"
                            " where the key file is lost: --lost. Both make new keys and void the old ones")
        if anew and not there:
            raise LinkError("this unit has no keys to replace: wellhearth provision, without --new-owner and --lost")
        unit = there.get("id") or secrets.token_hex(6)
        owner = int(there.get("owner", 1)) + (1 if args.new_owner else 0)
        known = ring.units.get(unit, {})
        give(link, ring, fresh(unit, owner, args.name or known.get("name", "")))
        print("\n".join(show(identity(link), ring)))
        print(f"the keys are in {ring.path} (keep a copy of it in another place) and on the unit, and nowhere else")
    return 0
