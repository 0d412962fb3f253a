"""`wellhearth backup` and `wellhearth restore`: what a node is and remembers, as one file with a CRC.

In it: the config (with the codes of the remote), settings, the ledger (meters, learned values, lockouts, starts), and the
daily rows with the unit's seal; to be read, not restored: the rows of ten minutes and the journal. Not in it: the unit's
keys, which never leave it but by `provision`.
"""

from __future__ import annotations

import datetime
import json
import zlib
from pathlib import Path

from wellhearth.storage import history, record

from . import files, journal, provision, settings
from .link import Link, LinkError, find_port, reconnect

WORD = "wellhearth-backup"
VERSION = 1
RECORDS = ("settings.json", "ledger.json")
MOTORS = (".pump", ".compressor")  # ends of the names of motors among the ledger's starts; the others are trips

CHIP = """
try:
    import machine,binascii
    print(binascii.hexlify(machine.unique_id()).decode())
except Exception:
    print('')
"""
FLUSH = """
import sys
a=getattr(sys.modules.get('wellhearth.app'),'current',None)
if a is not None:
    a.records.write_all(a.node.p.uptime_s)
"""
# From here to the reset nothing of what runs may be stored over what comes.
TAKE_OVER = """
import os,sys
a=getattr(sys.modules.get('wellhearth.app'),'current',None)
if a is not None:
    if {note!r}:
        a.journal.note(a.node.p.uptime_s,{note!r})
        a.journal.flush(a.node.p.uptime_s,True)
    a.records.write_due=lambda *a: None
    a.records.write_all=lambda *a: None
    a.board.safe()
for p in {paths!r}:
    os.rename(p+'.part',p)
"""


def seal(content: dict) -> bytes:
    """The file: one line with length and CRC, then JSON."""
    text = json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"
    return f"{WORD} {VERSION} {len(text)} {zlib.crc32(text):08x}\n".encode() + text


def unseal(data: bytes, where: str) -> dict:
    """Its content. LinkError when it is none, damaged, or of a newer tool."""
    line, _, text = data.partition(b"\n")
    words = line.decode(errors="replace").split(" ")
    if len(words) != 4 or words[0] != WORD:
        raise LinkError(f"{where} is no backup of a node")
    if words[1] != str(VERSION):
        raise LinkError(f"{where}: a backup of version {words[1]}, this tool reads {VERSION}")
    if words[2] != str(len(text)) or words[3] != f"{zlib.crc32(text):08x}":
        raise LinkError(f"{where} is damaged: its CRC does not fit; nothing was restored")
    return json.loads(text)


def newest(link: Link, path: str) -> tuple[int, dict | None]:
    """(number, object) of a record's newest whole copy; (0, None) where there is none."""
    best, found = -1, None
    for name in (path, path + record.COPY):
        data = files.read(link, name) or b""
        number, text = (record.PLAIN, data) if data[:1] == b"{" else record.unseal(data)
        if number > best:
            try:
                best, found = number, json.loads(text)
            except ValueError:
                continue
    return max(best, 0) % record.PLAIN, found


def identity(link: Link) -> dict:
    """Which unit this is: the id of its keys, and that of its chip."""
    return {"id": provision.identity(link).get("id", ""), "chip": link.run(CHIP)}


def named(unit: dict) -> str:
    """An identity for a person."""
    return unit["id"] or unit["chip"] or "unknown"


def same(one: dict, other: dict) -> bool:
    """Whether two identities are of one unit: by the keys' id, or where one of them has none, by the chip."""
    if one["id"] and other["id"]:
        return one["id"] == other["id"]
    return one["chip"] == other["chip"] != ""


def take(link: Link) -> dict:
    """All that a backup holds."""
    link.run(FLUSH)
    node = settings.Node(link)
    content = {"unit": identity(link), "board": node.board() or "",
               "made": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
               "files": {settings.PATH: node.read()}}
    for path in RECORDS:
        found = newest(link, path)[1]
        if found is not None:
            content["files"][path] = found
    from ..papers import source  # which reads backups itself

    rows, content["seal"] = source.sealed_rows(link)
    content["history"] = [row.data.hex() for row in rows]
    ten = b"".join(files.read(link, history.TEN_PATH + old) or b"" for old in (".old", ""))
    content["recent"] = ten.hex()
    content["journal"] = link.run(journal.READ.format(n=-1)).splitlines()
    return content


