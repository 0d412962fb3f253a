"""Names and time over datagrams: queries as the standards have them; answers late, cut, forged or of another question."""

from __future__ import annotations

import random
import socket
import struct
import threading
import types

import pytest

from doubles.networked import free_port
from wellhearth.control import wall
from wellhearth.links.network import names

ASKED = names.question(0x1234, "broker.example.org")


def reply(asked=ASKED, address=(192, 0, 2, 7), flags=0x8180, before=b"", count=1, pointer=b"\xc0\x0c"):
    """An answer of a name server."""
    record = pointer + struct.pack(">HHIH", 1, 1, 60, 4) + bytes(address)
    return asked[:2] + struct.pack(">HHHHH", flags, 1, count, 0, 0) + asked[12:] + before + record


def test_a_question_is_that_of_rfc_1035():
    assert ASKED == b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06broker\x07example\x03org\x00\x00\x01\x00\x01"


def test_the_address_is_found_behind_a_cname_and_a_long_name():
    assert names.answer(ASKED, reply()) == "192.0.2.7"
    cname = b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, 4) + b"\x01a\xc0\x13"
    assert names.answer(ASKED, reply(before=cname, count=2, pointer=b"\x01a\xc0\x13")) == "192.0.2.7"


@pytest.mark.parametrize("data", [
    b"", b"\x12", reply()[:-1], reply()[:20], reply(flags=0x0100), reply(flags=0x8183), reply(count=0),
    reply(names.question(0x1235, "broker.example.org")), reply(names.question(0x1234, "broker.example.com")), ASKED])
def test_what_is_no_answer_to_it_gives_no_address(data):
    assert names.answer(ASKED, data) == ""


def test_ten_thousand_damaged_answers_never_raise_and_never_hang():
    rng = random.Random(5)
    for _ in range(10_000):
        data = bytearray(reply())
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(12 if rng.random() < 0.3 else 0, len(data))] = rng.randrange(256)
        found = names.answer(ASKED, bytes(data[:rng.randrange(len(data) + 1)]))
        assert found == "" or names.is_address(found)


@pytest.mark.parametrize(("text", "good"), [("127.0.0.1", True), ("255.255.255.255", True), ("1.2.3", False), ("1.2.3.256",
                                                                                                               False),
                                            ("1.2.3.4.5", False), ("a.b.c.d", False), ("", False), ("1..2.3", False)])
def test_what_is_an_address(text, good):
    assert names.is_address(text) == good


def stamp(day=9831, second=3600, cookie=b"12345678", mode=4, stratum=2, leap=0):
    """An answer of a time server."""
    seconds = ((day + names.DAYS_1900) * 86400 + second) & 0xFFFFFFFF
    return bytes([leap << 6 | 4 << 3 | mode, stratum]) + bytes(22) + cookie + bytes(8) + seconds.to_bytes(4,
                                                                                                          "big") + bytes(4)


def test_the_time_is_taken_from_the_right_answer_only_and_after_2036_too():
    assert names.time_of(b"12345678", stamp()) == (9831, 3600)
    assert names.time_of(b"12345678", stamp(day=15000)) == (15000, 3600)
    for wrong in (stamp(cookie=b"12345679"), stamp(mode=3), stamp(stratum=0), stamp(stratum=16), stamp(leap=3),
                  stamp()[:47], b""):
        assert names.time_of(b"12345678", wrong) is None


class Clock:
    """app.clock.Clock as far as it is asked."""

    def __init__(self, quality):
        self.quality = quality
        self.wall = types.SimpleNamespace(day=9831, ms=3_600_000)
        self.given = []

    def set(self, *given):
        self.given.append(given)


def test_a_time_far_back_is_not_believed_once_the_clock_was_set():
    said: list[str] = []
    clock = Clock(wall.HOST)
    service = names.Time("127.0.0.1", None, clock, said.append)
    service.take(9831, 1)
    service.take(9831, 4000)
    service.take(9830, 0)
    assert clock.given == [(wall.NTP, 9831, 1), (wall.NTP, 9831, 4000)] and "further back" in said[0]
    clock.quality = wall.KEPT
    service.take(9830, 0)
    assert clock.given[-1] == (wall.NTP, 9830, 0)


class Server:
    """A datagram server in a thread: what `reply` makes of each query goes back; None: silence."""

    def __init__(self, reply):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.reply = reply
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            data, peer = self.sock.recvfrom(512)
            for answer in self.reply(data):
                self.sock.sendto(answer, peer)


def found(resolver, name, polls=60):
    """Ask until there is an address."""
    for i in range(polls):
        address = resolver.find(name, i * 100)
        if address:
            return address
        resolver.poll(i * 100)
        threading.Event().wait(0.005)
    return ""


def test_a_lookup_over_a_real_socket_forged_answers_first():
    server = Server(lambda asked: [b"rubbish", reply(b"\0\0" + asked[2:], (6, 6, 6, 6)), reply(asked, (10, 0, 0, 9))])
    resolver = names.Names(lambda: f"127.0.0.1:{server.port}", lambda: 77)
    assert found(resolver, "broker.local") == "10.0.0.9"
    server.reply = lambda asked: []
    assert resolver.find("broker.local", 599_000) == resolver.find("broker.local", 700_000) == "10.0.0.9", "used on"
    resolver.close()


def test_a_name_server_that_is_gone_or_not_known_holds_nobody_up():
    for server in (f"127.0.0.1:{free_port(socket.SOCK_DGRAM)}", "", "dns.example", "127.0.0.1:x"):
        resolver = names.Names(lambda server=server: server, lambda: 77)
        assert found(resolver, "broker.local", 40) == ""
        resolver.close()
