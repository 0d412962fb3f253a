"""Relays, contacts, pulses and the LED: currents, levels, and what a pad does before the firmware runs."""

from __future__ import annotations

from .data import Wiring
from .electric import HIGH, LOW, ULN_ON_A, Solved, State, solve
from .kinds import number
from .netlist import Drawn

WET_A, WET_V = (
    5e-3,
    17.0,
)  # what auxiliary contacts of contactors want (Schneider LC1D: 17 V, 5 mA; IEC 60947-5-4)
WET_MOST_A = 20e-3  # and what a reed contact or a transistor bears without a thought
LEAK_A = 0.5e-3  # through a wet cable, or a two-wire sensor at rest: still open
S0_A = (10e-3, 27e-3)  # EN 62053-31, class A
PULSE_HZ = 900
OFF_V = 0.8  # at a driver's input: below two junctions
FLYBACK_A = 0.024


def idle(wiring: Wiring, net: str) -> list[tuple[str, State]]:
    """A pad that nothing drives, as a chip may leave it: alone, with its pull-up on, with the leakage of its data sheet."""
    chip = wiring.chip
    return [
        ("alone", State(HIGH)),
        ("with its pull-up on", State(HIGH, ohms=[("3V3!", net, chip["pull_kohm"][0] * 1e3)], drive={"3V3!": 3.3})),
        (
            "with its leakage",
            State(HIGH, ohms=[("2V2!", net, max(1.0, 1.1 / (chip["leak_ua"] * 1e-6)))], drive={"2V2!": 2.2}),
        ),
    ]


def relay(wiring: Wiring, drawn: Drawn) -> list[str]:
    """On at a high pad with the least supply, off in every state of reset, and its coil's current never without a way."""
    pad, coil, driver = drawn.pad(), drawn.part("coil"), drawn.part("uln")
    row, bears = wiring.part(coil.kind, coil.value), wiring.part(driver.kind, driver.value)["bear_v"]
    found = []
    on = solve(wiring, drawn, State(LOW, drive={pad: 3.3 - 0.4}))
    if on.a(driver.name) < ULN_ON_A * 3:
        found.append(f"the driver gets {on.a(driver.name) * 1000:.2f} mA at a high pad")
    on = solve(wiring, drawn, State(LOW, drive={pad: 3.3}, closed={driver.name}))
    coil_v = abs(on.a(coil.name)) * row["ohm"]
    if coil_v < row["pull_in_v"]:
        found.append(f"the coil has {coil_v:.1f} V at the least supply, it pulls in at {row['pull_in_v']} V")
    found += pin_current(wiring, on, pad)
    for what, state in idle(wiring, pad):
        off = solve(wiring, drawn, state)
        if off.v(pad) > OFF_V or off.a(driver.name) > ULN_ON_A / 2:
            found.append(f"the pad {what} stands at {off.v(pad):.2f} V: the relay may be on before the firmware runs")
    kick = solve(
        wiring, drawn, State(HIGH, drive={pad: 0.0}, amperes=[(driver.nets["out"], FLYBACK_A + 24 * HIGH / row["ohm"])])
    )
    if kick.v(driver.nets["out"]) > bears:
        found.append(
            f"the coil's current has no way when the driver opens: {min(kick.v(driver.nets['out']), 9999):.0f} V (COM)"
        )
    if driver.nets["com"] != coil.nets["2"]:
        found.append(f"COM is on {driver.nets['com']}, the coil on {coil.nets['2']}: they want the same supply")
    if coil.nets["2"] != "24VE":
        found.append(f"the coil is fed by {coil.nets['2']}, not behind the hardware enable (24VE)")
    return found


def pin_current(wiring: Wiring, solved: Solved, pad: str) -> list[str]:
    """What a driven pad gives or takes."""
    milli = abs(pad_ma(solved, pad))
    return (
        [f"the pad carries {milli:.1f} mA, the chip {wiring.chip['pin_ma']:g} mA"] if milli > wiring.chip["pin_ma"] else []
    )


def pad_ma(solved: Solved, pad: str) -> float:
    """mA out of a pad that is held at a voltage: the sum of what its resistors and diodes carry away."""
    c = solved.circuit
    total = sum(
        (c.v[a] - c.v[b]) / ohm * ((a == pad) - (b == pad)) for _, a, b, ohm in c.resistors if pad in (a, b) and a != b
    )
    for d in c.diodes:
        if pad in (d.a, d.k):
            total += c.amperes(d.name) * ((d.a == pad) - (d.k == pad))
    return total * 1000


