"""The subcommand: the way to the nodes, then the screen."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from ..device.link import LinkError
from ..gateway.nodes import Hub

PICTURE_S = 20  # real seconds of a simulation before its picture


def parser(sub) -> None:
    """`wellhearth monitor`."""
    monitor = sub.add_parser("monitor", help="a well and its rooms on this terminal: values, trends, trips, journal, why")
    way = monitor.add_mutually_exclusive_group()
    way.add_argument("--port", help="the prompt of a board at this serial port (default: the only board plugged in)")
    way.add_argument("--modbus", metavar="PORT", help="Modbus RTU over this adapter")
    way.add_argument("--simulate", action="store_true", help="a simulated house on the real firmware")
    monitor.add_argument("--baud", type=int, default=19200, help="with --modbus (default 19200)")
    monitor.add_argument("--parity", default="N", choices=("E", "N", "O"), help="with --modbus (default N)")
    monitor.add_argument("--address", type=int, action="append", metavar="N",
                         help="with --modbus: only this address; may be given again (default: all are tried)")
    monitor.add_argument("--rooms", type=int, default=6, choices=range(1, 9), metavar="1-8",
                         help="with --simulate (default 6)")
    monitor.add_argument("--speed", type=float, default=20.0, help="with --simulate: times real time (default 20)")
    monitor.add_argument("--seed", type=int, default=1, help="with --simulate (default 1)")
    monitor.add_argument("--lang", default="en", choices=("en", "zh"), help="language (default en; `l` changes it)")
    monitor.add_argument("--picture", type=Path, metavar="FILE.svg", help="with --simulate: a picture after 20 s, no screen")


def run(args) -> int:
    """0 when the person has quit."""
    if not args.picture and not sys.stdout.isatty():
        raise LinkError("the monitor wants a terminal; for programs there is `wellhearth diag --json`")
    hub, end = made(args)
    from .app import Monitor

    try:
        app = Monitor(hub.start(), args.lang)
        if args.picture:
            asyncio.run(picture(app, args.picture))
        else:
            app.run()
    finally:
        hub.stop()
        end()
    return 0


def made(args):
    """(hub, what ends its world) for the way that was asked for."""
    if args.simulate or args.picture:
        from ..gateway.nodes.simulated import World

        if not 0.1 <= args.speed <= 1000:
            raise LinkError(f"--speed {args.speed:g}: wanted 0.1 to 1000")
        world = World(rooms=args.rooms, speed=args.speed, seed=args.seed)
        return Hub([world], world.clock, period_s=max(1.0, args.speed / 2)), world.end
    if args.modbus:
        from ..gateway.nodes.serialbus import SerialBus

        if any(not 1 <= address <= 247 for address in args.address or ()):
            raise LinkError("--address wants a number from 1 to 247")
        return Hub([SerialBus(args.modbus, args.baud, args.parity, args.address or ())]), lambda: None
    from ..gateway.nodes.prompt import PromptWay

    return Hub([PromptWay(args.port)]), lambda: None


async def picture(app, path: Path) -> None:
    """The screen of 80x24 as an SVG."""
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(PICTURE_S)
        path.write_text(app.export_screenshot(title="wellhearth monitor"), encoding="utf-8")
