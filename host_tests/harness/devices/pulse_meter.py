"""Water meters as bought: within their class, the error seeded.

OIML R 49 / ISO 4064: +-2 % from Q2 upwards, +-5 % between Q1 and Q2. Here +-2 % down to Q1, which is taken as
1/80 of the config's largest flow (Q3/Q1 = R80); below it the wheel lags, and below a third of it it does not turn.

Pulses. The head sees four marks on a wheel that runs in a gear with backlash: the edges of one turn come within its second
half, then there is a gap, and no two turns are alike. None is lost or added: an edge is only late, by less than two pulses.
"""

from __future__ import annotations

import random
from bisect import bisect_right

from ..sitl import frames

TICKS_MASK = frames.TICKS_MASK

METER_SHARE = 0.02
Q3_Q1 = 80.0
MARKS = 64  # edges until the pattern repeats
TURN = 4  # edges of one turn of the wheel
CLOSE = 0.5  # share of the turn in which they come
EVEN = tuple(float(i) for i in range(1, MARKS + 1))
PICKUP_HZ = 50.0


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
