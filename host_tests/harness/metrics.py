"""What a simulated day is judged by, sampled once a simulated second."""

from __future__ import annotations

from collections import deque

from wellhearth.control import trips as table
from wellhearth.storage import events as codes
from wellhearth.tables import causes, kinds

COMFORT_K = 0.5
COLD_C = 17.0
SUPPLY_AIR_C = 38.0
WARM_UP_S = 180  # supply air counts after the first three minutes of a run
SETTLE_H = 3.0  # comfort counts after the third hour, unless the scenario says another
FLOW_SHARE = 0.05


class RoomMetrics:
    """One room's day. settle_s: comfort counts from then on."""

    def __init__(self, settle_s: float = SETTLE_H * 3600.0):
        self.settle_s = settle_s
        self.in_band_s = self.counted_s = 0
        self.min_c = self.max_c = None
        self.warm_s = self.air_s = 0
        self.run_s = 0
        self.on_for_s = 0
        self.starts = 0
        self.most_starts_1h = 0
        self.recent: deque[int] = deque()

    def sample(self, t_s: float, room_c: float, setpoint_c: float, air_c: float, on: bool, heating: bool) -> None:
        """One second."""
        if on:
            self.run_s += 1
            self.on_for_s += 1
            if heating and self.on_for_s > WARM_UP_S:
                self.air_s += 1
                self.warm_s += air_c >= SUPPLY_AIR_C
        else:
            self.on_for_s = 0
        if t_s > self.settle_s:
            self.counted_s += 1
            self.in_band_s += abs(room_c - setpoint_c) <= COMFORT_K
            if self.min_c is None or room_c < self.min_c:
                self.min_c = room_c
            if self.max_c is None or room_c > self.max_c:
                self.max_c = room_c

    def started(self, t_s: int) -> None:
        """A compressor start event at `t_s`."""
        self.starts += 1
        self.recent.append(t_s)
        while self.recent[0] <= t_s - 3600:
            self.recent.popleft()
        self.most_starts_1h = max(self.most_starts_1h, len(self.recent))

    def summary(self, name: str) -> dict:
        """Plain numbers; a share that was never counted is None."""
        return {
            "name": name,
            "comfort_share": share(self.in_band_s, self.counted_s),
            "min_c": rounded(self.min_c),
            "max_c": rounded(self.max_c),
            "supply_air_share": share(self.warm_s, self.air_s),
            "supply_air_counted_s": self.air_s,
            "run_h": round(self.run_s / 3600, 3),
            "starts": self.starts,
            "most_starts_in_an_hour": self.most_starts_1h,
        }


def share(part: float, whole: float) -> float | None:
    """part / whole, or None when nothing was counted."""
    return round(part / whole, 5) if whole else None


def rounded(value: float | None, digits: int = 3) -> float | None:
    """Rounded, None stays None."""
    return None if value is None else round(value, digits)


def metered(points: dict, high: str, low: str) -> float:
    """A two-word meter summed over the well's sections: m3 of m3 and L, kWh of MWh and Wh."""
    scale = 1000 if high.endswith("_mwh") else 1
    wells = [well for well in ("well", "well2") if f"{well}.{high}" in points]
    return round(sum(points[f"{well}.{high}"] * scale + points[f"{well}.{low}"] / 1000 for well in wells), 3)


ROOM_EVENTS = 100  # in a village, events of room node N come from place 100 + N - 1


def spot(where: int) -> tuple[str, int, int]:
    """(block, trip scope, index of the room) of an event's place."""
    if where >= ROOM_EVENTS:
        return f"room{where - ROOM_EVENTS + 1}", table.ROOM, where - ROOM_EVENTS
    kind, index = kinds.place(where)
    return kind.block(index), kind.scope, where - kinds.ROOM.where


def harm_of(plant) -> dict | None:
    """What the plant itself says it suffered (plant/harm.py); None of a plant that does not tell."""
    harm = getattr(plant, "harm", None)
    return harm.summary() if harm is not None else None


