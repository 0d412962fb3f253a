"""HTTP/1.1 (RFC 9112), the part that one page needs: GET and POST of a few exact paths, one request a connection.

Nothing waits: each turn takes one more connection and moves each of those that are there a little. Whatever a visitor sends,
a connection has a buffer of fixed size and so many seconds; what is longer, slower, or of another form is refused, and where
all places are taken the one that has dawdled longest loses its own. Answers are generators of small pieces.
"""

from .. import diff_ms
from . import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

    from ...hardware import Buffer
    from ...tables import shapes
    from .page import Site

MOST = 4  # connections at a time
HEAD, BODY = 1024, 128  # bytes
PATIENCE_MS = 4000  # from the connection to the whole request; from there to the last byte taken three times that
YIELD_MS = 500  # who has dawdled so long makes room for somebody else
WRITES = 4  # in one turn
PIECES, FULL = 8, 512  # of an answer in one write: so many, or as soon as they have so many bytes
WORDS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
         413: "Content Too Large",
         429: "Too Many Requests", 431: "Request Header Fields Too Large", 503: "Service Unavailable"}
SAFE = ("Connection: close\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
        "Content-Security-Policy: default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline';"
        " img-src data:; connect-src 'self'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'\r\n")


def is_local(address: str) -> bool:
    """Whether an address is of a house's own network (RFC 1918, link local, this machine)."""
    try:
        a, b, _c, _d = [int(part) for part in address.split(".")]
    except ValueError:
        return False
    return a in (10, 127) or (a == 172 and 16 <= b < 32) or (a, b) in ((192, 168), (169, 254))


def peer_of(found: "Any") -> str:
    """The address in what `accept` gives: a tuple, or the unix port's sockaddr_in."""
    if isinstance(found, tuple):
        return found[0]
    return "%d.%d.%d.%d" % tuple(bytes(found)[4:8])


class Bad(Exception):
    """A request that is refused; its argument is the status."""


class Request:
    """What a visitor wants."""

    def __init__(self, data: "Buffer"):
        """data: the head, without its last empty line. Bad for what is none."""
        for b in data:
            if not (32 <= b < 127 or b in (13, 10)):
                raise Bad(400)
        lines = bytes(data).decode().split("\r\n")
        words = lines[0].split(" ")
        if len(words) != 3 or words[2] not in ("HTTP/1.1", "HTTP/1.0") or words[1][:1] != "/":
            raise Bad(400)
        self.method, self.path = words[:2]
        if self.method not in ("GET", "POST"):
            raise Bad(405)
        self.fields = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            name = name.lower()
            if not colon or not name or " " in name or name in self.fields:
                raise Bad(400)  # a second Host, or a second length, is an attack on somebody
            self.fields[name] = value.strip()
        length = self.fields.get("content-length", "0")
        if "transfer-encoding" in self.fields or not length.isdigit() or len(length) > 6:
            raise Bad(400)
        self.length = int(length)
        if self.length > BODY or (self.length and self.method == "GET"):
            raise Bad(413)
        self.body = ""


