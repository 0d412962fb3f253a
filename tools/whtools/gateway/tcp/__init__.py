"""Modbus TCP for building management: every node behind one address, by unit id, with the registers it has itself.

    server = TcpServer(hub, Settings(host="0.0.0.0", port=502), store=Path("units.json")).start()
    server.units()          # {unit id: node key}; server.stop()

Needs of the hub: `nodes()` and `order(...)`. Registers are answered from the hub's last reading: a building system cannot
slow the line down. Read-only unless `write` is switched on; what is written has the rights of a bus and expires like it.
"""

from .server import Settings, TcpServer

__all__ = ["Settings", "TcpServer"]
