"""Between the hub and work orders: which alarms last long enough to be work, what is due, what a controller proved."""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy as sa

from ..alarms import rank
from ..alarms.book import CALM_S
from ..nodes import Change, Hub
from . import orders, plan, water
from .tables import HAND

Key = tuple[str, str, str]  # node, block, cause
DAY_S = 86400


class Work:
    """hub: whose alarms are seen. zone_s: of days. `heard` is the hub's thread; `step`, once a minute, is anybody's."""

    def __init__(self, engine: sa.Engine, hub: Hub, zone_s: int = 8 * 3600, path: Path | None = None):
        self.engine, self.hub, self.zone_s = engine, hub, zone_s
        self.plan = plan.read(path)
        self.lock = threading.Lock()
        self.steps = threading.Lock()
        self.begun: dict[Key, float] = {}  # monotonic: when it was first seen
        self.ended: dict[Key, float] = {}  # when it was last missing first
        self.ripe: set[Key] = set()  # lasted long enough, not written yet
        self.read: set[str] = set()  # nodes that were read: of the others nobody knows whether an alarm ended
        self.days: dict[tuple[str, str], int] = {}  # (node, block): day up to which its water was counted
        hub.subscribe(self.heard)

    def use(self, path: Path) -> None:
        """Another plan; LinkError says what is wrong with it."""
        self.plan = plan.read(path)

    # -- the hub's thread --

    def heard(self, change: Change) -> None:
        """A node was read, or is away."""
        node = self.hub.nodes().get(change.node)
        if node is None:
            return
        now = self.hub.clock.mono()
        here = {(change.node, trip.block, trip.cause): trip.locked for trip in node.trips()} if change.online else {
            (change.node, "", rank.SILENT): False}
        with self.lock:
            if change.online:
                self.read.add(change.node)
            for key in here:
                self.begun.setdefault(key, now)
                self.ended.pop(key, None)
            for key in [key for key in self.begun if key[0] == change.node and key not in here]:
                if change.online:  # while it is silent, what it said last stands
                    self.ripen(key, False, self.ended.setdefault(key, now))
            for key, locked in here.items():
                self.ripen(key, locked, now)

    def ripen(self, key: Key, locked: bool, until: float) -> None:
        """Work is what lasts as long as people would be told of it, and a lockout at once."""
        if until - self.begun[key] >= rank.wait_s(key[2], locked):
            self.ripe.add(key)

    # -- anybody's --

    def today(self) -> int:
        """Days since 1970 in the plant's zone."""
        return (int(self.hub.clock.wall()) + self.zone_s) // DAY_S

    def step(self) -> None:
        """Write what has become work, what is due, and the water of days that ended."""
        with self.steps:
            self.alarms()
            for node in list(self.hub.nodes().values()):
                if node.blocks("plant"):
                    self.due(node)
            water.count(self.engine, self.hub, self.days, self.today(), self.zone_s)

    def alarms(self) -> None:
        """Of the alarms that are at work, and of those that ended."""
        at, now = int(self.hub.clock.wall()), self.hub.clock.mono()
        with self.lock:
            for key in [key for key in self.begun if key not in self.ended]:  # a hub tells nothing while nothing changes
                self.ripen(key, False, now)
            ripe, over = set(self.ripe), [key for key, since in self.ended.items() if now - since >= CALM_S]
            current, known = set(self.begun) - set(self.ended), set(self.read)
        for key in sorted(ripe):
            orders.alarm(self.engine, at, *key)
        for key in over:
            orders.gone(self.engine, at, *key)
        with self.lock:
            self.ripe -= ripe
            for key in over:
                if key in self.ended:
                    del self.begun[key], self.ended[key]
        self.left_over(current, known, now)

    def left_over(self, current: set[Key], known: set[str], now: float) -> None:
        """What the process before this one had seen at work, and is no more: it ends as if it had been seen to end."""
        for node in known:
            for block, cause in orders.at_work(self.engine, node):
                key = (node, block, cause)
                with self.lock:
                    if key not in current and key not in self.begun:
                        self.begun[key] = self.ended[key] = now

    def due(self, node) -> None:
        """The due dates of one plant."""
        today, at = self.today(), int(self.hub.clock.wall())
        for row in self.plan:
            for table in node.blocks(row.of):
                done = orders.last_done(self.engine, node.key, table.name, row.key, self.zone_s)
                proved = self.proved(node, table.name, row)
                open_ones = orders.open_due(self.engine, node.key, table.name, row.key)
                for one in open_ones:
                    if proved is not None and proved >= one.opened // DAY_S:
                        orders.record(self.engine, one.id, at, orders.SYSTEM, f"{node.key} {table.name}.{row.proof}", True)
                done = max((day for day in (done, proved) if day is not None), default=None)
                date = row.date(done, today)
                if date is not None and not open_ones:
                    orders.begin(self.engine, at, orders.DUE, node.key, table.name, row.key, row.en, due=date)

    @staticmethod
    def proved(node, block: str, row: plan.Due) -> int | None:
        """The day (of UTC) on which the controller says that it was done, since 1970; None when it does not."""
        value = node.value(f"{block}.{row.proof}") if row.proof else None
        return None if value is None or value < 0 else plan.DAY_2000 + value

    def by_hand(self, who: str, node: str, text: str) -> int | None:
        """Somebody opens one. WorkError when nothing is said."""
        text = "".join(c for c in text if c.isprintable()).strip()
        if not text:
            raise orders.WorkError("Say what is to be done.")
        return orders.begin(self.engine, int(self.hub.clock.wall()), HAND, node, "", "", text, who)

    def record(self, number: int, who: str, text: str, closing: bool = False) -> None:
        """What somebody found. WorkError says why not."""
        orders.record(self.engine, number, int(self.hub.clock.wall()), who, text, closing)


__all__ = ["Work"]
