"""Between the hub and people: sees what trips, sends through apprise, keeps its book over a restart."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ..nodes import Change, Hub
from . import texts
from .book import ENDED, Alarm, Book
from .people import Person
from .rank import URGENT

STEP_S = 1.0
Send = Callable[[Person, str, str, int], bool]


def by_apprise(person: Person, title: str, body: str, rank: int) -> bool:
    """Through every URL of a person; True when at least one took it."""
    import apprise

    kinds = (apprise.NotifyType.INFO, apprise.NotifyType.WARNING, apprise.NotifyType.WARNING, apprise.NotifyType.FAILURE)
    kind = apprise.NotifyType.SUCCESS if rank < 0 else kinds[rank]
    done = False
    for url in person.urls:  # one after the other: a dead service must not hide that another one took it
        one = apprise.Apprise()
        done = bool(one.add(url) and one.notify(body=body, title=title, notify_type=kind)) or done
    return done


class Alarms:
    """The service. named(node, block): what people call them; send: what carries a message (tests hand in their own)."""

    def __init__(self, hub: Hub, people: Sequence[Person], store: Path | None = None,
                 named: texts.Named = lambda _node, _block: "", send: Send = by_apprise):
        self.hub, self.people, self.store, self.named, self.send = hub, tuple(people), store, named, send
        self.book = Book()
        self.lock = threading.Lock()
        self.problems: dict[str, str] = {}  # by person: why he cannot be reached
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, name="alarms", daemon=True)
        self.kept = ""
        self.load()
        self.unsubscribe = hub.subscribe(self.heard)

    # -- any thread --

    def active(self) -> list[Alarm]:
        """What is at work, worst first; acknowledged ones too, until they end."""
        with self.lock:
            return self.book.active()

    def ack(self, number: int, who: str) -> bool:
        """Somebody takes an alarm; False when there is none of that number."""
        with self.lock:
            return self.book.ack(number, who)

    def start(self) -> Alarms:
        """Run in a thread of its own: a slow mail server holds up nobody."""
        self.thread.start()
        return self

    def stop(self) -> None:
        """End; what is not told yet is told after the next start."""
        self.unsubscribe()
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join(5)
        self.save()

    # -- the hub's thread --

    def heard(self, change: Change) -> None:
        """A node was read."""
        nodes = self.hub.nodes()
        node = nodes.get(change.node)
        if node is None:
            return
        own = any(one.blocks("room") for one in nodes.values())  # then a room tells its trips itself
        trips = [trip for trip in node.trips() if not (own and trip.block.startswith("far") and trip.cause != "room_silent")]
        with self.lock:
            self.book.see(change.node, trips, change.online, self.hub.clock.mono(), change.at)

    # -- the service's thread --

    def run(self) -> None:
        """Until stopped."""
        while not self.ended.wait(STEP_S):
            self.step()

    def step(self) -> None:
        """Everybody who is due."""
        now = self.hub.clock.mono()
        minute = self.minute()
        for person in self.people:
            with self.lock:
                due = self.book.due(person, now, minute)
                title, body = texts.message(due, now, person.lang, self.named, self.local) if due else ("", "")
                rank = max((alarm.rank for alarm in due if alarm.stage(now) != ENDED), default=-1)
            if not due:
                continue
            try:
                taken = self.send(person, title, body, rank)
                why = "" if taken else "no service took the message; check the URLs (apprise -vv URL tries one)"
            except Exception as e:
                taken, why = False, f"sending failed: {e!r}"
            with self.lock:
                if taken:
                    self.book.told(person, due, now)
                    self.problems.pop(person.name, None)
                else:
                    self.book.failed(person, now)
                    self.problems[person.name] = why
        with self.lock:
            self.book.forget(self.people, now)
        self.save()

    def minute(self) -> int:
        """Minute of the local day."""
        local = time.localtime(self.hub.clock.wall())
        return local.tm_hour * 60 + local.tm_min

    def local(self, utc: float) -> str:
        """Local time for people."""
        return time.strftime("%m-%d %H:%M", time.localtime(utc))

    # -- the store --

    def save(self) -> None:
        """Written anew when something but the ages has changed: temp file, then rename."""
        if self.store is None:
            return
        with self.lock:
            now = self.hub.clock.mono()
            data = self.book.dump(now)
            mark = json.dumps([{**row, "begun": 0, "gone": row["gone"] is None,
                                "told": {name: stage for name, (stage, _at) in row["told"].items()}}
                               for row in data["alarms"]])
        if mark == self.kept:
            return
        temp = self.store.with_suffix(".new")
        try:
            temp.write_text(json.dumps({**data, "utc": self.hub.clock.wall()}), encoding="utf-8")
            os.replace(temp, self.store)
            self.kept = mark
        except OSError as e:
            self.problems["store"] = f"{self.store}: {e.strerror}; alarms are told again after a restart"

    def load(self) -> None:
        """What the process before knew; a damaged file is set aside: alarms are told twice rather than never."""
        if self.store is None or not self.store.exists():
            return
        try:
            data = json.loads(self.store.read_text(encoding="utf-8"))
            self.book.load(data, self.hub.clock.mono(), self.hub.clock.wall() - data["utc"])
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            self.book = Book()
            self.problems["store"] = f"{self.store} cannot be read ({e!r}); it is kept as {self.store.name}.bad"
            os.replace(self.store, self.store.with_name(self.store.name + ".bad"))


__all__ = ["URGENT", "Alarms", "by_apprise"]
