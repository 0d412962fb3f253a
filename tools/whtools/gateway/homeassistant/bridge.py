"""The MQTT side: announces, publishes what changed, and carries a resident's wishes to the hub.

Nothing here can hold up a node: the hub's thread only notes what changed; a broker that is away is tried again with
growing pauses (1 s to a minute), and what changed meanwhile is published as it stands then.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from ..nodes import Change, Hub, Node
from . import discovery, states, wishes
from .discovery import Named, Topics

WHO = "homeassistant@mqtt"
ONLINE, OFFLINE = "online", "offline"
WISHES_MOST = 64  # that wait; more are refused at once
PAUSES_S = (1, 60)


@dataclass(frozen=True)
class Settings:
    """How to reach the broker. ca: path of the certificate that signed the broker's; "": no TLS. lang: en or zh."""

    host: str = "localhost"
    port: int = 1883
    user: str = ""
    password: str = ""
    ca: str = ""
    prefix: str = "wellhearth"
    discovery: str = "homeassistant"
    lang: str = "en"
    client_id: str = "wellhearth-gateway"


class Bridge:
    """Between a hub and a broker."""

    def __init__(self, hub: Hub, settings: Settings, named: Named = lambda _node, _block: "",
                 pauses_s: tuple[float, float] = PAUSES_S):
        """named(node, block): what people call a node (block "") or a room."""
        self.hub = hub
        self.settings = settings
        self.named = named
        self.topics = Topics(settings.prefix, settings.discovery)
        self.said: dict[str, str] = {}  # topic: payload that the broker has
        self.announced: dict[str, set[str]] = {}  # node: ids of its devices
        self.wishes: queue.Queue[tuple[str, bytes] | None] = queue.Queue(WISHES_MOST)
        self.changed = threading.Event()
        self.ended = threading.Event()
        self.dirty: set[str] = set()  # nodes that changed since they were published
        self.fresh = False  # the broker has heard nothing from this connection yet
        self.lock = threading.Lock()
        self.problem = ""
        self.refused = False  # by the broker, at the last try
        self.client = self.make_client(pauses_s)
        self.threads = [threading.Thread(target=work, name=name, daemon=True)
                        for name, work in (("mqtt-publish", self.publish), ("mqtt-wishes", self.carry))]
        self.unsubscribe: Callable[[], None] = lambda: None

    def make_client(self, pauses_s: tuple[float, float]) -> mqtt.Client:
        """A clean session: wishes given while the gateway was away are void, not carried out late."""
        s = self.settings
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=s.client_id, clean_session=True)
        if s.user:
            client.username_pw_set(s.user, s.password)
        if s.ca:
            client.tls_set(ca_certs=s.ca)
        client.will_set(self.topics.gateway, OFFLINE, qos=1, retain=True)
        client.reconnect_delay_set(*pauses_s)  # type: ignore[arg-type]  # it takes fractions
        client.on_connect, client.on_disconnect, client.on_message = self.connected, self.disconnected, self.message
        return client

    def start(self) -> Bridge:
        """Connect as soon as the broker is there."""
        self.unsubscribe = self.hub.subscribe(self.heard)
        for thread in self.threads:
            thread.start()
        self.client.connect_async(self.settings.host, self.settings.port)
        self.client.loop_start()
        return self

    def stop(self) -> None:
        """Say goodbye."""
        self.unsubscribe()
        self.ended.set()
        self.changed.set()
        self.wishes.put(None)
        for thread in self.threads:
            thread.join(5)
        if self.client.is_connected():
            self.client.publish(self.topics.gateway, OFFLINE, qos=1, retain=True).wait_for_publish(2)
        self.client.disconnect()
        self.client.loop_stop()

    # -- the hub's thread --

    def heard(self, change: Change) -> None:
        """A node changed; what of it, is looked up by the thread that publishes."""
        with self.lock:
            self.dirty.add(change.node)
        self.changed.set()

    # -- paho's thread --

    def connected(self, client, _userdata, _flags, reason, _properties) -> None:
        """A new connection: nothing of what was said before counts."""
        self.refused = reason.is_failure
        if self.refused:
            self.problem = f"the MQTT broker {self.settings.host} refuses: {reason}; check user and password"
            return
        self.problem = ""
        client.subscribe([(f"{self.settings.discovery}/status", 1), (f"{self.settings.prefix}/+/+/+/set", 1)])
        self.anew()

    def anew(self) -> None:
        """Everything is to be said again."""
        with self.lock:
            self.fresh = True
        self.changed.set()

    def disconnected(self, _client, _userdata, _flags, reason, _properties) -> None:
        """paho tries again by itself."""
        if not self.ended.is_set() and not self.refused:
            self.problem = f"no connection to the MQTT broker {self.settings.host}:{self.settings.port} ({reason})"

    def message(self, _client, _userdata, message) -> None:
        """A wish, or Home Assistant's birth. A retained wish is an old one: nobody wishes it now."""
        if message.topic == f"{self.settings.discovery}/status":
            if message.payload == b"online":
                self.anew()
            return
        if message.retain:
            return
        try:
            self.wishes.put_nowait((message.topic, message.payload))
        except queue.Full:
            self.problem = f"more than {WISHES_MOST} wishes wait: one was dropped"

    # -- the thread that publishes --

    def publish(self) -> None:
        """Until the end: whatever differs from what the broker has."""
        while True:
            self.changed.wait()
            self.changed.clear()
            if self.ended.is_set():
                return
            if not self.client.is_connected():
                continue
            with self.lock:
                everything, dirty = self.fresh, self.dirty
                self.fresh, self.dirty = False, set()
                if everything:
                    self.said.clear()
            try:
                for topic, payload in self.wanted(None if everything else dirty).items():
                    self.say(topic, payload)
            except Exception as e:  # one odd node must not end the thread
                self.problem = f"publishing failed: {e!r}"

    def wanted(self, keys: set[str] | None = None) -> dict[str, str]:
        """{topic: payload} as it stands: of these nodes, None: of all. The gateway's own word comes last."""
        found: dict[str, str] = {}
        for key, node in self.hub.nodes().items():
            if keys is None or key in keys:
                found |= self.of_node(key, node)
        return found | {self.topics.gateway: ONLINE}

    def of_node(self, key: str, node: Node) -> dict[str, str]:
        """One node: its devices, its values, whether it answers."""
        far = not any(one.blocks("room") for one in self.hub.nodes().values())
        devices = discovery.devices(node, self.topics, self.settings.lang, self.named, far)
        found = {self.topics.config(device): text(payload) for device, payload in devices.items()}
        for gone in self.announced.get(key, set()) - devices.keys():
            found[self.topics.config(gone)] = ""  # Home Assistant removes what it has of it
        self.announced.setdefault(key, set()).update(devices)
        for block in node.tables:
            if block in node.rooms() or node.tables[block].kind in discovery.SENSORS:
                found[self.topics.block(key, block)] = text(states.of(node, block))
        found[self.topics.node(key)] = ONLINE if node.online else OFFLINE
        return found

    def say(self, topic: str, payload: str) -> None:
        """Publish, retained, unless the broker has it already."""
        if self.said.get(topic) == payload:
            return
        if self.client.publish(topic, payload, qos=1, retain=True).rc == mqtt.MQTT_ERR_SUCCESS:
            self.said[topic] = payload

    # -- the thread that carries wishes --

    def carry(self) -> None:
        """One after the other; what a node refuses is said, and the values as they are are said again."""
        while True:
            wish = self.wishes.get()
            if wish is None or self.ended.is_set():
                return
            topic, payload = wish
            try:
                key, why = self.order(topic, payload)
            except Exception as e:
                self.problem = f"a wish at {topic} failed: {e!r}"
                continue
            if why is not None and key:
                self.client.publish(self.topics.refused(key), why[:250], qos=1, retain=False)
                block_topic = topic.rsplit("/", 2)[0]
                self.said.pop(block_topic, None)  # Home Assistant shows again what is
                with self.lock:
                    self.dirty.add(key)
                self.changed.set()

    def order(self, topic: str, payload: bytes) -> tuple[str, str | None]:
        """(node, None when it was taken, else why not)."""
        plain, block, point = topic[len(self.settings.prefix) + 1:].split("/")[:3]
        for key, node in self.hub.nodes().items():
            if discovery.plain(key) == plain:
                value, why = wishes.read(node, block, point, payload)
                return key, why if value is None else self.hub.order(key, f"{block}.{point}", value, WHO)
        return "", f"no node is called {plain}"


def text(payload: dict[str, Any]) -> str:
    """JSON without spaces."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
