"""Transmitters, 0 to 10 V, 1-Wire and RS-485: scale, faults on the terminals, times."""

from __future__ import annotations

import math

from harness.pinout import module_of

from .data import Wiring
from .electric import HIGH, State, solve
from .kinds import number
from .netlist import Drawn
from .switched import idle, pin_current

FAULT_V = (-24 * HIGH, -5.0, 0.0, 5.0, 12.0, 24 * HIGH)
ADC_SHARE = 0.01  # of the reading
SHUNT_LEAST_MV, SHUNT_MOST_MA = 250, 21.0  # open below 3.6 mA or 0.25 V, short above 21 mA (NAMUR NE 43)
OVERLOAD = 2.0  # times its rating a power resistor bears until a PTC opens
PWM_SHARE = 0.03
ZERO_V = 0.1
START_V = 1.5  # less than a drive or a fan starts at; the drive's run contact is a relay's besides
DRIVE_LOAD_OHM = 10e3  # an analog input of a drive
LINE_METRES = 60  # of 1-Wire cable, all branches together
CABLE_F_M, SENSOR_F, SENSORS = 50e-12, 25e-12, 10  # twisted pair; DS18B20 data sheet: 25 pF
SAMPLE_US = 12 - 3  # the firmware reads 12 us after the edge, and has let go after 3 (boards/common/rp2pio.py)
ONE_V = 2.2  # a one, of the DS18B20 and of the chip
SINK_A = 4e-3  # DS18B20: 0.4 V at 4 mA
IDLE_V = 0.2  # TIA-485-A: beyond 200 mV a receiver knows


def adc(wiring: Wiring, drawn: Drawn) -> list[str]:
    """A transmitter's input: half of the terminal, and at no fault more than the chip bears, powered or not."""
    pad, signal, found = drawn.pad(), drawn.term(3), []
    for volts in (0.5, 2.5, 4.5):
        seen = solve(wiring, drawn, State(drive={signal: volts})).v(pad) * 2
        if abs(seen - volts) > ADC_SHARE * volts + 0.01:
            found.append(f"{volts} V at the terminal reads {seen:.3f} V")
    alone = solve(wiring, drawn, State()).v(pad) * 2
    if abs(alone) * 1000 > SHUNT_LEAST_MV * 0.8:
        found.append(f"a broken wire reads {alone:.2f} V, the firmware wants less than {SHUNT_LEAST_MV / 1000} V")
    return found + adc_loop(wiring, drawn) + adc_faults(wiring, drawn)


def adc_loop(wiring: Wiring, drawn: Drawn) -> list[str]:
    """4 to 20 mA over the shunt: inside what the board's ADC tells."""
    found, signal = [], drawn.term(3)
    jumper = drawn.part("jumper")
    most_mv = getattr(module_of(wiring.board), "ADC_MV", (0, 3300))[1]
    for milli in (4.0, SHUNT_MOST_MA):
        one = solve(wiring, drawn, State(amperes=[(signal, milli / 1000)], jumpers={jumper.name}))
        wanted = milli * 150 / 1000
        if abs(one.v(drawn.pad()) * 2 - wanted) > ADC_SHARE * wanted + 0.01:
            found.append(f"{milli} mA read {one.v(drawn.pad()) * 2:.2f} V, 150 ohm give {wanted:.2f} V")
        if one.v(drawn.pad()) * 1000 > most_mv:
            found.append(f"{milli} mA are {one.v(drawn.pad()) * 1000:.0f} mV at the pad, the ADC tells {most_mv}")
    return found


def adc_faults(wiring: Wiring, drawn: Drawn) -> list[str]:
    """Every voltage there is in the cabinet on the signal's terminal."""
    found, pad, signal, over = [], drawn.pad(), drawn.term(3), wiring.chip["over_v"]
    jumper, buffer = drawn.part("jumper"), drawn.all("follower")
    for supply in (3.3, 0.0):
        for volts in FAULT_V:
            for jumpers in (set(), {jumper.name}):
                one = solve(wiring, drawn, State(rails={"3V3": supply}, drive={signal: volts}, jumpers=jumpers))
                where = f"{volts:g} V on the signal, 3.3 V {'on' if supply else 'off'}"
                if not -over <= one.v(pad) <= supply + over:
                    found.append(f"{where}: the pad stands at {one.v(pad):.2f} V")
                for part in drawn.all("resistor"):
                    bears = wiring.part(part.kind, part.value)["watt"] * (OVERLOAD if one.tripped else 1.0)
                    if one.watt(part) > bears:
                        found.append(f"{where}: {part.name} ({part.value}) makes {one.watt(part):.2f} W")
                for part in buffer:
                    beyond = max(one.v(part.nets["plus"]) - supply, -one.v(part.nets["plus"]))
                    if beyond > 1.0:  # MCP6004: 1 V beyond its rails
                        found.append(f"{where}: the amplifier's input stands {beyond:.1f} V beyond its supply")
    return found


