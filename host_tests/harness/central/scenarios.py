"""Scenarios of central plants: host_tests/scenarios/central/NAME.toml, a case on a day with what breaks."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from plant.central import case as cases
from plant.central import faults

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "central"
DAYS = ("design", "coldest", "hottest")
KEYS = {"help", "case", "day", "hours", "start_h", "fault"}

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class ScenarioError(Exception):
    """A scenario that cannot be used; the message is for a person."""


@dataclass(frozen=True)
class Breakage:
    """What breaks, from when to when (s since midnight)."""

    at_s: int
    end_s: int
    name: str
    target: str = ""
    value: float | None = None


@dataclass(frozen=True)
class Scenario:
    """day: "design" (nearest the heating design temperature, January and February), "coldest", "hottest", or its number."""

    name: str
    help: str
    case: str
    day: str | int = "design"
    hours: float = 24.0
    start_h: float = 0.0
    faults: tuple[Breakage, ...] = ()

    def first_day(self, seed: int) -> int:
        """Number of its day in the year of that seed."""
        if isinstance(self.day, int):
            return self.day
        data = cases.find(self.case)
        year = data.weather(seed)
        if self.day == "design":
            return min(range(2, 60), key=lambda d: abs(year.day_mean_c(d) - data.climate["design_c"]))
        return year.coldest_day() if self.day == "coldest" else year.hottest_day()


def names() -> list[str]:
    """Those there are."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def find(name: str) -> Scenario:
    """By name, or of a .toml file."""
    if name.endswith(".toml"):
        return read(Path(name))
    if name not in names():
        raise ScenarioError(f"no central plant's scenario is named {name!r}; there are: {', '.join(names())}")
    return read(FOLDER / f"{name}.toml")


def read(path: Path) -> Scenario:
    """A file; ScenarioError says what is wrong with it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ScenarioError(f"{path}: cannot be used: {e}") from None
    unknown = set(data) - KEYS
    if unknown:
        raise ScenarioError(f"{path}: unknown key {', '.join(sorted(unknown))}; known are {', '.join(sorted(KEYS))}")
    if data.get("case") not in cases.names():
        raise ScenarioError(f"{path}: case: one of {', '.join(cases.names())}")
    day, hours, start = data.get("day", "design"), data.get("hours", 24), data.get("start_h", 0)
    if not (day in DAYS or (type(day) is int and 1 <= day <= 365)):
        raise ScenarioError(f"{path}: day = {day!r}: 1 to 365, or one of {', '.join(DAYS)}")
    if not all(type(v) in (int, float) for v in (hours, start)) or not (0 < hours <= 8760 and 0 <= start < 24):
        raise ScenarioError(f"{path}: hours (above 0, at most 8760) and start_h (0 to 23) are numbers")
    broken = tuple(fault(path, n, entry) for n, entry in enumerate(data.get("fault", []), start=1))
    return Scenario(path.stem, str(data.get("help", "")), data["case"], day, float(hours), float(start), broken)


def fault(path: Path, number: int, entry: dict) -> Breakage:
    """One [[fault]] table: name, at = "hh:mm", minutes, target, value."""
    where = f"{path}: fault {number}"
    try:
        hour, minute = (int(part) for part in entry["at"].split(":"))
        minutes, name = float(entry["minutes"]), entry["name"]
    except (KeyError, ValueError, TypeError, AttributeError):
        raise ScenarioError(f'{where}: wanted name = "...", at = "hh:mm", minutes = number') from None
    if set(entry) - {"at", "minutes", "name", "target", "value"} or name not in {**faults.FAULTS, **faults.SENSED}:
        raise ScenarioError(f"{where}: no such fault or key; faults are {', '.join({**faults.FAULTS, **faults.SENSED})}")
    value = entry.get("value")
    if minutes <= 0 or not 0 <= hour < 24 * 366 or not 0 <= minute < 60 or type(value) not in (type(None), int, float):
        raise ScenarioError(f"{where}: minutes above 0, at a time of day, value a number")
    at_s = hour * 3600 + minute * 60
    return Breakage(at_s, at_s + round(minutes * 60), name, str(entry.get("target", "")), value)
