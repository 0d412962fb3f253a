"""The central plant as a whole: energy and mass close in every state, the cases give what was measured, faults hurt."""

from __future__ import annotations

import random

import pytest

from plant.central import baselines, case, faults, machine, run
from plant.central.world import Central


def plant(name="forest_park", first_day=15, seed=1):
    data = case.find(name)
    return Central(data, data.weather(seed, first_day), seed)


def wild(one, rng):
    """Orders that no sane controller gives, all at once."""
    o = one.orders
    o.well_on = [rng.random() < 0.7 for _ in o.well_on]
    o.well_speed = [rng.uniform(0.6, 1.0) for _ in o.well_speed]
    o.mode = [rng.choice((0, 1, 2, 3, 4)) for _ in o.mode]
    o.valves = [rng.random() < 0.7 for _ in o.valves]
    o.limit = [rng.uniform(0.2, 1.0) for _ in o.limit]
    o.setpoint_c = [rng.choice((7.0, 40.0, 58.0)) for _ in o.setpoint_c]
    o.secondary_on = [rng.random() < 0.8 for _ in o.secondary_on]
    o.tertiary_on = [rng.random() < 0.8 for _ in o.tertiary_on]
    o.secondary_speed = [rng.random() for _ in o.secondary_on]
    o.tertiary_speed = [rng.random() for _ in o.tertiary_on]
    for key in ("bypass", "exchanger_bypass"):
        setattr(o, key, rng.random())
    for key in ("boiler_on", "boiler_valve", "chiller_on", "chiller_valve", "charge", "circulation", "heater",
                "secondary_make_up", "tertiary_make_up"):
        setattr(o, key, rng.random() < 0.5)


def break_something(one, rng):
    """A fault that this plant can have, or its end."""
    name = rng.choice(sorted(faults.FAULTS))
    parts = [p for p in faults.parts_of(one, faults.FAULTS[name].parts)]
    number = rng.randrange(len(parts))
    if parts[number] is None and faults.FAULTS[name].parts:
        return
    faults.change(one, name, str(number + 1), mend=rng.random() < 0.6)


@pytest.mark.parametrize("seed", range(6))
def test_energy_and_mass_close_whatever_is_ordered_and_broken(seed):
    rng = random.Random(f"wild-{seed}")
    one = plant(rng.choice(case.names()), rng.choice((15, 195)), seed)
    stored, came = one.stored_j(), one.lumps.in_j
    ground = [w.stored_j() for w in one.field.wells]
    for n in range(120):
        if n % 4 == 0:
            wild(one, rng)
            break_something(one, rng)
        one.step(rng.choice((1.0, 10.0, 60.0, 300.0)))
    assert one.stored_j() - stored == pytest.approx(one.lumps.in_j - came, abs=1e-9 * abs(stored) + 10.0)
    for w, before in zip(one.field.wells, ground):
        account = w.far_j + w.forced_j + w.motor_j - w.taken_j - w.lost_j
        assert w.stored_j() - before == pytest.approx(account, abs=1e-6 * (abs(w.taken_j) + abs(w.forced_j)) + 100.0)
        assert w.lifted_l - w.returned_l == pytest.approx(w.lost_l, rel=1e-9, abs=1e-6)
    for ring in (one.secondary, one.tertiary):
        assert ring.missing_l == pytest.approx(ring.lost_l - ring.made_up_l, abs=1e-6)
        assert ring.net.residual() < 0.01


@pytest.mark.parametrize(("name", "first_day"), [("forest_park", 15), ("school", 195)])
def test_heats_booked_by_the_parts_are_those_that_came_into_the_water(name, first_day):
    one = plant(name, first_day)
    policy = baselines.Ideal(one)
    electric_j = pumps_j = gained_j = motors_j = 0.0
    while one.t_s < 86400.0:
        policy.step(60.0)
        motors_j += sum(w.pump_heat_w for w in one.field.wells) * 60.0
        one.step(60.0)
        electric_j += sum(m.electric_w - machine.STANDBY_W for m in one.machines) * 60.0
        gained_j += sum(m.condenser_w - m.evaporator_w for m in one.machines) * 60.0
        pumps_j += (one.secondary.water_w + one.tertiary.water_w) * 60.0
    sums = one.lumps.sums_j
    assert sums["machines"] == pytest.approx(gained_j, rel=1e-9) == pytest.approx(electric_j, rel=1e-9)
    assert sums["pumps"] == pytest.approx(pumps_j, rel=1e-9)
    # What the wells gave, and what the water between the headers took: `owed` brings the motors' heat one step late.
    taken = sum(w.taken_j for w in one.field.wells)
    assert sums["owed"] == pytest.approx(motors_j, rel=0.1)
    assert abs(taken) > 1e9


