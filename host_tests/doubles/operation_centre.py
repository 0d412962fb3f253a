"""A plant, its gateway and its work orders, in this process: time passes when a test lets it."""

from __future__ import annotations

from whtools.gateway import run
from whtools.gateway.work import orders, tables

from .plant_line import PlantClock, plant_way

DAY_S = 86400


class Centre:
    """A plant, its gateway, and time: `wait` lets plant and gateway go on; `days` turns the calendar alone."""

    def __init__(self, tmp_path):
        self.way = plant_way()
        self.clock = PlantClock(self.way.plant)
        self.database = str(tmp_path / "gateway.db")
        self.way.run(300)
        self.start()

    def start(self):
        """The gateway's process begins (again)."""
        self.site = run.site_for([self.way], self.database, self.clock, 1.0, False, 8 * 3600)
        self.site.hub.turn()
        self.work = self.site.work
        return self

    def wait(self, seconds, step=30):
        for i in range(seconds // step):
            self.way.run(step)
            self.site.hub.turn()
            if i % 2:
                self.work.step()
        self.work.step()

    def days(self, days):
        self.clock.ahead_s += days * DAY_S
        self.site.hub.turn()
        self.work.step()

    def fault(self, on, block="machine1"):
        self.way.plant.device(block).forced["fault"] = int(on)

    def open(self, source=tables.ALARM):
        return [row for row in orders.listed(self.site.engine, False) if row.source == source]

    def parts(self, source=tables.DUE):
        return sorted((row.block, row.cause) for row in self.open(source))

    def said(self, number):
        return [line.what for line in orders.records(self.site.engine, [number])[number]]
