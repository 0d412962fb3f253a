"""A node of plain objects for the account: wells, rooms and an S0 input whose numbers the test says."""

from __future__ import annotations

import types

from wellhearth.app import account
from wellhearth.metering import meters, zero
from wellhearth.storage import ledger
from wellhearth.tables import kinds, points

NS = types.SimpleNamespace
SECTION = {"s0_pulses_per_kwh": 1000, "compressor_w": 0, "circulation_w": 45, "fan_w": 60, "well_pump_w": 1000,
           "standby_w": 5}


def well(state=zero.LEARNED, two=True):
    one = NS(p=points.new_block(kinds.WELL), lifted=meters.WaterMeter(1000), returned=meters.WaterMeter(1000),
             heat=meters.HeatMeter(), sink=meters.HeatMeter(), metered=False, return_meter=object() if two else None,
             zero=NS(state=state, known=state == zero.LEARNED), balance=NS(ratio=10_150))
    return one


def room(rated_w=5600):
    return NS(p=points.new_block(kinds.ROOM), cfg=NS(rated_w=rated_w), heat=meters.HeatMeter(), sink=meters.HeatMeter(),
              metered=False, zero=NS(state=zero.LEARNED, known=True))


class Node:
    """source: of electricity, or None."""

    def __init__(self, source="s0", wells=1, rooms=1, **kwargs):
        self.pulses, self.day = 0, 9830
        self.p = NS(uptime_s=0)
        self.wells = [well(**kwargs) for _ in range(wells)]
        self.rooms = [room() for _ in range(rooms)]
        self.wall = NS(day=-1, ms=0, offset_min=480)
        self.cfg = NS(meters=[], meter_line=None, electricity=NS(source=source, **SECTION) if source else None,
                      node=NS(water_tax_fen_kt=80))
        self.notes = []
        self.boot()

    def pulse_in(self, name):
        assert name == "s0"
        return self

    def count(self):
        return self.pulses & 0xFFFFFF

    def boot(self, path=""):
        """A start, on what the ledger kept."""
        self.account = account.Account(self, self, lambda now_s, text: self.notes.append(text))
        totals, learned = {}, {}
        self.account.keep(totals, learned)
        self.ledger = ledger.Ledger(path, {}, {}, totals, learned)
        self.p.uptime_s = 0
        if path:
            assert self.ledger.load() == ""

    def run(self, seconds, watt=0, lifted_l=0, returned_l=0, taken_wh=0, given_wh=0):
        """Amounts are of the whole time."""
        one = self.wells[0] if self.wells else self.rooms[0]
        ws = 0
        for i in range(seconds):
            self.p.uptime_s += 1
            ws += watt
            self.pulses += ws // 3600
            ws %= 3600
            for meter, amount in ((one.heat, taken_wh), (one.sink, given_wh)):
                meter.energy.add(amount * (i + 1) // seconds - amount * i // seconds)
            if self.wells:
                for meter, amount in ((one.lifted, lifted_l), (one.returned, returned_l)):
                    meter.add(amount * (i + 1) // seconds - amount * i // seconds)
            self.account.each_second()
        return self.account.p
