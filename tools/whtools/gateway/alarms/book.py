"""The book of alarms: pure rules. Times are handed in, in seconds of one clock that never goes back.

An alarm lives from its first sight until it has been gone for CALM_S; one that flickers is one alarm. Each person has, for
each alarm, a stage that he was told: nothing, at work, locked out, back to normal. `due` says what is to be told to whom.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from .people import Person
from .rank import SILENT, URGENT, WAIT_S, rank, wait_s

UNTOLD, ACTIVE, LOCKED, ENDED = range(4)
CALM_S = 300  # gone for so long: it is over
PAUSE_S = 300  # between two messages to one person; what comes meanwhile becomes one message
URGENT_PAUSE_S = 30
REPEAT_S = 4 * 3600  # an urgent alarm that nobody acknowledged is told again
RETRY_S = (60, 120, 240, 480, 960, 1800)  # after a message that could not be delivered
KEPT_MOST = 1000  # alarms at once; more of them is no information


@dataclass
class Alarm:
    """One fault of one block. number: for acknowledging. begun, gone: s. told: stage and time by person's name."""

    number: int
    node: str
    block: str
    cause: str
    begun: float
    utc: float  # s since 1970, for people
    locked: bool = False
    gone: float | None = None
    acked_by: str = ""
    told: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        """LOW to URGENT."""
        return rank(self.cause, self.locked)

    def stage(self, now: float) -> int:
        """What a person should know of it."""
        if self.gone is not None and now - self.gone >= CALM_S:
            return ENDED
        return LOCKED if self.locked else ACTIVE


