"""What a node says and hears over MQTT: the gateway's topics, without a gateway.

    PREFIX/UNIT/state               online, offline (last will)
    PREFIX/UNIT/BLOCK               a block's values as JSON (states.py), retained
    PREFIX/UNIT/BLOCK/POINT/set     a resident's wish for his own room; it expires, and can be switched off
    PREFIX/UNIT/order               a signed order (links/signed.py), and what became of it at .../order/answer
    PREFIX/UNIT/refused             why the last wish was not taken
    DISCOVERY/device/ID/config      what Home Assistant makes entities from: announce.txt, written by `wellhearth provision`

A broker is trusted with nothing else: who may publish there can do what stands at the wall of the rooms, for ten minutes.
"""

from binascii import crc32

from ...tables import kinds, refusals
from .. import commands, diff_ms, orders
from . import mqtt, states

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...tables import sections
    from ..hub import Hub
    from .mqtt import Client

ANNOUNCE = "announce.txt"
LINK = "mqtt"
LEAST_MS, NODE_MS = 2000, 60_000  # between two words about one block; the node's uptime is no news
WORDS_MAX = 32  # bytes of a wish
TAKEN = ("mode", "setpoint_mc", "fan_fixed_pm", "boost_min")


def plain(text: str) -> str:
    """A name as a topic takes it: letters, digits, `_` and `-`."""
    return "".join([c if c.isalpha() or c.isdigit() or c in "_-" else "-" for c in text])


class House:
    """The node behind a client. unit: its id."""

    def __init__(self, hub: "Hub", cfg: "sections.Network", unit: str, client: "Client"):
        self.hub = hub
        self.cfg = cfg
        self.client = client
        self.layer = hub.commands
        self.root = cfg.prefix + "/" + plain(unit)
        if cfg.plain_orders:
            self.layer.links[LINK] = commands.Link("b", None, 8, 1)
        self.blocks = [block for block in hub.node.points.blocks if block.kind.name in states.KEYS]
        self.said = [(0, -1)] * len(self.blocks)  # CRC of what the broker has of each, and when it was said
        self.next = 0
        self.file: "Any" = None  # of announcements, while they are said
        self.online = False
        self.pending = []  # (topic, payload) to be said soon
        self.now_ms = 0
        client.will = self.root + "/state"
        client.subscriptions = (cfg.discovery + "/status", self.root + "/+/+/set", self.root + "/order")
        client.heard = self.heard
        client.up = self.anew

    def anew(self) -> None:
        """The broker knows nothing of us: everything is said again."""
        self.said = [(0, -1)] * len(self.blocks)
        self.online = False
        self.close()
        try:
            self.file = open(ANNOUNCE, "rb")
        except OSError:
            pass  # not provisioned for Home Assistant: values alone

    def close(self) -> None:
        """No announcement is under way."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def poll(self, now_ms: int) -> int:
        """A turn: at most one message is made."""
        self.now_ms = now_ms
        wish_ms = self.client.poll(now_ms)
        if self.client.state != mqtt.UP or self.client.left:
            return wish_ms
        if self.pending:
            topic, payload = self.pending[0]
            if self.client.publish(topic, payload, False):
                self.pending.pop(0)
        elif self.file is not None:
            self.announce()
        elif not self.values(now_ms) and not self.online:
            self.online = self.client.publish(self.root + "/state", b"online")
        return wish_ms

    def announce(self) -> None:
        """The next device of the file: a line `TOPIC SIZE`, so many bytes, a line's end."""
        if self.client.end != self.client.begin:
            return
        line = self.file.readline()
        words = (self.file.readline() if line == b"\n" else line).strip().split(b" ")
        if len(words) != 2 or not words[1].isdigit():
            self.close()
        elif not self.client.stream(words[0].decode(), self.file, int(words[1])):
            self.close()

    def values(self, now_ms: int) -> bool:
        """The next block whose values are other than what the broker has; whether there was one."""
        for _ in range(len(self.blocks)):
            i = self.next
            self.next = (i + 1) % len(self.blocks)
            crc, at_ms = self.said[i]
            least_ms = NODE_MS if self.blocks[i].kind is kinds.NODE else LEAST_MS
            if at_ms >= 0 and 0 <= diff_ms(now_ms, at_ms) < least_ms:
                continue
            payload = states.of(self.blocks[i])
            now = crc32(payload)
            if at_ms < 0 or now != crc:
                if self.client.publish(self.root + "/" + self.blocks[i].name, payload):
                    self.said[i] = now, now_ms
                return True
            self.said[i] = crc, now_ms
        return False

    # -- what comes --

    def heard(self, topic: bytes, payload: bytes, retained: int) -> None:
        """A message. A retained wish is an old one: nobody wishes it now."""
        try:
            name = topic.decode()
            text = payload.decode()
        except ValueError:
            self.client.bad()
            return
        if name == self.cfg.discovery + "/status":
            if text == "online":
                self.anew()
        elif retained:
            pass
        elif name == self.root + "/order":
            self.layer.signed().post(text.strip(), self.now_ms, self.answered)
        else:
            self.wish(name, text)

    def answered(self, code: int, words: str) -> None:
        """What became of a signed order."""
        self.tell("/order/answer", "%d %s" % (code, words) if code else "0 ok")

    def tell(self, topic: str, text: str) -> None:
        """Said soon; who does not listen misses it."""
        if len(self.pending) < 4:
            self.pending.append((self.root + topic, text[:250].encode()))

    def wish(self, name: str, text: str) -> None:
        """A resident's wish for a room; what is refused is said, and what holds is said again."""
        words = name[len(self.root) + 1:].split("/")
        value = None
        if len(words) == 3 and words[1] in TAKEN and words[0][:4] in ("room", "far" + words[0][3:4]):
            value = states.wish(words[1], text) if len(text) <= WORDS_MAX else None
        if value is None:
            self.client.bad()
            return
        order = orders.Order(LINK, "b", LINK, words[0] + "." + words[1], value)
        code = self.layer.give(order)
        for i in range(len(self.blocks)):
            if self.blocks[i].name == words[0]:
                self.said[i] = 0, -1
        if code != refusals.OK:
            self.tell("/refused", self.layer.words(order, code))

    def down(self) -> None:
        """The radio is gone, and the connection with it."""
        self.close()
        self.client.drop()
