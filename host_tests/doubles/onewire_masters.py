"""Masters of a 1-Wire bus as boards have them: transactions are posted and collected later."""

from __future__ import annotations

from harness.devices.onewire import OneWireBus


class Bus:
    """The plant's 1-Wire bus behind the board's posted transactions, with an answer `lag` scans later."""

    def __init__(self, devices, lag):
        self.bus = OneWireBus(devices)
        self.queue = []
        self.lag = lag
        self.scan = 0

    def post(self, tx, n):
        self.queue.append((self.scan + self.lag, self.bus.transact(bytes(tx), n, self.scan * 0.1)))

    def collect(self, rx):
        if not self.queue or self.queue[0][0] > self.scan:
            return -1
        status, data = self.queue.pop(0)[1]
        rx[: len(data)] = data
        return status


class StateMachine:
    """A board's 1-Wire master: 13 ms for a transaction, and a new one ends the old one (boards/common/rp2hw.py)."""

    def __init__(self, devices):
        self.bus = OneWireBus(devices)
        self.t_ms = 0.0
        self.ready_ms = -1.0
        self.dead = False  # its next transaction never ends

    def post(self, tx, n):
        self.answer = self.bus.transact(bytes(tx), n, self.t_ms / 1000)
        self.ready_ms = float("inf") if self.dead else self.t_ms + 13
        self.dead = False

    def collect(self, rx):
        if self.ready_ms < 0 or self.t_ms < self.ready_ms:
            return -1
        self.ready_ms = -1.0
        status, data = self.answer
        rx[: len(data)] = data
        return status
