"""What a node says and hears over MQTT, without a broker: topics, wishes, births, retained orders, nonsense."""

from __future__ import annotations

import json
import random
import types

import pytest

from doubles.signed_unit import ENTRY, Unit
from wellhearth.links.network import fitting, house, mqtt, names, states
from wellhearth.tables import kinds, points, refusals

ROOT = "wellhearth/abc123abc123"
CFG = {"prefix": "wellhearth", "discovery": "homeassistant", "plain_orders": 1, "broker": "b", "port": 1883, "tls": 0,
       "ntp": "", "dns": "", "page": 1, "page_port": 80, "page_host": ""}


class Client:
    """mqtt.Client as far as it is asked; everything that is said is kept."""

    def __init__(self):
        self.state, self.left, self.begin, self.end, self.counted = mqtt.UP, 0, 0, 0, 0
        self.said: list[tuple[str, bytes, bool]] = []
        self.full = False

    def poll(self, _now_ms):
        return 20

    def publish(self, topic, payload, retain=True):
        if not self.full:
            self.said.append((topic, bytes(payload), retain))
        return not self.full

    def stream(self, topic, file, size):
        return self.publish(topic, file.read(size))

    def bad(self):
        self.counted += 1

    def drop(self):
        self.state = mqtt.REST


class Bench:
    """A node with keys, its topics, its time."""

    def __init__(self, folder, monkeypatch, **changes):
        self.unit = Unit(folder, monkeypatch)
        self.node = self.unit.node
        self.client = Client()
        hub = types.SimpleNamespace(node=self.node, commands=self.unit.layer)
        self.unit.layer.signed = lambda: self.unit.signed
        self.house = house.House(hub, types.SimpleNamespace(**{**CFG, **changes}), ENTRY["id"], self.client)
        self.ms = 0

    def run(self, turns=40, ms=100):
        for _ in range(turns):
            self.ms += ms
            self.house.poll(self.ms & 0x3FFFFFFF)

    def hear(self, topic, payload, retained=0):
        self.house.heard(topic.encode(), payload if isinstance(payload, bytes) else payload.encode(), retained)

    def last(self, topic):
        found = [payload for said, payload, _retain in self.client.said if said == topic]
        return found[-1] if found else None


@pytest.fixture
def bench(tmp_path, monkeypatch):
    (tmp_path / "announce.txt").write_bytes(b"homeassistant/device/a/config 5\nhello\nhomeassistant/device/b/config 2\nyo\n")
    made = Bench(tmp_path, monkeypatch)
    made.client.up()
    made.run()
    return made


def test_announcements_first_then_values_then_that_it_is_online(bench):
    topics = [topic for topic, _payload, _retain in bench.client.said]
    assert topics == ["homeassistant/device/a/config", "homeassistant/device/b/config",
                      *[f"{ROOT}/{block.name}" for block in bench.house.blocks], f"{ROOT}/state"]
    assert all(retain for *_rest, retain in bench.client.said) and bench.client.said[0][1] == b"hello"
    assert bench.client.will == f"{ROOT}/state"
    assert bench.client.subscriptions == ("homeassistant/status", f"{ROOT}/+/+/set", f"{ROOT}/order")


def test_only_what_changed_is_said_again_and_all_of_it_after_a_birth(bench):
    bench.client.said.clear()
    bench.run(100)
    assert not bench.client.said
    bench.node.rooms[0].p.setpoint_mc = 21300
    bench.run(60)
    assert [topic for topic, *_rest in bench.client.said] == [f"{ROOT}/room1"]
    assert json.loads(bench.client.said[0][1])["setpoint_c"] == 21.3
    bench.client.said.clear()
    bench.hear("homeassistant/status", "online")
    bench.run()
    assert len(bench.client.said) == 2 + len(bench.house.blocks) + 1


def test_without_room_nothing_is_lost(bench):
    bench.client.said.clear()
    bench.client.full = True
    bench.node.rooms[0].p.setpoint_mc = 21300
    bench.run(60)
    bench.client.full = False
    bench.run(60)
    assert bench.last(f"{ROOT}/room1") is not None


