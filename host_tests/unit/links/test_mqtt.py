"""The MQTT client against a broker that this test plays: greetings, frames in pieces, frames too long, nonsense, silence."""

from __future__ import annotations

import io
import random
import types

import pytest

from wellhearth.links.network import mqtt, wire

CONNACK, SUBACK = b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x01"


class Broker:
    """The other end of the wire, and the wire."""

    def __init__(self, room=1 << 20):
        self.inbox = b""
        self.sent = bytearray()
        self.room = room
        self.now = wire.OPEN
        self.closed = False

    def state(self):
        return self.now

    def read(self, into):
        if self.closed:
            return wire.CLOSED
        n = min(len(into), len(self.inbox))
        into[:n] = self.inbox[:n]
        self.inbox = self.inbox[n:]
        return n

    def write(self, view):
        if self.closed:
            return wire.CLOSED
        n = min(len(view), self.room)
        self.sent += view[:n]
        return n

    def close(self):
        self.closed = True


class Bench:
    """A client and its brokers: a new one for each connection."""

    def __init__(self, monkeypatch, **kwargs):
        self.brokers: list[Broker] = []
        self.heard: list[tuple[bytes, bytes, int]] = []
        self.ups = 0
        self.ms = 0
        self.kwargs = kwargs
        monkeypatch.setattr(mqtt.wire, "open_wire", self.open)
        self.block = types.SimpleNamespace(broker=0, tries=0, bad_frames=0)
        cfg = types.SimpleNamespace(broker="b", port=1883)
        self.address = "127.0.0.1"
        self.client = mqtt.Client(cfg, lambda _name, _ms: self.address, self.block)
        self.client.name, self.client.user, self.client.password, self.client.will = "node", "u", "pw", "w/state"
        self.client.subscriptions = ("a/+/set",)
        self.client.heard = lambda *message: self.heard.append(message)
        self.client.up = self.up

    def up(self):
        self.ups += 1

    def open(self, *_args):
        self.brokers.append(Broker(**self.kwargs))
        return self.brokers[-1]

    def run(self, ms=100, data=b""):
        if data:
            self.brokers[-1].inbox += data
        for _ in range(-(-ms // 20)):
            self.ms += 20
            self.client.poll(self.ms & 0x3FFFFFFF)

    def connected(self):
        self.run(100)
        self.run(100, CONNACK)
        assert self.client.state == mqtt.UP
        return self.brokers[-1]


@pytest.fixture
def bench(monkeypatch):
    return Bench(monkeypatch)


def publish(topic: bytes, payload: bytes, flags=0, number=b"") -> bytes:
    body = len(topic).to_bytes(2, "big") + topic + number + payload
    return bytes([0x30 | flags]) + mqtt.length_of(len(body)) + body


def test_it_greets_with_its_will_and_subscribes(bench):
    broker = bench.connected()
    greeting = (b"\x10\x29\0\4MQTT\4\xee\0\x14" + b"\0\4node" + b"\0\7w/state" + b"\0\7offline" + b"\0\1u" + b"\0\2pw")
    assert bytes(broker.sent) == greeting + b"\x82\x0c\0\1\0\7a/+/set\1" and bench.ups == 1
    assert bench.block.broker == mqtt.UP


@pytest.mark.parametrize(("n", "data"), [(0, b"\0"), (127, b"\x7f"), (128, b"\x80\1"), (16383, b"\xff\x7f"), (16384,
                                                                                                              b"\x80\x80\1")])
def test_remaining_lengths_are_the_standard_s(n, data):
    assert mqtt.length_of(n) == data  # table 2.4


def test_messages_come_whole_in_pieces_and_many_at_once(bench):
    broker = bench.connected()
    message = publish(b"a/room1/set", b"21.5", 2, b"\0\x07")
    for i in range(len(message)):
        bench.run(20, message[i:i + 1])
    bench.run(400, message * 9 + publish(b"a/b/set", b"", 1))
    assert bench.heard[0] == (b"a/room1/set", b"21.5", 0) and len(bench.heard) == 11 and bench.heard[10][2] == 1
    assert bytes(broker.sent).count(b"\x40\2\0\7") == 10, "QoS 1 is acknowledged"


def test_a_frame_that_does_not_fit_is_passed_over_and_counted(bench):
    bench.connected()
    for size in (mqtt.RX, 5000, 100_000):
        bench.run(20 * size // mqtt.RX + 200, publish(b"a/x/set", bytes(size)) + publish(b"a/y/set", b"1"))
    assert [topic for topic, *_rest in bench.heard] == [b"a/y/set"] * 3 and bench.block.bad_frames == 3


@pytest.mark.parametrize("data", [
    b"\x30\xff\xff\xff\xff\x01", b"\x00\x00", b"\xf0\x00", b"\x30\x02\x00\x09", b"\x36\x05\0\1aaa", b"\x10\x02\0\0",
    b"\x30\x01\0"])
def test_what_no_broker_sends_ends_the_connection_and_a_new_one_is_made(bench, data):
    broker = bench.connected()
    bench.run(100, data)
    assert broker.closed and bench.client.state == mqtt.REST and not bench.heard
    bench.run(mqtt.AGAIN_MS + 200)
    assert len(bench.brokers) == 2


def test_ten_thousand_random_bytes_at_a_time_and_it_comes_back(bench):
    rng = random.Random(3)
    for _ in range(200):
        while bench.client.state != mqtt.UP:
            bench.run(200)
            if bench.brokers and not bench.brokers[-1].closed:
                bench.brokers[-1].inbox = CONNACK
        bench.run(300, rng.randbytes(rng.randrange(2000)))
    assert bench.client.n <= mqtt.RX and bench.client.end <= mqtt.TX


def test_half_open_slow_and_refusing_brokers_are_given_up_within_fifteen_seconds(bench):
    bench.connected()
    bench.run(15_000)  # it says nothing more: the ping is not answered
    assert bench.brokers[0].closed and bench.brokers[0].sent.endswith(b"\xc0\0")
    bench.run(15_000)  # opens, and never greets
    bench.connected() if bench.client.state == mqtt.GREET else bench.run(5000)
    opened = len(bench.brokers)
    assert opened >= 3
    bench.brokers[-1].inbox = b"\x20\2\0\5"  # not authorized
    bench.run(4500)
    assert len(bench.brokers) > opened
    bench.address = ""  # no name server
    bench.run(20_000)
    assert bench.client.state in (mqtt.NAME, mqtt.REST)
    bench.address = "127.0.0.1"
    bench.run(mqtt.AGAIN_MS + 400)
    bench.connected()


def test_a_greeting_in_the_middle_of_nothing_is_no_greeting(bench):
    bench.run(100)
    bench.run(100, publish(b"a/x/set", b"1"))
    assert bench.brokers[0].closed and not bench.heard


def test_what_is_said_waits_for_room_and_a_stream_goes_out_whole(monkeypatch):
    bench = Bench(monkeypatch, room=37)
    bench.run(100)
    bench.run(400, CONNACK)
    bench.run(400)
    broker, client = bench.brokers[-1], bench.client
    broker.sent.clear()
    assert client.publish("t", b"x" * 600) and client.publish("t", b"y" * 600) and not client.publish("t", b"z" * 600)
    assert not client.publish("t", b"z" * 5000)
    bench.run(1000)
    assert broker.sent.count(b"x") == broker.sent.count(b"y") == 600
    broker.sent.clear()
    data = bytes(i % 251 for i in range(7000))
    assert client.stream("long", io.BytesIO(data + b"behind"), len(data)) and not client.publish("t", b"x")
    bench.run(3000)
    assert bytes(broker.sent) == b"\x31" + mqtt.length_of(7006) + b"\0\4long" + data and client.left == 0
    assert client.publish("t", b"x")


def test_a_file_that_is_shorter_than_its_word_ends_the_connection(bench):
    broker = bench.connected()
    bench.client.stream("long", io.BytesIO(b"short"), 3000)
    bench.run(200)
    assert broker.closed and bench.client.left == 0
