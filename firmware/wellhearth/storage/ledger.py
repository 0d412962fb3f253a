"""What a power cut must not forgive or lose: starts inside their windows, lockouts, meters, and what was learned.

How long the power was off is not known, so it counts as nothing: ages go on from where they
were. Minimum off times need no entry, because every boot begins with a full one.

What cannot be read counts as the safe case: every start used up, every row that stops a motor one trip from its lockout,
and each of the sets held (trip_set.TripSet.hold) until somebody has looked.
"""

import json

from . import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

UNKNOWN = "lockouts count as locked, starts as used up, meters start at 0; look at the plant, then reset rows *record_lost"


class Ledger:
    """Limiters, trip sets, meters and learned values by name, in one record."""

    def __init__(self, path: str, limiters: dict, trip_sets: dict, meters: dict, learned: dict):
        """limiters: {name: StartLimiter}. trip_sets: {name: TripSet}. meters: {name: TwoWord}. learned:
        {name: object with values() and take(values)}."""
        self.record = record.Record(path)
        self.meters = meters
        self.limiters = limiters
        self.trip_sets = trip_sets
        self.learned = learned
        self.serial = 0  # of the last start that is in it (storage/startlog.py)

    def save(self, now_s: int) -> None:
        """Store everything as of `now_s`. Raises OSError when the file system refuses."""
        self.record.write(self.parts(now_s))

    def parts(self, now_s: int):
        """The whole record in small strings."""
        yield from record.group("starts", self.starts(now_s))
        locked = [name + "." + trip.key for name in self.trip_sets for trip in self.trip_sets[name].trips if trip.locked]
        yield ', "locked": %s, ' % json.dumps(locked)
        yield from record.group("meters", ((name, [self.meters[name].low, self.meters[name].high]) for name in self.meters))
        yield ", "
        yield from record.group("rests", ((name, [self.meters[name].rest, self.meters[name].fine]) for name in self.meters
                                          if self.meters[name].rest or self.meters[name].fine))
        yield ", "
        yield from record.group("learned", ((name, self.learned[name].values()) for name in self.learned))
        yield ', "serial": %d' % self.serial

    def starts(self, now_s: int):
        """(name, ages of its starts) of everything whose starts or trips are counted."""
        for name in self.limiters:
            yield name, self.limiters[name].ages_s(now_s)
        for name in self.trip_sets:
            for trip in self.trip_sets[name].trips:
                if trip.limiter is not None:
                    yield name + "." + trip.key, trip.limiter.ages_s(now_s)

    def load(self) -> str:
        """Take over what was stored; returns what is wrong with the record, or "". No file is a new board."""
        data = self.record.read()
        damage = self.record.damage
        if data is not None:
            try:
                self.take(data)
                return damage
            except (ValueError, KeyError, TypeError, AttributeError):
                damage = "%s does not hold what a ledger holds" % self.record.path
                self.record.damage = damage
        if not damage:
            return ""
        self.unknown()
        return damage + "; " + UNKNOWN

    def take(self, data: dict) -> None:
        """Everything of a ledger; ValueError, KeyError, TypeError or AttributeError when it is none."""
        starts = data["starts"]
        locked = data["locked"]
        stored = {}
        for name in starts:
            stored[name] = _ages(starts[name])
        if not isinstance(locked, list):
            raise TypeError("locked")
        serial = data.get("serial", 0)
        if not isinstance(serial, int) or serial < 0:
            raise TypeError("serial")
        self.load_meters(data["meters"], data.get("rests", {}))
        self.load_learned(data.get("learned", {}))
        self.serial = serial
        for name in self.limiters:
            self.limiters[name].restore(stored.get(name, ()), 0)
        for name in self.trip_sets:
            trip_set = self.trip_sets[name]
            for i, trip in enumerate(trip_set.trips):
                key = name + "." + trip.key
                if trip.limiter is not None:
                    trip.limiter.restore(stored.get(key, ()), 0)
                if key in locked:
                    trip_set.restore_lock(i, 0)

    def unknown(self) -> None:
        """Nothing is known: the safe case of everything."""
        for name in self.limiters:
            limiter = self.limiters[name]
            limiter.restore([0] * limiter.limit, 0)
        for name in self.trip_sets:
            trip_set = self.trip_sets[name]
            for trip in trip_set.trips:
                if trip.limiter is not None:
                    trip.limiter.restore([0] * (trip.limiter.limit - 1), 0)
            trip_set.hold(0)

    def load_learned(self, learned: dict) -> None:
        """Learned values go on from where they were; one that does not fit is learned again."""
        for name in self.learned:
            values = learned.get(name)
            if isinstance(values, list) and all([isinstance(v, int) and 0 <= v < 1 << 30 for v in values]):
                try:
                    self.learned[name].take(values)
                except ValueError:
                    continue

    def load_meters(self, totals: dict, rests: dict) -> None:
        """Meters go on from where they were. TypeError or ValueError when the file is damaged. rests: what was no whole unit
        yet; a meter of other pulses, or one from older firmware, has none."""
        for name in self.meters:
            low, high = totals.get(name, (0, 0))
            if not (0 <= low < self.meters[name].carry and 0 <= high < 1 << 30):
                raise ValueError(name)
            self.meters[name].low = low
            self.meters[name].high = high
            rest, fine = rests.get(name, (0, 0))
            if 0 <= rest < self.meters[name].unit and 0 <= fine < 1000:
                self.meters[name].rest = rest
                self.meters[name].fine = fine


def _ages(value: "Any"):
    """A stored list of ages; TypeError when it is none."""
    if not isinstance(value, list):
        raise TypeError(value)
    for age in value:
        if not isinstance(age, int):
            raise TypeError(age)
    return [age for age in value if 0 <= age <= 86400]
