"""Home Assistant's view through a real Mosquitto: wishes seen back, old ones void, reconnects, a dead broker."""

from __future__ import annotations

import json
import re
import socket
import threading
import time

import paho.mqtt.client as mqtt
import pytest
from hass import check
from paho.mqtt.enums import CallbackAPIVersion

from doubles.brokers import Broker, needs_mosquitto, until
from whtools.gateway.homeassistant import Bridge, Settings
from whtools.gateway.nodes import Hub
from whtools.gateway.nodes.simulated import World

KEY = re.compile(r"\{\{ value_json\.(\w+) \}\}")


class Home:
    """What Home Assistant does: takes announcements by its schema, follows states, sends wishes."""

    def __init__(self, port):
        self.heard, self.parts, self.count, self.gateway = {}, {}, {}, []
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.client.on_message = self.message
        self.client.on_connect = lambda *_: self.client.subscribe([("homeassistant/device/#", 1), ("wellhearth/#", 1)])
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def message(self, _client, _userdata, message):
        text = message.payload.decode()
        self.count[message.topic] = self.count.get(message.topic, 0) + 1
        if message.topic == "wellhearth/gateway":
            self.gateway.append(text)
        if message.topic.startswith("homeassistant/"):
            self.parts |= check.device(message.topic, text) if text else {}
        else:
            self.heard[message.topic] = text

    def shows(self, part, key):
        """An attribute of an entity, as its template gives it."""
        config = self.parts[part]
        topic = config[key.replace("_template", "_topic")]
        if topic not in self.heard:
            return None
        return json.loads(self.heard[topic])[KEY.fullmatch(config[key]).group(1)]

    def send(self, part, key, payload, retain=False):
        self.client.publish(self.parts[part][key], payload, retain=retain)

    def end(self):
        self.client.loop_stop()
        self.client.disconnect()


