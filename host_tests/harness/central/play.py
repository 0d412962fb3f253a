"""Runs a scenario of a central plant and judges it by the plant's truth."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path

from plant.central import case as cases
from plant.central.run import report

from . import breaking, rig, season
from .scenarios import Scenario

TRACE_S = 60
COLUMNS = ("t_h", "outside_c", "wells_on", "lifted_m3h", "returned_m3h", "well_supply_c", "well_return_c", "supply_c",
           "return_c", "machines_on", "machines_load", "tank_top_c", "tap_c", "room_c", "coldest_c", "electric_kw",
           "useful_kw", "boiler_load", "noise_db")
TAP_C = 50.0
# What trips a machine, or keeps it out, whatever its controller does.
OF_THE_WATER = ("secondary_failed", "tertiary_failed", "source_valve_shut", "load_valve_shut", "exchanger_blocked",
                "exchanger_fouled", "network_leak", "source_leak", "machine_locked", "sensor_drift", "sensor_off")
COLD_DAY_C, WARM_C = 5.0, 38.0


class Play:
    """One run. real: MicroPython processes for all nodes; else the season mode. `advance` a minute at a time."""

    def __init__(self, scenario: Scenario, seed: int = 1, real: bool = True, hours: float | None = None,
                 out: Path | None = None):
        self.scenario, self.real = scenario, real
        self.hours = hours if hours is not None else scenario.hours
        data, day = cases.find(scenario.case), scenario.first_day(seed)
        # Nobody hands over a plant with cold pipes on a winter's day.
        water_c = WARM_C if data.weather(seed).day_mean_c(day) < COLD_DAY_C else None
        self.station = (rig if real else season).of_case(data, seed, day, water_c=water_c)
        self.world = self.station.world
        self.world.t_s = scenario.start_h * 3600.0
        self.begun = time.perf_counter()
        self.sums = [0.0] * 4
        self.rows: list[list[float]] = []
        self.seconds = 0
        self.pending = sorted([(f.at_s, False, f) for f in scenario.faults] + [(f.end_s, True, f) for f in scenario.faults],
                              key=lambda item: item[:2])
        self.trips: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self.out = out

    def advance(self) -> None:
        """A minute."""
        while self.pending and self.pending[0][0] <= self.seconds:
            _at, mend, f = self.pending.pop(0)
            breaking.change(self.station, f.name, f.target, f.value, mend)
        self.station.run(TRACE_S)
        self.seconds += TRACE_S
        self._note()

    def _note(self) -> None:
        w = self.world
        flow = w.field.flow_m3h
        for k, value in enumerate((1.0, flow, w.c(w.well_supply), w.c(w.well_return))):
            self.sums[k] += value if flow > 0.0 else 0.0
        heated = [b for b in w.buildings if b.heated]
        self.rows.append([
            self.seconds / 3600.0 + self.scenario.start_h, w.outside[0], sum(x.turns for x in w.field.wells), flow,
            sum(x.returning_m3h for x in w.field.wells), w.c(w.well_supply), w.c(w.well_return), w.c(w.supply), w.c(w.back),
            sum(m.running for m in w.machines), sum(m.load for m in w.machines),
            w.tank.sensors(w.lumps)[0] if w.tank else 0.0, w.tank.tap_c(w.lumps) if w.tank else 0.0,
            sum(b.mean_c * b.data.m2 for b in heated) / sum(b.data.m2 for b in heated), min(b.coldest_c for b in heated),
            sum(w.electric_w.values()) / 1e3, sum(b.heat_w for b in w.buildings) / 1e3,
            w.boiler.load if w.boiler else 0.0, w.noise_db])
        for path, value in self.points().items():
            if path.endswith(".trips"):
                new = value & ~self._last.get(path, 0)
                self._last[path] = value
                for bit in range(new.bit_length()):
                    if new >> bit & 1:
                        key = f"{path.removesuffix('.trips')}:{bit}"
                        self.trips[key] = self.trips.get(key, 0) + 1

    def points(self) -> dict[str, int]:
        """The plant node's points."""
        return self.station.points()

    def ended(self) -> bool:
        """Whether all of it was played."""
        return self.seconds >= self.hours * 3600.0

    def run(self, watch: Callable[[Play], None] | None = None, stopped: Callable[[], bool] | None = None) -> dict:
        """To its end, or until `stopped` says so between two seconds; the summary of what was played."""
        while not self.ended():
            self.advance()
            if watch is not None:
                watch(self)
            if stopped is not None and stopped():
                break
        return self.summary()

    def summary(self) -> dict:
        """Energies, what was suffered, trips, bars."""
        world = self.world
        wall = time.perf_counter() - self.begun
        found = report(world, "firmware", self.sums) | {
            "scenario": self.scenario.name, "hours": self.seconds / 3600.0, "wall_s": round(wall, 1),
            "speed": round(self.seconds / wall, 1), "nodes": "MicroPython processes" if self.real else "season mode",
            "wells": [{"lifted_m3": w.lifted_l / 1e3, "returned_m3": w.returned_l / 1e3} for w in world.field.wells],
            "trips": dict(sorted(self.trips.items())), "faults": [f.name for f in self.scenario.faults],
            "coldest_c": min(row[COLUMNS.index("coldest_c")] for row in self.rows),
            "resets": getattr(self.station, "resets", 0),
            "locked_out": [path.partition(".")[0] for path, value in self.points().items()
                           if path.startswith("machine") and path.endswith(".lockouts") and value],
            "scan_faults": self.points().get("node.scan_faults", 0)}
        found["bars"] = bars(found)
        if self.out is not None:
            with (self.out / "trace.csv").open("w", newline="", encoding="utf-8") as f:
                csv.writer(f).writerows([COLUMNS, *[[round(v, 3) for v in row] for row in self.rows]])
        return found

    def close(self) -> None:
        """End the nodes."""
        self.station.close()


