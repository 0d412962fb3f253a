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

from .device import build, diagview, remotes
from .device.link import LinkError
from .docs import registers
from .papers import options

BOARD_COMMANDS = ("build", "check", "config", "onewire", "provision", "backup", "restore", "flash",
                  "diag", "clock", "repl", "remote", "rooms", "modbus", *options.COMMANDS)
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
    docs = sub.add_parser("docs", help="write the generated reference pages, wiring drawings and register map")
    docs.add_argument("--check", action="store_true", help="only say whether they are up to date")
    bench = sub.add_parser("bench", help="measure speed, scan cost and allocation")
    bench.add_argument("--hours", type=positive_hours, default=4.0, help="simulated hours of the speed run (default 4)")
    bench.add_argument("--out", type=Path, default=Path("bench.json"), help="result file (default bench.json)")
    mutate = sub.add_parser("mutate", help="mutation test of control/ (make mutate installs what it needs)")
    mutate.add_argument("--share", type=float, default=1.0, help="share of the mutants to try, 0 to 1 (default all)")
    mutate.add_argument("--seed", type=int, default=1, help="which share (default 1)")
    mutate.add_argument("--module", action="append", help="only this module of control/; may be given again")
    board_commands(sub)
    return top


def board_commands(sub) -> None:
    """Subcommands for real boards."""
    make = sub.add_parser("build", help="cross-compile the firmware of a board into build/BOARD")
    make.add_argument("--board", action="append", choices=build.BOARDS, help="only this board; may be given again")
    make.add_argument("--littlefs", action="store_true", help="a littlefs image besides (Pico)")
    make.add_argument("--romfs", action="store_true", help="a ROMFS image besides, for builds that have such a partition")
    flash = sub.add_parser("flash", help="put the firmware on a board: only what changed, verified")
    flash.add_argument("--board", required=True, choices=build.BOARDS)
    flash.add_argument("--config", type=Path, metavar="FILE.json", help="the node's config, checked first")
    check = sub.add_parser("check", help="whether a config is valid and a board has the terminals for it")
    check.add_argument("--board", choices=build.BOARDS, help="the board it is for (default: only the config itself)")
    check.add_argument("config", type=Path, metavar="CONFIG", help="the node's config.json")
    config_parser(sub)
    keys_parser(sub)
    options.parser(sub)
    onewire = sub.add_parser("onewire", help="the DS18B20s of a board: what they read, whose they are, whose they become")
    onewire.add_argument("--assign", nargs="*", metavar="ROLE[=ROM]",
                         help="find the sensor of each role (default: those that have none) by a warm hand")
    onewire.add_argument("--file", type=Path, metavar="FILE", help="--assign: into this config instead of the board's")
    onewire.add_argument("--no-restart", action="store_true", help="--assign: it holds from the next start on")
    diag = sub.add_parser("diag", help="look into a running node without stopping it")
    diag.add_argument("view", nargs="?", default="status", choices=diagview.VIEWS)
    diag.add_argument("filter", nargs="?", help="points: only those whose name begins so")
    diag.add_argument("--json", action="store_true", help="for programs")
    clock = sub.add_parser("clock", help="the time a node has, and from whom")
    clock.add_argument("--set", action="store_true", help="set it (and its clock chip) from this computer")
    repl = sub.add_parser("repl", help="the board's prompt; the control goes on")
    remote = sub.add_parser("remote", help="command a room as its remote would, or learn the keys of a remote")
    remote.add_argument("action", nargs="?", choices=("learn",), help="learn: bind the keys of a remote to their codes")
    remote.add_argument("--room", type=int, default=1, help="number of the room (default 1); over --modbus, its address")
    remote.add_argument("--set", type=float, metavar="DEGC", help="setpoint")
    remote.add_argument("--mode", choices=remotes.MODES)
    remote.add_argument("--fan", metavar="PERCENT", help="fan speed, or auto")
    remote.add_argument("--boost", type=int, metavar="MIN", help="boost for so many minutes, 0 ends it")
    remote.add_argument("--timer", type=int, metavar="MIN", help="off timer, 0 ends it")
    rooms = sub.add_parser("rooms", help="the rooms on a bus")
    rooms.add_argument("--scan", action="store_true", help="look for rooms at every address")
    rooms.add_argument("--last", type=int, default=247, help="--scan over --modbus: last address to try (default 247)")
    for command in (remote, rooms):
        command.add_argument("--modbus", metavar="PORT", help="Modbus RTU over this adapter instead of the board's prompt")
        command.add_argument("--baud", type=int, default=19200, help="with --modbus (default 19200)")
        command.add_argument("--parity", default="E", choices=("E", "N", "O"), help="with --modbus (default E)")
    csv_map = sub.add_parser("modbus", help="the register map of a node as CSV, for integrators")
    csv_map.add_argument("--config", type=Path, metavar="FILE.json", help="the node's config (default: every block once)")
    for command in (flash, onewire, diag, clock, repl, remote, rooms):
        command.add_argument("--port", help="serial port (default: the only board plugged in)")


