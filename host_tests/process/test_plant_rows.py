"""Every row of a plant's protections, through its lines: fault in, effect on the water, deadline, reset.

A row without an entry in plant_cases.CASES fails.
"""

from __future__ import annotations

import pytest

from doubles.plant_cases import BLOCK, CASES, make
from wellhearth.control import trips
from wellhearth.tables import causes

ROWS = [row for row in causes.CAUSES if row.scope >= trips.PLANT]
QUICK = {"source_lost", "source_silent", "machine_fault", "machine_freeze", "pump_fault", "network_empty", "network_shut",
         "backup_no_flow", "tank_hot", "machine_record_lost"}


def active(plant, row) -> int:
    return plant.p(f"{BLOCK[row.scope]}.trips") >> row.bit & 1


def stopped(plant, row) -> None:
    """What its actions promise, at the devices."""
    if row.actions & trips.COMPRESSOR_OFF:
        if row.scope == trips.MACHINE:
            assert not plant.told("machine2", "run") or row.key == "machine_silent"
            assert not plant.p("machine2.run")
        elif row.scope == trips.BACKUP:
            assert not plant.p("backup1.run")
        elif row.scope == trips.TANK:
            assert not plant.told("tank", "charge") and not plant.told("tank", "heater")
        else:
            assert not plant.told("machine1", "run") and not plant.told("machine2", "run")
            assert row.scope == trips.PLANT or not plant.told("backup1", "run"), "no boiler on water that stands"
    if row.actions & trips.PUMP_OFF:
        assert not plant.p("pump3.run")
        if row.scope == trips.NETWORK:
            assert not plant.told("pump3", "run") and not plant.told("pump4", "run")
        elif row.scope == trips.PUMP:
            plant.run(30)
            assert plant.told("pump4", "run"), "the other pump takes over"
    if row.actions & trips.DEMAND_ZERO:
        assert plant.p("source1.asked_w") == 0
        plant.run(40)
        assert sum(plant.p(f"source{i}.asked_w") for i in (2, 3)) > 190_000, "the others carry it"
    if row.actions & trips.START_REFUSED:
        assert plant.node.source.dispatch.stage.refused()


@pytest.mark.parametrize("row", [pytest.param(row, id=row.key, marks=[] if row.key in QUICK else [pytest.mark.long])
                                 for row in ROWS])
def test_row(row):
    case = CASES[row.key]
    plant = make(case)
    before = dict(plant.harm)
    if not case.cold_start:
        case.on(plant)
    took = plant.until(lambda one: active(one, row), int(case.within_s))
    assert took >= row.delay_ms / 1000 - 2, "not before its delay"
    plant.run(5)
    assert plant.node.p.alarm == 1
    stopped(plant, row)
    case.off(plant)
    if case.resets:
        took = plant.until(lambda one: not active(one, row), max(1800, row.hold_s * 2 + 600))
        assert took >= row.hold_s - 45, "held for its reset time"
    else:
        plant.run(900)
        assert active(plant, row)
        assert row.lockouts != 1 or plant.p(f"{BLOCK[row.scope]}.lockouts") >> row.bit & 1
        if row.lockouts == 1:
            assert plant.node.reset_trip(BLOCK[row.scope], row.bit) == 0
            plant.run(3)
            assert not active(plant, row)
    assert plant.harm["no_flow"] - before["no_flow"] <= 10
    assert plant.harm["boiler_standing"] - before["boiler_standing"] <= 15
    assert plant.harm["close_starts"] == 0


def test_every_row_has_its_case():
    assert set(CASES) == {row.key for row in ROWS}
