"""The hub: one thread that finds nodes, reads them, carries orders, refreshes wishes, and tells subscribers what changed."""

from __future__ import annotations

import datetime
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field

from .holds import Hold, Holds
from .node import Entry, Node, Trip
from .transport import Clock, Silent, Unusable, Way
from .views import Views

PERIOD_S = 1.0
SEARCH_S = 5.0  # between two searches while something is missing, or may be
LIVE_S = 2.0  # of a round: rooms that a well shows are read in rotation for so long, at least
LEAST = 2  # of them
SILENT_READS = 3  # lost readings until a node counts as away
AGAIN_S = (0.0, 0.6, 1.1)  # after an order its node is read out of turn: at once, and until its control has worked with it
SIGNED_S = 15.0  # of a signed order: the node writes it to its flash first
ORDER_S = 10.0  # real seconds that an order waits for its answer


@dataclass(frozen=True)
class Change:
    """What a subscriber hears. values: the points that changed, by path; at: UTC seconds since 1970.

    news: "found", "back", "away", "" (only values). dropped: wishes that somebody on the spot ended.
    """

    node: str
    at: float
    values: dict[str, int]
    online: bool
    news: str = ""
    journal: tuple[Entry, ...] = ()
    dropped: tuple[Hold, ...] = ()


@dataclass
class Order:
    """A wish on its way through the hub's queue."""

    node: str
    path: str
    value: int
    who: str
    signed: str = ""  # a signed order that is passed on; then path, value and who are not used
    answer: Future = field(default_factory=Future)


