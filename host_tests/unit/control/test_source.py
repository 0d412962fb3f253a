"""Flow from several witnesses, reinjection capacity, motor current, stacked pumps, plausibility."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.houses import flow_second, scan_flow
from wellhearth.control import balance, capacity, flowline, flowproof, motor, secondary, stack, tick, verify
from wellhearth.tables import config_rows


def learned(two_meters=True):
    """A well that gives 2000 L/h at 700 pm and 24 kPa."""
    f = flowproof.FlowProof(1200, two_meters, 85)
    for _ in range(60):
        scan_flow(f, 2000, 2000 if two_meters else 0, 24, True, True, 700)
        flow_second(f, 2000, 24, True, True, 0, 700, False)
    assert (f.steady_lph, f.steady_pm, f.lph_bar, f.rest_kpa) == (2000, 700, 8333, 0)
    return f


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


# -- edges that mutation testing showed to be unguarded --


def test_the_edges_of_believing_a_meter():
    f = flowproof.FlowProof(1200, True, 85)
    assert scan_flow(f, 600, 1500, 0, False, True, 700) == 600 and not f.lift_bad, "half of the minimum is enough"
    assert scan_flow(f, 599, 900, 0, False, True, 700) == 900 and f.lift_bad
    assert scan_flow(f, 599, 899, 0, False, True, 700) == 599 and not f.lift_bad
    f = learned()
    for kpa, bad in ((31, True), (32, False), (17, True), (16, False)):  # 2583, 2666, 1416 and 1333 L/h for 2000 lifted
        scan_flow(f, 2000, 0, kpa, True, True, 700)
        assert f.return_bad is bad, kpa
    scan_flow(f, 2000, 0, 24, False, True, 700)
    assert not f.return_bad, "a broken transmitter is no witness"


def test_the_edges_of_flow_by_pressure():
    f = learned(False)
    assert scan_flow(f, 0, 0, 33, True, True, 700) == 33 * 8333 // 100 and scan_flow(f, 0, 0, 34, True, True, 700) == 0
    assert scan_flow(f, 0, 0, 15, True, True, 700) == 15 * 8333 // 100 and scan_flow(f, 0, 0, 14, True, True, 700) == 0
    assert f.line_lph(785) == 3000 and f.line_lph(400) == 0
    f.take([250, 600, 250, flowline.BIAS + 30, 250, flowline.BIAS + 30, flowline.BIAS, 0])
    assert scan_flow(f, 0, 0, 3, True, True, 600) == 249 and scan_flow(f, 0, 0, 2, True, True, 600) == 0, "2 kPa are noise"


def test_pressure_at_rest_is_no_flow():
    f = flowproof.FlowProof(1200, False, 85)
    flow_second(f, 0, 40, True, False, 59, 0, False)
    assert f.rest_kpa == 0, "the water column still moves"
    flow_second(f, 0, 40, False, False, 60, 0, False)
    assert f.rest_kpa == 0, "a broken transmitter teaches nothing"
    flow_second(f, 0, 40, True, False, 60, 0, False)
    assert f.rest_kpa == 40
    for _ in range(40):
        flow_second(f, 2000, 64, True, True, 0, 700, False)
    assert f.lph_bar == 8333 and scan_flow(f, 0, 0, 64, True, True, 700) == 1999
    flow_second(f, 0, -7, True, False, 60, 0, False)
    assert f.rest_kpa == -7 and f.zero_kpa == -7, "a transmitter that reads low, or a vacuum"


def learn(f, lph, kpa, pm=700, seconds=40):
    for _ in range(seconds):
        flow_second(f, lph, kpa, True, True, 0, pm, False)


def test_two_flows_make_a_line_with_an_offset():
    f = flowproof.FlowProof(1200, True, 85)
    learn(f, 2000, 10)
    learn(f, 4000, 34, 870, 80)
    assert f.two_points and f.lph_bar == pytest.approx(8333, abs=2) and f.zero_kpa == -14
    assert f.safe_lph(100) == pytest.approx((50 + 14) * 83.33, abs=60)
    learn(f, 2020, 10)
    assert f.low_lph == 2005 and f.two_points, "an end moves by a quarter"
    g = flowproof.FlowProof(1200, True, 85)
    g.take(f.values())
    assert g.values() == f.values() and g.lph_bar == f.lph_bar
    h = flowproof.FlowProof(1200, True, 85)
    learn(h, 3000, 0)
    assert h.lph_bar == 0 and h.safe_lph(300) == 3000, "no rise at all: what was seen is safe"


def test_flow_without_its_pressure_is_in_doubt_until_the_meter_follows_the_pump():
    f = learned(False)
    assert scan_flow(f, 2000, 0, 24, True, True, 700) == 2000 and not f.doubt
    scan_flow(f, 2000, 0, 8, True, True, 700)
    assert not f.doubt, "a third of its rise"
    for follows in (False, True):
        f.believe_s = 0
        for s in range(flowproof.TEST_END_S):
            scan_flow(f, 2000, 0, 7, True, True, 700)
            assert f.doubt
            pm = f.test_pm or 700
            flow_second(f, 2000 + ((pm - 700) * 10 if follows else 0), 7, True, True, 0, pm, False)
            assert (f.test_pm == 800) is (flowproof.TEST_S - 1 <= s < flowproof.TEST_END_S - 1)
        scan_flow(f, 2000, 0, 7, True, True, 700)
        assert f.doubt is not follows and f.odd is follows
    two = learned()
    scan_flow(two, 2000, 1600, 0, True, True, 700)
    assert two.odd and not two.doubt, "two meters against a pressure"
    scan_flow(two, 2000, 0, 0, True, True, 700)
    assert two.doubt


def test_what_is_counted_at_rest_is_no_flow():
    f = learned()
    flow_second(f, 1000, 0, True, False, 40, 0, False)
    assert f.stray_lph == 1000
    assert scan_flow(f, 1499, 0, 24, True, True, 700) == 0
    assert scan_flow(f, 1499, 1400, 24, True, True, 700) == 1400 and f.lift_bad
    assert scan_flow(f, 1500, 1400, 24, True, True, 700) == 1500 and not f.lift_bad


def counted(b, seconds, lift_lph, share):
    """Seconds of pumping by two meters of 50,000 pulses; whether it leaks, whether it differs."""
    leak = differs = False
    lift = back = 0.0
    b.clear()
    for _ in range(seconds):
        lift += lift_lph / 72
        back += lift_lph / 72 * share
        b.lift_n += int(lift)
        b.back_n += int(back)
        lift %= 1
        back %= 1
        b.each_second(True)
        leak, differs = leak or b.leak, differs or b.differs
        b.leak = b.differs = False
    return leak, differs


@pytest.mark.parametrize("meters", [0.961, 1.0, 1.04])
@pytest.mark.parametrize("lph", [600, 60_000])
def test_water_lost_is_what_the_meters_did_not_differ_by_at_commissioning(meters, lph):
    b = balance.Balance(50_000, 50_000)
    assert counted(b, 1800, lph, meters) == (False, False) and b.ratio == pytest.approx(meters * 10_000, abs=60)
    assert counted(b, 1200, lph, meters * 0.95) == (False, True)
    assert counted(b, 1200, lph, meters) == (False, False)
    assert counted(b, 70, lph, meters * 0.85)[0]
    assert counted(b, 70, lph, meters)[0] is False
    assert counted(b, 41, lph, 0.0)[0] and counted(b, 1200, lph, meters * 1.1) == (False, True), "more came back: a meter"


def test_a_ratio_of_the_ledger_is_one_of_two_meters():
    b = balance.Balance(50_000, 50_000)
    b.take([9700])
    assert b.values() == [9700]
    for wrong in ([9000], [11_000], [1, 2]):
        with pytest.raises(ValueError):
            b.take(wrong)
    b.relearn()
    assert b.ratio == 0


def test_what_is_learned_takes_two_like_means():
    f = flowproof.FlowProof(1200, True, 85)
    for n in range(39):
        flow_second(f, 2000 + n % 4 * 100 - 150, 24, True, True, 0, 700, False)  # bursts of a wheel
    assert f.steady_lph == 0
    flow_second(f, 2000, 24, True, True, 0, 700, False)
    assert (f.steady_lph, f.steady_pm) == (1992, 700) and f.lph_bar == pytest.approx(8333, abs=40)
    learn(f, 2101, 48, 705, 20)
    assert f.steady_lph == 1992, "a jump begins anew"
    learn(f, 2101, 48, 705, 20)
    assert f.steady_lph == 2101
    for kwargs in ({"limited": True}, {"ok": False}, {"lph": 1199}):
        g = learned()
        for _ in range(60):
            flow_second(g, kwargs.get("lph", 2300), 60, kwargs.get("ok", True), True, 0, 735, kwargs.get("limited", False))
        assert g.steady_lph == 2000 and g.lph_bar == 8333, kwargs
    flow_second(f, 0, 0, True, False, 5, 0, False)
    assert f.steady_s == 0
    g = learned()
    assert g.weak(1199, 700) and not g.weak(1200, 700) and g.strong(1500, 700) and not g.strong(1499, 700)


def test_capacity_windows_are_ten_minutes_each_for_itself():
    c = capacity.Capacity()
    for _ in range(599):
        c.each_second(2000, 24, 5000)
    assert c.lph_bar == 0
    c.each_second(2000, 24, 5000)
    assert c.lph_bar == 2000 * 600 * 10 // (24 * 60)
    for _ in range(600):
        c.each_second(1000, 24, 5000)
    assert c.lph_bar == 1000 * 600 * 10 // (24 * 60), "nothing of the window before"
    c = capacity.Capacity()
    refs = [c.each_second(2000, 24 if s < 1800 else 12, 0) for s in range(3600)]
    assert refs[3598] == 0 and refs[3599] == (8333 + 16666) // 2, "the mean of six windows"
    assert not c.low(0) and c.good(0) and c.percent(0) == 0
    c.lph_bar = 7000
    assert not c.low(10_000) and c.low(10_010) and not c.good(10_000) and c.good(9_320)
    assert c.percent(10_000) == 70 and c.percent(100) == 999
    c.lph_bar = 0
    assert not c.low(10_000) and c.percent(10_000) == 0


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
