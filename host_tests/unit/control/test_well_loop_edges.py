"""Edges of the well's controller that mutation testing showed to be unguarded."""

from __future__ import annotations

from doubles.loops import new_well, pump, started
from wellhearth.control import overrides


def test_the_wells_timers_to_the_scan():
    loop = new_well()
    pump(loop, 59.9, flow=0)
    assert not loop.pump_on
    pump(loop, 0.1, flow=0)
    assert loop.pump_on and loop.starts_total == 1
    pump(loop, 2.0)
    assert not loop.proven
    pump(loop, 0.1)
    assert loop.proven and loop.permissive
    pump(loop, 2.5, flow=599)
    assert loop.permissive
    pump(loop, 0.1, flow=599)
    assert not loop.permissive, "2.5 s without half of the minimum"
    pump(loop, 2.1, flow=900)
    assert loop.permissive, "three quarters prove it"
    pump(loop, 60, flow=899)
    assert loop.permissive, "between half and three quarters nothing changes"


def test_a_pump_below_its_floor_flow_is_helped_after_the_blanking_time():
    loop = new_well()
    pump(loop, 60, flow=0)
    pump(loop, 9.8, flow=0)
    assert loop.pump_speed_pm == 600
    pump(loop, 5, flow=0)
    assert loop.pump_speed_pm > 600


def test_safe_stops_the_well_and_its_rest_begins():
    loop = started()
    loop.safe()
    assert (loop.pump_on, loop.pump_speed_pm, loop.permissive, loop.proven, loop.enough) == (False, 0, False, False, False)
    assert loop.flow_setpoint_lph == 0 and loop.limiter == overrides.LIMIT_NONE and loop.hold_ms == 60_000
    pump(loop, 59)
    assert not loop.pump_on
    pump(loop, 2)
    assert loop.pump_on
