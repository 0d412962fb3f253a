"""Scenarios by name: config for the firmware, world for the plant, weather and length."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from plant import weather, wiring


class ScenarioError(Exception):
    """A scenario, file or option that cannot be used; the message is for a person."""


@dataclass
class Scenario:
    """One simulated house and its day."""

    name: str
    help: str
    hours: float = 24.0
    rooms: int = 6
    first_day: int = 1
    world: dict = field(default_factory=dict)

    def weather(self, seed: int):
        """The scenario's own weather."""
        return weather.DesignDay(seed)


SCENARIOS = {
    "winter_day": Scenario("winter_day", "one single_aquifer well, six rooms, a design winter day of Beijing"),
}


def find(name: str) -> Scenario:
    """The scenario of that name; ScenarioError lists those there are."""
    if name not in SCENARIOS:
        known = ", ".join(sorted(SCENARIOS))
        raise ScenarioError(f"no scenario is named {name!r}; there are: {known}")
    return SCENARIOS[name]


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