@pytest.mark.parametrize(("point", "text", "value"), [
    ("setpoint_mc", "21.5", 21500), ("setpoint_mc", "7", 7000), ("setpoint_mc", "21.57", 21500), ("mode", "heat_cool", 3),
    ("mode", "off", 0), ("fan_fixed_pm", "high", 1000), ("fan_fixed_pm", "auto", 0), ("boost_min", "boost", 60)])
def test_a_wish_is_carried_out_and_expires(bench, point, text, value):
    before = getattr(bench.node.rooms[0].p, point)
    bench.hear(f"{ROOT}/room1/{point}/set", text)
    assert getattr(bench.node.rooms[0].p, point) == value and not bench.client.counted
    bench.unit.layer.each_second(points.EXPIRY_S + 5)
    assert getattr(bench.node.rooms[0].p, point) == before or before == value or point == "boost_min"


@pytest.mark.parametrize(("topic", "text"), [
    ("room1/setpoint_mc/set", "warm"), ("room1/setpoint_mc/set", "-5"), ("room1/setpoint_mc/set", "1e3"),
    ("room1/mode/set", "HEAT"),
    ("room1/setpoint_mc/set", "nan"), ("room1/setpoint_mc/set", "2" * 40), ("room1/reset_trip/set", "1"),
    ("node/peak_w/set", "1"),
    ("well/mode/set", "heat"), ("room1/mode", "heat"), ("", ""), ("room1/room_mc/set", "20"),
    ("room1/setpoint_mc/set", "2 1")])
def test_what_is_no_wish_is_counted_and_changes_nothing(bench, topic, text):
    before = bench.node.rooms[0].p.setpoint_mc, bench.node.rooms[0].p.mode, bench.node.p.peak_w
    bench.hear(f"{ROOT}/{topic}", text)
    assert bench.client.counted == 1
    assert before == (bench.node.rooms[0].p.setpoint_mc, bench.node.rooms[0].p.mode, bench.node.p.peak_w)


def test_retained_wishes_and_orders_are_old_ones(bench):
    bench.hear(f"{ROOT}/room1/setpoint_mc/set", "25", 1)
    bench.hear(f"{ROOT}/order", bench.unit.sign(), 1)
    assert bench.node.rooms[0].p.setpoint_mc == 20000 and bench.unit.signed.pending is None


def test_a_wish_that_is_refused_is_said_and_what_holds_is_said_again(bench):
    bench.client.said.clear()
    bench.hear(f"{ROOT}/room1/setpoint_mc/set", "45")
    bench.hear(f"{ROOT}/room9/mode/set", "heat")
    bench.run()
    refused = [payload for topic, payload, retain in bench.client.said if topic == f"{ROOT}/refused" and not retain]
    assert b"allowed is" in refused[0] and b"no point" in refused[1] and bench.last(f"{ROOT}/room1")


def test_a_signed_order_is_answered_and_plain_ones_can_be_switched_off(tmp_path, monkeypatch):
    bench = Bench(tmp_path, monkeypatch, plain_orders=0)
    bench.hear(f"{ROOT}/room1/setpoint_mc/set", "25")
    bench.hear(f"{ROOT}/order", bench.unit.sign())
    assert bench.unit.signed.turn()
    bench.hear(f"{ROOT}/order", "rubbish")
    bench.run()
    answers = [payload for topic, payload, _retain in bench.client.said if topic == f"{ROOT}/order/answer"]
    assert answers[0] == b"0 ok" and answers[1].startswith(b"16 this is no signed order")
    assert bench.node.p.peak_w == 9000 and bench.node.rooms[0].p.setpoint_mc == 20000
    assert b"nobody is" in (bench.last(f"{ROOT}/refused") or b"")


