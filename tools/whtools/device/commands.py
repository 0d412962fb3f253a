"""Subcommands for real boards: their options, and whose module runs each."""

from __future__ import annotations

from pathlib import Path

from ..docs import registers
from ..papers import options
from ..update import command as update
from . import build, diagview, remotes, signing

BOARD_COMMANDS = ("build", "image", "frozen", "check", "config", "onewire", "provision", "order", "backup", "restore",
                  "flash", "diag", "bringup", "climate", "clock", "repl", "remote", "rooms", "modbus", "update",
                  *options.COMMANDS)


def board_commands(sub) -> None:
    """Subcommands for real boards."""
    make = sub.add_parser("build", help="cross-compile the firmware of a board into build/BOARD")
    make.add_argument("--board", action="append", choices=build.BOARDS, help="only this board; may be given again")
    make.add_argument("--littlefs", action="store_true", help="a littlefs image besides (Pico)")
    make.add_argument("--romfs", action="store_true", help="a ROMFS image besides, for builds that have such a partition")
    image = sub.add_parser("image", help="MicroPython and the firmware as one file: UF2 of a Pico, binary of an ESP32")
    image.add_argument("--board", required=True, choices=build.BOARDS)
    image.add_argument("--micropython", type=Path, required=True, metavar="FILE", help="stock MicroPython of that board")
    image.add_argument("--flash-mb", type=int, choices=(4, 8, 16, 32), default=4, help="flash of an ESP32 in MB (default 4)")
    image.add_argument("--config", type=Path, metavar="FILE.json", help="the node's config, checked first")
    image.add_argument("--out", type=Path, metavar="FILE", help="where to (default below build/BOARD)")
    ice = sub.add_parser("frozen", help="MicroPython with the firmware frozen in, for Picos short of memory")
    ice.add_argument("--board", required=True, choices=build.BOARDS)
    ice.add_argument("--source", type=Path, metavar="DIR",
                     help="a tree of MicroPython with its submodules (default: cloned into build/)")
    ice.add_argument("--out", type=Path, metavar="FILE.uf2", help="where to (default below build/frozen/BOARD)")
    flash = sub.add_parser("flash", help="put the firmware on a board: only what changed, verified")
    flash.add_argument("--board", required=True, choices=build.BOARDS)
    flash.add_argument("--config", type=Path, metavar="FILE.json", help="the node's config, checked first")
    check = sub.add_parser("check", help="whether a config is valid and a board has the terminals for it")
    check.add_argument("--board", choices=build.BOARDS, help="the board it is for (default: only the config itself)")
    check.add_argument("config", type=Path, metavar="CONFIG", help="the node's config.json")
    config_parser(sub)
    bringup_parser(sub)
    climate_parser(sub)
    keys_parser(sub)
    signing.parser(sub)
    update.parser(sub)
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


def bringup_parser(sub) -> None:
    """`wellhearth bringup`."""
    bringup = sub.add_parser("bringup", help="first power-on of a bare board, with a record to send")
    bringup.add_argument("--board", required=True, choices=build.BOARDS)
    bringup.add_argument("--port", help="serial port (default: the only board plugged in)")
    bringup.add_argument("--adapter", metavar="PORT", help="an RS-485 adapter of this computer: the line is tried too")
    bringup.add_argument("--state", type=Path, default=Path("bringup.json"), metavar="FILE",
                         help="what is done; the run goes on from it (default bringup.json)")
    bringup.add_argument("--again", action="append", default=[], metavar="STEP", help="a step that has passed, once more")
    bringup.add_argument("--out", type=Path, default=Path("bringup"), metavar="DIR", help="folder of the record")


def climate_parser(sub) -> None:
    """`wellhearth climate`."""
    climate = sub.add_parser("climate", help="ground, type of units, antifreeze and flow for a city or a design temperature")
    climate.add_argument("city", nargs="?", help="Chinese or English name; a wrong one lists all")
    climate.add_argument("--design-temperature", type=float, metavar="DEGC", help="heating design temperature instead")
    climate.add_argument("--air", type=float, metavar="DEGC", help="with it: annual mean of the air (default: by the table)")
    climate.add_argument("--ground", type=float, metavar="DEGC", help="ground, where it was measured")
    climate.add_argument("--kw", type=float, default=5.6, help="heating capacity for the flow (default 5.6)")


def keys_parser(sub) -> None:
    """`wellhearth provision`, `backup`, `restore`."""
    provision = sub.add_parser("provision", help="id and keys of a unit, made here, stored on it and in the key file")
    provision.add_argument("--keys", type=Path, metavar="FILE", help="the key file (default ~/.config/wellhearth/keys.json)")
    provision.add_argument("--name", default="", help="what the unit is called in the key file")
    provision.add_argument("--wifi", metavar="NAME", help="the Wi-Fi to join; its key is typed, and never shown")
    provision.add_argument("--broker-user", metavar="USER",
                           help="user at the MQTT broker; the password is typed, and never shown")
    provision.add_argument("--pin", action="store_true",
                           help="a PIN for changes at the board's own page; typed, kept as a hash")
    provision.add_argument("--announce", choices=("en", "zh"), metavar="LANG",
                           help="what Home Assistant is told of this unit, in en or zh; again after a change of its config")
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
    acts = top.add_subparsers(dest="action", required=True)
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


def board_command(args) -> int:
    """Run one of them."""
    if args.command == "flash":
        from . import flash

        return flash.run(args)
    if args.command == "frozen":
        from . import frozen

        return frozen.run(args)
    if args.command == "image":
        from . import image

        return image.run(args)
    if args.command == "check":
        from . import flash

        return flash.check(args)
    if args.command == "diag":
        return diagview.run(args)
    if args.command == "config":
        from . import settings

        return settings.run(args)
    if args.command == "update":
        return update.run(args)
    if args.command == "climate":
        from . import climate

        return climate.run(args)
    if args.command == "onewire":
        from . import sensors

        return sensors.run(args)
    if args.command == "bringup":
        from ..bringup import run as bringup

        return bringup.run(args)
    if args.command == "provision":
        from . import provision

        return provision.run(args)
    if args.command == "order":
        return signing.run(args)
    if args.command in ("backup", "restore"):
        from . import backup

        return getattr(backup, args.command)(args)
    if args.command == "clock":
        from . import clock

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
