"""The server: pymodbus's, in a thread with a loop of its own, with our registers behind it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from pathlib import Path

from pymodbus.pdu.device import ModbusDeviceIdentification
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import SimData, SimDevice

from ..nodes import Hub
from .registers import Registers
from .units import Units

START_S = 5.0


@dataclass(frozen=True)
class Settings:
    """host: the interface to listen on (this computer only unless said). units: {unit id: node key}, as wanted."""

    host: str = "127.0.0.1"
    port: int = 502
    write: bool = False
    units: dict[int, str] = field(default_factory=dict)


class TcpServer:
    """Started and stopped from any thread."""

    def __init__(self, hub: Hub, settings: Settings, store: Path | None = None):
        self.hub, self.settings = hub, settings
        self.known = Units(settings.units, store)
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.problem = ""
        self.port = settings.port
        self.server: ModbusTcpServer | None = None
        self.thread = threading.Thread(target=self.run, name="modbus-tcp", daemon=True)

    def units(self) -> dict[int, str]:
        """{unit id: node key} of the nodes that were found."""
        return self.known.of(self.hub.nodes())

    def start(self) -> TcpServer:
        """Listen; OSError with the words when that cannot be done."""
        self.thread.start()
        self.ready.wait(START_S)
        if self.problem:
            raise OSError(0, self.problem, f"{self.settings.host}:{self.settings.port}")
        return self

    def stop(self) -> None:
        """Close every connection."""
        if self.thread.is_alive() and self.server is not None:
            asyncio.run_coroutine_threadsafe(self.server.shutdown(), self.loop).result(5)
        if self.thread.ident is not None:
            self.thread.join(5)

    def run(self) -> None:
        """The thread."""
        try:
            self.loop.run_until_complete(self.serve())
        except (OSError, RuntimeError) as e:
            self.problem = f"Modbus TCP cannot listen ({e}); is the port in use, or below 1024 and you are not root?"
        finally:
            self.ready.set()
            self.loop.close()

    async def serve(self) -> None:
        """Until `stop`."""
        about = ModbusDeviceIdentification(info_name={"VendorName": "Wellhearth", "ProductCode": "gateway",
                                                      "MajorMinorRevision": "1"})
        # pymodbus wants a device of its own; what is asked goes to our registers.
        self.server = ModbusTcpServer(SimDevice(0, [SimData(0)]), identity=about,
                                      address=(self.settings.host, self.settings.port))
        self.server.context = Registers(self.hub, self.known, self.settings.write)  # type: ignore[assignment]
        await self.server.serve_forever(background=True)
        sockets = getattr(self.server.transport, "sockets", ())
        if sockets:
            self.port = sockets[0].getsockname()[1]
        self.ready.set()
        await self.server.serving