def test_chengde_gives_flow_and_temperatures_that_were_measured():
    data = case.find("chengde")
    day = min(range(5, 60), key=lambda d: abs(data.weather(1).day_mean_c(d) - data.climate["design_c"]))
    one = plant("chengde", day - 1)
    policy = baselines.Ideal(one)
    sums, n, speed = [0.0] * 4, 0, 0.9
    while one.t_s < 2 * 86400.0:
        policy.step(300.0)
        one.orders.well_on = [True] * 18  # as measured: every well lifts its 30 m3/h
        speed += 0.02 * (1.0 - one.field.flow_m3h / 540.0) if one.field.flow_m3h else 0.0
        one.orders.well_speed = [speed] * 18
        one.step(300.0)
        if one.t_s > 86400.0:
            n += 1
            found = one.field.flow_m3h, one.c(one.well_supply), one.c(one.well_return), one.buildings[0].mean_c
            sums = [a + b for a, b in zip(sums, found)]
    flow, supply, back, room = (s / n for s in sums)
    said = data.measured
    assert flow == pytest.approx(said["flow_m3h"], rel=0.1)
    assert supply == pytest.approx(said["supply_c"], rel=0.1) and back == pytest.approx(said["return_c"], rel=0.1)
    assert supply - back == pytest.approx(said["supply_c"] - said["return_c"], rel=0.1)
    assert said["room_c"][0] <= room <= said["room_c"][1]
    assert all(w.lifted_l == pytest.approx(w.returned_l) for w in one.field.wells)


@pytest.mark.parametrize("name", case.names())
def test_every_case_keeps_its_people_warm_and_its_taps_hot_with_the_ideal_controller(name):
    one = plant(name)
    found = run.play(one, baselines.Ideal(one), 2.0)
    hurt = found["suffered"]
    quiet = ("dry_pump_s", "dead_head_s", "boiler_empty_s", "cold_water_s", "frozen", "lost_l", "room_below_16_s",
             "tap_below_50_s", "over_pressure_s")
    assert {key: hurt[key] for key in quiet if hurt[key]} == {}
    assert 3.0 < found["cop"] < 6.0
    assert abs(found["energy_residual"]) < 1e-9


def test_baselines_cost_more_than_the_ideal_in_winter():
    found = {}
    for key in ("all_on", "rotation", "ideal"):
        one = plant("chengde")
        found[key] = run.play(one, baselines.POLICIES[key](one), 2.0)["electric_mwh"]
    assert found["ideal"] < found["rotation"] < found["all_on"]


def heated(hours=6.0):
    """A plant that has been heating for some hours, and its controller."""
    one = plant("forest_park", 15)
    policy = baselines.Ideal(one)
    while one.t_s < hours * 3600.0:
        policy.step(60.0)
        one.step(60.0)
    return one, policy


HURTS = {
    "well_trip": lambda one: one.field.wells[0].flow_m3h == 0.0,
    "well_clogged": lambda one: one.field.wells[0].pressure_kpa > 1.2 * one.field.wells[1].pressure_kpa,
    "well_cold": lambda one: one.field.wells[0].supply_c < 6.0,
    "well_leak": lambda one: one.suffered.lost_l > 100.0,
    "well_dry": lambda one: one.suffered.dry_pump_s > 0.0,
    "machine_failed": lambda one: one.machines[0].fault == machine.BROKEN and not one.machines[0].running,
    "machine_locked": lambda one: one.machines[0].starts == 0 or not one.machines[0].running,
    "secondary_failed": lambda one: one.secondary.pumps[0].flow_m3h == 0.0,
    "tertiary_failed": lambda one: one.tertiary.pumps[0].flow_m3h == 0.0,
    "network_leak": lambda one: one.tertiary.lost_l > 100.0,
    "source_leak": lambda one: one.secondary.lost_l > 20.0 and one.secondary.pressure_kpa < 20.0,
    "power_cut": lambda one: not any(m.running for m in one.machines) and one.field.flow_m3h == 0.0,
    "source_valve_shut": lambda one: one.secondary.flow(one.secondary.machines[0]) == 0.0,
    "load_valve_shut": lambda one: one.tertiary.flow(one.tertiary.machines[0]) == 0.0,
}


