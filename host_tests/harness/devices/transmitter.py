"""Analog transmitters as bought: each within its class, the error seeded.

0.5 to 4.5 V, ratiometric: +-1 % of full scale at zero and, drawn apart, at full scale. Its output stage clamps
at 4 and 96 % of 5 V (Allegro A17700: 0.2 and 4.8 V), so a vacuum reads below 0.5 V, down to -7.5 % of the span, no deeper.
4 to 20 mA: +-0.5 % of full scale for a level, +-2 % for a split-core current transducer; they saturate at 3.8 and 20.5 mA
(NAMUR NE 43).
"""

from __future__ import annotations

import functools
import random

NOISES = 4093
SHUNT_OHM = 150.0
CLASS = {"volts": 0.01, "level": 0.005, "current": 0.02}


@functools.lru_cache(maxsize=4)
def noises(seed: int) -> tuple[float, ...]:
    """Normal random numbers, made once: drawing one for each transmitter in each scan costs more than all the rest."""
    rng = random.Random(f"noise-{seed}")
    return tuple(rng.gauss(0.0, 1.0) for _ in range(NOISES))


class Transmitter:
    """0.5 to 4.5 V, or 4 to 20 mA over 150 ohm, at a 12 bit converter of 5 V.

    kind: volts, level, current. top: value at the upper end. ideal: without its class's error. bottom: value at the lower
    end, below 0 for a compound range.
    faults: {name: "open", "short", "frozen", or ("drift", per cent of full scale), or ("scale", factor)}, shared by all
    transmitters of a board.
    """

    def __init__(self, name: str, kind: str, top: float, faults: dict, seed: int, ideal: bool, bottom: float = 0.0):
        rng = random.Random(f"transmitter-{name}-{seed}")
        error = 0.0 if ideal else CLASS[kind]
        self.name = name
        self.faults = faults
        zero, full, self.low, self.high, noise = (0.5, 4.5, 0.2, 4.8, 0.0015) if kind == "volts" else (
            *(ma * SHUNT_OHM / 1000.0 for ma in (4.0, 20.0, 3.8, 20.5)), 0.0006)
        self.full_v = full - zero
        self.zero_v = zero + self.full_v * rng.uniform(-error, error)
        self.per_unit = (full + self.full_v * rng.uniform(-error, error) - self.zero_v) / (top - bottom)
        self.zero_v -= self.per_unit * bottom  # at a value of 0
        self.noise = [noise * one for one in noises(seed)]
        self.i = rng.randrange(NOISES)
        self.last_uv = 0

    def read_uv(self, value: float) -> int:
        """Microvolts at the terminal for `value` (kPa, mA), after the converter."""
        if self.faults and self.name in self.faults:
            return self.broken(value, self.faults[self.name])
        i = self.i = self.i + 1 if self.i < NOISES - 1 else 0
        volts = self.zero_v + self.per_unit * value
        if volts < self.low:
            volts = self.low
        elif volts > self.high:
            volts = self.high
        self.last_uv = uv = int((volts + self.noise[i]) * 819.0 + 0.5) * 5_000_000 // 4095
        return uv

    def broken(self, value: float, fault) -> int:
        """The same with a fault."""
        kind, amount = fault if isinstance(fault, tuple) else (fault, 0.0)
        if kind == "open":
            return 0
        if kind == "short":
            return 5_000_000
        if kind == "frozen":
            return self.last_uv
        volts = self.zero_v + self.per_unit * value * (amount if kind == "scale" else 1.0)
        volts += self.full_v * amount / 100.0 if kind == "drift" else 0.0
        self.last_uv = int(min(self.high, max(self.low, volts)) * 819.0 + 0.5) * 5_000_000 // 4095
        return self.last_uv
