"""A scenario without firmware: years of heating on the simulated well, hour by hour, to see what the ground remembers.

The rooms' heat is met by units that never stop (heatpump_map.steady) at the flow of T/BAEE019-2023; below the pump's
smallest flow the well runs for a share of the hour.
"""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from plant import heatpump_map, well

FLOW_M3H_KW = 0.134  # T/BAEE019-2023
ROOM_C, GAINS_W, BASE_C = 20.0, 150.0, 15.0  # heating ends above BASE_C outside
DAYS = 365


@dataclass
class Year:
    """Sums of one heating year (from 1 July), energies in kWh."""

    heat: float = 0.0
    ground: float = 0.0
    units: float = 0.0
    pump: float = 0.0
    coldest_c: float = 99.0  # water lifted
    run_h: float = 0.0
    hours_short: int = 0  # the units could not give what the rooms lost
    january: list[float] = field(default_factory=list)

    def row(self, number: int) -> dict:
        """For table, CSV and summary."""
        electric = self.units + self.pump
        return {
            "year": number, "heat_kwh": round(self.heat, 1), "ground_kwh": round(self.ground, 1),
            "units_kwh": round(self.units, 1), "pump_kwh": round(self.pump, 1),
            "system_cop": round(self.heat / electric, 3) if electric else None,
            "supply_min_c": round(self.coldest_c, 2) if self.run_h else None,
            "supply_january_c": round(sum(self.january) / len(self.january), 2) if self.january else None,
            "run_h": round(self.run_h, 1), "hours_short": self.hours_short}


class Seasons:
    """Outside temperature of an average year: a cosine, coldest on 20 January, and a daily swing."""

    def __init__(self, mean_c: float = 12.5, swing_k: float = 16.0, day_k: float = 5.0):
        self.mean_c, self.swing_k, self.day_k = mean_c, swing_k, day_k
        self.name = f"cosine year, mean {mean_c:g} degC, swing {swing_k:g} K"

    def at(self, t_s: float) -> tuple[float, float]:
        """(outside degC, no sun) at `t_s` since 1 January 00:00."""
        day = t_s / 86400.0
        slow = -self.swing_k * math.cos(2 * math.pi * (day - 20.0) / DAYS)
        return self.mean_c + slow - self.day_k * math.cos(2 * math.pi * (day - 0.125)), 0.0


