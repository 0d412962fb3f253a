"""Robust statistics: how much each course has changed by now, judged by how much everybody's has."""

from __future__ import annotations

import numpy as np

from .features import median

HUBER = 1.345  # 95 % of least squares' efficiency where errors are normal (Huber, Robust Statistics)
NORMAL = 1.4826  # MAD to standard deviation
ROUNDS = 5
LEAST_D, RECENT_D, RECENT_LEAST = 40, 30, 5  # days that a course needs: in all, and of the last RECENT_D
STARTS = (0.3, 0.5, 0.7)  # shares of the season at which a change may have begun
GROWN_D = 14.0
RIDGE = 1e-9  # keeps what nothing tells apart solvable


def spread(values: np.ndarray) -> float:
    """Standard deviation by the median of absolute deviations."""
    known = values[np.isfinite(values)]
    return float(NORMAL * np.median(np.abs(known - np.median(known)))) if known.size else float("nan")


def fit(columns: np.ndarray, values: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(coefficients [n, k], mean loss [n]) of Huber's regression of n courses at once, by reweighted least squares.

    columns: [n, day, k], values: [n, day], both finite; known: which of their days count.
    """
    days = np.maximum(1, known.sum(axis=1))
    hidden = np.where(known, 0.0, np.nan)
    weight = known.astype(float)
    unit = RIDGE * np.eye(columns.shape[2])
    for _ in range(ROUNDS):
        weighted = columns * weight[..., None]
        left = weighted.transpose(0, 2, 1) @ columns + unit
        found = np.linalg.solve(left, weighted.transpose(0, 2, 1) @ values[..., None])[..., 0]
        error = np.abs(values - (columns @ found[..., None])[..., 0])
        scale = np.maximum(1e-6, NORMAL * np.nan_to_num(median(error + hidden, 1)))[:, None]
        weight = known * np.minimum(1.0, HUBER * scale / np.maximum(error, 1e-9))
    part = np.minimum(error, HUBER * scale)
    return found, np.sum(known * part * (2.0 * error - part), axis=1) / days


def shapes(days: int) -> list[np.ndarray]:
    """Courses that a change may take: growing from a day on to the end, or grown within two weeks."""
    t = np.arange(days)
    begins = [share * days for share in STARTS]
    return [np.clip((t - begin) / length, 0.0, 1.0) for begin in begins for length in (days - begin, GROWN_D)]


def change(values: np.ndarray, known: list[np.ndarray] | None = None, of: np.ndarray | None = None) -> np.ndarray:
    """For each course [n, day] its change by the last day, in its own unit; nan where too little is known.

    known: what else explains it, each [n, day]. of: the change is one of the slope on this (then as a share of that slope).
    Of the shapes the one that fits best counts.
    """
    n, days = values.shape
    explained = [np.ones((n, days)), *([] if of is None else [of]), *(known or [])]
    there = np.isfinite(values) & np.all([np.isfinite(one) for one in explained], axis=0)
    base = [np.where(there, one, 0.0) for one in explained]
    clean = np.where(there, values, 0.0)
    best, found = np.full(n, np.inf), np.full(n, np.nan)
    for shape in shapes(days):
        grown = np.broadcast_to(shape, (n, days)) if of is None else base[1] * shape
        fitted, loss = fit(np.stack([*base, grown], axis=2), clean, there)
        value = fitted[:, -1] if of is None else fitted[:, -1] / np.where(fitted[:, 1] > 0, fitted[:, 1], np.nan)
        better = loss < best
        best, found = np.where(better, loss, best), np.where(better, value, found)
    enough = (there.sum(axis=1) >= LEAST_D) & (there[:, -RECENT_D:].sum(axis=1) >= RECENT_LEAST)
    return np.where(enough, found, np.nan)


def score(changes: np.ndarray) -> np.ndarray:
    """How many of the fleet's own standard deviations each change is from the fleet's median."""
    return (changes - float(median(changes.ravel(), 0))) / max(spread(changes), 1e-9)
