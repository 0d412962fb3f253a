"""`make bench-energyplus`: the real firmware and a plain hysteresis on the house in EnergyPlus, same weather, well and seed.

Prints a table a period and writes both controls' figures to build/bench-energyplus.json.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from concurrent import futures
from pathlib import Path

from harness import runner, scenarios
from plant import weather
from plant.house import PlantError

from . import baseline, bound, compare, count, engine, house

PLANTS = {False: "energyplus.house:create", True: "energyplus.house:blown"}
KINDS = {False: house.EnergyPlusHouse, True: house.Blown}
PERIODS = {"january": (20, 72.0), "march": (74, 48.0)}  # first day of the year, hours
CONTROLS = ("firmware", "hysteresis")
TELL_S = 6 * 3600
COLUMNS = (("below", "below_kh", "{:.2f}"), ("above", "above_kh", "{:.2f}"), ("mean K", "mean_k", "{:+.2f}"),
           ("in band", "in_band", "{:.1%}"), ("starts", "starts", "{:.0f}"), ("kWh", "electric_kwh", "{:.2f}"),
           ("heat kWh", "heat_kwh", "{:.1f}"), (">= 38 C", "supply_air", "{:.1%}"))


def weather_file() -> Path:
    """Chicago, from beside the repository, else from the wheel (which has other figures in a few hours)."""
    wheel = engine.FOLDER / "WeatherData" / "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw"
    found = engine.weather_files().get("chicago", wheel)
    if not found.is_file():
        raise PlantError("no weather file of Chicago: `make .venv-energyplus/installed` brings one, or --weather FILE.epw")
    return found


def play(control: str, period: str, epw: str, hours: float, args: argparse.Namespace) -> dict:
    """One run from begin to end, telling how far it is."""
    options = runner.Options(args.scenario, hours=hours, weather=epw, first_day=PERIODS[period][0], seed=args.seed,
                             plant=PLANTS[args.blown], in_process=True, period_ms=200)
    with baseline.hysteresis() if control == "hysteresis" else contextlib.nullcontext():
        job = runner.Run(options, None)
        try:
            accounts = count.Accounts(job)
            apart_k = 0.0
            begun = time.process_time()
            while job.seconds < job.total_s:
                job.advance()
                accounts.second()
                apart_k = max(apart_k, job.plant.truth.get("apart_k", 0.0))
                if job.seconds % TELL_S == 0:
                    print(f"{period:8} {control:10} {job.seconds // 3600:3d} of {hours:g} h, x{job.speed:.0f}", flush=True)
            return accounts.figures() | {"apart_max_k": round(apart_k, 3), "cpu_s": round(time.process_time() - begun, 1),
                                         "speed": round(job.speed, 1)}
        finally:
            job.close()


def row(name: str, figures: dict) -> str:
    """A line of the table."""
    cells = [("-" if figures[key] is None else form.format(figures[key])).rjust(9) for _, key, form in COLUMNS]
    return f"  {name:15}" + "".join(cells)


def table(period: str, runs: dict[str, dict]) -> str:
    """Both controls in one period, room by room and in total."""
    first = runs[CONTROLS[0]]
    lines = [f"{period}, {first['hours']:g} h, outside {first['house']['outside_mean_c']:g} degC "
             "(K h below and above +-0.5 K of the set point)"]
    for control, result in runs.items():
        lines.append(f"{control:17}" + "".join(title.rjust(9) for title, _, _ in COLUMNS))
        lines += [row(room["name"], room) for room in result["rooms"]]
        house = result["house"]
        lines.append(row("house", house))
        lines.append(f"  pump starts {house['pump_starts']}, pump {house['pump_kwh']:.2f} kWh, COP {house['cop']}, "
                     f"trips {house['trips']}; EnergyPlus and sensors apart by {result['apart_max_k']} K at most; "
                     f"x{result['speed']:.0f}")
    lines.append("firmware over hysteresis: " + ", ".join(
        f"{name} {value}" for name, value in ratios(runs).items()))
    return "\n".join(lines)


def best(least: dict, figures: dict, scenario: str) -> str:
    """What the shortest runs of an on/off unit would leave, beside the two controls."""
    lifts = least["lift_k"]
    outside_kh = least["outside_kh_h"] * (figures["hours"] - scenarios.find(scenario).settle_h)
    return (f"shortest runs of an on/off unit lift the air by {min(lifts):.2f} to {max(lifts):.2f} K: at best "
            f"{outside_kh:.1f} K h outside the band, {least['in_band']:.0%} of the time in it")


def ratios(runs: dict[str, dict]) -> dict[str, float | None]:
    """The firmware's figures over those of hysteresis; None over nothing."""
    mine, theirs = (runs[control]["house"] for control in CONTROLS)
    outside = [figures["below_kh"] + figures["above_kh"] for figures in (mine, theirs)]
    pairs = {"discomfort": outside, "below": (mine["below_kh"], theirs["below_kh"])}
    pairs |= {key: (mine[key], theirs[key]) for key in ("starts", "electric_kwh", "pump_starts")}
    return {name: round(a / b, 3) if b else None for name, (a, b) in pairs.items()}


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make bench-energyplus", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weather", type=Path, metavar="FILE.epw", help="another year than Chicago's")
    parser.add_argument("--scenario", default="winter_day", help="name or .toml: another config, as [room] compressor")
    parser.add_argument("--hours", type=float, help="of each period (default: january 72, march 48)")
    parser.add_argument("--blown", action="store_true", help="surfaces feel the units' fans (energyplus.house:blown)")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time (default 2)")
    parser.add_argument("--out", type=Path, default=Path("build/bench-energyplus.json"))
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Status 0 when all ran to their end; the figures are printed, not judged."""
    args = arguments(words)
    try:
        epw = args.weather or weather_file()
        with futures.ProcessPoolExecutor(args.jobs) as pool:
            jobs = {(period, control): pool.submit(play, control, period, str(epw), args.hours or hours, args)
                    for period, (_day, hours) in PERIODS.items() for control in CONTROLS}
            least = {period: bound.figures(KINDS[args.blown], epw, day) for period, (day, _) in PERIODS.items()}
            done = {key: job.result() for key, job in jobs.items()}
    except (PlantError, scenarios.ScenarioError, weather.WeatherError) as e:
        print(f"bench-energyplus: {e}", file=sys.stderr)
        return 1
    results = {}
    for period in PERIODS:
        runs = {control: done[period, control] for control in CONTROLS}
        results[period] = runs | {"ratios": ratios(runs), "bound": least[period]}
        print(table(period, runs), best(least[period], runs[CONTROLS[0]], args.scenario), sep="\n", flush=True)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    head = {"plant": PLANTS[args.blown], "scenario": args.scenario, "seed": args.seed, "weather": epw.name,
            "sha256": compare.digest(epw), "engine": engine.run_version()}
    args.out.write_text(json.dumps(head | {"periods": results}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
