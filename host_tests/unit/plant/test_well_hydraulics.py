"""Both kinds of return: pressures with their sign, valves, bursts, and what a pump draws that has no way out."""

from __future__ import annotations

import dataclasses

import pytest

from plant import well

SEALED = dataclasses.replace(well.HOUSE, sealed=True, static_m=4.0)
DEEP = dataclasses.replace(well.HOUSE, sealed=True, static_m=25.0, shutoff_m=45.0)


def settled(params=well.HOUSE, speed=1.0, seconds=60.0, **faults):
    w = well.Well(params)
    for name, value in faults.items():
        setattr(w, name, value)
    for _ in range(round(seconds * 10)):
        w.hydraulics(True, speed, 0.1)
    return w


def kept(w):
    """What was lifted came back or was lost outside."""
    assert w.lifted_l - w.returned_l == pytest.approx(w.lost_l, rel=1e-9, abs=1e-6)


def test_open_return_loses_the_lift_and_reads_the_column():
    w, p = settled(), well.HOUSE
    head = p.shutoff_m - p.curve * w.flow_m3h**2
    assert head == pytest.approx(p.static_m + p.drawdown * w.flow_m3h + p.pipe * w.flow_m3h**2, rel=1e-3)
    assert w.pressure_kpa == pytest.approx(p.injection_kpa * w.flow_m3h)
    assert w.pressure_kpa < 9.81 * p.static_m, "the column stays below the wellhead"
    kept(w)


def test_a_clogged_open_return_is_pressed_once_the_column_reaches_the_wellhead():
    free, full = settled(clog=0.3), settled(clog=5.0)
    assert free.flow_m3h == pytest.approx(settled().flow_m3h), "what falls into the annulus does not hold the pump back"
    assert full.flow_m3h < 0.8 * free.flow_m3h and full.pressure_kpa > 9.81 * well.HOUSE.static_m
    p = well.HOUSE
    head = p.shutoff_m - (p.curve + p.pipe) * full.flow_m3h**2
    assert head == pytest.approx(p.drawdown * full.flow_m3h + full.pressure_kpa / 9.81, rel=1e-3)


def test_sealed_return_recovers_the_lift():
    w, p = settled(SEALED), SEALED
    head = p.shutoff_m - p.curve * w.flow_m3h**2
    rise = p.injection_kpa * w.flow_m3h
    assert head == pytest.approx(p.drawdown * w.flow_m3h + rise / 9.81 + p.pipe * w.flow_m3h**2, rel=1e-3)
    assert w.pressure_kpa == pytest.approx(rise - 9.81 * 4.0) and w.air == 0.0
    assert w.flow_m3h > settled(dataclasses.replace(SEALED, sealed=False, static_m=20.0)).flow_m3h


def test_a_deep_level_puts_the_wellhead_under_vacuum_and_draws_air():
    w = settled(DEEP)
    assert -95.0 <= w.pressure_kpa < -55.0 and w.air > 0.5
    flows = []
    for _ in range(600):
        w.hydraulics(True, 1.0, 0.1)
        flows.append(w.flow_m3h)
    assert w.pressure_kpa >= -95.0
    steady = w.steady_m3h(1.0)
    assert sum(flows) / 600 < 0.85 * steady, "air costs flow"
    assert max(flows) - min(flows) > 0.03 * steady, "and makes it unsteady"
    again = settled(DEEP, seconds=120.0)
    assert again.flow_m3h == flows[-1], "the same seed, the same air"
    kept(w)


def test_a_shallow_vacuum_stays_whole():
    w = settled(dataclasses.replace(SEALED, static_m=8.0))
    assert -55.0 < w.pressure_kpa < 0.0 and w.air == 0.0
    w.hydraulics(False, 0.0, 60.0)
    assert w.pressure_kpa == pytest.approx(-9.81 * 8.0, abs=1.0), "standing, the column hangs"


def test_a_back_pressure_valve_ends_the_vacuum_and_costs_the_lift():
    valve = settled(dataclasses.replace(DEEP, sustain_kpa=20.0))
    assert valve.pressure_kpa == 20.0 and valve.air == 0.0
    p, q = valve.params, valve.flow_m3h
    lift = p.shutoff_m - (p.curve + p.pipe) * q * q - p.drawdown * q
    assert lift == pytest.approx(p.static_m + 20.0 / 9.81, rel=1e-3)
    assert well.Well(DEEP).steady_m3h(1.0) > q