class Book:
    """All alarms that are not over, and those whose end is still to be told."""

    def __init__(self):
        self.alarms: dict[tuple[str, str, str], Alarm] = {}
        self.next = 1
        self.last: dict[str, float] = {}  # by person: when a message went out
        self.failures: dict[str, tuple[int, float]] = {}  # by person: how many in a row, when the last

    # -- what is seen --

    def see(self, node: str, trips: Iterable, online: bool, now: float, utc: float) -> None:
        """A node's trips as they are. While it is silent, what was last seen of it stands."""
        here = {(node, "", SILENT): False} if not online else {}
        if online:
            for trip in trips:
                key = (node, trip.block, trip.cause)
                here[key] = here.get(key, False) or trip.locked
        for key, locked in here.items():
            alarm = self.alarms.get(key)
            if alarm is None:
                if self.full and not self.make_room(rank(key[2], locked)):
                    continue
                alarm = self.alarms[key] = Alarm(self.next, *key, begun=now, utc=utc)
                self.next += 1
            if locked and not alarm.locked:
                alarm.acked_by = ""  # it has become worse
            alarm.gone, alarm.locked = None, locked or alarm.locked
        for key, alarm in self.alarms.items():
            if key[0] == node and key not in here and alarm.gone is None and (online or alarm.cause == SILENT):
                alarm.gone = now

    @property
    def full(self) -> bool:
        """Whether there is room for what is worse only."""
        return len(self.alarms) >= KEPT_MOST

    def make_room(self, wanted: int) -> bool:
        """Drop the least alarm, the newest of its kind, for one of rank `wanted`; False when none is less."""
        least = min(self.alarms.values(), key=lambda alarm: (alarm.rank, -alarm.begun))
        if least.rank >= wanted:
            return False
        del self.alarms[least.node, least.block, least.cause]
        return True

    def ack(self, number: int, who: str) -> bool:
        """Somebody takes it: no escalation, no repetition; it stays active until it ends. False: no such alarm."""
        for alarm in self.alarms.values():
            if alarm.number == number and alarm.gone is None:
                alarm.acked_by = who
                return True
        return False

    def active(self) -> list[Alarm]:
        """What is at work, worst first."""
        return sorted((alarm for alarm in self.alarms.values() if alarm.gone is None), key=lambda a: (-a.rank, a.begun))

    # -- what is told --

    def due(self, person: Person, now: float, minute: int) -> list[Alarm]:
        """What this person is to be told now, worst first; nothing while his pause lasts."""
        quiet = person.is_quiet(minute)
        found = [alarm for alarm in self.alarms.values() if self.wants(person, alarm, now, quiet)]
        if not found:
            return []
        fails, failed = self.failures.get(person.name, (0, 0.0))
        if fails and now - failed < RETRY_S[min(fails, len(RETRY_S)) - 1]:
            return []
        found = [alarm for alarm in self.alarms.values() if self.wants(person, alarm, now, quiet, True)]  # one for all
        worst = max(alarm.rank for alarm in found)
        if now - self.last.get(person.name, -1e18) < (URGENT_PAUSE_S if worst == URGENT else PAUSE_S):
            return []
        return sorted(found, key=lambda a: (a.stage(now) == ENDED, -a.rank, a.begun))

    def wants(self, person: Person, alarm: Alarm, now: float, quiet: bool, company: bool = False) -> bool:
        """Whether this alarm holds news for him. company: a message goes out anyhow, so a short wait is not kept."""
        if not person.cares(alarm.node) or alarm.rank < person.least:
            return False
        stage, (told, at) = alarm.stage(now), alarm.told.get(person.name, (UNTOLD, 0.0))
        if stage == ENDED:
            return told in (ACTIVE, LOCKED) and not quiet
        if quiet and alarm.rank < URGENT:
            return False
        if told == UNTOLD or told < stage:
            waits = wait_s(alarm.cause, alarm.locked)
            waits = 60 * person.after_min + (0 if company and waits <= WAIT_S else waits)
            late = person.after_min and alarm.acked_by and told == UNTOLD
            return alarm.gone is None and not late and now - alarm.begun >= waits
        repeats = alarm.rank == URGENT and not alarm.acked_by and alarm.gone is None
        return repeats and now - at >= REPEAT_S

    def told(self, person: Person, alarms: Iterable[Alarm], now: float) -> None:
        """A message with these went out."""
        for alarm in alarms:
            alarm.told[person.name] = (alarm.stage(now), now)
        self.last[person.name] = now
        self.failures.pop(person.name, None)

    def failed(self, person: Person, now: float) -> None:
        """A message could not be delivered: it is tried again later."""
        self.failures[person.name] = (self.failures.get(person.name, (0, 0.0))[0] + 1, now)

    def forget(self, people: Iterable[Person], now: float, keep_s: float = 12 * 3600) -> None:
        """Drop what is over and told; what cannot be told in half a day is dropped too."""
        names = {person.name for person in people}
        for key, alarm in list(self.alarms.items()):
            if alarm.stage(now) == ENDED and alarm.gone is not None:
                open_ends = any(stage in (ACTIVE, LOCKED) for name, (stage, _at) in alarm.told.items() if name in names)
                if not open_ends or now - alarm.gone > keep_s:
                    del self.alarms[key]

    # -- over a restart --

    def dump(self, now: float) -> dict:
        """For a store: times become ages."""
        rows = []
        for alarm in self.alarms.values():
            row = asdict(alarm)
            row["begun"] = now - alarm.begun
            row["gone"] = None if alarm.gone is None else now - alarm.gone
            row["told"] = {name: [stage, now - at] for name, (stage, at) in alarm.told.items()}
            rows.append(row)
        return {"version": 1, "next": self.next, "alarms": rows}

    def load(self, data: dict, now: float, away_s: float) -> None:
        """What the process before knew, `away_s` seconds ago."""
        then = now - max(0.0, away_s)
        for row in data["alarms"]:
            told = {name: (stage, then - age) for name, (stage, age) in row.pop("told").items()}
            gone = row.pop("gone")
            row |= {"begun": then - row["begun"], "gone": None if gone is None else then - gone, "told": told}
            alarm = Alarm(**row)
            self.alarms[alarm.node, alarm.block, alarm.cause] = alarm
        self.next = data["next"]
