"""Scenarios by name: config for the firmware, world for the plant, weather and length."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from plant import faults, weather, wiring

FOLDER = Path(__file__).resolve().parents[2] / "host_tests" / "scenarios"


if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class ScenarioError(Exception):
    """A scenario, file or option that cannot be used; the message is for a person."""


@dataclass
class Breakage:
    """A fault at a time of the scenario; times in seconds since its midnight."""

    at_s: int
    end_s: int
    name: str
    target: str = ""
    value: float | None = None

    def change(self, world, mend: bool) -> None:
        """Begin or mend it."""
        try:
            faults.change(world, self.name, self.target, self.value, mend)
        except faults.FaultError as e:
            raise ScenarioError(f"fault at {self.at_s // 3600:02d}:{self.at_s // 60 % 60:02d}: {e}") from None


@dataclass
class Scenario:
    """One simulated house and its day."""

    name: str
    help: str
    hours: float = 24.0
    rooms: int = 6
    first_day: int = 1
    world: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)

    def weather(self, seed: int):
        """The scenario's own weather."""
        return weather.DesignDay(seed)


SCENARIOS = {
    "winter_day": Scenario("winter_day", "one single_aquifer well, six rooms, a design winter day of Beijing"),
}


def every() -> dict[str, Scenario]:
    """Built-in scenarios and those of host_tests/scenarios/."""
    found = dict(SCENARIOS)
    for path in sorted(FOLDER.glob("*.toml")):
        found[path.stem] = read_scenario(path)
    return found


def find(name: str) -> Scenario:
    """The scenario of that name, or of that .toml file; ScenarioError lists those there are."""
    if name.endswith(".toml"):
        return read_scenario(Path(name))
    known = every()
    if name not in known:
        names = ", ".join(sorted(known))
        raise ScenarioError(f"no scenario is named {name!r}; there are: {names}, or a path to a .toml file")
    return known[name]


def read_scenario(path: Path) -> Scenario:
    """A scenario file (TOML). ScenarioError names the file and what is wrong."""
    try:
        data = tomllib.loads(path.read_text())
    except OSError as e:
        raise ScenarioError(f"{path}: cannot be read ({e.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ScenarioError(f"{path}: not valid TOML: {e}") from None
    unknown = set(data) - {"help", "hours", "rooms", "fault"}
    if unknown:
        raise ScenarioError(f"{path}: unknown key {', '.join(sorted(unknown))}; known are help, hours, rooms, fault")
    hours, rooms = data.get("hours", 24), data.get("rooms", 6)
    if not isinstance(hours, (int, float)) or not isinstance(rooms, int):
        raise ScenarioError(f"{path}: hours and rooms must be numbers")
    broken = [read_fault(path, number, entry) for number, entry in enumerate(data.get("fault", []), start=1)]
    return Scenario(path.stem, str(data.get("help", "")), float(hours), rooms, faults=broken)


def read_fault(path: Path, number: int, entry: dict) -> Breakage:
    """One [[fault]] table: at = "hh:mm", minutes, name, target, value."""
    where = f"{path}: fault {number}"
    try:
        hour, minute = (int(part) for part in entry["at"].split(":"))
        minutes = float(entry["minutes"])
        name = entry["name"]
    except (KeyError, ValueError, TypeError, AttributeError):
        raise ScenarioError(f'{where}: wanted at = "hh:mm", minutes = number, name = "..."') from None
    unknown = set(entry) - {"at", "minutes", "name", "target", "value"}
    if unknown or name not in faults.FAULTS or minutes <= 0:
        reason = f"unknown key {', '.join(sorted(unknown))}" if unknown else f"no fault is named {name!r} (--list-faults)"
        raise ScenarioError(f"{where}: {reason if minutes > 0 else 'minutes must be above 0'}")
    at_s = hour * 3600 + minute * 60
    return Breakage(at_s, at_s + round(minutes * 60), name, entry.get("target", ""), entry.get("value"))


def read_config(path: str) -> dict:
    """A config.json by path, validated by the firmware's own rules; every mistake in one line."""
    from wellhearth import config

    errors = config.load(path)[1]
    if errors:
        raise ScenarioError(f"{path}: {len(errors)} mistakes: " + "; ".join(errors))
    data = json.loads(Path(path).read_text())
    # The wiring needs what the firmware would fill in by default.
    for key, _kind, default, *_rest in config.WELL:
        data["well"].setdefault(key, default)
    return data


def house_config(rooms: int) -> dict:
    """The firmware's config.json of the village house."""
    if not 1 <= rooms <= 8:
        raise ScenarioError(f"--rooms {rooms}: a node runs 1 to 8 rooms")

    def rom(serial: int) -> str:
        return wiring.make_rom(serial).hex()

    names = ("kitchen", "living room", "bedroom south", "bedroom north", "study", "grandparents", "workshop", "guests")
    return {
        "node": {"name": "village house"},
        "well": {
            "supply_rom": rom(0x1001), "return_rom": rom(0x1002), "pulses_per_m3": 50000,
            "return_pulses_per_m3": 50000,
        },
        "rooms": [
            {
                "name": names[i], "setpoint_mc": 20000, "room_rom": rom(0x2001 + i),
                "supply_air_rom": rom(0x3001 + i), "leaving_rom": rom(0x4001 + i),
            }
            for i in range(rooms)
        ],
    }
