"""`make bench-fleet`: how many sick houses of a simulated fleet are named, and how many others.

    python -m fleet_bench [--seeds 1-20] [--houses 300] | --load 300 [--seconds 60] [--database ...]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

from plant import fleet
from whtools.gateway.fleet.features import Frame
from whtools.gateway.fleet.judge import Found, judge


def frame_of(season: fleet.Season) -> Frame:
    """What a detector may see of a simulated season: rows and places, nothing else."""
    return Frame([str(i) for i in range(len(season.place))], season.place, season.rows)


def verdict(season: fleet.Season, found: list[Found]) -> tuple[int, list[str], list[str]]:
    """(sick houses named with the right reason, what was missed, others named)."""
    said = {int(one.house): one.reason for one in found}
    right = [h for h, kind in season.sick.items() if said.get(h) == kind]
    missed = [f"{kind} ({said.get(h, 'not named')})" for h, kind in season.sick.items() if h not in right]
    others = [reason for h, reason in said.items() if h not in season.sick]
    return len(right), missed, others


def run(seeds: range, houses: int, sick: int) -> int:
    """A row a seed and the medians; 1 when fewer than all are named on the median, or more than three others."""
    print(f"{houses} houses, {sick} sick\n seed  named  others     s  what was missed; others", flush=True)
    rights, most = [], 0
    for seed in seeds:
        season = fleet.season(seed, houses, sick)
        begun = time.perf_counter()
        right, missed, others = verdict(season, judge(frame_of(season)))
        rights.append(right)
        most = max(most, len(others))
        took = time.perf_counter() - begun
        print(f"{seed:5d} {right:6d} {len(others):7d} {took:5.1f}  {', '.join(missed)}; {', '.join(others)}", flush=True)
    print(f"median named {statistics.median(rights):g} of {sick}, all in {rights.count(sick)} of {len(rights)} seeds; "
          f"most others {most}")
    return 0 if statistics.median(rights) == sick and most <= 3 else 1


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make bench-fleet", description="sick houses named, over seeds of a fleet")
    parser.add_argument("--seeds", default="1-20", metavar="1-20")
    parser.add_argument("--houses", type=int, default=300)
    parser.add_argument("--sick", type=int, default=5)
    parser.add_argument("--load", type=int, metavar="HOUSES", help="telemetry of so many houses instead (300, 10000)")
    parser.add_argument("--seconds", type=float, default=60.0, help="--load: how long")
    parser.add_argument("--database", help="--load: postgresql://... (default: SQLite)")
    args = parser.parse_args()
    if args.load:
        import fleet_load

        return fleet_load.run(args.load, args.seconds, args.database)
    first, _, last = args.seeds.partition("-")
    return run(range(int(first), int(last or first) + 1), args.houses, args.sick)


if __name__ == "__main__":
    sys.exit(main())
