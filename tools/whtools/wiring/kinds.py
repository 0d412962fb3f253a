"""What a kind of part is: where its pins stand beside its place, and what it does with a direct current."""

from __future__ import annotations

# Kinds with pins at fixed places; all others have two ends, given in the line.
PINS: dict[str, dict[str, tuple[float, float]]] = {
    "uln": {"in": (0, 0), "out": (2, 0), "com": (2, 1), "gnd": (1, -0.8)},
    "opto": {"c": (0, 0), "e": (0, -1), "a": (1.6, 0), "k": (1.6, -1)},
    "follower": {"out": (0, 0), "plus": (1.8, 0.4), "minus": (1.8, -0.4), "vp": (0.9, 0.8), "vn": (0.9, -0.8)},
    "amp": {"plus": (0, 0), "minus": (0, -0.8), "out": (1.8, -0.4), "vp": (0.9, 0.4), "vn": (0.9, -1.2)},
    "iso485": {
        "R": (0, 0),
        "D": (0, -1),
        "DE": (0, -2),
        "VCC1": (0.8, 0.8),
        "GND1": (0.8, -3.8),
        "VCC2": (2.2, 0.8),
        "GND2": (2.2, -3.8),
        "A": (3, 0),
        "B": (3, -3),
    },
    "auto485": {
        "RXD": (0, 0),
        "TXD": (0, -1),
        "VCC": (0.8, 0.8),
        "GND": (0.8, -2.8),
        "GND2": (2.2, -2.8),
        "A": (3, 0),
        "B": (3, -2),
    },
    "dcdc": {"in": (0, 0), "out": (3.2, 0), "gnd": (1.6, -1)},
    "dcdc_iso": {"in": (0, 0), "gnd": (0, -0.8), "out": (3.4, 0), "gnd2": (3.4, -0.8)},
    "psu": {"L": (0, 0), "N": (0, -2), "+": (4, 0), "-": (4, -2)},
}
# Contacts that somebody or something moves; `no` and `nc` name what (the part's value).
CONTACTS = ("no", "nc")
# Two ends that are one wire for the supply's sake.
WIRES = ("fuse", "breaker", "overload", "star", "gdt_off")
PREFIX = {"k": 1e3, "M": 1e6, "u": 1e-6, "n": 1e-9, "p": 1e-12}


def number(value: str) -> float:
    """4.7k, 100n, 150 as a number of ohm or farad."""
    return float(value[:-1]) * PREFIX[value[-1]] if value[-1] in PREFIX else float(value)
