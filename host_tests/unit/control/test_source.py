"""Flow from several witnesses, reinjection capacity, motor current, stacked pumps, plausibility."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.houses import flow_second, scan_flow
from doubles.learned_proof import learned
from wellhearth.control import capacity, flowproof, motor, secondary, stack, verify


def test_the_return_meter_stands_in_for_the_lift_meter_at_once():
    f = flowproof.FlowProof(1200, True, 85)
    assert scan_flow(f, 0, 1500, 0, False, True, 700) == 1500 and f.lift_bad
    assert scan_flow(f, 0, 800, 0, False, True, 700) == 0, "too little to prove anything"
    assert scan_flow(f, 0, 1500, 0, False, False, 0) == 0 and not f.lift_bad, "a rested pump lifts nothing"


def test_with_one_meter_the_pressure_stands_in_when_it_fits_the_speed():
    f = learned(False)
    assert scan_flow(f, 0, 0, 24, True, True, 700) == pytest.approx(2000, abs=10) and f.lift_bad
    assert scan_flow(f, 0, 0, 36, True, True, 785) == pytest.approx(3000, abs=30), "and goes on with it"
    assert scan_flow(f, 0, 0, 2, True, True, 700) == 0, "a dry pump presses nothing"
    assert scan_flow(f, 0, 0, 80, True, True, 700) == 0, "a blocked pipe presses too much for the speed"
    assert scan_flow(f, 0, 0, 24, False, True, 700) == 0, "not with a broken transmitter"
    f = flowproof.FlowProof(1200, False, 85)
    assert scan_flow(f, 0, 0, 24, True, True, 700) == 0, "nothing learned, nothing believed"


def test_a_silent_return_meter_is_told_from_a_leak_by_the_pressure():
    f = learned()
    scan_flow(f, 2000, 0, 24, True, True, 700)
    assert f.return_bad
    scan_flow(f, 2000, 0, 5, True, True, 700)
    assert not f.return_bad, "water that is not pressed back is a leak"
    scan_flow(f, 2000, 100, 24, True, True, 700)
    assert not f.return_bad, "a meter that counts is believed"


def test_a_weak_pump_is_told_and_teaches_nothing():
    f = learned()
    assert f.weak(1100, 700) and not f.weak(1300, 700) and f.strong(1600, 700)
    for _ in range(200):
        flow_second(f, 1199, 14, True, True, 0, 780, False)
    assert f.steady_lph == 2000
    assert f.safe_lph(300) == 2000, "one flow says nothing of a larger one"
    assert f.safe_lph(40) == 20 * 8333 // 100
    f.relearn()
    assert not f.weak(0, 1000) and f.safe_lph(300) == 0


def test_capacity_takes_its_reference_in_the_first_hour_and_follows_it():
    c = capacity.Capacity()
    ref = 0
    for _ in range(3600):
        ref = c.each_second(2000, 24, ref)
    assert ref == pytest.approx(8333, abs=2) and c.percent(ref) == 100
    assert not c.low(ref) and c.good(ref)
    for _ in range(600):
        assert c.each_second(2000, 40, ref) == ref
    assert c.percent(ref) == 60 and c.low(ref) and not c.good(ref)
    for _ in range(600):
        c.each_second(2000, 31, ref)
    assert not c.low(ref) and c.good(ref)
    assert c.each_second(2000, 2, ref) == ref, "too little pressure says nothing"


def test_motor_current_learns_per_speed_and_says_dry():
    m = motor.MotorCurrent(80)
    assert not m.dry(0, 700)
    for _ in range(30):
        m.each_second(1000, 700, True)
    assert not m.dry(801, 700) and m.dry(799, 700) and m.dry(799, 1000) and not m.dry(0, 650)
    for _ in range(30):
        m.each_second(500, 700, False)
    assert not m.dry(801, 700), "nothing is learned while something is wrong"
    n = motor.MotorCurrent(80)
    n.take(m.values())
    assert n.dry(799, 700)
    with pytest.raises(ValueError):
        n.take([1, 2])


def test_stacked_pumps_share_rotate_and_stand_in_for_each_other():
    s = stack.Stack(3000, 3000, 3600)
    s.scan(2600, True, True)
    assert s.parts == [2600, 0] and s.serves(0) and not s.serves(1)
    s.scan(2800, True, True)
    assert s.parts == [1400, 1400] and s.serves(1)
    s.scan(2200, True, True)
    assert s.both, "not below 70 % yet"
    s.scan(2000, True, True)
    assert s.parts == [2000, 0]
    s.scan(2800, False, True)
    assert s.parts == [0, 2800] and s.lead == 1, "the other takes all of it"
    for _ in range(3600):
        s.each_second(True, True)
    assert s.lead == 0
    for _ in range(4000):
        s.each_second(True, False)
    assert s.lead == 0, "no change of duty to a pump that is held off"
    t = stack.Stack(3000, 3000, 3600)
    t.take([1, 50])
    assert t.values() == [1, 50]
    with pytest.raises(ValueError):
        t.take([2, 0])


@given(st.integers(0, 500_000), st.integers(100, 60_000), st.integers(100, 60_000), st.booleans(), st.booleans())
def test_no_demand_is_lost_between_two_pumps(demand, a, b, ok_a, ok_b):
    s = stack.Stack(a, b, 3600)
    s.scan(demand, ok_a, ok_b)
    assert sum(s.parts) == demand
    if ok_a != ok_b:
        assert s.parts[0 if ok_b else 1] == 0


def test_the_supervisor_wants_an_answer_within_the_hour():
    a = verify.Answer()
    assert not any(a.failing(True, False, 18000) for _ in range(3590))
    assert any(a.failing(True, False, 18000) for _ in range(20))
    assert a.failing(True, False, 18299) and not a.failing(True, False, 18300), "it rose"
    assert not any(a.failing(True, False, 18300) for _ in range(3000))
    assert not a.failing(False, False, 18300)
    assert not any(a.failing(True, True, 26000 - s // 4) for s in range(7200)), "a room that falls answers when cooling"


def test_a_compressor_without_effect():
    assert not verify.no_difference(299, 0, 0)
    assert verify.no_difference(300, 999, -4999) and not verify.no_difference(300, 1000, 0)
    assert verify.no_difference(300, -3000, 0) and not verify.no_difference(300, 0, 9000), "signs count"


def test_secondary_loop_proves_its_flow_and_runs_on():
    loop = secondary.LoopController(60)

    def seconds(n, want, flow, bar=False):
        for _ in range(round(n * 10)):
            loop.scan(want, flow, bar, 100)

    seconds(5, True, False)
    assert loop.pump_on and not loop.permissive
    seconds(2.5, True, True)
    assert loop.permissive and loop.state == secondary.RUN
    seconds(2, True, False)
    assert loop.permissive
    seconds(1, True, False)
    assert not loop.permissive
    seconds(3, True, True)
    seconds(59, False, True)
    assert loop.pump_on
    seconds(2, False, True)
    assert not loop.pump_on and not loop.permissive
    seconds(5, True, True)
    seconds(0.1, True, True, bar=True)
    assert not loop.pump_on and not loop.permissive
