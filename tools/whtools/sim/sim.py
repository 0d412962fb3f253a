"""`wellhearth sim`: a simulated house on the real firmware, watched and reported."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.console import Console

from harness import faults, runner, scenarios

from . import decade, live, report


def run(args) -> int:
    """Run the scenario; 0 when it ran to its end (bars that fall short are reported, not an error)."""
    if args.list_scenarios:
        for scenario in scenarios.every().values():
            print(f"{scenario.name:16} {scenario.hours:g} h, {scenario.rooms} rooms: {scenario.help}")
        return 0
    if args.list_faults:
        for name, fault in faults.FAULTS.items():
            print(f"{name:18} {fault.help}")
        return 0
    options = runner.Options(args.scenario, args.hours, args.weather, args.first_day, args.seed, args.rooms, args.plant,
                             args.config, args.in_process)
    out = args.out or Path("build/sim") / scenarios.find(args.scenario).name
    old = args.out is not None and (out / "summary.json").exists()
    out.mkdir(parents=True, exist_ok=True)
    console = Console()
    scenario = scenarios.find(args.scenario)
    if scenario.plant_only:
        sky = runner.sky(options, scenario) if args.weather else decade.Seasons()
        decade.run(scenario, out, args.hours or scenario.hours, sky, console)
        return 0
    plain = args.plain or not console.is_terminal
    job = runner.Run(options, out)
    if old:
        print(f"wellhearth: {out} holds the results of a run already: they are overwritten", file=sys.stderr)
    try:
        watch = live.Plain(job) if plain else live.Screen(job, console)
        finished = watch_run(job, watch)
        summary = job.summary()
    finally:
        job.close()
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    report.table(summary, console)
    if job.trace is not None and job.trace.columns:
        report.picture(job.trace.columns, summary, out / "day.png")
        report.page(job.trace.columns, summary, out / "day.html")
    console.print(f"Results in {out}/: summary.json, trace.csv, day.png, day.html", highlight=False)
    if not finished:
        print("wellhearth: interrupted, results are those until then", file=sys.stderr)
        return 130
    return 0


def watch_run(job: runner.Run, watch) -> bool:
    """Advance to the end under a view; False when the person pressed Ctrl-C."""
    with watch:
        try:
            while job.seconds < job.total_s:
                trips = job.advance()
                watch.second(trips)
        except KeyboardInterrupt:
            return False
    return True
