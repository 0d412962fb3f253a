"""The row of a simulated day: what grew in it, and its extremes."""

from __future__ import annotations

import datetime

from harness import runner
from harness.metrics import harm_of

HARM = "harm_"  # columns of what the plant suffered (plant/harm.py): sums, so that a day has its growth
KWH = 3.6e6


def date_text(first_day: int | None, day: int) -> str:
    """What day `day` (1 = the first) is: `01 Nov`, or `day 7` where no weather file says."""
    if first_day is None:
        return f"day {day}"
    date = datetime.date(2001, 1, 1) + datetime.timedelta(days=(first_day - 1 + day - 1) % 365)
    return date.strftime("%d %b")


def duration(seconds: float) -> str:
    """h:mm:ss."""
    return str(datetime.timedelta(seconds=round(seconds)))


def share(part: float, whole: float, digits: int = 4) -> float | str:
    """part / whole; empty where nothing was counted."""
    return round(part / whole, digits) if whole else ""


def sums(job: runner.Run) -> dict[str, float]:
    """Everything that only grows, by name: what a day added is the difference of two of these."""
    m, truth = job.metrics, job.plant.truth
    result = {"seconds": m.seconds, "heat": m.heat_ws, "source": m.source_ws, "electric": m.electric_ws, "pump": m.pump_ws,
              "outside": m.outside_sum, "flow": m.flow_s, "flow_in": m.flow_in_s, "pump_starts": sum(m.pumps.values()),
              "trips": len(m.trips), "resets": job.rig.resets, "lifted": truth.get("lifted_l", 0.0)}
    for i, room in enumerate(m.rooms, start=1):
        result |= {f"in_band_{i}": room.in_band_s, f"counted_{i}": room.counted_s, f"warm_{i}": room.warm_s,
                   f"air_{i}": room.air_s, f"starts_{i}": room.starts, f"run_{i}": room.run_s}
    return result | {HARM + key: value for key, value in (harm_of(job.plant) or {}).items()}


class Extremes:
    """Lowest and highest of the day are kept by the metrics; those of the season are folded here."""

    FIELDS = (("min_c", min), ("max_c", max), ("most_starts_1h", max))

    def __init__(self, rooms: int):
        self.rooms: list[dict] = [{} for _ in range(rooms)]
        self.outside_min: float | None = None

    def fold(self, metrics) -> None:
        """Take over the day's."""
        for kept, room in zip(self.rooms, metrics.rooms):
            for name, pick in self.FIELDS:
                values = [v for v in (kept.get(name), getattr(room, name)) if v is not None]
                kept[name] = pick(values) if values else None
        values = [v for v in (self.outside_min, metrics.outside_min) if v is not None]
        self.outside_min = min(values) if values else None

    def clear(self, metrics) -> None:
        """The metrics begin a new day. Starts of the last hour stay: an hour has no midnight."""
        for room in metrics.rooms:
            room.min_c = room.max_c = None
            room.most_starts_1h = 0
        metrics.outside_min = None

    def give_back(self, metrics) -> None:
        """The season's extremes into the metrics, for a summary."""
        self.fold(metrics)
        for kept, room in zip(self.rooms, metrics.rooms):
            for name, _pick in self.FIELDS:
                setattr(room, name, kept[name])
        metrics.outside_min = self.outside_min


def day_row(job: runner.Run, before: dict, day: int, date: str) -> dict:
    """The CSV row of the day that ends now."""
    now = sums(job)
    d = {key: now[key] - before.get(key, 0) for key in now}
    m = job.metrics
    rooms = range(1, len(m.rooms) + 1)
    mins = [room.min_c for room in m.rooms if room.min_c is not None]
    maxs = [room.max_c for room in m.rooms if room.max_c is not None]
    comfort = [d[f"in_band_{i}"] / d[f"counted_{i}"] for i in rooms if d[f"counted_{i}"]]
    electric = d["electric"] + d["pump"]
    row = {
        "day": day, "date": date, "hours": round(d["seconds"] / 3600, 3),
        "outside_mean_c": share(d["outside"], d["seconds"], 2),
        "outside_min_c": "" if m.outside_min is None else round(m.outside_min, 2),
        "heat_kwh": round(d["heat"] / KWH, 3), "source_kwh": round(d["source"] / KWH, 3),
        "electric_kwh": round(electric / KWH, 3), "pump_kwh": round(d["pump"] / KWH, 3),
        "cop": share(abs(d["heat"]), electric, 3), "lifted_m3": round(d["lifted"] / 1000, 3),
        "supply_c": round(job.plant.truth["supply_c"], 3) if "supply_c" in job.plant.truth else "",
        "pump_starts": d["pump_starts"], "pump_run_h": round(d["flow"] / 3600, 3),
        "flow_share": share(d["flow_in"], d["flow"]),
        "compressor_starts": sum(d[f"starts_{i}"] for i in rooms),
        "compressor_run_h": round(sum(d[f"run_{i}"] for i in rooms) / 3600, 3),
        "most_starts_in_an_hour": max(room.most_starts_1h for room in m.rooms),
        "comfort_worst_share": round(min(comfort), 4) if comfort else "",
        "coldest_c": round(min(mins), 3) if mins else "", "hottest_c": round(max(maxs), 3) if maxs else "",
        "supply_air_share": share(sum(d[f"warm_{i}"] for i in rooms), sum(d[f"air_{i}"] for i in rooms)),
        "trips": d["trips"], "resets": d["resets"],
    }
    return row | {key: round(value, 3) for key, value in d.items() if key.startswith(HARM)}
