"""What the firmware says of a house: events, trips, whether it heats."""

from __future__ import annotations

from doubles.houses import run_until
from wellhearth.control import trips
from wellhearth.storage import events
from wellhearth.tables import causes


def codes(rig, code):
    return [e for e in rig.events if e[1] == code]


def tripped(rig, key):
    """Trip events of a row: [(time_s, place)]."""
    scope = causes.find(key)[1]
    return [(e[0], e[2]) for e in codes(rig, events.TRIP)
            if (e[2] == 1) == (scope == trips.WELL) and e[3] == causes.bit(key)]


def bit(points, block, key):
    return points[f"{block}.trips"] >> causes.bit(key) & 1


def heating(rig, limit_s=900):
    """Advance until every room's compressor runs and the flow has settled."""
    n = len(rig.config["rooms"])
    run_until(rig, lambda p: all(p[f"room{i}.compressor_on"] for i in range(1, n + 1)), limit_s)
    rig.run(20)
    return rig.points()
