"""This node as the only client of a line of meters: one request at a time, a round of all of them every so many seconds.

A meter that does not answer gets one request in OFFLINE rounds, so that it cannot slow down the others. What it says becomes
a reading only when all its answers of one round came.
"""

from .. import diff_ms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ...app.far_meter import FarMeter
    from ...hardware import Serial
    from ...tables import sections, shapes


SIZE = 256
OFFLINE = 6
TRIES = 2
PAUSE_MS = 40  # between an answer and the next request: DL/T 645 wants 20 ms and more
IDLE, WAIT, PAUSE = range(3)


class MeterClient:
    """port: the board's line. p: the points of its counters. far_meters: app/far_meter.FarMeter of each.

    taken(meter, values): called with each whole reading. hub.calm asks `port` and `p`.
    """

    def __init__(self, port: "Serial", p: "shapes.Bus", cfg: "sections.MeterLine", far_meters: "list[FarMeter]",
                 taken: "Callable[[FarMeter, dict], None]"):
        self.port = port
        self.p = p
        self.cfg = cfg
        self.meters = far_meters
        self.taken = taken
        self.protocols = {meter: protocol(meter.map.PROTOCOL) for meter in far_meters}
        self.tx = bytearray(64)
        self.rx = bytearray(SIZE)
        self.n = 0
        self.state = PAUSE
        self.until_ms: "Any" = None
        self.begun_ms = 0
        self.at = 0  # the meter, and which of its requests
        self.ask = 0
        self.tries = 0
        self.rounds = 0
        self.values = {}

    def poll(self, now_ms: int) -> int:
        """One turn; returns ms until it wants the next one."""
        if self.until_ms is None:
            self.until_ms = self.begun_ms = now_ms
        n = self.port.receive(memoryview(self.rx)[self.n:])
        while n:
            self.p.frames += 1
            self.n = self.n + n if self.n + n < SIZE else 0
            if self.state == WAIT:
                self.look(now_ms)
            n = self.port.receive(memoryview(self.rx)[self.n:])
        if diff_ms(now_ms, self.until_ms) >= 0:
            if self.state == WAIT:
                self.give_up(now_ms)
            elif self.state == PAUSE:
                self.go_on(now_ms)
            else:
                self.next_round(now_ms)
        return max(1, diff_ms(self.until_ms, now_ms))

    def wait(self, state: int, now_ms: int, ms: int) -> None:
        """Until then."""
        self.state = state
        self.until_ms = now_ms + ms

    def next_round(self, now_ms: int) -> None:
        """All meters once more."""
        self.begun_ms = now_ms
        self.rounds += 1
        self.at = self.ask = self.tries = 0
        self.go_on(now_ms)

    def go_on(self, now_ms: int) -> None:
        """The next request, or the rest of the round."""
        meters = self.meters
        while self.at < len(meters):
            meter = meters[self.at]
            asked = meter.p.answers + meter.p.timeouts + meter.p.errors
            if meter.p.age_s < meter.silent_s or (self.rounds + self.at) % OFFLINE == 0 or not asked or self.ask:
                self.request(meter, now_ms)
                return
            self.at += 1
        self.p.round_ms = diff_ms(now_ms, self.begun_ms)
        self.p.rooms = sum([meter.p.ok for meter in meters])
        self.wait(IDLE, now_ms, max(1, self.cfg.round_s * 1000 - self.p.round_ms))

    def request(self, meter: "FarMeter", now_ms: int) -> None:
        """Ask it."""
        if not self.ask:
            self.values = {}
        self.n = 0
        n = self.protocols[meter].request(meter, meter.map.ASKS[self.ask], self.tx)
        self.port.send(self.tx, n)
        characters = n + SIZE // 2
        self.wait(WAIT, now_ms, self.cfg.timeout_ms + characters * self.port.char_us // 1000)

    def look(self, now_ms: int) -> None:
        """Is what has come so far an answer?"""
        meter = self.meters[self.at]
        found = self.protocols[meter].answer(meter, meter.map.ASKS[self.ask], self.rx, self.n, self.values)
        if not found:
            return
        if found < 0:
            meter.p.errors += 1
            self.p.errors += 1
            self.again(meter, now_ms)
            return
        self.p.answers += 1
        meter.p.answers += 1
        self.tries = 0
        self.ask += 1
        if self.ask == len(meter.map.ASKS):
            self.next_meter()
            self.taken(meter, self.values)
        self.wait(PAUSE, now_ms, PAUSE_MS)

    def give_up(self, now_ms: int) -> None:
        """No answer in time."""
        meter = self.meters[self.at]
        meter.p.timeouts += 1
        self.p.timeouts += 1
        if meter.p.answers == 0:
            meter.turned = not meter.turned
        self.again(meter, now_ms)

    def again(self, meter: "FarMeter", now_ms: int) -> None:
        """Once more, then the next meter."""
        self.tries += 1
        if self.tries >= TRIES or meter.p.age_s >= meter.silent_s:
            self.next_meter()
        self.wait(PAUSE, now_ms, PAUSE_MS)

    def next_meter(self) -> None:
        """This one is through."""
        self.at += 1
        self.ask = self.tries = 0


def protocol(name: str):
    """The module of a protocol."""
    return __import__(__name__.rpartition(".")[0] + "." + name, None, None, ("request",))
