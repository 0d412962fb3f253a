"""The campaign: cases by number on all cores, one line of results each, and what they say together.

DIR/results.jsonl (with --shard: results-K-of-N.jsonl) begins with a line that says which campaign and which sources it
belongs to; --resume goes on after its last whole line. All results in DIR count for the table.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.process import FirmwareError
from harness.sitl import ROOT

from . import judge, play
from .cases import Case, case, from_json, to_json

CASES, SEED = 2000, 13
REAL_SHARE = 0.02  # repeated on a real MicroPython
TOLD_S = 10.0
SOURCES = ("firmware/wellhearth", "boards/sitl", "host_tests/plant", "host_tests/harness", "host_tests/truth")
JUDGES = ("judge.py", "campaign.py", "__main__.py")  # they say what a case is worth, not what happens in it


class CampaignError(Exception):
    """A campaign that cannot be run; the message is for a person."""


@dataclass(frozen=True)
class Campaign:
    """Which cases, and where their results go."""

    cases: int = CASES
    seed: int = SEED
    shard: tuple[int, int] = (1, 1)
    out: Path = Path("build/truth")
    real_share: float = REAL_SHARE

    @property
    def numbers(self) -> list[int]:
        """The cases of this shard."""
        k, n = self.shard
        return list(range(k - 1, self.cases, n))

    @property
    def path(self) -> Path:
        """Its file of results."""
        k, n = self.shard
        return self.out / ("results.jsonl" if n == 1 else f"results-{k}-of-{n}.jsonl")

    @property
    def head(self) -> dict:
        """First line of its file."""
        return {"campaign": self.seed, "sources": sources(), "real_share": self.real_share}

    def real(self, number: int) -> bool:
        """Whether this case is repeated on a real MicroPython."""
        return random.Random(f"truth-real-{self.seed}-{number}").random() < self.real_share


def sources() -> str:
    """A digest of everything that decides what happens in a case."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not (path.parent.name == "truth" and path.name in JUDGES):
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def result(seed: int, number: int, real: bool) -> dict:
    """Play a case; a line of results."""
    return result_of(case(seed, number), real)


def result_of(one: Case, real: bool) -> dict:
    """The same for a case at hand."""
    line = {"case": one.number, "spec": to_json(one), **play.play(one, trace=real)}
    if real:
        line["real"] = play.differences(line, play.play(one, in_process=False, trace=True))
    return line


def work(job: tuple[int, int, bool]) -> dict:
    """A worker's turn."""
    try:
        return result(*job)
    except Exception as e:  # a case that cannot be played is a result, and the campaign goes on
        if isinstance(e, FirmwareError):
            raise
        return {"case": job[1], "spec": to_json(case(*job[:2])), "crash": f"{type(e).__name__}: {e}"[:400]}


def read(path: Path, head: dict | None = None) -> dict[int, dict]:
    """Results of a file by case. A torn last line counts as not there; CampaignError when it is another campaign's."""
    lines = path.read_bytes().split(b"\n")
    whole = [line for line in lines[:-1] if line]  # what comes after the last end of line was being written
    found = [json.loads(line) for line in whole]
    if found and head is not None and found[0] != head:
        raise CampaignError(f"{path}: belongs to another campaign, or the sources have changed since ({found[0]}, now"
                            f" {head}); --anew throws it away")
    return {line["case"]: line for line in found[1:]}


def begin(campaign: Campaign, resume: bool, anew: bool) -> dict[int, dict]:
    """Make the file of results ready to be appended to; the results that it has."""
    path = campaign.path
    campaign.out.mkdir(parents=True, exist_ok=True)
    if path.exists() and not resume and not anew:
        raise CampaignError(f"{path} holds results already: --resume goes on, --anew throws them away")
    if not path.exists() or anew:
        path.write_text(json.dumps(campaign.head) + "\n", encoding="utf-8")
        return {}
    data = path.read_bytes()
    if not data.endswith(b"\n"):
        path.write_bytes(data[: data.rfind(b"\n") + 1])
    if not path.stat().st_size:
        path.write_text(json.dumps(campaign.head) + "\n", encoding="utf-8")
    return read(path, campaign.head)


def run(campaign: Campaign, resume: bool = False, anew: bool = False, workers: int = 0,
        say: Callable[[str], None] = print) -> dict[int, dict]:
    """Play what is left of this shard. KeyboardInterrupt leaves whole lines."""
    done = begin(campaign, resume, anew)
    numbers = set(campaign.numbers)
    done = {number: line for number, line in done.items() if number in numbers}
    left = [(campaign.seed, number, campaign.real(number)) for number in campaign.numbers if number not in done]
    workers = min(workers or play.cores(), len(left) or 1)
    if done:
        say(f"{len(done)} of {len(numbers)} cases are there already")
    begun = told = time.monotonic()
    with campaign.path.open("a", encoding="utf-8") as file:
        for count, line in enumerate(results(left, workers), start=1):
            done[line["case"]] = line
            file.write(json.dumps(line) + "\n")
            file.flush()
            if time.monotonic() - told >= TOLD_S or count == len(left):
                told = time.monotonic()
                say(progress(count, len(left), told - begun, done.values()))
    return done


