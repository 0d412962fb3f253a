"""The command layer: the one way by which anybody outside writes a point.

An order (orders.Order) says who, over which link, which point, which value, how old. It is checked against the point table
(access, roles, range), the room's own limits, the link's rate and its freshness; carried out, or refused with a code
(tables/refusals); journaled. It moves setpoints and modes, never an output, and no protection asks it anything.
"""

from ..control import plan, trips
from ..storage import events
from ..tables import causes, kinds, points, refusals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ..node.node import Node
    from ..tables.points import Block, Point
    from .orders import Order

STALE_MS = 2000  # a command that waited longer than this is not carried out
WARN_S = 60  # before a value is given up, the journal says so
REFUSALS_S = 60  # of refused commands one a minute goes to the journal: flash wears

CONSOLE = "console"  # a person at the board's own prompt


class Link:
    """What one link may do. roles: letters of points.ROLES. blocks: names of the blocks it serves, None for all.

    burst, per_s: how many changes it may make at once, and how many come back each second (0: no limit).
    """

    def __init__(self, roles: str, blocks: "tuple | None" = None, burst: int = 20, per_s: int = 1):
        self.roles = roles
        self.blocks = blocks
        self.burst = burst
        self.per_s = per_s
        self.left = burst
        self.at_s = 0

    def allowance(self, now_s: int) -> int:
        """How many changes it may make now."""
        if self.per_s:
            self.left = min(self.burst, self.left + (now_s - self.at_s) * self.per_s)
        self.at_s = now_s
        return self.left