class Hub:
    """ways: where nodes hang. `turn` is one round of the thread; tests call it themselves."""

    def __init__(self, ways: Iterable[Way], clock: Clock | None = None, period_s: float = PERIOD_S):
        self.ways = list(ways)
        self.clock = clock or Clock()
        self.period_s = period_s
        self.holds = Holds()
        self.views = Views()
        self.problems: dict[str, str] = {}  # way: why it cannot be used, for a person
        self.by_key: dict[str, Node] = {}
        self.way_of: dict[str, Way] = {}
        self.missed: dict[str, int] = {}
        self.searched: dict[str, float] = {}
        self.seen: dict[str, set[Trip]] = {}
        self.observed: dict[str, int] = {}  # numbers of journal lines that the hub writes itself
        self.subscribers: list[Callable[[Change], None]] = []
        self.orders: queue.Queue[Order] = queue.Queue()
        self.ordered: dict[str, list[float]] = {}  # who took an order: when to read him out of his turn, monotonic seconds
        self.ended = threading.Event()
        self.thread: threading.Thread | None = None

    # -- any thread --

    def subscribe(self, call: Callable[[Change], None]) -> Callable[[], None]:
        """call(Change) from the hub's thread, quickly; returns what ends it."""
        self.subscribers = [*self.subscribers, call]

        def end() -> None:
            self.subscribers = [one for one in self.subscribers if one is not call]
        return end

    def nodes(self) -> dict[str, Node]:
        """Every node that was found, by key; those away too."""
        return dict(self.by_key)

    def order(self, node: str, path: str, value: int, who: str, timeout_s: float = ORDER_S) -> str | None:
        """Give an order and wait: None when the node took it, else why not, in words."""
        if node not in self.by_key:
            return f"no node is called {node}"
        return self.wait(Order(node, path, value, who), timeout_s)

    def signed(self, node: str, text: str, timeout_s: float = SIGNED_S) -> str | None:
        """Pass on an order that somebody signed, and wait: None when the node took it, else why not, in words."""
        if node not in self.by_key:
            return f"no node is called {node}"
        return self.wait(Order(node, "", 0, "", text), timeout_s)

    def wait(self, order: Order, timeout_s: float) -> str | None:
        """What the hub's thread says of it."""
        self.orders.put(order)
        try:
            return order.answer.result(timeout_s)
        except TimeoutError:
            order.answer.cancel()
            return "the line is busy: give it again in a few seconds"

    def start(self) -> Hub:
        """Run in a thread of its own."""
        self.thread = threading.Thread(target=self.run, name="hub", daemon=True)
        self.thread.start()
        return self

    def stop(self) -> None:
        """End the thread, free every way."""
        self.ended.set()
        if self.thread is not None:
            self.thread.join(10)
        for way in self.ways:
            way.close()

    # -- the hub's thread --

    def run(self) -> None:
        """Rounds, until `stop`; an order does not wait for the next one."""
        due = self.clock.mono()
        while not self.ended.is_set():
            self.turn()
            due = max(due + self.period_s, self.clock.mono())
            while not self.ended.is_set() and self.clock.mono() < due:
                self.wait_on_people()
                self.clock.sleep(min(0.05, max(0.0, due - self.clock.mono())))

    def turn(self) -> None:
        """One round: search where it is due, read each node, obey. Who took an order is read next, not in its turn; rooms
        that their well shows (views.py) are read in rotation.
        """
        for way in self.ways:
            if self.clock.mono() - self.searched.get(way.name, -1e18) >= SEARCH_S:
                self.search(way)
                self.searched[way.name] = self.clock.mono()
        begun, shown = self.clock.mono(), self.views.covered(self.by_key.values())
        for node in list(self.by_key.values()):
            if node.key not in shown:
                self.visit(node)
        for key in self.views.urgent & shown.keys():
            self.visit(self.by_key[key])
        for n, key in enumerate(sorted(shown, key=lambda key: self.by_key[key].heard_at)):
            if n >= LEAST and self.clock.mono() - begun >= LIVE_S:
                break
            self.visit(self.by_key[key])
        self.wait_on_people()

    def visit(self, node: Node) -> None:
        """Read a node when it is its turn, after whoever is waiting."""
        self.wait_on_people()
        self.read(node, between=self.wait_on_people)

    def wait_on_people(self) -> None:
        """Carry out the orders that wait, and look what became of those before."""
        self.obey()
        self.look_again()

    def look_again(self) -> None:
        """Read who took an order: what became of it is not to wait for the rest of a long round (16 rooms: 6.6 s)."""
        for key in list(self.ordered):
            left = [due for due in self.ordered[key] if due > self.clock.mono()]
            if len(left) < len(self.ordered[key]):
                self.ordered[key] = left
                self.read(self.by_key[key])
            if not self.ordered[key]:
                del self.ordered[key]

    def search(self, way: Way) -> None:
        """Look for nodes that are not there yet, and for those that are away."""
        try:
            way.open()
        except Silent as e:
            self.problems[way.name] = str(e)
            return
        self.problems.pop(way.name, None)
        here = {node.transport.where for node in self.by_key.values() if node.online}
        for transport in way.units():
            if self.ended.is_set() or transport.where in here:
                continue
            try:
                node = Node(transport, self.clock)
            except Unusable as e:
                self.problems[way.name] = str(e)
                return
            except Silent:
                continue  # nobody at that address
            way.found(transport)
            self.attach(node, way)
            self.obey()

    def attach(self, node: Node, way: Way) -> None:
        """A node answered: a new one, or one that is back (then it keeps what was known of it)."""
        old = self.by_key.get(node.key)
        if old is not None:
            if old.online and old.transport.where != node.transport.where and old.identity.serial:
                self.problems[way.name] = f"{node.transport.where} says it is {node.key}, which is at {old.transport.where}"
                return
            old.transport, old.identity, old.tables = node.transport, node.identity, node.tables
            node = old
            node.online = True
        self.by_key[node.key] = node
        self.way_of[node.key] = way
        self.missed[node.key] = 0
        self.read(node, "back" if old is not None else "found")

    def read(self, node: Node, news: str = "", between: Callable[[], None] | None = None) -> None:
        """Read one node, tend what it holds for somebody, tell. between: called between two pieces of a long reading."""
        if not node.online and not news:
            return
        try:
            values = node.read(bool(news), between)
            journal = node.read_journal()
        except Silent as e:
            self.missed[node.key] = self.missed.get(node.key, 0) + 1
            if self.missed[node.key] >= SILENT_READS and node.online:
                node.silent()
                self.problems[node.key] = str(e)
                self.tell(Change(node.key, self.clock.wall(), {}, False, "away"))
            return
        self.missed[node.key] = 0
        self.problems.pop(node.key, None)
        dropped = self.holds.tend(node)
        journal = journal + self.observe(node)
        if values or news or journal or dropped:
            self.tell(Change(node.key, self.clock.wall(), values, True, news, tuple(journal), tuple(dropped)))
        for key, changed in self.views.was_read(node, list(self.by_key.values())).items():
            self.tell(Change(key, self.clock.wall(), changed, True))

    def observe(self, node: Node) -> list[Entry]:
        """Where the way carries no journal: trips that came and went since the last reading, as lines of our own."""
        if node.transport.journal(1 << 30) is not None:
            return []
        now, before = set(node.trips()), self.seen.get(node.key)
        self.seen[node.key] = now
        if before is None:
            before = set()
        lines = [self.line(node, "lockout" if trip.locked else "trip", trip) for trip in sorted(now - before)]
        gone = {(trip.block, trip.cause) for trip in before} - {(trip.block, trip.cause) for trip in now}
        lines += [self.line(node, "clear", Trip(block, cause, False)) for block, cause in sorted(gone)]
        with node.lock:
            node.lines.extend(lines)
        return lines

    def line(self, node: Node, event: str, trip: Trip) -> Entry:
        """A line of the hub's own journal of a node."""
        number = self.observed[node.key] = self.observed.get(node.key, 0) + 1
        utc = datetime.datetime.fromtimestamp(self.clock.wall(), datetime.timezone.utc)
        return Entry(number, node.value("node.uptime_s") or 0, utc, "host", event, trip.block, trip.cause)

    def obey(self) -> None:
        """Every order that waits."""
        while True:
            try:
                order = self.orders.get_nowait()
            except queue.Empty:
                return
            if not order.answer.set_running_or_notify_cancel():
                continue  # whoever gave it went away: it is not carried out behind his back
            order.answer.set_result(self.carry_out(order))

    def carry_out(self, order: Order) -> str | None:
        """One order: None, or why not."""
        node = self.by_key.get(order.node)
        if node is None or not node.online:
            return f"{order.node} does not answer"
        if order.signed:
            try:
                return node.signed(order.signed)
            except Silent as e:
                return str(e)
        before = node.value(order.path)
        try:
            why = node.order(order.path, order.value, order.who)
        except Silent as e:
            return str(e)
        if why is None:
            self.holds.taken(node, order.path, order.value, before, order.who)
            self.ordered[node.key] = [self.clock.mono() + wait_s for wait_s in AGAIN_S]
            self.tell(Change(node.key, self.clock.wall(), {order.path: order.value}, True))
        return why

    def tell(self, change: Change) -> None:
        """Every subscriber; one that fails loses this change and nobody else."""
        for call in self.subscribers:
            try:
                call(change)
            except Exception as e:
                self.problems["subscriber"] = f"{call!r} failed: {e!r}"
