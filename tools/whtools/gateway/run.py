"""`wellhearth gateway`, and `--demo`: the hub, the recorder and the page in one process."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from ..device.link import LinkError
from .nodes import Hub, Way
from .nodes.transport import Clock

ROLL_S = 60.0
DEMO_PASSWORD_B = 8


def addresses(text: str | None) -> list[int]:
    """`1-16,100` as unit addresses; LinkError says what is wrong."""
    from wellhearth.tables.config_rules import addresses as parse

    try:
        return parse(text or "")
    except ValueError as e:
        raise LinkError(f"--units {text}: {e}") from None


def ways_of(args) -> list[Way]:
    """What the command line names. LinkError when it names nothing."""
    from .nodes.prompt import PromptWay
    from .nodes.serialbus import SerialBus

    ways: list[Way] = [SerialBus(port, args.baud, args.parity, addresses(args.units)) for port in args.port or ()]
    ways += [PromptWay(port) for port in args.prompt or ()]
    if not ways:
        raise LinkError("a gateway needs a way to a node: --port /dev/ttyUSB0 (Modbus), --prompt /dev/ttyACM0, or --demo")
    return ways


def free_port(wanted: int) -> int:
    """The port, or LinkError when somebody has it."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", wanted))
        except OSError:
            raise LinkError(f"port {wanted} is in use: is another gateway running? else --http {wanted + 1}") from None
    return wanted


class Housekeeper(threading.Thread):
    """Once a minute: what waits is written, means are made, what is too old goes; work orders are opened."""

    def __init__(self, recorder, work=None):
        super().__init__(name="housekeeper", daemon=True)
        self.recorder, self.work = recorder, work
        self.ended = threading.Event()

    def run(self) -> None:
        """Until `ended`."""
        while not self.ended.wait(ROLL_S):
            try:
                self.recorder.flush()
                self.recorder.roll()
                if self.work is not None:
                    self.work.step()
            except Exception as e:  # a full disk, a database away: said, and tried again
                self.recorder.failed = f"history: {e!r}"
                print(f"wellhearth: {self.recorder.failed}", file=sys.stderr)


def site_for(ways: Iterable[Way], database: str, clock: Clock, period_s: float, tls: bool, zone_s: int):
    """Everything, connected; nothing started."""
    from .accounts.people import People
    from .history import holds
    from .history.recorder import Recorder
    from .history.schema import open_store
    from .page.app import Site
    from .work import Work

    engine = open_store(database)
    hub = Hub(ways, clock, period_s)
    holds.load(engine, hub)
    recorder = Recorder(engine, hub, clock, zone_s)
    return Site(hub, engine, People(engine), recorder, clock, tls, work=Work(engine, hub, zone_s))


def first_words(site, base: str) -> None:
    """How to come in; on the first start a one-time link, as there is no default password."""
    print(f"wellhearth: the page is at {base}/", flush=True)
    if site.people.nobody():
        token = site.people.invite("installer", [])
        print(f"wellhearth: nobody has an account yet. Open this once, within a day, to make the installer's:\n"
              f"    {base}/join/{token}", flush=True)


def folder_of(database: str) -> Path:
    """Where files lie that belong to a database."""
    return Path(database).parent if "://" not in database else Path("build/gateway")


def check_certificate(certificate: str, key: str | None) -> None:
    """LinkError for what a browser would not be served with; an end within a month is said."""
    import datetime
    import ssl

    from cryptography import x509

    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        end = x509.load_pem_x509_certificate(Path(certificate).read_bytes()).not_valid_after_utc
    except FileNotFoundError:
        raise LinkError(f"{certificate}, {key or '--key'}: no such certificate or key") from None
    except (ssl.SSLError, ValueError) as e:
        raise LinkError(f"{certificate}, {key or '--key'}: no certificate with its key (PEM): {e}") from None
    left = end - datetime.datetime.now(datetime.timezone.utc)
    if left.days < 30:
        said = f"ends in {left.days} days: renew it" if left.days >= 0 else "has ended: browsers refuse it"
        print(f"wellhearth: the certificate {certificate} {said}", file=sys.stderr)


