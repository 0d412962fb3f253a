"""The trace of a run: one CSV row every ten simulated seconds, the same bytes for the same seed."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

EVERY_S = 10
WELL_POINTS = ("demand_w", "flow_setpoint_lph", "flow_lph", "pump_speed_pm", "state", "permissive", "limiter",
               "supply_mc", "return_mc", "reinjection_kpa", "trips")
LOOP_POINTS = ("supply_mc", "return_mc", "pressure_kpa", "state", "trips")
ROOM_POINTS = ("setpoint_mc", "target_mc", "room_mc", "supply_air_mc", "leaving_mc", "state", "duty_pm", "compressor_on",
               "fan_pm", "trips")


class Trace:
    """Rows in memory for the pictures and on disk as they come. Columns are fixed by the first row."""

    def __init__(self, path: Path, config: dict):
        rooms = len(config["rooms"])
        self.path = path
        self.file = path.open("w", newline="", encoding="utf-8")
        self.writer = csv.writer(self.file)
        self.points = [f"{well}.{name}" for well in ("well", "well2") if well in config for name in WELL_POINTS]
        if "loop" in config:
            self.points += [f"loop.{name}" for name in LOOP_POINTS]
        for i in range(1, rooms + 1):
            self.points += [f"room{i}.{name}" for name in ROOM_POINTS]
        self.truth_keys: list[str] = []
        self.columns: dict[str, list[float]] = {}

    def row(self, t_s: float, truth: dict, points: Mapping[str, int]) -> None:
        """Write one row."""
        if not self.columns:
            self.truth_keys = sorted(truth)
            header = ["t_s"] + [f"plant.{k}" for k in self.truth_keys] + self.points
            self.columns = {name: [] for name in header}
            self.writer.writerow(header)
        values = [round(t_s, 3)] + [round(truth[k], 4) for k in self.truth_keys]
        values += [points.get(name, 0) for name in self.points]
        self.writer.writerow(values)
        for column, value in zip(self.columns.values(), values):
            column.append(value)

    def close(self) -> None:
        """Flush and close."""
        self.file.close()
