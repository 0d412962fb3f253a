"""The solver behind the wiring's checks, against currents reckoned by hand."""

import pytest

from whtools.wiring.solve import Amp, Circuit, Diode, NoSolution


def test_a_divider():
    v = Circuit({"in": 5.0, "GND": 0.0}, [("R1", "in", "pin", 10e3), ("R2", "pin", "GND", 10e3)]).solve()
    assert v["pin"] == pytest.approx(2.5, rel=1e-4)


@pytest.mark.parametrize(("volts", "pin"), [(2.0, 2.0), (24.0, 3.3 + 0.3 + 15 * (24 - 3.6) / 10015)])
def test_a_clamp_conducts_beyond_its_rail_only(volts, pin):
    circuit = Circuit(
        {"in": volts, "3V3": 3.3, "GND": 0.0}, [("R", "in", "pin", 10e3)], [Diode("D", "pin", "3V3", 0.3, 15.0)]
    )
    assert circuit.solve()["pin"] == pytest.approx(pin, abs=1e-3)
    assert circuit.amperes("D") == pytest.approx(max(0.0, (volts - 3.6) / 10015), abs=1e-6)


@pytest.mark.parametrize(("volts", "out"), [(1.0, 3.0), (3.0, 9.0), (4.0, 10.5), (-1.0, 0.0)])
def test_an_amplifier_ends_at_its_rails(volts, out):
    resistors = [("Rf", "out", "minus", 20e3), ("Rg", "minus", "GND", 10e3)]
    circuit = Circuit({"plus": volts, "GND": 0.0}, resistors, amps=[Amp("A", "plus", "minus", "out", 10.5, 0.0)])
    assert circuit.solve()["out"] == pytest.approx(out, abs=1e-3)


def test_a_current_without_a_way_raises_its_node_without_end():
    assert Circuit({"GND": 0.0}, [("R", "coil", "GND", 1e9)], currents=[("coil", 0.02)]).solve()["coil"] > 1e6


def test_a_latch_of_two_amplifiers_settles_or_says_so():
    resistors = [("R1", "a", "GND", 1e3), ("R2", "b", "GND", 1e3)]
    amps = [Amp("A", "b", "GND", "a", 5.0, 0.0), Amp("B", "GND", "a", "b", 5.0, 0.0)]
    try:
        v = Circuit({"GND": 0.0}, resistors, amps=amps).solve()
    except NoSolution:
        return
    assert -0.1 <= v["a"] <= 5.1 and -0.1 <= v["b"] <= 5.1
