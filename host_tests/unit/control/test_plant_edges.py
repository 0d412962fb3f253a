"""Edges of motor current, shared pumps, supervisor and secondary loop that mutation testing showed to be unguarded."""

from __future__ import annotations

import pytest

from wellhearth.control import motor, secondary, stack, tick, verify
from wellhearth.tables import config_rows


def test_motor_bands_learn_in_ten_steady_seconds():
    m = motor.MotorCurrent(80)
    m.each_second(1000, 700, True)  # the band is new
    for _ in range(9):
        m.each_second(1000, 749, True)
    assert m.learned_ma[14] == 0
    m.each_second(1000, 700, True)
    assert m.learned_ma[14] == 1000
    m.each_second(2000, 750, True)
    for _ in range(9):
        m.each_second(2000, 750, True)
    assert m.learned_ma[15] == 0 and m.dry(799, 750), "the band below stands in"
    m.each_second(2000, 750, True)
    assert m.learned_ma[15] == 2000 and m.dry(1599, 750) and not m.dry(1600, 750)
    for _ in range(11):
        m.each_second(1160, 700, True)
    assert m.learned_ma[14] == (1000 * 15 + 1160) // 16
    assert motor.MotorCurrent(90).learned_ma == [0] * 21 and 1000 // motor.BAND_PM < motor.BANDS


def test_unequal_pumps_share_by_size():
    s = stack.Stack(4000, 2000, 7200)
    s.scan(5400, True, True)
    assert s.parts == [3600, 1800] and s.serves(0) and s.serves(1)
    s.take([1, 0])
    s.scan(1000, True, True)
    assert s.parts == [0, 1000] and s.serves(1) and not s.serves(0)
    s.scan(1801, True, True)
    assert s.both
    s.scan(1400, True, True)
    assert not s.both, "70 % of the lead alone"
    s.scan(1000, False, False)
    assert s.parts == [0, 1000] and s.lead == 1


def test_edges_of_the_supervisor():
    a = verify.Answer()
    rising = [a.failing(True, True, 26000 + s // 10) for s in range(3700)]
    assert rising.index(True) == 3599, "a cooled room that gets warmer does not answer"
    b = verify.Answer()
    assert not b.failing(True, False, 18000)
    b.failing(True, False, 18300)
    assert not any(b.failing(True, False, 18000 - s // 60) for s in range(36_000)), "it answered: full heat just holds it"
    assert b.best_mc == 18300 and b.answered
    fell = [b.failing(True, False, 16300) for _ in range(3700)]
    assert fell.index(True) == 3599, "a room that goes on falling is asked anew"
    b.failing(False, False, 18300)
    b.failing(True, False, 17000)
    assert b.goal_mc == 17300 and b.left_s == 3600
    assert verify.no_difference(5000, 0, 0) and not verify.no_difference(300, 1000, 0)
    assert verify.no_difference(300, -1000, 0) and verify.no_difference(300, 0, -5000)
    assert not verify.no_difference(300, 0, 5000) and verify.no_difference(300, -999, 4999)


def test_edges_of_the_secondary_loop():
    loop = secondary.LoopController(60)
    loop.scan(True, True, False, 100)
    assert loop.state == secondary.PROVE and loop.pump_on and loop.on_ms == 0
    for _ in range(20):
        loop.scan(True, True, False, 100)
    assert not loop.permissive and loop.seen_ms == 2000
    loop.scan(True, True, False, 100)
    assert loop.permissive and loop.state == secondary.RUN and loop.state_ms == 0
    for _ in range(25):
        loop.scan(True, False, False, 100)
    assert loop.permissive
    loop.scan(True, False, False, 100)
    assert not loop.permissive
    loop.scan(False, False, False, 100)
    assert loop.state == secondary.POST_RUN
    loop.scan(True, False, False, 100)
    assert loop.state == secondary.RUN, "wanted again before it stopped"
    loop.safe()
    assert not loop.pump_on and loop.state == secondary.OFF
    loop.scan(True, False, False, 100)
    loop.scan(False, False, False, 100)
    assert loop.state == secondary.POST_RUN, "no longer wanted before it proved anything"


def test_the_last_unit_is_refused_before_the_exchanger_would_freeze():
    """A trip there stops every unit; refusing one more costs a little warmth later."""
    from types import SimpleNamespace

    from wellhearth.equipment import secondary_loop
    from wellhearth.node.demand import Demand
    from wellhearth.storage import events

    cfg = SimpleNamespace(**{row.key: row.default for row in config_rows.LOOP})
    cfg.supply_rom, cfg.return_rom = "28ff641d8fdf18c1", "28ff641d8fdf18c1"
    output = SimpleNamespace(set=lambda on: None)
    board = SimpleNamespace(analog_in=lambda n: None, digital_in=lambda n: None, digital_out=lambda n: output)
    chip = SimpleNamespace(ok=True, same_s=0)
    well = SimpleNamespace(controller=SimpleNamespace(pump_on=True, proven=True), back=SimpleNamespace(chip=chip),
                           supply=SimpleNamespace(chip=chip),
                           p=SimpleNamespace(return_mc=5000, supply_mc=9000, flow_lph=1500))
    loop = secondary_loop.SecondaryLoop(cfg, board, events.EventRing(16), [well])
    demand, now = Demand(), tick.Tick(1000)

    def seconds(n, units, return_mc):
        well.p.return_mc = return_mc
        for s in range(n):
            demand.units, now.now_s = units, s
            loop.each_second(demand, now)
        return loop.spare
    assert seconds(1, 0, 5000)
    assert not seconds(1, 1, 5000), "a unit has just started: its cold has not come back yet"
    assert not seconds(secondary_loop.SETTLE_S - 1, 1, 5000)
    assert seconds(1, 1, 5000)
    limit = cfg.exchanger_limit_mc + secondary_loop.UNIT_MK
    assert seconds(5, 1, limit) and not seconds(1, 1, limit - 1)
    well.back.chip.ok = False
    assert seconds(1, 1, 0), "a lost sensor is the protections' business"
    well.back.chip.ok, well.controller.pump_on = True, False
    assert seconds(1, 1, 0), "standing water says nothing"


def test_the_duty_pump_is_taken_over_from_the_ledger_and_rubbish_is_not():
    s = stack.Stack(3000, 3000, 3600)
    for lead in (1, 0):
        s.take([lead, 17])
        assert s.values() == [lead, 17] and s.lead == lead
    for lead in (2, -1):
        with pytest.raises(ValueError):
            s.take([lead, 0])


def test_the_loops_pump_counts_how_long_it_runs():
    """Its blanking time hangs on it: missing flow is no fault in the first seconds."""
    loop = secondary.LoopController(60)
    loop.scan(True, False, False, 100)
    for _ in range(100):
        loop.scan(True, False, False, 100)
    assert loop.pump_on and loop.on_ms == 10_000
    loop.scan(True, False, True, 100)
    loop.scan(True, False, False, 100)
    assert loop.on_ms == 0
