"""Addresses of names (RFC 1035, A records) and the time (SNTP, RFC 4330), each over one datagram that nobody waits for.

The ports' own getaddrinfo waits for its answer, for seconds where the name server is gone, and on the unix port holds the
whole process. An address that was found once is used on while no newer one can be had.
"""

import os

from ...control import wall
from .. import diff_ms
from . import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ...app.clock import Clock

DNS_PORT, NTP_PORT = 53, 123
ANSWER_MS = 3000
FRESH_MS = 600_000  # an address is looked up again
NTP_MS = 3_600_000
NTP_AGAIN_MS = 15_000
BACK_S = 3600  # a time that lies further back than this is not believed: what has expired would live again
DAYS_1900 = 36524  # from there to 2000-01-01
SIZE = 300


def is_address(text: str) -> bool:
    """Whether it is an IPv4 address in its usual form."""
    parts = text.split(".")
    return len(parts) == 4 and all([part.isdigit() and len(part) < 4 and int(part) < 256 for part in parts])


def question(number: int, name: str) -> bytes:
    """A query for the A record of a name."""
    data = bytes((number >> 8, number & 255)) + b"\1\0\0\1\0\0\0\0\0\0"
    for label in name.split("."):
        data += bytes((len(label),)) + label.encode()
    return data + b"\0\0\1\0\1"


def skip_name(data: bytes, at: int) -> int:
    """Where a name ends."""
    while data[at]:
        if data[at] & 0xC0:
            return at + 2
        at += 1 + data[at]
    return at + 1


def answer(asked: bytes, data: bytes) -> str:
    """The address in an answer to that query; "" in anything else. data: bytes, whatever they are."""
    try:
        if data[:2] != asked[:2] or data[2] & 0xFA != 0x80 or data[3] & 15 or data[12:len(asked)] != asked[12:]:
            return ""
        at = len(asked)
        for _ in range(data[6] << 8 | data[7]):
            at = skip_name(data, at)
            size = data[at + 8] << 8 | data[at + 9]
            if data[at:at + 4] == b"\0\1\0\1" and size == 4:
                return "%d.%d.%d.%d" % tuple(data[at + 10:at + 14])
            at += 10 + size
    except (IndexError, TypeError):  # shorter than it says
        pass
    return ""


def time_of(cookie: bytes, data: bytes):
    """(day since 2000, second of the day) of a server's answer to the query with that cookie; None for anything else."""
    if len(data) < 48 or data[0] & 7 != 4 or data[0] >> 6 == 3 or not 1 <= data[1] <= 15 or data[24:32] != cookie:
        return None
    seconds = int.from_bytes(data[40:44], "big")
    if seconds < 1 << 31:  # from 2036 on (RFC 4330, 3)
        seconds += 1 << 32
    return seconds // 86400 - DAYS_1900, seconds % 86400


class Asked:
    """One datagram on its way. kind: what it is about, e.g. a name."""

    def __init__(self, address: str, port: int, data: bytes, now_ms: int):
        self.data = data
        self.since_ms = now_ms
        self.sock = wire.udp(address, port)
        self.sock.send(data)

    def heard(self, now_ms: int):
        """The answer's bytes, b"" while there is none, None when nobody answers."""
        try:
            return self.sock.recv(SIZE)
        except OSError as e:
            if e.args[0] not in wire.WOULD_WAIT:
                return None
        return b"" if diff_ms(now_ms, self.since_ms) < ANSWER_MS else None

    def close(self) -> None:
        """Let go."""
        self.sock.close()


class Names:
    """Addresses by name, one lookup at a time. server(): the name server's address, with `:port` where it is another."""

    def __init__(self, server: "Callable[[], str]", entropy: "Callable[[], int]"):
        self.server = server
        self.entropy = entropy
        self.known = {}  # name: (address, when)
        self.asked: "Any" = None
        self.name = ""

    def find(self, name: str, now_ms: int) -> str:
        """The address, "" while it is looked for: ask again."""
        if is_address(name):
            return name
        found = self.known.get(name)
        if found is None or diff_ms(now_ms, found[1]) > FRESH_MS:
            self.ask(name, now_ms)
        return found[0] if found is not None else ""

    def ask(self, name: str, now_ms: int) -> None:
        """Begin to look, unless that is under way."""
        address, _, port = self.server().partition(":")
        if self.asked is not None or not is_address(address):
            return
        self.name = name
        try:
            self.asked = Asked(address, int(port or DNS_PORT), question(self.entropy() & 0xFFFF, name), now_ms)
        except (OSError, ValueError):
            self.asked = None

    def poll(self, now_ms: int) -> None:
        """A turn."""
        if self.asked is None:
            return
        data = self.asked.heard(now_ms)
        if data == b"":
            return
        address = answer(self.asked.data, data) if data is not None else ""
        if address:
            self.known[self.name] = address, now_ms
        elif data is not None and diff_ms(now_ms, self.asked.since_ms) < ANSWER_MS:
            return  # not what was asked for: the right one may come yet
        self.close()

    def close(self) -> None:
        """Nothing is under way any more."""
        if self.asked is not None:
            self.asked.close()
            self.asked = None


class Time:
    """Asks a time server once an hour. clock: app.clock.Clock."""

    def __init__(self, server: str, names: Names, clock: "Clock", note: "Callable[[str], None]"):
        self.server = server
        self.names = names
        self.clock = clock
        self.note = note
        self.asked: "Any" = None
        self.cookie = b""
        self.due_ms = -1

    def poll(self, now_ms: int) -> None:
        """A turn."""
        if self.asked is not None:
            self.listen(now_ms)
        elif self.server and (self.due_ms < 0 or diff_ms(now_ms, self.due_ms) >= 0):
            address, _, port = self.server.partition(":")
            address = self.names.find(address, now_ms)
            if not address:
                return
            self.due_ms = (now_ms + NTP_AGAIN_MS) & 0x3FFFFFFF
            self.cookie = os.urandom(8)
            try:
                self.asked = Asked(address, int(port or NTP_PORT), b"\x23" + bytes(39) + self.cookie, now_ms)
            except (OSError, ValueError):
                self.asked = None

    def listen(self, now_ms: int) -> None:
        """What came."""
        data = self.asked.heard(now_ms)
        if data == b"":
            return
        found = time_of(self.cookie, data) if data is not None else None
        self.close()
        if found is not None:
            self.due_ms = (now_ms + NTP_MS) & 0x3FFFFFFF
            self.take(found[0], found[1])

    def take(self, day: int, second: int) -> None:
        """To the clock, unless it would have to go back."""
        clock = self.clock.wall
        if self.clock.quality >= wall.HOST and (day - clock.day) * 86400 + second - clock.ms // 1000 < -BACK_S:
            self.note("the time server says day %d, %d s: further back than an hour, not taken" % (day, second))
        else:
            self.clock.set(wall.NTP, day, second)

    def close(self) -> None:
        """Nothing is under way any more."""
        if self.asked is not None:
            self.asked.close()
            self.asked = None