def pwm(wiring: Wiring, drawn: Drawn) -> list[str]:
    """0 to 10 V: scale, zero when nothing drives the pad, and 24 V or a short on the terminal."""
    pad, out, found = drawn.pad(), drawn.term(1), []
    load = [(out, "GND", DRIVE_LOAD_OHM)]
    for share in (0.0, 0.5, 1.0):
        one = solve(wiring, drawn, State(ohms=load, drive={pad: 3.3 * share}))
        if abs(one.v(out) - 10 * share) > 10 * PWM_SHARE:
            found.append(f"{share:.0%} gives {one.v(out):.2f} V")
        found += pin_current(wiring, one, pad)
    for what, state in idle(wiring, pad):
        state.ohms = state.ohms + load
        rests = solve(wiring, drawn, state).v(out)
        limit = ZERO_V if what == "alone" else START_V
        if rests > limit:
            found.append(f"the pad {what}: {rests:.2f} V at the terminal, at most {limit} V wanted")
    for volts in (0.0, 24 * HIGH):
        one = solve(wiring, drawn, State(drive={pad: 1.65, out: volts}))
        for part in drawn.all("resistor"):
            if one.watt(part) > wiring.part(part.kind, part.value)["watt"]:
                found.append(f"{volts:g} V on the terminal: {part.name} ({part.value}) makes {one.watt(part):.2f} W")
    return found


def onewire(wiring: Wiring, drawn: Drawn) -> list[str]:
    """1-Wire: what a sensor must sink, and how fast the line rises at the cable that the table promises."""
    data, found = drawn.term(2), []
    low = solve(wiring, drawn, State(drive={data: 0.4}))
    pulls = [p for p in drawn.all("resistor") if "3V3" in p.ends()]
    sunk = sum(abs(low.a(p.name)) for p in pulls)
    if not 0 < sunk <= SINK_A:
        found.append(f"a sensor sinks {sunk * 1000:.1f} mA, at most {SINK_A * 1000:g}")
    if pulls:
        ohm = 1 / sum(1 / number(p.value) for p in pulls)
        farad = LINE_METRES * CABLE_F_M + SENSORS * SENSOR_F + 30e-12
        rise_us = 1e6 * ohm * farad * math.log(3.3 / (3.3 - ONE_V))
        if rise_us > SAMPLE_US:
            found.append(f"{LINE_METRES} m of cable rise in {rise_us:.1f} us, read after {SAMPLE_US}")
    if drawn.nets[drawn.terms[0][1]] == "3V3":
        found.append("the sensors' supply has no fuse of its own: a short on the cable takes the board's 3.3 V with it")
    return found


def rs485(wiring: Wiring, drawn: Drawn) -> list[str]:
    """RS-485: released while the chip boots; idle level with both ends terminated; protection and common there."""
    found, chip = [], drawn.part("iso485")
    for what, state in idle(wiring, drawn.pad("de")):
        seen = solve(wiring, drawn, state).v(drawn.pad("de"))
        if seen > wiring.chip["low_v"]:
            found.append(f"driver enable {what} stands at {seen:.2f} V: the bus may be held while the board boots")
    for pin, number_ in (("A", 1), ("B", 2)):
        tens = [set(p.ends()) for p in drawn.all("resistor") if p.value == "10"]
        if {chip.nets[pin], drawn.term(number_)} not in tens:
            found.append(f"{pin} of the transceiver does not reach terminal {number_} over its 10 ohm")
    jumpers = {p.name for p in drawn.all("jumper")}
    a, b = drawn.term(1), drawn.term(2)
    line = solve(wiring, drawn, State(jumpers=jumpers, ohms=[(a, b, 120.0)]))
    if line.v(a) - line.v(b) < IDLE_V:
        found.append(
            f"idle, both ends terminated: A stands {1000 * (line.v(a) - line.v(b)):.0f} mV over B, wanted {IDLE_V * 1000:g}"
        )
    ended = [p for p in drawn.all("resistor") if p.value == "120"]
    if len(ended) != 1:
        found.append("no 120 ohm for the end of the line")
    for net, name in ((chip.nets["A"], "A"), (chip.nets["B"], "B")):
        if not any(net in drawn_ends(drawn, p) for p in drawn.all("tvs712")):
            found.append(f"{name} has no suppressor")
    if chip.nets["GND1"] == chip.nets["GND2"]:
        found.append("both sides of the transceiver share a ground: no isolation")
    if drawn.term(3) != chip.nets["GND2"]:
        found.append("the line's common terminal is not the transceiver's ground on the line's side")
    for name, number_ in (("A", 1), ("B", 2)):
        if not any(drawn.term(number_) in p.ends() and "PE" in p.ends() for p in drawn.all("gdt")):
            found.append(f"{name} has no way to PE for a surge")
    return found


def drawn_ends(drawn: Drawn, part) -> set[str]:
    """Nets of a suppressor, and behind the series resistors of the line."""
    ends = set(part.ends())
    for resistor in drawn.all("resistor"):
        if set(resistor.ends()) & ends and resistor.value == "10":
            ends |= set(resistor.ends())
    return ends


def line2(wiring: Wiring, drawn: Drawn) -> list[str]:
    """The second line: isolated, with its own common."""
    module = drawn.part("auto485")
    found = [] if module.nets["GND"] != module.nets["GND2"] else ["both sides share a ground: no isolation"]
    found += [f"{pin} does not reach terminal {n}" for pin, n in (("A", 1), ("B", 2)) if module.nets[pin] != drawn.term(n)]
    return found + ([] if drawn.term(3) == module.nets["GND2"] else ["the common terminal is not the line's ground"])
