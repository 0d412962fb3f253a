"""What Home Assistant sends, as a point's value: only what a resident may wish, and only when it is well-formed."""

from __future__ import annotations

import math

from wellhearth.tables import points

from ..nodes import Node
from .entities import BOOST_MIN, BOOST_PRESET, FANS, MODES

LONGEST = 32  # bytes of a wish
MODE_WORDS = next(row.unit for row in points.ROOM if row.name == "mode").partition(":")[2].split("|")
MODE_NUMBERS = {theirs: MODE_WORDS.index(ours) for ours, theirs in MODES.items()}
TAKEN = ("mode", "setpoint_mc", "fan_fixed_pm", "boost_min")


def read(node: Node, block: str, point: str, payload: bytes) -> tuple[int | None, str]:
    """(value, "") or (None, why not). Whether the node takes the value is its own word."""
    if point not in TAKEN or block not in node.rooms() or node.row(f"{block}.{point}") is None:
        return None, f"{block}.{point} is nothing that Home Assistant may set"
    text = payload[:LONGEST].decode("utf-8", "replace").strip()
    value = {"mode": MODE_NUMBERS.get, "setpoint_mc": setpoint, "fan_fixed_pm": FANS.get, "boost_min": boost}[point](text)
    if value is None:
        return None, f"{text!r} is no value for {block}.{point}"
    return value, ""


def setpoint(text: str) -> int | None:
    """Degrees Celsius, as thousandths, in steps of a tenth."""
    try:
        value = float(text)
    except ValueError:
        return None
    return round(value * 10) * 100 if math.isfinite(value) and abs(value) < 1000 else None


def boost(text: str) -> int | None:
    """The preset's or the button's word: minutes."""
    return {BOOST_PRESET: BOOST_MIN, "none": 0}.get(text)
