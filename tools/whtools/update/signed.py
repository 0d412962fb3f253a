"""What the project signs of a release: release.json, which names the pack of each board by its SHA-256, and release.sig.

release.json has one form only (`text`), so that whoever verifies it writes it anew and compares. The signature is Ed25519
(RFC 8032) over its bytes, in hex. The project's public key lies in tools/project.pub.pem.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from .. import ROOT
from ..device.link import LinkError
from ..papers import signing
from . import pack

LIST, SIGNATURE = "release.json", "release.sig"
KEY = ROOT / "tools" / "project.pub.pem"
FORMAT = 1


@dataclass
class Release:
    """A pack for one board. signed: by the project."""

    board: str
    version: str
    floor: str
    data: bytes
    signed: bool

    @property
    def sha256(self) -> str:
        """Of the whole pack."""
        return hashlib.sha256(self.data).hexdigest()


def text(version: str, revision: str, packs: dict[str, tuple[str, bytes]]) -> bytes:
    """release.json; packs: {board: (file name, pack)}."""
    boards = {board: {"file": name, "floor": pack.told(data)[2], "sha256": hashlib.sha256(data).hexdigest(),
                      "size": len(data)} for board, (name, data) in packs.items()}
    return form({"boards": boards, "format": FORMAT, "revision": revision, "version": version})


def form(data: dict) -> bytes:
    """Its one form."""
    return (json.dumps(data, sort_keys=True, indent=1, ensure_ascii=True) + "\n").encode()


def sign(folder: Path, key: Path) -> str:
    """release.sig beside release.json; returns the key's short name. LinkError when the key is none."""
    private = signing.private(key)
    (folder / SIGNATURE).write_text(private.sign((folder / LIST).read_bytes()).hex() + "\n", encoding="utf-8")
    return signing.name_of(private.public_key())


def listed(folder: Path, key: Path | None) -> dict:
    """What release.json says, when the project signed it. LinkError otherwise."""
    path = key or KEY
    if not path.exists():
        raise LinkError(f"{path}: the project's public key is missing; take it from its repository (--project-key)")
    try:
        data = (folder / LIST).read_bytes()
        signature = bytes.fromhex((folder / SIGNATURE).read_text(encoding="utf-8"))
    except FileNotFoundError as e:
        raise LinkError(f"{e.filename} is missing: this is no signed release") from None
    except ValueError:
        raise LinkError(f"{folder / SIGNATURE} is no signature") from None
    if not signing.signed(signing.public(path), signature, data):
        raise LinkError(f"{folder}: the signature is not that of {path}: nothing was installed")
    found = json.loads(data)
    if form(found) != data or found.get("format") != FORMAT:
        raise LinkError(f"{folder / LIST} has another form than this tool knows; take a newer tool")
    return found


def load(folder: Path, board: str, key: Path | None) -> Release:
    """The pack for a board out of a release that the project signed. LinkError with what is wrong."""
    found = listed(folder, key)
    row = found["boards"].get(board)
    if row is None:
        raise LinkError(f"{folder} has no firmware for {board}; it has {', '.join(sorted(found['boards']))}")
    name = Path(row["file"]).name
    try:
        data = (folder / name).read_bytes()
    except OSError as e:
        raise LinkError(f"{folder / name}: {e.strerror}") from None
    if len(data) != row["size"] or hashlib.sha256(data).hexdigest() != row["sha256"]:
        raise LinkError(f"{folder / name} is not what the project signed: nothing was installed; fetch the release again")
    if whole(folder / name, data)[:2] != (board, found["version"]):
        raise LinkError(f"{folder / name} is for another board or of another version than {LIST} says")
    return Release(board, found["version"], row["floor"], data, True)


def whole(path: Path, data: bytes) -> tuple[str, str, str]:
    """(board, version, floor) of a pack. LinkError when it is none."""
    try:
        return pack.told(data)
    except pack.PackError as e:
        raise LinkError(f"{path}: {e}") from None


def own(path: Path, board: str) -> Release:
    """A pack of one's own build, which nobody signed. LinkError when it is none, or for another board."""
    try:
        data = path.read_bytes()
    except OSError as e:
        raise LinkError(f"{path}: {e.strerror}") from None
    made_for, version, floor = whole(path, data)
    if made_for != board:
        raise LinkError(f"{path} is for {made_for}, the unit is a {board}")
    return Release(board, version, floor, data, False)
