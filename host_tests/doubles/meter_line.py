"""A line of meters for the firmware's client: in time of its own, or a terminal with a real server behind it."""

from __future__ import annotations

import os
import select
import types
from typing import Any

from harness import rs485
from wellhearth.app import far_meter
from wellhearth.links.meters import client
from wellhearth.tables import kinds, points


class Port:
    """A port in time of its own: what the meters (a function) answer is there at the next look."""

    char_us = 4583  # 2400 baud

    def __init__(self, meters):
        self.meters, self.waiting, self.sent = meters, [], []

    def send(self, frame, n):
        self.sent.append(bytes(frame[:n]))
        answer = self.meters(bytes(frame[:n]))
        if answer:
            self.waiting.append(answer)

    def receive(self, into):
        if not self.waiting:
            return 0
        data = self.waiting.pop(0)[:len(into)]
        into[:len(data)] = data
        return len(data)

    def sending(self):
        return False


class One:
    """As a protocol sees a meter."""

    def __init__(self, kind, address):
        self.map = __import__(f"wellhearth.links.meters.types.{kind}", None, None, ("ASKS",))
        self.address, self.turned, self.serial = address, False, 0


def asked(protocol, meter, number=0):
    """The request with this number, as bytes."""
    tx = bytearray(64)
    return bytes(tx[:protocol.request(meter, meter.map.ASKS[number], tx)])


def answered(protocol, meter, data, number=0):
    """(what the protocol makes of bytes that came back, the values it took)."""
    into = {}
    rx = bytearray(data) + bytearray(256 - len(data))
    return protocol.answer(meter, meter.map.ASKS[number], rx, len(data), into), into


class Terminal:
    """A pseudo-terminal; whoever opens `path` is at the other end."""

    char_us = 1146  # 9600 baud

    def __init__(self):
        self.pty = rs485.Pty()
        self.path = self.pty.path

    def send(self, frame, n):
        os.write(self.pty.master, bytes(frame[:n]))

    def receive(self, into):
        data = b""
        while len(data) < len(into) and select.select([self.pty.master], [], [], 0.01 if data else 0)[0]:
            data += os.read(self.pty.master, len(into) - len(data))
        into[:len(data)] = data
        return len(data)

    def sending(self):
        return False


class Reader:
    """The firmware's client on a port, its far meters, and what it took. specs: (type, address[, counts_for])."""

    def __init__(self, port, *specs, round_s=10, timeout_ms=1000):
        self.notes, self.taken = [], []
        cfg: Any = types.SimpleNamespace(round_s=round_s, timeout_ms=timeout_ms)
        self.meters = [far_meter.FarMeter(types.SimpleNamespace(
            type=kind, address=address, counts_for=rest[0] if rest else "nothing"), i, round_s, self.notes.append)
            for i, (kind, address, *rest) in enumerate(specs)]
        self.now_ms = 0
        self.client = client.MeterClient(port, points.new_block(kinds.METERS), cfg, self.meters, self.take)

    def take(self, meter, values):
        self.taken.append((meter.p.name, dict(values)))
        self.added = meter.take(values, self.now_ms // 1000)

    def run(self, seconds: float):
        """In steps of 10 ms."""
        for _ in range(round(seconds * 100)):
            self.client.poll(self.now_ms)
            self.now_ms += 10
            if self.now_ms % 1000 == 0:
                for meter in self.meters:
                    meter.each_second()
