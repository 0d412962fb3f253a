"""`python -m reference.fit`: fits the fast network of plant/ground to the tables and writes networks.json.

It goes on from the fit that is there; remove networks.json to begin afresh.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from scipy.linalg import expm
from scipy.optimize import least_squares

from . import ground, tables

CELLS, TUBES, SHELLS = 4, 5, 5
SHARES = (0.15, 0.2, 0.25, 0.2, 0.2)
BED_SHARES = (0.05, 0.15, 0.2, 0.3, 0.3)  # the first tube is the bed of particles: some 5 % of the flow
NETWORKS = tables.PLACE.with_name("networks.json")
DAY = 86400.0


def shares(p) -> tuple[float, ...]:
    """How the flow is divided among the tubes."""
    return BED_SHARES if p.bed_m_s else SHARES


def unpack(x: np.ndarray, p) -> dict:
    """Parameters from logarithms."""
    v = list(np.exp(x))
    cell = v[:TUBES]
    side = v[TUBES:2 * TUBES - 1]
    c0, growth, g0, fall, far = v[2 * TUBES - 1:2 * TUBES + 4]
    at = 2 * TUBES + 4
    tube_md = v[at:at + TUBES]
    shell_md, shell_growth, power = v[at + TUBES:at + TUBES + 3]
    return {
        "cells": CELLS, "share": list(shares(p)), "cell_j_k": cell, "side_w_k": side,
        "shell_j_k": [c0 * growth**j for j in range(SHELLS)],
        "shell_w_k": [g0 * fall**j for j in range(SHELLS)] + [far],
        "tube_w_k_md": tube_md, "shell_w_k_md": [shell_md * shell_growth**j for j in range(SHELLS)],
        "regional_power": power,
    }


def system(fit: dict, capacity_w_k: float, regional: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(A, b, c): dT/dt = A T + b P for a load P with the lifted water fed back; mixture out = c T."""
    n, k = fit["cells"], len(fit["share"])
    size = k * n + len(fit["shell_j_k"])
    swept = regional ** fit["regional_power"] if regional else 0.0
    a = np.zeros((size, size))
    heat = np.array([c for c in fit["cell_j_k"] for _ in range(n)] + fit["shell_j_k"])

    def link(i: int, j: int, g: float) -> None:
        a[i, i] -= g
        a[i, j] += g
        a[j, j] -= g
        a[j, i] += g

    out = np.zeros(size)
    for t in range(k):
        for i in range(n):
            cell = t * n + i
            a[cell, cell] -= fit["tube_w_k_md"][t] * swept / n
            if t + 1 < k:
                link(cell, cell + n, fit["side_w_k"][t])
            else:
                link(cell, k * n, fit["shell_w_k"][0] / n)
            w = capacity_w_k * fit["share"][t]
            a[cell, cell] -= w
            if i:
                a[cell, cell - 1] += w
        out[t * n + n - 1] = fit["share"][t]
    for j in range(len(fit["shell_j_k"])):
        cell = k * n + j
        a[cell, cell] -= fit["shell_w_k_md"][j] * swept
        if cell + 1 < size:
            link(cell, cell + 1, fit["shell_w_k"][j + 1])
        else:
            a[cell, cell] -= fit["shell_w_k"][-1]
    b = np.zeros(size)
    for t in range(k):
        a[t * n] += capacity_w_k * fit["share"][t] * out
        b[t * n] = -fit["share"][t]
    return a / heat[:, None], b / heat, out


def steps(fit: dict, p, flow_m3h: float, regional: float, times: np.ndarray) -> np.ndarray:
    """Supply drop per kW of a constant load, without the bore's own seconds."""
    w = ground.RHOC_WATER * flow_m3h / 3600.0
    a, b, c = system(fit, w, regional)
    try:
        values, vectors = np.linalg.eig(a)
        weight = (c @ vectors) * np.linalg.solve(vectors, 1000.0 * b.astype(complex))
    except np.linalg.LinAlgError:  # a trial of the fit gone astray
        return np.full(len(times), np.nan)
    z = values[None, :].astype(complex) * times[:, None]
    z.real[z.real > 300.0] = 300.0  # a trial of the fit may be unstable
    grown = np.where(np.abs(z) < 1e-9, times[:, None], np.expm1(z) / np.where(values == 0, 1.0, values)[None, :])
    eps = ground.casing_share(p, flow_m3h)
    return -np.real(grown @ weight) + eps / (1.0 - eps) * 1000.0 / w


def seasons(fit: dict, p, regional: float) -> np.ndarray:
    """As tables.winters."""
    w = ground.RHOC_WATER * p.nominal_m3h / 3600.0
    on, b, c = system(fit, w, regional)
    off, _, _ = system(fit, 0.0, regional)
    size = len(b)
    big = np.zeros((size + 1, size + 1))
    big[:size, :size], big[:size, size] = on, 1000.0 * b
    if not np.isfinite(big).all():
        return np.full(tables.YEARS, np.nan)
    winter = expm(big * tables.WINTER_D * DAY)
    summer = expm(off * (365 - tables.WINTER_D) * DAY)
    eps = ground.casing_share(p, p.nominal_m3h)
    t, drops = np.zeros(size), []
    for _ in range(tables.YEARS):
        t = (winter @ np.append(t, 1.0))[:size]
        drops.append(-(c @ t) + eps / (1.0 - eps) * 1000.0 / w)
        t = summer @ t
    return np.array(drops)


