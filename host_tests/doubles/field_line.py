"""A plant's line: the firmware's client and its stations, on toy devices behind a port in time of its own."""

from __future__ import annotations

import types
from typing import Any

from wellhearth.equipment import station
from wellhearth.links.field import client
from wellhearth.links.modbus import rtu
from wellhearth.tables import kinds, plant_kinds, points

from .toy_devices import Device, Port

BLOCKS = {"machine": plant_kinds.MACHINE, "contacts": plant_kinds.MACHINE, "pump": plant_kinds.PUMP,
          "contacts_pump": plant_kinds.PUMP, "network": plant_kinds.NETWORK, "tank": plant_kinds.TANK,
          "backup": plant_kinds.BACKUP, "quality": plant_kinds.QUALITY, "building": plant_kinds.BUILDING,
          "well": plant_kinds.SOURCE}


class Line:
    """A client, its port, its stations on devices of the given types from address 1 on."""

    def __init__(self, *kinds_of, channels=None):
        self.devices = {}
        self.stations = []
        for i, kind in enumerate(kinds_of):
            channel = channels[i] if channels else 0
            self.devices[i + 1] = Device(kind, i + 1)
            cfg = types.SimpleNamespace(type=kind, line="bus", address=i + 1, channel=channel)
            block = BLOCKS.get(kind)
            p = points.new_block(block) if block else types.SimpleNamespace(online=0, answers=0, timeouts=0, errors=0)
            self.stations.append(station.Station(cfg, p, 10))
        self.port = Port(self.devices)
        cfg: Any = types.SimpleNamespace(timeout_ms=100, round_ms=1000)
        self.client = client.FieldClient(rtu.Line(self.port, points.new_block(kinds.BUS)), cfg, self.stations)
        self.ms = 0

    def run(self, seconds):
        for _ in range(seconds * 100):
            self.ms += 10
            self.client.poll(self.ms)
            if self.ms % 1000 == 0:
                for one in self.stations:
                    one.each_second()
