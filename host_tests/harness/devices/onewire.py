"""The 1-Wire bus that the DS18B20s hang on: one transaction of bytes at a time."""

from __future__ import annotations

from .ds18b20 import Ds18b20


class OneWireBus:
    """The bus: executes one transaction of bytes. fault: "", "short" (held low), "open"."""

    def __init__(self, devices: list[Ds18b20]):
        self.devices = {d.rom: d for d in devices}
        self.fault = ""

    def transact(self, tx: bytes, n: int, t_s: float) -> tuple[int, bytes]:
        """(status, bytes): 0 answered, 1 no presence, 2 held low."""
        if self.fault == "short":
            return 2, bytes(9)
        present = [d for d in self.devices.values() if d.fault != "open"]
        if self.fault == "open" or not present:
            return 1, b"\xff" * 9
        if tx[0] == 0xCC:
            selected = present
            command = tx[1:]
        elif tx[0] == 0x55:
            device = self.devices.get(bytes(tx[1:9]))
            selected = [device] if device is not None and device.fault != "open" else []
            command = tx[9:]
        else:
            selected, command = [], b""
        if command[:1] == b"\x44":
            for device in selected:
                device.convert(t_s)
        elif command[:1] == b"\xbe" and len(selected) == 1:
            return 0, selected[0].scratchpad(t_s)[:n]
        # Nobody drives the bus: the master reads ones.
        return 0, b"\xff" * 9
