"""From the contacts to the board's inputs: which terminal is which bit, and what a cable does to it.

Bounce. A contact chatters for 1 to 20 ms when it moves. The board samples once a scan, so a sample that falls into those
milliseconds reads the old or the new state, and the next one is right.
"""

from __future__ import annotations

import random
import re

from ..sitl import frames
from .relays import relay_bits

FEEDBACK, SWITCHES, CONTACTS = 0, 1, 2  # words of a TICK frame: 4, 6, 8
# As faults name them: well2_motor_ok of the board is motor2 here.
CONTACT_BITS = {re.sub(r"well(2?)_(\w+)_ok", r"\2\1", name): bit for bit, name in enumerate(frames.CONTACTS)}
ROOM_CONTACTS = tuple(name.removesuffix("_ok") for name in frames.ROOM_CONTACTS)
BOUNCE_S = (0.001, 0.020)


def terminals(rooms: int, stacked: bool, looped: bool) -> dict[str, tuple[int, int]]:
    """(word, mask) of every contact that a cable brings to the board, by name."""
    found = {name: (FEEDBACK, 1 << bit) for name, bit in relay_bits(rooms, stacked, looped).items()}
    for i in range(1, rooms + 1):
        for name in (f"room{i}_high", f"room{i}_low"):
            found[name] = SWITCHES, 1 << frames.switch_bit(f"{name}_ok")
    for name, bit in CONTACT_BITS.items():
        if (name[-1] != "2" or stacked) and (name != "loop_flow" or looped):
            found[name] = (CONTACTS, 1 << bit)
    for i in range(1, rooms + 1):
        for name in (f"room{i}_{what}" for what in ROOM_CONTACTS):
            found[name] = CONTACTS, 1 << frames.contact_bit(f"{name}_ok")
    return found


class Cables:
    """From the contacts to the board's inputs: bounce, and what is wrong with a cable.

    faults: {name of the terminal: "short" (reads closed for ever), "open", or ("chatter", share of the scans read wrong)}.
    """

    def __init__(self, ends: dict[str, tuple[int, int]], period_s: float, seed: int, ideal: bool):
        self.ends = ends
        self.period_s = period_s
        self.rng = random.Random(f"cables-{seed}")
        self.ideal = ideal
        self.faults: dict[str, str | tuple[str, float]] = {}
        self.last = [-1, -1, -1]

    def read(self, feedback: int, switches: int, contacts: int) -> tuple[int, int, int]:
        """What the board reads of three words. Need not be called while none changes and no cable is broken."""
        words = [feedback, switches, contacts]
        for i, now in enumerate(words):
            changed = now ^ self.last[i]
            if changed and not self.ideal and self.last[i] >= 0:
                words[i] = now ^ self.bounced(changed)
            self.last[i] = now
        for name, fault in self.faults.items():
            word, mask = self.ends[name]
            if fault == "short":
                words[word] |= mask
            elif fault == "open":
                words[word] &= ~mask
            elif self.rng.random() < fault[1]:
                words[word] ^= mask
        return words[0], words[1], words[2]

    def bounced(self, changed: int) -> int:
        """Which of the changed bits are sampled in their bounce, and read the old state."""
        old = 0
        while changed:
            bit = changed & -changed
            changed ^= bit
            if self.rng.random() < 0.5 * self.rng.uniform(*BOUNCE_S) / self.period_s:
                old |= bit
        return old