def levels(wiring: Wiring, drawn: Drawn, name: str, least_a: float, most_a: float) -> list[str]:
    """An input over an optocoupler: wetting, levels, leakage, heat."""
    pad, opto, found = drawn.pad(), drawn.part("opto"), []
    fed = drawn.part("field_contact")
    wire = next(p for p in drawn.all("resistor") if p.name.endswith("3"))
    chip = wiring.chip
    for share in (LOW, HIGH):
        shut = solve(wiring, drawn, State(share, closed={fed.name}))
        amperes = abs(shut.a(fed.name))
        if not least_a <= amperes <= most_a:
            found.append(f"{name} carries {amperes * 1000:.2f} mA, wanted {least_a * 1000:g} to {most_a * 1000:g}")
        if shut.v(pad) > chip["low_v"] / 2:
            found.append(f"closed the pad stands at {shut.v(pad):.2f} V, low is {chip['low_v']} V (half of it wanted)")
        heat = shut.watt(wire)
        if heat > wiring.part(wire.kind, wire.value)["watt"] * 0.6:
            found.append(f"{wire.name} makes {heat:.2f} W of heat")
    rest = solve(wiring, drawn, State(LOW))
    if abs(rest.v(fed.nets["1"]) - rest.v(fed.nets["2"])) < WET_V:
        found.append(f"{name} has {abs(rest.v(fed.nets['1']) - rest.v(fed.nets['2'])):.1f} V when open, wanted {WET_V:g}")
    leaky = solve(wiring, drawn, State(HIGH, ohms=[(fed.nets["1"], fed.nets["2"], 24 * HIGH / LEAK_A)], gain="ctr_most"))
    for what, one in (("open", rest), (f"with {LEAK_A * 1000:g} mA of leakage", leaky)):
        if one.v(pad) < chip["high_v"]:
            found.append(f"{what} the pad stands at {one.v(pad):.2f} V, high is {chip['high_v']} V")
    return found + wrong_wires(wiring, drawn, opto.name)


def wrong_wires(wiring: Wiring, drawn: Drawn, opto: str) -> list[str]:
    """24 V, its reverse and ground on each terminal: the pad and the optocoupler's diode bear it."""
    found, pad, over = [], drawn.pad(), wiring.chip["over_v"]
    led = next(p for p in drawn.parts if p.name == opto)
    reverse = wiring.part("opto", led.value)["reverse_v"]
    for terminal, _place, _ in drawn.terms:
        net = drawn.term(terminal)
        for volts in (-24 * HIGH, 0.0, 24 * HIGH):
            if net in ("24VF", "24VT", "0V", "GND"):
                continue  # its fuse opens
            one = solve(wiring, drawn, State(HIGH, drive={net: volts}))
            if not -over <= one.v(pad) <= 3.3 + over:
                found.append(f"{volts:.0f} V on terminal {terminal}: the pad stands at {one.v(pad):.2f} V")
            if one.v(led.nets["k"]) - one.v(led.nets["a"]) > reverse:
                found.append(
                    f"{volts:.0f} V on terminal {terminal}: {led.name}'s diode has {reverse:g} V in reverse and more"
                )
    return found


def contact(wiring: Wiring, drawn: Drawn) -> list[str]:
    """A contact: wetted as its maker wants it."""
    return levels(wiring, drawn, "the contact", WET_A, WET_MOST_A)


def pulse(wiring: Wiring, drawn: Drawn) -> list[str]:
    """Pulses: as a contact, and quick enough; S0 with its standard's current."""
    least, most = S0_A if drawn.channel.circuit == "s0" else (WET_A, WET_MOST_A)
    found = levels(wiring, drawn, "the output of the meter", least, most)
    farad = [p for p in drawn.all("capacitor") if drawn.pad() in p.ends()]
    ohm = [p for p in drawn.all("resistor") if drawn.pad() in p.ends() or "3V3" in p.ends()]
    tau = sum(number(p.value) for p in ohm) * sum(number(p.value) for p in farad)
    if tau * 2 > 0.5 / PULSE_HZ:  # twice the time constant within half a period
        found.append(f"{tau * 1e6:.0f} us before the pad: {PULSE_HZ} pulses a second are not all seen")
    return found


def led(wiring: Wiring, drawn: Drawn) -> list[str]:
    """A LED of 2 V: enough light, little current."""
    pad, lamp = drawn.pad(), drawn.part("field_led")
    on = solve(wiring, drawn, State(drive={pad: 3.3, lamp.nets["1"]: 2.0}))
    milli = abs(pad_ma(on, pad))
    return [] if 1.0 <= milli <= wiring.chip["pin_ma"] / 2 else [f"the LED carries {milli:.1f} mA"]
