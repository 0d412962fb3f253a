"""How the line of meters is put together."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...tables import sections
    from ..hub import Hub


def meter_line(hub: "Hub", cfg: "sections.MeterLine") -> None:
    """The second UART, this node its client."""
    from . import client
    account = hub.node.extras[0]
    port = hub.board.serial("bms", cfg.baud, cfg.parity)
    line = client.MeterClient(port, hub.node.bms_p, cfg, account.meters, account.taken)
    hub.lines.append(line)
    hub.parts.append(line)
