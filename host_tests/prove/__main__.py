"""`make prove`: the search, then every planted fault. Options in ARGS, see --help."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import abstraction as a
from . import planted, scenario
from .search import Result, Search


def arguments() -> argparse.Namespace:
    """What was asked for."""
    p = argparse.ArgumentParser(prog="make prove", description=a.__doc__.split("\n")[0])
    p.add_argument("--together", type=int, default=a.TOGETHER, metavar="N",
                   help=f"inputs off normal at once, 0 to 6 (default {a.TOGETHER}; demand and power cuts come on top)")
    p.add_argument("--limit", type=float, default=1500.0, metavar="S", help="end unclosed after S seconds of CPU (1500)")
    p.add_argument("--depth", type=int, default=0, metavar="N", help="drive no state on that is N moves deep (0: all)")
    p.add_argument("--planted", metavar="NAME", default="all",
                   help="plant this fault alone and print its scenario; all: the search first, then each; none: the search; "
                        "only: each, without the search; list")
    p.add_argument("--planted-limit", type=float, default=120.0, metavar="S",
                   help="CPU seconds for each planted fault (120)")
    p.add_argument("--out", type=Path, default=Path("build/prove.toml"),
                   help="where a counter-example's scenario is written")
    return p.parse_args()


def say(text: str) -> None:
    """A line, at once."""
    print(text, flush=True)


def report(r: Result) -> None:
    """A search in figures."""
    say(f"{r.states:,} states, {r.moves:,} moves, deepest {r.deepest} moves from the first boot, {r.seconds:,.0f} s of CPU")
    say(f"{len(r.found)} kinds of violations")
    say(f"heat came back ({r.recoveries:,} different states tried); it took at most {r.longest_back_s:.0f} s of the "
        f"machine's shortened time, {a.BACK_S} s are allowed")
    say("closed: no new state appeared" if r.closed else "NOT closed: a limit came first")


def counter_example(r: Result, out: Path, plant: dict | None) -> None:
    """Print and write it."""
    say(f"does not hold: {r.violation}")
    for move in r.path:
        say(f"  {scenario.words(move)}")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(scenario.of(r.path, r.violation, plant), encoding="utf-8")
    say(f'its scenario: {out}; make sim ARGS="--scenario {out}"')


def main() -> int:
    """0 when all holds and every planted fault was found."""
    args = arguments()
    if args.planted == "list":
        say("\n".join(planted.FAULTS))
        return 0
    if args.planted not in ("all", "none", "only", *planted.FAULTS):
        say(f"no fault {args.planted!r} can be planted; there are: {', '.join(planted.FAULTS)}")
        return 2
    a.TOGETHER = args.together
    bad = 0
    if args.planted in ("all", "none"):
        r = Search(limit_s=args.limit, depth=args.depth, kinds=5, tell=say).run()
        if r.violation:
            counter_example(r, args.out, None)
        report(r)
        bad += bool(r.violation) or not (r.closed or args.depth)
    names = planted.FAULTS if args.planted in ("all", "only") else [args.planted] if args.planted != "none" else []
    found = 0
    for name in names:
        plant = planted.changes(name)
        r = Search(plant, args.planted_limit).run()
        found += bool(r.violation)
        say(f"{name}: {r.violation or 'NOT FOUND'} ({r.states:,} states, {r.seconds:.1f} s)")
        if len(names) == 1 and r.violation:
            counter_example(r, args.out, plant)
    if names:
        say(f"{found} of {len(names)} planted faults found")
    return 1 if bad or found < len(names) else 0


if __name__ == "__main__":
    sys.exit(main())
