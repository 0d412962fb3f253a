"""How the Modbus lines of a node are put together: the bus of a well and its rooms, and a building's management system."""

from .. import commands
from . import rtu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ...node.node import Node
    from ...tables import sections, shapes
    from ..hub import Hub
    from .rtu import Line


def line_of(hub: "Hub", name: str, cfg: "sections.Bus | sections.Bms", block: "shapes.Bus"):
    """One of the board's UARTs, in frames; block: the points of its counters."""
    line = rtu.Line(hub.board.serial(name, cfg.baud, cfg.parity), block)
    hub.lines.append(line)
    return line


def serve(hub: "Hub", line: "Line", address: int, link: str, well_link: str, done: "Callable[[int, int], None] | None"):
    """A Modbus server on one line."""
    from . import registers, server  # a client needs neither
    answers = registers.Server(hub.node.points, hub.commands, link, well_link, hub.board)
    part = server.RtuServer(line, address, answers, done)
    hub.parts.insert(0, part)  # before a client: what it is to carry on goes out in the same turn
    return part


def bus(hub: "Hub", cfg: "sections.Bus") -> None:
    """The line between the well and its rooms."""
    node = hub.node
    line = line_of(hub, "bus", cfg, node.bus_p)
    if cfg.role == "client":
        from . import client
        hub.client = client.BusClient(line, cfg, node, node.far)
        hub.commands.hook = hub.client.forward
        hub.parts.append(hub.client)
        return
    hub.commands.links["bus"] = commands.Link("b")
    if node.asked:
        hub.commands.links["plant"] = commands.Link("p", ("well",), 1, 0)
        serve(hub, line, cfg.address, "bus", "plant", node.asked[0].heard)
        return
    if node.water is None:
        serve(hub, line, cfg.address, "bus", "", None)
        return
    node.together.address = cfg.address
    hub.commands.links["well"] = commands.Link("w", ("water",), 1, 0)
    serve(hub, line, cfg.address, "bus", "well", Ears(node).heard)


def bms(hub: "Hub", cfg: "sections.Bms", link: str = "bms") -> None:
    """A building management system on the second UART."""
    line = line_of(hub, "bms", cfg, hub.node.bms_p)
    hub.commands.links[link] = commands.Link("b")
    part = serve(hub, line, cfg.address, link, "", None)
    client = hub.client
    if cfg.rooms_at and client is not None:
        from . import bridge
        part.bridge = client.guest = bridge.Bridge(line, client.rooms, cfg.rooms_at)


def gateway(hub: "Hub", cfg: "sections.Bms") -> None:
    """A gateway in its place: the same rights, another name in the journal."""
    bms(hub, cfg, "gateway")


class Ears:
    """What a room node takes from the frames that were carried out: the well's request, its grant, its time."""

    def __init__(self, node: "Node"):
        from . import messages
        self.node = node
        self.request = messages.REQUEST
        self.grant = messages.GRANT
        self.time = messages.TIME
        self.turn = messages.TURN

    def heard(self, code: int, first: int) -> None:
        """A frame with this function code and first register was carried out."""
        if self.request.fits(code, first):
            self.node.water.acknowledge(self.node.rooms[0].p.demand_w)
        elif self.grant.fits(code, first):
            self.node.water.received()
        elif self.time.fits(code, first):
            self.node.water.timed = True
        elif self.turn.fits(code, first):
            self.node.water.turn_s = 0
