"""Flows and pressures of a network of pipes, valves and pumps in the steady state, by Newton's method.

The gradient method of E. Todini and S. Pilati (1988), which EPANET uses too: heads and flows together, so that one linear
system with as many rows as there are free nodes gives each step. Flows in m3/h, pressures in kPa gauge. A link's law is
p_from - p_to = r1 q + r2 q |q| - lift. Pipes: Darcy-Weisbach with friction 64/Re + 1/(2 log10(3.71 d/k))^2 (Nikuradse's
rough pipe and Hagen-Poiseuille, the law pandapipes has by default). What the solver says is compared with pandapipes in
host_tests/netbench.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

RHO_KG_M3 = 999.7  # water at 10 degC
MU_PA_S = 1.307e-3
ROUGH_M = 1e-4  # steel and polyethylene after some years
M_TO_KPA = 9.81
TIGHT_KPA_M3H = 1e7  # resistance of what is shut: a flow no meter sees, but every node keeps a pressure
SMALL_KPA_M3H = 1e-4  # least slope of a link's law, for a link at rest
STILL_M3H = 1e-3
RANGE_OF_VALVE = 50.0  # equal-percentage valves: flow at full opening over the smallest controllable flow


class NetworkError(Exception):
    """A network that cannot be built or has no steady state; the message says which part."""


@dataclass(frozen=True)
class Link:
    """One pipe, valve or pump as built; `kind` is "duct" or "pump"."""

    name: str
    start: int
    end: int
    kind: str
    length_m: float = 0.0
    diameter_m: float = 0.1
    zeta: float = 0.0
    shutoff_kpa: float = 0.0
    slope_kpa_m3h: float = 0.0
    curve_kpa_m3h2: float = 0.0
    one_way: bool = False


def velocity_m_s(m3h: float, diameter_m: float) -> float:
    """Mean velocity of a flow in a pipe."""
    return m3h / 3600.0 / (math.pi * diameter_m**2 / 4.0)


def friction(length_m: float, diameter_m: float) -> tuple[float, float]:
    """(kPa per m3/h, kPa per (m3/h)^2) of a straight pipe."""
    v = velocity_m_s(1.0, diameter_m)
    rough = 1.0 / (2.0 * math.log10(3.71 * diameter_m / ROUGH_M)) ** 2
    return (32.0 * MU_PA_S * length_m * v / diameter_m**2 / 1000.0,
            rough * length_m / diameter_m * 0.5 * RHO_KG_M3 * v * v / 1000.0)


def local(zeta: float, diameter_m: float) -> float:
    """kPa per (m3/h)^2 of bends, valves and apparatus with this loss coefficient."""
    v = velocity_m_s(1.0, diameter_m)
    return zeta * 0.5 * RHO_KG_M3 * v * v / 1000.0


def zeta_of(kpa: float, m3h: float, diameter_m: float) -> float:
    """Loss coefficient of an apparatus that takes `kpa` at `m3h`."""
    return kpa / (local(1.0, diameter_m) * m3h * m3h)


def throttled(opening: float) -> float:
    """Factor on a control valve's loss coefficient, equal-percentage: 1 open; infinity from 0 on down."""
    if opening <= 0.0:
        return math.inf
    return RANGE_OF_VALVE ** (2.0 * (1.0 - min(1.0, opening)))


