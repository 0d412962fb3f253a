"""`wellhearth sim --scenario chengde`: a central plant with its plant node and well nodes, watched and reported."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from harness.central import play, scenarios

from . import central_picture, stopping

EVERY_S = 600  # of a run of less than twelve hours; of longer ones each hour


def watch(job: play.Play) -> None:
    """A line now and then."""
    if job.seconds % (EVERY_S if job.hours < 12.0 else 3600) == 0:
        row = dict(zip(play.COLUMNS, job.rows[-1]))
        print(f"{row['t_h']:6.2f} h  outside {row['outside_c']:6.1f}  wells {row['wells_on']:2.0f} "
              f"{row['lifted_m3h']:6.1f} m3/h {row['well_supply_c']:5.1f}/{row['well_return_c']:5.1f}  "
              f"machines {row['machines_on']:.0f}  supply {row['supply_c']:5.1f}  tap {row['tap_c']:5.1f}  "
              f"rooms {row['room_c']:5.1f}, coldest {row['coldest_c']:5.1f}", flush=True)


def run(args) -> int:
    """Run it; 0 when it ran to its end, 130 when it was interrupted. --in-process: season mode, wells as surrogates."""
    scenario = scenarios.find(args.scenario)
    out = args.out or Path("build/sim") / scenario.name
    out.mkdir(parents=True, exist_ok=True)
    job = play.Play(scenario, args.seed, not args.in_process, args.hours, out)
    try:
        with stopping.Stop() as stop:
            summary = job.run(watch, lambda: stop.asked)
    finally:
        job.close()
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    central_picture.picture(job.rows, summary, out / "day.png")
    table(summary, Console())
    print(f"Results in {out}/: summary.json, trace.csv, day.png")
    return 0 if job.ended() else stopping.interrupted()


def table(summary: dict, console: Console) -> None:
    """Promises and sums."""
    found = Table(title=f"{summary['scenario']}: {summary['hours']:g} h, {summary['nodes']}, {summary['speed']:g} x")
    for name in ("promise", "wanted", "seen", ""):
        found.add_column(name)
    for bar in summary["bars"]:
        found.add_row(bar["name"], bar["want"], str(bar["seen"]), "ok" if bar["ok"] else "FALLS SHORT")
    console.print(found)
    cop = "-" if summary["cop"] is None else f"{summary['cop']:.2f}"
    console.print(f"heat {summary['heat_mwh']:.2f}, cold {summary['cold_mwh']:.2f}, hot water {summary['tap_mwh']:.2f}, "
                  f"electricity {summary['electric_mwh']:.2f} MWh, COP {cop}; wells {summary['flow_m3h']:.0f} m3/h, "
                  f"{summary['supply_c']:.1f} out, {summary['return_c']:.1f} back; starts: machines "
                  f"{summary['suffered']['machine_starts']}, wells {summary['suffered']['well_starts']}", highlight=False)
