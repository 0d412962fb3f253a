"""Heat and water by the exact integer: IAPWS-95, remainders carried over saves, 10^7 pulses."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellhearth.metering import antifreeze, meters, water
from wellhearth.storage import ledger

# IAPWS-95 at 0.2 MPa: degC, kg/m3, kJ/(kg K). From PyPI iapws 1.5.5 (IAPWS95), which reproduces the check values of IAPWS
# R6-95(2018); the package needs SciPy, 100 MB, so only its values are here.
IAPWS = ((0, 999.8933, 4.21895), (5, 1000.0151, 4.20461), (10, 999.7496, 4.19478), (15, 999.1487, 4.18812),
         (20, 998.2523, 4.18374), (25, 997.0921, 4.18103), (30, 995.6934, 4.17955), (35, 994.0769, 4.179),
         (40, 992.2597, 4.17917), (45, 990.256, 4.17991), (50, 988.0781, 4.18111), (55, 985.7362, 4.18273),
         (60, 983.239, 4.18473))
# Melinder's coefficients at 0 degC, as CoolProp 8.0.0 gives them for the mixture with this freezing point: Wh/(m3 K).
GLYCOL = {"ethylene_glycol": {-5: 1124, -10: 1090, -15: 1059, -20: 1031, -25: 1006, -30: 982, -35: 960, -40: 940},
          "propylene_glycol": {-5: 1126, -10: 1102, -15: 1079, -20: 1057, -25: 1036, -30: 1016, -35: 998, -40: 982}}


@pytest.mark.parametrize(("degc", "density", "capacity"), IAPWS)
def test_a_litre_carries_what_iapws_says(degc, density, capacity):
    exact = density * capacity / 3.6 * 100
    assert water.carries(degc * 1000, degc * 1000) == pytest.approx(exact, rel=0.0005), "0.1 % was asked for"
    # Warm water through a meter in the cold pipe: the density is the cold one's.
    cold = water.carries(10_000, degc * 1000)
    assert cold == pytest.approx(999.7496 * capacity / 3.6 * 100, rel=0.001)


def test_between_the_values_nothing_jumps_and_beyond_them_nothing_runs_away():
    found = [water.carries(mc, mc) for mc in range(-5000, 70_001, 50)]
    assert max(abs(a - b) for a, b in zip(found, found[1:])) < 20
    assert found[0] == water.carries(0, 0) and found[-1] == water.carries(60_000, 60_000)


@pytest.mark.parametrize("fluid", [*GLYCOL, "other"])
@pytest.mark.parametrize("freezing", range(-40, 0, 5))
def test_antifreeze_carries_less_by_its_freezing_point(fluid, freezing):
    found = antifreeze.carries(fluid, freezing * 1000) / 100
    if fluid in GLYCOL:
        assert found == pytest.approx(GLYCOL[fluid][freezing], rel=0.0005)
    for known in GLYCOL.values():
        assert found == pytest.approx(known[freezing], rel=0.045 if fluid in GLYCOL else 0.025)


def test_antifreeze_between_and_at_the_ends():
    assert antifreeze.carries("other", 0) == antifreeze.WATER == pytest.approx(water.carries(0, 0), abs=5)
    assert antifreeze.carries("ethylene_glycol", -12_500) == (109_000 + 105_900) // 2
    assert antifreeze.carries("ethylene_glycol", -40_000) == 94_000


seconds = st.lists(st.tuples(st.integers(0, 100_000), st.integers(-50_000, 50_000)), max_size=200)


@given(seconds, st.integers(90_000, 118_000), st.integers(20, 50))
def test_heat_is_the_exact_sum_over_saves_and_power_cuts(tmp_path_factory, rows, carries, every):
    taken, given_ = meters.HeatMeter(), meters.HeatMeter()
    path = str(tmp_path_factory.getbasetemp() / "heat.json")
    exact = [Fraction(0), Fraction(0)]
    for i, (flow, difference) in enumerate(rows):
        meters.heat(taken, given_, flow, difference, carries)
        exact[difference < 0] += Fraction(flow * abs(difference) * carries, 10**8 * 3600)
        if i % every == 0:
            ledger.Ledger(path, {}, {}, {"a": taken.energy, "b": given_.energy}, {}).save(0)
            taken, given_ = meters.HeatMeter(), meters.HeatMeter()
            assert ledger.Ledger(path, {}, {}, {"a": taken.energy, "b": given_.energy}, {}).load() == ""
    for meter, want in zip((taken, given_), exact):
        energy = meter.energy
        assert energy.high * 10**6 + energy.low == want // 1
        left = Fraction(energy.rest, 3600 * meters.PART) + Fraction(energy.fine * carries, 1000 * 3600 * meters.PART)
        assert want == energy.high * 10**6 + energy.low + left, "not a part lost"


def pattern(rng: random.Random, total: int):
    """Any way in which so many pulses may come: singly, in bursts, all the wrap of a counter at once."""
    left = total
    while left:
        n = min(left, rng.choice((1, 1, 2, 7, rng.randint(1, 100), rng.randint(1, 500_000))))
        yield n
        left -= n


@pytest.mark.parametrize("pulses_per_m3", [1000, 1001, 25_000, 33_333, 50_000, 999_983, 1_000_000])
def test_ten_million_pulses_are_the_counter(pulses_per_m3, tmp_path):
    rng = random.Random(pulses_per_m3)
    path = str(tmp_path / "ledger.json")
    meter, total = meters.WaterMeter(pulses_per_m3), 10**7
    for n in pattern(rng, total):
        meter.add(n)
        if rng.random() < 0.002:  # a save and a power cut
            ledger.Ledger(path, {}, {}, {"w": meter.water}, {}).save(0)
            meter = meters.WaterMeter(pulses_per_m3)
            assert ledger.Ledger(path, {}, {}, {"w": meter.water}, {}).load() == ""
    litres = meter.water.high * 1000 + meter.water.low
    assert litres * pulses_per_m3 + meter.water.rest == total * 1000, "not one pulse lost, not one made"


def test_a_record_of_older_firmware_and_a_meter_of_other_pulses_have_no_rest(tmp_path):
    path = str(tmp_path / "ledger.json")
    old = meters.WaterMeter(50_000)
    old.add(123_456)
    assert old.water.rest
    one = ledger.Ledger(path, {}, {}, {"w": old.water}, {})
    one.save(0)
    other = meters.WaterMeter(1000)
    assert ledger.Ledger(path, {}, {}, {"w": other.water}, {}).load() == ""
    assert (other.water.low, other.water.high, other.water.rest) == (old.water.low, old.water.high, 0)
    data = one.record.read()
    del data["rests"]
    same = meters.WaterMeter(50_000)
    ledger.Ledger(path, {}, {}, {"w": same.water}, {}).take(data)
    assert same.water.low == old.water.low and same.water.rest == 0