class Network:
    """Nodes and links by name. `r1`, `r2`, `lift` and `shut` may be changed before each `solve`.

    Every part that hangs together needs one node whose pressure is kept (`keep`), as a plant's expansion vessel does.
    """

    def __init__(self):
        self.nodes: dict[str, int] = {}
        self.links: list[Link] = []
        self.places: dict[str, int] = {}
        self.kept: dict[int, float] = {}
        self.drawn: dict[int, float] = {}  # m3/h that leave at a node
        self.q = np.zeros(0)
        self.p = np.zeros(0)
        self.rounds = 0  # Newton steps of the last solve
        self.built = False

    def node(self, name: str) -> int:
        """The number of a node, made when it is new."""
        return self.nodes.setdefault(name, len(self.nodes))

    def _add(self, link: Link) -> int:
        if link.name in self.places:
            raise NetworkError(f"two links are named {link.name}")
        self.places[link.name] = len(self.links)
        self.links.append(link)
        self.built = False
        return len(self.links) - 1

    def duct(self, name: str, start: str, end: str, diameter_m: float, length_m: float = 0.0, zeta: float = 0.0,
             one_way: bool = False) -> int:
        """A pipe with what is built into it. `one_way`: with a non-return valve. Returns the link's number."""
        if diameter_m <= 0.0 or length_m < 0.0 or zeta < 0.0 or length_m + zeta <= 0.0:
            raise NetworkError(f"{name}: a diameter above 0 and a length or loss coefficient above 0 are wanted")
        return self._add(Link(name, self.node(start), self.node(end), "duct", length_m, diameter_m, zeta, one_way=one_way))

    def pump(self, name: str, start: str, end: str, shutoff_kpa: float, curve_kpa_m3h2: float,
             slope_kpa_m3h: float = 0.0) -> int:
        """A pump with its non-return valve: lift = shutoff - slope q - curve q^2 at full speed."""
        if shutoff_kpa <= 0.0 or curve_kpa_m3h2 <= 0.0 or slope_kpa_m3h < 0.0:
            raise NetworkError(f"{name}: shut-off pressure and curve of a pump are above 0")
        return self._add(Link(name, self.node(start), self.node(end), "pump", shutoff_kpa=shutoff_kpa,
                              slope_kpa_m3h=slope_kpa_m3h, curve_kpa_m3h2=curve_kpa_m3h2, one_way=True))

    def keep(self, node: str, kpa: float) -> None:
        """A node that has this pressure whatever happens."""
        self.kept[self.node(node)] = kpa

    def draw(self, node: str, m3h: float) -> None:
        """Water that leaves the network at a node (negative: comes in); the kept node makes it up."""
        self.drawn[self.node(node)] = m3h

    def run(self, number: int, speed: float) -> None:
        """A pump's speed, 0 to 1 (affinity laws); at 0 it stands, and water may push through it."""
        link = self.links[number]
        if not self.built:
            self._build()
        self.lift[number] = link.shutoff_kpa * speed * speed
        self.r1[number] = link.slope_kpa_m3h * speed

    def open(self, number: int, opening: float, linear: bool = False) -> None:
        """A valve's opening, 0 shut to 1; the link's loss coefficient is that of the open valve. Control valves are
        equal-percentage, what only opens and shuts is nearly linear.
        """
        link = self.links[number]
        if not self.built:
            self._build()
        factor = min(1.0, opening) ** -2 if linear and opening > 0.0 else throttled(opening)
        self.shut[number] = factor == math.inf
        if factor < math.inf:
            self.r2[number] = friction(link.length_m, link.diameter_m)[1] + local(link.zeta * factor, link.diameter_m)

    def _build(self) -> None:
        """Arrays from what was put together."""
        n, m = len(self.nodes), len(self.links)
        self.built = True
        self.r1, self.r2, self.lift = np.zeros(m), np.zeros(m), np.zeros(m)
        self.shut = np.zeros(m, dtype=bool)
        self.one_way = np.array([link.one_way for link in self.links])
        incidence = np.zeros((m, n))
        for i, link in enumerate(self.links):
            incidence[i, link.start], incidence[i, link.end] = 1.0, -1.0
            if link.kind == "duct":
                laminar, rough = friction(link.length_m, link.diameter_m)
                self.r1[i], self.r2[i] = laminar, rough + local(link.zeta, link.diameter_m)
            else:
                self.r2[i], self.lift[i], self.r1[i] = link.curve_kpa_m3h2, link.shutoff_kpa, link.slope_kpa_m3h
        self.free = np.array([i for i in range(n) if i not in self.kept], dtype=int)
        self.fast = incidence[:, self.free]
        self.fixed = incidence[:, sorted(self.kept)]
        self.q, self.p = np.ones(m), np.zeros(n)
        self._reachable()

    def _reachable(self) -> None:
        """NetworkError for nodes that no kept node can reach, whatever is open."""
        reached = set(self.kept)
        while True:
            near = {end for link in self.links for end in (link.start, link.end)
                    if link.start in reached or link.end in reached} - reached
            if not near:
                break
            reached |= near
        names = [name for name, i in self.nodes.items() if i not in reached]
        if names:
            raise NetworkError(f"nothing keeps the pressure of {', '.join(names)}: give one node of that part to keep()")

    def solve(self) -> None:
        """The steady state, into `q` (m3/h by link) and `p` (kPa by node)."""
        if not self.built:
            self._build()
        kept_p = np.array([self.kept[i] for i in sorted(self.kept)])
        outside = self.fixed @ kept_p
        drawn = np.zeros(len(self.nodes))
        for i, m3h in self.drawn.items():
            drawn[i] = m3h
        drawn = drawn[self.free]
        blocked = self.shut.copy()
        q = np.where(blocked, 0.0, np.where(np.abs(self.q) < 1e-3, 0.5, self.q))
        for self.rounds in range(1, 201):
            q, p, step = self._newton(q, blocked, outside, drawn)
            size = 1.0 + np.abs(q).max()
            if step > 0.01 * size:
                continue  # valves are judged by flows that have come to rest
            turned = self._turned(q, p, outside, blocked, one=self.rounds > 30)
            if turned.any():
                blocked ^= turned
                q = np.where(turned & ~blocked, 0.5, np.where(blocked, 0.0, q))
            elif step < 1e-7 * size:
                break
        else:
            worst = self.links[int(np.argmax(np.abs(q - self.q)))].name
            raise NetworkError(f"no steady state after {self.rounds} steps; the last to move was {worst}")
        self.q = np.where(blocked | (np.abs(q) < STILL_M3H), 0.0, q)
        self.p[self.free] = p
        for i, kpa in self.kept.items():
            self.p[i] = kpa

    def _newton(self, q, blocked, outside, drawn):
        """One step: (flows, free pressures, largest change of a flow)."""
        size = np.abs(q)
        slope = np.maximum(self.r1 + 2.0 * self.r2 * size, SMALL_KPA_M3H)
        law = self.r1 * q + self.r2 * q * size - self.lift
        slope = np.where(blocked, TIGHT_KPA_M3H, slope)
        law = np.where(blocked, TIGHT_KPA_M3H * q, law)
        conductance = 1.0 / slope
        fixed_part = q + (outside - law) * conductance
        matrix = self.fast.T @ (conductance[:, None] * self.fast)
        p = np.linalg.solve(matrix, -drawn - self.fast.T @ fixed_part)
        new = fixed_part + conductance * (self.fast @ p)
        return new, p, np.abs(np.where(blocked, 0.0, new - q)).max()

    def _turned(self, q, p, outside, blocked, one: bool):
        """Non-return valves that stand wrong: open against their flow, or shut against a pressure that would open them.
        `one`: only the worst of them, where several disturb each other.
        """
        push = self.fast @ p + outside + self.lift
        wrong = np.where(blocked, push > 1e-6, q < -1e-6) & self.one_way & ~self.shut
        if one and wrong.any():
            worst = int(np.argmax(np.where(wrong, np.where(blocked, push, -q), -1.0)))
            wrong = np.arange(len(q)) == worst
        return wrong

    def flow(self, name: str) -> float:
        """m3/h in a link, by its name."""
        return float(self.q[self.places[name]])

    def kpa(self, node: str) -> float:
        """Pressure of a node."""
        return float(self.p[self.nodes[node]])

    def residual(self) -> float:
        """Largest imbalance of a free node in the last solution, m3/h."""
        drawn = np.zeros(len(self.nodes))
        for i, m3h in self.drawn.items():
            drawn[i] = m3h
        return float(np.abs(self.fast.T @ self.q + drawn[self.free]).max()) if len(self.free) else 0.0