class Visit:
    """One connection."""

    def __init__(self, sock: "Any", now_ms: int):
        self.wire = wire.Wire(sock)
        self.since_ms = now_ms
        self.data = bytearray(0)
        self.gone = False
        self.request: "Any" = None
        self.pieces: "Any" = None  # of the answer, None while it is made
        self.out = memoryview(b"")

    def answer(self, status: int, head: str, pieces: "Iterable[bytes]") -> None:
        """From now on it is sent."""
        text = "HTTP/1.1 %d %s\r\n%s%s\r\n" % (status, WORDS[status], SAFE, head)
        self.out = memoryview(text.encode())
        self.pieces = iter(pieces)

    def take(self) -> bool:
        """More of the request; whether it is whole. Bad for what is none, OSError when the visitor left."""
        if self.request is None:
            piece = bytearray(HEAD - len(self.data)) if len(self.data) < HEAD else bytearray(1)
        else:
            piece = bytearray(self.request.length - len(self.data))
        n = self.wire.read(piece) if piece else 0
        if n < 0:
            raise OSError(n)
        self.data += piece[:n]
        if self.request is None:
            end = self.data.find(b"\r\n\r\n")
            if end < 0:
                if len(self.data) >= HEAD:
                    raise Bad(431)
                return False
            self.request = Request(memoryview(self.data)[:end])
            self.data = self.data[end + 4:end + 5 + self.request.length]
        if len(self.data) < self.request.length:
            return False
        try:
            self.request.body = bytes(self.data[:self.request.length]).decode()
        except ValueError:
            raise Bad(400)
        return True

    def more(self) -> bytes:
        """The next pieces together; b"" at the end."""
        found = b""
        for _ in range(PIECES):
            piece = next(self.pieces, None)
            if piece is None:
                break
            found += piece
            if len(found) >= FULL:
                break
        return found

    def send(self) -> bool:
        """More of the answer; whether it is out. OSError when the visitor left."""
        for _ in range(WRITES):
            if not self.out:
                piece = self.more()
                if not piece:
                    return True
                self.out = memoryview(piece)
            n = self.wire.write(self.out)
            if n < 0:
                raise OSError(n)
            self.out = self.out[n:]
            if not n:
                break
        return False


class Server:
    """The page's connections. site: has `admits(request)`: a status, 0 for yes; and `serve(visit)`, called until it
    has given an answer. block: points `requests`, `bad_requests`."""

    def __init__(self, port: int, site: "Site", block: "shapes.Radio"):
        self.port = port
        self.site = site
        self.block = block
        self.sock: "Any" = None
        self.visits = []

    def poll(self, now_ms: int) -> int:
        """A turn; ms until the next one is wanted."""
        if self.sock is None:
            self.sock = wire.listening(self.port, MOST)
        self.accept(now_ms)
        for visit in list(self.visits):
            try:
                over = self.step(visit, now_ms)
            except OSError:
                over = True
            if over:
                self.end(visit)
        return 20 if self.visits else 50

    def accept(self, now_ms: int) -> None:
        """One more visitor."""
        try:
            sock, found = self.sock.accept()
        except OSError:
            return
        sock.setblocking(False)
        if len(self.visits) >= MOST:
            oldest = self.visits[0]
            if oldest.pieces is not None or diff_ms(now_ms, oldest.since_ms) < YIELD_MS:
                sock.close()
                return
            self.bad(oldest)
        if not is_local(peer_of(found)):
            self.block.bad_requests = (self.block.bad_requests + 1) & 0xFFFFFF
            sock.close()
            return
        self.visits.append(Visit(sock, now_ms))

    def step(self, visit: Visit, now_ms: int) -> bool:
        """One connection's turn; whether it is over."""
        late_ms = diff_ms(now_ms, visit.since_ms) - PATIENCE_MS
        if visit.pieces is not None:
            return visit.send() or late_ms > 2 * PATIENCE_MS
        try:
            if visit.request is None or len(visit.data) < visit.request.length:
                if not visit.take():
                    if late_ms > 0:
                        self.bad(visit)
                    return late_ms > 0
                self.block.requests = (self.block.requests + 1) & 0xFFFFFF
                status = self.site.admits(visit.request)  # pyright: ignore[reportArgumentType] (`take` has made it)
                if status:
                    raise Bad(status)
            self.site.serve(visit)
        except Bad as e:
            self.block.bad_requests = (self.block.bad_requests + 1) & 0xFFFFFF
            visit.answer(e.args[0], "", ())
        return False

    def bad(self, visit: Visit) -> None:
        """Broken off."""
        self.block.bad_requests = (self.block.bad_requests + 1) & 0xFFFFFF
        self.end(visit)

    def end(self, visit: Visit) -> None:
        """Let go."""
        visit.gone = True
        visit.wire.close()
        if visit in self.visits:
            self.visits.remove(visit)

    def down(self) -> None:
        """The radio is gone."""
        for visit in list(self.visits):
            self.end(visit)
        if self.sock is not None:
            self.sock.close()
            self.sock = None
