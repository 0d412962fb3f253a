"""MQTT 3.1.1 (OASIS, 2014), as much as a node needs: CONNECT with a will, PUBLISH at QoS 0, SUBSCRIBE, PUBACK at QoS 1.

Why our own: the scan shares its thread with the links, so a client must never wait. umqtt.simple2 looks names up with
getaddrinfo, sets its socket to blocking for TLS and polls it for up to `socket_timeout` in each read and write (its
simple2.py, `connect`, `_read`). mqtt_as, which micropython-mqtt-async repackages, awaits; but its `connect` calls
getaddrinfo and wrap_socket, which hold the thread as long as they take, it wants asyncio's loop where this node has its
own, it brings up the Wi-Fi itself, and it keeps every message in memory as a whole. Here a turn handles a few frames at
the most, buffers have a fixed size, a frame that does not fit is passed over, and what is long (announcements) is
streamed from a file.
"""

from .. import diff_ms
from . import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ...tables import sections, shapes

CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP = 0x20, 0x30, 0x40, 0x90, 0xD0
REST, NAME, JOIN, GREET, UP = range(5)
RX, TX = 512, 1280
FRAMES = 4  # in one turn
AGAIN_MS = 4000  # from the end of a connection, or of a try, to the next try
ANSWER_MS = 6000  # of the name, the connection, its greeting, a ping
ALIVE_S = 20  # the broker gives us up after one and a half times this
PING_MS = 8000


def text(words: str) -> bytes:
    """A string with its length before it (1.5.3)."""
    data = words.encode()
    return bytes((len(data) >> 8, len(data) & 255)) + data


def length_of(n: int) -> bytes:
    """A remaining length (2.2.3)."""
    found = b""
    while n > 127:
        found += bytes((n & 127 | 128,))
        n >>= 7
    return found + bytes((n,))


