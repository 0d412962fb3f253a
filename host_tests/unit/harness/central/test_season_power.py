"""Power in season mode: what a cut takes from the plant node and the wells, and what it must not forgive."""

from __future__ import annotations

import pytest

from harness.central import breaking, season
from plant.central import case


@pytest.fixture
def station():
    one = season.of_case(case.find("forest_park"), 1, 15, start_c=17.0, water_c=30.0)
    yield one
    one.close()


def lock_out(station, number: int) -> None:
    """A well whose drive is dead is asked until its row locks it."""
    breaking.change(station, "well_trip", str(number))
    well = station.wells[number - 1]
    for _ in range(3):
        well.told["plant_w"] = 100_000
        for _ in range(3600):
            well.second()
            well.heard_s, well.told["plant_w"] = 0.0, 100_000
            if well.trip.locked:
                return


def test_a_blackout_stops_everything_and_the_nodes_boot(station):
    station.run(600)
    assert station.node.p.scan_faults == 0 and any(well.on for well in station.wells)
    node, starts = station.node, station.point("machine1.starts") + station.point("machine2.starts")
    assert starts >= 1
    breaking.change(station, "power_cut")
    station.run(120)
    assert not any(m.running for m in station.world.machines) and not any(well.on for well in station.wells)
    breaking.change(station, "power_cut", mend=True)
    assert station.node is not node
    station.run(1200)
    assert any(m.running for m in station.world.machines) and station.node.p.scan_faults == 0


def test_a_blackout_forgives_no_lockout(station):
    station.run(60)
    row = next(trip for trip in station.node.source.machines[0].trips.trips if trip.key == "machine_no_flow")
    while not row.locked:
        row.trip(station.t)
    lock_out(station, 1)
    assert station.wells[0].trip.locked
    breaking.change(station, "power_cut")
    station.run(5)
    breaking.change(station, "power_cut", mend=True)
    breaking.change(station, "well_trip", "1", mend=True)
    station.run(120)
    assert station.point("machine1.lockouts") and not station.world.machines[0].running
    assert station.wells[0].trip.locked and not station.wells[0].on


def test_a_cut_that_the_controllers_outlive_lets_the_wells_come_back_by_themselves(station):
    """Their pumps stand still, so they trip as without water; the table gives them two more tries."""
    station.run(600)
    node = station.node
    breaking.change(station, "mains_cut")
    station.run(120)
    assert station.node is node and any(well.trip.active for well in station.wells)
    breaking.change(station, "mains_cut", mend=True)
    station.run(1200)
    assert any(well.on for well in station.wells) and not any(well.trip.locked for well in station.wells)
