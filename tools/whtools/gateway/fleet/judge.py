"""Which houses are not as their neighbours and their own past would have them, and why.

Each reason has one figure a house: a change by now. It is named when it is beyond `LEAST`, which a person would act on,
and beyond `SIGMAS` of the fleet's own standard deviations, so that a fleet that varies more is judged more mildly.
Tuned on seeds 101 to 110 of host_tests/plant/fleet.py; judged on 1 to 20 (make bench-fleet).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import features, robust
from .features import Frame

# Logarithms of a ratio, of `leaky` the share itself. A sensor of the well that is 0.5 K off shifts the heat by a tenth.
LEAST = {"clogging": 0.10, "refrigerant": 0.06, "leaky": 0.16, "drift": 0.05, "wear": 0.06}
SIGMAS = 5.0
HOUSES_LEAST = 20  # fewer show no spread


@dataclass(frozen=True)
class Found:
    """A house that is not as it was. change: as a share (0.4: losses are 40 % more); sigmas: how unusual.
    room: of `refrigerant`, counted from 0."""

    house: str
    reason: str
    change: float
    sigmas: float
    room: int | None = None


def units(frame: Frame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(fall of a house's worst unit against its others, which unit, change that all units have in common)."""
    power = features.power(frame)
    n, rooms, days = power.shape
    changed = robust.change(power.reshape(-1, days)).reshape(n, rooms)
    known = np.isfinite(changed)
    filled = np.where(known, changed, np.inf)
    worst = np.argmin(filled, axis=1)
    low, count = filled.min(axis=1), known.sum(axis=1)
    high = np.where(known, changed, -np.inf).max(axis=1)
    more = count > 1
    others = np.where(known, changed, 0.0).sum(axis=1) - np.where(count > 0, low, 0.0)
    fall = np.where(more, low - others / np.maximum(1, count - 1), np.nan)
    shared = np.where(low > 0.0, low, np.where(high < 0.0, high, 0.0))
    return fall, worst, np.where(more, shared, np.nan)


def signs(frame: Frame) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """({reason: figure of each house, positive is worse}, the unit meant)."""
    own, warm, common = features.losses(frame)
    square, flow = features.pump(frame)
    fall, worst, shared = units(frame)
    balance = robust.change(features.balance(frame))
    pump = robust.change(np.log(np.where(square > 0, square, np.nan)), [flow, np.square(flow)])
    found = {"clogging": -robust.change(features.capacity(frame)), "leaky": robust.change(own, [common], warm),
             "refrigerant": -fall, "wear": pump,
             "drift": np.fmax(np.abs(balance - features.median(balance, 0)), np.abs(shared))}
    return found, worst


def sigmas(reason: str, values: np.ndarray) -> np.ndarray:
    """Against the spread of the fleet; `drift` is a size without a sign, so its spread is around 0."""
    if reason != "drift":
        return robust.score(values)
    known = values[np.isfinite(values)]
    return values / max(1e-9, robust.NORMAL * float(np.median(known))) if known.size else values


def judge(frame: Frame) -> list[Found]:
    """The houses that are unusual, worst first, each with its strongest reason; [] where there are too few to compare."""
    if len(frame.houses) < HOUSES_LEAST or frame.rows["heat_kwh"].shape[1] < robust.LEAST_D:
        return []
    figures, worst = signs(frame)
    strength = {}
    for reason, values in figures.items():
        z = sigmas(reason, values)
        named = np.isfinite(z) & (values > LEAST[reason]) & (z > SIGMAS)
        strength[reason] = np.where(named, values / LEAST[reason], 0.0)
    # A pump that presses against a clogged screen needs more speed too: the capacity says which it is.
    strength["wear"] = np.where(strength["clogging"] > 0, 0.0, strength["wear"])
    found = []
    for i, house in enumerate(frame.houses):
        reason = max(strength, key=lambda one: strength[one][i])
        if strength[reason][i] > 0:
            value = float(figures[reason][i])
            found.append(Found(house, reason, value if reason == "leaky" else float(np.expm1(value)) if reason == "wear"
                               else float(-np.expm1(-value)), float(sigmas(reason, figures[reason])[i]),
                               int(worst[i]) if reason == "refrigerant" else None))
    return sorted(found, key=lambda one: -one.change / LEAST[one.reason])
