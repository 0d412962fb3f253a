"""A central plant with its plant node and well nodes, each a MicroPython process of its own, on two lines and one clock."""

from __future__ import annotations

import pytest

from harness.central import breaking, rig
from plant.central import case

pytestmark = pytest.mark.long


def test_plant_node_and_well_nodes_heat_from_the_same_water():
    data = case.find("forest_park")
    with rig.of_case(data, 1, 15, start_c=17.0, water_c=30.0) as station:
        station.run(600)
        points, world = station.points(), station.world
        online = [path for path in points if path.endswith(".online")]
        assert len(online) == 15 and all(points[path] for path in online)
        assert sum(points[path] for path in points if path.endswith((".timeouts", ".errors"))) <= 5
        assert world.field.flow_m3h > 5.0 and sum(m.starts for m in world.machines) >= 1
        assert points["source1.flow_lph"] / 1000.0 == pytest.approx(world.field.wells[0].flow_m3h, rel=0.1, abs=1.0)
        assert world.suffered.dead_head_s == 0.0 and world.suffered.dry_pump_s == 0.0
        assert all(line.collisions == 0 for line in station.lines.values()) and station.resets == 0
        breaking.change(station, "well_silent", "2")
        breaking.change(station, "device_silent", "tank")
        station.run(60)
        points = station.points()
        assert points["source1.online"] and not points["source2.online"] and not points["tank.online"]
        station.blackout(True)
        station.run(30)
        assert not any(m.running for m in world.machines) and not any(w.turns for w in world.field.wells)
        station.blackout(False)
        station.run(30)
        assert station.points()["source1.online"] and station.resets == 3
