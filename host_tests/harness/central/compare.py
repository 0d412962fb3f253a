"""The firmware against plants that know no better: `python -m harness.central.compare chengde --days 7`.

All on, fixed rotation and the ideal controller (plant/central/baselines.py) run the plant alone in steps of a minute; the
firmware runs it in season mode. The same weather, the same day of the year, the same bars.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from plant.central import baselines, case, run
from plant.central.world import Central

from .play import Play
from .scenarios import Scenario

SPRING = 105  # 15 April
SEASONS = ("winter", "spring", "summer")
STEP_S = 60.0


def first_day(data: case.Case, season: str, seed: int, days: float) -> int:
    """So that the season's own day lies in the middle."""
    if season == "spring":
        return SPRING
    scenario = Scenario("", "", data.name, "design" if season == "winter" else "hottest")
    return max(1, scenario.first_day(seed) - int(days // 2))


def one(data: case.Case, policy: str, day: int, days: float, seed: int) -> dict:
    """A policy's, or the firmware's, run."""
    if policy == "firmware":
        play = Play(Scenario(data.name, "", data.name, day, 24.0 * days), seed, real=False)
        return play.run()
    world = Central(data, data.weather(seed, day), seed)
    return run.play(world, baselines.POLICIES[policy](world), days, STEP_S)


def line(season: str, policy: str, found: dict) -> str:
    """For reading."""
    hurt = found["suffered"]
    useful = found["heat_mwh"] + found["cold_mwh"] + found["tap_mwh"]
    cop = "  - " if found["cop"] is None else f"{found['cop']:4.2f}"
    return (f"{season:7} {policy:9} useful {useful:7.2f} MWh, electricity {found['electric_mwh']:6.2f} MWh, COP {cop}; "
            f"starts: machines {hurt['machine_starts']:4d}, wells {hurt['well_starts']:4d}, pumps {hurt['pump_starts']:3d}; "
            f"below 18 degC {hurt['room_below_18_s'] / 3600.0:5.1f} h, "
            f"tap below 50 {hurt['tap_below_50_s'] / 3600.0:4.1f} h, dead-headed {hurt['dead_head_s']:.0f} s")


def main(words: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m harness.central.compare", description=__doc__)
    parser.add_argument("case", choices=case.names())
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--season", choices=SEASONS, action="append")
    parser.add_argument("--policy", choices=["firmware", *baselines.POLICIES], action="append")
    parser.add_argument("--out", type=Path, help="a JSON file for all figures")
    args = parser.parse_args(words)
    data, results = case.find(args.case), {}
    for season in args.season or SEASONS:
        day = first_day(data, season, args.seed, args.days)
        for policy in args.policy or [*baselines.POLICIES, "firmware"]:
            found = one(data, policy, day, args.days, args.seed)
            results[f"{season} {policy}"] = found
            print(line(season, policy, found), flush=True)
            if args.out:
                args.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
