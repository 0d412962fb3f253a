"""Finite volumes on (r, angle, z) around one well: Darcy flow, then heat by advection and conduction.

Temperatures are differences to the undisturbed ground (K), lengths in m, flows in m3/s, depths positive downwards. The
model is linear in temperature; water and ground have constant properties. With one sector it is axisymmetric; with more
it resolves the half circle downstream of the regional flow, which axisymmetry cannot carry. Equations: REFERENCE.md.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, diags
from scipy.sparse.linalg import splu

from plant.well import WellParams

from .mesh import Mesh, mesh

RHOC_WATER = 4.187e6  # J/(m3 K), as plant.well.WATER_WH_M3K
TIGHT_M_S = 1e-11  # casing, grout and the layers above and below the aquifer
OPEN_M_S = 1.0  # a screened bore carries water along itself without loss
GAMMA = 1.0 - math.sqrt(0.5)  # two-stage SDIRK, second order, L-stable (Alexander 1977)


class Faces:
    """All inner faces between neighbours `a` and `b`: geometry once, for flow and for heat."""

    def __init__(self, m: Mesh):
        nt, nz, nr = m.shape
        self.index = np.arange(nt * nz * nr).reshape(nt, nz, nr)
        self.dz, self.dr, self.dt = np.diff(m.z), np.diff(m.r), np.diff(m.turns)
        self.rc = 0.5 * (m.r[1:] + m.r[:-1])
        ring = 0.5 * (m.r[1:] ** 2 - m.r[:-1] ** 2)
        # Factor 2: each sector and its mirror image.
        self.area_z = 2.0 * self.dt[:, None] * ring[None, :]
        self.volume = self.area_z[:, None, :] * self.dz[None, :, None]
        self.m = m

    def conductances(self, k_r: np.ndarray, k_z: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """(a, b, conductance) for radial, vertical and tangential faces; harmonic between cells, logarithmic along r."""
        m, i = self.m, self.index
        inner = np.log(m.r[1:-1] / self.rc[:-1]) / k_r[:, :, :-1]
        outer = np.log(self.rc[1:] / m.r[1:-1]) / k_r[:, :, 1:]
        radial = 2.0 * self.dt[:, None, None] * self.dz[None, :, None] / (inner + outer)
        half = 0.5 * self.dz[None, :, None] / k_z
        vertical = self.area_z[:, None, :] / (half[:, :-1] + half[:, 1:])
        result = [(i[:, :, :-1], i[:, :, 1:], radial), (i[:, :-1], i[:, 1:], vertical)]
        if len(self.dt) > 1:
            span = self.rc * self.dt[0]
            around = 2.0 * self.dr * self.dz[None, :, None] / span * 0.5 * (k_r[:-1] + k_r[1:])
            result.append((i[:-1], i[1:], around))
        return [(a.ravel(), b.ravel(), np.broadcast_to(g, a.shape).ravel()) for a, b, g in result]

    def distances(self) -> list[np.ndarray]:
        """Metres between the centres at each face, in the order of `conductances`."""
        nt, nz, nr = self.m.shape
        zc = 0.5 * (self.m.z[1:] + self.m.z[:-1])
        found = [np.broadcast_to(np.diff(self.rc), (nt, nz, nr - 1)),
                 np.broadcast_to(np.diff(zc)[:, None], (nt, nz - 1, nr))]
        if nt > 1:
            found.append(np.broadcast_to(self.rc * self.dt[0], (nt - 1, nz, nr)))
        return [x.ravel() for x in found]


def _matrix(n: int, parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> csr_matrix:
    rows, cols, values = (np.concatenate([p[i] for p in parts]) for i in range(3))
    return coo_matrix((values, (rows, cols)), shape=(n, n)).tocsr()


def _laplace(n: int, faces, outer: tuple[np.ndarray, np.ndarray]) -> csr_matrix:
    parts = []
    for a, b, g in faces:
        parts += [(a, a, g), (b, b, g), (a, b, -g), (b, a, -g)]
    parts.append((outer[0], outer[0], outer[1]))
    return _matrix(n, parts)


class Model:
    """One well with its flow field. `flow_m3s` 0 is a standing well."""

    def __init__(self, p: WellParams, flow_m3s: float, regional_m_d: float = 0.0, fine: float = 1.0, sectors: int = 0):
        self.p, self.flow = p, flow_m3s
        self.mesh = mesh(p, fine, sectors or (8 if regional_m_d else 1))
        self.faces = Faces(self.mesh)
        self.n = self.faces.index.size
        self.capacity_w_k = RHOC_WATER * flow_m3s
        self._materials()
        self._screens()
        fluxes = self._well_fluxes() + self._regional(regional_m_d / 86400.0)
        self._heat(fluxes, regional_m_d / 86400.0)

    def _cells(self, top: float, bottom: float) -> np.ndarray:
        """Which rows lie between two depths."""
        zc = 0.5 * (self.mesh.z[1:] + self.mesh.z[:-1])
        return (zc > top) & (zc < bottom)

    def _materials(self) -> None:
        p, shape = self.p, self.mesh.shape
        aquifer = self._cells(p.aquifer_from_m, p.aquifer_to_m)
        self.k_r = np.full(shape, TIGHT_M_S)
        self.k_z = np.full(shape, TIGHT_M_S)
        self.k_r[:, aquifer], self.k_z[:, aquifer] = p.k_m_s, p.k_m_s / p.anisotropy
        self.conductivity = np.full(shape, p.ground_w_mk)
        self.rhoc = np.full(shape, p.ground_j_m3k)
        # The bore itself: open at the screens, sealed (or filled with particles) between, cased above.
        bed = self._cells(p.inject_to_m, p.extract_from_m)
        for k in (self.k_r, self.k_z):
            k[:, :, 0] = TIGHT_M_S
            k[:, bed, 0] = max(TIGHT_M_S, p.bed_m_s)
        for top, bottom in ((p.inject_from_m, p.inject_to_m), (p.extract_from_m, p.extract_to_m)):
            rows = self._cells(top, bottom)
            self.k_r[:, rows, 0] = self.k_z[:, rows, 0] = OPEN_M_S
            self.rhoc[:, rows, 0] = RHOC_WATER
        self.capacity = (self.rhoc * self.faces.volume).ravel()

    def _screens(self) -> None:
        """Shares of the flow per cell: pressed in, and drawn off."""
        self.press, self.draw = np.zeros(self.n), np.zeros(self.n)
        p, f = self.p, self.faces
        for share, top, bottom in ((self.press, p.inject_from_m, p.inject_to_m),
                                   (self.draw, p.extract_from_m, p.extract_to_m)):
            rows = self._cells(top, bottom)
            share[f.index[:, rows, 0].ravel()] = f.volume[:, rows, 0].ravel() / f.volume[:, rows, 0].sum()
        # Between the zones the riser's water exchanges heat with the ground around the seal.
        bed = self._cells(p.inject_to_m, p.extract_from_m)
        self.riser = np.zeros(self.n)
        cells = f.index[:, bed, 1].ravel()
        length = (f.dz[bed][None, :] * f.dt[:, None] / math.pi).ravel()
        self.riser[cells] = p.riser_w_mk * length

    def _outer(self, k: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        f, m = self.faces, self.mesh
        g = 2.0 * f.dt[:, None] * f.dz[None, :] * k[:, :, -1] / math.log(m.r[-1] / f.rc[-1])
        return f.index[:, :, -1].ravel(), g.ravel()

    def _well_fluxes(self) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Volume flux a -> b through every face, from the head of the pumped and refilled well."""
        faces = self.faces.conductances(self.k_r, self.k_z)
        if not self.flow:
            self.head = np.zeros(self.n)
            return [(a, b, np.zeros(len(a))) for a, b, _ in faces]
        scale = self.p.k_m_s
        cells, outer = self._outer(self.k_r)
        matrix = _laplace(self.n, [(a, b, g / scale) for a, b, g in faces], (cells, outer / scale))
        lu = splu(matrix.tocsc())
        rhs = self.flow * (self.press - self.draw) / scale
        head = lu.solve(rhs)
        head += lu.solve(rhs - matrix @ head)
        self.head = head
        return [(a, b, g * (head[a] - head[b])) for a, b, g in faces]

    def injection_rise_m(self) -> float:
        """Head in the reinjection screen over the undisturbed one, no well losses."""
        return float(self.press @ self.head)

    def drawdown_m(self) -> float:
        """Head lost at the extraction screen, no well losses."""
        return float(-self.draw @ self.head)

    def _regional(self, speed: float) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """A uniform flow of `speed` m/s through the aquifer along angle 0; its discrete divergence is exactly zero."""
        if not speed:
            return []
        f, m, i = self.faces, self.mesh, self.faces.index
        rows = self._cells(self.p.aquifer_from_m, self.p.aquifer_to_m).astype(float)
        dz = 2.0 * f.dz * rows
        sine = np.sin(m.turns)
        radial = speed * dz[None, :, None] * m.r[None, None, 1:-1] * np.diff(sine)[:, None, None]
        around = -speed * sine[1:-1, None, None] * dz[None, :, None] * f.dr[None, None, :]
        self.leaving = (speed * dz[None, :] * m.r[-1] * np.diff(sine)[:, None]).ravel()
        return [(i[:, :, :-1].ravel(), i[:, :, 1:].ravel(), radial.ravel()), (i[:-1].ravel(), i[1:].ravel(), around.ravel())]

    def _heat(self, fluxes, speed: float) -> None:
        """Heat out of every cell, W/K: exponential weighting (exact for one-dimensional steady transport) on each face."""
        conduct = self.faces.conductances(self.conductivity, self.conductivity)
        totals = [g for _, _, g in conduct]
        q = [np.zeros(len(a)) for a, _, _ in conduct]
        for k, (_, _, flux) in enumerate(fluxes):
            q[k if k < len(conduct) else (0 if k == len(conduct) else 2)] += flux
        parts, f = [], self.faces
        for (a, b, _), g, flux, apart in zip(conduct, totals, q, f.distances()):
            w = RHOC_WATER * flux
            g = g + self.p.dispersivity_m * np.abs(w) / apart
            pe = w / g
            small = np.abs(pe) < 1e-6
            b_plus = np.where(small, 1.0 - 0.5 * pe, pe / np.expm1(np.where(small, 1.0, np.clip(pe, -500.0, 500.0))))
            there, back = g * (b_plus + pe), g * b_plus  # heat a -> b is there * T_a - back * T_b
            parts += [(a, a, there), (a, b, -back), (b, a, -there), (b, b, back)]
        cells, g = self._outer(self.conductivity)
        edge = [(cells, g)]
        if speed:
            edge.append((cells, RHOC_WATER * np.maximum(self.leaving, 0.0)))
            # What enters from outside is undisturbed: zero.
        top = f.index[:, 0].ravel()
        edge.append((top, (f.area_z * 2.0 * self.p.ground_w_mk / f.dz[0]).ravel()))
        bottom = f.index[:, -1].ravel()
        edge.append((bottom, (f.area_z * 2.0 * self.p.ground_w_mk / f.dz[-1]).ravel()))
        self.edge = np.zeros(self.n)
        for cells, g in edge:
            np.add.at(self.edge, cells, g)
        every = np.arange(self.n)
        parts.append((every, every, self.edge))
        self.loss = _matrix(self.n, parts)
        if self.flow:
            self._couple()

    def _couple(self) -> None:
        """Water drawn off, warmed or cooled past the seal, loaded, and pressed back: linear in the temperatures."""
        w = self.capacity_w_k
        total = self.riser.sum()
        # Riser: u = e - sum G_i (e - T_i) / W, with e the mixture at the screen.
        self.riser_mix = self.draw * (1.0 - total / w) + self.riser / w
        draw, press, riser = csr_matrix(self.draw), csr_matrix(self.press), csr_matrix(self.riser)
        # Heat out of the cells: drawn off with the water; to the riser; and, negative, what is pressed in.
        self.loss = self.loss + diags(w * self.draw) + diags(self.riser) - riser.T @ draw
        self.loss = self.loss - w * (press.T @ csr_matrix(self.riser_mix))

    def supply(self, t: np.ndarray, load_w: float) -> float:
        """Temperature at the wellhead: the riser's, less what crosses over to the falling water."""
        eps = min(0.9, casing_share(self.p, self.flow * 3600.0))
        return float(self.riser_mix @ t - eps / (1.0 - eps) * load_w / self.capacity_w_k)

    def stepper(self, dt_s: float):
        """A step of `dt_s` from temperatures and load: factorised once."""
        # Diagonally dominant: no pivoting, an ordering for symmetric patterns; half the fill.
        lu = splu((diags(self.capacity) + GAMMA * dt_s * self.loss).tocsc(), permc_spec="MMD_AT_PLUS_A",
                  diag_pivot_thresh=0.01, options={"SymmetricMode": True})
        mass = self.capacity

        def step(t: np.ndarray, load_w: float) -> tuple[np.ndarray, float]:
            """New temperatures, and heat that came in over the outer boundary (J)."""
            b = -load_w * self.press
            one = lu.solve(mass * t + GAMMA * dt_s * b)
            two = lu.solve(mass * t + (1.0 - GAMMA) * dt_s * (b - self.loss @ one) + GAMMA * dt_s * b)
            gained = -dt_s * float(self.edge @ ((1.0 - GAMMA) * one + GAMMA * two))
            return two, gained

        return step


def casing_share(p: WellParams, flow_m3h: float) -> float:
    """Share of the difference between lifted and returned water that crosses from pipe to pipe in the upper part of the
    well: counterflow of equal capacities, NTU/(1 + NTU), with `short_circuit` the share at nominal flow."""
    ntu = p.short_circuit / (1.0 - p.short_circuit) * p.nominal_m3h / flow_m3h
    return ntu / (1.0 + ntu)


def response(model: Model, times_s: list[float], load_w: float = 1000.0, steps: int = 8) -> tuple[list[float], float]:
    """Supply temperature drop (K) at `times_s` under a constant load, and the share of energy that does not close.

    Each interval between two times is cut into `steps`.
    """
    t = np.zeros(model.n)
    now = gained = 0.0
    result = []
    for target in times_s:
        step = model.stepper((target - now) / steps)
        for _ in range(steps):
            t, g = step(t, load_w)
            gained += g
        now = target
        result.append(-model.supply(t, load_w))
    stored = float(model.capacity @ t)
    return result, abs(stored - gained + load_w * now) / (load_w * now)
