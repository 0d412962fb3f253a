"""A node as people see it: who it is, its points with their age, its trips, why a room does what it does, its journal."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from wellhearth.tables import causes, kinds, points, refusals

from ...device.journal import Entry
from . import tables
from .tables import BlockTable
from .transport import BUS, Clock, Identity, Refused, Transport

PIECE = 2  # blocks read in one go; between two an order may be carried out (a well with 16 rooms takes 2 s on its line)
SLOW_READS = 10  # blocks that only diagnosis reads are read once in so many turns
SLOW = ("node", "bus", "bms", "water", "loop")
KEPT_LINES = 2000
UPTIME = "node.uptime_s"
UPTIME_SLACK_S = 5.0  # a node's uptime lags behind the time between two readings by no more, unless it restarted
JOURNAL_READS = 30  # where the way carries a journal, it is read once in so many turns
SCOPES = {kind.name: kind.scope for kind in kinds.KINDS}


class Value(NamedTuple):
    """A point's value and since when it may be so old: when its reading began (monotonic seconds of the hub's clock)."""

    value: int
    at: float


class Trip(NamedTuple):
    """A protection at work. cause: its key in the table. locked: it waits for a hand."""

    block: str
    cause: str
    locked: bool


class Reason(NamedTuple):
    """Why a unit does what it does: a key of the catalogue's `reason`, and for how long at the most (0: nobody can say)."""

    key: str
    wait_s: int