def bars(found: dict) -> list[dict]:
    """Promises, each with what was seen. What a fault does to the water (litres) is not the firmware's."""
    hurt = found["suffered"]
    gaps = [abs(w["lifted_m3"] - w["returned_m3"]) for w in found["wells"]]
    zero = [("dry_pump_s", "a pump ran dry, s"), ("dead_head_s", "a pump against closed valves, s"),
            ("boiler_empty_s", "boiler on an empty network, s"), ("cold_water_s", "water below 0.5 degC, s"),
            ("frozen", "exchangers frozen through"), ("over_pressure_s", "reinjection over 300 kPa, s"),
            ("room_below_18_s", "a heated zone below 18 degC while people are in, s"),
            ("room_below_16_s", "a heated zone below 16 degC, s"), ("tap_below_50_s", f"tap below {TAP_C:g} degC, s"),
            ("loud_s", "noise over the night's limit, s")]
    rows = [{"name": name, "want": "0", "seen": hurt[key], "ok": hurt[key] == 0} for key, name in zero]
    if not any(name in ("well_leak", "network_leak", "source_leak") for name in found["faults"]):
        rows.append({"name": "water lifted minus returned, worst well, m3", "want": "0", "seen": round(max(gaps), 3),
                     "ok": max(gaps) < 1e-6})
    if not any(name in OF_THE_WATER for name in found["faults"]):
        rows.append({"name": "trips of the machines' own protections", "want": "0", "seen": hurt["machine_trips"],
                     "ok": hurt["machine_trips"] == 0})
        rows.append({"name": "machines locked out at the end", "want": "0", "seen": len(found["locked_out"]),
                     "ok": not found["locked_out"]})
    day = max(1.0, found["hours"]) / 24.0
    rows.append({"name": "starts of the busiest machine in 24 h", "want": "<= 24",
                 "seen": round(hurt["most_machine_starts"] / max(day, 0.25), 1),
                 "ok": hurt["most_machine_starts"] <= 24 * max(day, 0.25)})
    rows.append({"name": "resets and failed scans", "want": "0", "seen": found["resets"] + found["scan_faults"],
                 "ok": found["resets"] + found["scan_faults"] == 0})
    return rows