def results(left: list, workers: int) -> Iterable[dict]:
    """Lines as they come, from so many processes (1: this one)."""
    if workers == 1:
        yield from map(work, left)
        return
    with multiprocessing.Pool(workers, maxtasksperchild=50) as pool:
        yield from pool.imap_unordered(work, left)


def progress(count: int, of: int, seconds: float, lines: Iterable[dict]) -> str:
    """A line for whoever waits."""
    rate = count / max(seconds, 1e-9)
    new = sum(bool(news(line)) for line in lines)
    return f"{count}/{of} cases, {rate * 60:.0f} a minute, {(of - count) / rate / 60:.0f} min left; {new} with something new"


# -- what they say together --


def verdict(line: dict) -> list[judge.Broken]:
    """What the judge says now of a line, whenever it was written."""
    return judge.judge(from_json(line["spec"]), line["harm"]) if "harm" in line else []


def news(line: dict) -> list[str]:
    """What is not known yet about a line: limits, a crash, another outcome on the real MicroPython."""
    found = [f"{one.kind} {one.seen:g} (allowed {one.most:g})" for one in verdict(line) if not one.known]
    if "crash" in line:
        found.append(f"cannot be played: {line['crash']}")
    if line.get("error"):
        found.append(f"the firmware ended: {line['error']}")
    if line.get("real"):
        found.append(f"real MicroPython differs: {line['real'][0][:200]}")
    return found


def gathered(folder: Path) -> dict[int, dict]:
    """Every result in a folder, of all shards; CampaignError when they are of different campaigns."""
    found: dict[int, dict] = {}
    heads = set()
    for path in sorted(folder.glob("results*.jsonl")):
        heads.add(path.read_bytes().split(b"\n")[0])
        found.update(read(path))
    if len(heads) > 1:
        raise CampaignError(f"{folder}: results of {len(heads)} different campaigns or sources lie together")
    return found


def unneeded(lines: Iterable[dict]) -> list[judge.Known]:
    """Known weaknesses that no case of these shows any more."""
    shown = [one for line in lines for broken in verdict(line) if broken.known
             for one in judge.known_of(from_json(line["spec"]), broken.kind, broken.seen)]
    return [one for one in judge.KNOWN if one not in shown]


def again(known: judge.Known) -> bool:
    """Whether the example of a known weakness still shows it."""
    line = result_of(from_json(known.example), False)
    return any(broken.kind == known.kind for broken in verdict(line))


def table(lines: dict[int, dict], seed: int, say: Callable[[str], None] = print) -> None:
    """Limits broken by kind, and the worst cases of each."""
    broken = [(one, line) for line in lines.values() for one in verdict(line)]
    real = [line for line in lines.values() if "real" in line]
    counts = Counter(len(line["spec"]["faults"]) for line in lines.values())
    say(f"\n{len(lines)} cases (seed {seed}): " + ", ".join(f"{counts[n]} with {n} faults" for n in sorted(counts)))
    say(f"{'harm':24}{'limit each':>11}{'cases':>7}{'excused':>9}{'known':>7}{'new':>5}   worst that is not excused")
    for kind, limit in judge.LIMITS.items():
        here = sorted(((one, line) for one, line in broken if one.kind == kind), key=lambda pair: -pair[0].seen)
        fresh = [pair for pair in here if not pair[0].known]
        worst = f"{here[0][0].seen:g} (case {here[0][1]['case']})" if here else ""
        harmed = [line for line in lines.values() if line.get("harm", {}).get(kind)]
        excused = sum(judge.excused(from_json(line["spec"]), kind, line["harm"][kind]) for line in harmed)
        say(f"{kind:24}{limit.most:>11g}{len(harmed):>7}{excused:>9}{len(here) - len(fresh):>7}{len(fresh):>5}   {worst}")
    say(f"real MicroPython repeated {len(real)}, {sum(bool(line['real']) for line in real)} otherwise")
    fresh = sorted((line for line in lines.values() if news(line)), key=lambda line: line["case"])
    for line in fresh:
        say(f"\ncase {line['case']}: {from_json(line['spec'])}")
        for text in news(line):
            say(f"  {text}")
        say(f"  trips: {', '.join(f'{t} {where} {cause}' for t, where, cause in line.get('trips', [])[:8])}")
    if fresh:
        say(f'\none of them alone, with pictures: make test-truth ARGS="--seed {seed} --case {fresh[0]["case"]}"')


def close(lines: dict[int, dict], campaign: Campaign, say: Callable[[str], None] = print) -> int:
    """The end: 0 when nothing is new and every known weakness is still there. A known one that no case here shows is
    asked for by its own example."""
    table(lines, campaign.seed, say)
    gone = [one for one in unneeded(lines.values()) if not again(one)]
    for one in gone:
        say(f"no longer there, take it off KNOWN (truth/judge.py): {'+'.join(one.faults)} {one.kind}: {one.why}")
    missing = campaign.cases - len(lines)
    if missing > 0:
        say(f"{missing} of {campaign.cases} cases are not played yet (other shards, or --resume)")
    sys.stdout.flush()
    return 1 if gone or any(news(line) for line in lines.values()) else 0