class Node:
    """One node behind a transport. `read` and `order` belong to one thread; everything else may be asked from any."""

    def __init__(self, transport: Transport, clock: Clock | None = None):
        """Asks who is there: Silent when nobody is."""
        self.transport = transport
        self.clock = clock or Clock()
        self.lock = threading.Lock()
        self.identity: Identity = transport.identify()
        self.tables: dict[str, BlockTable] = {table.name: table for table in transport.layout()}
        self.values: dict[str, Value] = {}
        self.online = True
        self.heard_at = self.clock.mono()
        self.reads = 0
        self.restarts = 0
        self.lines: deque[Entry] = deque(maxlen=KEPT_LINES)

    @property
    def key(self) -> str:
        """What it is called in programs: its serial number, else where it hangs."""
        return self.identity.serial or self.transport.where.replace("/dev/", "").replace(" ", "-").replace("/", "-")

    # -- reading: the hub's thread --

    def read(self, everything: bool = False, between: Callable[[], None] | None = None) -> dict[str, int]:
        """Read what is due; returns the points that changed, by path. Silent when it does not answer.

        between: called between two pieces of a long reading.
        """
        slow = everything or self.reads % SLOW_READS == 0
        wanted = [table for table in self.tables.values() if slow or table.kind not in SLOW]
        changed: dict[str, int] = {}
        for first in range(0, len(wanted), PIECE):
            if first and between is not None:
                between()
            changed |= self.read_blocks(wanted[first:first + PIECE])
        self.reads += 1
        self.online = True
        self.heard_at = self.clock.mono()
        return changed

    def read_blocks(self, wanted: Iterable[BlockTable]) -> dict[str, int]:
        """Read these blocks now; returns the points that changed. A restart of the node is counted."""
        now = self.clock.mono()  # a value is as old as the begin at the most
        found = self.transport.read(wanted)
        changed: dict[str, int] = {}
        with self.lock:
            up, now_up = self.values.get(UPTIME), found.get(UPTIME)
            elapsed_s = (now - up.at) * 0.999 - UPTIME_SLACK_S if up is not None else 0.0  # crystals differ
            if up is not None and now_up is not None and now_up < up.value + elapsed_s:
                self.restarts += 1
            for path, value in found.items():
                before = self.values.get(path)
                if before is None or before.value != value:
                    changed[path] = value
                self.values[path] = Value(value, now)
        return changed

    def hear(self, said: dict[str, Value]) -> dict[str, int]:
        """What another node says of this one's points; returns what changed. Only what is newer is taken."""
        changed: dict[str, int] = {}
        with self.lock:
            for path, value in said.items():
                before = self.values.get(path)
                if before is None or value.at <= before.at:
                    continue
                if value.value != before.value:
                    changed[path] = value.value
                self.values[path] = value
        return changed

    def read_journal(self) -> list[Entry]:
        """New lines of its journal, where the way carries one and it is their turn."""
        if self.reads % JOURNAL_READS != 1:
            return []
        last = max((entry.number or 0 for entry in self.lines), default=-1)
        new = self.transport.journal(last)
        with self.lock:
            self.lines.extend(new or ())
        return new or []

    def silent(self) -> None:
        """It did not answer: what it said last stays, and ages."""
        self.online = False

    # -- asking: any thread --

    def value(self, path: str) -> int | None:
        """A point's last value; None when it was never read, or the sensor has never been valid."""
        with self.lock:
            found = self.values.get(path)
            if found is None:
                return None
            flag = self.values.get(path[:-2] + "ok") if path.endswith("_mc") else None
            return None if not found.value and flag is not None and not flag.value else found.value

    def read_of(self, path: str) -> Value | None:
        """A point as it was read; None when it never was."""
        with self.lock:
            return self.values.get(path)

    def age_s(self, path: str) -> float | None:
        """Seconds since it was read; None when it never was."""
        with self.lock:
            found = self.values.get(path)
        return None if found is None else max(0.0, self.clock.mono() - found.at)

    def snapshot(self) -> dict[str, int]:
        """Every point's last value, by path."""
        with self.lock:
            return {path: value.value for path, value in self.values.items()}

    def blocks(self, kind: str) -> list[BlockTable]:
        """Its blocks of one kind (`room`, `far`, `well`)."""
        return [table for table in self.tables.values() if table.kind == kind]

    def rooms(self) -> list[str]:
        """Blocks that stand for a room: its own ones, and those on its bus."""
        return [table.name for table in self.tables.values() if table.kind in ("room", "far")]

    def row(self, path: str) -> tables.PointRow | None:
        """The table row of a path, None when this node has no such point."""
        block, _, name = path.partition(".")
        table = self.tables.get(block)
        return table.row(name) if table is not None else None

    def word(self, path: str) -> str:
        """An enum point's value as its key (`heat`, `run`); "" while nobody knows it."""
        row, value = self.row(path), self.value(path)
        return "" if row is None or value is None else row.word(value)

    def reason(self, room: str) -> Reason | None:
        """Why that room's unit does what it does; None where this node does not say (a far room, older firmware)."""
        key = self.word(f"{room}.reason")
        return Reason(key, self.value(f"{room}.wait_s") or 0) if key else None

    def trips(self) -> list[Trip]:
        """Protections at work and lockouts, of every block."""
        found = []
        for table in self.tables.values():
            active, locked = (self.value(f"{table.name}.{name}") or 0 for name in ("trips", "lockouts"))
            scope = SCOPES.get(table.kind, -1)
            found += [Trip(table.name, causes.name(scope, bit), bool(locked >> bit & 1))
                      for bit in range(30) if (active | locked) >> bit & 1]
            far = self.value(f"{table.name}.room_trips") or 0
            found += [Trip(table.name, causes.name(SCOPES["room"], bit), False) for bit in range(30) if far >> bit & 1]
        return found

    def journal(self, after: int = -1) -> list[Entry]:
        """Lines with a number above `after`, as far as they were fetched; a Modbus way carries none (Hub.observed)."""
        with self.lock:
            return [entry for entry in self.lines if entry.number is not None and entry.number > after]

    # -- orders: the hub's thread --

    def may(self, path: str) -> str:
        """Why this way may not write a point at all, "" when it may."""
        row = self.row(path)
        if row is None:
            return refusals.words(refusals.NO_POINT, (path,))
        if row.access == "r":
            return refusals.words(refusals.READ_ONLY, (path,))
        if self.transport.rights == BUS and BUS not in row.who:
            return refusals.words(refusals.NOT_FOR_ROLE, (path, points.ROLES[BUS], "bus"))
        return ""

    def signed(self, text: str) -> str | None:
        """Pass on a signed order: None when the node took it, else the refusal in words. Silent when it does not answer."""
        try:
            self.transport.signed(text)
        except Refused as e:
            return str(e)
        return None

    def order(self, path: str, value: int, who: str) -> str | None:
        """Write a point: None when the node took it, else the refusal in words. Silent when it does not answer."""
        why = self.may(path)
        row = self.row(path)
        if why or row is None:
            return why
        code = refusals.of_row(row, value)  # type: ignore[arg-type]  # the same columns
        if code:
            return refusals.words(code, refusals.row_details(code, row, value))  # type: ignore[arg-type]
        block, _, name = path.partition(".")
        try:
            self.transport.order(self.tables[block], name, value, who)
        except Refused as e:
            return str(e)
        with self.lock:
            if row.access != "cmd":
                self.values[path] = Value(value, self.clock.mono())
        return None
