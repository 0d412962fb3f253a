"""The well's controller."""

from __future__ import annotations

from doubles.loops import new_well, pump, started
from wellhearth.control import overrides, well


def test_pump_passes_30_hz_at_once_and_waits_for_proof():
    loop = new_well()
    pump(loop, 60.1, flow=0)
    assert loop.pump_on and loop.pump_speed_pm == 600 and not loop.permissive
    pump(loop, 5, flow=0)
    assert loop.pump_speed_pm == 600, "no winding up into an empty pipe"
    pump(loop, 3)
    assert loop.permissive and loop.state == well.RUN


def test_pump_stops_heat_pumps_first_then_post_run_then_ramp():
    loop = started()
    pump(loop, 59, demand=0)
    assert loop.pump_on and loop.permissive and loop.state == well.POST_RUN
    pump(loop, 2, demand=0)
    assert not loop.permissive
    pump(loop, 30, demand=0)
    assert not loop.pump_on and loop.pump_speed_pm == 0


def test_flow_setpoint_follows_demand_with_its_ramp_and_limits():
    loop = started()
    pump(loop, 20, demand=16800, flow=2000)
    assert loop.flow_setpoint_lph == 16800 * 134 // 1000
    pump(loop, 60, demand=500_000, flow=2000)
    assert loop.flow_setpoint_lph == 4800
    pump(loop, 60, demand=500, flow=2000)
    assert loop.flow_setpoint_lph == 1200
    assert well.flow_for(1_000_000, 134) == 134_000, "0.134 m3/h per kW"


def test_running_speed_never_below_30_hz():
    loop = started()
    for flow in (9000, 0, 9000, 100, 9000):
        for _ in range(50):
            pump(loop, 0.1, flow=flow)
            assert not loop.pump_on or 600 <= loop.pump_speed_pm <= 1000


def test_pressure_override_takes_over_and_lets_go():
    loop = started()
    pump(loop, 60, demand=33600, flow=3000, kpa=100)
    assert loop.pump_speed_pm > 900
    pump(loop, 60, demand=33600, flow=3000, kpa=290)
    assert loop.limiter == overrides.LIMIT_PRESSURE and loop.pump_speed_pm == 600
    pump(loop, 60, demand=33600, flow=3000, kpa=100)
    assert loop.limiter == overrides.LIMIT_NONE and loop.pump_speed_pm > 700


def test_return_temperature_override_needs_settled_heat_pumps():
    loop = started()
    pump(loop, 100, demand=33600, flow=3000, on=True)
    speed = loop.pump_speed_pm
    loop.each_second(15000, 14900, True, True)
    assert loop.return_cap_pm == 1000, "not before the heat pumps had their time"
    for _ in range(600):
        pump(loop, 1, demand=33600, flow=4400, on=True)
        loop.each_second(15000, 14900, True, True)
    assert loop.limiter == overrides.LIMIT_RETURN and loop.pump_speed_pm < speed
    loop.each_second(15000, 14900, False, True)
    assert loop.return_cap_pm == 1000, "a lost sensor takes no flow away"


def test_the_days_last_start_is_not_spent_on_a_stop():
    loop = new_well(pump_starts_per_day=4)
    now = 0
    for _ in range(12):
        for demand in (5600, 0):
            pump(loop, 300, demand=demand, now=now)
            now += 300
    assert loop.starts_total <= 4
    assert loop.pump_on, "with no start left the pump stays on rather than leave the house without water"


def test_fixed_speed_pump_runs_at_full_speed_or_not_at_all():
    loop = new_well(pump_drive="fixed")
    pump(loop, 70, flow=4000)
    assert loop.pump_speed_pm == 1000 and loop.permissive and loop.enough
    pump(loop, 61, demand=0, flow=4000)
    pump(loop, 1, demand=0, flow=4000)
    assert not loop.pump_on and loop.pump_speed_pm == 0


def test_drawdown_override_saves_the_water_over_the_pump():
    loop = started(level_range_kpa=200, level_min_kpa=20)
    loop.level_kpa = 70
    pump(loop, 60, demand=33600, flow=3000)
    assert loop.pump_speed_pm > 900 and loop.limiter == overrides.LIMIT_NONE
    loop.level_kpa = 15
    pump(loop, 120, demand=33600, flow=3000)
    assert loop.limiter == overrides.LIMIT_DRAWDOWN and loop.pump_speed_pm == 600
    loop.level_kpa = -1
    pump(loop, 120, demand=33600, flow=3000)
    assert loop.limiter == overrides.LIMIT_NONE, "a lost level takes no flow away"


def test_quiet_hours_and_a_lost_pressure_cap_the_pump():
    loop = started()
    loop.speed_cap_pm = 700
    pump(loop, 60, demand=33600, flow=3000)
    assert loop.limiter == overrides.LIMIT_QUIET and loop.pump_speed_pm == 700
    loop.speed_cap_pm = 1000
    loop.flow_cap_lph = 2000
    pump(loop, 60, demand=33600, flow=2000)
    assert loop.flow_setpoint_lph == 2000
    loop.flow_cap_lph = 500
    pump(loop, 60, demand=33600, flow=1200)
    assert loop.flow_setpoint_lph == 1200, "never below the minimum flow"
