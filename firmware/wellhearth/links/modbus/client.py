"""The well's node as the Modbus client of its rooms: reads demands, tells all of them the state of the water.

A round is one request to each room; the state of the water is a broadcast, at once when the permissive changes and every
second besides. A room that does not answer gets one request a round less often, so that it cannot slow down the others.
"""

from ...tables import kinds, points, refusals
from .. import diff_ms
from . import messages, registers, rtu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...equipment.bus_room import BusRoom
    from ...node.node import Node
    from ...tables import sections
    from ...tables.points import Block, Point
    from .messages import Message
    from .rtu import Line

TELL_MS = 1000
TIME_MS = 60000  # the time of day, as long as this node knows it
TURN_MS = 10000  # whose turn it is; at once when that changes, but no more often than the state of the water
PAUSE_MS = 20  # after a broadcast, in which the rooms deal with it
OFFLINE_ROUNDS = 4  # one request in so many rounds to a room that is not there
WRITE_TRIES = 3
ADDRESS_MAX = 247
POLL_COUNT = 2 * len(messages.REQUEST.rows)

IDLE, PAUSE, WAIT = range(3)


class BusClient:
    """Polls `rooms` (bus_room.BusRoom). cfg: the bus section. node: whose water it is."""

    def __init__(self, line: "Line", cfg: "sections.Bus", node: "Node", rooms: "list[BusRoom]"):
        self.line = line
        self.node = node
        self.rooms = rooms
        self.round_ms = cfg.round_ms
        self.timeout_ms = cfg.timeout_ms
        self.state = IDLE
        self.until_ms = 0
        self.told_ms = 0
        self.told = None
        self.timed_ms = -TIME_MS
        self.turn_ms = -TURN_MS
        self.turn = None  # what was said last
        self.begun_ms = 0
        self.next = 0
        self.rounds = 0
        self.current: "Any" = None  # the room that is asked
        self.guest: "Any" = None  # a bridge.Bridge: another line's request for one of the rooms
        self.probing = 0  # an address being tried by `scan`
        self.found = []
        self.writes = []  # [room, register, value, tries left]
        self.rows = {row.name: row for row in points.ROOM}

    def poll(self, now_ms: int) -> int:
        """One turn; returns ms until it wants the next one."""
        if self.told is None:
            self.told = -1
            self.told_ms = self.begun_ms = now_ms
            self.timed_ms = now_ms - TIME_MS
            self.turn_ms = now_ms - TURN_MS
        while self.line.receive():
            if self.state == WAIT:
                self.take(self.line.found)
        if self.state == WAIT and diff_ms(now_ms, self.until_ms) >= 0:
            self.give_up()
        elif self.state == PAUSE and diff_ms(now_ms, self.until_ms) >= 0:
            self.state = IDLE
        if self.state == IDLE:
            self.go_on(now_ms)
        return max(1, diff_ms(self.until_ms, now_ms))

    def go_on(self, now_ms: int) -> None:
        """The line is free: what is most urgent goes out."""
        source = self.node.source
        permissive = 1 if source.permissive and self.node.master.on else 0
        if permissive != self.told or diff_ms(now_ms, self.told_ms) >= TELL_MS:
            self.tell(permissive, now_ms)
            return
        if self.node.wall.day >= 0 and diff_ms(now_ms, self.timed_ms) >= TIME_MS:
            self.tell_time(now_ms)
            return
        since_ms = diff_ms(now_ms, self.turn_ms)
        if since_ms >= TURN_MS or (since_ms >= TELL_MS and self.node.together.said() != self.turn):
            self.tell_turn(now_ms)
            return
        if self.writes:
            self.ask_write(now_ms)
            return
        if self.guest is not None and self.guest.n:
            self.ask_guest(now_ms)
            return
        while self.next < len(self.rooms):
            far = self.rooms[self.next]
            self.next += 1
            if far.p.online or (self.rounds + self.next) % OFFLINE_ROUNDS == 0 or far.p.answers + far.p.timeouts == 0:
                self.ask(far.p.address, now_ms)
                self.current = far
                return
        if self.next == len(self.rooms):
            self.next += 1
            self.line.p.round_ms = diff_ms(now_ms, self.begun_ms)
            self.line.p.rooms = sum([far.p.online for far in self.rooms])
        if diff_ms(now_ms, self.begun_ms) >= self.round_ms:
            self.begun_ms = now_ms
            self.next = 0
            self.rounds += 1
        elif self.probing:
            self.current = None
            self.ask(self.probing, now_ms)
            return
        self.until_ms = now_ms + min(self.round_ms - diff_ms(now_ms, self.begun_ms), TELL_MS - diff_ms(now_ms, self.told_ms))

    # -- what goes out --

    def tell(self, permissive: int, now_ms: int) -> None:
        """The state of the water, to everybody."""
        source = self.node.source
        water = source.entering
        loop = self.node.loop
        enough = source.enough and (loop is None or loop.spare)
        now = {"permissive": permissive, "enough": 1 if enough else 0, "refused": 1 if source.refused else 0,
               "supply_mc": water.supply_mc, "supply_ok": water.supply_ok, "limit_pm": self.node.p.demand_limit_pm}
        self.broadcast(messages.GRANT, [now[row.name] for row in messages.GRANT.rows], now_ms)
        self.told = permissive
        self.told_ms = now_ms

    def tell_time(self, now_ms: int) -> None:
        """The time of day, to everybody."""
        clock = self.node.wall
        self.broadcast(messages.TIME, (clock.day, clock.ms // 1000), now_ms)
        self.timed_ms = now_ms

    def tell_turn(self, now_ms: int) -> None:
        """Who may start, and what the grid would like, to everybody."""
        self.turn = self.node.together.said()
        self.broadcast(messages.TURN, (self.node.p.grid_state,) + self.turn, now_ms)
        self.turn_ms = now_ms

    def broadcast(self, message: "Message", values: "Sequence[int]", now_ms: int) -> None:
        """One message to all rooms, and the time they need for it."""
        at = self.write(rtu.BROADCAST, message.first, values)
        self.state = PAUSE
        self.wait(now_ms, PAUSE_MS, at + 2)

    def head(self, code: int, first: int, count: int) -> int:
        """Function code, address and count into tx[1:6]; returns 6."""
        tx = self.line.tx
        tx[1] = code
        tx[2] = first >> 8
        tx[3] = first & 0xFF
        tx[4] = count >> 8
        tx[5] = count & 0xFF
        return 6

    def write(self, address: int, first: int, values: "Sequence[int]") -> int:
        """Send whole points from register `first` on; returns the length without the CRC."""
        tx = self.line.tx
        tx[0] = address
        at = self.head(registers.WRITE_REGISTERS, first, 2 * len(values))
        tx[at] = 4 * len(values)
        at += 1
        for value in values:
            at = registers.put_long(tx, at, value)
        self.line.send(at)
        return at

    def ask(self, address: int, now_ms: int) -> None:
        """Read what one room asks for."""
        self.line.tx[0] = address
        at = self.head(messages.REQUEST.code, messages.REQUEST.first, POLL_COUNT)
        self.line.send(at)
        self.state = WAIT
        self.wait(now_ms, self.timeout_ms, at + 2 + 5 + 2 * POLL_COUNT)

    def ask_write(self, now_ms: int) -> None:
        """Carry a command on to its room."""
        far, register, value, _tries = self.writes[0]
        self.current = far
        at = self.write(far.p.address, register, (value,))
        self.state = WAIT
        self.wait(now_ms, self.timeout_ms, at + 2 + 8)

    def ask_guest(self, now_ms: int) -> None:
        """Carry another line's request on to its room."""
        guest = self.current = self.guest
        guest.sent = True
        at = guest.n
        self.line.tx[:at] = guest.request[:at]
        self.line.send(at)
        self.state = WAIT
        self.wait(now_ms, self.timeout_ms, at + 2 + rtu.SIZE_MAX)

    def wait(self, now_ms: int, ms: int, characters: int) -> None:
        """Until `ms` after so many characters went over the line."""
        self.until_ms = now_ms + ms + (characters * self.line.port.char_us + 999) // 1000

    # -- what comes back --

    def take(self, found: list) -> None:
        """An answer. Nobody but the room that was asked may speak."""
        rx = self.line.rx
        tx = self.line.tx
        far = self.current
        for begin, end in found:
            if rx[begin] == tx[0] and rx[begin + 1] & 0x7F == tx[1]:
                self.state = IDLE
                self.line.p.answers += 1
                if far is None:
                    self.found.append(self.probing)
                    self.next_address()
                elif far is self.guest:
                    far.answer(rx, begin, end)
                elif tx[1] == registers.WRITE_REGISTERS:
                    self.written(rx[begin + 1] == tx[1])
                elif rx[begin + 1] == tx[1] and rx[begin + 2] == 2 * POLL_COUNT and end - begin == 5 + 2 * POLL_COUNT:
                    self.take_room(far, begin + 3)
                else:
                    far.p.errors += 1
                return

    def give_up(self) -> None:
        """No answer in time."""
        far = self.current
        self.state = IDLE
        self.line.p.timeouts += 1
        if far is None:
            self.next_address()
        elif far is self.guest:
            far.silent()
        else:
            far.p.timeouts += 1
            if self.line.tx[1] == registers.WRITE_REGISTERS:
                self.written(False)

    def next_address(self) -> None:
        """The search goes on; 0 at its end."""
        self.probing = self.probing + 1 if self.probing < ADDRESS_MAX else 0

    def take_room(self, far: "BusRoom", at: int) -> None:
        """A room's values into its points; one that is out of its range spoils the answer."""
        rx = self.line.rx
        now = {}
        for row in messages.REQUEST.rows:
            value = registers.long_at(rx, at)
            at += 4
            if not row.lo <= value <= row.hi:
                far.p.errors += 1
                return
            now[row.name] = value
        p = far.p
        p.demand_w = now["demand_w"]
        p.direction = now["direction"]
        p.compressor_on = now["compressor_on"]
        p.pump_on = now["pump_on"]
        p.state = now["state"]
        p.room_mc = now["room_mc"]
        p.target_mc = now["target_mc"]
        p.room_trips = now["trips"]
        if not any([write[0] is far for write in self.writes]):
            p.mode = now["mode"]
            p.setpoint_mc = now["setpoint_mc"]
        p.answers += 1
        p.online = 1
        far.fresh = True

    # -- commands for rooms --

    def forward(self, block: "Block", row: "Point", value: int) -> int:
        """An order for a far room: a code of tables/refusals."""
        for far in self.rooms:
            if far.p is block:
                if not far.p.online:
                    return refusals.OFFLINE
                if len(self.writes) >= len(self.rooms):
                    return refusals.BUS_FULL
                self.writes.append([far, kinds.ROOM.first + self.rows[row.name].register, value, WRITE_TRIES])
        return refusals.OK

    def written(self, good: bool) -> None:
        """The first waiting command was taken, or not."""
        first = self.writes[0]
        first[3] -= 1
        if good or first[3] == 0:
            self.writes.pop(0)
            if not good:
                first[0].p.errors += 1

    def scan(self) -> None:
        """Try every address between two rounds; `found` fills, `probing` is 0 at the end."""
        self.found = []
        self.probing = 1
