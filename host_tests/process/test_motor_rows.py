"""Motors: phases, cooling water, protection contacts; strainers."""

from __future__ import annotations

import pytest

from doubles.houses import run_until
from doubles.selection import some
from doubles.trade_house import COMPOUND, HOT, SHALLOW, active, heated, heats, locked, rig
from harness import faults
from wellhearth.tables import causes

# -- motors --


def starts_of(r, seconds, last=None):
    """(times of the pump's starts, shortest rest seen by its contact) over so long; `last`: when it last stopped."""
    times, rest, was = [], 1e9, r.wiring.commands["pump_on"]
    end = r.t_s + seconds
    while r.t_s < end:
        r.run(1.0)
        on = r.wiring.commands["pump_on"]
        if on and not was:
            times.append(r.t_s)
            rest = min(rest, r.t_s - last) if last is not None else rest
        elif was and not on:
            last = r.t_s
        was = on
    return times, rest


SIX = {"pump_motor": "six_inch", "motor_cooling_lph": 900}


@pytest.mark.long
def test_a_six_inch_motor_rests_its_quarter_of_an_hour_whatever_happens():
    """Not after a power cut, not for heat, not against frost, and not with its daily count used up either."""
    with rig(pump_starts_per_day=4, **SIX) as r:
        times, _ = starts_of(r, 1200)
        assert times and times[0] >= 899, "what ran before the power came is not known"
        for cut in (False, True, False, True):
            run_until(r, lambda p: p["well.pump_on"], 1500)
            r.run(90)
            if cut:
                faults.change(r, "power_cut")
            else:
                for i in (1, 2):
                    assert r.write(f"room{i}.mode", 0) == ""
                run_until(r, lambda p: not p["well.pump_on"], 900)
            last = r.t_s
            for i, room in enumerate(r.plant.rooms, start=1):
                room.air_c = room.fabric_c = room.floor_c = 3.0  # frost
                assert cut or r.write(f"room{i}.mode", 1) == ""
            times, rest = starts_of(r, 1300, last)
            assert times and 895 <= rest <= 1100, (cut, rest)
        r.run(300)
        times, _ = starts_of(r, 5)
        assert r.points()["well.pump_on"], "the daily count gave way, the rest did not"


def test_a_four_inch_motor_is_back_after_a_minute():
    with rig() as r:
        times, _ = starts_of(r, 400)
        assert times and times[0] < 300


@pytest.mark.long
@pytest.mark.parametrize(("well", "seconds"), some([(SIX, 1800), (SIX, 3600), ({}, 3600)]))
def test_a_motor_is_not_run_on_less_than_what_cools_it(well, seconds):
    """A worn pump gives 600 to 900 L/h: above half of its minimum, below what this motor wants."""
    with heated(pump_drive="fixed", **well) as r:
        r.run(60)
        faults.change(r, "pump_worn", value=0.667)
        uncooled = 0
        for _ in range(seconds):
            r.run(1.0)
            uncooled += r.wiring.commands["pump_on"] and 0.0 < r.plant.well.flow_m3h < 0.85
        assert (uncooled < 60) == bool(well), uncooled


@pytest.mark.long
@pytest.mark.parametrize("fitted", some([1, 0]))
@pytest.mark.parametrize(("running", "seconds"), some([(True, 1200), (True, 3600), (False, 3600)]))
def test_a_pump_that_loses_a_phase(fitted, running, seconds):
    with rig(motor_protection_input=fitted, current_range_ma=5000) as r:
        if running:
            run_until(r, heats, 1200)
            r.run(300)
        faults.change(r, "phase_lost")
        r.run(seconds)
        seen = r.plant.harm.summary()["overcurrent_s"]
        if fitted:
            assert seen <= 2 and active(r, "motor_protection") and not locked(r, "motor_protection"), seen
            assert r.plant.harm.standing_compressor_s <= 2
            faults.change(r, "phase_lost", mend=True)
            run_until(r, heats, 1800)
            assert not r.points()["well.trips"]
        else:
            assert seen > 10, "nobody else sees it in time: why the contact is asked for"


def test_of_two_sections_the_one_without_a_phase_rests():
    with heated(kind="multi_aquifer", motor_protection_input=1, strainer_input=1) as r:
        lead = "well" if r.points()["well.pump_on"] else "well2"
        other = "well2" if lead == "well" else "well"
        faults.change(r, "phase_lost", lead)
        r.run(2)
        assert active(r, "motor_protection", lead) and not r.points()[f"{lead}.pump_on"]
        run_until(r, lambda p: p[f"{other}.pump_on"] and heats(p), 1200)
        assert not r.points()[f"{other}.trips"] and r.plant.harm.overcurrent_s <= 2
        faults.change(r, "strainer_clogged", other, 0.05)
        run_until(r, lambda p: active(r, "strainer", other), 300)


@pytest.mark.long
def test_what_is_learned_under_vacuum_outlives_a_power_cut():
    with heated(world=SHALLOW, **COMPOUND, vacuum_limit_kpa=-60) as r:
        r.run(1800)
        assert r.write("room1.mode", 0) == r.write("room2.mode", 0) == ""
        r.run(4000)  # rests, and the ledger is stored
        faults.change(r, "power_cut")
        assert r.write("room1.mode", 1) == r.write("room2.mode", 1) == ""
        run_until(r, heats, 1800)
        assert not r.points()["node.damaged"] and not r.points()["well.trips"]


@pytest.mark.long
def test_a_motor_protection_that_opens_again_and_again_locks_out():
    with rig(motor_protection_input=1) as r:
        for n in range(3):
            run_until(r, lambda p: p["well.pump_on"], 3000)
            r.run(60)
            faults.change(r, "phase_lost")
            r.run(5)
            assert locked(r, "motor_protection") == (n == 2)
            faults.change(r, "phase_lost", mend=True)
        r.run(3600)
        assert not r.wiring.commands["pump_on"]
        assert r.write("well.reset_trip", causes.bit("motor_protection")) == ""
        run_until(r, heats, 1800)


@pytest.mark.parametrize("fitted", [0, 1])
def test_a_compressor_that_loses_a_phase_and_its_neighbour(fitted):
    with heated(room={**HOT, "compressor_protection_input": fitted}) as r:
        faults.change(r, "unit_phase_lost", "room1")
        r.run(900)
        seen = r.plant.harm.summary()["overcurrent_s"]
        if not fitted:
            assert seen > 100
            return
        assert seen <= 2 and active(r, "compressor_protection", "room1") and not r.points()["room2.trips"]
        assert r.wiring.commands["compressor_on"][1], "one unit's fault leaves its neighbour warm"
        faults.change(r, "unit_phase_lost", "room1", mend=True)
        run_until(r, heats, 1800)


@pytest.mark.long
def test_a_strainer_that_clogs_is_told_while_water_still_flows():
    with heated(strainer_input=1) as r:
        r.run(600)
        faults.change(r, "strainer_clogged")
        run_until(r, lambda p: active(r, "strainer"), 120)
        assert r.points()["well.pump_on"] and heats(r.points()) and r.plant.harm.standing_compressor_s == 0
        r.run(120)
        faults.change(r, "strainer_clogged", mend=True)
        took = run_until(r, lambda p: not active(r, "strainer"), 1800)
        assert took >= 598
        faults.change(r, "strainer_clogged", value=0.02)  # shut: the rows of the flow stop the pump
        r.run(1800)
        assert not r.points()["well.pump_on"] and r.plant.harm.standing_compressor_s <= 3
