"""`wellhearth gateway --fleet`: the broker's telemetry of many houses, their database, and the operator's page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..device.link import LinkError
from . import beside
from . import run as gateway
from .fleet.subscriber import Settings, Subscriber
from .fleet.watch import Watch

SECTIONS = ("fleet", "alarms")
TYPES = {"host": str, "port": int, "user": str, "password_file": str, "ca": str, "prefix": str}


def settings_of(config: dict[str, Any]) -> Settings:
    """[fleet]; LinkError says what to mend."""
    if set(config) - set(SECTIONS):
        raise LinkError(f"--fleet has no {', '.join(sorted(set(config) - set(SECTIONS)))}: that is of a gateway with nodes")
    row = dict(beside.checked("fleet", config.get("fleet", {}), TYPES))
    secret = row.pop("password_file", "")
    try:
        row["password"] = Path(secret).read_text(encoding="utf-8").strip() if secret else ""
    except OSError as e:
        raise LinkError(f"[fleet] {secret}: {e.strerror}") from None
    if "ca" in row and not Path(row["ca"]).is_file():
        raise LinkError(f"[fleet] ca: there is no file {row['ca']}")
    return Settings(**row)


def site_for(settings: Settings, database: str, zone_s: int, tls: bool = False):
    """A site without nodes, and its watch; nothing is started."""
    from .accounts.people import People
    from .history.recorder import Recorder
    from .history.schema import open_store
    from .nodes import Hub
    from .nodes.transport import Clock
    from .page.app import Site

    engine, clock = open_store(database), Clock()
    site = Site(Hub([], clock, 1.0), engine, People(engine), Recorder(engine, None, clock, zone_s), clock, tls)
    site.fleet = Watch(engine, Subscriber(engine, settings), zone_s)
    return site


def alarms_of(config: dict[str, Any], site, store: Path):
    """[[alarms.person]]: who is told what is wrong with the houses; None without that section."""
    from .fleet.alarms import FleetAlarms

    if "alarms" not in config:
        return None
    site.fleet.alarms = FleetAlarms(site.fleet, site.hub, beside.people_of(config["alarms"]), store)
    return site.fleet.alarms


def run(args, port: int) -> int:
    """The subcommand."""
    import uvicorn

    from .page.app import make

    if args.port or args.prompt or args.demo:
        raise LinkError("--fleet has no nodes of its own: leave --port, --prompt and --demo out")
    if args.certificate:
        gateway.check_certificate(args.certificate, args.key)
    config = beside.read(Path(args.config)) if args.config else {}
    settings = settings_of(config)
    site = site_for(settings, args.database, args.zone_min * 60, bool(args.certificate))
    alarms = alarms_of(config, site, gateway.folder_of(args.database) / "fleet-alarms.json")
    gateway.first_words(site, f"{'https' if args.certificate else 'http'}://{args.host}:{port}")
    watch = site.fleet
    watch.subscriber.start()
    watch.start()
    if alarms is not None:
        alarms.start()
    try:
        uvicorn.Server(uvicorn.Config(make(site), args.host, port, log_level="warning", server_header=False,
                                      proxy_headers=False, ssl_certfile=args.certificate, ssl_keyfile=args.key,
                                      timeout_graceful_shutdown=2)).run()
    finally:
        watch.ended.set()
        if alarms is not None:
            alarms.stop()
        watch.subscriber.stop()
    return 0