def test_ten_thousand_random_messages_write_nothing_that_is_not_at_the_wall(bench):
    rng = random.Random(4)
    words = [b"room1", b"room2", b"node", b"well", b"set", b"mode", b"setpoint_mc", b"reset_trip", b"peak_w", b"order",
             b"far1", b""]
    before = {name: getattr(bench.node.p, name) for name in ("peak_w", "zero_run_min", "grid_state")}
    for _ in range(10_000):
        topic = ROOT.encode() + b"/" + b"/".join(rng.choices(words, k=rng.randrange(5)))
        payload = rng.choice((b"heat", b"21", rng.randbytes(rng.randrange(40)), b"45", b"boost"))
        bench.unit.node.p.uptime_s += 1
        bench.house.heard(topic, payload, 0)
    assert before == {name: getattr(bench.node.p, name) for name in before}
    assert len(bench.house.pending) <= 4


def test_names_for_topics_and_the_gateway_s_tables():
    from whtools.gateway.homeassistant import entities
    assert house.plain("a b/#+é") == "a-b---é" or house.plain("a b/#+") == "a-b---"
    assert states.MODES == entities.MODES and dict(states.FANS) == entities.FANS
    for kind, keys in states.KEYS.items():
        assert [sensor.key for sensor in entities.SENSORS[kind]] == list(keys), kind


# -- how it is put together --


class Radio:
    """A Wi-Fi that comes and goes."""

    def __init__(self):
        self.joined, self.joins = False, 0

    def up(self):
        return self.joined

    def join(self):
        self.joins += 1

    def address(self):
        return "192.168.1.9"

    def dns(self):
        return "192.168.1.1"


def test_a_network_that_cannot_be_put_together_does_not_keep_the_house_cold(tmp_path, monkeypatch):
    unit = Unit(tmp_path, monkeypatch)
    said: list[str] = []
    board = types.SimpleNamespace(SECRET_PATH="secret.json", radio=lambda _ssid, _key: Radio(), entropy=lambda: 5,
                                  say=said.append)
    hub = types.SimpleNamespace(node=unit.node, commands=unit.layer, board=board, clock=unit.clock, parts=[],
                                note=lambda _s, text: said.append(text))
    fitting.network(hub, types.SimpleNamespace(**{**CFG, "tls": 1}))  # no broker.der
    assert not hub.parts and "no network" in said[0] and unit.node.points.blocks[-1].kind is kinds.RADIO


def test_the_radio_comes_and_goes_and_the_services_with_it(tmp_path, monkeypatch):
    unit = Unit(tmp_path, monkeypatch)
    radio, notes = Radio(), []
    board = types.SimpleNamespace(SECRET_PATH="secret.json", radio=lambda _ssid, _key: radio, entropy=lambda: 5)
    hub = types.SimpleNamespace(node=unit.node, commands=unit.layer, board=board, clock=unit.clock, parts=[],
                                note=lambda _s, text: notes.append(text))
    before = len(unit.node.points.blocks)
    fitting.network(hub, types.SimpleNamespace(**CFG))
    (part,) = hub.parts
    assert unit.node.points.blocks[before].kind is kinds.RADIO
    polled, downs = [], []
    for service in part.services:
        monkeypatch.setattr(service, "poll", lambda now_ms, service=service: polled.append(service) or 20, raising=False)
        monkeypatch.setattr(service, "down", lambda service=service: downs.append(service))
    for ms in range(0, 60_000, 200):
        part.poll(ms)
    assert radio.joins == 3 and not polled and part.block.wifi == 0
    radio.joined = True
    for ms in range(60_000, 61_000, 200):
        part.poll(ms)
    assert set(map(id, polled)) == set(map(id, part.services)) and part.block.wifi == 1 and "192.168.1.9" in notes[-1]
    radio.joined = False
    part.poll(61_000)
    assert downs == part.services and part.block.wifi == 0 and notes[-1] == "network: down"
    assert isinstance(part.names, names.Names) and part.names.server() == "192.168.1.1"
    assert refusals.OK == 0
