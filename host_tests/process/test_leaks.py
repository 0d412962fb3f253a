"""Leaks, meters that stop, pumps that run dry now and then."""

from __future__ import annotations

import pytest

from doubles.houses import run_until
from doubles.selection import some
from doubles.wellside import ONE_METER, heats, rig, tripped, warm
from harness import faults
from wellhearth.tables import causes

# -- 10: leaks --


@pytest.mark.long
@pytest.mark.parametrize(("seed", "seconds"), some([(1, 2400), *((seed, 7200) for seed in range(1, 9))]))
def test_two_honest_meters_are_no_leak(seed, seconds):
    with rig(seed=seed) as r:
        r.run(seconds)
        assert not tripped(r, "leak", "leak_alarm"), (r.wiring.lift.per_s, r.wiring.back.per_s)


@pytest.mark.parametrize("seed", some(range(1, 7)))
def test_a_twentieth_lost_is_told(seed):
    with warm(seed=seed) as r:
        faults.change(r, "water_lost", value=0.05)
        run_until(r, lambda p: tripped(r, "leak_alarm"), 3600, 5.0)
        assert not tripped(r, "leak") and r.points()["well.pump_on"]


@pytest.mark.parametrize("seed", some(range(1, 7)))
def test_a_seventh_lost_stops_the_pump(seed):
    with warm(seed=seed) as r:
        faults.change(r, "water_lost", value=0.15)
        r.run(1800)
        assert not r.points()["well.pump_on"] and tripped(r, "leak")
        assert r.plant.harm.lost_l < 10, r.plant.harm.summary()


@pytest.mark.long
@pytest.mark.parametrize(("cycle_s", "seconds"), some([
    (30.0, 1200), (30.0, 3600), (10.0, 3600), (120.0, 3600), (600.0, 3600)]))
def test_a_leak_that_comes_and_goes_is_seen(cycle_s, seconds):
    with warm() as r:
        faults.change(r, "leak_cycling", value=0.3)
        r.plant.well.leak_cycle_s = cycle_s
        r.run(seconds)
        assert tripped(r, "leak") and r.plant.harm.lost_l < 40, r.plant.harm.summary()


@pytest.mark.parametrize("share", some([0.55, 0.67, 0.85]))
@pytest.mark.parametrize("name", ["water_lost", "leak_cycling"])
def test_a_leak_of_more_than_half_is_not_mistaken_for_a_dying_meter(name, share):
    """Half of the water is the limit of a silent meter; one that counts on in the next ten seconds is not silent."""
    with warm(pump_drive="fixed") as r:
        faults.change(r, name, value=share)
        r.run(600)
        assert tripped(r, "leak") and not tripped(r, "return_meter")
        assert r.plant.harm.lost_l < 30, r.plant.harm.summary()


@pytest.mark.parametrize("frozen", some([False, True]))
def test_a_burst_pipe_is_not_a_dead_meter(frozen):
    with warm() as r:
        if frozen:
            faults.change(r, "transmitter_frozen", "pressure")
        faults.change(r, "water_lost", value=1.0)
        r.run(600)
        assert not r.points()["well.pump_on"] and not tripped(r, "return_meter"), r.points()["well.trips"]
        assert r.plant.harm.lost_l < 40, r.plant.harm.summary()


@pytest.mark.parametrize(("name", "target", "seconds"), some([
    ("meter_stuck", "return", 900), ("meter_stuck", "return", 3600), ("meter_stuck", "lift", 3600),
    ("meter_bouncing", "return", 3600), ("meter_scale", "lift", 3600)]))
def test_a_broken_meter_costs_no_heat(name, target, seconds):
    with warm() as r:
        faults.change(r, name, target)
        r.run(seconds)
        p = r.points()
        assert not p["well.lockouts"] & ~(1 << causes.bit("leak_alarm")) and p["node.alarm"] == 1
        run_until(r, heats, 1200)


# -- 20: never stopped, and stopped for nothing --


@pytest.mark.parametrize(("dry_s", "of_s", "seconds"), some([
    (4, 20, 600), (4, 20, 1800), (3, 20, 1800), (5, 60, 1800), (2, 6, 1800)]))
def test_a_pump_that_is_dry_now_and_then_is_stopped(dry_s, of_s, seconds):
    with warm(**ONE_METER) as r:
        for _ in range(seconds // of_s):
            faults.change(r, "dry_well")
            r.run(dry_s)
            faults.change(r, "dry_well", mend=True)
            r.run(of_s - dry_s)
        assert r.plant.harm.dry_pump_s <= 100, r.plant.harm.summary()


@pytest.mark.long
@pytest.mark.parametrize("well", some([ONE_METER, {}]), ids=["one_meter", "two_meters"])
def test_a_leaking_check_valve_leaves_the_house_warm(well):
    with rig(room={"setpoint_mc": 20000}, **well) as r:
        faults.change(r, "valve_open")
        r.run(2 * 3600)
        p = r.points()
        assert min(one.air_c for one in r.plant.rooms) > 18.0, [one.air_c for one in r.plant.rooms]
        assert not p["well.lockouts"] and r.plant.harm.standing_compressor_s == 0


@pytest.mark.long
def test_a_welded_pump_contactor_leaves_the_house_warm():
    with rig(room={"setpoint_mc": 20000}) as r:
        run_until(r, heats, 1200)
        faults.change(r, "relay_welded", "well_pump")
        r.run(2 * 3600)
        assert tripped(r, "pump_welded") and r.points()["node.alarm"]
        assert min(one.air_c for one in r.plant.rooms) > 18.0, [one.air_c for one in r.plant.rooms]
        assert r.plant.harm.standing_compressor_s == 0
