"""What a room's comfort and current cost, counted second by second beside harness/metrics.py."""

from __future__ import annotations

from dataclasses import dataclass

from harness.metrics import COMFORT_K


@dataclass
class Account:
    """One room. Comfort counts from the hour on from which the metrics count it; energy from the begin."""

    settle_s: float
    below_kh: float = 0.0  # kelvin-hours under the band of +-0.5 K
    above_kh: float = 0.0
    electric_wh: float = 0.0
    heat_wh: float = 0.0
    off_ks: float = 0.0  # sum of room less set point, and its seconds: a sensor's own error shows here
    counted_s: int = 0

    @property
    def mean_k(self) -> float | None:
        """Mean of room less set point; None before anything was counted."""
        return round(self.off_ks / self.counted_s, 3) if self.counted_s else None

    def second(self, t_s: float, room_c: float, target_c: float, electric_w: float, heat_w: float) -> None:
        """One second."""
        self.electric_wh += electric_w / 3600.0
        self.heat_wh += heat_w / 3600.0
        if t_s > self.settle_s:
            off = room_c - target_c
            self.off_ks += off
            self.counted_s += 1
            if off > COMFORT_K:
                self.above_kh += (off - COMFORT_K) / 3600.0
            elif off < -COMFORT_K:
                self.below_kh += (-off - COMFORT_K) / 3600.0


class Accounts:
    """All rooms of a run (runner.Run)."""

    def __init__(self, job):
        self.job = job
        self.rooms = [Account(room.settle_s) for room in job.metrics.rooms]

    def second(self) -> None:
        """After each `job.advance()`."""
        job, truth = self.job, self.job.plant.truth
        for i, account in enumerate(self.rooms, start=1):
            account.second(job.seconds, truth[f"room_c_{i}"], job.points[f"room{i}.target_mc"] / 1000.0,
                           truth[f"electric_w_{i}"], truth[f"heat_w_{i}"])

    def figures(self) -> dict:
        """Plain numbers: "rooms", and "house" in total."""
        summary = self.job.summary()
        rooms = [{
            "name": told["name"], "below_kh": round(own.below_kh, 3), "above_kh": round(own.above_kh, 3),
            "mean_k": own.mean_k, "in_band": told["comfort_share"], "starts": told["starts"],
            "electric_kwh": round(own.electric_wh / 1000.0, 3), "heat_kwh": round(own.heat_wh / 1000.0, 3),
            "supply_air": told["supply_air_share"], "min_c": told["min_c"], "max_c": told["max_c"],
        } for told, own in zip(summary["rooms"], self.rooms)]
        counted = [(told["supply_air_share"], told["supply_air_counted_s"]) for told in summary["rooms"]]
        seconds = sum(s for _, s in counted)
        house = {key: round(sum(room[key] for room in rooms), 3) for key in ("below_kh", "above_kh", "starts", "heat_kwh")}
        means = [room["mean_k"] for room in rooms if room["mean_k"] is not None]
        house |= {
            "mean_k": round(sum(means) / len(means), 3) if means else None,
            "in_band": round(sum(room["in_band"] or 0.0 for room in rooms) / len(rooms), 5),
            "electric_kwh": summary["electric_kwh"], "pump_kwh": summary["pump_kwh"], "pump_starts": summary["pump_starts"],
            "supply_air": round(sum(part * s for part, s in counted if s) / seconds, 5) if seconds else None,
            "cop": summary["system_cop"], "trips": len(summary["trips"]), "outside_mean_c": summary["outside_mean_c"],
        }
        return {"hours": summary["hours"], "rooms": rooms, "house": house}
