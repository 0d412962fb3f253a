"""Illnesses of houses in a fleet: what each does to the plant, day by day. None of them touches a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ILLNESSES = ("clogging", "refrigerant", "leaky", "drift", "wear")
# At the season's end. Clogging: added share of the injection resistance (at 0.43 the node itself alarms: 70 % of the
# capacity). Refrigerant: share of one unit's charge. Leaky: losses, as share more. Drift: K of one of the well's two
# temperature sensors. Wear: share of the pump's head.
WORST = {"clogging": (0.35, 0.9), "refrigerant": (0.2, 0.4), "leaky": (0.25, 0.6), "drift": (0.5, 1.2), "wear": (0.12, 0.3)}
ONSET_D = (40, 90)


@dataclass
class Ill:
    """Courses: [house, day], `charge` [house, room, day]. sick: {house: illness}."""

    sick: dict[int, str]
    walls: np.ndarray  # factor of the losses
    charge: np.ndarray  # share of the refrigerant lost
    clog: np.ndarray
    wear: np.ndarray
    supply_k: np.ndarray  # error that a sensor has gained
    return_k: np.ndarray

    def fit(self, there: np.ndarray) -> None:
        """A unit that loses its charge is one that the house has: room 1 always is."""
        if np.any(self.charge.any(axis=2) & ~there):
            raise ValueError("a unit that is not there cannot lose its refrigerant")


def course(rng: np.random.Generator, days: int, worst: float, quick: bool) -> np.ndarray:
    """From an onset on: a leak of walls opens within weeks, everything else grows to the season's end."""
    onset = rng.integers(*ONSET_D)
    length = rng.integers(7, 30) if quick else max(1, days - onset)
    return worst * np.clip((np.arange(days) - onset) / length, 0.0, 1.0)


def draw(rng: np.random.Generator, n: int, rooms: int, days: int, sick: int) -> Ill:
    """`sick` houses of n, by turns of each illness."""
    zero = np.zeros((n, days))
    ill = Ill({}, zero + 1.0, np.zeros((n, rooms, days)), zero.copy(), zero.copy(), zero.copy(), zero.copy())
    for k, h in enumerate(rng.choice(n, sick, replace=False)):
        kind = ILLNESSES[k % len(ILLNESSES)]
        worst = rng.uniform(*WORST[kind])
        grown = course(rng, days, worst, kind == "leaky")
        ill.sick[int(h)] = kind
        if kind == "clogging":
            ill.clog[h] = grown
        elif kind == "refrigerant":
            ill.charge[h, int(rng.integers(0, 2))] = grown  # every house has two units
        elif kind == "leaky":
            ill.walls[h] = 1.0 + grown
        elif kind == "wear":
            ill.wear[h] = grown
        else:
            (ill.supply_k if rng.random() < 0.5 else ill.return_k)[h] = grown * rng.choice((-1.0, 1.0))
    return ill