def residuals(x: np.ndarray, p, table: dict, times: np.ndarray) -> np.ndarray:
    """Relative errors, softened below a fiftieth of a kelvin at full load."""
    fit = unpack(x, p)
    floor = 0.02 / (p.nominal_m3h * 4.0)
    found = []
    for row in table["steps"]:
        want = np.array(row["drop_k_per_kw"])
        found.append((steps(fit, p, row["flow_m3h"], row["regional_m_d"], times) - want) / (np.abs(want) + floor))
    for row in table["winters"]:
        want = np.array(row["drop_k_per_kw"])
        ours = seasons(fit, p, row["regional_m_d"])
        found.append(2.0 * (ours - want) / (np.abs(want) + floor))
        drift = want[-1] - want[0]
        found.append([4.0 * (ours[-1] - ours[0] - drift) / (abs(drift) + 0.1 * abs(want[-1]) + floor)])
    found.append(0.005 * (x - np.clip(x, -20.0, 40.0)))
    return np.nan_to_num(np.concatenate(found), nan=1e3, posinf=1e3, neginf=-1e3)


def packed(fit: dict) -> np.ndarray:
    """The other way round: logarithms of an earlier fit, to go on from."""
    shell, link, far = fit["shell_j_k"], fit["shell_w_k"], fit["shell_w_k_md"]
    return np.log([*fit["cell_j_k"], *fit["side_w_k"], shell[0], shell[1] / shell[0], link[0], link[1] / link[0], link[-1],
                   *fit["tube_w_k_md"], far[0], far[1] / far[0], fit["regional_power"]])


def start(p, first: dict | None) -> np.ndarray:
    """A guess from the volume between the screens, or from the fit of the house's well, scaled."""
    apart = p.extract_from_m - p.inject_to_m
    if first is not None:
        house = tables.WELLS["house"]
        size = apart / (house.extract_from_m - house.inject_to_m)
        metre = p.ground_w_mk / house.ground_w_mk * size
        cells = [c * size**3 * f / h for c, f, h in zip(first["cell_j_k"], shares(p), SHARES)]
        sides = [g * metre for g in first["side_w_k"]]
        if p.bed_m_s:
            cells[0] = 2.0 * np.pi * p.bore_m**2 * apart * p.ground_j_m3k / CELLS
            sides[0] = 10.0 * p.ground_w_mk * apart / CELLS
        return np.log([*cells, *sides,
                       first["shell_j_k"][0] * size**3, first["shell_j_k"][1] / first["shell_j_k"][0],
                       first["shell_w_k"][0] * metre, first["shell_w_k"][1] / first["shell_w_k"][0],
                       first["shell_w_k"][-1] * metre, *(g * size**2 for g in first["tube_w_k_md"]),
                       first["shell_w_k_md"][0] * size**2, first["shell_w_k_md"][1] / first["shell_w_k_md"][0],
                       first["regional_power"]])
    near = 4.0 * apart**3 * p.ground_j_m3k / CELLS
    metre = p.ground_w_mk * apart
    return np.log([*(near * f * 3.0**k for k, f in enumerate(SHARES)), *([2.0 * metre] * (TUBES - 1)),
                   near * 60.0, 2.0, 60.0 * metre, 1.2, 60.0 * metre,
                   *(30.0 * apart**2 * 3.0**k for k in range(TUBES)), 3000.0 * apart**2, 1.5, 1.0])


def main(names: list[str]) -> None:
    """Fit the named wells (default: all) and print the largest errors."""
    data = json.loads(tables.PLACE.read_text())
    times = np.array(data["times_s"])
    found = json.loads(NETWORKS.read_text()) if NETWORKS.exists() else {"wells": {}}
    for name in names or list(data["wells"]):
        p, table = tables.WELLS[name], data["wells"][name]
        first = found["wells"].get("house") if name != "house" else None
        before = found["wells"].get(name)
        guess = packed(before) if before else start(p, first)
        best = least_squares(residuals, guess, args=(p, table, times), max_nfev=60 if before else 150)
        fit = unpack(best.x, p)
        print(f"{name}: root mean square {np.sqrt(np.mean(best.fun**2)):.3f}, worst {np.abs(best.fun).max():.3f}, "
              f"{best.nfev} runs")
        for row in table["steps"]:
            q, flow = row["regional_m_d"], row["flow_m3h"]
            errors = steps(fit, p, flow, q, times) / np.array(row["drop_k_per_kw"]) - 1.0
            print(f"  {q:5.2f} m/d {flow:6.2f} m3/h:", " ".join(f"{100 * e:+5.0f}" for e in errors), "%")
        for row in table["winters"]:
            errors = seasons(fit, p, row["regional_m_d"]) / np.array(row["drop_k_per_kw"]) - 1.0
            print(f"  winters {row['regional_m_d']:.2f} m/d:", " ".join(f"{100 * e:+5.0f}" for e in errors), "%")
        found["wells"][name] = {k: tables.rounded(v) if isinstance(v, list) else (v if k == "cells" else float(f"{v:.5g}"))
                                for k, v in fit.items()}
        text = json.dumps(found, indent=1)
        NETWORKS.write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
