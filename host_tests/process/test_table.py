"""Every row of the cause-and-effect table, through the real process: fault in, effect, deadline, reset.

A row without an entry in CASES (doubles/table_cases.py) fails.
"""

from __future__ import annotations

import pytest
import test_village
from test_village import BUS_ROWS

from doubles import plant_cases
from doubles.houses import make_rig, run_until
from doubles.selection import warmed
from doubles.table_cases import (
    CASES,
    ONE_METER,
    Case,
    fault,
    modes,
)
from harness import faults, scenarios
from wellhearth.control import trips
from wellhearth.tables import causes

# On a bus (test_village.py), on a plant (test_plant_rows.py), at a well that a plant asks (unit/links/test_field_lines.py).
OTHERS = {*BUS_ROWS, *plant_cases.CASES, "plant_silent"}
BLOCK = {trips.WELL: "well", trips.ROOM: "room1", trips.LOOP: "loop", trips.NODE: "node"}


def block(row):
    return BLOCK[row.scope]


def active(points, row):
    return points[f"{block(row)}.trips"] >> causes.bit(row.key) & 1


def check_effect(rig, row):
    """What the row's actions promise, seen at the contacts."""
    commands = rig.wiring.commands
    actions = row.actions
    room = range(1) if row.scope == trips.ROOM else range(2)
    if actions & trips.COMPRESSOR_OFF and row.key != "welded":
        assert not any(commands["compressor_on"][i] for i in room)
    if actions & trips.COOLING_OFF:
        assert not commands["compressor_on"][0] and commands["compressor_on"][1]
    if actions & trips.FAN_ON:
        assert commands["fan"][0] == 1.0
    if actions & trips.PUMP_OFF:
        assert not commands["loop_pump_on" if row.scope == trips.LOOP else "pump_on"]
    if actions & trips.MASTER_OFF:
        assert not commands["master_on"]
    if actions & trips.MOVE_WATER:
        rig.run(5)
        assert commands["pump_on"] or row.key == "flow_lost"
        if row.scope == trips.ROOM:
            assert commands["pump_room_on"][0]
        if row.scope == trips.LOOP:
            assert commands["loop_pump_on"]
    if actions & trips.START_REFUSED:
        assert not any(commands["compressor_on"])
    if actions & trips.HEAT or (actions & ~trips.FALLBACK == trips.ALARM and rig.points()["room1.mode"]):
        run_until(rig, lambda p: p["room1.compressor_on"], 1800)
        assert active(rig.points(), row), "heated while the fault lasts"
    assert rig.points()["node.alarm"] == 1


def house(case):
    data = scenarios.house_config(2, unit_type=case.unit_type)
    data["well"].update(case.well)
    if case.unit_type != "I":
        data["loop"].update(case.loop)
    for room in data["rooms"]:
        # A setpoint never reached: the house goes on asking for heat through every row.
        room.update({"setpoint_mc": 24000, **case.room})
    return data


def heating(case):
    """Its house as both units heat; from the first second for a case that wants it so."""
    def warm_up(rig):
        run_until(rig, lambda p: p["room1.compressor_on"] and p["room2.compressor_on"], 900)
        rig.run(150)

    data = house(case)
    if case.cold_start or case.idle:
        return make_rig(data=data, start_c=case.start_c)
    return warmed((data, case.start_c), lambda: make_rig(data=data, start_c=case.start_c), warm_up)


# Rows that want an hour and more, some of them beside one like them: in `make test-long` only.
HOURS = {"room_doubt", "no_answer", "source_cold", "freeze_again", "unit_record_lost", "loop_record_lost", "clogging",
         "no_difference", "exchanger_doubt", "no_response", "stray_flow", "record_lost", "wrong_way", "leak_alarm"}
ROWS = [pytest.param(row, id=row.key, marks=[pytest.mark.long] if row.key in HOURS else [])
        for row in causes.CAUSES if row.key not in OTHERS]


