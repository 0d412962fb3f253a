"""How the network of a node is put together: the radio, names and time, the broker, the page."""

from ...storage import record
from ...tables import drop, kinds, network_rows, points
from .. import diff_ms
from . import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...hardware import Board
    from ...tables import sections, shapes
    from ..hub import Hub

JOIN_MS = 20_000  # a Wi-Fi that is away is tried again
SECRETS = "network.json"  # Wi-Fi, user of the broker, PIN: a record written by `wellhearth provision`, never shown
DOWN_MS = 200


def network(hub: "Hub", cfg: "sections.Network") -> None:
    """The network of this node."""
    if not points.RADIO:
        points.RADIO = kinds.RADIO.rows = points.table(network_rows.RADIO)
        drop(network_rows)
    secrets = record.Record(SECRETS).read() or {}
    try:
        part = Network(hub, cfg, secrets)
    except Exception as e:  # a radio that fails, a certificate that is missing: the house is heated without a network
        text = "no network: %r" % e
        hub.note(0, text)
        hub.board.say(text)
        hub.node.points.blocks.append(points.new_block(kinds.RADIO))
        return
    hub.parts.append(part)
    hub.node.points.blocks.append(part.block)


def unit_of(board: "Board", name: str) -> str:
    """The unit's id; its name where it has none."""
    return (record.Record(board.SECRET_PATH).read() or {}).get("id", name)


class Network:
    """Everything that needs the radio; `poll` belongs to the main thread and waits for nothing."""

    def __init__(self, hub: "Hub", cfg: "sections.Network", secrets: dict):
        self.hub = hub
        self.block: "shapes.Radio" = points.new_block(kinds.RADIO)
        board = hub.board
        self.radio = board.radio(secrets.get("ssid", ""), secrets.get("key", ""))
        self.names = names.Names(lambda: cfg.dns or self.radio.dns(), board.entropy)
        self.time = names.Time(cfg.ntp, self.names, hub.clock, self.note)
        self.services = []
        self.joined_ms = -1
        if cfg.broker:
            self.services.append(self.broker(hub, cfg, secrets))
        if cfg.page:
            from . import page
            self.services.append(page.fitted(hub, cfg, secrets, self.radio, self.block))
        self.turn = 0

    def broker(self, hub: "Hub", cfg: "sections.Network", secrets: dict):
        """MQTT."""
        from . import house, mqtt
        unit = unit_of(hub.board, hub.node.cfg.node.name)
        client = mqtt.Client(cfg, self.names.find, self.block, tls_context() if cfg.tls else None)
        client.name = "wellhearth-" + house.plain(unit)
        client.user = secrets.get("user", "")
        client.password = secrets.get("password", "")
        return house.House(hub, cfg, unit, client)

    def note(self, text: str) -> None:
        """A line for the journal."""
        self.hub.note(self.hub.node.p.uptime_s, text)

    def poll(self, now_ms: int) -> int:
        """A turn: names and time, then one of the services; ms until the next one is wanted."""
        up = self.radio.up()
        if up != self.block.wifi:
            self.block.wifi = int(up)
            self.note("network: " + ("up, " + self.radio.address() if up else "down"))
            if not up:
                self.down()
        if not up:
            if self.joined_ms < 0 or diff_ms(now_ms, self.joined_ms) >= JOIN_MS:
                self.joined_ms = now_ms
                self.radio.join()
            return DOWN_MS
        self.names.poll(now_ms)
        self.time.poll(now_ms)
        if not self.services:
            return DOWN_MS
        self.turn = (self.turn + 1) % len(self.services)
        return self.services[self.turn].poll(now_ms)

    def down(self) -> None:
        """Every connection is gone with the radio."""
        self.names.close()
        self.time.close()
        for service in self.services:
            service.down()


def tls_context():
    """What TLS to the broker is checked against: broker.der, its authority's certificate (DER: the ports read no PEM)."""
    import tls
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)  # it wants a certificate that fits, and the name in it
    with open("broker.der", "rb") as f:
        context.load_verify_locations(f.read())
    return context
