"""The device: bacpypes3's application in a thread with a loop of its own; a second's changes into its objects."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bacpypes3.app import Application
from bacpypes3.errors import ExecutionError
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject

from ..nodes import Hub, Node
from ..tcp.units import Units
from . import objects, schedules

START_S = 5.0
TURN_S = 1.0
WHO = "bms@bacnet"
SAMPLE_VENDOR = 999  # of bacpypes3: a vendor's number is ASHRAE's to give, and we have none
GOOD, FAULT, ALARM = [0, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]


@dataclass(frozen=True)
class Settings:
    """host: the interface to listen on, with its mask for broadcasts ("192.168.1.20/24"; this computer only unless said).
    device: its instance, 0 to 4,194,302, one of its own on the building's network. units as in [tcp]. schedules:
    {"node.room1": the room's `schedule`}, as its config has it: no node tells it.
    """

    host: str = "127.0.0.1"
    port: int = 47808
    device: int = 471_100
    write: bool = False
    units: dict[int, str] = field(default_factory=dict)
    schedules: dict[str, str] = field(default_factory=dict)


class Device(objects.Guarded, DeviceObject):
    """Nobody renames it."""


class Port(objects.Guarded, NetworkPortObject):
    """Nobody readdresses it."""


class App(Application):
    """Nobody silences it."""

    async def do_DeviceCommunicationControlRequest(self, _apdu) -> None:
        """Refused: whoever is on the network could end the alarms."""
        raise ExecutionError(errorClass="services", errorCode="serviceRequestDenied")


class BacnetServer:
    """Started and stopped from any thread."""

    def __init__(self, hub: Hub, settings: Settings, store: Path | None = None):
        """ValueError for a device number that BACnet has not, or a schedule that is none."""
        if not 0 <= settings.device < 4_194_303:
            raise ValueError(f"device: {settings.device}, wanted 0 to 4194302")
        self.hub, self.settings = hub, settings
        self.known = Units(settings.units, store)
        self.loop = asyncio.new_event_loop()
        self.ready, self.ended = threading.Event(), threading.Event()
        self.problem = ""
        self.made: dict[tuple[str, str], Any] = {}  # (node, path): its object
        self.lists: dict[str, objects.Text] = {}
        for text in settings.schedules.values():
            schedules.parse(text)
        self.weeks: list[schedules.Schedule] = []
        self.app: Any = None
        self.thread = threading.Thread(target=self.run, name="bacnet", daemon=True)

    def start(self) -> BacnetServer:
        """Listen; OSError with the words when that cannot be done."""
        self.thread.start()
        self.ready.wait(START_S)
        if self.problem:
            raise OSError(0, self.problem, f"{self.settings.host}:{self.settings.port}")
        return self

    def stop(self) -> None:
        """Close its port."""
        self.ended.set()
        if self.thread.ident is not None:
            self.thread.join(5)

    def run(self) -> None:
        """The thread."""
        try:
            self.loop.run_until_complete(self.serve())
        except Exception as e:  # whatever the library raises is said, not lost with the thread
            self.problem = f"BACnet cannot listen ({e}); is the port in use, or the address another machine's?"
        finally:
            self.ready.set()
            self.loop.close()

    async def serve(self) -> None:
        """Until `stop`."""
        settings = self.settings
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
            probe.bind((settings.host.partition("/")[0], settings.port))  # the library would go on without its port
        device = Device(objectIdentifier=("device", settings.device), objectName=f"Wellhearth gateway {settings.device}",
                        vendorName="Wellhearth", vendorIdentifier=SAMPLE_VENDOR, modelName="gateway",
                        description="ground-water heat pumps: wells, rooms, plants")
        port = Port(f"{settings.host}:{settings.port}", objectIdentifier=("network-port", 1), objectName="BACnet/IP")
        self.weeks = [schedules.make(f"{where}.schedule", i, text)
                      for i, (where, text) in enumerate(sorted(settings.schedules.items()), start=1)]
        first: list[Any] = [device, port, *self.weeks]
        self.app = App.from_object_list(first)
        try:
            await asyncio.sleep(0.2)  # its socket is opened by the loop
            self.turn()
            self.ready.set()
            while not self.ended.is_set():
                await asyncio.sleep(TURN_S / 5)
                self.turn()
        finally:
            self.app.close()

    def turn(self) -> None:
        """What is new: nodes become objects, values are told."""
        nodes = self.hub.nodes()
        for unit, key in self.known.of(nodes).items():
            node = nodes[key]
            if key not in self.lists:
                self.add(key, unit, node)
            self.tell(key, node)
        for week in self.weeks:
            put(week, "presentValue", schedules.now(week, datetime.datetime.now()))

    def add(self, key: str, unit: int, node: Node) -> None:
        """A node's objects."""
        self.lists[key] = objects.alarms(key, unit)
        self.app.add_object(self.lists[key])
        for table in node.tables.values():
            for row in table.rows:
                path = f"{table.name}.{row.name}"
                writable = self.settings.write and "w" in row.access
                order = self.orderer(key, path) if writable else None
                made = objects.make(key, unit, table, row, order)
                if made is not None:
                    self.made[key, path] = made
                    self.app.add_object(made)

    def orderer(self, key: str, path: str) -> objects.Order:
        """What takes a client's value to its point."""
        return lambda value: self.hub.order(key, path, value, WHO)

    def tell(self, key: str, node: Node) -> None:
        """A node's values into its objects; COV subscribers hear what changed."""
        for path in node.snapshot():
            one = self.made.get((key, path))
            if one is None:
                continue
            value = node.value(path)
            good = node.online and value is not None
            alarm = path.endswith(".alarm") and bool(value)
            put(one, "presentValue", objects.shown(one._point, value) if value is not None else one.presentValue)
            put(one, "reliability", "noFaultDetected" if good else "noSensor" if node.online else "communicationFailure")
            put(one, "statusFlags", ALARM if good and alarm else GOOD if good else FAULT)
            put(one, "eventState", "offnormal" if alarm else "normal")
        words = "; ".join(f"{trip.block}: {trip.cause}{' (locked out)' if trip.locked else ''}" for trip in node.trips())
        one = self.lists[key]
        put(one, "presentValue", words)
        put(one, "statusFlags", (ALARM if words else GOOD) if node.online else FAULT)
        put(one, "eventState", "offnormal" if words else "normal")


def put(one: Any, name: str, value: Any) -> None:
    """A property, where it is another one: each write is looked at for subscribers."""
    known = one.__dict__.setdefault("_put", {})
    if known.get(name) != value:
        known[name] = value
        setattr(one, name, value)