def beside_of(args, site):
    """What the config file asks for beside the page (beside.py); None without one."""
    from . import beside

    if not args.config:
        return None
    config = beside.read(Path(args.config))
    beside.work_of(config.pop("work", {}), Path(args.config).parent, site.work)
    site.services = beside.Beside(config, site.hub, folder_of(args.database), beside.Names(site.names).of)
    return site.services


def serve(site, host: str, port: int, certificate: str | None, key: str | None, ready=None, services=None) -> None:
    """Hub, housekeeper and page until Ctrl-C or SIGTERM; what waits is written at the end."""
    import uvicorn

    from .page.app import make

    keeper = Housekeeper(site.recorder, site.work)
    config = uvicorn.Config(make(site), host, port, log_level="warning", server_header=False, proxy_headers=False,
                            ssl_certfile=certificate, ssl_keyfile=key, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    if ready is not None:
        ready.append(server)
    site.hub.start()
    keeper.start()
    try:
        if services is not None:
            services.start()
        server.run()
    finally:
        if services is not None:
            services.stop()
        keeper.ended.set()
        site.hub.stop()
        site.recorder.flush()
        if site.work is not None:
            site.work.step()


def run(args) -> int:
    """The subcommand."""
    if args.backup or args.restore:
        from . import backup

        return backup.run(args)
    scheme = "https" if args.certificate else "http"
    port = free_port(args.http)
    if args.fleet:
        from . import fleet_run

        return fleet_run.run(args, port)
    if args.demo:
        from . import demo

        return demo.run(args, port)
    if args.certificate:
        check_certificate(args.certificate, args.key)
    site = site_for(ways_of(args), args.database, Clock(), 1.0, bool(args.certificate), args.zone_min * 60)
    site.papers = args.papers or folder_of(args.database) / "papers"
    if args.host not in ("127.0.0.1", "localhost") and not args.certificate:
        print("wellhearth: without --certificate passwords cross the network as they are: let only a trusted one reach it",
              file=sys.stderr)
    shown = args.host if args.host not in ("0.0.0.0", "::") else socket.gethostname()
    first_words(site, f"{scheme}://{shown}:{port}")
    serve(site, args.host, port, args.certificate, args.key, services=beside_of(args, site))
    return 0


def parser(sub) -> None:
    """`wellhearth gateway`."""
    gateway = sub.add_parser("gateway", help="a page, history and more beside the wells (make gateway)")
    gateway.add_argument("--port", action="append", help="serial adapter on a building system's line; may be given again")
    gateway.add_argument("--prompt", action="append", help="serial port of a board's own prompt; may be given again")
    gateway.add_argument("--units", metavar="1-16,100", help="Modbus addresses to ask (default: all are tried)")
    gateway.add_argument("--baud", type=int, default=19200)
    gateway.add_argument("--parity", choices=("E", "N", "O"), default="E")
    gateway.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
    gateway.add_argument("--http", type=int, default=8080, metavar="PORT", help="port of the page (default 8080)")
    gateway.add_argument("--fleet", action="store_true",
                         help="many houses by MQTT instead of own nodes; --config has [fleet]")
    gateway.add_argument("--certificate", help="TLS certificate (PEM); with --key")
    gateway.add_argument("--key", help="its key (PEM)")
    gateway.add_argument("--config", metavar="FILE.toml", help="Home Assistant, alarms, Modbus TCP (beside.py)")
    gateway.add_argument("--database", default="build/gateway/wellhearth.db", metavar="PATH|postgresql://...")
    gateway.add_argument("--papers", type=Path, metavar="DIR",
                         help="signed water statements to hand out (default: papers/ beside the database)")
    gateway.add_argument("--backup", type=Path, metavar="FILE", help="copy the database, of a running gateway too, and end")
    gateway.add_argument("--restore", type=Path, metavar="FILE", help="put such a copy back, and end")
    gateway.add_argument("--zone-min", type=int, default=480, help="minutes east of Greenwich, of days (default 480)")
    gateway.add_argument("--demo", action="store_true", help="a simulated house instead of real nodes")
    gateway.add_argument("--speed", type=float, default=10.0, help="--demo: times real time (default 10)")
    gateway.add_argument("--rooms", type=int, default=6, help="--demo: rooms, 1 to 8 (default 6)")
    gateway.add_argument("--village", action="store_true", help="--demo: every room a node of its own")