def merge(theirs: dict, own: dict | None) -> dict:
    """The ledger that is restored: meters and learned values of the backup, but no start or lockout of today is forgotten.

    own: the unit's ledger now. Where there is none (a new board on old motors), each motor counts as just started.
    """
    found = json.loads(json.dumps(theirs))
    if own is None:
        found["starts"] = {name: [*ages, 0] if name.endswith(MOTORS) else ages
                           for name, ages in theirs.get("starts", {}).items()}
        found["serial"] = 0
        return found
    found["starts"] = {**theirs.get("starts", {}), **own.get("starts", {})}
    found["locked"] = sorted({*theirs.get("locked", ()), *own.get("locked", ())})
    found["serial"] = own.get("serial", 0)
    return found


def merge_rows(theirs: list[bytes], own: list[bytes]) -> list[bytes]:
    """The daily rows that are restored: the backup's, and what the unit has written since; the last of two full files.

    A row is newer by its number, or where the unit began to count anew, by its day.
    """
    theirs = [row for row in theirs if history.row_of(row)]
    if not theirs:
        return own
    stored = [found for found in map(history.row_of, theirs) if found is not None]
    number, day = stored[-1][2], max(found[3] for found in stored)
    known = set(theirs)
    newer = [row for row in own if row not in known and (found := history.row_of(row)) and (found[2] > number
                                                                                          or found[3] > day)]
    return (theirs + newer)[-2 * history.ROWS:]


def history_files(link: Link, content: dict, other_unit: bool) -> dict[str, bytes]:
    """{path: content} of the daily rows' two files; {} where neither backup nor firmware knows of any."""
    if "history" not in content:
        return {}
    own: list[bytes] = []
    for old in (".old", ""):
        data = b"" if other_unit else files.read(link, history.PATH + old) or b""
        own += [data[i:i + history.ROW] for i in range(0, len(data), history.ROW)]
    rows = merge_rows(list(map(bytes.fromhex, content["history"])), [row for row in own if history.row_of(row)])
    cut = history.ROWS if len(rows) > history.ROWS else 0
    return {history.PATH + ".old": b"".join(rows[:cut]), history.PATH: b"".join(rows[cut:])} if rows else {}


def put(link: Link, content: dict, other_unit: bool) -> None:
    """Everything beside what is there, verified; then all of it takes its place, and the node restarts."""
    stored = content["files"]
    node = settings.Node(link)
    settings.refuse("nothing was restored", settings.mistakes(stored[settings.PATH], node.board()))
    names = [settings.PATH]
    files.write(link, settings.PATH + ".part", settings.shown(stored[settings.PATH]).encode())
    for path in RECORDS:
        if path not in stored:
            continue
        number, own = newest(link, path)
        found = stored[path]
        if path == "ledger.json":
            found = merge(found, None if other_unit else own)
            found["serial"] = own.get("serial", 0) if own else 0
        text = json.dumps(found).encode()
        for name in (path, path + record.COPY):
            files.write(link, name + ".part", record.head(text, number + 1).encode() + text)
            names.append(name)
    kept = history_files(link, content, other_unit)
    for path, data in kept.items():
        files.write(link, path + ".part", data)
        names.append(path)
    days = sum(map(len, kept.values())) // history.ROW
    note = f"history restored: {days} days, from a backup of {content['made']}" if days else ""
    link.run(settings.STEP_BACK)
    link.leave_with(TAKE_OVER.format(paths=names, note=note) + settings.RESTART, b"restart")


def backup(args) -> int:
    """The subcommand `backup`."""
    with Link(find_port(args.port)) as link:
        content = take(link)
    args.file.write_bytes(seal(content))
    print(f"{args.file}: {', '.join(content['files'])} of unit {named(content['unit'])}"
          f" ({content['board'] or 'unknown board'})")
    return 0


def restore(args) -> int:
    """The subcommand `restore`."""
    path: Path = args.file
    content = unseal(path.read_bytes(), str(path))
    port = find_port(args.port)
    with Link(port) as link:
        here = identity(link)
        if not same(here, content["unit"]) and not args.other_unit:
            raise LinkError(f"{path} is of unit {named(content['unit'])}, this is {named(here)}; where it takes the other's"
                            " place: --other-unit")
        put(link, content, not same(here, content["unit"]))
    link = reconnect(port)
    try:
        answer = link.ask("status")
        if "stopped" in answer:
            raise LinkError(f"restored, but the node does not run: {answer['stopped']}")
    finally:
        link.close()
    print(f"restored from {content['made']}; the node runs. What was metered since then on this unit is not in it")
    return 0
