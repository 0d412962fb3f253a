"""Edges of the source's control that mutation testing showed to be unguarded."""

from __future__ import annotations

import pytest

from doubles.houses import flow_second, scan_flow
from doubles.learned_proof import learned
from wellhearth.control import balance, capacity, flowline, flowproof

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
