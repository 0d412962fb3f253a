"""What a power cut must not forgive or lose: starts inside their windows, lockouts, meters, and what was learned.

How long the power was off is not known, so it counts as nothing: ages go on from where they
were. Minimum off times need no entry, because every boot begins with a full one.
"""

import json

from . import settings


class Ledger:
    """Limiters, trip sets, meters and learned values by name, in one power-safe JSON file."""

    def __init__(self, path: str, limiters, trip_sets, meters, learned):
        """limiters: {name: StartLimiter}. trip_sets: {name: TripSet}. meters: {name: TwoWord}. learned:
        {name: object with values() and take(values)}."""
        self.path = path
        self.meters = meters
        self.limiters = limiters
        self.trip_sets = trip_sets
        self.learned = learned

    def save(self, now_s: int) -> None:
        """Store everything as of `now_s`. Raises OSError when the file system refuses."""
        starts = {}
        for name in self.limiters:
            starts[name] = self.limiters[name].ages_s(now_s)
        locked = []
        for name in self.trip_sets:
            for trip in self.trip_sets[name].trips:
                if trip.locked:
                    locked.append(name + "." + trip.key)
                if trip.limiter is not None:
                    starts[name + "." + trip.key] = trip.limiter.ages_s(now_s)
        totals = {}
        for name in self.meters:
            totals[name] = [self.meters[name].low, self.meters[name].high]
        learned = {}
        for name in self.learned:
            learned[name] = self.learned[name].values()
        settings.write_file(self.path, json.dumps({"starts": starts, "locked": locked, "meters": totals,
                                                   "learned": learned}))

    def load(self) -> str:
        """Take over what was stored; returns what is wrong with the file, or "". A missing file is a new board."""
        try:
            with open(self.path) as f:
                data = json.load(f)
            starts = data["starts"]
            locked = data["locked"]
            self.load_meters(data["meters"])
            self.load_learned(data.get("learned", {}))
        except OSError:
            return ""
        except (ValueError, KeyError, TypeError, AttributeError):
            return "%s is damaged; starts, lockouts, meters and what was learned before this boot are not known" % self.path
        for name in self.limiters:
            self.limiters[name].restore(_ages(starts.get(name)), 0)
        for name in self.trip_sets:
            trip_set = self.trip_sets[name]
            for i, trip in enumerate(trip_set.trips):
                key = name + "." + trip.key
                if trip.limiter is not None:
                    trip.limiter.restore(_ages(starts.get(key)), 0)
                if key in locked:
                    trip_set.restore_lock(i, 0)
        return ""

    def load_learned(self, learned) -> None:
        """Learned values go on from where they were; one that does not fit is learned again."""
        for name in self.learned:
            values = learned.get(name)
            if isinstance(values, list) and all([isinstance(v, int) and 0 <= v < 1 << 30 for v in values]):
                try:
                    self.learned[name].take(values)
                except ValueError:
                    continue

    def load_meters(self, totals) -> None:
        """Meters go on from where they were. TypeError or ValueError when the file is damaged."""
        for name in self.meters:
            low, high = totals.get(name, (0, 0))
            if not (0 <= low < self.meters[name].carry and 0 <= high < 1 << 30):
                raise ValueError(name)
            self.meters[name].low = low
            self.meters[name].high = high


def _ages(value):
    """A stored list of ages; anything else counts as none."""
    if not isinstance(value, list):
        return []
    return [age for age in value if isinstance(age, int) and 0 <= age <= 86400]