@pytest.fixture
def broker(tmp_path):
    made = Broker(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def live(broker):
    """A world that goes on, a hub with its thread, a bridge, and a home."""
    world = World(rooms=2, speed=4)
    hub = Hub([world], world.clock).start()
    bridge = Bridge(hub, Settings(host="127.0.0.1", port=broker.port), pauses_s=(0.05, 0.05)).start()
    home = Home(broker.port)
    until(lambda: len(home.parts) > 30 and home.heard["wellhearth/gateway"] == "online")
    yield world, hub, bridge, home
    home.end()
    bridge.stop()
    hub.stop()
    world.end()


@needs_mosquitto
def test_a_resident_turns_a_room_off_and_on_and_sees_it_within_two_seconds(live):
    world, _hub, bridge, home = live
    until(lambda: home.shows("room1_climate", "mode_state_template") == "heat")
    for word in ("off", "heat", "off", "heat"):
        begun = world.clock.mono()
        home.send("room1_climate", "mode_command_topic", word)
        until(lambda word=word: home.shows("room1_climate", "mode_state_template") == word)
        assert world.clock.mono() - begun < 2, "simulated seconds"
    home.send("room1_climate", "temperature_command_topic", "22.5")
    until(lambda: home.shows("room1_climate", "temperature_state_template") == 22.5)
    until(lambda: world.rig.points()["room1.setpoint_mc"] == 22500)
    home.send("room1_boost", "command_topic", home.parts["room1_boost"]["payload_press"])
    until(lambda: json.loads(home.heard["wellhearth/simulator-unit-100/room1"])["preset"] == "boost")
    home.send("room1_climate", "temperature_command_topic", "35")
    until(lambda: "allowed is 5000 to 30000" in home.heard["wellhearth/simulator-unit-100/refused"])
    assert home.shows("room1_climate", "temperature_state_template") == 22.5 and bridge.problem == ""


@needs_mosquitto
def test_an_old_wish_that_the_broker_kept_is_void(live, broker):
    world, hub, bridge, home = live
    bridge.stop()
    home.send("room1_climate", "mode_command_topic", "off", retain=True)
    until(lambda: home.heard["wellhearth/simulator-unit-100/room1/mode/set"] == "off")
    later = Bridge(hub, Settings(host="127.0.0.1", port=broker.port), pauses_s=(0.05, 0.05)).start()
    until(later.client.is_connected)
    time.sleep(0.5)
    assert world.rig.points()["room1.mode"] == 1
    later.stop()
    until(lambda: home.heard["wellhearth/gateway"] == "offline")


@needs_mosquitto
def test_home_assistant_s_birth_brings_everything_again_and_the_last_will_comes(live):
    _world, _hub, bridge, home = live
    topic = "homeassistant/device/wellhearth_simulator-unit-100_room1/config"
    before = home.count[topic]
    home.client.publish("homeassistant/status", "online")
    until(lambda: home.count[topic] > before and home.count["wellhearth/gateway"] > 1)
    bridge.client.socket().shutdown(socket.SHUT_RDWR)
    until(lambda: home.heard["wellhearth/gateway"] == "offline")
    until(lambda: home.heard["wellhearth/gateway"] == "online")


@needs_mosquitto
def test_a_node_that_is_away_is_said_and_a_broker_that_restarts_hears_all(live, broker):
    world, _hub, _bridge, home = live
    state = "wellhearth/simulator-unit-100/state"
    world.unplugged = True
    until(lambda: home.heard[state] == "offline")
    world.unplugged = False
    until(lambda: home.heard[state] == "online")
    broker.stop()
    home.heard.clear()
    time.sleep(0.2)
    broker.start()
    until(lambda: home.heard[state] == "online" and len(home.heard) >= 6, 15)


@needs_mosquitto
def test_a_broker_that_refuses_is_said(tmp_path):
    folder = tmp_path / "strict"
    folder.mkdir()
    strict = Broker(folder, anonymous=False)
    bridge = Bridge(Hub([]), Settings(host="127.0.0.1", port=strict.port, user="a", password="wrong"), pauses_s=(0.05, 0.05))
    bridge.start()
    try:
        until(lambda: "check user and password" in bridge.problem)
    finally:
        bridge.stop()
        strict.stop()


@needs_mosquitto
@pytest.mark.long(minutes=4)
def test_a_thousand_reconnects(live):
    _world, hub, bridge, home = live
    threads = threading.active_count()
    for n in range(1000):
        until(bridge.client.is_connected)
        done = len(home.gateway)
        bridge.client.socket().shutdown(socket.SHUT_RDWR)
        # The last will, and back. Not counted: paho sends again what was not acknowledged, so "online" may come twice.
        until(lambda done=done: "offline" in home.gateway[done:] and home.gateway[-1] == "online", 20)
        if n % 100 == 0:
            word = "off" if home.shows("room2_climate", "mode_state_template") == "heat" else "heat"
            home.send("room2_climate", "mode_command_topic", word)
            until(lambda word=word: home.shows("room2_climate", "mode_state_template") == word)
    assert threading.active_count() <= threads and len(hub.subscribers) == 1 and bridge.problem == ""


@needs_mosquitto
@pytest.mark.long(minutes=4)
def test_a_broker_that_is_dead_for_a_day_changes_nothing_in_the_house(broker):
    traces = []
    for dead in (False, True):
        world = World(rooms=1, paced=False)
        hub = Hub([world], world.clock)
        bridge = Bridge(hub, Settings(host="127.0.0.1", port=broker.port), pauses_s=(0.05, 0.05))
        if dead:
            bridge.start()
            until(bridge.client.is_connected)
            broker.stop()
        trace = []
        for _minute in range(24 * 60):
            world.run(60)
            hub.turn()
            points = world.rig.points()
            trace.append(tuple(points[f"room1.{name}"] for name in ("room_mc", "starts", "target_mc", "compressor_on"))
                         + (points["well.circulated_m3"], points["well.circulated_l"]))
        traces.append(trace)
        if dead:
            assert "no connection" in bridge.problem
            broker.start()
            home = Home(broker.port)
            now_c = round(points["room1.room_mc"] / 1000, 1)
            until(lambda: home.shows("room1_climate", "current_temperature_template") == now_c, 15)  # noqa: B023
            assert home.heard["wellhearth/gateway"] == "online"
            home.end()
            bridge.stop()
        world.end()
    assert traces[0] == traces[1] and traces[0][-1][1] > 20, "the control ran, and did the same"
