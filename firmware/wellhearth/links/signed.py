"""Signed orders (storage/signed_order.py), whatever link brought them: judged, used up, given to the command layer.

A link that passes one on is trusted with nothing: it has no key. An order whose seal is right is used up before it is
carried out, also where the command layer then refuses it: its counter is stored (orders.json, a record of its own) at a calm
moment, so that neither a power cut nor whoever kept a copy gives it twice. A record that cannot be read counts as the safe
case: nothing is taken until the unit has new keys. Loaded with the first order.
"""

import json

from ..control import wall
from ..storage import record, signed_order
from ..storage.signed_order import AHEAD_S, ROLES, SignedOrder
from ..tables import drop, refusals, signed_refusals
from . import commands, diff_ms, orders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ..app.clock import Clock
    from ..hardware import Board
    from ..storage.journal import Journal
    from .commands import Commands

LINK = "signed"
PATH = "orders.json"
TRY_MS = 500  # between two seals that are reckoned: 1000 bad orders a second cost two
IDLE_S = 60  # then this module leaves the heap


def leave() -> None:
    """Nobody signs orders now: what they need leaves the heap."""
    import sys
    for module in (signed_refusals, signed_order, sys.modules[__name__]):
        drop(module)


class Signed:
    """The orders of one node. clock: app.clock.Clock, whose quality says whether an expiry means anything."""

    def __init__(self, layer: "Commands", board: "Board", clock: "Clock", journal: "Journal"):
        """journal: storage.journal.Journal; an order's line goes to the flash soon."""
        self.journal = journal
        self.layer = layer
        self.board = board
        self.clock = clock
        layer.links[LINK] = commands.Link("io", None, 20, 1)
        self.record = record.Record(PATH)
        self.used = self.record.read() or {}
        self.lost = self.record.number == 0 and self.record.damage != ""
        self.pending = None  # (order, answer) that waits for its moment
        self.code = refusals.OK  # of the last one
        self.number = 0  # how many came, so that who asks later knows which one `code` is of
        self.tried_ms = -1
        self.heard_s = 0

    def post(self, text: str, now_ms: int, answer: "Callable[[int, str], None] | None" = None) -> int:
        """An order came: OK when its seal is right and it waits for its moment, else why not.

        answer(code, words): called once, now or when it has been carried out.
        """
        self.heard_s = self.layer.node.p.uptime_s
        self.number = (self.number + 1) & 0xFFFF
        order = SignedOrder(text)
        code = self.judge(order, now_ms)
        if code != refusals.OK:
            self.refuse(order, code, answer)
        else:
            self.code = refusals.OK
            self.pending = order, answer
        return code

    def judge(self, order: SignedOrder, now_ms: int) -> int:
        """Everything that forbids it; changes nothing but the time of the last try."""
        if not order.whole:
            return signed_refusals.FORM
        if self.pending is not None or (self.tried_ms >= 0 and 0 <= diff_ms(now_ms, self.tried_ms) < TRY_MS):
            return signed_refusals.BUSY
        self.tried_ms = now_ms
        keys = record.Record(self.board.SECRET_PATH).read()
        if not keys or order.role not in keys:
            return signed_refusals.NO_KEYS
        if order.unit != keys["id"] or order.owner != keys["owner"]:
            return signed_refusals.OTHER_UNIT
        if not order.sealed(keys[order.role]):
            return signed_refusals.SEAL
        if self.lost:
            return signed_refusals.LOST
        if order.counter <= self.used.get(order.role, -1):
            return refusals.REPEATED
        return self.in_time(order.until_s)

    def in_time(self, until_s: int) -> int:
        """OK, or why not: a time that only the bus or kept memory knows is none that an order can expire by."""
        clock = self.clock.wall
        if self.clock.quality < wall.HOST or clock.day < 0:
            return signed_refusals.NO_CLOCK
        left_s = until_s - clock.day * 86400 - clock.ms // 1000
        if left_s <= 0:
            return signed_refusals.EXPIRED
        return refusals.OK if left_s <= AHEAD_S else signed_refusals.TOO_LONG

    def turn(self) -> bool:
        """At a calm moment: what waits is used up, then given. Whether there was one."""
        if self.pending is None:
            return False
        order, answer = self.pending
        self.pending = None
        role = order.role
        before = self.used.get(role, -1)
        self.used[role] = order.counter
        try:
            self.record.write((json.dumps(self.used)[1:-1],))
        except OSError:
            self.used[role] = before
            self.refuse(order, signed_refusals.NOT_STORED, answer)
            return True
        given = orders.Order(LINK, ROLES[role], role, order.point, order.value)
        code = self.layer.give(given)
        self.code = code
        self.journal.urgent = True
        if answer is not None:
            answer(code, self.layer.words(given, code))
        return True

    def refuse(self, order: SignedOrder, code: int, answer: "Callable[[int, str], None] | None") -> None:
        """Not taken: counted, journaled (one a minute), answered."""
        self.code = code
        who = order.role or "somebody"
        words = refusals.words(code)
        layer = self.layer
        now_s = layer.node.p.uptime_s
        layer.node.p.refused += 1
        if now_s - layer.noted_s >= commands.REFUSALS_S:
            layer.noted_s = now_s
            given = orders.Order(LINK, ROLES.get(who, ""), who, order.point or "?", order.value)
            layer.journal(now_s, given, "refused: " + words)
        if answer is not None:
            answer(code, words)

    def over(self) -> bool:
        """A turn of the main loop; whether nobody has asked for anything for a while: then this module has left the heap."""
        if self.turn() or self.layer.node.p.uptime_s - self.heard_s <= IDLE_S:
            return False
        leave()
        return True