class Metrics:
    """Sums of one run. `sample` once a simulated second, after the rig's telemetry."""

    def __init__(self, rooms: list[str], settle_h: float = SETTLE_H):
        self.names = rooms
        self.rooms = [RoomMetrics(settle_h * 3600.0) for _ in rooms]
        self.seconds = 0
        self.flow_in_s = self.flow_s = 0
        self.heat_ws = self.electric_ws = self.pump_ws = self.source_ws = self.steady_ws = 0.0
        self.outside_sum = 0.0
        self.outside_min: float | None = None
        self.events_seen = 0
        self.trips: list[dict] = []
        self.pumps: dict[int, int] = {}  # starts by pump
        self.capacity_at_alarm: float | None = None

    def sample(self, t_s: float, truth: dict, points: dict, commands: dict) -> None:
        """One second. `truth` is the plant's, `points` the firmware's telemetry."""
        self.seconds += 1
        for i, room in enumerate(self.rooms, start=1):
            setpoint_c = points.get(f"room{i}.target_mc", 0) / 1000
            if f"room_c_{i}" in truth:
                air = truth.get(f"supply_air_c_{i}", -99.0)
                heating = points.get(f"room{i}.direction") != 2
                room.sample(t_s, truth[f"room_c_{i}"], setpoint_c, air, commands["compressor_on"][i - 1], heating)
            self.heat_ws += truth.get(f"heat_w_{i}", 0.0)
            self.electric_ws += truth.get(f"electric_w_{i}", 0.0)
        self.pump_ws += truth.get("pump_w", 0.0)
        self.source_ws += truth.get("source_w", 0.0)
        self.steady_ws += truth.get("steady_w", 0.0)
        outside = truth.get("outside_c")
        if outside is not None:
            self.outside_sum += outside
            if self.outside_min is None or outside < self.outside_min:
                self.outside_min = outside
        # Pumps of a stacked well are judged together: the rooms drink from both.
        setpoint = points.get("well.flow_setpoint_lph", 0) + points.get("well2.flow_setpoint_lph", 0)
        if setpoint and (commands["pump_on"] or commands["pump2_on"]):
            self.flow_s += 1
            flow = truth.get("lift_lph", 0.0) + truth.get("lift2_lph", 0.0)
            self.flow_in_s += abs(flow - setpoint) <= FLOW_SHARE * setpoint

    def take_events(self, events: list, truth: dict) -> list[dict]:
        """New events since the last call: counted, and the trips among them returned."""
        new = []
        for time_s, code, where, detail in events[self.events_seen :]:
            if code == codes.COMPRESSOR_START:
                self.rooms[spot(where)[2]].started(time_s)
            elif code == codes.PUMP_START:
                self.pumps[where] = self.pumps.get(where, 0) + 1
            elif code == codes.TRIP:
                place, scope, _room = spot(where)
                new.append({"time_s": time_s, "where": place, "cause": causes.name(scope, detail)})
        if self.capacity_at_alarm is None and any(trip["cause"] == "clogging" for trip in new):
            self.capacity_at_alarm = round(1.0 / (1.0 + truth.get("clog", 0.0)), 4)
        self.events_seen = len(events)
        self.trips += new
        return new

    def summary(self, rig, truth: dict) -> dict:
        """Everything the summary table, summary.json and the tests read."""
        points = rig.points()
        electric = self.electric_ws + self.pump_ws
        kwh = 3.6e6
        rooms = [m.summary(name) for m, name in zip(self.rooms, self.names)]
        lifted, returned = truth.get("lifted_l"), truth.get("returned_l")
        return {
            "hours": round(self.seconds / 3600, 3),
            "rooms": rooms,
            "outside_mean_c": rounded(self.outside_sum / self.seconds if self.seconds else None, 2),
            "outside_min_c": rounded(self.outside_min, 2),
            "heat_kwh": round(self.heat_ws / kwh, 3),
            "source_kwh": round(self.source_ws / kwh, 3),
            "electric_kwh": round(electric / kwh, 3),
            "pump_kwh": round(self.pump_ws / kwh, 3),
            "system_cop": share(abs(self.heat_ws), electric),
            # Against units that never stop; in cooling there is nothing to compare with.
            "cycling_kwh": round((self.electric_ws - self.steady_ws) / kwh, 3) if self.steady_ws > 0 else None,
            "cycling_share": share(self.electric_ws - self.steady_ws, self.electric_ws) if self.steady_ws > 0 else None,
            "flow_share": share(self.flow_in_s, self.flow_s),
            "pump_run_h": round(self.flow_s / 3600, 3),
            "pump_starts": max(self.pumps.values(), default=0),
            "lifted_m3": rounded(lifted / 1000 if lifted is not None else None, 4),
            "returned_m3": rounded(returned / 1000 if returned is not None else None, 4),
            "metered_lifted_m3": metered(points, "circulated_m3", "circulated_l"),
            "metered_returned_m3": metered(points, "returned_m3", "returned_l"),
            "metered_source_kwh": round(
                metered(points, "source_mwh", "source_wh") - metered(points, "sink_mwh", "sink_wh"), 3),
            "trips": self.trips,
            "harm": harm_of(rig.plant),
            "capacity_at_alarm": self.capacity_at_alarm,
            "resets": rig.resets,
            "scan": {
                "scans": points["node.scans"],
                "longest_us": points["node.scan_max_us"],
                "late_max_us": points["node.late_max_us"],
                "overruns": points["node.overruns"],
                "faults": points["node.scan_faults"],
                "heap_free_b": points["node.heap_free_b"],
                "events_lost": points["node.events_lost"],
            },
        }