@pytest.mark.parametrize("name", sorted(HURTS))
def test_a_fault_does_to_the_water_what_it_would_in_the_field(name):
    one, policy = heated()
    one.orders.well_on, one.orders.well_speed = [True, True], [0.9, 0.9]
    faults.change(one, name)
    while one.t_s < 7.0 * 3600.0:
        one.step(10.0)
    assert HURTS[name](one)
    faults.change(one, name, mend=True)


def test_fouled_and_blocked_exchangers_cost_approach_and_flow():
    one, _policy = heated()
    one.orders.well_on, one.orders.well_speed = [True, True], [0.9, 0.9]
    one.step(60.0)
    flow, w_k = one.field.flow_m3h, one.exchangers.w_k(40.0, 40.0)
    faults.change(one, "exchanger_fouled")
    faults.change(one, "exchanger_blocked", value=1.0)
    for _ in range(10):
        one.step(60.0)
    assert one.exchangers.w_k(40.0, 40.0) < 0.8 * w_k and one.field.flow_m3h < 0.98 * flow


def test_a_network_that_leaks_empty_leaves_its_pumps_dry_and_a_boiler_on_standing_water_is_seen():
    one = plant("sports_centre")
    o = one.orders
    o.tertiary_on, o.tertiary_speed = [True] * len(o.tertiary_on), [0.8] * len(o.tertiary_on)
    o.boiler_on = o.boiler_valve = True
    o.boiler_c = 100.0
    faults.change(one, "network_leak", value=30.0)
    for _ in range(360):
        one.step(20.0)
    assert one.suffered.dry_pump_s > 0.0 and one.suffered.boiler_empty_s > 0.0
    assert one.boiler.limited, "its own limiter ends it"


def test_water_that_freezes_in_a_source_exchanger_is_seen():
    one, _policy = heated()
    body = one.sides[0][0]
    one.orders.rest()
    for _ in range(200):
        one.step(1.0)
        one.lumps.t[body] -= 0.1  # a cold that no machine's guard knows of
        one.lumps.in_j -= 0.1 * one.lumps.c_j_k[body]
    assert one.suffered.cold_water_s > 0.0 and one.ice_j[body] > 0.0 and one.c(body) >= -0.1


@pytest.mark.parametrize("dt_s", (1.0, 60.0))
def test_cold_rooms_open_their_valves_at_any_step(dt_s):
    one = plant("chengde")
    while one.t_s < 1800.0:
        one.step(dt_s)
    assert one.buildings[0].valve > 0.5 and one.buildings[0].mean_c < 20.5


def test_faults_refuse_what_is_not_there():
    one = plant("forest_park")
    with pytest.raises(faults.FaultError, match="no boiler"):
        faults.change(one, "boiler_failed")
    with pytest.raises(faults.FaultError, match="1 to 2"):
        faults.change(one, "well_trip", "3")
    with pytest.raises(faults.FaultError, match="well_trip"):
        faults.change(one, "earthquake")


@pytest.mark.long
def test_three_wells_out_of_service_on_the_coldest_day():
    data = case.find("chengde")
    first = data.weather(1).coldest_day() - 1
    one = plant("chengde", first)
    broken = [(0.0, 3 * 86400.0, "well_trip", str(k), None) for k in (1, 7, 13)]
    found = run.play(one, baselines.Ideal(one), 2.0, breakages=broken)
    assert found["suffered"]["room_below_16_s"] == 0.0 and found["suffered"]["tap_below_50_s"] == 0.0
