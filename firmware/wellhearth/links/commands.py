"""The command layer: the one way by which anybody outside writes a point.

A command is who, over which link, which point, which value, how old. It is checked against the point table (access,
roles, range), the room's own limits, the link's rate and its freshness; accepted or refused with the reason; journaled.
It moves setpoints and modes, never an output, and no protection asks it anything.
"""

from ..control import plan, trips
from ..storage import events
from ..tables import causes, kinds, points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STALE_MS = 2000  # a command that waited longer than this is not carried out
REFUSALS_S = 60  # of refused commands one a minute goes to the journal: flash wears

CONSOLE = "console"  # a person at the board's own prompt


class Link:
    """What one link may do. roles: letters of points.ROLES. blocks: names of the blocks it serves, None for all.

    burst, per_s: how many changes it may make at once, and how many come back each second (0: no limit).
    """

    def __init__(self, roles: str, blocks=None, burst: int = 20, per_s: int = 1):
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

    hook(block, row, value): called for points that stand for something elsewhere; returns why not, or "".
    """

    def __init__(self, node, note):
        self.node = node
        self.note = note
        self.links = {CONSOLE: Link("rio", None, 100, 10)}
        self.hook: "Any" = None
        self.held = {}  # path: (block, row, remote value, time of expiry)
        self.lent = []  # blocks of rooms whose off timer came over a link
        self.stamps = {}
        self.noted_s = -REFUSALS_S

    def give(self, who: str, role: str, link: str, path: str, value, age_ms: int = 0, stamp=None) -> str:
        """One command. Returns why it was refused, or "".

        role: a letter of points.ROLES. age_ms: how long it has waited since it was given. stamp: on links that can
        be replayed, a number that rises with every command of this `who`.
        """
        p = self.node.p
        now_s = p.uptime_s
        reason = self.check(who, role, link, path, value, age_ms, stamp)
        news = False
        if not reason:
            block, row = self.node.points.find(path)
            news = self.news(block, row, value)
            port = self.links[link]
            if news and port.per_s:
                port.left -= 1
            reason = self.carry_out(role, block, row, path, value, now_s)
        if reason:
            p.refused += 1
            if now_s - self.noted_s >= REFUSALS_S:
                self.noted_s = now_s
                self.journal(now_s, who, link, path, value, reason)
            return reason
        p.commands += 1
        if stamp is not None:
            self.stamps[who] = stamp
        if news and role != "w":  # a refresh says nothing new, and the well speaks every second
            self.journal(now_s, who, link, path, value, "")
            self.node.events.put(now_s, events.SET, 0, value)
        return ""

    def news(self, block, row, value: int) -> bool:
        """Whether this changes anything."""
        return row.access == "cmd" or getattr(block, row.name) != value

    def journal(self, now_s: int, who: str, link: str, path: str, value, reason: str) -> None:
        """One line. What comes from outside is kept short and on its line."""
        text = "%s@%s %s=%s %s" % (who, link, path, value, ("refused: " + reason) if reason else "accepted")
        self.note(now_s, "command " + "".join([c if " " <= c <= "~" else "?" for c in text[:120]]))

    def check(self, who: str, role: str, link: str, path: str, value, age_ms: int = 0, stamp=None) -> str:
        """Everything that forbids it; changes nothing."""
        port = self.links.get(link)
        if port is None or role not in port.roles:
            return "nobody is %s over %s" % (points.ROLES.get(role, role), link)
        found = self.node.points.find(path)
        if found is None:
            return "no point is named %s" % path
        block, row = found
        reason = points.refusal(row, value)
        if reason:
            return reason
        if role not in row.who or (port.blocks is not None and block.name not in port.blocks):
            return "%s is not for the %s over %s" % (path, points.ROLES[role], link)
        reason = self.limits(block, row, value, link)
        if reason:
            return reason
        if not 0 <= age_ms <= STALE_MS:
            return "the command is %d ms old: give it again" % age_ms
        if stamp is not None and stamp <= self.stamps.get(who, -1):
            return "this command was given before"
        if self.news(block, row, value) and not port.allowance(self.node.p.uptime_s):
            return "too many commands over %s: wait a few seconds" % link
        return ""

    def limits(self, block, row, value: int, link: str) -> str:
        """Limits that are not in the table: the room's own setpoint range, lockouts that need somebody on site."""
        name = row.name
        if name == "setpoint_mc" and block.kind is kinds.ROOM:
            cfg = self.node.cfg.rooms[block.index]
            if not cfg.setpoint_min_mc <= value <= cfg.setpoint_max_mc:
                return "setpoint_mc = %d: this room allows %d to %d (mc)" % (value, cfg.setpoint_min_mc, cfg.setpoint_max_mc)
        if name == "reset_trip" and link != CONSOLE:
            rows = causes.rows(self.node.trip_sets[block.name].scope)
            if value < len(rows) and rows[value].flags & trips.ON_SITE:
                return "%s is reset on site only, at the board's own prompt" % rows[value].key
        return ""

    def carry_out(self, role: str, block, row, path: str, value: int, now_s: int) -> str:
        """The command is allowed: do it."""
        name = row.name
        if name == "reset_trip":
            return self.node.reset_trip(block.name, value)
        if self.hook is not None:
            reason = self.hook(block, row, value)
            if reason:
                return reason
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
        return ""

    def hold(self, block, row, path: str, value: int, now_s: int) -> None:
        """A value that is given up when nobody refreshes it; the local one is kept, and stored."""
        if path not in self.held or getattr(block, row.name) != self.held[path][2]:
            block.local[row.name] = getattr(block, row.name) if row.saved else row.hi
        self.held[path] = (block, row, value, now_s + points.EXPIRY_S)

    def lend(self, block, remote: bool) -> None:
        """Note whether a room's off timer is a link's: then what it does expires, as if the link had written the mode."""
        if block in self.lent:
            self.lent.remove(block)
            self.returned(block)
        if remote:
            self.lent.append(block)
            block.local.setdefault("mode", block.mode)  # at once: the minute may be over with the next scan

    def returned(self, block) -> None:
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

    def second(self, now_s: int) -> None:
        """Give up what nobody refreshed; forget what somebody changed on the spot meanwhile."""
        self.timed(now_s)
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
                continue
            del self.held[path]
            block.local.pop(name, None)
