"""What passes between the simulator and the process that EnergyPlus runs in: a kind, a length, and a body.

`HEAT`: doubles, W of each room's unit as the mean of a minute, then 1 for each that blew and 0 for the others. `STATE`:
doubles, see `Zone` and `state_of`. `WORD`: text, why EnergyPlus ended.
"""

from __future__ import annotations

import os
import struct
from typing import NamedTuple

HEAT, STATE, WORD = b"H", b"S", b"W"
HEAD = struct.Struct("<cI")


class Zone(NamedTuple):
    """A room's air at the end of a minute, by EnergyPlus: degC, and W into the air."""

    air_c: float
    inner_w: float  # convection of people and equipment, and of our unit
    surface_w: float  # from walls, windows, furniture
    outdoor_w: float  # air change and an open window
    stored_w: float  # what the air took up
    unit_w: float  # heat of our unit as EnergyPlus reports it


def pack(kind: bytes, body: bytes) -> bytes:
    """A frame."""
    return HEAD.pack(kind, len(body)) + body


def doubles(values) -> bytes:
    """Numbers as a body."""
    return struct.pack(f"<{len(values)}d", *values)


def numbers(body: bytes) -> tuple[float, ...]:
    """A body as numbers."""
    return struct.unpack(f"<{len(body) // 8}d", body)


def take(fd: int, n: int) -> bytes:
    """Exactly n bytes; b"" when the other side has ended."""
    data = b""
    while len(data) < n:
        part = os.read(fd, n - len(data))
        if not part:
            return b""
        data += part
    return data


def read(fd: int) -> tuple[bytes, bytes]:
    """(kind, body); (b"", b"") when the other side has ended."""
    head = take(fd, HEAD.size)
    if not head:
        return b"", b""
    kind, n = HEAD.unpack(head)
    return kind, take(fd, n) if n else b""


def write(fd: int, kind: bytes, body: bytes) -> None:
    """Send a frame; OSError when nobody reads any more."""
    data = pack(kind, body)
    while data:
        data = data[os.write(fd, data) :]


def state_of(body: bytes) -> tuple[float, list[Zone]]:
    """(outside degC, zones) of a STATE."""
    values = numbers(body)
    width = len(Zone._fields)
    return values[0], [Zone(*values[i : i + width]) for i in range(1, len(values), width)]
