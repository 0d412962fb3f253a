"""`wellhearth season`: a whole winter of the whole firmware on one core, a row a day, resumable.

The firmware runs inside this process (inprocess.py). Every `--checkpoint-hours` everything that lives is stored
(checkpoint.py); `--resume` goes on from the newest one and gives the same rows as a run that was never interrupted.
"""

from __future__ import annotations

import csv
import gc
import hashlib
import json
import shutil
import sys
import time
from pathlib import Path

from rich.console import Console

from harness import checkpoint, runner, scenarios

from . import report
from .season_rows import Extremes, date_text, day_row, duration, sums
from .stopping import Stop

DAY_S = 86400
FIRST_DAY = 305  # 1 November
PERIOD_MS = 200


def plant_of(name: str | None) -> str:
    """Name of a plant and the hash of its file; the default plant is in the code's own hash."""
    if name is None:
        return "the house"
    source = Path(sys.modules[name.partition(":")[0]].__file__ or "")
    return f"{name} {hashlib.sha256(source.read_bytes()).hexdigest()[:16]}"


def stored(out: Path) -> list[Path]:
    """Checkpoints in a folder, the newest last."""
    return sorted((out / "checkpoints").glob("*.checkpoint"))


class Season:
    """A run of days; `run` advances it, `save` stores it."""

    def __init__(self, options: runner.Options, days: float, out: Path, every_h: float, cuts: int = 0):
        if scenarios.find(options.scenario).village:
            raise scenarios.ScenarioError(f"{options.scenario}: a village has no season mode, its line cannot be stored")
        options.hours = days * 24
        options.in_process = True
        checkpoint.code_revision()
        self.options = options
        self.out = out
        self.every_s = max(1, round(every_h * 3600))
        self.job = runner.Run(options, None)
        self.audit = None
        if cuts:
            from . import season_cuts

            self.audit = season_cuts.Audit()
            self.job.scenario.faults.extend(season_cuts.planned(cuts, self.job.total_s, options.seed))
            self.job.schedule()
        self.rows: list[dict] = []
        self.extremes = Extremes(len(self.job.names))
        self.before = sums(self.job)
        self.wall_s = self.cpu_s = 0.0  # of earlier sessions
        self.stop = Stop()
        self.start_clock()

    def start_clock(self) -> None:
        """This session begins."""
        self.begun_wall, self.begun_cpu, self.begun_s = time.perf_counter(), time.process_time(), self.job.seconds

    @property
    def identity(self) -> dict:
        """What a checkpoint must agree with to be gone on from."""
        o = self.options
        config = json.dumps(self.job.config, sort_keys=True) + repr(self.job.scenario)
        sky = hashlib.sha256(Path(o.weather).read_bytes()).hexdigest()[:16] if o.weather else "the scenario's"
        return {"scenario": o.scenario, "weather": sky, "first day": o.first_day, "seed": o.seed, "plant": plant_of(o.plant),
                "config": hashlib.sha256(config.encode()).hexdigest()[:16]}

    # -- checkpoints --

    def path(self, seconds: int) -> Path:
        """File of the checkpoint at so many seconds."""
        return self.out / "checkpoints" / f"{seconds:09d}.checkpoint"

    def save(self) -> None:
        """Store everything; the run itself is not slowed."""
        path = self.path(self.job.seconds)
        path.parent.mkdir(parents=True, exist_ok=True)
        wall, cpu = self.spent()
        extra = {"job": self.job, "rows": self.rows, "extremes": self.extremes, "before": self.before,
                 "audit": self.audit, "wall_s": wall, "cpu_s": cpu}
        checkpoint.apart(lambda: checkpoint.write(path, self.identity, checkpoint.freeze(self.job.rig, extra)))

    def resume(self) -> bool:
        """Go on from the newest checkpoint; False when there is none."""
        found = stored(self.out)
        if not found:
            return False
        _identity, data = checkpoint.read(found[-1], self.identity)
        self.job.close()
        _rig, extra = checkpoint.thaw(data)
        extra["job"].hours = self.job.hours
        for name, value in extra.items():
            setattr(self, name, value)
        self.job.begun = time.perf_counter() - self.wall_s
        self.start_clock()
        return True

    # -- time --

    def spent(self) -> tuple[float, float]:
        """(wall, CPU) seconds of all sessions so far."""
        return (self.wall_s + time.perf_counter() - self.begun_wall, self.cpu_s + time.process_time() - self.begun_cpu)

    @property
    def speed(self) -> float:
        """Simulated time over wall time in this session."""
        return (self.job.seconds - self.begun_s) / max(1e-9, time.perf_counter() - self.begun_wall)

    def run(self, tell=print) -> bool:
        """To the end; or to that of the second in which `stop` was set: then a checkpoint is stored, and False returned."""
        job = self.job
        self.write_rows()
        gc.collect()
        gc.freeze()
        gc.disable()
        try:
            if not self.path(job.seconds).exists():
                self.save()
            while job.seconds < job.total_s:
                job.advance()
                if self.audit is not None:
                    self.audit.each_second(job)
                at = job.seconds
                if at % DAY_S == 0 or at == job.total_s:
                    self.day_ends(tell)
                if self.stop.asked or at % self.every_s == 0 or at == job.total_s:
                    self.save()
                if self.stop.asked:
                    return at >= job.total_s
        finally:
            gc.enable()
            gc.unfreeze()
        return True

    def day_ends(self, tell) -> None:
        """The row, the progress line, and a new day."""
        job = self.job
        day = (job.seconds + DAY_S - 1) // DAY_S
        row = day_row(job, self.before, day, date_text(self.options.first_day, day))
        self.rows.append(row)
        self.write_rows()
        left_s = (job.total_s - job.seconds) / max(1e-9, self.speed)
        tell(f"{row['date']:>7}  outside {text(row['outside_mean_c'], 1):>5} degC  "
             f"rooms {text(row['coldest_c'], 1)} to {text(row['hottest_c'], 1)} degC  heat {row['heat_kwh']:.0f} kWh  "
             f"COP {text(row['cop'], 2)}  pump starts {row['pump_starts']}  compressors {row['compressor_starts']}  "
             f"trips {row['trips']}  x{self.speed:.0f}  left {duration(left_s)}")
        self.extremes.fold(job.metrics)
        self.extremes.clear(job.metrics)
        self.before = sums(job)
        job.rig.events.clear()  # counted; a season's would fill the checkpoints
        job.metrics.events_seen = 0
        gc.collect()

    def write_rows(self) -> None:
        """days.csv anew: after a resume it holds no day that will be simulated again."""
        path = self.out / "days.csv"
        temp = path.with_suffix(".new")
        with temp.open("w", newline="", encoding="utf-8") as f:
            if self.rows:
                writer = csv.DictWriter(f, list(self.rows[0]), restval=0, extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
                writer.writerows(self.rows)
        temp.rename(path)

    def summary(self) -> dict:
        """As of `wellhearth sim`, and how long it took."""
        self.extremes.give_back(self.job.metrics)
        result = self.job.summary()
        wall, cpu = self.spent()
        return result | {"cpu_s": round(cpu, 2), "cpu_speed": round(self.job.seconds / max(cpu, 1e-9), 1)}

    def close(self) -> None:
        """End the firmware."""
        self.job.close()


def text(value, digits: int) -> str:
    """A number of a row."""
    return "-" if value == "" else f"{value:.{digits}f}"


def options_of(args) -> runner.Options:
    """The run that the command line asks for."""
    first_day = FIRST_DAY if args.weather and args.first_day is None else args.first_day
    return runner.Options(args.scenario, None, args.weather, first_day, args.seed, args.rooms, args.plant, args.config,
                          period_ms=args.period_ms)


def run(args) -> int:
    """The command.

    0: ran to its end; 130: interrupted, a checkpoint was stored; --verify: 1 when the runs differ; --cuts: 1 when a meter
    lost more than it may.
    """
    out = args.out or Path("build/season") / scenarios.find(args.scenario).name
    if args.verify is not None or args.split:
        from . import season_verify

        if args.verify is None or args.split:
            return season_verify.split(Season(options_of(args), 1, out, 24), args.split)
        return season_verify.run(args.verify, out)
    if args.anew:
        shutil.rmtree(out / "checkpoints", ignore_errors=True)
    elif stored(out) and not args.resume:
        raise checkpoint.CheckpointError(
            f"{out} holds a season ({len(stored(out))} checkpoints): --resume goes on with it, --anew throws it away")
    out.mkdir(parents=True, exist_ok=True)
    season = Season(options_of(args), args.days, out, args.checkpoint_hours, args.cuts)
    try:
        return watch(season, args.resume)
    finally:
        season.close()


def watch(season: Season, resume: bool) -> int:
    """Run it under a person's eyes and hands."""
    if resume and not season.resume():
        print(f"nothing to resume in {season.out}/checkpoints: a new season", file=sys.stderr)
    job = season.job
    if season.begun_s:
        print(f"resumed at {season.begun_s / DAY_S:g} days", flush=True)
    print(f"{job.scenario.name}: {len(job.names)} rooms, {job.hours / 24:g} days, {job.weather.name}, seed {job.rig.seed}",
          flush=True)

    with season.stop:
        finished = season.run(lambda line: print(line, flush=True))
    if not finished:
        wall, cpu = season.spent()
        print(f"wellhearth: interrupted at {job.seconds / DAY_S:.3f} days ({duration(wall)}, CPU {duration(cpu)},"
              f" x{job.seconds / cpu:.0f}), stored; go on with --resume", file=sys.stderr)
        return 130
    summary = season.summary()
    (season.out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    report.table(summary, Console())
    if season.audit is not None:
        from . import season_cuts

        cuts = season.audit.summary()
        (season.out / "cuts.json").write_text(json.dumps(cuts, indent=1) + "\n", encoding="utf-8")
        print(season_cuts.told(cuts))
        if not cuts["ok"]:
            return 1
    print(f"{job.hours / 24:g} days in {duration(summary['wall_s'])} (CPU {duration(summary['cpu_s'])},"
          f" x{summary['cpu_speed']:.0f}). Results in {season.out}/: days.csv, summary.json, checkpoints/")
    return 0