def test_throttle_and_dead_head():
    flows = [settled(throttle=t).flow_m3h for t in (0.0, 0.5, 0.8, 0.95)]
    assert flows == sorted(flows, reverse=True) and flows[3] < 0.5 * flows[0]
    shut = settled(throttle=1.0)
    assert shut.flow_m3h == 0.0 and shut.dead_headed
    assert not settled(dry=True).dead_headed and not settled(drive_dead=True).dead_headed and not settled().dead_headed
    w = settled(dry=True)
    full, against, dry = settled().pump_w(True, 1.0), shut.pump_w(True, 1.0), w.pump_w(True, 1.0)
    assert dry < 0.2 * full and 0.4 * full < against < 0.7 * full
    assert shut.pump_heat_w == 0.0
    for _ in range(600):
        shut.thermal(15.0, 1.0)
    assert shut.supply_c > 15.0, "the motor warms the water that stands"


def test_a_pump_too_slow_for_its_lift_is_dead_headed():
    w = settled(speed=0.5)
    assert w.flow_m3h == 0.0 and w.dead_headed and settled(SEALED, speed=0.5).flow_m3h > 0


def test_motor_heat_goes_into_the_water():
    w = settled()
    assert w.pump_heat_w == pytest.approx(w.pump_w(True, 1.0) - 40.0)
    w.hydraulics(False, 0.0, 0.1)
    assert w.pump_heat_w == 0.0


def test_a_burst_pipe_loses_water_pressure_and_level():
    sound, burst = settled(seconds=3600.0), settled(seconds=3600.0, burst_m3h=1.5)
    lost = burst.flow_m3h - burst.returning_m3h
    assert lost == pytest.approx(1.5, rel=0.25) and burst.pressure_kpa < 0.85 * sound.pressure_kpa
    assert 0.0 < burst.sunk_m and burst.level_m < sound.level_m
    kept(burst)
    slow = settled(speed=0.7, burst_m3h=1.5)
    assert slow.flow_m3h - slow.returning_m3h < 0.8 * lost, "an orifice: the root of the pressure"
    sunk = burst.sunk_m
    burst.burst_m3h = 0.0
    for _ in range(2400):
        burst.hydraulics(True, 1.0, 30.0)
    assert burst.sunk_m < 0.05 * sunk and burst.returning_m3h == burst.flow_m3h, "mended, the level comes back"
    kept(burst)


def test_a_burst_under_vacuum_loses_nothing():
    w = settled(dataclasses.replace(SEALED, static_m=9.0), speed=0.5, burst_m3h=1.0)
    assert w.pressure_kpa < -40.0 and w.lost_l == 0.0 and w.flow_m3h > 0


def test_a_leak_that_comes_and_goes():
    w = settled(seconds=0.0, lost_share=0.1, leak_cycle_s=600.0)
    lost = []
    for _ in range(4):
        before = w.lost_l
        for _ in range(3000):
            w.hydraulics(True, 1.0, 0.1)
        lost.append(w.lost_l - before)
    assert lost[0] > 10.0 and lost[2] == pytest.approx(lost[0], rel=0.05)
    assert lost[1] < 0.02 * lost[0] and lost[3] < 0.02 * lost[0]
    kept(w)


def test_low_water_dries_the_transmitter_before_the_pump():
    w = settled(level_drop_m=5.0, seconds=300.0)
    assert w.pressure_kpa == pytest.approx(12.0 * w.flow_m3h - 49.05, abs=0.1)
    assert w.level_m == pytest.approx(8.0 - 5.0 - 0.51 * w.flow_m3h, abs=0.02)


def test_affinity_and_non_return_valve():
    w = well.Well(well.HOUSE)
    p = well.HOUSE
    for speed in (0.7, 0.85, 1.0):
        q = w.steady_m3h(speed)
        head = p.shutoff_m * speed**2 - p.curve * q**2
        assert head == pytest.approx(p.static_m + p.drawdown * q + p.pipe * q**2, abs=1e-9)
    assert w.steady_m3h(0.4) == 0.0


def test_chengde_pump_reaches_its_flow():
    w = well.Well(well.CHENGDE)
    assert w.steady_m3h(1.0) > 30.0 > w.steady_m3h(0.6)
