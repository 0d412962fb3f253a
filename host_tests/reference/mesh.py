"""The grid around a well: cells that grow with the distance from its screens."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from plant.well import WellParams

OUTER_M = 400.0  # undisturbed: ten years of conduction reach some 30 m
BELOW_M = 60.0  # under the extraction screen


@dataclass(frozen=True)
class Mesh:
    """Edges of the cells. `turns`: sectors of the half circle, each standing for its mirror image too."""

    r: np.ndarray
    z: np.ndarray
    turns: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.turns) - 1, len(self.z) - 1, len(self.r) - 1


def _graded(start: float, end: float, first: float, growth: float) -> list[float]:
    """Edges after `start` up to `end`, widths growing; the last one fits."""
    widths, at = [], 0.0
    while at < abs(end - start):
        widths.append(first)
        at += first
        first *= growth
    scale = (end - start) / at
    return list(start + np.cumsum(widths) * scale)


def mesh(p: WellParams, fine: float = 1.0, sectors: int = 1) -> Mesh:
    """The grid for a well; `fine` divides every width, `sectors` cuts the half circle."""
    growth = 1.0 + 0.28 / fine
    r = [0.0, p.bore_m, *_graded(p.bore_m, OUTER_M, 0.15 / fine, growth)]
    dz = 2.0 / fine
    marks = sorted({p.aquifer_from_m, p.inject_from_m, p.inject_to_m, p.extract_from_m, p.extract_to_m, p.aquifer_to_m})
    z = [marks[0]]
    for a, b in zip(marks, marks[1:]):
        n = max(1, round((b - a) / dz))
        z += [a + (b - a) * (i + 1) / n for i in range(n)]
    up = [marks[0] - e for e in _graded(0.0, marks[0], dz, growth)][::-1] if marks[0] > 0 else []
    z = up + z + _graded(marks[-1], marks[-1] + BELOW_M, dz, growth)
    return Mesh(np.array(r), np.array(z), np.linspace(0.0, math.pi, sectors + 1))
