"""A case: a small house, its weather, one to three faults with their times and values. All of it follows from a number.

`draw` takes any random.Random: a seeded one for the campaign, Hypothesis' own (`st.randoms`) for the test, which then
shrinks what it finds. A case is written as a scenario file, so that `make sim` runs the very same thing.
"""

from __future__ import annotations

import functools
import json
import random
from dataclasses import asdict, dataclass
from types import SimpleNamespace

from harness import faults, scenarios, wiring
from plant import house, weather

HOURS = 2.0
PERIOD_MS = 200  # as `make season`
LAST_ONSET_MIN = 90  # so that the last fault has half an hour
FOR_GOOD_MIN = 10_000.0
LIMIT_KPA = 150  # of every house here: near enough that a clogging well can pass it
WELL = {"reinjection_limit_kpa": LIMIT_KPA, "pressure_range_kpa": 400}
ONE_METER = {"return_pulses_per_m3": 0}


@dataclass(frozen=True)
class Fault:
    """What breaks, when (minutes after power-up), for how long."""

    name: str
    target: str
    value: float | None
    at_min: int
    minutes: float  # FOR_GOOD_MIN: nobody mends it


@dataclass(frozen=True)
class Case:
    """One run. `number` is told for the reader alone: the rest says it all."""

    number: int
    seed: int  # of sensors, noise, entropy
    house: str
    start_c: float
    mean_c: float
    faults: tuple[Fault, ...]

    @property
    def scenario(self) -> dict:
        """The scenario's keys."""
        return HOUSES[self.house]

    @property
    def rooms(self) -> int:
        """Units of this house."""
        return self.scenario["rooms"]

    @property
    def sections(self) -> int:
        """Well sections, each with a pump."""
        return 2 if self.scenario.get("well_type") == "multi_aquifer" else 1

    def named(self, *names: str) -> list[Fault]:
        """Its faults of these names."""
        return [fault for fault in self.faults if fault.name in names]

    def __str__(self) -> str:
        broken = "; ".join(map(fault_text, self.faults))
        return f"{self.house}, {self.start_c:g} degC, outside {self.mean_c:g} degC: {broken}"


# Scenario keys of each house. Small ones, for speed; every kind of well, unit and fitting that has protections of its own.
HOUSES: dict[str, dict] = {
    "plain": {"rooms": 1, "well": WELL | ONE_METER},
    "meters": {"rooms": 2, "well": WELL},
    "fixed": {"rooms": 2, "well": WELL | {"pump_drive": "fixed"}},
    "fixed_plain": {"rooms": 1, "well": WELL | ONE_METER | {"pump_drive": "fixed", "current_range_ma": 5000}},
    "stacked": {"rooms": 2, "well_type": "multi_aquifer", "well": WELL, "well2": WELL},
    "antifreeze": {"rooms": 2, "unit_type": "III", "ground_c": 8.0, "well": WELL},
    "fitted": {"rooms": 2, "well": WELL | {"current_range_ma": 5000, "level_range_kpa": 200, "drive_fault_input": 1}},
    "three": {"rooms": 3, "ground_c": 11.0, "well": WELL | ONE_METER, "room": {"compressor": "variable"}},
    "cooling": {"rooms": 2, "ground_c": 17.4, "well": WELL | {"min_difference_mk": 0},
                "room": {"mode": "cool", "setpoint_mc": 24000, "setback_cool_mc": 24000}},
}
# What hurts by itself, whatever the controller believes. Drawn more often, and half of the faults beside another one begin
# within minutes of it: a witness that fails while its water is there is only an alarm.
HURTS = ("dry_well", "low_water", "clogged_well", "valve_closed", "valve_throttled", "cold_source", "burst_pipe",
         "leak_cycling", "pump_worn", "unit_pump_seized", "unit_valve_closed", "loop_pump_seized", "loop_valve_closed",
         "refrigerant_leak", "reversing_stuck", "fan_dead", "relay_welded")
HURTS_SHARE = 0.35
NEAR_MIN = 6
NOT_HERE = ("line_cut", "line_noise", "line_babble")  # a village has a line: test_village.py


def steps(low: float, high: float):
    """A value anywhere between."""
    return lambda rng: round(rng.uniform(low, high), 3)


def powers(low: float, high: float):
    """A value anywhere between by its logarithm: small ones as often as large ones."""
    return lambda rng: round(low * (high / low) ** rng.random(), 3)


VALUES = {
    "sensor_drift": steps(-8.0, 8.0), "sensor_scale": steps(0.6, 1.4), "transmitter_drift": steps(-20.0, 20.0),
    "transmitter_scale": steps(0.5, 1.5), "meter_scale": steps(0.4, 1.6), "meter_chatter": powers(0.5, 60.0),
    "contact_chatter": powers(0.02, 0.9), "pump_worn": steps(0.1, 0.9), "low_water": powers(1.0, 40.0),
    "clogged_well": powers(0.5, 60.0), "water_lost": powers(0.02, 1.0), "leak_cycling": powers(0.1, 1.0),
    "burst_pipe": powers(0.2, 6.0), "valve_closed": steps(0.9, 1.0), "valve_throttled": steps(0.4, 0.98),
    "cold_source": steps(0.5, 9.0), "loop_leak": steps(0.0, 70.0), "loop_valve_closed": steps(0.2, 1.0),
    "unit_valve_closed": steps(0.0, 0.6), "filter_clogged": steps(0.05, 0.7), "refrigerant_leak": steps(0.1, 0.9),
    "files_damaged": lambda rng: float(rng.randint(-1, 999)),
}


