"""Telemetry of many houses from one broker into one database.

    wellhearth/HOUSE/gateway         online, offline (last will) of a house's gateway
    wellhearth/HOUSE/NODE/state      online, offline (last will of a board)
    wellhearth/HOUSE/NODE/BLOCK      a block's values as JSON, as the gateways' bridge and the boards publish them

A house's gateway or board has `prefix = "wellhearth/HOUSE"`; the broker lets its user publish below that and nowhere else
(tools/fleet/). The fleet only listens: it gives no orders. What is no message of a house is counted and dropped.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import paho.mqtt.client as mqtt
import sqlalchemy as sa
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy.exc import SQLAlchemyError

from ..history.schema import LINE
from . import values
from .tens import Tens

HOUSES_MAX, SERIES_MAX = 20_000, 400  # series of one house: a house with 8 rooms has 90
PAUSES_S = (1, 60)


@dataclass(frozen=True)
class Settings:
    """How to reach the broker. ca: path of the certificate that signed the broker's; "": no TLS."""

    host: str = "localhost"
    port: int = 1883
    user: str = ""
    password: str = ""
    ca: str = ""
    prefix: str = "wellhearth"
    client_id: str = "wellhearth-fleet"


@dataclass
class House:
    """What is known of a house now. seen: UTC of its last word that was not an old one. away: its gateway said goodbye."""

    seen: float = 0.0
    away: bool = False
    offline: set[str] = field(default_factory=set)
    alarms: set[tuple[str, str, str, str]] = field(default_factory=set)  # node, block, event, cause
    paths: set[tuple[str, str]] = field(default_factory=set)


class Subscriber:
    """`start`, `stop`; `houses()` is what the page shows."""

    def __init__(self, engine: sa.Engine, settings: Settings, now=time.time, pauses_s: tuple[float, float] = PAUSES_S):
        self.engine, self.settings, self.now = engine, settings, now
        self.tens = Tens(engine)
        self.lock = threading.Lock()
        self.known: dict[str, House] = {}
        self.lines: list[dict] = []
        self.messages = self.refused = 0
        self.deaf, self.since = True, 0.0  # no connection; UTC of the one that is
        self.problem = ""
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=settings.client_id, clean_session=True)
        if settings.user:
            client.username_pw_set(settings.user, settings.password)
        if settings.ca:
            client.tls_set(ca_certs=settings.ca)
        client.reconnect_delay_set(*pauses_s)  # type: ignore[arg-type]  # it takes fractions
        client.on_connect, client.on_disconnect, client.on_message = self.connected, self.disconnected, self.message
        self.client = client

    def start(self) -> Subscriber:
        """Connect as soon as the broker is there."""
        self.client.connect_async(self.settings.host, self.settings.port)
        self.client.loop_start()
        return self

    def stop(self) -> None:
        """No more messages; what has ended is written."""
        self.client.disconnect()
        self.client.loop_stop()
        self.flush()

    def connected(self, client, _userdata, _flags, reason, _properties) -> None:
        """Listen to everything below the prefix."""
        if reason.is_failure:
            self.problem = f"the MQTT broker {self.settings.host} refuses: {reason}; check user and password"
            return
        self.problem, self.deaf, self.since = "", False, self.now()
        client.subscribe([(f"{self.settings.prefix}/+/+/+", 1), (f"{self.settings.prefix}/+/gateway", 1)])

    def disconnected(self, _client, _userdata, _flags, reason, _properties) -> None:
        """paho tries again by itself."""
        self.deaf = True
        if reason.is_failure and not self.problem:
            self.problem = f"no connection to the MQTT broker {self.settings.host}:{self.settings.port} ({reason})"

    def message(self, _client, _userdata, message) -> None:
        """One message; nothing in it may end paho's thread."""
        self.messages += 1
        try:
            self.take(message.topic, message.payload, message.retain, self.now())
        except ValueError:
            self.refused += 1

    def take(self, topic: str, payload: bytes, old: bool, at: float) -> None:
        """old: what the broker kept, of an unknown time: it says how things stand, and is no measurement of now."""
        house_key, *rest = topic[len(self.settings.prefix) + 1:].split("/")
        node, block = ("gateway", "") if rest == ["gateway"] else rest
        if not all(values.WORD.fullmatch(word) for word in (house_key, node, block or node)):
            raise values.Refused("a name that is none of ours")
        if block not in ("", "state") and values.kind_of(block) not in values.KEPT:
            return  # the bridge's own words and blocks that a fleet keeps nothing of
        with self.lock:
            if house_key not in self.known and len(self.known) >= HOUSES_MAX:
                raise values.Refused("too many houses")
            house = self.known.setdefault(house_key, House())
        if not block:
            house.away = payload != b"online"
            return
        if block == "state":
            (house.offline.discard if payload == b"online" else house.offline.add)(node)
            return
        said = values.parse(payload)
        found = values.points(block, said)
        new = {(node, path) for path in found} - house.paths
        if len(house.paths) + len(new) > SERIES_MAX:
            raise values.Refused("too many values of one house")
        with self.lock:
            house.paths |= new
            self.alarms(house_key, house, node, block, values.faults(said), at)
        if not old:
            house.seen = at
            self.tens.take(f"{house_key}/{node}", found, at)

    def alarms(self, key: str, house: House, node: str, block: str, now: set[tuple[str, str]], at: float) -> None:
        """Keep what is wrong with a block; what is new becomes a line of the journal. The lock is held."""
        before = {one for one in house.alarms if one[:2] == (node, block)}
        after = {(node, block, event, cause) for event, cause in now}
        for _node, _block, event, cause in sorted(after - before):
            self.lines.append({"node": f"{key}/{node}", "number": 0, "at": int(at), "event": event, "place": block[:20],
                               "key": cause, "was": "", "value": "", "who": "", "text": ""})
        house.alarms = (house.alarms - before) | after

    def flush(self) -> int:
        """Write tens that have ended, and alarms; returns how many tens."""
        with self.lock:
            lines, self.lines = self.lines, []
        try:
            if lines:
                with self.engine.begin() as connection:
                    connection.execute(sa.insert(LINE), lines)
            return self.tens.flush(self.now())
        except SQLAlchemyError as e:
            self.problem = f"history cannot be written: {e.__class__.__name__}; is the disk full, the database up?"
            return 0

    def houses(self) -> dict[str, House]:
        """All that have ever said something since the start."""
        with self.lock:
            return dict(self.known)
