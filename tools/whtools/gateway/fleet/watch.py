"""The fleet as the page shows it: judged once a day, alarms as they come."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa

from ..history.recorder import LATE_S, TENS_D, roll_days
from ..history.schema import TEN
from . import features, frame
from .judge import Found, judge
from .subscriber import House, Subscriber

FLUSH_S = 60.0
SILENT_S = 3600.0  # a gateway says something every minute: its node's uptime


class Row(NamedTuple):
    """A house on the page. found: why it is unusual; alarms: (node, block, event, cause); silent: hours, None: it speaks."""

    house: str
    found: Found | None
    alarms: list[tuple[str, str, str, str]]
    silent_h: float | None


class Watch(threading.Thread):
    """Writes what the subscriber has, makes the days, judges them. zone_s: of days, seconds east of Greenwich."""

    def __init__(self, engine: sa.Engine, subscriber: Subscriber, zone_s: int = 8 * 3600,
                 now: Callable[[], float] = time.time):
        super().__init__(name="fleet-watch", daemon=True)
        self.engine, self.subscriber, self.zone_s, self.now = engine, subscriber, zone_s, now
        self.begun = now()
        self.ended = threading.Event()
        self.frame: features.Frame | None = None
        self.found: dict[str, Found] = {}
        self.problem = ""
        self.alarms: Any = None  # alarms.FleetAlarms, where people are to be told

    def run(self) -> None:
        """Until `ended`."""
        while True:
            try:
                self.turn()
                self.problem = ""
            except Exception as e:  # a full disk, a database away: said, and tried again
                self.problem = f"fleet: {e!r}"
                print(f"wellhearth: {self.problem}", file=sys.stderr)
            if self.ended.wait(FLUSH_S):
                return

    def turn(self) -> None:
        """A minute's work: write; with a new day behind us, roll it up and judge all anew."""
        self.subscriber.flush()
        now = int(self.now()) - LATE_S
        today = (now + self.zone_s) // 86400
        with self.engine.begin() as connection:
            if roll_days(connection, today, self.zone_s):
                connection.execute(sa.delete(TEN).where(TEN.c.at < (now - TENS_D * 86400) // 600))
        if self.frame is None or self.frame.last != today - 1:
            self.judge(today - 1)

    def judge(self, last: int) -> None:
        """Of the days up to `last`."""
        seen = frame.read(self.engine, last)
        self.found = {one.house: one for one in judge(seen)}
        self.frame = seen

    def rows(self) -> list[Row]:
        """All houses, worst first: locked out, unusual, in alarm, silent, then the rest."""
        live = self.subscriber.houses()
        now = self.now()
        found = [self.row(house, live.get(house), now)
                 for house in {*live, *(self.frame.houses if self.frame is not None else ())}]
        return sorted(found, key=lambda row: (-any(a[2] == "lockout" for a in row.alarms),
                                              -(row.found.sigmas if row.found else 0.0), -len(row.alarms),
                                              -(row.silent_h or 0.0), row.house))

    def row(self, key: str, house: House | None, now: float) -> Row:
        """One house."""
        silent_s = self.silent_s(house, now)
        return Row(key, self.found.get(key), sorted(house.alarms) if house is not None else [],
                   None if silent_s is None else silent_s / 3600.0)

    def silent_s(self, house: House | None, now: float | None = None) -> float | None:
        """For how long a house has said nothing; None: it speaks. What was before this connection counts for nobody."""
        last = max(self.begun, self.subscriber.since, house.seen if house is not None else 0.0)
        since = (self.now() if now is None else now) - last
        return since if since > SILENT_S or house is not None and house.away else None

    def curves(self, key: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """{name: (the house's days, the neighbours' median)} of what reasons are made of; {} for a house without days."""
        seen = self.frame
        if seen is None or key not in seen.houses:
            return {}
        i, rows = seen.houses.index(key), seen.rows
        own, warm, _common = features.losses(seen)
        values = {"capacity": rows["capacity_percent"],
                  "loss": features.share(own, warm) * 100.0,
                  "unit": features.median(features.share(rows["room_heat_kwh"], rows["room_run_h"]), 1),
                  "balance": features.share(rows["heat_kwh"], features.total(rows["room_heat_kwh"])) * 100.0,
                  "speed": rows["speed_pm"] / 10.0, "supply": rows["supply_c"]}
        near = next(neighbours for here, neighbours in features.groups(seen.place) if i in here)
        return {name: (value[i], features.median(value[near], 0)) for name, value in values.items()}