@functools.cache
def stand(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(fault, its targets) of everything that can break in this house."""
    data = config(name)
    plant = house.create(data, {"scenario": {}, "weather": weather.Minutes(weather.DesignDay(1))})
    world = SimpleNamespace(plant=plant, wiring=wiring.Wiring(data, plant, 1))
    found = []
    for key, fault in faults.FAULTS.items():
        if key in NOT_HERE or (key.startswith("loop_") and "unit_type" not in HOUSES[name]):
            continue
        found.append((key, tuple(fault.targets(world)) or ("",)))
    return tuple(found)


def config(name: str) -> dict:
    """The node's config of a house."""
    keys = HOUSES[name]
    data = scenarios.house_config(keys["rooms"], keys.get("well_type", "single_aquifer"), keys.get("unit_type", "I"))
    for section in ("well", "well2"):
        data.get(section, {}).update(keys.get(section, {}))
    for room in data["rooms"]:
        room.update(keys.get("room", {}))
    return data


def draw(rng: random.Random, number: int = -1) -> Case:
    """A case from whatever `rng` says."""
    name = rng.choice(list(HOUSES))
    cooling = name == "cooling"
    start_c = round(rng.uniform(24.0, 29.0) if cooling else rng.uniform(13.0, 21.0), 1)
    mean_c = round(rng.uniform(24.0, 36.0) if cooling else rng.uniform(-18.0, 3.0), 1)
    broken: list[Fault] = []
    for _ in range(rng.choice((1, 2, 2, 3, 3))):
        one = draw_fault(rng, name, broken[-1].at_min if broken and rng.random() < 0.5 else None)
        if not any(one.name == other.name and (one.target == other.target or one.name == "sensor_swapped")
                   for other in broken):
            broken.append(one)
    broken.sort(key=lambda fault: (fault.at_min, fault.name, fault.target))
    return Case(number, rng.randint(1, 9999), name, start_c, mean_c, tuple(broken))


def draw_fault(rng: random.Random, name: str, near_min: int | None) -> Fault:
    """One fault of a house: half of them for good, the others for a minute to an hour. near_min: soon after that minute."""
    found = stand(name)
    key, targets = rng.choice([one for one in found if one[0] in HURTS] if rng.random() < HURTS_SHARE else found)
    target = rng.choice(targets)
    value = VALUES[key](rng) if key in VALUES else None
    minutes = FOR_GOOD_MIN if rng.random() < 0.5 else float(round(60.0 ** rng.random(), 1))
    at_min = rng.randint(1, LAST_ONSET_MIN) if near_min is None else near_min + rng.randint(0, NEAR_MIN)
    return Fault(key, target, value, at_min, minutes)


def case(seed: int, number: int) -> Case:
    """The case of a campaign; the same for ever, as long as houses and faults are what they are."""
    return draw(random.Random(f"truth-{seed}-{number}"), number)


# -- as text --


def fault_text(fault: Fault) -> str:
    """For a line of a table."""
    value = "" if fault.value is None else f" {fault.value:g}"
    until = "" if fault.minutes >= FOR_GOOD_MIN else f" for {fault.minutes:g} min"
    return f"{fault.name}{' ' + fault.target if fault.target else ''}{value} at {fault.at_min} min{until}"


def to_json(one: Case) -> dict:
    """For a line of results."""
    data = asdict(one)
    return {**data, "faults": list(data["faults"])}  # as it comes back from a file


def from_json(data: dict) -> Case:
    """Back from it."""
    return Case(**{**data, "faults": tuple(Fault(**fault) for fault in data["faults"])})


def toml(one: Case) -> str:
    """The scenario file of a case."""
    keys = one.scenario
    lines = [f"help = {json.dumps(str(one))}", f"hours = {HOURS}", "settle_h = 1.0", f"start_c = {one.start_c}"]
    lines += [f"{key} = {json.dumps(keys[key])}" for key in ("rooms", "well_type", "unit_type", "ground_c") if key in keys]
    lines += ["", "[weather]", f"mean_c = {one.mean_c}", "", "[node]", f"period_ms = {PERIOD_MS}"]
    for section in ("well", "well2", "room"):
        if section in keys:
            lines += ["", f"[{section}]", *(f"{key} = {json.dumps(value)}" for key, value in keys[section].items())]
    for fault in one.faults:
        lines += ["", "[[fault]]", f'at = "{fault.at_min // 60:02d}:{fault.at_min % 60:02d}"',
                  f"minutes = {fault.minutes}", f"name = {json.dumps(fault.name)}"]
        lines += [f"target = {json.dumps(fault.target)}"] if fault.target else []
        lines += [f"value = {fault.value}"] if fault.value is not None else []
    return "\n".join(lines) + "\n"
