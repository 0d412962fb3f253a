"""The cells in EnergyPlus and in plant/room.py under the same weather, as sums that fit in a small file."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

from plant import room, weather

from . import cells, engine, idf, rules

RESULTS = Path(__file__).with_name("results.json")
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SEASONS = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11)}
STEP_S = 20.0
LEAD_DAYS = 20  # the year's last days before its first, to forget the start
WEEK = ("1,20", "1,26")  # of the short run that checks that the engine still says the same


def monthly(hours: list[float]) -> list[float]:
    """Sums of the twelve months of a year of 8760 hours."""
    sums, begin = [], 0
    for days in MONTH_DAYS:
        sums.append(sum(hours[begin : begin + 24 * days]))
        begin += 24 * days
    return sums


def season(months: list[float], name: str) -> float:
    """Sum of a season."""
    return sum(months[m - 1] for m in SEASONS[name])


def digest(path: Path) -> str:
    """SHA-256 of a weather file, the same with either kind of line end."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def figures(heat_kwh: list[float], free_c: list[float]) -> dict:
    """A cell's figures: hourly heat of the heated run, hourly air of the free one."""
    months = monthly(heat_kwh)
    return {"heat_kwh": round(sum(months), 1), "heat_months_kwh": [round(m, 1) for m in months],
            "min_c": round(min(free_c), 2), "max_c": round(max(free_c), 2), "mean_c": round(sum(free_c) / len(free_c), 2)}


def reference(epw: Path) -> dict:
    """What EnergyPlus says: sun on and through the south window (kWh/m2 a month), both cells, a cold week."""
    result = {"file": epw.name, "sha256": digest(epw), "cells": {}}
    for name, cell in cells.CELLS.items():
        heated, free = (engine.run(idf.write(cell, on), epw) for on in (True, False))
        heat = [joule / 3.6e6 for joule in engine.column(heated, "Heating Energy")]
        result["cells"][name] = figures(heat, engine.column(free, "Mean Air Temperature"))
        result["cells"][name]["week_kwh"] = round(week_kwh(cell, epw), 2)
        result["cells"][name]["burst_swing_k"] = round(burst_reference(cell, epw), 3)
        for key, word, area in (("sun", "Incident Solar", 1.0), ("through", "Transmitted Solar", cells.WINDOW_M2)):
            result[f"{key}_kwh_m2"] = [round(m / area / 1000.0, 2) for m in monthly(engine.column(free, word))]
    return result


def week_kwh(cell: cells.Cell, epw: Path) -> float:
    """EnergyPlus's heat of `WEEK`, kWh."""
    return sum(engine.column(engine.run(idf.write(cell, True, days=WEEK), epw), "Heating Energy")) / 3.6e6


def swing_k(minutes_c: list[float]) -> float:
    """Mean of how far the air moves in a cycle of bursts, over all but the first three days."""
    steady = minutes_c[3 * 1440 :]
    cycles = [steady[i : i + cells.CYCLE_MIN] for i in range(0, len(steady), cells.CYCLE_MIN)]
    return sum(max(cycle) - min(cycle) for cycle in cycles) / len(cycles)


def burst_reference(cell: cells.Cell, epw: Path) -> float:
    """EnergyPlus's swing in `WEEK`, K."""
    return swing_k(engine.column(engine.run(idf.write(cell, False, WEEK, True), epw), "Mean Air Temperature"))


def burst_ours(name: str, epw: Path) -> float:
    """The plant's, second by second, K; still air as in EnergyPlus."""
    year = weather.EpwYear(epw, 20)
    params = rules.params(cells.CELLS[name], elevation_m(epw))
    furnished = room.Room(dataclasses.replace(params, air_j_k=params.air_j_k * cells.FURNISHED), 25.0, None, year.skin)
    furnished.gains_w = cells.GAINS_W
    minutes = []
    for s in range(7 * 86400):
        heat_w = cells.BURST_W if s // 60 % cells.CYCLE_MIN < cells.BURST_MIN else 0.0
        furnished.step(float(s), heat_w, *year.at(float(s)), [])
        if s % 60 == 59:
            minutes.append(furnished.air_c)
    return swing_k(minutes)


def elevation_m(epw: Path) -> float:
    """Height of the place, the last cell of the LOCATION line."""
    with epw.open(encoding="latin-1") as file:
        return float(file.readline().split(",")[9])


def model(params: room.RoomParams, year: weather.EpwYear, heated: bool) -> list[float]:
    """plant/room.py through a year: hourly heat in kWh if heated to the set point, else hourly air in degC."""
    cell = room.Room(params, cells.SETPOINT_C, None, year.skin, STEP_S)
    cell.gains_w = cells.GAINS_W
    step, at = cell.step, year.at
    gain_w_k = 0.5 * params.air_j_k / STEP_S if heated else 0.0
    steps = round(3600 / STEP_S)
    hours = []
    for hour in range(-24 * LEAD_DAYS, len(year.temps)):
        total = 0.0
        for k in range(steps):
            t_s = hour * 3600 + (k + 0.5) * STEP_S
            air = cell.air_c
            heat_w = gain_w_k * (cells.SETPOINT_C - air) if air < cells.SETPOINT_C else 0.0
            outside_c, sun_w_m2 = at(t_s)
            step(t_s, heat_w, outside_c, sun_w_m2, [])
            total += heat_w if heated else air
        if hour >= 0:
            hours.append(total * STEP_S / 3.6e6 if heated else total / steps)
    return hours


def ours(name: str, epw: Path) -> dict:
    """A cell's figures by plant/room.py."""
    year = weather.EpwYear(epw)
    params = rules.params(cells.CELLS[name], elevation_m(epw))
    return figures(model(params, year, True), model(params, year, False))


def load() -> dict:
    """The committed results of EnergyPlus."""
    return json.loads(RESULTS.read_text())


def errors(mine: dict, theirs: dict) -> dict:
    """Heat as a share, extremes and mean in K."""
    return {"heat": mine["heat_kwh"] / theirs["heat_kwh"] - 1.0,
            **{key: mine[f"{key}_c"] - theirs[f"{key}_c"] for key in ("min", "max", "mean")}}
