"""`wellhearth sim`: a simulated house on the real firmware, watched and reported."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.console import Console

from harness import faults, runner, scenarios
from harness.central import scenarios as plants
from plant.central import faults as plant_faults

from . import central, decade, live, page, picture, report, stopping


def run(args) -> int:
    """Run the scenario; 0 when it ran to its end (bars that fall short are reported, not an error)."""
    if args.list_scenarios:
        for scenario in scenarios.every().values():
            print(f"{scenario.name:16} {scenario.hours:g} h, {scenario.rooms} rooms: {scenario.help}")
        for name in plants.names():
            print(f"{name:16} {plants.find(name).hours:g} h, a central plant: {plants.find(name).help}")
        return 0
    if args.list_faults:
        for name, fault in faults.FAULTS.items():
            print(f"{name:18} {fault.help}")
        for name, help_text in [*((n, f.help) for n, f in plant_faults.FAULTS.items()), *plant_faults.SENSED.items()]:
            print(f"{name:18} central plant: {help_text}")
        return 0
    if args.scenario in plants.names():
        return central.run(args)
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
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    report.table(summary, console)
    if job.trace is not None and job.trace.columns:
        picture.picture(job.trace.columns, summary, out / "day.png")
        page.page(job.trace.columns, summary, out / "day.html")
    console.print(f"Results in {out}/: summary.json, trace.csv, day.png, day.html", highlight=False)
    return 0 if finished else stopping.interrupted()


def watch_run(job: runner.Run, watch) -> bool:
    """Advance to the end under a view; False when the person pressed Ctrl-C."""
    with watch, stopping.Stop() as stop:
        while job.seconds < job.total_s:
            trips = job.advance()
            watch.second(trips)
            if stop.asked:
                break
    return job.seconds >= job.total_s
