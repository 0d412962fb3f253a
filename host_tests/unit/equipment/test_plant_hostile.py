"""A plant whose devices say anything that fits into their registers: no scan fails, no number leaves 31 bits."""

from __future__ import annotations

import random

import pytest

from doubles.int31 import Int31
from doubles.selection import some
from doubles.toyplant import ToyPlant, plant_config
from wellhearth.links.field import frames
from wellhearth.tables import plant_config_rows as rows

EXTREMES = (0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFE, 0xFFFF, 100, 30000)
EVERYTHING = {"tank": {"line": "bms", "address": 55},
              "backups": [{"line": "bms", "address": 56, "power_kw": 200, "bivalence_mc": 5000},
                          {"line": "bms", "address": 57, "kind": "chiller", "power_kw": 200, "efficiency_pm": 4500}],
              "quality": [{"line": "bms", "address": 59, "conductivity_us_cm": 600}],
              "buildings": [{"line": "bms", "address": 61}]}


class Hostile(ToyPlant):
    """Registers are drawn by chance, some of them at the ends of their range; now and then a device is silent."""

    def __init__(self, data, seed):
        self.rng = random.Random(seed)
        self.held: dict = {}
        super().__init__(data)
        for device in self.by_block.values():
            device.registers = self.anything(device)

    def anything(self, device):
        def registers(read):
            key = device.address, read[1]
            if key not in self.held or self.rng.random() < 0.05:
                top = 1 if read[0] < 3 else 0xFFFF
                self.held[key] = [min(top, self.rng.choice(EXTREMES) if self.rng.random() < 0.5 else
                                      self.rng.randint(0, self.rng.choice((top, 5000)))) for _ in range(read[2])]
            return self.held[key]
        return registers

    def water(self):
        """There is none: only registers."""
        for device in self.by_block.values():
            if self.rng.random() < 0.002:
                device.silent = not device.silent


def extreme(data: dict, seed: int) -> dict:
    """The config with each number of the plant at one of its ends, where the rules allow for it."""
    rng = random.Random(seed)
    plant = data["plant"]
    for row in rows.PLANT:
        if row.kind == rows.INT and row.key.startswith(("source_lph", "design_kw", "wells_", "restart")):
            plant[row.key] = rng.choice((row.lo, row.hi))
    for key, table in (("wells", rows.WELL), ("machines", rows.MACHINE), ("networks", rows.NETWORK)):
        for one in plant[key]:
            for row in table:
                if row.kind == rows.INT and row.key in ("heat_kw", "cool_kw", "power_kw", "flow_lph", "minimum_lph",
                                                        "makeup_day_l", "postrun_s", "lowest_mc"):
                    one[row.key] = rng.choice((row.lo or 1, row.hi))
    return data


@pytest.mark.parametrize("seed", some(range(12)))
def test_whatever_the_registers_say_every_scan_is_whole_and_small(monkeypatch, seed):
    honest = frames.number

    def checked(rx, at, form):
        value = honest(rx, at, form)
        return None if value is None else Int31(value)
    monkeypatch.setattr(frames, "number", checked)
    plant = Hostile(extreme(plant_config(3, 3, **EVERYTHING), seed), seed)
    attributes = {id(one): set(vars(one)) for one in plant.plant.parts}
    for k in range(8):
        assert plant.node.points.write("plant.mode", (1, 2, 3, 0)[k % 4]) == ""
        plant.run(60)
        for block in plant.node.points.blocks:
            for row in block.rows:
                value = getattr(block, row.name)
                assert isinstance(value, int) and abs(value) < 1 << 30, (block.name, row.name, value)
    assert {id(one): set(vars(one)) for one in plant.plant.parts} == attributes
    assert not plant.told("machine1", "run") or plant.p("machine1.run")


def test_points_stay_inside_their_range():
    """What a device says beyond a point's range is not known, and is not shown."""
    plant = Hostile(plant_config(3, 3, **EVERYTHING), 5)
    outside = set()
    for _ in range(150):
        plant.second()
        for block in plant.node.points.blocks:
            for row in block.rows:
                if not row.lo <= getattr(block, row.name) <= row.hi:
                    outside.add(f"{block.kind.name}.{row.name}")
    assert not outside
