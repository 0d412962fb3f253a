"""The board's page without a board: what requests are refused, who may ask, the PIN, tokens, what may be set."""

from __future__ import annotations

import gzip
import json
import random
import re
import types

import pytest

from doubles.toyhouse import Toy
from wellhearth.links import commands
from wellhearth.links.network import answers, page, pin, web
from whtools.device import boardpage, network

RIGHT = "482915"


class Sock:
    """A visitor's end; the wire's too."""

    def __init__(self, data=b"", room=1 << 16):
        self.inbox = data
        self.sent = bytearray()
        self.room = room
        self.closed = False

    def setblocking(self, _flag):
        pass

    def read(self, into):
        n = min(len(into), len(self.inbox))
        into[:n] = self.inbox[:n]
        self.inbox = self.inbox[n:]
        return n

    def write(self, view):
        n = min(len(view), self.room)
        self.sent += view[:n]
        return n

    def close(self):
        self.closed = True


class Listener:
    """The listening socket: who waits, and from where."""

    def __init__(self):
        self.waiting = []

    def accept(self):
        if not self.waiting:
            raise OSError(11)
        return self.waiting.pop(0)


class Bench:
    """The server on a toy house, its visitors, its time."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr(web.wire, "Wire", lambda sock: sock)
        self.listener = Listener()
        monkeypatch.setattr(web.wire, "listening", lambda _port, _most: self.listener)
        self.toy = Toy()
        self.node = self.toy.node
        self.block = types.SimpleNamespace(requests=0, bad_requests=0, wrong_pins=0)
        self.notes = []
        hub = types.SimpleNamespace(node=self.node, commands=self.toy.commands,
                                    note=lambda _s, text: self.notes.append(text))
        hub.commands.links["page"] = commands.Link("r", None, 20, 1)
        kept = network.pin_of(lambda _what: RIGHT)
        self.site = page.Site(hub, "abc", pin.Pin(kept), types.SimpleNamespace(address=lambda: "192.168.1.9"), "well.local",
                              self.block)
        self.server = web.Server(80, self.site, self.block)
        self.ms = 0

    def visit(self, data: bytes, address="192.168.1.20", turns=40, ms=20) -> bytes:
        sock = Sock(data)
        self.listener.waiting.append((sock, (address, 5)))
        for _ in range(turns):
            self.ms += ms
            self.server.poll(self.ms)
        return bytes(sock.sent)

    def ask(self, path, method="GET", body="", host="192.168.1.9", **fields) -> tuple[int, str]:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        lines += [f"Content-Length: {len(body)}"] if body else []
        answer = self.visit("\r\n".join([*lines, "", body]).encode())
        head, _, text = answer.decode().partition("\r\n\r\n")
        return int(head.split(" ")[1]) if head else 0, text

    def token(self):
        status, text = self.ask("/api/pin", "POST", RIGHT)
        assert status == 200
        return json.loads(text)["token"]


@pytest.fixture
def bench(monkeypatch):
    return Bench(monkeypatch)


def test_the_state_has_rooms_well_and_alarms(bench):
    status, text = bench.ask("/api/state")
    found = json.loads(text)
    assert status == 200 and found["pin"] is True and found["rooms"]["room1"]["lo"] == 5000
    assert {"room1", "room2", "well", "node"} == set(found["blocks"]) and found["blocks"]["room1"]["setpoint_c"] == 20.0
    points = json.loads(bench.ask("/api/points")[1])
    assert points["room1"]["setpoint_mc"] == 20000 and set(points["node"]) == {row.name for row in bench.node.p.rows}


def test_the_page_itself_is_small_whole_and_in_both_languages(bench, tmp_path, monkeypatch):
    data = boardpage.page()
    monkeypatch.chdir(tmp_path)
    assert bench.ask("/")[0] == 503, "not flashed"
    (tmp_path / "page.gz").write_bytes(data)
    answer = bench.visit(b"GET / HTTP/1.1\r\nHost: well.local:8080\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert body == data and b"Content-Encoding: gzip" in head and b"Content-Security-Policy: default-src 'none'" in head
    text = gzip.decompress(data).decode()
    assert len(data) < 40_000 and data == boardpage.page() and "/*causes*/" not in text
    assert "no flow proven" in text or "flow" in text and re.search("[一-鿿]", text)
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", ""), "nothing is fetched from elsewhere"


@pytest.mark.parametrize(("head", "status"), [
    ("GET / HTTP/1.1", 403), ("GET /api/state HTTP/1.1\r\nHost: evil.example", 403), ("GET /api/state HTTP/1.1\r\nHost:",
                                                                                      403),
    ("GET /../secret.json HTTP/1.1\r\nHost: well.local", 404), ("GET /%2e%2e/secret.json HTTP/1.1\r\nHost: well.local", 404),
    ("GET /secret.json HTTP/1.1\r\nHost: well.local", 404), ("GET //etc/passwd HTTP/1.1\r\nHost: well.local", 404),
    ("GET ../network.json HTTP/1.1\r\nHost: well.local", 400), ("GET http://well.local/ HTTP/1.1\r\nHost: well.local", 400),
    ("PUT / HTTP/1.1\r\nHost: well.local", 405), ("get / HTTP/1.1\r\nHost: well.local", 405), ("GET / HTTP/9.9\r\nHost: x",
                                                                                               400),
    ("GET /  HTTP/1.1\r\nHost: well.local", 400), ("GET / HTTP/1.1\r\nHost: well.local\r\nHost: evil", 400), ("rubbish",
                                                                                                              400),
    ("GET / HTTP/1.1\r\nHost : well.local", 400), ("GET / HTTP/1.1\r\nHost: well.local\r\n folded", 400),
    ("POST /api/set HTTP/1.1\r\nHost: well.local\r\nContent-Length: 129", 413), ("GET / HTTP/1.1\r\nnocolon", 400),
    ("POST /api/set HTTP/1.1\r\nHost: well.local\r\nContent-Length: 99999999999", 400),
    ("POST /api/set HTTP/1.1\r\nHost: well.local\r\nContent-Length: -1", 400),
    ("POST /api/set HTTP/1.1\r\nHost: well.local\r\nTransfer-Encoding: chunked", 400),
    ("GET / HTTP/1.1\r\nHost: w\xe9ll.local", 400), ("GET /\x00 HTTP/1.1\r\nHost: well.local", 400),
    ("GET / HTTP/1.1\r\nHost: well.local\r\nContent-Length: 3", 413), ("GET / HTTP/1.1\r\nX: " + "a" * 2000, 431),
    ("POST /api/pin HTTP/1.1\r\nHost: well.local\r\nOrigin: http://evil.example\r\nContent-Length: 6\r\n\r\n482915", 403),
    ("POST /api/pin HTTP/1.1\r\nHost: well.local\r\nOrigin: null\r\nContent-Length: 6\r\n\r\n482915", 403)])
def test_what_is_refused(bench, head, status):
    answer = bench.visit(head.encode("latin-1") + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    assert bench.block.bad_requests == 1 and not bench.server.visits


@pytest.mark.parametrize(("address", "local"), [
    ("10.1.2.3", True), ("172.16.0.1", True), ("172.31.9.9", True), ("172.32.0.1", False), ("192.168.0.1", True),
    ("192.169.0.1", False),
    ("169.254.1.1", True), ("127.0.0.1", True), ("8.8.8.8", False), ("11.0.0.1", False), ("::1", False), ("", False)])
def test_only_the_house_s_own_network(bench, address, local):
    answer = bench.visit(b"GET /api/state HTTP/1.1\r\nHost: well.local\r\n\r\n", address)
    assert (b" 200 " in answer) == local and web.is_local(address) == local
    assert web.peer_of(b"\x02\x00\x1f\x90\x7f\x00\x00\x01" + bytes(8)) == "127.0.0.1", "the unix port's sockaddr_in"


def test_a_change_wants_the_pin_and_the_token_ends(bench):
    assert bench.ask("/api/set", "POST", "room1.setpoint_mc=21500")[0] == 403
    token = bench.token()
    assert json.loads(bench.ask("/api/set", "POST", "room1.setpoint_mc=21500", x_token=token)[1]) == {"refused": ""}
    assert bench.node.rooms[0].p.setpoint_mc == 21500
    found = json.loads(bench.ask("/api/set", "POST", "room1.setpoint_mc=29999999", x_token=token)[1])
    assert found["refused"] == "out_of_range" and "allowed" in found["words"]
    for body in ("node.peak_w=1", "well.reset_trip=2", "room1.reset_trip=1", "room1.setpoint_mc=x", "room1.setpoint_mc",
                 "=", "rooms.mode=1",
                 "room1.mode=1;room2.mode=1", "room1.setpoint_mc=²"):
        assert bench.ask("/api/set", "POST", body, x_token=token)[0] in (400, 200) and bench.node.p.peak_w == 0
    assert bench.ask("/api/set", "POST", "room1.setpoint_mc=21000", x_token="0" * 32)[0] == 403
    bench.node.p.uptime_s += page.SESSION_S
    assert bench.ask("/api/set", "POST", "room1.setpoint_mc=21000", x_token=token)[0] == 403
    assert bench.node.rooms[0].p.setpoint_mc == 21500


def test_brute_force_three_tries_then_locks_that_double(bench):
    rng = random.Random(1)
    tries = 0
    for second in range(24 * 3600 // 10):
        bench.node.p.uptime_s += 10
        status, _text = bench.ask("/api/pin", "POST",
                                  "%06d" % rng.randrange(100_000)) if second % 60 == 0 or second < 60 else (429, "")
        assert status in (403, 429)
        tries += status == 403
    assert 8 <= tries <= 40, "a day of trying"
    assert bench.block.wrong_pins == tries and any("locked" in note for note in bench.notes)
    assert bench.ask("/api/pin", "POST", RIGHT)[0] == 429, "the right one neither, while it is locked"
    state = json.loads(bench.ask("/api/state")[1])
    assert 0 < state["lock_s"] <= pin.LOCK_MAX_S
    bench.node.p.uptime_s += state["lock_s"]
    assert bench.token()


def test_without_a_pin_nothing_is_changed(bench):
    bench.site.pin = pin.Pin({})
    assert bench.ask("/api/pin", "POST", "")[0] == 403 and json.loads(bench.ask("/api/state")[1])["pin"] is False


def test_a_slow_visitor_is_broken_off_and_does_not_keep_others_out(bench):
    for _ in range(web.MOST):
        bench.visit(b"GET / HTTP/1.1\r\nHost: w", turns=1)
    assert len(bench.server.visits) == web.MOST
    bench.ms += web.YIELD_MS
    assert bench.ask("/api/state")[0] == 200
    for _ in range(web.PATIENCE_MS // 20 + 50):
        bench.ms += 20
        bench.server.poll(bench.ms)
    assert not bench.server.visits and bench.block.bad_requests == web.MOST


def test_a_visitor_who_takes_nothing_is_let_go(bench):
    sock = Sock(b"GET /api/points HTTP/1.1\r\nHost: well.local\r\n\r\n", room=0)
    bench.listener.waiting.append((sock, ("10.0.0.5", 1)))
    for _ in range(3 * web.PATIENCE_MS // 20 + 50):
        bench.ms += 20
        bench.server.poll(bench.ms)
    assert sock.closed and not bench.server.visits


def test_five_thousand_random_requests_end_and_change_nothing(bench):
    rng = random.Random(9)
    good = b"POST /api/set HTTP/1.1\r\nHost: well.local\r\nX-Token: 0\r\nContent-Length: 23\r\n\r\nroom1.setpoint_mc=25000"
    before = [room.p.setpoint_mc for room in bench.node.rooms]
    for _ in range(5000):
        data = bytearray(good)
        for _ in range(rng.randrange(1, 9)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        bench.visit(bytes(data[:rng.randrange(1, len(data) + 1)]), turns=3, ms=1000)
    bench.visit(b"", turns=9, ms=1000)
    assert not bench.server.visits
    assert [room.p.setpoint_mc for room in bench.node.rooms] == before


def test_the_trend_is_of_a_day_and_unknown_is_null(bench, tmp_path, monkeypatch):
    from wellhearth.storage import history
    monkeypatch.chdir(tmp_path)
    now = 9830 * 8640 + 100
    for ago in (9000, 8640, 60, 0):
        history.append((2, now - ago, 600, 0, 0, 1500, 1200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2050, -32768, *[-32768] * 6),
                       history.TEN)
    bench.node.wall.day, bench.node.wall.ms = 9830, 1_000_000
    found = json.loads(b"".join(answers.trend(bench.node)))
    assert found == [[1440, 20.5 * 100, None], [10, 2050, None], [0, 2050, None]]
    bench.node.wall.day = -1
    assert json.loads(b"".join(answers.trend(bench.node))) == []