def keys_parser(sub) -> None:
    """`wellhearth provision`, `backup`, `restore`."""
    provision = sub.add_parser("provision", help="id and keys of a unit, made here, stored on it and in the key file")
    provision.add_argument("--keys", type=Path, metavar="FILE", help="the key file (default ~/.config/wellhearth/keys.json)")
    provision.add_argument("--name", default="", help="what the unit is called in the key file")
    how = provision.add_mutually_exclusive_group()
    how.add_argument("--new-owner", action="store_true", help="the unit changes hands: new keys, the old ones are void")
    how.add_argument("--lost", action="store_true", help="the key file is lost: new keys for the same owner")
    how.add_argument("--show", action="store_true", help="id and fingerprints of the keys, and whether they are in the file")
    backup = sub.add_parser("backup", help="config, settings, meters and learned values of a node into one file")
    restore = sub.add_parser("restore", help="a backup back onto its unit")
    restore.add_argument("--other-unit", action="store_true", help="the unit takes another one's place")
    for command in (backup, restore):
        command.add_argument("file", type=Path, metavar="FILE")
    for command in (provision, backup, restore):
        command.add_argument("--port", help="serial port (default: the only board plugged in)")


def config_parser(sub) -> None:
    """`wellhearth config`."""
    top = sub.add_parser("config", help="write, check and exchange a node's config")
    acts = top.add_subparsers(dest="action", required=True, parser_class=Parser)
    init = acts.add_parser("init", help="a few questions, then the config of every controller of a house and its wires")
    init.add_argument("--answers", type=Path, metavar="FILE.json", help="answers from a file instead of a person")
    init.add_argument("--out", type=Path, default=Path("house"), metavar="DIR", help="where to (default house)")
    init.add_argument("--force", action="store_true", help="overwrite what is there")
    check = acts.add_parser("check", help="every mistake in a config, as the firmware and the board would say it")
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--board", choices=build.BOARDS, help="the board it is for (default: only the config itself)")
    check.add_argument("--migrate", action="store_true", help="write it back as the newest version")
    get = acts.add_parser("get", help="keys of the config on a board, e.g. well.min_flow_lph; without one: all of it")
    get.add_argument("keys", nargs="*", metavar="KEY")
    put = acts.add_parser("set", help="change keys on a board, checked as a whole; KEY= puts its default back")
    put.add_argument("values", nargs="+", metavar="KEY=VALUE")
    diff = acts.add_parser("diff", help="what differs between the board's config and a file; status 1 when something does")
    push = acts.add_parser("push", help="a file's config onto the board, checked first")
    pull = acts.add_parser("pull", help="the board's config into a file")
    for one in (diff, push, pull):
        one.add_argument("file", type=Path, metavar="FILE")
    for one in (put, push):
        one.add_argument("--no-restart", action="store_true", help="it holds from the next start on")
    for one in (get, put, diff, push, pull):
        one.add_argument("--port", help="serial port (default: the only board plugged in)")


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
    season.add_argument("--resume", action="store_true", help="go on from the newest checkpoint in --out")
    season.add_argument("--anew", action="store_true", help="throw away the season that lies in --out")
    season.add_argument("--verify", type=int, metavar="DAY",
                        help="run a day of the season in --out again, beside MicroPython; status 1 when they differ")
    season.add_argument("--split", type=int, metavar="S", help="only measure where the time goes, over S simulated seconds")


def season_days(text: str) -> float:
    """Days from the command line."""
    return positive_hours(str(float(text) * 24) if text.replace(".", "", 1).isdigit() else text) / 24


def board_command(args) -> int:
    """Run one of them."""
    if args.command == "flash":
        from .device import flash

        return flash.run(args)
    if args.command == "check":
        from .device import flash

        return flash.check(args)
    if args.command == "diag":
        return diagview.run(args)
    if args.command == "config":
        from .device import settings

        return settings.run(args)
    if args.command == "onewire":
        from .device import sensors

        return sensors.run(args)
    if args.command == "provision":
        from .device import provision

        return provision.run(args)
    if args.command in ("backup", "restore"):
        from .device import backup

        return getattr(backup, args.command)(args)
    if args.command == "clock":
        from .device import clock

        return clock.run(args)
    if args.command in options.COMMANDS:
        return options.run(args)
    if args.command == "repl":
        return diagview.repl(args)
    if args.command in ("remote", "rooms"):
        return remotes.run(args)
    if args.command == "modbus":
        return registers.run(args)
    return build.run(args)


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
        if args.command == "season":
            from .sim import season

            return season.run(args)
        if args.command == "docs":
            from .docs import docs

            return docs.run(check=args.check)
        if args.command in BOARD_COMMANDS:
            return board_command(args)
        if args.command == "mutate":
            from .dev import mutate

            return mutate.run(args)
        from .dev import bench

        return bench.run(args)
    except DOMAIN_ERRORS as e:
        print(f"wellhearth: {e}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as e:
        print(f"wellhearth: {e.name} is not installed; run `make venv`", file=sys.stderr)
        return 2
    except OSError as e:
        print(f"wellhearth: {e.filename or ''}: {e.strerror}", file=sys.stderr)
        return 2
