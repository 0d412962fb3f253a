"""One drawn channel as a circuit that is solved: rails at their voltages, a pad driven or left alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from .data import Wiring
from .kinds import CONTACTS, WIRES, number
from .netlist import Drawn, Part
from .solve import Amp, Circuit, Diode

# Rails of a channel and their voltages when all is well.
RAILS = {
    "GND": 0.0,
    "0V": 0.0,
    "PE": 0.0,
    "3V3": 3.3,
    "5V": 5.0,
    "5VT": 5.0,
    "12VA": 12.0,
    "24V": 24.0,
    "24VL": 24.0,
    "24VE": 24.0,
    "24VF": 24.0,
    "24VT": 24.0,
    "GNDI": 0.0,
    "5VI": 5.0,
    "GNDB": 0.0,
}
LOW, HIGH = 0.9, 1.1  # what 24 V may be: the supply's trimmer (IEC 61131-2 lets a module see -15 to +20 %)
SATURATED_OHM = 100.0  # an optocoupler's transistor that is fully on
ULN_IN_OHM, ULN_IN_V, ULN_BLEED_OHM = (
    2700.0,
    1.3,
    10200.0,
)  # two base-emitter junctions behind 2.7 kohm; 7.2 + 3 kohm to ground
ULN_ON_A = 0.1e-3  # of input current; the sheet's 50 uA is the most at which it is certainly off
ULN_SAT_V, ULN_SAT_OHM, ULN_COM_V = 0.85, 1.5, 1.7


@dataclass
class State:
    """What a channel sees. rails24: 24 V times this. closed: contacts of the field and jumpers, by name."""

    rails24: float = 1.0
    rails: dict[str, float] = field(default_factory=dict)
    drive: dict[str, float] = field(default_factory=dict)  # volts on a net
    ohms: list[tuple[str, str, float]] = field(default_factory=list)
    amperes: list[tuple[str, float]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    jumpers: set[str] = field(default_factory=set)
    gain: str = "ctr"  # of optocouplers: the least there is, or `ctr_most`


@dataclass
class Solved:
    """A solved channel: volts by net, amperes by part."""

    drawn: Drawn
    circuit: Circuit
    tripped: set[str]

    def v(self, net: str) -> float:
        """Volts of a net."""
        return self.circuit.v.get(net, 0.0)

    def a(self, name: str) -> float:
        """Amperes through a part with two ends."""
        return self.circuit.amperes(name)

    def watt(self, part: Part) -> float:
        """What a resistor turns into heat."""
        amperes = self.a(part.name)
        return amperes * amperes * number(part.value)


def solve(wiring: Wiring, drawn: Drawn, state: State) -> Solved:
    """Voltages and currents; optocouplers in two steps, because their two sides share no current; which PTCs open."""
    tripped: set[str] = set()
    base = build(wiring, drawn, state, {}, tripped)
    base.solve()
    for part in drawn.all("ptc"):
        if abs(base.amperes(part.name)) * 1000 > wiring.part(part.kind, part.value)["trip_ma"]:
            tripped.add(part.name)
    sinks: dict[str, float] = {}
    for part in drawn.all("opto"):
        sinks[part.name] = max(0.0, base.amperes(part.name)) * wiring.part(part.kind, part.value)[state.gain]
    circuit = build(wiring, drawn, state, sinks, set())
    circuit.solve()
    return Solved(drawn, circuit, tripped)


def build(wiring: Wiring, drawn: Drawn, state: State, sinks: dict[str, float], open_parts: set[str]) -> Circuit:
    """The circuit of a channel. sinks: the most that each optocoupler's transistor can carry."""
    rails = {name: volts * (state.rails24 if name.startswith("24V") else 1.0) for name, volts in RAILS.items()}
    rails.update(state.rails)
    there = set(drawn.nets.values())
    circuit = Circuit({name: volts for name, volts in rails.items() if name in there} | {"GND": 0.0} | state.drive)
    for a, b, ohm in state.ohms:
        circuit.resistors.append((f"{a}-{b}", a, b, ohm))
    circuit.currents += state.amperes
    for part in drawn.parts:
        if part.name not in open_parts:
            add(wiring, circuit, part, state, sinks, rails)
    for net in there:  # every net has a row, if only to ground over a thousand megohm
        circuit.resistors.append((f"bleed {net}", net, "GND", 1e9))
    return circuit


def add(
    wiring: Wiring, circuit: Circuit, part: Part, state: State, sinks: dict[str, float], rails: dict[str, float]
) -> None:
    """One part into the circuit."""
    kind, n, row = part.kind, part.nets, {} if part.on_site else wiring.part(part.kind, part.value)
    if kind == "resistor":
        circuit.resistors.append((part.name, n["1"], n["2"], number(part.value)))
    elif kind in ("coil", "ptc"):
        circuit.resistors.append((part.name, n["1"], n["2"], row["ohm"]))
    elif (
        kind in WIRES
        or (kind == "jumper" and part.name in state.jumpers)
        or ((kind in CONTACTS or kind == "field_contact") and part.name in state.closed)
    ):
        circuit.resistors.append((part.name, n["1"], n["2"], 0.01))
    elif kind in ("diode", "schottky"):
        circuit.diodes.append(Diode(part.name, n["1"], n["2"], row["vf"], row["ron"]))
    elif kind in ("tvs", "tvs712"):
        circuit.diodes.append(Diode(part.name, n["1"], n["2"], row["vbr"], 1.0))
        circuit.diodes.append(Diode(part.name + "'", n["2"], n["1"], row["vbr"], 1.0))
    elif kind == "opto":
        circuit.diodes.append(Diode(part.name, n["a"], n["k"], row["vf"], row["ron"]))
        opto_out(circuit, part, sinks)
    elif kind == "uln":
        uln(circuit, part, state)
    elif kind in ("amp", "follower"):
        circuit.amps.append(
            Amp(part.name, n["plus"], n["minus"], n["out"], rails.get(n["vp"], 0.0) - row["head_v"], rails.get(n["vn"], 0.0))
        )


def opto_out(circuit: Circuit, part: Part, sinks: dict[str, float]) -> None:
    """An optocoupler's transistor: no more than its light allows, no less than its saturation."""
    most = sinks.get(part.name, 0.0)
    if most > 1e-6:
        # A source of its most, and a diode from its emitter: what the pull-up does not give, the diode does.
        circuit.currents += [(part.nets["c"], -most), (part.nets["e"], most)]
        circuit.diodes.append(Diode(part.name + " saturated", part.nets["e"], part.nets["c"], -0.1, 1.0))


def uln(circuit: Circuit, part: Part, state: State) -> None:
    """One driver of a ULN2803A: its input's junctions, its output when they conduct, the diode to COM."""
    n = part.nets
    circuit.resistors += [
        (part.name + " in", n["in"], part.name + ".b", ULN_IN_OHM),
        (part.name + " bleed", part.name + ".b", n["gnd"], ULN_BLEED_OHM),
    ]
    circuit.diodes += [
        Diode(part.name, part.name + ".b", n["gnd"], ULN_IN_V, 100.0),
        Diode(part.name + " com", n["out"], n["com"], ULN_COM_V, 1.0),
    ]
    if part.name in state.closed:  # the caller looked at its input first
        circuit.diodes.append(Diode(part.name + " out", n["out"], n["gnd"], ULN_SAT_V, ULN_SAT_OHM))
