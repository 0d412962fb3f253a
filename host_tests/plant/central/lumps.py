"""Heat in a plant's water and rooms: bodies that are each mixed, joined by flows, exchangers and walls.

One implicit step solves all of them together, so that a step may be a second or ten minutes long, and every flux is booked
with the same temperatures on both sides: what is stored changes by what came in from outside, to rounding. Temperatures in
degC, flows in m3/h, conductances in W/K, powers in W, energies in J above 0 degC.
"""

from __future__ import annotations

import numpy as np

from ..well import WATER_WH_M3K


class Lumps:
    """`add` the bodies; then for each step: `begin`, say what moves and heats, `solve`."""

    def __init__(self):
        self.names: list[str] = []
        self.c_j_k: list[float] = []
        self.start_c: list[float] = []
        self.t = np.zeros(0)
        self.in_j = 0.0  # what came in from outside: feeds, heats, losses (negative)
        self.sums_j: dict[str, float] = {}  # of it what each kind of heat brought
        self.powers: dict[str, float] = {}
        self.n = 0

    def add(self, name: str, j_k: float, start_c: float) -> int:
        """A body with its heat capacity; returns its number."""
        if j_k <= 0.0 or name in self.names:
            raise ValueError(f"{name}: a heat capacity above 0 and a name of its own are wanted")
        self.names.append(name)
        self.c_j_k.append(j_k)
        self.start_c.append(start_c)
        return len(self.names) - 1

    def water(self, name: str, m3: float, start_c: float) -> int:
        """A body of water."""
        return self.add(name, m3 * 3600.0 * WATER_WH_M3K, start_c)

    def begin(self) -> None:
        """A new step: nothing moves, nothing heats."""
        n = len(self.names)
        if n != self.n:
            self.n = n
            self.c = np.array(self.c_j_k)
            self.t = np.concatenate([self.t, self.start_c[len(self.t):]])
        self.a = np.zeros((n, n))  # W/K: row of the body that gains
        self.b = [0.0] * n  # W from outside that do not depend on any temperature here
        self.out = [0.0] * n  # W/K to outside
        self.powers = {}

    def move(self, start: int, end: int, m3h: float) -> None:
        """Water goes from one body into the next."""
        w = m3h * WATER_WH_M3K
        self.a[start, start] -= w
        self.a[end, start] += w

    def feed(self, end: int, m3h: float, water_c: float) -> None:
        """Water comes from outside."""
        self.b[end] += m3h * WATER_WH_M3K * water_c

    def take(self, start: int, m3h: float) -> None:
        """Water leaves to outside with the temperature it has at the step's end."""
        self.out[start] += m3h * WATER_WH_M3K

    def cross(self, hot_in: int, hot_out: int, cold_in: int, cold_out: int, w_k: float) -> None:
        """An exchanger: w_k * (hot_in - cold_in) go from the body behind its hot side to that behind its cold side."""
        a = self.a
        a[hot_out, hot_in] -= w_k
        a[hot_out, cold_in] += w_k
        a[cold_out, hot_in] += w_k
        a[cold_out, cold_in] -= w_k

    def join(self, one: int, other: int, w_k: float) -> None:
        """Conduction between two bodies."""
        self.cross(one, one, other, other, w_k)

    def lose(self, body: int, w_k: float, outside_c: float) -> None:
        """Conduction to outside."""
        self.out[body] += w_k
        self.b[body] += w_k * outside_c

    def heat(self, body: int, w: float, kind: str) -> None:
        """A power from outside, booked under its kind."""
        self.b[body] += w
        self.powers[kind] = self.powers.get(kind, 0.0) + w

    def solve(self, dt_s: float) -> None:
        """The temperatures at the step's end."""
        held = self.c / dt_s
        b, out = np.array(self.b), np.array(self.out)
        matrix = np.diag(held + out) - self.a
        self.t = t = np.linalg.solve(matrix, held * self.t + b)
        self.in_j += float((b - out * t).sum()) * dt_s
        for kind, w in self.powers.items():
            self.sums_j[kind] = self.sums_j.get(kind, 0.0) + w * dt_s

    def stored_j(self) -> float:
        """Heat in all bodies above 0 degC."""
        if not len(self.t):
            return sum(c * t for c, t in zip(self.c_j_k, self.start_c))
        return float((np.array(self.c_j_k) * self.t).sum())
