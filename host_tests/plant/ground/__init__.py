"""The fast ground: a few tubes of cells around a well, fitted to the tables of the offline reference model.

`networks.json` holds the fitted networks, `tables.json` what they were fitted to (both from `make reference`).
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

HERE = Path(__file__).parent


@functools.cache
def networks() -> dict[str, dict]:
    """Parameters by name of the ground."""
    return json.loads((HERE / "networks.json").read_text(encoding="utf-8"))["wells"]


@functools.cache
def tables() -> dict:
    """The committed step responses of the reference model."""
    return json.loads((HERE / "tables.json").read_text(encoding="utf-8"))


class Network:
    """Stream tubes from the reinjection to the extraction screen, each a row of mixed cells; neighbours conduct to each
    other, the outermost to a ladder of shells, the last shell to the undisturbed ground. A regional flow ties every cell
    and shell to the undisturbed ground. Explicit steps: heat is conserved to rounding.

    Units: W/K, J/K, degC; `moved_j_k` is volume * heat capacity of the water that passes, J/K.
    """

    __slots__ = ("cells", "far_j", "far_w_k", "ground_c", "limit_s", "links", "rho", "shell_far_w_k", "shell_w_k", "shells",
                 "shares", "side_w_k", "tubes")

    def __init__(self, fit: dict, regional_m_d: float, share: float, ground_c: float, busy_w_k: float):
        """`busy_w_k`: the largest flow's heat capacity rate; sets the longest stable step."""
        n = fit["cells"]
        swept = regional_m_d ** fit["regional_power"] if regional_m_d else 0.0
        self.cells = n
        self.ground_c = ground_c
        self.shares = list(fit["share"])
        self.side_w_k = [g * share for g in fit["side_w_k"]]
        self.far_w_k = [g * share * swept / n for g in fit["tube_w_k_md"]]
        self.rho = [c * share for c in fit["cell_j_k"]]
        self.shells = [c * share for c in fit["shell_j_k"]]
        self.shell_w_k = [g * share for g in fit["shell_w_k"]]
        self.shell_far_w_k = [g * share * swept for g in fit["shell_w_k_md"]]
        self.tubes = [[ground_c] * n for _ in self.shares]
        self.links = [ground_c] * len(self.shells)
        self.far_j = 0.0  # heat that came in from the undisturbed ground
        rates = [(f * busy_w_k + 2.0 * max(self.side_w_k) + g) / c for f, g, c in zip(self.shares, self.far_w_k, self.rho)]
        rates += [(self.shell_w_k[i] + self.shell_w_k[i + 1] + self.shell_far_w_k[i]) / c for i, c in enumerate(self.shells)]
        self.limit_s = 0.5 / max(rates)

    def out_c(self) -> float:
        """Temperature of the water that arrives at the extraction screen."""
        return sum(f * tube[-1] for f, tube in zip(self.shares, self.tubes))

    def ends_c(self) -> tuple[float, float]:
        """Temperature of the ground next to the reinjection and to the extraction screen."""
        first = self.tubes[0]
        return first[0], first[-1]

    def stored_j(self) -> float:
        """Heat held over the undisturbed ground."""
        g = self.ground_c
        held = sum(c * (sum(tube) - self.cells * g) for c, tube in zip(self.rho, self.tubes))
        return held + sum(c * (t - g) for c, t in zip(self.shells, self.links))

    def give(self, first_j: float, last_j: float) -> None:
        """Heat from the bore at rest into the ground at both screens."""
        tube, c = self.tubes[0], self.rho[0]
        tube[0] += first_j / c
        tube[-1] += last_j / c

    def step(self, moved_j_k: float, inject_c: float, dt_s: float) -> None:
        """Pass water of `inject_c` in, the same amount of `out_c()` (as it was before this call) out."""
        ground_c, n = self.ground_c, self.cells
        inner, side_w = None, 0.0
        far_j = 0.0
        outer = self.links[0]
        edge_w = self.shell_w_k[0] / n
        edge_j = 0.0
        sides = self.side_w_k
        last = len(self.tubes) - 1
        for k, tube in enumerate(self.tubes):
            c = self.rho[k]
            w = self.shares[k] * moved_j_k / c
            g_far = self.far_w_k[k] * dt_s
            if k < last:
                side_w, beyond = sides[k] * dt_s, self.tubes[k + 1]
            before = inject_c
            across = []
            for i in range(n):
                t = tube[i]
                if k < last:
                    q = side_w * (beyond[i] - t)
                else:
                    q = edge_w * dt_s * (outer - t)
                    edge_j += q
                across.append(q)
                f = g_far * (ground_c - t)
                far_j += f
                q += f
                if inner is not None:
                    q -= inner[i]
                tube[i] = t + w * (before - t) + q / c
                before = t
            inner = across
        links, shells, g = self.links, self.shells, self.shell_w_k
        came = -edge_j
        for j in range(len(links)):
            t = links[j]
            following = links[j + 1] if j + 1 < len(links) else ground_c
            q = g[j + 1] * dt_s * (following - t)
            f = self.shell_far_w_k[j] * dt_s * (ground_c - t)
            links[j] = t + (came + q + f) / shells[j]
            far_j += f
            came = -q
        self.far_j += far_j - came