class Client:
    """One connection to a broker, kept up by `poll`.

    find(host, now_ms): address or "". context: for TLS, or None. block: points `broker`, `tries`, `bad_frames`. heard(topic,
    payload, retained): a message came. up(): the connection is greeted, speak.
    """

    def __init__(self, cfg: "sections.Network", find: "Callable[[str, int], str]", block: "shapes.Radio",
                 context: "Any" = None):
        self.cfg = cfg
        self.find = find
        self.block = block
        self.context = context
        self.name = self.user = self.password = self.will = ""
        self.subscriptions: "tuple[str, ...]" = ()
        self.heard: "Any" = None
        self.up: "Any" = None
        self.wire: "Any" = None
        self.state = REST
        self.since_ms = -1  # of this state
        self.sent_ms = self.pinged_ms = 0
        self.rx = bytearray(RX)
        self.n = 0
        self.skip = 0  # bytes of a frame that does not fit
        self.tx = bytearray(TX)
        self.view = memoryview(self.tx)
        self.begin = self.end = 0
        self.file: "Any" = None  # what is streamed, and how much of it is left
        self.left = 0

    # -- out --

    def room(self) -> int:
        """Bytes that may be put."""
        return 0 if self.left else TX - (self.end - self.begin)

    def put(self, data: bytes) -> None:
        """Behind what waits; `room` has said that it fits."""
        if self.end + len(data) > TX:
            self.move()
        self.tx[self.end:self.end + len(data)] = data
        self.end += len(data)

    def move(self) -> None:
        """What waits, to the begin of the buffer."""
        n = self.end - self.begin
        self.tx[:n] = self.tx[self.begin:self.end]
        self.begin, self.end = 0, n

    def publish(self, topic: str, payload: bytes, retain: bool = True) -> bool:
        """A message of QoS 0; False: no room now, or never."""
        head = text(topic)
        size = len(head) + len(payload)
        if self.state != UP or self.room() < size + 5:
            return False
        self.put(bytes((PUBLISH | retain,)) + length_of(size) + head + payload)
        return True

    def stream(self, topic: str, file: "Any", size: int) -> bool:
        """A retained message of `size` bytes out of an open file, as the connection takes them; `left` is 0 behind it."""
        head = text(topic)
        if self.state != UP or self.room() < len(head) + 5:
            return False
        self.put(bytes((PUBLISH | 1,)) + length_of(len(head) + size) + head)
        self.file = file
        self.left = size
        return True

    def fill(self) -> None:
        """More of what is streamed."""
        self.move()
        n = self.file.readinto(self.view[self.end:self.end + min(self.left, TX - self.end)])
        if not n:  # the file is shorter than its own word: what was begun cannot be ended
            self.left = 0
            self.end_it(self.sent_ms)
            return
        self.end += n
        self.left -= n

    def flush(self, now_ms: int) -> bool:
        """Send what the connection takes; False when it is gone."""
        for _ in range(FRAMES):
            if self.left and self.end - self.begin < TX >> 1:
                self.fill()
            if self.begin == self.end or self.wire is None:
                break
            n = self.wire.write(self.view[self.begin:self.end])
            if n < 0:
                return False
            if not n:
                break
            self.sent_ms = now_ms
            self.begin += n
        if self.begin == self.end:
            self.begin = self.end = 0
        return True

    # -- turns --

    def poll(self, now_ms: int) -> int:
        """A turn; ms until the next one is wanted."""
        if self.state == REST:
            if self.since_ms < 0 or diff_ms(now_ms, self.since_ms) >= AGAIN_MS:
                self.enter(NAME, now_ms)
            return 100
        if self.state == NAME:
            self.look_up(now_ms)
        elif self.state == JOIN:
            self.join(now_ms)
        elif not self.flush(now_ms) or not self.listen() or not self.alive(now_ms):
            self.end_it(now_ms)
        if self.state != UP and self.state != REST and diff_ms(now_ms, self.since_ms) > ANSWER_MS:
            self.end_it(now_ms)
        return 20

    def enter(self, state: int, now_ms: int) -> None:
        """Another state, for people too."""
        self.state = state
        self.since_ms = now_ms
        self.block.broker = state

    def look_up(self, now_ms: int) -> None:
        """The name has an address: connect."""
        address = self.find(self.cfg.broker, now_ms)
        if not address:
            return
        self.block.tries = (self.block.tries + 1) & 0xFFFFFF
        try:
            self.wire = wire.open_wire(address, self.cfg.port, self.context, self.cfg.broker)
            self.enter(JOIN, now_ms)
        except OSError:
            self.end_it(now_ms)

    def join(self, now_ms: int) -> None:
        """The connection stands: greet."""
        state = self.wire.state()
        if state == wire.CLOSED:
            self.end_it(now_ms)
        elif state == wire.OPEN:
            self.begin = self.end = self.n = self.skip = self.left = 0
            flags = 2 | (4 | 32 | 8 if self.will else 0) | (128 if self.user else 0) | (64 if self.password else 0)
            body = b"\0\4MQTT\4" + bytes((flags, ALIVE_S >> 8, ALIVE_S & 255)) + text(self.name)
            for given in ((self.will, "offline") if self.will else ()) + (self.user, self.password):
                if given:
                    body += text(given)
            self.put(b"\x10" + length_of(len(body)) + body)
            self.enter(GREET, now_ms)

    def alive(self, now_ms: int) -> bool:
        """Whether the other end still answers; asks it now and then."""
        if self.state != UP:
            return True
        if self.pinged_ms >= 0:
            return diff_ms(now_ms, self.pinged_ms) < ANSWER_MS
        if diff_ms(now_ms, self.since_ms) >= PING_MS and self.room() >= 2:
            self.put(b"\xc0\0")
            self.pinged_ms = self.since_ms = now_ms
        return True

    def listen(self) -> bool:
        """A few frames; False when the connection is to end."""
        if self.wire is None:
            return False
        n = self.wire.read(memoryview(self.rx)[self.n:]) if self.n < RX else 0
        if n < 0:
            return False
        self.n += n
        for _ in range(FRAMES):
            used = self.frame()
            if used <= 0:
                return not used
            self.n -= used
            self.rx[:self.n] = self.rx[used:used + self.n]
        return True

    def frame(self) -> int:
        """Handle what stands at the begin of the buffer: bytes used, 0: not whole yet, -1: this is no MQTT."""
        if self.skip:
            used = min(self.skip, self.n)
            self.skip -= used
            return used
        size = i = 0
        for i in range(1, 6):
            if i >= self.n:
                return 0
            if i == 5:
                return -1
            size |= (self.rx[i] & 127) << 7 * (i - 1)
            if self.rx[i] < 128:
                break
        end = i + 1 + size
        if end > RX:
            self.bad()
            self.skip = end
            return self.frame()
        if self.n < end:
            return 0
        return end if self.handle(self.rx[0], i + 1, end) else -1

    def bad(self) -> None:
        """Counted."""
        self.block.bad_frames = (self.block.bad_frames + 1) & 0xFFFFFF

    def handle(self, kind: int, at: int, end: int) -> bool:
        """A whole frame rx[at:end] behind its head; False when the connection is to end."""
        if kind & 0xF0 == PUBLISH:
            return self.state == UP and self.message(kind, at, end)
        if kind == CONNACK and end - at == 2 and self.state == GREET:
            if self.rx[at + 1]:
                return False
            self.subscribe()
            return True
        if kind == PINGRESP:
            self.pinged_ms = -1
        elif kind not in (SUBACK, PUBACK):
            self.bad()
            return False
        return True

    def subscribe(self) -> None:
        """The broker is there."""
        body = b"\0\1"
        for topic in self.subscriptions:
            body += text(topic) + b"\1"
        self.put(b"\x82" + length_of(len(body)) + body)
        self.pinged_ms = -1
        self.enter(UP, self.since_ms)
        self.up()

    def message(self, kind: int, at: int, end: int) -> bool:
        """A PUBLISH; one of QoS 1 is acknowledged. False for what no broker may send."""
        size = self.rx[at] << 8 | self.rx[at + 1] if end - at >= 2 else RX
        begin = at + 2 + size
        quality = kind >> 1 & 3
        if begin + 2 * (quality > 0) > end or quality > 1:
            self.bad()
            return False
        topic = bytes(self.rx[at + 2:begin])
        if quality:
            if self.room() >= 4:
                self.put(b"\x40\2" + bytes(self.rx[begin:begin + 2]))
            begin += 2
        self.heard(topic, bytes(self.rx[begin:end]), kind & 1)
        return True

    def end_it(self, now_ms: int) -> None:
        """This connection is over; the next try in AGAIN_MS."""
        self.drop()
        self.enter(REST, now_ms)

    def drop(self) -> None:
        """Let go of the socket and of what waits."""
        if self.wire is not None:
            self.wire.close()
            self.wire = None
        self.begin = self.end = self.n = self.skip = self.left = 0
        self.state = REST
        self.block.broker = REST