class Commands:
    """Checks, carries out, remembers what expires, journals. note(now_s, text): a line for the journal.

    hook(block, row, value): called for points that stand for something elsewhere; returns a code of tables/refusals.
    """

    def __init__(self, node: "Node", note: "Callable[[int, str], None]"):
        self.node = node
        self.note = note
        self.links = {CONSOLE: Link("rio", None, 100, 10)}
        self.hook: "Any" = None
        self.updates: "Any" = None  # main_loop.App.updates
        self.signed: "Any" = None  # main_loop.App.signed_orders
        self.held = {}  # path: (block, row, remote value, time of expiry)
        self.lent = []  # blocks of rooms whose off timer came over a link
        self.stamps = {}
        self.second_s = 0
        self.noted_s = self.tried_s = -REFUSALS_S  # the last refusal that was journaled; the last order to install

    def give(self, order: "Order") -> int:
        """One order (orders.Order): a code of tables/refusals, OK when it was carried out."""
        p = self.node.p
        now_s = p.uptime_s
        code = self.check(order)
        news = False
        was = ""
        if code == refusals.OK:
            block, row = self.node.points.find(order.path)  # pyright: ignore[reportGeneralTypeIssues] (`check` found it)
            if row.access != "cmd":
                was = ", was %d" % getattr(block, row.name)
            news = self.news(block, row, order.value)
            port = self.links[order.link]
            if news and port.per_s:
                port.left -= 1
            code = self.carry_out(order, block, row, now_s)
        if code != refusals.OK:
            p.refused += 1
            if now_s - self.noted_s >= REFUSALS_S:
                self.noted_s = now_s
                self.journal(now_s, order, "refused: " + self.words(order, code))
            return code
        p.commands += 1
        if order.stamp is not None:
            self.stamps[order.who] = order.stamp
        if news and order.role not in "wp":  # a refresh says nothing new; well and plant speak every few seconds
            self.journal(now_s, order, "accepted" + was)
            self.node.events.put(now_s, events.SET, 0, order.value)
        return refusals.OK

    def news(self, block: "Block", row: "Point", value: int) -> bool:
        """Whether this changes anything."""
        return row.access == "cmd" or getattr(block, row.name) != value

    def journal(self, now_s: int, order: "Order", outcome: str) -> None:
        """One line. What comes from outside is kept short and on its line."""
        text = "%s@%s %s=%s %s" % (order.who, order.link, order.path, order.value, outcome)
        self.note(now_s, "command " + "".join([c if " " <= c <= "~" else "?" for c in text[:120]]))

    def check(self, order: "Order") -> int:
        """Everything that forbids it; changes nothing."""
        port = self.links.get(order.link)
        if port is None or order.role not in port.roles:
            return refusals.NO_LINK
        found = self.node.points.find(order.path)
        if found is None:
            return refusals.NO_POINT
        block, row = found
        code = refusals.of_row(row, order.value)
        if code != refusals.OK:
            return code
        if order.role not in row.who or (port.blocks is not None and block.name not in port.blocks):
            return refusals.NOT_FOR_ROLE
        code = self.limits(block, row, order)
        if code != refusals.OK:
            return code
        if not 0 <= order.age_ms <= STALE_MS:
            return refusals.STALE
        if order.stamp is not None and order.stamp <= self.stamps.get(order.who, -1):
            return refusals.REPEATED
        if self.news(block, row, order.value) and not port.allowance(self.node.p.uptime_s):
            return refusals.TOO_MANY
        return refusals.OK

    def limits(self, block: "Block", row: "Point", order: "Order") -> int:
        """Limits that are not in the table: the room's own setpoint range, lockouts that need somebody on site."""
        value = order.value
        if row.name == "setpoint_mc" and block.kind is kinds.ROOM:
            cfg = self.node.cfg.rooms[block.index]
            if not cfg.setpoint_min_mc <= value <= cfg.setpoint_max_mc:
                return refusals.ROOM_RANGE
        if row.name == "reset_trip" and order.link != CONSOLE:
            rows = causes.rows(self.node.trip_sets[block.name].scope)
            if value < len(rows) and rows[value].flags & trips.ON_SITE:
                return refusals.ON_SITE
        return refusals.OK

    def carry_out(self, order: "Order", block: "Block", row: "Point", now_s: int) -> int:
        """The order is allowed: do it."""
        name = row.name
        path = order.path
        role = order.role
        value = order.value
        if name == "reset_trip":
            return self.node.reset_trip(block.name, value)
        if self.hook is not None:
            code = self.hook(block, row, value)
            if code != refusals.OK:
                return code
        if name == "timer_min":
            self.lend(block, value != 0 and role in "bow")
        if row.expires and (role in "bow" or not row.saved):
            self.hold(block, row, path, value, now_s)
        else:
            self.held.pop(path, None)
            block.local.pop(name, None)
            if row.saved and getattr(block, name) != value:
                block.changed = True
        setattr(block, name, value)
        return refusals.OK

    # -- words, where a person reads them --

    def words(self, order: "Order", code: int) -> str:
        """Why an order was refused; "" when it was not."""
        return refusals.words(code, self.details(order, code))

    def details(self, order: "Order", code: int):
        """What stands in the words of a refusal."""
        link = order.link
        role = points.ROLES.get(order.role, order.role)
        if code == refusals.NO_LINK:
            return role, link
        if code == refusals.NO_POINT:
            return (order.path,)
        if code == refusals.NOT_FOR_ROLE:
            return order.path, role, link
        if code == refusals.STALE:
            return (order.age_ms,)
        if code == refusals.TOO_MANY:
            return (link,)
        found = self.node.points.find(order.path)
        if found is None:
            return ()
        block, row = found
        if code in (refusals.READ_ONLY, refusals.NO_NUMBER, refusals.OUT_OF_RANGE):
            return refusals.row_details(code, row, order.value)
        return self.block_details(block, order.value, code)

    def block_details(self, block: "Any", value: int, code: int):
        """The same, of what depends on the block."""
        if code == refusals.ROOM_RANGE:
            cfg = self.node.cfg.rooms[block.index]
            return value, cfg.setpoint_min_mc, cfg.setpoint_max_mc
        if code == refusals.OFFLINE:
            return block.name, block.address
        if code in (refusals.ON_SITE, refusals.NO_ROW, refusals.NOT_LOCKED):
            rows = causes.rows(block.kind.scope)
            if code == refusals.NO_ROW:
                return block.name, len(rows) - 1
            return (rows[value].key,) if code == refusals.ON_SITE else (block.name, rows[value].key)
        return ()

    # -- what expires --

    def hold(self, block: "Block", row: "Point", path: str, value: int, now_s: int) -> None:
        """A value that is given up when nobody refreshes it; the local one is kept, and stored."""
        if path not in self.held or getattr(block, row.name) != self.held[path][2]:
            block.local[row.name] = getattr(block, row.name) if row.saved else row.hi
        self.held[path] = (block, row, value, now_s + points.EXPIRY_S)

    def lend(self, block: "Any", remote: bool) -> None:
        """Note whether a room's off timer is a link's: then what it does expires, as if the link had written the mode."""
        if block in self.lent:
            self.lent.remove(block)
            self.returned(block)
        if remote:
            self.lent.append(block)
            block.local.setdefault("mode", block.mode)  # at once: the minute may be over with the next scan

    def returned(self, block: "Block") -> None:
        """No timer of a link is at work any more: the mode is its user's own, unless a link holds that too."""
        if block.name + ".mode" not in self.held:
            block.local.pop("mode", None)

    def timed(self, now_s: int) -> None:
        """Off timers of links: their user's mode is what is stored, and what comes back."""
        for block in list(self.lent):
            if block.timer_min:
                block.local.setdefault("mode", block.mode)
                continue
            self.lent.remove(block)
            if block.mode == plan.MODE_OFF and block.local.get("mode", plan.MODE_OFF) != plan.MODE_OFF:
                self.held[block.name + ".mode"] = (block, block.row("mode"), plan.MODE_OFF, now_s + points.EXPIRY_S)
            else:
                self.returned(block)

    def each_second(self, now_s: int) -> None:
        """Give up what nobody refreshed; forget what somebody changed on the spot meanwhile."""
        self.timed(now_s)
        least_s = points.EXPIRY_S + 1
        for path in list(self.held):
            block, row, value, until_s = self.held[path]
            name = row.name
            if getattr(block, name) != value:
                if row.saved:
                    block.changed = True  # the off timer, say: what holds now is local
            elif now_s >= until_s:
                setattr(block, name, block.local[name])
                self.note(now_s, "command %s=%d expired, back to %d" % (path, value, block.local[name]))
            else:
                least_s = min(least_s, until_s - now_s)
                if until_s - now_s <= WARN_S < until_s - self.second_s:
                    self.note(now_s, "command %s=%d expires in %d s, back to %d" % (path, value, until_s - now_s,
                                                                                   block.local[name]))
                continue
            del self.held[path]
            block.local.pop(name, None)
        self.second_s = now_s
        self.node.p.remote_s = 0 if least_s > points.EXPIRY_S else least_s
