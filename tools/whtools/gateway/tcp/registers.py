"""A node's registers as its own Modbus server has them (firmware/MODBUS.md), from the hub's last reading."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pymodbus.constants import ExcCodes

from ..nodes import Hub, Node
from .units import Units

WHO = "bms@tcp"
READS, WRITES = (3, 4), (16,)


class Registers:
    """What pymodbus's server asks for values: `async_getValues`, `async_setValues`, by unit id."""

    def __init__(self, hub: Hub, units: Units, write: bool):
        self.hub, self.units, self.write = hub, units, write

    def device_ids(self) -> list[int]:
        """Unit ids in use."""
        return list(self.units.of(self.hub.nodes()))

    def find(self, unit: int) -> Node | ExcCodes:
        """The node behind a unit id, or why there is none: 10 no such unit, 11 it does not answer."""
        nodes = self.hub.nodes()
        node = nodes.get(self.units.of(nodes).get(unit, ""))
        if node is None:
            return ExcCodes.GATEWAY_PATH_UNAVIABLE
        return node if node.online else ExcCodes.GATEWAY_NO_RESPONSE

    async def async_getValues(self, device_id: int, func_code: int, address: int, count: int = 1) -> list[int] | ExcCodes:
        """Registers; 2 where the node has none, 6 when a point was not read yet."""
        if func_code not in READS:
            return ExcCodes.ILLEGAL_FUNCTION
        node = self.find(device_id)
        if isinstance(node, ExcCodes):
            return node
        there, values = paths(node), node.snapshot()
        found = []
        for register in range(address, address + count):
            path = there.get(register & ~1)
            if path is None:
                return ExcCodes.ILLEGAL_ADDRESS
            if path not in values:
                return ExcCodes.DEVICE_BUSY
            value = values[path] & 0xFFFFFFFF
            found.append(value & 0xFFFF if register & 1 else value >> 16)
        return found

    async def async_setValues(self, device_id: int, func_code: int, address: int, values: Sequence) -> ExcCodes | None:
        """Whole points by function code 16; None when the node took them all, 3 when it refused one."""
        if func_code not in WRITES or not self.write:
            return ExcCodes.ILLEGAL_FUNCTION
        node = self.find(device_id)
        if isinstance(node, ExcCodes):
            return node
        there = paths(node)
        wanted = [(there.get(address + at, ""), values[at:at + 2]) for at in range(0, len(values), 2)]
        if address & 1 or len(values) & 1 or not all(path for path, _pair in wanted):
            return ExcCodes.ILLEGAL_ADDRESS
        for path, (high, low) in wanted:
            value = (high << 16 | low) - (1 << 32 if high & 0x8000 else 0)
            why = await asyncio.to_thread(self.hub.order, node.key, path, value, WHO)
            if why is not None:
                return ExcCodes.ILLEGAL_VALUE
        return None


def paths(node: Node) -> dict[int, str]:
    """{first register: path} of every point."""
    return {table.first + row.register: f"{table.name}.{row.name}" for table in node.tables.values() for row in table.rows}
