"""The page from the board's own flash: page.gz, and the JSON behind it. Changes want the PIN; nothing leaves the house.

The page stands in the pack that runs (its size in four bytes, then itself), so that an update renews it and a way back
brings the old one back; in a frozen firmware it is frozen, in a working copy a file.

    GET  /              page.gz
    GET  /api/state     rooms, well, alarms      /api/trend   24 hours      /api/points   every point
    POST /api/pin       the PIN: a token for a quarter of an hour after its last use
    POST /api/set       POINT=VALUE with the token in X-Token: what stands at the wall of a room, as its resident

Who may ask: an address of the house's own network (web.is_local), by this board's own address or `page_host` (a name that
somebody else's page made point here is refused), and for a POST from no other page (Origin).
"""

import io
import os
import sys
from binascii import hexlify

from ...tables import refusals
from .. import commands, orders
from . import answers, fitting, pin, web

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...hardware import Radio
    from ...tables import sections, shapes
    from ..hub import Hub
    from .web import Request, Visit

PATH = "page.gz"
LINK = "page"
SESSIONS = 4
SESSION_S = 900
PIECE = 1024
JSON = "Content-Type: application/json\r\nCache-Control: no-store\r\n"
HTML = ("Content-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\nCache-Control: no-cache\r\n"
        "Content-Length: %d\r\n")
SETTABLE = ("mode", "setpoint_mc", "fan_fixed_pm", "boost_min", "timer_min", "schedule_on")


def fitted(hub: "Hub", cfg: "sections.Network", secrets: dict, radio: "Radio", block: "shapes.Radio"):
    """The page of this node."""
    unit = fitting.unit_of(hub.board, hub.node.cfg.node.name)
    hub.commands.links[LINK] = commands.Link("r", None, 20, 1)
    site = Site(hub, unit, pin.Pin(secrets), radio, cfg.page_host, block)
    return web.Server(cfg.page_port, site, block)


def opened():
    """(file, bytes that count from here) of the page; OSError where none was flashed."""
    slot = sys.path[0]
    if slot in ("/a", "/b"):
        try:
            f = open(slot + "/" + PATH, "rb")
            return f, int.from_bytes(f.read(4), "little")
        except OSError:
            pass
    try:
        from . import page_file  # pyright: ignore[reportAttributeAccessIssue]
        return io.BytesIO(page_file.DATA), len(page_file.DATA)
    except ImportError:
        return open(PATH, "rb"), os.stat(PATH)[6]


def pieces(f, size: int):
    """An open file, a little at a time."""
    with f:
        while size > 0:
            piece = f.read(min(PIECE, size))
            if not piece:
                return
            size -= len(piece)
            yield piece


def said(text: str):
    """A short answer."""
    return (text.encode(),)


class Site:
    """What is behind the paths."""

    def __init__(self, hub: "Hub", unit: str, lock: pin.Pin, radio: "Radio", name: str, block: "shapes.Radio"):
        self.hub = hub
        self.block = block
        self.node = hub.node
        self.unit = unit
        self.pin = lock
        self.radio = radio
        self.name = name.lower()
        self.sessions = {}  # token: until, s
        self.trying = None  # the visit whose PIN is being reckoned

    def admits(self, request: "Request") -> int:
        """0, or the status with which it is refused."""
        host = request.fields.get("host", "").lower()
        name = host.partition(":")[0]
        if not name or name not in (self.radio.address(), self.name):
            return 403
        if request.method == "POST" and request.fields.get("origin", "http://" + host).lower() != "http://" + host:
            return 403
        return 0

    def serve(self, visit: "Visit") -> None:
        """Answer, or be called again: a PIN takes some turns."""
        request = visit.request
        routes = {"GET /": self.front, "GET /api/state": self.state, "GET /api/trend": self.trend,
                  "GET /api/points": self.points, "POST /api/pin": self.try_pin, "POST /api/set": self.change}
        serve = routes.get(request.method + " " + request.path)
        if serve is None:
            raise web.Bad(404)
        serve(visit)

    def front(self, visit: "Visit") -> None:
        """The page itself."""
        try:
            f, size = opened()
        except OSError:
            raise web.Bad(503)  # not flashed
        visit.answer(200, HTML % size, pieces(f, size))

    def state(self, visit: "Visit") -> None:
        """What it shows."""
        lock_s = self.pin.left_s(self.node.p.uptime_s)
        visit.answer(200, JSON, answers.state(self.node, self.unit, lock_s, self.pin.kept != ""))

    def trend(self, visit: "Visit") -> None:
        """24 hours."""
        visit.answer(200, JSON, answers.trend(self.node))

    def points(self, visit: "Visit") -> None:
        """Every point."""
        visit.answer(200, JSON, answers.points(self.node))

    def try_pin(self, visit: "Visit") -> None:
        """A PIN: one at a time, none while it is locked."""
        now_s = self.node.p.uptime_s
        trying = self.trying
        if trying is None or (trying is not visit and trying.gone):
            if not self.pin.kept:
                raise web.Bad(403)
            if self.pin.left_s(now_s):
                raise web.Bad(429)
            self.trying = visit
            self.pin.begin(visit.request.body)
        elif trying is not visit:
            raise web.Bad(429)
        right = self.pin.turn(now_s)
        if right is None:
            return
        self.trying = None
        if not right:
            self.block.wrong_pins += 1
            if self.pin.left_s(now_s):
                self.hub.note(now_s, "page: %d wrong PINs, locked for %d s" % (self.pin.wrong, self.pin.left_s(now_s)))
            raise web.Bad(403)
        visit.answer(200, JSON, said('{"token":"%s"}' % self.session(now_s)))

    def session(self, now_s: int) -> str:
        """A new token; of too many the oldest goes."""
        for token in list(self.sessions):
            if self.sessions[token] <= now_s:
                del self.sessions[token]
        while len(self.sessions) >= SESSIONS:
            del self.sessions[min([(until_s, token) for token, until_s in self.sessions.items()])[1]]
        token = hexlify(os.urandom(16)).decode()
        self.sessions[token] = now_s + SESSION_S
        return token

    def change(self, visit: "Visit") -> None:
        """A resident's order."""
        now_s = self.node.p.uptime_s
        token = visit.request.fields.get("x-token", "")
        if self.sessions.get(token, -1) <= now_s:
            raise web.Bad(403)
        self.sessions[token] = now_s + SESSION_S
        path, _, value = visit.request.body.partition("=")
        block, _, point = path.partition(".")
        digits = value[1:] if value[:1] == "-" else value
        if point not in SETTABLE or block[:4] not in ("room", "far" + block[3:4]) or not digits.isdigit() or len(digits) > 8:
            raise web.Bad(400)
        order = orders.Order(LINK, "r", LINK, path, int(value))
        layer = self.hub.commands
        code = layer.give(order)
        if code == refusals.OK:
            visit.answer(200, JSON, said('{"refused":""}'))
        else:
            import json
            visit.answer(200, JSON, said('{"refused":%s,"words":%s}' % (json.dumps(refusals.row(code)[0]),
                                                                       json.dumps(layer.words(order, code)))))
