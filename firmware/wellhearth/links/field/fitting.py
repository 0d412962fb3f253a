"""How a plant's lines are put together."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..hub import Hub


def plant(hub: "Hub", cfg: "Any") -> None:
    """A client on each of the board's UARTs that `plant.lines` names and something hangs on."""
    from ..modbus import rtu
    from . import client
    node = hub.node
    blocks = {"bus": node.bus_p, "bms": node.bms_p}
    for name in cfg.lines:
        stations = [one for one in node.source.stations if one.line == name]
        if not stations:
            continue
        section = cfg.lines[name]
        line = rtu.Line(hub.board.serial(name, section.baud, section.parity), blocks[name])
        hub.lines.append(line)
        hub.parts.append(client.FieldClient(line, section, stations))
