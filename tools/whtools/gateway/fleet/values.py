"""What a house's JSON says, as the history keeps it: the Home Assistant bridge's keys back into points and whole numbers."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from ..homeassistant.states import COUNTED, SCALED

# What a fleet keeps of each kind of block: what its judgement needs (frame.py), and what a person asks first.
KEPT = {
    "well": ("supply_c", "return_c", "reinjection_kpa", "circulated_m3", "returned_m3", "source_kwh", "pump_percent",
             "run_h", "starts", "capacity_percent"),
    "room": ("room_c", "setpoint_c", "source_kwh", "run_h", "starts"),
    "account": ("electricity_kwh",), "node": ("outside_c",)}
KEPT["well2"] = KEPT["well"]
POINTS = {key: (point, divide) for key, (point, divide, _digits) in SCALED.items()}
PAYLOAD_MAX = 8192  # bytes; the largest block has 1 kB
VALUE_MAX = 1 << 31
WORD = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Refused(ValueError):
    """A message that no house of ours sends."""


def kind_of(block: str) -> str:
    """`room3` is a room; `well2` is the upper section of a stacked well."""
    return block if block == "well2" else block.rstrip("0123456789")


def parse(payload: bytes) -> dict[str, Any]:
    """The JSON object; Refused says what is wrong with it."""
    if len(payload) > PAYLOAD_MAX:
        raise Refused(f"{len(payload)} bytes, allowed are {PAYLOAD_MAX}")
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        raise Refused("no JSON") from None
    if not isinstance(found, dict):
        raise Refused("no JSON object")
    return found


def points(block: str, said: dict[str, Any]) -> dict[str, int]:
    """{path: value} of what is kept of a block. Unknown (null) and what is no number is left out."""
    found: dict[str, int] = {}
    for key in KEPT.get(kind_of(block), ()):
        value = said.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            continue
        if key in COUNTED:
            whole, part, parts, unit = COUNTED[key]
            count = round(value / unit * parts)
            if 0 <= count < VALUE_MAX * parts:
                found[f"{block}.{whole}"], found[f"{block}.{part}"] = divmod(count, parts)
        else:
            point, factor = POINTS.get(key, (key, 1))
            if abs(value * factor) < VALUE_MAX:
                found[f"{block}.{point}"] = round(value * factor)
    return found


def faults(said: dict[str, Any]) -> set[tuple[str, str]]:
    """{(event, cause)} of a block now: `trip`, `lockout`."""
    found = set()
    for event, key in (("trip", "faults"), ("lockout", "lockouts")):
        causes = said.get(key)
        found |= {(event, one) for one in causes[:32] if isinstance(one, str) and WORD.fullmatch(one)} if isinstance(
            causes, list) else set()
    return found
