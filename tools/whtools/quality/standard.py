"""Indicators and class limits of GB/T 14848-2017, table 1 (gbt14848.csv), and the class of a result.

Compared with the machine-readable table of github.com/sm1lewc/Silence.Water (GBT_14848_2017.json). The two radioactivity
indicators are left out: beyond class III the standard asks for an analysis of nuclides, which gives no class.
Days: our sample plan, not the standard's: what reinjection may change is looked at each half year and more.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PATH = Path(__file__).resolve().parent / "gbt14848.csv"
CLASSES = ("I", "II", "III", "IV", "V")
NONE, NOT_DETECTED = "none", "nd"
NOTHING = ("none", "no", "nd", "无", "未检出")


class QualityError(ValueError):
    """What is wrong with a result, in one line."""


@dataclass(frozen=True)
class Indicator:
    """key, its words, unit; days: between two samples; limits: of the classes I to IV as they stand in the table."""

    key: str
    zh: str
    en: str
    unit: str
    group: str
    days: int
    limits: tuple[str, ...]

    def names(self) -> tuple[str, ...]:
        """By what a results file may call it."""
        return self.key, self.zh, self.zh.partition("(")[0], self.en

    def has(self, limit: str, value: str) -> bool:
        """Whether a result is within one limit. QualityError when it is no result of this indicator."""
        text = value.strip()
        if limit == NONE:
            return text.lower() in NOTHING
        if limit == NOT_DETECTED:
            return below(text) or text.lower() in NOTHING
        low, _, high = limit.rpartition("-")
        number = amount(self, text)
        return (float(low) if low else float("-inf")) <= number <= float(high)


@lru_cache
def indicators() -> dict[str, Indicator]:
    """All of them by key."""
    with PATH.open(encoding="utf-8", newline="") as f:
        return {row["key"]: Indicator(row["key"], row["zh"], row["en"], row["unit"], row["group"], int(row["days"]),
                                      tuple(row[name] for name in CLASSES[:4])) for row in csv.DictReader(f)}


def find(name: str) -> Indicator:
    """An indicator by any of its names; QualityError with what there is."""
    for one in indicators().values():
        if name.strip().lower() in [known.lower() for known in one.names()]:
            return one
    raise QualityError(f"no indicator is named {name!r}; known are {', '.join(indicators())}")


def below(text: str) -> bool:
    """Whether a result is below its detection limit: <0.05, or 0.05L as Chinese laboratories write it (HJ 164-2020)."""
    return text.startswith("<") or text.upper().endswith("L")


def amount(one: Indicator, text: str) -> float:
    """A result as a number; below the detection limit that limit counts."""
    if text.lower() in NOTHING:
        return 0.0
    try:
        number = float(text.lstrip("<").rstrip("Ll"))
    except ValueError:
        raise QualityError(f"{one.key} = {text!r}: must be a number in {one.unit or 'its unit'}, below detection <0.05"
                           " or 0.05L") from None
    if not 0 <= number < float("inf"):
        raise QualityError(f"{one.key} = {text!r}: cannot be negative or infinite")
    return number


def class_of(one: Indicator, value: str) -> str:
    """The class of one result; of equal limits the better class counts (GB/T 14848-2017, 6.2)."""
    for name, limit in zip(CLASSES, one.limits):
        if one.has(limit, value):
            return name
    return CLASSES[-1]


def worst(classes) -> str:
    """The class of a water: that of its worst indicator (GB/T 14848-2017, 6.3); "" without results."""
    return max(classes, key=CLASSES.index, default="")
