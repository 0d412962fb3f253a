"""Every row of the cause-and-effect table, through the real process: fault in, effect, deadline, reset.

A row without an entry in CASES fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

import conftest
from conftest import make_rig, run_until
from wellhearth.control import trips


@dataclass
class Case:
    """How to cause a row in a running house of two rooms, and what it must do to room 1."""

    on: Callable  # (rig) -> None
    off: Callable
    within_s: float  # from the fault to the trip, the cause's own inertia included
    resets: bool = True  # False: only by hand
    idle: bool = False  # the fault needs the pump at rest
    config: dict | None = None
    also: tuple[str, ...] = ()  # rows that the same fault may trip besides


def sensor(name, kind):
    def change(rig):
        rig.wiring.sensors[name].fault = kind
    return change


def contact(name, kind):
    def change(rig):
        rig.wiring.contacts[name].fault = kind
    return change


def set_to(path, value):
    def change(rig):
        *owners, name = path.split(".")
        target = rig
        for owner in owners:
            target = getattr(target, owner)
        setattr(target, name, value)
    return change


def switch(name, is_open):
    def change(rig):
        (rig.wiring.open_switches.add if is_open else rig.wiring.open_switches.discard)(name)
    return change


def cold_water(rig):
    rig.plant.well.supply_c = 7.0


def warm_water(rig):
    rig.plant.well.supply_c = 15.0


def switch_off_welded(rig):
    contact("room1_compressor", "welded")(rig)
    assert rig.write("room1.mode", 0) == ""


def switch_on(rig):
    contact("room1_compressor", "")(rig)
    assert rig.write("room1.mode", 1) == ""


def all_off_pump_welded(rig):
    contact("well_pump", "welded")(rig)
    for i in (1, 2):
        assert rig.write(f"room{i}.mode", 0) == ""


def all_on(rig):
    contact("well_pump", "")(rig)
    for i in (1, 2):
        assert rig.write(f"room{i}.mode", 1) == ""


def stray(rig):
    """Water that runs backwards through a leaking non-return valve."""
    rig.stray = rig.plant.step

    def step(t_s, dt_s, commands):
        rig.stray(t_s, dt_s, commands)
        rig.plant.sensed["lift_lph"] = 300.0
    rig.plant.step = step


def no_stray(rig):
    rig.plant.step = rig.stray


CASES = {
    "flow_lost": Case(set_to("wiring.lift.fault", "stuck"), set_to("wiring.lift.fault", ""), 4, also=("no_flow", "leak")),
    "no_flow": Case(set_to("plant.well.dry", True), set_to("plant.well.dry", False), 12, also=("flow_lost",)),
    "stray_flow": Case(stray, no_stray, 60, idle=True),
    "over_pressure": Case(set_to("plant.well.clog", 50.0), set_to("plant.well.clog", 0.0), 8,
                          config={"reinjection_limit_kpa": 150, "max_flow_lph": 4800}, also=("no_flow", "flow_lost")),
    "pressure_fault": Case(set_to("wiring.pressure_fault", "open"), set_to("wiring.pressure_fault", ""), 2),
    "leak_alarm": Case(set_to("plant.well.lost_share", 0.05), set_to("plant.well.lost_share", 0.0), 4000, resets=False),
    "leak": Case(set_to("plant.well.lost_share", 0.3), set_to("plant.well.lost_share", 0.0), 70, resets=False),
    "pump_welded": Case(all_off_pump_welded, all_on, 600, resets=False, also=("stray_flow",)),
    "pump_dead": Case(contact("well_pump", "dead"), contact("well_pump", ""), 2, also=("flow_lost", "no_flow")),
    "freeze": Case(cold_water, warm_water, 60),
    "high_pressure": Case(switch("room1_high", True), switch("room1_high", False), 1),
    "low_pressure": Case(switch("room1_low", True), switch("room1_low", False), 123),
    "welded": Case(switch_off_welded, switch_on, 400, resets=False),
    "dead_relay": Case(contact("room1_compressor", "dead"), contact("room1_compressor", ""), 2),
    "leaving_sensor": Case(sensor("leaving1", "open"), sensor("leaving1", ""), 45),
    "room_sensor": Case(sensor("room1", "crc"), sensor("room1", ""), 45),
    "supply_sensor": Case(sensor("supply_air1", "open"), sensor("supply_air1", ""), 45),
}


def active(points, row):
    block = "well" if row[1] == trips.WELL else "room1"
    return points[f"{block}.trips"] >> trips.place(row[0]) & 1


def check_effect(rig, row):
    """What the row's actions promise, seen at the contacts."""
    commands = rig.wiring.commands
    actions = row[4]
    room = range(2) if row[1] == trips.WELL else range(1)
    if actions & trips.COMPRESSOR_OFF and row[0] != "welded":
        assert not any(commands["compressor_on"][i] for i in room)
    if actions & trips.PUMP_OFF:
        assert not commands["pump_on"]
    if actions & trips.MASTER_OFF:
        assert not commands["master_on"]
    if actions & trips.MOVE_WATER and row[1] == trips.ROOM:
        assert commands["pump_room_on"][0]
    if actions & trips.FALLBACK:
        run_until(rig, lambda p: p["room1.compressor_on"], 1800)
    if actions & trips.START_REFUSED:
        assert not any(commands["compressor_on"])
    assert rig.points()["node.alarm"] == 1


@pytest.mark.parametrize("row", trips.CAUSES, ids=lambda row: row[0])
def test_row(row):
    case = CASES[row[0]]
    with make_rig(2, data=conftest.house_config(2, **(case.config or {}))) as rig:
        if case.idle:
            rig.run(60)
        else:
            run_until(rig, lambda p: p["room1.compressor_on"] and p["room2.compressor_on"], 900)
            rig.run(20)
        case.on(rig)
        run_until(rig, lambda p: active(p, row), case.within_s + 1.0)
        rig.run(1)
        check_effect(rig, row)
        case.off(rig)
        if case.resets:
            took = run_until(rig, lambda p: not active(p, row), 1800)
            assert took >= row[6] - 2, "held for its reset time"
        else:
            rig.run(900)
            assert active(rig.points(), row), "only by hand"
            block = "well" if row[1] == trips.WELL else "room1"
            assert rig.write(f"{block}.reset_trip", trips.place(row[0])) == ""
        for block, scope in (("well", trips.WELL), ("room1", trips.ROOM)):
            for key in case.also:
                if trips.find(key)[1] == scope and trips.find(key)[7] == 1:
                    rig.write(f"{block}.reset_trip", trips.place(key))
        run_until(rig, lambda p: p["room1.compressor_on"] and not p["well.trips"] and not p["room1.trips"], 3600)
        assert rig.points()["node.scan_faults"] == 0


def test_every_row_has_a_case_and_every_case_a_row():
    assert set(CASES) == {row[0] for row in trips.CAUSES}
