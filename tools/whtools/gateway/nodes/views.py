"""Rooms on a well's bus that are reached through that well: what it knows of them is fresher than their turn to be read.

A well polls its rooms by itself, and one reading of the well brings temperature, target and setpoint of all of them. So the
rooms themselves need be read in rotation only. Registers do not say which unit a far block is (`bms.rooms_at` is not among
them), and a neighbour's temperature on a card would be worse than an old one. A view is used only where nothing else fits:
one well on the line, as many rooms on it as the well has, at addresses in a row, and the well's values those that the room
itself said when it was last read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .node import Node

SHOWN = ("room_mc", "target_mc", "setpoint_mc")  # the far block's and the room block's names and units are the same
TELLING = (("state", "state"), ("mode", "mode"), ("compressor_on", "compressor_on"), ("room_trips", "trips"),
           ("setpoint_mc", "setpoint_mc"))  # far's, the room's: who differs in these is read next
NEAR_MK = 500  # the well's room temperature may be some seconds older than the room's
LAG_S = 0.5  # what a well says is as old as its round of all rooms takes (`bus.round_ms`), and so much more
ROUND_MS = 2000  # of a well that does not say it: the config's default


class View(NamedTuple):
    """One room as a well sees it. far, block: the block's names at the well and at the room."""

    well: Node
    far: str
    room: Node
    block: str

    def differs(self) -> bool:
        """Whether the room does something else than it did when it was read itself."""
        return any(self.well.value(f"{self.far}.{far}") != self.room.value(f"{self.block}.{own}") for far, own in TELLING)

    def agrees(self) -> bool:
        """Whether the well's values may be this room's: asked when the room itself was just read."""
        far, own = (node.value(f"{block}.room_mc") for node, block in ((self.well, self.far), (self.room, self.block)))
        return None not in (far, own) and abs(far - own) <= NEAR_MK and not self.differs()  # type: ignore[operator]


def of(nodes: Iterable[Node]) -> dict[str, View]:
    """{key of the room's node: its view}, of every line where there is no doubt which room is which."""
    lines: dict[int, list[Node]] = {}
    for node in nodes:
        line = getattr(node.transport, "line", None)
        if line is not None:
            lines.setdefault(id(line), []).append(node)
    found: dict[str, View] = {}
    for here in lines.values():
        wells = [node for node in here if node.blocks("far")]
        rooms = sorted((node for node in here if node.blocks("room")), key=address)
        if len(wells) != 1 or wells[0] in rooms or any(len(node.blocks("room")) != 1 for node in rooms):
            continue
        fars = wells[0].blocks("far")
        in_a_row = rooms and address(rooms[-1]) - address(rooms[0]) == len(rooms) - 1
        if in_a_row and len(rooms) == len(fars):
            found |= {room.key: View(wells[0], far.name, room, room.blocks("room")[0].name)
                      for room, far in zip(rooms, fars)}
    return found


def address(node: Node) -> int:
    """Of a node on a line."""
    return getattr(node.transport, "address", 0)


class Views:
    """What the hub keeps of them between two rounds."""

    def __init__(self):
        self.trusted: set[str] = set()  # rooms whose view agreed with themselves at their last reading
        self.urgent: set[str] = set()  # rooms that do something else than when they were read

    def covered(self, nodes: Iterable[Node]) -> dict[str, View]:
        """The views that stand for their rooms now: well and room answer, and agreed."""
        return {key: view for key, view in of(nodes).items()
                if key in self.trusted and view.well.online and view.room.online and view.well.value(f"{view.far}.online")}

    def was_read(self, node: Node, nodes: list[Node]) -> dict[str, dict[str, int]]:
        """A node was read: {key: points that changed} of the rooms that it shows."""
        if node.blocks("room"):
            self.judge(node, of(nodes).get(node.key))
        if not node.blocks("far"):
            return {}
        found: dict[str, dict[str, int]] = {}
        for key, view in self.covered(nodes).items():
            if view.well is node:
                if view.differs():
                    self.urgent.add(key)
                found[key] = self.show(view)
        return {key: changed for key, changed in found.items() if changed}

    def judge(self, room: Node, view: View | None) -> None:
        """Whether the view of a room that was just read is trusted."""
        self.urgent.discard(room.key)
        (self.trusted.add if view is not None and view.agrees() else self.trusted.discard)(room.key)

    @staticmethod
    def show(view: View) -> dict[str, int]:
        """The well's word becomes the room's, as old as it may be: an order that the room took since then is not undone."""
        if not view.room.value(f"{view.block}.room_ok"):
            return {}
        lag_s = max(view.well.value("bus.round_ms") or 0, ROUND_MS) / 1000 + LAG_S
        said = {f"{view.block}.{name}": view.well.read_of(f"{view.far}.{name}") for name in SHOWN}
        return view.room.hear({path: found._replace(at=found.at - lag_s) for path, found in said.items() if found})
