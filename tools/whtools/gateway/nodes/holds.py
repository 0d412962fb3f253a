"""Orders that outlive ten minutes: what somebody set over a bus is given up by the node unless it is refreshed.

A wish stands until another order replaces it, or until somebody at the wall sets something else: then the wall has the
last word. A node that restarted, or was out of reach until its value expired, gets the wish again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from wellhearth.tables import points

from .node import Node
from .tables import PointRow
from .transport import BUS, Silent

REFRESH_S = points.EXPIRY_S * 2 // 5  # two tries before it expires


@dataclass
class Hold:
    """A wish. was: the node's own value before it. at: last refresh, monotonic seconds; restarts: the node's, then."""

    node: str
    path: str
    value: int
    was: int
    who: str
    at: float
    restarts: int


def lent(node: Node, row: PointRow) -> bool:
    """Whether the node gives up what this way wrote: a bus's always, at a prompt what goes there as an operator's
    (prompt.Prompt.order)."""
    return node.transport.rights == BUS or ("o" in row.who and "r" not in row.who)


class Holds:
    """All wishes that stand, by (node, path)."""

    def __init__(self):
        self.held: dict[tuple[str, str], Hold] = {}

    def taken(self, node: Node, path: str, value: int, before: int | None, who: str) -> None:
        """A node took an order. before: its point until then."""
        key = (node.key, path)
        row = node.row(path)
        old = self.held.pop(key, None)
        if row is None or not row.expires or not lent(node, row):
            return
        was = old.was if old is not None else value if before is None else before
        self.held[key] = Hold(node.key, path, value, was, who, node.clock.mono(), node.restarts)

    def of(self, node: str) -> list[Hold]:
        """The wishes for one node."""
        return [hold for hold in list(self.held.values()) if hold.node == node]

    def give_up(self, node: str, path: str) -> bool:
        """The wish is withdrawn: the node goes back to its own value when it expires. False when there was none."""
        return self.held.pop((node, path), None) is not None

    def tend(self, node: Node) -> list[Hold]:
        """After a node was read: refresh what is due, drop what somebody on the spot has changed; returns those dropped."""
        dropped = []
        for hold in self.of(node.key):
            value = node.value(hold.path)
            if value is None:
                continue
            gap = node.clock.mono() - hold.at
            if value != hold.value and node.restarts == hold.restarts:
                node.read_blocks([node.tables["node"]])  # its uptime, which is not read in every round
            lost = gap >= points.EXPIRY_S or node.restarts != hold.restarts
            if value == hold.value and gap < REFRESH_S and not lost:
                continue
            if value != hold.value and not (lost and value == hold.was):
                self.held.pop((hold.node, hold.path), None)
                dropped.append(hold)
                continue
            self.refresh(node, hold)
        return dropped

    def refresh(self, node: Node, hold: Hold) -> None:
        """Give it once more; a node that refuses or is silent is asked again after its next reading."""
        try:
            if node.order(hold.path, hold.value, hold.who) is None:
                hold.at, hold.restarts = node.clock.mono(), node.restarts
        except Silent:
            pass

    # -- over a restart of the gateway --

    def dump(self) -> list[dict]:
        """For a store. Monotonic times mean nothing to the next process."""
        return [{key: value for key, value in asdict(hold).items() if key not in ("at", "restarts")}
                for hold in self.held.values()]

    def load(self, rows: list[dict]) -> None:
        """What the process before held: each counts as long expired, so that it is given at the first contact."""
        for row in rows:
            hold = Hold(**row, at=-points.EXPIRY_S - 1e9, restarts=-1)
            self.held[hold.node, hold.path] = hold
