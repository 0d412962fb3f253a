"""The last quarter of an hour of what matters, kept while the monitor runs."""

from __future__ import annotations

from collections import deque

from ..gateway.nodes import Node

EVERY_S = 2.0
KEPT = 450  # samples: 15 minutes
OF_ROOM = ("room_mc", "supply_air_mc", "leaving_mc", "fan_pm")
OF_WELL = ("flow_lph", "return_mc", "reinjection_kpa")


class Trends:
    """Samples by node and path; a value that nobody knew leaves a gap out."""

    def __init__(self):
        self.kept: dict[tuple[str, str], deque[float]] = {}
        self.last: dict[str, float] = {}

    def sample(self, node: Node, now: float) -> None:
        """Once in EVERY_S; `now` in seconds of the hub's clock."""
        if not node.online or now - self.last.get(node.key, -1e18) < EVERY_S:
            return
        self.last[node.key] = now
        for path in [f"{room}.{name}" for room in node.rooms() for name in OF_ROOM] + well_paths(node):
            row, value = node.row(path), node.value(path)
            if row is not None and value is not None:
                self.kept.setdefault((node.key, path), deque(maxlen=KEPT)).append(value / row.divide)

    def of(self, node: Node, path: str) -> list[float]:
        """The samples of a point, oldest first."""
        return list(self.kept.get((node.key, path), ()))


def well_paths(node: Node) -> list[str]:
    """What is followed of the well."""
    return [f"{table.name}.{name}" for kind in ("well", "well2") for table in node.blocks(kind) for name in OF_WELL]


def paths(node: Node, room: str | None) -> list[str]:
    """What the trends of a room show: the room, then the well."""
    own = [f"{room}.{name}" for name in OF_ROOM] if room else []
    return [path for path in own + well_paths(node) if node.row(path) is not None]


def caption(node: Node, path: str, samples: list[float]) -> str:
    """Name, unit, least, most, now."""
    row = node.row(path)
    unit = row.shown_unit if row is not None else ""
    if not samples:
        return f"{path}  -"
    return f"{path} {unit}  {min(samples):.1f} .. {max(samples):.1f}  now {samples[-1]:.1f}"
