"""Closed solutions the reference model is checked against, and the checks: `python -m reference.analytic`.

SI units, temperatures as differences to the undisturbed ground.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from scipy.integrate import quad
from scipy.special import erfc, exp1

from plant.well import WellParams

from . import ground

DAY = 86400.0
# A tall aquifer whose middle sees neither its top nor its bottom; no dispersion, the bore's screens merge into one.
TALL = WellParams(aquifer_from_m=30.0, aquifer_to_m=170.0, inject_from_m=30.0, inject_to_m=100.0, extract_from_m=100.0,
                  extract_to_m=170.0, dispersivity_m=0.0, riser_w_mk=0.0, bore_m=0.1)


def line_source(w_m: float, conductivity: float, rhoc: float, r_m: float, t_s: float) -> float:
    """Infinite line source (Carslaw and Jaeger 1959, 10.4): q/(4 pi lambda) E1(r^2 / 4 a t)."""
    return w_m / (4.0 * math.pi * conductivity) * float(exp1(r_m * r_m * rhoc / (4.0 * conductivity * t_s)))


def moving_line_source(w_m: float, conductivity: float, rhoc: float, speed: float, x_m: float, y_m: float,
                       t_s: float) -> float:
    """Infinite line source in a uniform flow along x (Sutton et al. 2003, Diao et al. 2004); `speed` of heat, m/s."""
    a = conductivity / rhoc

    def kernel(s: float) -> float:
        return math.exp(-((x_m - speed * s) ** 2 + y_m * y_m) / (4.0 * a * s)) / s

    r2 = x_m * x_m + y_m * y_m
    marks = [min(t_s, r2 / (4.0 * a) * f) for f in (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)]
    edges = sorted({1e-9 * t_s, *marks, t_s})
    return w_m / (4.0 * math.pi * conductivity) * sum(quad(kernel, a, b)[0] for a, b in zip(edges, edges[1:]))


def radial_front(flow_m3s: float, thick_m: float, p: WellParams, r_m: float, t_s: float) -> float:
    """Temperature of 1 K pressed into a fully screened aquifer, insulated above and below, by radial advection, dispersion
    and conduction (Gelhar and Collins 1971, the radial kin of Ogata and Banks 1961)."""
    a = flow_m3s * ground.RHOC_WATER / (2.0 * math.pi * thick_m * p.ground_j_m3k)
    front = math.sqrt(2.0 * a * t_s + p.bore_m**2)
    spread = 4.0 / 3.0 * p.dispersivity_m * front**3 + p.ground_w_mk / p.ground_j_m3k * front**4 / a
    return 0.5 * float(erfc((r_m**2 - front**2) / (2.0 * math.sqrt(spread))))


def lauwerier(flow_m3s: float, thick_m: float, p: WellParams, r_m: float, t_s: float) -> float:
    """The same with heat lost to the rock above and below (Lauwerier 1955, radial as in Gringarten and Sauty 1975)."""
    area = math.pi * r_m * r_m
    late = t_s - p.ground_j_m3k * thick_m * area / (ground.RHOC_WATER * flow_m3s)
    if late <= 0:
        return 0.0
    return float(erfc(math.sqrt(p.ground_w_mk * p.ground_j_m3k) * area / (ground.RHOC_WATER * flow_m3s * math.sqrt(late))))


class Pressed(ground.Model):
    """A well that only presses water of 1 K into the whole aquifer; it leaves over the outer edge."""

    def _screens(self) -> None:
        super()._screens()
        p = self.p
        both = self.press * (p.inject_to_m - p.inject_from_m) + self.draw * (p.extract_to_m - p.extract_from_m)
        self.press, self.draw = both / both.sum(), 0.0 * self.draw

    def _couple(self) -> None:
        pass

    def profile(self, t_s: float, steps: int) -> np.ndarray:
        """Temperature of every cell after `t_s`."""
        t, step = np.zeros(self.n), self.stepper(t_s / steps)
        for _ in range(steps):
            t, _ = step(t, -self.capacity_w_k)
        return t.reshape(self.mesh.shape)


def _heated(model: ground.Model, t_s: float, steps: int = 60) -> np.ndarray:
    """Temperatures per W/m after heating the whole bore; time steps grow with the time."""
    length = model.p.aquifer_to_m - model.p.aquifer_from_m
    along = (model.press + model.draw) / (model.press + model.draw).sum()
    t, now = np.zeros(model.n), 0.0
    model.press = along
    for n in range(6):
        until = t_s * 4.0 ** (n - 5)
        step = model.stepper((until - now) / (steps // 6))
        for _ in range(steps // 6):
            t, _ = step(t, -length)
        now = until
    return t.reshape(model.mesh.shape)


def _middle(model: ground.Model) -> int:
    return int(np.searchsorted(model.mesh.z, 0.5 * (model.p.aquifer_from_m + model.p.aquifer_to_m)))


def check_line_source(fine: float = 1.0) -> list[tuple[str, float, float]]:
    """(where, reference, closed) for pure conduction."""
    result = []
    for days in (30.0, 365.0):
        model = ground.Model(TALL, 0.0, 0.0, fine)
        t = _heated(model, days * DAY)[0, _middle(model)]
        for i in (int(np.searchsorted(model.mesh.r, r)) for r in (0.5, 2.0, 5.0)):
            r = float(model.faces.rc[i])
            result.append((f"line source, {days:.0f} d, r {r:.2f} m", float(t[i]),
                           line_source(1.0, TALL.ground_w_mk, TALL.ground_j_m3k, r, days * DAY)))
    return result


def check_moving_source(fine: float = 1.0, sectors: int = 12) -> list[tuple[str, float, float]]:
    """The same in a regional flow of 0.05 m/d: mean around a ring, and downstream."""
    regional, days, result = 0.05, 365.0, []
    model = ground.Model(TALL, 0.0, regional, fine, sectors)
    speed = regional / DAY * ground.RHOC_WATER / TALL.ground_j_m3k
    t = _heated(model, days * DAY)[:, _middle(model)]
    angles = 0.5 * (model.mesh.turns[1:] + model.mesh.turns[:-1])
    for r in (0.5, 2.0, 8.0):
        i = int(np.searchsorted(model.mesh.r, r))
        r = float(model.faces.rc[i])
        exact = [moving_line_source(1.0, TALL.ground_w_mk, TALL.ground_j_m3k, speed, r * math.cos(g), r * math.sin(g),
                                    days * DAY) for g in angles]
        result.append((f"moving source, ring of {r:.2f} m", float(t[:, i].mean()), sum(exact) / len(exact)))
        if r < 5:
            result.append((f"moving source, {r:.2f} m downstream", float(t[0, i]), exact[0]))
    return result


def check_radial(fine: float = 1.0) -> list[tuple[str, float, float]]:
    """Radial advection at 20 m3/h: head, front with dispersion, and loss to the rock."""
    flow, days = 20.0 / 3600.0, 90.0
    wide = dataclasses.replace(TALL, aquifer_from_m=30.0, aquifer_to_m=70.0, inject_from_m=30.0, inject_to_m=50.0,
                               extract_from_m=50.0, extract_to_m=70.0, dispersivity_m=0.5)
    model, result = Pressed(wide, flow, 0.0, fine), []
    thick = 40.0
    i, j = (int(np.searchsorted(model.mesh.r, r)) for r in (1.0, 50.0))
    head = model.head.reshape(model.mesh.shape)[0, _middle(model)]
    result.append(("Thiem, head between 1 and 50 m", float(head[i] - head[j]), flow * math.log(
        model.faces.rc[j] / model.faces.rc[i]) / (2.0 * math.pi * wide.k_m_s * thick)))
    t = model.profile(days * DAY, 180)[0, _middle(model)]
    front = float(np.interp(0.5, t[::-1], model.faces.rc[::-1]))
    a = flow * ground.RHOC_WATER / (2.0 * math.pi * thick * wide.ground_j_m3k)
    result.append(("radial front, m", front, math.sqrt(2.0 * a * days * DAY)))
    for r in (0.8 * front, 1.2 * front):
        result.append((f"radial advection with dispersion, r {r:.1f} m", float(np.interp(r, model.faces.rc, t)),
                       radial_front(flow, thick, wide, r, days * DAY)))
    thin = dataclasses.replace(wide, aquifer_to_m=34.0, inject_to_m=32.0, extract_from_m=32.0, extract_to_m=34.0,
                               dispersivity_m=0.0)
    model = Pressed(thin, flow, 0.0, fine)
    t = model.profile(days * DAY, 180)[0]
    rows = model._cells(thin.aquifer_from_m, thin.aquifer_to_m)
    t = t[rows].mean(axis=0)
    for r in (10.0, 20.0, 30.0):
        result.append((f"Lauwerier, r {r:.0f} m", float(np.interp(r, model.faces.rc, t)),
                       lauwerier(flow, 4.0, thin, r, days * DAY)))
    return result


def main() -> None:
    """Print every check on the grid of the tables."""
    for name, ours, exact in check_line_source(2.0) + check_moving_source(1.5, 8) + check_radial(2.0):
        print(f"{name:45s} reference {ours:9.5f}  closed {exact:9.5f}  {100.0 * (ours / exact - 1.0):+6.2f} %")


if __name__ == "__main__":
    main()
