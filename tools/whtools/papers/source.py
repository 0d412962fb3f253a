"""What papers are made from: a node at the other end of a cable, or its backup."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path

from wellhearth.console.history import message
from wellhearth.storage import history

from ..device import backup, files, journal, settings
from ..device.keyring import Keyring
from ..device.link import Link, LinkError, find_port
from . import days

SEAL = """
import json
from wellhearth import app
from wellhearth.console import history as h
class B:
    SECRET_PATH='secret.json'
print(json.dumps(h.seal(app.hardware or B,0,65535)))
"""
TRIES = 2  # a row may be written between reading and sealing


@dataclass
class Source:
    """A node's records. seal: (unit, how many rows, chain, signature) as the node said it."""

    config: dict
    rows: list[days.Row]
    seal: list
    lines: list[str] = field(default_factory=list)
    ledger: dict = field(default_factory=dict)
    points: dict[str, str] = field(default_factory=dict)  # what it shows now; only over a cable

    def zone(self) -> journal.Zone:
        """The node's local time."""
        node = self.config.get("node", {})
        return journal.Zone(node.get("utc_offset_min", 480), node.get("dst", "none"))

    def journal(self) -> list[journal.Entry]:
        """Its journal."""
        return journal.timed([entry for entry in map(journal.parse, self.lines) if entry is not None])


def chain(rows: list[days.Row]) -> str:
    """As the node makes it (console/history.py)."""
    digest = bytes(32)
    for row in rows:
        digest = hashlib.sha256(digest + row.data).digest()
    return digest.hex()


def sealed_rows(link: Link) -> tuple[list[days.Row], list]:
    """(daily rows, seal over all of them). LinkError when the two do not fit."""
    try:
        link.run("from wellhearth.console import history")
    except LinkError:  # firmware from before there were daily rows
        return [], ["", 0, "", ""]
    for _ in range(TRIES):
        data = [files.read(link, history.PATH + old) or b"" for old in (".old", "")]
        rows = days.rows_of(data[0]) + days.rows_of(data[1])
        seal = json.loads(link.run(SEAL).splitlines()[-1])
        if seal[1:3] == [len(rows), chain(rows)]:
            return rows, seal
    raise LinkError("the node's daily rows do not fit the seal that it gives for them: read once more, then look at"
                    " its flash")


def from_port(port: str | None) -> Source:
    """Over a cable."""
    with Link(find_port(port)) as link:
        rows, seal = sealed_rows(link)
        lines = link.run(journal.READ.format(n=-1)).splitlines()
        answer = link.ask("points")
        points = {path: value for path, value, *_ in answer.get("rows", ())}
        return Source(settings.Node(link).read(), rows, seal, lines, backup.newest(link, "ledger.json")[1] or {}, points)


def from_backup(path: Path) -> Source:
    """Out of a backup."""
    content = backup.unseal(path.read_bytes(), str(path))
    if "history" not in content:
        raise LinkError(f"{path}: made by an older tool, without the daily rows: wellhearth backup, once more")
    rows = [row for row in map(days.parse, map(bytes.fromhex, content["history"])) if row is not None]
    return Source(content["files"][settings.PATH], rows, content["seal"], content["journal"],
                  content["files"].get("ledger.json", {}))


def open_source(args) -> Source:
    """--port or --backup."""
    return from_backup(args.backup) if args.backup else from_port(args.port)


def check_seal(source: Source, ring: Keyring) -> dict:
    """The unit's entry in the key file, whose key made the seal. LinkError says why it is not taken."""
    unit, count, digest, sign = source.seal
    if not digest:
        raise LinkError("the unit's firmware keeps no daily rows yet: wellhearth flash")
    if not sign:
        raise LinkError("this unit has no keys, so that it cannot seal its records: wellhearth provision")
    if [count, digest] != [len(source.rows), chain(source.rows)]:
        raise LinkError("the daily rows are not those that the unit sealed: a row was changed, dropped or moved")
    entry = ring.units.get(unit)
    if entry is None:
        raise LinkError(f"the key file {ring.path} does not know unit {unit}")
    text = message(unit, 0, 65535, count, bytes.fromhex(digest))
    if not hmac.compare_digest(hmac.new(bytes.fromhex(entry["unit"]), text, hashlib.sha256).hexdigest(), sign):
        raise LinkError(f"the seal is not that of unit {unit}'s key: other keys were given to it, or somebody made it up")
    return {"unit": unit, "name": entry.get("name", "")}
