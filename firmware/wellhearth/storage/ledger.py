"""What a power cut must not forgive: starts inside their windows, and lockouts.

How long the power was off is not known, so it counts as nothing: ages go on from where they
were. Minimum off times need no entry, because every boot begins with a full one.
"""

import json

from . import settings


class Ledger:
    """Limiters and trip sets by name, in one power-safe JSON file."""

    def __init__(self, path: str, limiters, trip_sets):
        """limiters: {name: StartLimiter}. trip_sets: {name: TripSet}."""
        self.path = path
        self.limiters = limiters
        self.trip_sets = trip_sets

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
        settings.write_file(self.path, json.dumps({"starts": starts, "locked": locked}))

    def load(self) -> str:
        """Take over what was stored; returns what is wrong with the file, or "". A missing file is a new board."""
        try:
            with open(self.path) as f:
                data = json.load(f)
            starts = data["starts"]
            locked = data["locked"]
        except OSError:
            return ""
        except (ValueError, KeyError, TypeError):
            return "%s is damaged; starts and lockouts before this boot are not known" % self.path
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


def _ages(value):
    """A stored list of ages; anything else counts as none."""
    if not isinstance(value, list):
        return []
    return [age for age in value if isinstance(age, int) and 0 <= age <= 86400]
