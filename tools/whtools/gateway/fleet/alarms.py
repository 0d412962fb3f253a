"""Alarms of a fleet's houses to people: the book, ranks, routes and acknowledgements of a gateway's alarms (gateway.alarms).

What is seen of a house: the faults and lockouts in what its blocks say, a node or a gateway whose last will was published,
and that it has said nothing for an hour. While the broker is away nobody can be heard: that is one alarm, and not one for
each house. A house is called by its key, a node of it `HOUSE/NODE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..alarms import Alarms, Person
from ..alarms.rank import BROKER_AWAY, HOUSE_SILENT
from ..alarms.service import Send, by_apprise
from ..nodes import Hub, Trip
from .subscriber import House
from .watch import Watch

FLEET = "fleet"  # whose alarm it is when the broker is away; no house is called so, it is the fleet's own user (tools/fleet)
LOOK_S = 5.0  # between two looks at all houses
ANEW_S = 60.0  # a full book is offered again what it had no room for; with 10,000 houses that takes a second
Seen = tuple[frozenset[Trip], bool]  # what is wrong, whether it answers


class FleetAlarms(Alarms):
    """`start`, `stop`, `active`, `ack` as ever. hub: the fleet's, without nodes; its clock is used."""

    def __init__(self, watch: Watch, hub: Hub, people: Sequence[Person], store: Path | None = None,
                 send: Send = by_apprise):
        super().__init__(hub, people, store, send=send)
        self.watch = watch
        self.known: dict[str, Seen] = {}  # as the book has it: only what is new is written there
        self.looked = self.anew = -1e18

    def step(self) -> None:
        """Look where it is time, then everybody who is due."""
        now = self.hub.clock.mono()
        if now - self.looked >= LOOK_S:
            self.looked = now
            self.look(now)
        super().step()

    def look(self, now: float) -> None:
        """Every house into the book."""
        deaf = self.watch.subscriber.deaf
        found = {FLEET: (frozenset({Trip("", BROKER_AWAY, False)} if deaf else ()), True)}
        houses = self.watch.subscriber.houses()
        for key, house in houses.items():
            found |= of_nodes(key, house)
            if not deaf:
                away = house.away or self.watch.silent_s(house) is not None
                found[key] = frozenset({Trip("", HOUSE_SILENT, False)} if away else ()), True
        with self.lock:
            before = {*self.known, *(alarm.node for alarm in self.book.alarms.values())}
            for node in before - found.keys():  # of which nothing is said but faults, and now none of those
                if "/" in node and node.partition("/")[0] in houses:
                    found[node] = frozenset(), True
            if self.book.full and now - self.anew >= ANEW_S:
                self.anew = now
                self.known = {node: seen for node, seen in self.known.items() if not seen[0]}
            for node, seen in found.items():
                if self.known.get(node) != seen:
                    self.see(node, seen, now)

    def see(self, node: str, seen: Seen, now: float) -> None:
        """One node into the book; the lock is held."""
        utc = self.hub.clock.wall()
        wrong, answers = seen
        if not answers and node not in self.known:  # what it said before it fell silent: the broker has kept that
            self.book.see(node, wrong, True, now, utc)
        self.known[node] = seen
        self.book.see(node, wrong, answers, now, utc)


def of_nodes(key: str, house: House) -> dict[str, Seen]:
    """Each node of a house."""
    alarms, offline = house.alarms, set(house.offline)
    nodes = {node for node, _path in set(house.paths)} | {alarm[0] for alarm in alarms} | offline
    return {f"{key}/{node}": (frozenset(trips(alarms, node)), node not in offline) for node in nodes}


def trips(alarms: set[tuple[str, str, str, str]], node: str) -> Iterator[Trip]:
    """A node's faults as trips."""
    for at, block, event, cause in alarms:
        if at == node:
            yield Trip(block, cause, event == "lockout")
