"""Direct currents of a small circuit: nodal analysis with diodes and amplifiers that are on, off, or at their rail.

SPICE would do it too, but as a system package of its own (ngspice) that `make test` must not need; a channel has a dozen
nodes, and each part is a straight line in each of its states: numpy's linear solver and a search over the states are all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

GMIN = 1e-9  # siemens from each node to ground: an open node has a voltage too
GAIN = 1e5  # of an amplifier, open loop
ROUNDS = 200


class NoSolution(Exception):
    """The states of diodes and amplifiers found no end."""


@dataclass
class Diode:
    """Conducts from a to k beyond vf."""

    name: str
    a: str
    k: str
    vf: float
    ron: float
    on: bool = False


@dataclass
class Amp:
    """An amplifier between two rails: linear (state 0), at the upper (1) or the lower one (-1)."""

    name: str
    plus: str
    minus: str
    out: str
    high_v: float
    low_v: float
    state: int = 0


@dataclass
class Circuit:
    """What is solved: fixed voltages, resistors, diodes, amplifiers, and currents into a node."""

    fixed: dict[str, float]
    resistors: list[tuple[str, str, str, float]] = field(default_factory=list)
    diodes: list[Diode] = field(default_factory=list)
    amps: list[Amp] = field(default_factory=list)
    currents: list[tuple[str, float]] = field(default_factory=list)
    v: dict[str, float] = field(default_factory=dict)
    amp_a: dict[str, float] = field(default_factory=dict)  # out of each amplifier

    def solve(self) -> dict[str, float]:
        """Voltages of all nodes."""
        for _ in range(ROUNDS):
            self.v = self.linear()
            if not self.changed():
                return self.v
        raise NoSolution(f"no steady state among {len(self.diodes)} diodes and {len(self.amps)} amplifiers")

    def linear(self) -> dict[str, float]:
        """One linear solution with the states as they are."""
        names = {n for _, a, b, _ in self.resistors for n in (a, b)} | {n for d in self.diodes for n in (d.a, d.k)}
        names |= {n for a in self.amps for n in (a.plus, a.minus, a.out)} | {n for n, _ in self.currents} | set(self.fixed)
        index = {name: i for i, name in enumerate(sorted(names))}
        n = len(index)
        m = np.zeros((n + len(self.amps), n + len(self.amps)))
        rhs = np.zeros(n + len(self.amps))
        np.fill_diagonal(m[:n, :n], GMIN)

        def conduct(a: str, b: str, siemens: float, source_v: float = 0.0) -> None:
            i, j = index[a], index[b]
            m[i, i] += siemens
            m[j, j] += siemens
            m[i, j] -= siemens
            m[j, i] -= siemens
            rhs[i] += siemens * source_v
            rhs[j] -= siemens * source_v

        for _, a, b, ohm in self.resistors:
            conduct(a, b, 1.0 / ohm)
        for d in self.diodes:
            if d.on:
                conduct(d.a, d.k, 1.0 / d.ron, d.vf)
        for name, amperes in self.currents:
            rhs[index[name]] += amperes
        for i, amp in enumerate(self.amps):
            m[index[amp.out], n + i] += 1.0
            if amp.state:
                m[n + i, index[amp.out]] = 1.0
                rhs[n + i] = amp.high_v if amp.state > 0 else amp.low_v
            else:
                m[n + i, index[amp.plus]] += 1.0
                m[n + i, index[amp.minus]] -= 1.0
                m[n + i, index[amp.out]] -= 1.0 / GAIN
        for name, volts in self.fixed.items():
            i = index[name]
            m[i, :] = 0.0
            m[i, i] = 1.0
            rhs[i] = volts
        found = np.linalg.solve(m, rhs)
        self.amp_a = {amp.name: -float(found[n + i]) for i, amp in enumerate(self.amps)}
        return {name: float(found[i]) for name, i in index.items()}

    def changed(self) -> bool:
        """Turn the one state over that is most wrong; False when none is."""
        worst, turn = 1e-6, None
        for d in self.diodes:
            beyond = self.v[d.a] - self.v[d.k] - d.vf
            if abs(beyond) > worst and (beyond > 0) != d.on:
                worst, turn = abs(beyond), d
        for amp in self.amps:
            out, error = self.v[amp.out], self.v[amp.plus] - self.v[amp.minus]
            wrong = max(out - amp.high_v, amp.low_v - out) if amp.state == 0 else -error * amp.state
            if wrong > worst:
                worst, turn = wrong, amp
        if isinstance(turn, Diode):
            turn.on = not turn.on
        elif isinstance(turn, Amp):
            turn.state = 0 if turn.state else (1 if self.v[turn.out] > turn.high_v else -1)
        return turn is not None

    def amperes(self, name: str) -> float:
        """The current of a resistor or diode, from its first end to its second."""
        for other, a, b, ohm in self.resistors:
            if other == name:
                return (self.v[a] - self.v[b]) / ohm
        for d in self.diodes:
            if d.name == name:
                return (self.v[d.a] - self.v[d.k] - d.vf) / d.ron if d.on else 0.0
        raise KeyError(name)
