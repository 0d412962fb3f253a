"""`make demo`: a simulated house at some times real time, the gateway and the page, with somebody to log in as."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from harness import scenarios

from .nodes.simulated import World

HOURS_BEFORE = 4  # simulated before the page opens, so that there is something to look back on: ten seconds
SAMPLE_S = 60
PERIOD_MS = 200  # of the firmware's scan: half the work
NAME = "demo"


def prepare(args, folder: str):
    """(world, site, password): a day has passed, and there is one installer."""
    from .run import site_for

    config = scenarios.village_config(args.rooms) if args.village else scenarios.house_config(args.rooms)
    if not args.village:
        config["node"]["period_ms"] = PERIOD_MS
    world = World(speed=args.speed, paced=False, village=args.village, config=config)
    site = site_for([world], str(Path(folder) / "demo.db"), world.clock, max(1.0, args.speed * 0.5), False, 8 * 3600)
    names = [room.get("name", "") for room in world.config["rooms"]]
    site.hub.turn()
    name_rooms(site, names)
    if not args.village:
        for _ in range(HOURS_BEFORE * 3600 // SAMPLE_S):
            world.run(SAMPLE_S)
            site.hub.turn()
    site.recorder.flush()
    site.recorder.roll()
    password = secrets.token_urlsafe(9)
    site.people.join(site.people.invite("installer", []), NAME, password)
    return world, site, password


def name_rooms(site, names: list[str]) -> None:
    """The names in the config: registers carry none."""
    from .history.schema import NAME as TABLE
    from .history.schema import put
    from .page import cards

    rows = [{"node": node.key, "block": block, "text": name}
            for (node, block), name in zip(cards.rooms(site.hub), names) if name]
    with site.engine.begin() as connection:
        put(connection, TABLE, rows)


def run(args, port: int) -> int:
    """Until Ctrl-C."""
    from .run import beside_of, serve

    print(f"wellhearth: simulating the first {HOURS_BEFORE} hours of a winter", flush=True)
    with tempfile.TemporaryDirectory(prefix="wellhearth-demo-") as folder:
        world, site, password = prepare(args, folder)
        if args.host in ("127.0.0.1", "localhost"):  # nobody else reads the login page
            site.demo = f"{NAME} / {password}"
        print(f"wellhearth: the page is at http://{args.host}:{port}/  (name {NAME}, password {password}); the house lives "
              f"at {args.speed:g} times real time; Ctrl-C ends it", flush=True)
        world.go()
        try:
            serve(site, args.host, port, None, None, services=beside_of(args, site))
        finally:
            world.end()
    return 0
