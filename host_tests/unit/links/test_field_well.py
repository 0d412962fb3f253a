"""A plant's line with a well node of ours at the other end: the plant asks, the well decides."""

from __future__ import annotations

import pytest

from doubles.toyhouse import World
from wellhearth.links import commands
from wellhearth.links.modbus import registers
from wellhearth.tables import config


@pytest.fixture
def well_node(tmp_path, monkeypatch):
    """A toy house's node without rooms, on a bus as a plant's well; and the server on that bus."""
    data = {"node": {"period_ms": 200}, "bus": {"role": "server", "address": 7}}
    honest = World.__init__

    def plain(self, path):
        honest(self, path)
        self.data = {**data, "well": self.data["well"]}
        cfg, errors = config.validate(self.data)
        assert errors == []
        self.cfg = cfg
        self.boot()
    monkeypatch.setattr(World, "__init__", plain)
    world = World(str(tmp_path / "ledger.json"))
    layer = commands.Commands(world.node, lambda now_s, text: None)
    layer.links |= {"bus": commands.Link("b"), "plant": commands.Link("p", ("well",), 1, 0)}
    world.server = registers.Server(world.node.points, layer, "bus", "plant")
    return world


def ask(world, watt, running=1):
    """The plant's frame, as its client sends it."""
    request = bytearray([16, 1, 20, 0, 4, 8]) + watt.to_bytes(4, "big", signed=True) + running.to_bytes(4, "big")
    answer = bytearray(16)
    n = world.server.respond(request, 0, len(request), answer, 0)
    if answer[0] == 16:
        world.node.asked[0].heard(16, 276)
    return bytes(answer[:n])


def test_a_plant_asks_and_the_well_decides(well_node):
    assert ask(well_node, 8000)[0] == 16
    for _ in range(90):
        well_node.second()
        ask(well_node, 8000)
    p = well_node.node.wells[0].p
    assert p.demand_w == 8000 and p.pump_on and p.permissive and p.plant_age_s <= 1
    well_node.faults["clogged"] = 1  # over-pressure: the plant may ask as it likes
    for _ in range(40):
        well_node.second()
        ask(well_node, 8000)
    assert p.trips and not p.pump_on


def test_a_silent_plant_is_forgotten_and_told(well_node):
    for _ in range(90):
        well_node.second()
        ask(well_node, -8000, 0)
    p = well_node.node.wells[0].p
    assert p.plant_w == -8000 and p.demand_w == 8000
    for _ in range(65):
        well_node.second()
    assert p.plant_w == 0 and p.plant_running == 0 and p.trips
    ask(well_node, 5000)
    for _ in range(3):
        well_node.second()
        ask(well_node, 5000)
    assert not p.trips and p.plant_w == 5000


@pytest.mark.parametrize("first", [277, 260, 254, 8])
def test_the_plant_writes_what_it_asks_and_nothing_else(well_node, first):
    request = bytearray([16, first >> 8, first & 255, 0, 2, 4, 0, 0, 0, 1])
    answer = bytearray(16)
    well_node.server.respond(request, 0, len(request), answer, 0)
    assert answer[0] == 16 | 0x80


def test_nobody_else_on_the_line_may_ask(well_node):
    """Behind a server that knows no plant (a building system's), the rows are nobody's."""
    server = registers.Server(well_node.node.points, well_node.server.commands, "bus", "")
    request = bytearray([16, 1, 20, 0, 4, 8]) + (8000).to_bytes(4, "big") + (1).to_bytes(4, "big")
    answer = bytearray(16)
    server.respond(request, 0, len(request), answer, 0)
    assert answer[0] == 16 | 0x80