class Decade:
    """The plant of a scenario through the years. `hour` advances it; `rows` has what was seen."""

    def __init__(self, params: well.WellParams, rooms: int, loss_w_k: float, weather, min_m3h: float = 1.2):
        self.well = well.Well(params)
        self.rooms = rooms
        self.loss_w_k = loss_w_k
        self.weather = weather
        self.min_m3h = min_m3h
        self.return_c = params.ground_c
        self.speeds: dict[int, float] = {}
        self.hours = 0
        self.year = Year()
        self.rows: list[dict] = []

    def speed_for(self, m3h: float) -> float:
        """Pump speed (0.6 to 1) that gives this flow; kept by steps of 10 L/h."""
        key = round(m3h * 100)
        if key not in self.speeds:
            low, high = 0.6, 1.0
            for _ in range(20):
                middle = 0.5 * (low + high)
                low, high = (middle, high) if self.well.steady_m3h(middle) < m3h else (low, middle)
            self.speeds[key] = high
        return self.speeds[key]

    def hour(self) -> None:
        """One hour, from 1 July on."""
        t_s = (181 * 24 + self.hours) * 3600.0
        outside_c = self.weather.at(t_s)[0]
        want_w = max(0.0, self.loss_w_k * self.rooms * (ROOM_C - outside_c) - GAINS_W * self.rooms) / self.rooms
        if outside_c > BASE_C:
            want_w = 0.0
        self.run(want_w, int(t_s // 86400) % DAYS)
        self.hours += 1
        if self.hours % (DAYS * 24) == 0:
            self.rows.append(self.year.row(len(self.rows) + 1))
            self.year = Year()

    def run(self, want_w: float, day: int) -> None:
        """An hour at `want_w` of heat for each room."""
        w, year = self.well, self.year
        full_w, electric_w, source_w = heatpump_map.steady(w.supply_c)
        duty = want_w / full_w
        if duty > 1.0:
            duty, want_w = 1.0, full_w
            year.hours_short += 1
        flow = want_w * self.rooms / 1000.0 * FLOW_M3H_KW
        share = min(1.0, flow / self.min_m3h)
        if share > 0.0:
            w.flow_m3h = w.returning_m3h = max(flow, self.min_m3h)
            ground_w = source_w * duty * self.rooms / share
            self.return_c = w.supply_c - ground_w / (w.flow_m3h * well.WATER_WH_M3K)
            speed = self.speed_for(w.flow_m3h)
            year.ground += ground_w * share / 1000.0
            year.pump += w.pump_w(True, speed) * share / 1000.0
            w.thermal(self.return_c, 3600.0 * share)
            year.run_h += share
            year.coldest_c = min(year.coldest_c, w.supply_c)
            if day < 31:
                year.january.append(w.supply_c)
        if share < 1.0:
            w.flow_m3h = w.returning_m3h = 0.0
            w.thermal(self.return_c, 3600.0 * (1.0 - share))
        year.heat += full_w * duty * self.rooms / 1000.0
        year.units += electric_w * duty * self.rooms / 1000.0


def run(scenario, out: Path, hours: float, weather, console: Console) -> dict:
    """All years of the scenario; leaves decade.csv, summary.json and day.png in `out`. Returns the summary."""
    from harness import scenarios

    job = Decade(scenario.well_params(), scenario.rooms, scenario.world.get("loss_w_k", scenarios.ROOM_LOSS_W_K), weather)
    for n in range(round(hours)):
        job.hour()
        if n % (DAYS * 24) == DAYS * 24 - 1:
            row = job.rows[-1]
            console.print(f"year {row['year']:2d}: water at least {row['supply_min_c']} degC, in January "
                          f"{row['supply_january_c']} degC; COP {row['system_cop']}", highlight=False)
    if not job.rows:
        raise scenarios.ScenarioError(f"--hours {hours:g}: the scenario {scenario.name} counts whole years of {DAYS * 24} h")
    summary = {"scenario": scenario.name, "weather": weather.name, "hours": hours, "years": job.rows,
               "drift_k": round(job.rows[-1]["supply_min_c"] - job.rows[0]["supply_min_c"], 3)}
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    with (out / "decade.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(job.rows[0]))
        writer.writeheader()
        writer.writerows(job.rows)
    show(summary, console)
    picture(summary, out / "day.png")
    console.print(f"Results in {out}/: summary.json, decade.csv, day.png", highlight=False)
    return summary


def show(summary: dict, console: Console) -> None:
    """The years as a table."""
    table = Table(title=f"{summary['scenario']} (simulated, plant only), {summary['weather']}")
    names = {"year": "year", "heat_kwh": "heat kWh", "ground_kwh": "ground kWh", "units_kwh": "units kWh",
             "pump_kwh": "pump kWh", "system_cop": "COP", "supply_min_c": "min °C", "supply_january_c": "Jan °C",
             "hours_short": "short h"}
    for name in names.values():
        table.add_column(name, justify="right")
    for row in summary["years"]:
        table.add_row(*[f"{row[key]:.0f}" if key.endswith("kwh") else str(row[key]) for key in names])
    console.print(table)
    console.print("min, Jan: coldest water lifted, mean of January; short: hours in which units could not meet the loss")


def picture(summary: dict, path: Path) -> None:
    """Water and COP over the years."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    years = [row["year"] for row in summary["years"]]
    fig, axes = plt.subplots(2, 1, sharex=True, figsize=(9, 5), layout="constrained")
    for key, label in (("supply_min_c", "coldest"), ("supply_january_c", "January mean")):
        axes[0].plot(years, [row[key] for row in summary["years"]], marker="o", label=label)
    axes[0].set_ylabel("water lifted, °C")
    axes[0].legend()
    axes[1].plot(years, [row["system_cop"] for row in summary["years"]], marker="o", color="tab:red")
    axes[1].set_ylabel("system COP")
    axes[1].set_xlabel("heating year")
    for ax in axes:
        ax.grid(alpha=0.3)
    fig.suptitle(f"Wellhearth: {summary['scenario']} (simulated), {summary['weather']}", fontsize=10)
    fig.savefig(path, dpi=90)
    plt.close(fig)
