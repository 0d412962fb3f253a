"""`make bench-comfort`: room control against plain thermostats, cell by cell; a table, its shortfalls, a picture.

Single rooms by default (a quarter of an hour on two cores); `--house` plays the whole firmware on the whole house of six
rooms, sharded and resumable. Results: build/comfort/rooms.jsonl, house.jsonl, and what they say in *.md and *.png.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from pathlib import Path

from truth.campaign import sources

from plant.weather import WeatherError

from . import cut, flow, picture, play, rooms, skies, tariff, verdict

OUT = Path("build/comfort")


def room_job(job) -> tuple[str, dict]:
    """A worker's turn: one cell of single rooms."""
    cell, seed = job
    return cell.name, rooms.play(cell, seed)


def house_job(job) -> tuple[str, dict]:
    """A worker's turn: one cell of the whole house, all controls."""
    cell, seed, hours, count = job
    controls = ("wellhearth", "hysteresis")
    return cell.name, {control: play.play(play.Cell(cell.plant, cell.sky, cell.compressor, control, seed, count), hours)
                       for control in controls}


def read(path: Path, head: dict, anew: bool) -> dict[str, dict]:
    """Results there are, of these sources; others are thrown away when `anew`, else refused."""
    if not path.exists() or anew:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(head) + "\n", encoding="utf-8")
        return {}
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    if not lines or json.loads(lines[0]) != head:
        sys.exit(f"bench-comfort: {path} belongs to other sources or options; --anew throws it away")
    return dict(json.loads(line) for line in lines[1:])


def run(args) -> dict[str, dict]:
    """Play what is missing; results by cell."""
    path = args.out / f"{'house' if args.house else 'rooms'}.jsonl"
    head = {"sources": sources(), "seed": args.seed, "hours": args.hours if args.house else rooms.HOURS, "rooms": args.rooms}
    done = read(path, head, args.anew)
    k, n = args.shard
    wanted = [cell for i, cell in enumerate(rooms.cells(args.house)) if i % n == k - 1 and args.only in cell.name]
    left = [cell for cell in wanted if cell.name not in done]
    jobs = [(cell, args.seed, args.hours, args.rooms) if args.house else (cell, args.seed) for cell in left]
    begun = time.perf_counter()
    with multiprocessing.Pool(args.jobs) as pool, path.open("a", encoding="utf-8") as file:
        for i, (name, figures) in enumerate(pool.imap_unordered(house_job if args.house else room_job, jobs), start=1):
            done[name] = figures
            file.write(json.dumps([name, figures]) + "\n")
            file.flush()
            r = verdict.row(figures)
            left_s = (time.perf_counter() - begun) / i * (len(jobs) - i)
            print(f"{name:32} discomfort x{r['discomfort']:.2f}  starts x{r['starts']:.2f}  energy x{r['energy']:.2f}"
                  f"  ({i} of {len(jobs)}, {left_s / 60:.0f} min left)", flush=True)
    return {cell.name: done[cell.name] for cell in wanted if cell.name in done}


def table(results: dict[str, dict]) -> str:
    """What they say, in Markdown."""
    lines = ["| compressor | control | K h/d outside +-0.5 K | in band | starts/d | kWh/d | air >= 38 degC |",
             "|---|---|---|---|---|---|---|"]
    for compressor in rooms.COMPRESSORS:
        for control, f in verdict.sums(results, compressor).items():
            lines.append(f"| {compressor} | {control} | {f['outside_kh_day']:.2f} | {f['in_band']:.1%} |"
                         f" {f['starts_day']:.1f} | {f['kwh_day']:.2f} | {f['warm_air']:.1%} |")
    lines.append("")
    for compressor in rooms.COMPRESSORS:
        good, count = verdict.halves(results, compressor)
        lines.append(f"At most half of the relay's discomfort at no more energy, {compressor}: {good} of {count} cells.")
    short = [line for name, one in sorted(verdict.judged(results).items()) for line in verdict.short(name, one)]
    lines += ["", f"Falls short ({len(short)}):", "", *[f"- {line}" for line in short]]
    return "\n".join(lines) + "\n"


def shard(text: str) -> tuple[int, int]:
    """K/N."""
    k, _, n = text.partition("/")
    if not (k.isdigit() and n.isdigit() and 1 <= int(k) <= int(n)):
        raise argparse.ArgumentTypeError(f"{text}: wanted K/N, e.g. 1/4")
    return int(k), int(n)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="make bench-comfort", description=__doc__)
    parser.add_argument("--house", action="store_true", help="the whole firmware on the whole house")
    parser.add_argument("--rooms", type=int, default=6, help="of the house, 1 to 8")
    parser.add_argument("--hours", type=float, default=30.0, help="of the house; the first six do not count")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="cells whose name has this in it, e.g. light/design")
    parser.add_argument("--shard", type=shard, default=(1, 1), metavar="K/N", help="every N-th cell, from the K-th")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--anew", action="store_true", help="throw results away that are there")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--tariff", action="store_true", help="what a room's flex_mk earns under a tariff by hours")
    parser.add_argument("--flow", action="store_true", help="what other flows than the standard's cost or earn")
    parser.add_argument("--cut", action="store_true", help="how many units run at once after a power cut")
    args = parser.parse_args()
    if args.flow:
        print(flow.table(args.jobs))
        return 0
    if args.tariff or args.cut:
        print((tariff if args.tariff else cut).table())
        return 0
    if not 1 <= args.rooms <= 8 or not 6 < args.hours <= 24 * 366:
        parser.error("wanted 1 to 8 rooms, more than 6 hours")
    try:
        skies.chicago()
    except WeatherError as e:
        parser.error(str(e))
    results = run(args)
    if not results:
        parser.error(f"no cell's name has {args.only!r} in it")
    text = table(results)
    name = "house" if args.house else "rooms"
    (args.out / f"{name}.md").write_text(text, encoding="utf-8")
    picture.draw(results, args.out / f"{name}.png")
    print(text + f"\n{args.out}/{name}.md, {name}.png, {name}.jsonl")
    return 0


if __name__ == "__main__":
    sys.exit(main())
