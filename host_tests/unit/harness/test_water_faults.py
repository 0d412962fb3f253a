"""Faults of the water; the names of all faults."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from doubles.fault_bench import CONTACTS, EXTRA, ROOMS, pulses
from harness import faults

# -- the water --


@pytest.mark.parametrize(("section", "number"), [("well", ""), ("well2", "2")])
def test_wells(bench, section, number):
    s = bench.plant.sensed

    def steady():
        bench.run(40)
        return {key: s[f"{key}{number}_{unit}"] for key, unit in
                (("lift", "lph"), ("return", "lph"), ("reinjection", "kpa"), ("level", "kpa"))}

    bench.out()
    fine = steady()
    assert fine["lift"] > 500 and fine["return"] == pytest.approx(fine["lift"])
    for fault, value, changed in (
            ("pump_worn", None, lambda now: now["lift"] < 0.9 * fine["lift"]),
            ("low_water", 2.0, lambda now: now["level"] < fine["level"] - 10 and now["lift"] < fine["lift"]),
            ("dry_well", None, lambda now: now["lift"] < 1),
            ("clogged_well", 1.0, lambda now: now["reinjection"] / now["lift"] > 1.3 * fine["reinjection"] / fine["lift"]),
            ("water_lost", 0.1, lambda now: now["return"] == pytest.approx(0.9 * now["lift"], rel=0.02))):
        bench.change(fault, section, value)
        now = steady()
        assert changed(now), (fault, fine, now)
        bench.change(fault, section, mend=True)
    assert steady()["lift"] == pytest.approx(fine["lift"], rel=0.05)


def test_cold_source_and_leaking_valve(bench):
    bench.out()
    bench.run(60)
    supply = bench.plant.sensed["supply_c"]
    bench.change("cold_source", "well", 6.5)
    bench.run(400)  # through the bore and the riser
    assert bench.plant.sensed["supply_c"] == pytest.approx(6.5, abs=0.3) and supply > 9.0
    bench.change("cold_source", "well", mend=True)
    bench.out(0)
    bench.run(60)
    assert pulses(bench.run(30), "lift") <= 5
    bench.change("valve_open", "well")
    assert pulses(bench.run(30), "lift") > 20, "what falls back turns the meter"


def test_the_secondary_loop(bench):
    bench.out()
    assert bench.run(30)[-1][CONTACTS] & 4 and bench.plant.sensed["loop_flow"]
    bench.change("loop_pump_seized")
    assert not bench.run(5)[-1][CONTACTS] & 4 and bench.wiring.commands["loop_pump_on"]
    bench.change("loop_pump_seized", mend=True)
    assert bench.run(5)[-1][CONTACTS] & 4
    bench.change("loop_leak")
    frames = bench.run(120)
    assert frames[-1][EXTRA["loop_pressure"]] / 1e6 == pytest.approx(0.5 + 4.0 * 10 / 600, abs=0.02)
    bench.change("loop_leak", mend=True)


def test_refrigerant_leak(bench):
    bench.out()
    bench.run(300)
    full = [unit.heat_w for unit in bench.plant.units]
    bench.change("refrigerant_leak", "room1", 0.6)
    bench.run(300)
    now = [unit.heat_w for unit in bench.plant.units]
    assert now[0] < 0.75 * full[0] and now[1] == pytest.approx(full[1], rel=0.1)


NEW = {  # fault: (target, where in the plant, attribute, value it must get, value when mended)
    "valve_closed": ("well", "well", "throttle", 1.0, 0.0), "valve_throttled": ("well2", "well2", "throttle", 0.7, 0.0),
    "burst_pipe": ("well", "well", "burst_m3h", 1.0, 0.0), "leak_cycling": ("well", "well", "leak_cycle_s", 120.0, 0.0),
    "loop_valve_closed": ("", "loop", "throttle", 1.0, 0.0), "unit_pump_seized": ("room2", "", "unit_seized", True, False),
    "unit_valve_closed": ("room2", "", "unit_open", 0.0, 1.0),
    "reversing_stuck": ("room2", "units", "valve_stuck", True, False),
    "compressor_dead": ("room2", "units", "motor_dead", True, False),
    "fan_dead": ("room2", "units", "fan_dead", True, False), "filter_clogged": ("room2", "units", "filter", 0.4, 1.0)}


@pytest.mark.parametrize("name", NEW)
def test_faults_whose_physics_the_plant_provides(bench, name):
    target, where, attribute, on, off = NEW[name]
    part = getattr(bench.plant, where) if where else bench.plant
    one = part[1] if where == "units" else part
    setattr(one, attribute, [off] * ROOMS if not where else off)

    def value():
        found = getattr(one, attribute)
        return found[1] if isinstance(found, list) else found

    bench.change(name, target)
    assert value() == on
    if name == "leak_cycling":
        assert bench.plant.well.lost_share == 0.3
    bench.change(name, target, mend=True)
    assert value() == off
    bare = SimpleNamespace(wiring=bench.wiring, plant=SimpleNamespace(
        well=object(), well2=object(), loop=object(), units=[object()] * ROOMS))
    with pytest.raises(faults.FaultError, match=attribute):
        faults.change(bare, name, target)


# -- names --


def test_refusals_say_what_there_is(bench):
    with pytest.raises(faults.FaultError, match=r"no fault is named 'flood'; there are: sensor_open"):
        bench.change("flood")
    with pytest.raises(faults.FaultError, match=r"and 36 more"):
        bench.change("sensor_swapped", "supply+moon")
    with pytest.raises(faults.FaultError, match="takes no target"):
        bench.change("clock_lost", "room1")
    with pytest.raises(faults.FaultError, match="no bus"):
        bench.change("line_noise")


def test_every_fault_says_in_words_what_it_does():
    for name, fault in faults.FAULTS.items():
        assert len(fault.help) >= 15 and name == name.lower(), name


def test_clock_lost(bench):
    bench.run(61)
    known = bench.run(0.1)[-1][7]
    assert known == 333 * 86400 - 8 * 3600 + 61 + 1, "Monday, 2026-11-30, 00:01:01 in China"
    bench.change("clock_lost")
    assert bench.run(0.1)[-1][7] == -1
    bench.change("clock_lost", mend=True)
    assert bench.run(0.1)[-1][7] == known
