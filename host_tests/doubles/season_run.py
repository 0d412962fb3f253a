"""Pieces of the season mode's tests."""

from __future__ import annotations

import json

UNLIKE = ("node.scan_last_us", "node.scan_max_us", "node.heap_free_b", "node.under_1ms", "node.under_5ms", "node.under_20ms",
          "node.under_50ms", "node.over_50ms")  # real time and real memory
TROUBLE = """
rooms = 2
hours = 1
[[fault]]
at = "00:08"
minutes = 3
name = "sensor_open"
target = "room2"
[[fault]]
at = "00:21"
minutes = 1
name = "power_cut"
"""


def known(rig):
    """Every point that has nothing to do with real time."""
    return {name: value for name, value in rig.points().items() if name not in UNLIKE}


def files(rig):
    """Stored records, as values: the two Pythons space their JSON differently."""
    return {path.name: content(path) for path in rig.folder.iterdir() if path.suffix not in (".2", ".good")}


def content(path):
    """A record without its first line: its length and CRC hang on spaces and order."""
    text = path.read_text("latin-1")
    if path.suffix != ".json":
        return text
    head, _, body = text.rpartition("\n")
    return head.split(" ")[:3], json.loads(body)
