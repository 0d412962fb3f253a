"""Scenarios by name: config for the firmware, world for the plant, weather and length."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path

from plant import house, weather
from wellhearth.tables import config_rows

from . import faults
from .devices.ds18b20 import make_rom

FOLDER = Path(__file__).resolve().parents[1] / "scenarios"


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
    well_type: str = "single_aquifer"
    unit_type: str = "I"
    world: dict = field(default_factory=dict)  # for the plant
    config: dict = field(default_factory=dict)  # changes to sections of the firmware's config
    sky: dict = field(default_factory=dict)  # arguments of weather.DesignDay
    faults: list = field(default_factory=list)
    village: bool = False  # every room a node of its own, on the well's bus
    settle_h: float = 3.0  # comfort counts after this hour
    plant_only: bool = False  # years of the plant without firmware: decade.py

    def weather(self, seed: int):
        """The scenario's own weather."""
        return weather.DesignDay(seed, **self.sky)

    def well_params(self):
        """The well of a house with this scenario's ground (plant_only)."""
        data = house_config(self.rooms, self.well_type, self.unit_type)
        return house.create(data, {"scenario": self.world, "weather": self.weather(1)}).well.params

    def house(self, rooms: int) -> dict:
        """The firmware's config.json; of a village those of all nodes, and what the plant has to know."""
        data = village_config(rooms) if self.village else house_config(rooms, self.well_type, self.unit_type)
        for section, changes in self.config.items():
            for target in data["rooms"] if section == "room" else [data[section]]:
                target.update(changes)
        return data


