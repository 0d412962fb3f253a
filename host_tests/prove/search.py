"""Breadth first through every abstract state, parents kept; from each new one, the way back to heat."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from . import abstraction as a
from .machine import Machine, Violation

HEATS_MS = 3000  # heat is back when compressor, well and unit have given it for so long
CUT = ("cut",)


@dataclass
class Result:
    """What a search found."""

    states: int = 0
    moves: int = 0
    recoveries: int = 0
    longest_back_s: float = 0.0
    closed: bool = False  # no new state appeared any more
    deepest: int = 0
    seconds: float = 0.0
    found: dict[str, tuple[str, list[tuple]]] = field(default_factory=dict)  # by kind: what does not hold, the path to it

    @property
    def violation(self) -> str:
        """The first one, or ""."""
        return next(iter(self.found.values()), ("", []))[0]

    @property
    def path(self) -> list[tuple]:
        """Moves from the first boot to it."""
        return next(iter(self.found.values()), ("", []))[1]


class Found(Exception):
    """A violation ends the search."""


def moves(inputs: tuple[int, ...]) -> Iterator[tuple]:
    """All moves from a state with these inputs."""
    off = sum(1 for i in inputs[:a.DEMAND] if i)
    for which, name in enumerate(a.NAMES):
        for value in range(len(a.INPUTS[name])):
            if value == inputs[which]:
                continue
            more = which != a.DEMAND and value and not inputs[which]
            if off + bool(more) <= a.TOGETHER:
                yield ("set", which, value)
    for how in a.HOLDS:
        yield ("hold", how)
    yield CUT


def do(m: Machine, move: tuple) -> None:
    """Make a move. Violation when something must not be."""
    if move[0] == "set":
        m.change(move[1], move[2])
    elif move == CUT:
        m.cut()
    elif not m.hold(move[1]):
        stuck(m)


def stuck(m: Machine) -> None:
    """Nothing has changed for longer than any wait lasts, and will not by itself: no sequence may be waiting then."""
    loop, room = m.well.controller, m.unit.controller
    state = ("off", "prove", "run", "post_run", "ramp_down")[loop.state]
    if state in ("prove", "ramp_down") or (state == "post_run" and loop.limiter_day.wait_s(m.node_p.uptime_s) == 0):
        raise Violation(f"the well waits in {state} for more than {a.WAIT_S} s")
    if room.state == 4:
        raise Violation(f"the unit waits in post_run for more than {a.WAIT_S} s")
    if room.state == 2 and m.well.permissive and not m.told():
        raise Violation(f"the unit waits with proven flow for more than {a.WAIT_S} s, and no row says why")


def back(m: Machine, known: set) -> float:
    """Faults gone, what is locked reset, heat asked for: seconds until it heats, 0 from a state that has been tried.

    Violation when it takes too long (or something else must not be on the way).
    """
    w = m.world
    w.inputs = a.NORMAL
    m.scan(a.SCAN_MS)
    m.reset_locked()
    m.scan(a.SCAN_MS)
    first = a.key(m)
    if first in known:
        return 0.0
    limit_s = a.BACK_S + (a.HOUR_S if m.resting() else 0)
    begin = w.ms
    w.heat_ms = 0
    while w.heat_ms < HEATS_MS:
        m.scan(a.SCAN_MS if w.ms - begin < a.FAST_MS else a.SLOW_MS)
        if m.well_p.lockouts or m.unit_p.lockouts:
            m.reset_locked()
        if w.ms - begin > limit_s * 1000:
            raise Violation(f"no heat {limit_s} s after all faults were gone, all locked rows reset and heat asked for")
    known.add(first)
    return (w.ms - begin) / 1000


class Search:
    """One search. limit_s: CPU seconds, limit_states: states, after which it ends unclosed, 0: none. kinds: it ends with so
    many kinds of violations; a state behind a violation is not driven on."""

    def __init__(self, planted: dict | None = None, limit_s: float = 0.0, limit_states: int = 0, depth: int = 0,
                 kinds: int = 1, tell: Callable[[str], None] | None = None):
        self.kinds = kinds
        self.machine = Machine(planted)
        self.limit_s, self.limit_states, self.depth = limit_s, limit_states, depth
        self.tell = tell
        self.parents: list[tuple[int, tuple]] = []  # by state: its parent, and the move from there
        self.known: set = set()  # keys, as hashes of 64 bits
        self.recovered: set = set()
        self.names: set[tuple[int, int]] = set()  # of locked rows
        self.queue: deque = deque()
        self.result = Result()
        self.begun = time.process_time()
        self.told = time.monotonic()

    def path(self, number: int) -> list[tuple]:
        """Moves from the first boot to a state."""
        found = []
        while number > 0:
            number, move = self.parents[number]
            found.append(move)
        return found[::-1]

    def note(self, why: Violation, path: list[tuple]) -> None:
        """A violation: the first of its kind is kept, as breadth first its path is one of the shortest."""
        words = str(why)
        kind = "".join([c for c in words if not c.isdigit()])
        if kind not in self.result.found:
            self.result.found[kind] = words, path
            if self.tell is not None:
                self.tell(f"does not hold: {words}")
        if len(self.result.found) >= self.kinds:
            raise Found

    def way_back(self, known: set, path: Callable[[], list[tuple]]) -> None:
        """From the machine's state back to heat."""
        try:
            took = back(self.machine, known)
            self.result.longest_back_s = max(self.result.longest_back_s, took)
        except Violation as e:
            self.note(e, [*path(), ("back",)])

    def new(self, parent: int, move: tuple, depth: int) -> None:
        """The machine's state, if it is a new one: remembered, queued, and tried for its way back."""
        m = self.machine
        key = hash(a.key(m))
        names = m.well_p.lockouts, m.unit_p.lockouts
        if key not in self.known:
            self.known.add(key)
            self.names.add(names)
            number = len(self.parents)
            self.parents.append((parent, move))
            self.queue.append((number, depth, (*m.save(), m.world.inputs)))
            self.result.deepest = max(self.result.deepest, depth)
            self.way_back(self.recovered, lambda: self.path(number))
        elif names not in self.names:
            # A known state, but with locked rows whose names have not been met together.
            self.names.add(names)
            self.way_back(set(), lambda: [*self.path(parent), move])

    def run(self) -> Result:
        """Search until closed, a limit, or enough violations."""
        result = self.result
        try:
            self.new(-1, (), 0)
            self.expand()
            result.closed = not self.queue
        except Found:
            pass
        result.states, result.recoveries = len(self.parents), len(self.recovered)
        result.seconds = time.process_time() - self.begun
        return result

    def expand(self) -> None:
        """Every move from every state."""
        m, queue = self.machine, self.queue
        while queue:
            number, depth, saved = queue[0]
            if self.over(depth):
                return
            queue.popleft()
            for move in moves(saved[2]):
                m.restore(saved)
                self.result.moves += 1
                try:
                    do(m, move)
                except Violation as e:
                    self.note(e, [*self.path(number), move])
                    continue
                self.new(number, move, depth + 1)

    def over(self, depth: int) -> bool:
        """Whether a limit is reached; tells how far it is, every ten seconds."""
        used_s = time.process_time() - self.begun
        now = time.monotonic()
        if self.tell is not None and now - self.told >= 10.0:
            self.told = now
            n = len(self.parents)
            self.tell(f"{n:,} states, {len(self.queue):,} of them to be driven on, depth {depth}, "
                      f"{self.result.moves / used_s:,.0f} moves/s, {used_s:,.0f} s of CPU")
        return bool((self.limit_s and used_s > self.limit_s)
                    or (self.limit_states and len(self.parents) >= self.limit_states)
                    or (self.depth and depth >= self.depth))
