"""This node as the only client of a line of well nodes and field devices: what is told first, then a round of what is
read.

However much there is to tell, every second frame asks: no silence comes of our own talk. What changed is written at once,
everything again every REFRESH_MS. Who does not answer gets one request in OFFLINE rounds, so that it cannot slow down the
others.
"""

from .. import diff_ms
from . import frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...equipment.station import Station
    from ...tables import sections
    from ..modbus.rtu import Line

OFFLINE = 6
TRIES = 2
REFRESH_MS = 10000  # a sixth of a device's communication watchdog
IDLE, WAIT = range(2)


class FieldClient:
    """Serves `stations` (equipment/station.Station) of one line. cfg: its section of plant.lines."""

    def __init__(self, line: "Line", cfg: "sections.Line", stations: "list[Station]"):
        self.line = line
        self.cfg = cfg
        self.stations = stations
        self.state = IDLE
        self.until_ms: "Any" = None
        self.begun_ms = 0
        self.refresh_ms = 0
        self.current: "Any" = None  # the station that is asked
        self.read: "Any" = None  # and which of its READS; None while it is told something
        self.write = 0  # which of its WRITES
        self.at = 0  # in this round: the station, and which of its READS
        self.ask = 0
        self.told = 0  # whose turn it is to be told something
        self.tries = 0
        self.rounds = 0

    def poll(self, now_ms: int) -> int:
        """One turn; returns ms until it wants the next one."""
        if self.until_ms is None:
            self.until_ms = self.begun_ms = self.refresh_ms = now_ms
        while self.line.receive():
            if self.state == WAIT:
                self.take()
        if self.state == WAIT and diff_ms(now_ms, self.until_ms) >= 0:
            self.give_up()
            self.state = IDLE
        if self.state == IDLE:
            self.go_on(now_ms)
        return max(1, diff_ms(self.until_ms, now_ms))

    def go_on(self, now_ms: int) -> None:
        """The line is free: who is to be told something, then who is to be asked, then the rest of the round."""
        if diff_ms(now_ms, self.refresh_ms) >= REFRESH_MS:
            self.refresh_ms = now_ms
            for one in self.stations:
                one.refresh()
        p = self.line.p
        took_ms = diff_ms(now_ms, self.begun_ms)
        if self.at == len(self.stations):  # once a round
            self.at += 1
            p.round_ms = took_ms
            p.rooms = min(32, sum([one.p.online for one in self.stations]))
        if self.at > len(self.stations) and took_ms >= self.cfg.round_ms:
            self.begun_ms = now_ms
            self.at = self.ask = 0
            self.rounds += 1
        if self.read is None and self.next_read(now_ms):
            return
        if not self.tell(now_ms) and not self.next_read(now_ms):
            self.until_ms = now_ms + 20  # what changes meanwhile is told soon

    def due(self, one: "Station", i: int) -> bool:
        """Whether this round asks or tells a station: always when it answers, now and then when it does not."""
        return not one.lost or (self.rounds + i) % OFFLINE == 0

    def tell(self, now_ms: int) -> bool:
        """One frame of what changed; each station in its turn."""
        stations = self.stations
        n = len(stations)
        for k in range(n):
            i = (self.told + k) % n
            one = stations[i]
            if one.changed:
                one.changed = False
                one.refresh()
            if one.writes and self.due(one, i):
                self.told = i
                self.write = one.writes.pop(0)  # now: what changes while it is on its way is told again
                self.send(one, None, frames.write(self.line.tx, one, self.write), 8, now_ms)
                return True
        return False

    def next_read(self, now_ms: int) -> bool:
        """The next request of this round."""
        while self.at < len(self.stations):
            one = self.stations[self.at]
            reads = one.map.READS
            while self.ask < len(reads) and self.due(one, self.at):
                read = reads[self.ask]
                if self.rounds % read[3] == 0 or not one.got >> self.ask & 1:
                    n, answer = frames.ask(self.line.tx, one, read)
                    self.send(one, read, n, answer, now_ms)
                    return True
                self.ask += 1
            self.at += 1
            self.ask = 0
        return False

    def send(self, one: "Station", read: "tuple | None", n: int, answer: int, now_ms: int) -> None:
        """tx[0:n] goes out; so many bytes are awaited."""
        self.current = one
        self.read = read
        self.state = WAIT
        self.line.send(n)
        characters = n + 2 + answer
        self.until_ms = now_ms + self.cfg.timeout_ms + (characters * self.line.port.char_us + 999) // 1000

    def take(self) -> None:
        """An answer; nobody but the one that was asked may speak."""
        line = self.line
        rx = line.rx
        tx = line.tx
        for begin, end in line.found:
            if rx[begin] != tx[0] or rx[begin + 1] & 0x7F != tx[1]:
                continue
            one = self.current
            one.lost = False
            good = frames.told(rx, begin, end, tx) if self.read is None else frames.take(rx, begin, end, one, self.read)
            line.p.answers += 1
            if good:
                one.p.answers += 1
                if self.read is not None:
                    one.heard(self.ask)
                self.forward()
            else:
                one.p.errors += 1
                self.again()
            self.state = IDLE  # the port has heard the silence behind it
            return

    def give_up(self) -> None:
        """No answer in time."""
        one = self.current
        one.p.timeouts += 1
        self.line.p.timeouts += 1
        if not one.ok:
            one.lost = True
            one.forget()
        self.again()

    def again(self) -> None:
        """Once more, then whoever is next: what could not be told is told with the next refresh."""
        one = self.current
        self.tries += 1
        if self.tries >= TRIES or one.lost:
            self.forward()
        elif self.read is None and self.write not in one.writes:
            one.writes.insert(0, self.write)

    def forward(self) -> None:
        """This request is through."""
        self.tries = 0
        if self.read is None:
            self.told += 1
        else:
            self.ask += 1
