"""The `wellhearth` command on the host."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from harness import scenarios
from harness.checkpoint import CheckpointError
from harness.process import FirmwareError
from plant.house import PlantError
from plant.weather import WeatherError

from .device import build, commands
from .device.link import LinkError
from .gateway import run as gateway
from .monitor import run as monitor

DOMAIN_ERRORS = (scenarios.ScenarioError, WeatherError, PlantError, FirmwareError, build.BuildError, LinkError,
                 CheckpointError)


def positive_hours(text: str) -> float:
    """Hours from the command line."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hours") from None
    if not 0 < value <= 8784:
        raise argparse.ArgumentTypeError(f"{text} h: wanted more than 0, at most 8784")
    return value


class Parser(argparse.ArgumentParser):
    """Argument errors in one line, without the usage text."""

    def error(self, message: str):
        """One line, status 2."""
        print(f"wellhearth: {message} (--help lists the options)", file=sys.stderr)
        raise SystemExit(2)


def parser() -> argparse.ArgumentParser:
    """All subcommands."""
    top = Parser(prog="wellhearth", description="Wellhearth host tools.")
    sub = top.add_subparsers(dest="command", required=True, parser_class=Parser)
    sim = sub.add_parser("sim", help="run a simulated house on the real firmware")
    sim.add_argument("--scenario", default="winter_day", help="name (--list-scenarios shows them) or a .toml file")
    sim.add_argument("--list-scenarios", action="store_true", help="list the scenarios and end")
    sim.add_argument("--list-faults", action="store_true", help="list what can break in a scenario and end")
    sim.add_argument("--hours", type=positive_hours, help="simulated hours (default: the scenario's)")
    sim.add_argument("--weather", metavar="FILE.epw", help="an EnergyPlus weather year instead of the scenario's day")
    sim.add_argument("--first-day", type=int, metavar="N",
                     help="first day of the weather file, 1 = 1 January (default: its coldest week)")
    sim.add_argument("--seed", type=int, default=1, help="seed of every random number (default 1)")
    sim.add_argument("--rooms", type=int, help="number of rooms, 1 to 8")
    sim.add_argument("--plain", action="store_true", help="one line per simulated hour (default without a terminal)")
    sim.add_argument("--out", type=Path, metavar="DIR", help="folder for results (default build/sim/SCENARIO)")
    sim.add_argument("--plant", metavar="MODULE:FACTORY", help="another plant (boards/sitl/PROTOCOL.md)")
    sim.add_argument("--config", metavar="FILE.json", help="the node's config instead of the village house's")
    sim.add_argument("--in-process", action="store_true",
                     help="the firmware in the simulator's own Python instead of MicroPython: one core, twice the speed")
    season_parser(sub)
    monitor.parser(sub)
    gateway.parser(sub)
    docs = sub.add_parser("docs", help="write the generated reference pages, wiring tables and register map")
    docs.add_argument("--check", action="store_true", help="only say whether they are up to date")
    bench = sub.add_parser("bench", help="measure speed, scan cost and allocation")
    bench.add_argument("--hours", type=positive_hours, default=4.0, help="simulated hours of the speed run (default 4)")
    bench.add_argument("--out", type=Path, default=Path("bench.json"), help="result file (default bench.json)")
    bench.add_argument("--flash", type=int, default=0, metavar="DAYS",
                       help="only the life of a Pico's flash: a day's writes DAYS times on littlefs (60: ten minutes)")
    bench.add_argument("--plant", type=int, default=0, metavar="MINUTES",
                       help="only the node of a central plant, 18 wells and 8 machines (10: ten minutes)")
    bench.add_argument("--micropython", default="", metavar="FILE", help="with --plant: another MicroPython (a 32-bit one)")
    bench.add_argument("--modules", type=Path, metavar="DIR", help="with --plant: compiled modules (build/rpi_pico2)")
    mutate = sub.add_parser("mutate", help="mutation test of control/ (make mutate installs what it needs)")
    mutate.add_argument("--share", type=float, default=1.0, help="share of the mutants to try, 0 to 1 (default all)")
    mutate.add_argument("--seed", type=int, default=1, help="which share (default 1)")
    mutate.add_argument("--module", action="append", help="only this module of control/; may be given again")
    commands.board_commands(sub)
    return top


def season_parser(sub) -> None:
    """`wellhearth season`."""
    season = sub.add_parser("season", help="simulate a whole winter of the whole firmware on one core")
    season.add_argument("--days", type=season_days, default=150.0, help="simulated days (default 150)")
    season.add_argument("--scenario", default="winter_day", help="name (sim --list-scenarios) or a .toml file")
    season.add_argument("--weather", metavar="FILE.epw", help="an EnergyPlus weather year instead of the scenario's day")
    season.add_argument("--first-day", type=int, metavar="N", help="first day of the weather file (default 305, 1 November)")
    season.add_argument("--seed", type=int, default=1, help="seed of every random number (default 1)")
    season.add_argument("--rooms", type=int, help="number of rooms, 1 to 8")
    season.add_argument("--plant", metavar="MODULE:FACTORY", help="another plant (boards/sitl/PROTOCOL.md)")
    season.add_argument("--config", metavar="FILE.json", help="the node's config instead of the village house's")
    season.add_argument("--period-ms", type=int, choices=(50, 100, 200), default=200, help="scan period (default 200)")
    season.add_argument("--out", type=Path, metavar="DIR", help="folder for results (default build/season/SCENARIO)")
    season.add_argument("--checkpoint-hours", type=positive_hours, default=24.0, metavar="H",
                        help="simulated hours between two checkpoints (default 24)")
    season.add_argument("--cuts", type=int, default=0, metavar="N",
                        help="N power cuts at random, and what the meters lost by each: cuts.json")
    season.add_argument("--resume", action="store_true", help="go on from the newest checkpoint in --out")
    season.add_argument("--anew", action="store_true", help="throw away the season that lies in --out")
    season.add_argument("--verify", type=int, metavar="DAY",
                        help="run a day of the season in --out again, beside MicroPython; status 1 when they differ")
    season.add_argument("--split", type=int, metavar="S", help="only measure where the time goes, over S simulated seconds")


def season_days(text: str) -> float:
    """Days from the command line."""
    return positive_hours(str(float(text) * 24) if text.replace(".", "", 1).isdigit() else text) / 24


def main(argv: list[str] | None = None) -> int:
    """Run the command; errors a person can mend are one line on stderr and status 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that has no degree sign shows ?, and the run keeps its results
            stream.reconfigure(errors="replace")
    args = parser().parse_args(argv)
    try:
        if args.command == "sim":
            from .sim import sim

            return sim.run(args)
        if args.command == "monitor":
            return monitor.run(args)
        if args.command == "season":
            from .sim import season

            return season.run(args)
        if args.command == "gateway":
            return gateway.run(args)
        if args.command == "docs":
            from .docs import docs

            return docs.run(check=args.check)
        if args.command in commands.BOARD_COMMANDS:
            return commands.board_command(args)
        if args.command == "mutate":
            from .dev import mutate

            return mutate.run(args)
        from .dev import bench

        return bench.run(args)
    except KeyboardInterrupt:
        print("wellhearth: interrupted", file=sys.stderr)
        return 130
    except DOMAIN_ERRORS as e:
        print(f"wellhearth: {e}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as e:
        target = "make gateway" if args.command == "gateway" else "make venv"
        print(f"wellhearth: {e.name} is not installed; run `{target}`", file=sys.stderr)
        return 2
    except OSError as e:
        print(f"wellhearth: {e.filename or ''}: {e.strerror}", file=sys.stderr)
        return 2
