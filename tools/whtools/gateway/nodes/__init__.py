"""Access to nodes: what a page, a monitor, Home Assistant, alarms and Modbus TCP are built on.

    hub = Hub([serialbus.SerialBus("/dev/ttyUSB0", baud=19200, parity="N")])    # or prompt.PromptWay, simulated.World(...)
    hub.subscribe(lambda change: ...)        # Change(node, values, online, at, journal): from the hub's own thread
    hub.start()                              # a thread; finds units, polls, survives unplugging; hub.stop()
    node = hub.nodes()["wh-0102"]            # Node: identity, tables, values with age
    node.value("room1.room_mc")              # int, or None when nobody knows it
    hub.order(node.key, "room1.setpoint_mc", 21500, "li@page")   # None when taken, else the refusal in words
    node.reason("room1"), node.trips(), node.journal(after=120)

From any thread: `hub.nodes()`, `hub.order(...)`, `node.value`, `node.values`, `node.journal`. A node itself is read by the
hub's thread alone, or by a tool that has no hub: `node.read()`, `node.order(...)`.
"""

from .hub import Change, Hub
from .node import Entry, Identity, Node, Reason, Trip, Value
from .tables import BlockTable, PointRow
from .transport import Refused, Silent, Transport, Way

__all__ = ["BlockTable", "Change", "Entry", "Hub", "Identity", "Node", "PointRow", "Reason", "Refused", "Silent",
           "Transport", "Trip", "Value", "Way"]
