"""A whole firmware in one file, as a slot of the board's file system holds it (firmware/boot.py reads it).

A file of a few kB takes blocks of 4 kB: two firmwares of 150 files fill a Pico, in two packs they fill a third of it. All
numbers are little-endian.

| bytes | what |
|---|---|
| 0 to 7 | `WHPACK1` and a line feed |
| 8 to 11 | size of the pack |
| 12, 13 | number of folders (one byte), 0 |
| 14, 15 | number of folders and files |
| 16 to 19 | version: 1,000,000 x major + 1000 x minor + patch |
| 20 to 23 | lowest version that may follow it |
| 24 to 47 | board, filled up with zeros |
| 48 to 63 | 0 |
| from 64 | CRC-32 of each path, folders first; then where each file begins (a folder: 0); then the files |
| last 4 | CRC-32 of all before it |
"""

from __future__ import annotations

import re
import struct
import zlib

MAGIC = b"WHPACK1\n"
HEAD = struct.Struct("<8sIBBHII24s16x")
FOLDERS_MAX = 255
BOARD_MAX = 24
PAGE = "page.gz"  # of a board with a network (links/network/page.py)


class PackError(ValueError):
    """Why there is no pack, in one line."""


def number(version: str) -> int:
    """A version as one number; PackError for one that is none of three numbers below 1000."""
    found = re.fullmatch(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})", version)
    if found is None:
        raise PackError(f"version {version!r}: wanted three numbers below 1000, e.g. 1.4.0")
    major, minor, patch = map(int, found.groups())
    return 1_000_000 * major + 1000 * minor + patch


def words(version: int) -> str:
    """The same in words."""
    return f"{version // 1_000_000}.{version // 1000 % 1000}.{version % 1000}"


def key(path: str) -> int:
    """What boot.py knows a path by."""
    return zlib.crc32(path.encode())


def sized(data: bytes) -> bytes:
    """What is no module, as it stands in a pack: boot.py opens the pack where it begins, so it says itself where it ends."""
    return struct.pack("<I", len(data)) + data


def pack(files: dict[str, bytes], board: str, version: str, floor: str = "0.0.0") -> bytes:
    """One file of them; files: {path: bytes}, each a .mpy or PAGE (sized). PackError for what boot.py could not read."""
    paths = sorted(files)
    folders = sorted({path[:i] for path in paths for i, c in enumerate(path) if c == "/"})
    wrong = [path for path in paths if path != PAGE and not path.endswith(".mpy")]
    if wrong:
        raise PackError(f"{wrong[0]}: a pack holds compiled modules and {PAGE} only")
    names = folders + paths
    if len(folders) > FOLDERS_MAX or len({key(name) for name in names}) != len(names):
        raise PackError("two paths have one CRC-32, or there are too many folders: rename a module")
    if len(board) > BOARD_MAX or number(floor) > number(version):
        raise PackError(f"{board} {version}, floor {floor}: the board's name is too long, or the floor above the version")
    at = HEAD.size + 8 * len(names)
    starts = [0] * len(folders)
    for path in paths:
        starts.append(at)
        at += len(files[path])
    head = HEAD.pack(MAGIC, at + 4, len(folders), 0, len(names), number(version), number(floor), board.encode())
    body = head + struct.pack(f"<{len(names)}I", *map(key, names)) + struct.pack(f"<{len(names)}I", *starts)
    body += b"".join(files[path] for path in paths)
    return body + struct.pack("<I", zlib.crc32(body))


def told(data: bytes) -> tuple[str, str, str]:
    """(board, version, floor) that a pack says of itself; PackError for what is no whole pack."""
    if len(data) < HEAD.size + 4 or data[:8] != MAGIC or HEAD.unpack_from(data)[1] != len(data):
        raise PackError("no whole pack of firmware")
    if zlib.crc32(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
        raise PackError("a damaged pack of firmware: its CRC is wrong")
    _magic, _size, _folders, _zero, _names, version, floor, board = HEAD.unpack_from(data)
    return board.rstrip(b"\0").decode(), words(version), words(floor)
