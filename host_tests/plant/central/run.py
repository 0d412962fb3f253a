"""The plant alone: `python -m plant.central.run chengde --policy ideal --days 365` (no firmware in it)."""

from __future__ import annotations

import argparse
import json
import sys
import time

from . import baselines, case, faults
from .world import Central

STEP_S = 300.0


def play(one: Central, policy: baselines.Policy, days: float, step_s: float = STEP_S, breakages=()) -> dict:
    """Run a plant with a controller. breakages: (from s, to s, name, target, value)."""
    end = one.t_s + days * 86400.0
    begun = time.perf_counter()
    pending = sorted([(b[0], False, b) for b in breakages] + [(b[1], True, b) for b in breakages], key=lambda x: x[:2])
    stored, came = one.stored_j(), one.lumps.in_j
    sums = [0.0] * 4
    while one.t_s < end - 1e-6:
        while pending and pending[0][0] <= one.t_s:
            _at, mend, b = pending.pop(0)
            faults.change(one, *b[2:], mend=mend)
        policy.step(step_s)
        one.step(step_s)
        flow = one.field.flow_m3h
        for k, value in enumerate((1.0, flow, one.c(one.well_supply), one.c(one.well_return))):
            sums[k] += value if flow > 0.0 else 0.0
    wall = time.perf_counter() - begun
    moved = max(1.0, abs(one.lumps.in_j - came))
    return report(one, policy.name, sums) | {
        "days": days, "wall_s": round(wall, 1),
        "energy_residual": (one.stored_j() - stored - (one.lumps.in_j - came)) / moved}


def report(one: Central, name: str, sums: list[float]) -> dict:
    """Energies in MWh, the wells' means over the time that they lift, what was suffered."""
    electric = sum(one.electric_wh.values()) / 1e6
    useful = (one.heat_wh + one.cold_wh + one.tap_wh) / 1e6
    n = max(1.0, sums[0])
    return {
        "case": one.case.name, "policy": name, "heat_mwh": one.heat_wh / 1e6, "cold_mwh": one.cold_wh / 1e6,
        "tap_mwh": one.tap_wh / 1e6, "electric_mwh": electric, "cop": useful / electric if electric else None,
        "parts_mwh": {k: v / 1e6 for k, v in one.electric_wh.items()},
        "gas_m3": one.boiler.gas_m3 if one.boiler else 0.0,
        "flow_m3h": sums[1] / n, "supply_c": sums[2] / n, "return_c": sums[3] / n,
        "suffered": one.suffered.summary()}


def rounded(value):
    """For reading: four figures."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


def main(words: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m plant.central.run", description=__doc__)
    parser.add_argument("case", choices=case.names())
    parser.add_argument("--policy", choices=sorted(baselines.POLICIES), default="ideal")
    parser.add_argument("--days", type=float, default=365.0)
    parser.add_argument("--first-day", type=int, default=1, help="day of the year, 1 = 1 January")
    parser.add_argument("--step", type=float, default=STEP_S, help="seconds a step")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(words)
    data = case.find(args.case)
    one = Central(data, data.weather(args.seed, args.first_day), args.seed)
    print(json.dumps(rounded(play(one, baselines.POLICIES[args.policy](one), args.days, args.step)), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
