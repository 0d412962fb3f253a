"""`make test-truth`: the campaign of random faults, one case of it alone, or the table of what is there."""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from pathlib import Path

from harness import scenarios
from whtools import cli

from . import campaign, play
from .cases import Case, case, from_json, to_json, toml
from .judge import judge


def shard(text: str) -> tuple[int, int]:
    """K/N."""
    k, _, n = text.partition("/")
    if not (k.isdigit() and n.isdigit() and 1 <= int(k) <= int(n)):
        raise argparse.ArgumentTypeError(f"{text!r}: wanted K/N, e.g. 1/4")
    return int(k), int(n)


def count(text: str) -> int:
    """A whole number above 0."""
    if not (text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r}: wanted a whole number above 0")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The options."""
    p = argparse.ArgumentParser(prog="make test-truth", description=__doc__)
    p.add_argument("--cases", type=count, default=campaign.CASES, help=f"how many (default {campaign.CASES})")
    p.add_argument("--seed", type=int, default=campaign.SEED, help=f"of the campaign (default {campaign.SEED})")
    p.add_argument("--shard", type=shard, default=(1, 1), metavar="K/N", help="only every N-th case, from the K-th on")
    p.add_argument("--out", type=Path, default=Path("build/truth"), help="folder of results (default build/truth)")
    p.add_argument("--resume", action="store_true", help="go on with what lies in --out")
    p.add_argument("--anew", action="store_true", help="throw away what lies in --out")
    p.add_argument("--workers", type=count, default=play.cores(), help="processes (default: as many as cores)")
    p.add_argument("--real", type=float, default=campaign.REAL_SHARE, metavar="SHARE",
                   help=f"share repeated on a real MicroPython (default {campaign.REAL_SHARE})")
    p.add_argument("--report", action="store_true", help="only the table of what lies in --out, of all shards")
    p.add_argument("--case", type=int, metavar="N", help="one case alone, with trace and pictures as `make sim`")
    p.add_argument("--spec", metavar="JSON", help="the same for a case as a line of results has it")
    p.add_argument("--blame", action="store_true", help="with --case: which of its faults does it take?")
    return p


def alone(one: Case, out: Path) -> int:
    """Play one case as `make sim` does, and judge it."""
    folder = out / f"case-{one.number}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "case.toml"
    path.write_text(toml(one), encoding="utf-8")
    print(one)
    status = cli.main(["sim", "--scenario", str(path), "--seed", str(one.seed), "--in-process", "--plain",
                       "--out", str(folder)])
    if status:
        return status
    harm = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["harm"]
    over = judge(one, harm | {"scan_faults": 0, "lost_boards": 0})
    for broken in over:
        print(f"{broken.kind}: {broken.seen:g}, allowed {broken.most:g}{', known' if broken.known else ''}")
    print(f'again: make sim ARGS="--scenario {path} --seed {one.seed} --in-process"')
    return int(any(not broken.known for broken in over))


def blame(one: Case) -> int:
    """Every combination of its faults, the smallest first."""
    for size in range(1, len(one.faults) + 1):
        for chosen in itertools.combinations(one.faults, size):
            part = from_json({**to_json(one), "faults": [vars(fault) for fault in chosen]})
            line = campaign.result_of(part, False)
            over = ", ".join(f"{broken.kind} {broken.seen:g} (allowed {broken.most:g})" for broken in campaign.verdict(line))
            print(f"{' + '.join(f'{f.name} {f.target}'.strip() for f in chosen)}: {over or 'holds'}; trips "
                  f"{', '.join(f'{t} {where} {cause}' for t, where, cause in line['trips'][:10])}", flush=True)
    return 0


def main(argv: list[str] | None = None) -> int:
    """Status 0: nothing new; 1: something new, or a known weakness that is no longer there; 2: cannot be run."""
    args = parser().parse_args(argv)
    job = campaign.Campaign(args.cases, args.seed, args.shard, args.out, args.real)
    try:
        if args.case is not None or args.spec:
            one = from_json(json.loads(args.spec)) if args.spec else case(args.seed, args.case or 0)
            return blame(one) if args.blame else alone(one, args.out)
        if not args.report:
            campaign.run(job, args.resume, args.anew, args.workers, lambda text: print(text, flush=True))
        return campaign.close(campaign.gathered(args.out), job)
    except (campaign.CampaignError, scenarios.ScenarioError) as e:
        print(f"test-truth: {e}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; --resume goes on", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