@pytest.mark.both(share=12)
@pytest.mark.parametrize("row", ROWS)
def test_row(row):
    """Cause, effect, reset of one row."""
    case = CASES[row.key]
    with heating(case) as rig:
        if case.cold_start:
            case.on(rig)
            run_until(rig, lambda p: p["well.pump_on"], 600)
        elif case.idle:
            rig.run(60)
        case.on(rig)
        took = run_until(rig, lambda p: active(p, row), case.within_s + 1.0)
        assert took >= row.delay_ms / 1000 - 1.0, "not before its delay"
        rig.run(1)
        check_effect(rig, row)
        case.off(rig)
        if case.resets:
            took = run_until(rig, lambda p: not active(p, row), max(1800, row.hold_s + 600))
            assert took >= row.hold_s - case.slack_s, "held for its reset time"
        else:
            rig.run(900)
            assert active(rig.points(), row), "only by hand"
            assert rig.points()[f"{block(row)}.lockouts"] >> causes.bit(row.key) & 1
        by_hand(rig)
        run_until(rig, lambda p: p["room1.compressor_on"] and p["node.alarm"] == 0, 4500, 5.0)
        assert rig.points()["node.scan_faults"] == 0


def by_hand(rig):
    """Reset every lockout, as a service engineer would."""
    points = rig.points()
    for name in [path.partition(".")[0] for path in points if path.endswith(".lockouts")]:
        bits = points[f"{name}.lockouts"]
        for i in range(bits.bit_length()):
            if bits >> i & 1:
                assert rig.write(f"{name}.reset_trip", i) == ""


LOCKING = [pytest.param(row, id=row.key, marks=[pytest.mark.long] if i % 20 != 1 else [])  # a twentieth in `make test`
           for i, row in enumerate(row for row in causes.CAUSES if row.lockouts > 1 and row.key not in OTHERS)]


@pytest.mark.both(share=12)
@pytest.mark.parametrize("row", LOCKING)
def test_lockout_at_the_last_trip_allowed(row):
    """Trips inside the window latch, a power cut does not forgive it, and only a hand does."""
    case = CASES[row.key]
    with heating(case) as rig:
        for n in range(1, row.lockouts + 1):
            if n > 1 and row.key == "no_difference":
                # The compressor stays dead: one that dies in a run, its air still warm, is `no_response` as well.
                run_until(rig, lambda p: not active(p, row), 6000, 2.0)
                run_until(rig, lambda p: active(p, row), 6000, 2.0)
                continue
            case.off(rig) if n > 1 else None
            run_until(rig, lambda p: p["room1.compressor_on"] and p["room2.compressor_on"] and not active(p, row), 6000, 2.0)
            rig.run(130)
            if case.cold_start:
                modes(rig, 0, 1, 2)
                run_until(rig, lambda p: not p["well.pump_on"], 900)
                modes(rig, 1, 1, 2)
            case.on(rig)
            if case.cold_start:
                run_until(rig, lambda p: p["well.pump_on"], 900)
            run_until(rig, lambda p: active(p, row), case.within_s + 1.0)
        rig.run(8)
        case.off(rig)
        mask = 1 << causes.bit(row.key)
        assert rig.points()[f"{block(row)}.lockouts"] & mask
        assert any("is locked out" in text and f"{block(row)}.reset_trip" in text for text in rig.texts)
        rig.restart()
        rig.run(60)
        assert rig.points()[f"{block(row)}.lockouts"] & mask, "a power cut is no way round a lockout"
        by_hand(rig)
        rig.run(2)
        assert not rig.points()[f"{block(row)}.lockouts"]


@pytest.mark.both(share=12)
@pytest.mark.parametrize("ideal", [True, False])
def test_one_meter_house_heats_on_by_its_pressure(ideal):
    data = house(Case(*fault("meter_stuck", "lift"), 20, well=ONE_METER))
    with make_rig(data=data, ideal=ideal) as rig:
        run_until(rig, lambda p: p["room1.compressor_on"] and p["room2.compressor_on"], 900)
        rig.run(150)
        faults.change(rig, "meter_stuck", "lift")
        rig.run(40)
        p = rig.points()
        assert p["well.trips"] == 1 << causes.bit("lift_meter")
        assert p["well.flow_lph"] == pytest.approx(rig.plant.truth["lift_lph"], rel=0.1) and p["well.lift_flow_lph"] == 0
        assert all(rig.wiring.commands["compressor_on"])
        faults.change(rig, "dry_well")
        begin = rig.t_s
        while any(rig.wiring.commands["compressor_on"]):
            rig.run(0.1)
            assert rig.t_s - begin < 6, "a dry pump is not covered up by the fallback"


def test_every_row_has_a_case_and_every_case_a_row():
    assert set(CASES) | OTHERS == {row.key for row in causes.CAUSES}
    assert all(f"test_row_{name}" in " ".join(dir(test_village)) for name in BUS_ROWS)