SCENARIOS = {
    "winter_day": Scenario("winter_day", "one single_aquifer well, six rooms, a design winter day of Beijing"),
}
SECTIONS = ("node", "well", "well2", "loop", "room")
MAX_VILLAGE = 32
# Of the plant: numbers, and one yes or no. static_m, sealed and sustain_kpa are the well's (plant/well.py).
WORLD = ("ground_c", "start_c", "clog_per_day", "loss_w_k", "static_m", "sustain_kpa", "sealed")
FLAGS = ("sealed",)
ROOM_LOSS_W_K = 62.0  # of the village house's rooms, to outside and ground
SKY = ("mean_c", "swing_k", "sun_w_m2", "latitude_deg", "day")


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
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise ScenarioError(f"{path}: cannot be read ({e.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ScenarioError(f"{path}: not valid TOML: {e}") from None
    refuse_types(path, data)
    known = {"help", "village", "plant_only", "hours", "settle_h", "rooms", "well_type", "unit_type", "weather", "fault",
             *WORLD, *SECTIONS}
    unknown = set(data) - known
    if unknown:
        raise ScenarioError(f"{path}: unknown key {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")
    flags = {key: data[key] for key in ("village", "plant_only", *FLAGS) if key in data}
    if not all(isinstance(v, bool) for v in flags.values()):
        raise ScenarioError(f"{path}: {', '.join(flags)} must be true or false")
    numbers = {key: data[key] for key in ("hours", "settle_h", "rooms", *WORLD) if key in data and key not in FLAGS}
    numbers |= data.get("weather", {})
    if any(isinstance(v, bool) or not isinstance(v, (int, float)) for v in numbers.values()):
        raise ScenarioError(f"{path}: {', '.join(numbers)} must be numbers")
    for key, value in numbers.items():
        if not math.isfinite(value) or (key == "rooms" and value != int(value)):
            raise ScenarioError(f"{path}: {key} = {value}: wanted {'a whole' if key == 'rooms' else 'a finite'} number")
    if set(data.get("weather", {})) - set(SKY):
        raise ScenarioError(f"{path}: [weather] takes {', '.join(SKY)}")
    broken = [read_fault(path, number, entry) for number, entry in enumerate(data.get("fault", []), start=1)]
    scenario = Scenario(
        path.stem, str(data.get("help", "")), float(data.get("hours", 24)), int(data.get("rooms", 6)),
        data.get("well_type", "single_aquifer"), data.get("unit_type", "I"), {k: data[k] for k in WORLD if k in data},
        {k: data[k] for k in SECTIONS if k in data}, data.get("weather", {}), broken,
        data.get("village", False), float(data.get("settle_h", 3)), data.get("plant_only", False))
    refuse_bad_config(path, scenario)
    return scenario


def refuse_types(path: Path, data: dict) -> None:
    """ScenarioError for a key that is no table, or no text, where one is wanted."""
    for kind, word, keys in ((dict, "a table", ("weather", *SECTIONS)), (str, "text", ("help", "well_type", "unit_type"))):
        for key in keys:
            if not isinstance(data.get(key, kind()), kind):
                raise ScenarioError(f"{path}: {key} = {data[key]!r}: wanted {word}")
    faults_given = data.get("fault", [])
    if not isinstance(faults_given, list) or not all(isinstance(entry, dict) for entry in faults_given):
        raise ScenarioError(f"{path}: fault = {faults_given!r}: wanted [[fault]] tables")


def refuse_bad_config(path: Path, scenario: Scenario) -> None:
    """ScenarioError with every mistake that the firmware would find in this scenario's config."""
    from wellhearth.tables import config

    try:
        house = scenario.house(scenario.rooms)
        nodes = [house["well_node"], *house["room_nodes"]] if scenario.village else [house]
        errors = [line for node in nodes for line in config.validate(node)[1]]
    except KeyError as e:
        raise ScenarioError(f"{path}: this house has no section {e}") from None
    if errors:
        raise ScenarioError(f"{path}: {'; '.join(errors)}")


def read_fault(path: Path, number: int, entry: dict) -> Breakage:
    """One [[fault]] table: at = "hh:mm" or "hh:mm:ss", minutes, name, target, value."""
    where = f"{path}: fault {number}"
    try:
        hour, minute, second, *more = (int(part) for part in [*entry["at"].split(":"), 0])
        minutes = float(entry["minutes"])
        name = entry["name"]
    except (KeyError, ValueError, TypeError, AttributeError):
        raise ScenarioError(f'{where}: wanted at = "hh:mm", minutes = number, name = "..."') from None
    unknown = set(entry) - {"at", "minutes", "name", "target", "value"}
    if unknown or name not in faults.FAULTS or minutes <= 0:
        reason = f"unknown key {', '.join(sorted(unknown))}" if unknown else f"no fault is named {name!r} (--list-faults)"
        raise ScenarioError(f"{where}: {reason if minutes > 0 else 'minutes must be above 0'}")
    value = entry.get("value")
    good = value is None or (type(value) in (int, float) and math.isfinite(value))
    good = good and math.isfinite(minutes) and isinstance(entry.get("target", ""), str)
    if not (good and 0 <= hour and 0 <= minute < 60 and 0 <= second < 60 and len(more) < 2):
        raise ScenarioError(f'{where}: minutes and value are finite numbers, at is "hh:mm" or "hh:mm:ss", target is text')
    at_s = hour * 3600 + minute * 60 + second
    return Breakage(at_s, at_s + round(minutes * 60), name, entry.get("target", ""), entry.get("value"))


def read_config(path: str) -> dict:
    """A config.json by path, validated by the firmware's own rules; every mistake in one line."""
    from wellhearth.tables import config

    errors = config.load(path)[1]
    if errors:
        raise ScenarioError(f"{path}: {len(errors)} mistakes: " + "; ".join(errors))
    data = json.loads(Path(path).read_text(encoding="utf-8"))
    if "well" not in data or not data.get("rooms"):
        raise ScenarioError(f"{path}: this node lives on a bus with others; its house is the scenario village")
    # The wiring needs what the firmware would fill in by default.
    for section, rows in (("well", config_rows.WELL), ("well2", config_rows.WELL2), ("loop", config_rows.LOOP)):
        for key, _kind, default, *_rest in rows:
            if section in data:
                data[section].setdefault(key, default)
    return data


def rom(serial: int) -> str:
    """ROM of a DS18B20, in hex."""
    return make_rom(serial).hex()


def village_config(rooms: int) -> dict:
    """A village on one well: `well_node` and `room_nodes` are config.json files, `well` and `rooms` describe the plant."""
    if not 1 <= rooms <= MAX_VILLAGE:
        raise ScenarioError(f"--rooms {rooms}: a bus has 1 to {MAX_VILLAGE} rooms")
    share = max(1.0, rooms / 6)  # of the village house's well
    well = {
        "supply_rom": rom(0x1001), "return_rom": rom(0x1002), "pulses_per_m3": 10000, "return_pulses_per_m3": 10000,
        "min_flow_lph": round(1200 * share), "max_flow_lph": round(4800 * share),
        "flow_kp_pm_m3h": max(1, round(40 / share)), "flow_ff_pm_m3h": round(85 / share),
        "flow_ramp_lph_s": round(100 * share),
    }
    homes = [{"name": f"house {i + 1}", "setpoint_mc": 20000, "room_rom": rom(0x2001 + i),
              "supply_air_rom": rom(0x3001 + i), "leaving_rom": rom(0x4001 + i)} for i in range(rooms)]
    return {
        "well": well, "rooms": homes, "share": share,
        "well_node": {"node": {"name": "well house"}, "well": well, "rooms": [],
                      "bus": {"role": "client", "rooms": f"1-{rooms}"}},
        "room_nodes": [{"node": {"name": home["name"]}, "rooms": [home], "bus": {"role": "server", "address": i}}
                       for i, home in enumerate(homes, start=1)],
    }


def house_config(rooms: int, well_type: str = "single_aquifer", unit_type: str = "I") -> dict:
    """The firmware's config.json of the village house, or of one with another well or other units."""
    if not 1 <= rooms <= 8:
        raise ScenarioError(f"--rooms {rooms}: a node runs 1 to 8 rooms")

    names = ("kitchen", "living room", "bedroom south", "bedroom north", "study", "grandparents", "workshop", "guests")

    def well(first: int) -> dict:
        section = {"supply_rom": rom(first), "return_rom": rom(first + 1), "pulses_per_m3": 50000,
                   "return_pulses_per_m3": 50000}
        if well_type == "multi_aquifer":
            section |= {"min_flow_lph": 750, "max_flow_lph": 3000, "flow_ff_pm_m3h": 92}
        return section

    data = {
        "node": {"name": "village house"},
        "well": well(0x1001),
        "rooms": [
            {
                "name": names[i], "setpoint_mc": 20000, "room_rom": rom(0x2001 + i),
                "supply_air_rom": rom(0x3001 + i), "leaving_rom": rom(0x4001 + i),
            }
            for i in range(rooms)
        ],
    }
    if well_type != "single_aquifer":
        data["well"]["type"] = well_type
    if well_type == "multi_aquifer":
        data["well2"] = well(0x1003)
    if unit_type != "I":
        data["loop"] = {"supply_rom": rom(0x5001), "return_rom": rom(0x5002), "antifreeze_mc": -15000}
        for room in data["rooms"]:
            room["unit_type"] = unit_type
    return data
