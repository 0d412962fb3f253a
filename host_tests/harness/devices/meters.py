"""Water meters and analog transmitters as bought: each within its class, the error seeded.

Water meter. OIML R 49 / ISO 4064: +-2 % from Q2 upwards, +-5 % between Q1 and Q2. Here +-2 % down to Q1, which is taken as
1/80 of the config's largest flow (Q3/Q1 = R80); below it the wheel lags, and below a third of it it does not turn.

Pulses. The head sees four marks on a wheel that runs in a gear with backlash: the edges of one turn come within its second
half, then there is a gap, and no two turns are alike. None is lost or added: an edge is only late, by less than two pulses.

Transmitters. 0.5 to 4.5 V, ratiometric: +-1 % of full scale at zero and, drawn apart, at full scale. Its output stage clamps
at 4 and 96 % of 5 V (Allegro A17700: 0.2 and 4.8 V), so a vacuum reads below 0.5 V, down to -7.5 % of the span, no deeper.
4 to 20 mA: +-0.5 % of full scale for a level, +-2 % for a split-core current transducer; they saturate at 3.8 and 20.5 mA
(NAMUR NE 43).
"""

from __future__ import annotations

import functools
import random
from bisect import bisect_right

TICKS_MASK = 0x3FFFFFFF
METER_SHARE = 0.02
Q3_Q1 = 80.0
MARKS = 64  # edges until the pattern repeats
TURN = 4  # edges of one turn of the wheel
CLOSE = 0.5  # share of the turn in which they come
EVEN = tuple(float(i) for i in range(1, MARKS + 1))
PICKUP_HZ = 50.0
NOISES = 4093
SHUNT_OHM = 150.0
CLASS = {"volts": 0.01, "level": 0.005, "current": 0.02}


def bursts(rng: random.Random) -> tuple[float, ...]:
    """Where the edges of MARKS pulses lie, in pulses of an even meter; the last one at MARKS, so none is lost or added."""
    found = []
    for turn in range(0, MARKS, TURN):
        for i in range(TURN):
            even = turn + TURN * (1.0 - CLOSE + CLOSE * (i + 1) / TURN)
            found.append(min(MARKS - 1e-6, max(turn + 1e-6, even + rng.gauss(0.0, 0.1))))
    found.sort()
    found[-1] = float(MARKS)
    return tuple(found)


class PulseMeter:
    """A turbine meter: pulses in proportion to the water, with the time of the last edge.

    scale: its error, 1 for none. q1_lph: below it the meter reads low, below a third nothing. marks: see `bursts`.
    fault: "", "stuck", "bouncing" (each pulse twice), "pickup" (50 Hz of the mains), "scale" (`share` of the true reading),
    "chatter" (`extra_hz` false pulses a second, at random).
    """

    def __init__(self, pulses_per_m3: int, start_us: int, scale: float = 1.0, q1_lph: float = 0.0,
                 marks: tuple[float, ...] = EVEN, rng: random.Random | None = None):
        self.pulses_per_m3 = pulses_per_m3
        self.per_s = scale * pulses_per_m3 / 3.6e6  # pulses a second for each L/h
        self.q1_lph = q1_lph
        self.marks = marks
        self.rng = rng or random.Random("meter")
        self.count = 0
        self.phase = 0.0  # pulses of an even meter since the pattern began
        self.passed = 0  # marks passed in it
        self.edge_us = start_us
        self.fault = ""
        self.share = 0.9
        self.extra_hz = 5.0

    def step(self, lph: float, dt_s: float, end_us: int) -> None:
        """Advance by `dt_s`, ending at `end_us` (ticks). A wheel that runs backwards makes pulses too."""
        if lph < self.q1_lph:
            lph = self.slow(lph)
        rate = lph * self.per_s
        if self.fault:
            rate = self.broken(rate, dt_s, end_us)
        if rate <= 0.0:
            return
        phase = self.phase + rate * dt_s
        turns = 0
        if phase >= MARKS:
            turns = int(phase // MARKS)
            phase -= turns * MARKS
        self.phase = phase
        marks = self.marks
        passed = bisect_right(marks, phase)
        n = turns * MARKS + passed - self.passed
        self.passed = passed
        if n:
            self.count = (self.count + n) & 0xFFFFFF
            late = phase - marks[passed - 1] if passed else phase
            self.edge_us = (end_us - round(late / rate * 1e6)) & TICKS_MASK

    def slow(self, lph: float) -> float:
        """What it takes a trickle for: nothing below a third of Q1, all of it from Q1 on."""
        lph = abs(lph)
        q1 = self.q1_lph
        if lph >= q1:
            return lph
        return max(0.0, (lph - q1 / 3.0) * 1.5)

    def broken(self, rate: float, dt_s: float, end_us: int) -> float:
        """Pulses a second with a fault."""
        fault = self.fault
        if fault == "stuck":
            return 0.0
        if fault == "bouncing":
            return rate * 2.0
        if fault == "pickup":
            return rate + PICKUP_HZ
        if fault == "scale":
            return rate * self.share
        if fault == "chatter" and self.rng.random() < self.extra_hz * dt_s / 2.0:
            # One closing that chatters: up to three edges within the same millisecond.
            self.count = (self.count + self.rng.randint(1, 3)) & 0xFFFFFF
            self.edge_us = (end_us - round(self.rng.random() * dt_s * 1e6)) & TICKS_MASK
        return rate


def bought_meter(name: str, section: dict, key: str, seed: int, start_us: int, ideal: bool) -> PulseMeter:
    """A meter of one section of the config; `key` names its pulses per m3."""
    pulses = section.get(key) or 50000
    rng = random.Random(f"meter-{name}-{seed}")
    if ideal:
        return PulseMeter(pulses, start_us, rng=rng)
    scale = 1.0 + rng.uniform(-METER_SHARE, METER_SHARE)
    return PulseMeter(pulses, start_us, scale, section.get("max_flow_lph", 4800) / Q3_Q1, bursts(rng), rng)


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
