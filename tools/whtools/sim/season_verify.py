"""`wellhearth season --verify DAY`: one day of a season again, in this process and in a MicroPython process, side by side.

A new process cannot take over what another one had in RAM. So both begin the day as after a power cut of the
controller: the plant, the wiring and the files (settings, ledger, journal) are the checkpoint's, the firmware boots.
`--split`: where the time of a season goes.
"""

from __future__ import annotations

import time
from pathlib import Path

from harness import checkpoint, inprocess, lockstep, runner
from harness.metrics import Metrics
from harness.scenarios import ScenarioError

from .season import DAY_S, Season, stored
from .season_rows import date_text

TOLERANCE = 0.005  # of an energy


def take_over(kind: type[lockstep.Rig], data: bytes) -> runner.Run:
    """The run of a checkpoint on a rig of another kind, its controller freshly powered on the same files."""
    old, extra = checkpoint.thaw(data)
    job = extra["job"]
    rig = kind.__new__(kind)
    vars(rig).update(vars(old))
    rig.resets += 1
    rig.events = []
    job.rig = rig
    job.metrics = Metrics(job.names)
    job.begun = time.perf_counter()
    rig.firmware = rig._boot()
    return job


def outputs(out: tuple[int, ...]) -> tuple[int, ...]:
    """Every output of an answer: relays, speeds."""
    return (*out[4:21], out[26])


class Pair:
    """The two runs of the day, scan by scan."""

    def __init__(self, data: bytes):
        self.runs = (take_over(inprocess.Rig, data), take_over(lockstep.Rig, data))
        self.scans = 0
        self.relays_differ = self.speeds_differ = 0
        self.first = ""
        self.outs: list[tuple[int, ...]] = []
        a, b = (run.rig for run in self.runs)
        self.step_a, self.step_b = a.step, b.step
        a.step = self.step  # both advance with the first one's scan; the second one's own turns do nothing
        b.step = lambda: None

    def step(self) -> None:
        """One scan of both."""
        a, b = (run.rig for run in self.runs)
        self.step_a()
        self.step_b()
        self.scans += 1
        if a.out[2] != b.out[2]:
            self.relays_differ += 1
            self.first = self.first or f"{clock(a.t_s % DAY_S)}: relays {a.out[2]:x} and {b.out[2]:x}"
        elif outputs(a.out) != outputs(b.out):
            self.speeds_differ += 1
            self.first = self.first or f"{clock(a.t_s % DAY_S)}: speeds {outputs(a.out)} and {outputs(b.out)}"

    def run(self, seconds: int) -> None:
        """Both days."""
        a, b = self.runs
        for _ in range(seconds):
            a.advance()
            b.advance()

    def close(self) -> None:
        """End both."""
        for run in self.runs:
            run.close()


def clock(seconds: float) -> str:
    """hh:mm:ss.s"""
    return f"{int(seconds) // 3600:02d}:{int(seconds) // 60 % 60:02d}:{seconds % 60:04.1f}"


def compare(pair: Pair) -> list[tuple[str, str, str, str, bool]]:
    """(what, in process, MicroPython, difference, agrees) of the day."""
    a, b = (run.metrics for run in pair.runs)
    rows = [("relays", "", "", f"{pair.relays_differ} of {pair.scans} scans", not pair.relays_differ),
            ("fans, pump and compressor speeds", "", "", f"{pair.speeds_differ} of {pair.scans} scans",
             not pair.speeds_differ)]
    for name, x, y in (
        ("compressor starts", sum(r.starts for r in a.rooms), sum(r.starts for r in b.rooms)),
        ("pump starts", sum(a.pumps.values()), sum(b.pumps.values())), ("trips", len(a.trips), len(b.trips)),
        ("events", len(pair.runs[0].rig.events), len(pair.runs[1].rig.events)),
    ):
        rows.append((name, str(x), str(y), str(x - y), x == y))
    for name, key in (("heat", "heat_ws"), ("from the ground", "source_ws"), ("compressors, fans, pumps", "electric_ws"),
                      ("well pump", "pump_ws")):
        x, y = getattr(a, key) / 3.6e6, getattr(b, key) / 3.6e6
        off = abs(x - y) / abs(y) if y else float(x != y)
        rows.append((f"{name}, kWh", f"{x:.3f}", f"{y:.3f}", f"{off * 100:.4f} %", off <= TOLERANCE))
    return rows


def run(day: int, out: Path) -> int:
    """The command: 0 when both made the same decisions and the energies agree. The season is the one in `out`."""
    days = {int(path.stem) // DAY_S + 1: path for path in stored(out) if int(path.stem) % DAY_S == 0}
    if day not in days:
        raise ScenarioError(
            f"--verify {day}: {out} has no checkpoint before that day; it has those of {sorted(days) or 'none'}")
    identity, data = checkpoint.read(days[day])
    begun = time.perf_counter()
    pair = Pair(data)
    try:
        job = pair.runs[0]
        left_s = job.total_s - job.seconds
        seconds = DAY_S if left_s <= 0 else min(DAY_S, left_s)  # (the end of one season may be the begin of a longer one)
        pair.run(seconds)
        rows = compare(pair)
    finally:
        pair.close()
    date = date_text(identity["first day"], day)
    print(f"day {day} ({date}), {seconds / 3600:g} h, both from a power-up of the controller at its begin; "
          f"{time.perf_counter() - begun:.0f} s")
    print(f"{'':34} {'in process':>12} {'MicroPython':>12} {'difference':>24}")
    for name, x, y, off, ok in rows:
        print(f"{name:34} {x:>12} {y:>12} {off:>24}  {'agrees' if ok else 'DIFFERS'}")
    if pair.first:
        print(f"first difference at {pair.first}")
    return 0 if all(ok for *_said, ok in rows) else 1


# -- where the time goes --

def timed(owner, name: str, spent: dict, part: str) -> None:
    """Add the time of `owner.name()` to spent[part]."""
    call = getattr(owner, name)
    timer = time.process_time  # (the wall clock would count the neighbours on a shared machine)
    spent.setdefault(part, 0.0)

    def wrapped(*args):
        begin = timer()
        result = call(*args)
        spent[part] += timer() - begin
        return result

    setattr(owner, name, wrapped)


def split(season: Season, seconds: int) -> int:
    """Print us per simulated second by part, after an hour of warming up."""
    import gc

    job = season.job
    try:
        for _ in range(3600):
            job.advance()
        gc.collect()
        gc.freeze()
        gc.disable()
        begin = time.process_time()
        for _ in range(seconds):
            job.advance()
        whole = (time.process_time() - begin) / seconds
        spent: dict[str, float] = {}
        rig = job.rig
        for owner, name, part in (
            (rig.firmware, "answer", "firmware"), (rig.plant, "step", "plant"), (rig.wiring, "drive", "wiring"),
            (rig.wiring, "frame", "wiring"), (job.metrics, "sample", "metrics"),
            (job.metrics, "take_events", "metrics"), (rig, "points", "points"),
        ):
            timed(owner, name, spent, part)
        for _ in range(seconds):
            job.advance()
    finally:
        gc.enable()
        gc.unfreeze()
        season.close()
    print(f"{whole * 1e6:.0f} us CPU a simulated second: x{1 / whole:.0f}, 150 days in {150 * DAY_S * whole / 60:.0f} min")
    for part, total in spent.items():
        print(f"  {part:10} {total / seconds * 1e6:6.1f} us")
    print("  (each call with some 0.3 us of measuring)")
    return 0
