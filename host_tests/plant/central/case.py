"""A central plant as data: cases/NAME.toml, read and refused with a reason."""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass, field
from pathlib import Path

from ..ground.params import CHENGDE, FIRST_WELL, WellParams
from .buildings import BuildingData
from .climate import ClimateYear

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).with_name("cases")
GROUNDS = {"chengde": CHENGDE, "first": FIRST_WELL}
SECTIONS = {
    "climate": {"city": str, "mean_c": float, "design_c": float, "latitude_deg": float},
    "wells": {"count": int, "ground": str, "ground_c": float, "nominal_m3h": float, "spacing_m": float},
    "machines": {"count": int, "heat_kw": float, "recovery": int},
    "secondary": {"pumps": int},
    "tertiary": {"pumps": int, "winter_c": float, "summer_c": float},
}
OPTIONAL = {
    "boiler": {"kw": float}, "chiller": {"kw": float}, "tank": {"m3": float, "ring_m3h": float, "heater_kw": float},
    "night": {"limit_db": float, "from_h": int, "to_h": int},
    "measured": {"flow_m3h": float, "supply_c": float, "return_c": float, "room_c": list},
}
MOST = {"wells": 32, "machines": 12}


class CaseError(Exception):
    """A case that cannot be used; the message names file, section and reason."""


@dataclass(frozen=True)
class Case:
    """One plant. Sections as in the file; a section that is not there is an empty table."""

    name: str
    help: str
    climate: dict
    wells: dict
    machines: dict
    secondary: dict
    tertiary: dict
    buildings: tuple[BuildingData, ...]
    boiler: dict = field(default_factory=dict)
    chiller: dict = field(default_factory=dict)
    tank: dict = field(default_factory=dict)
    night: dict = field(default_factory=dict)
    measured: dict = field(default_factory=dict)

    def well_params(self) -> WellParams:
        """Each of the wells as built."""
        return dataclasses.replace(GROUNDS[self.wells["ground"]], ground_c=self.wells["ground_c"],
                                   nominal_m3h=self.wells["nominal_m3h"])

    def weather(self, seed: int, first_day: int = 1) -> ClimateYear:
        """A year of its place."""
        c = self.climate
        return ClimateYear(seed, c["mean_c"], c["design_c"], c["latitude_deg"], first_day)

    @property
    def heated_m2(self) -> float:
        """Floor area that this plant heats."""
        return sum(b.m2 for b in self.buildings if b.heat_w_m2 > 0.0)

    @property
    def cooled_m2(self) -> float:
        """Floor area that it cools."""
        return sum(b.m2 for b in self.buildings if b.cooled)


def names() -> list[str]:
    """The cases there are."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def find(name: str) -> Case:
    """The case of that name; CaseError lists those there are."""
    if name not in names():
        raise CaseError(f"no case is named {name!r}; there are: {', '.join(names())}")
    return read(FOLDER / f"{name}.toml")


def read(path: Path) -> Case:
    """A case file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise CaseError(f"{path}: cannot be used: {e}") from None
    unknown = set(data) - {"help", "building", *SECTIONS, *OPTIONAL}
    if unknown:
        raise CaseError(f"{path}: unknown section {', '.join(sorted(unknown))}")
    found = {name: section(path, data, name, keys) for name, keys in SECTIONS.items()}
    found |= {name: section(path, data, name, keys) for name, keys in OPTIONAL.items() if name in data}
    for name, most in MOST.items():
        if not 1 <= found[name]["count"] <= most:
            raise CaseError(f"{path}: [{name}] count {found[name]['count']}: 1 to {most}")
    if found["wells"]["ground"] not in GROUNDS:
        raise CaseError(f"{path}: [wells] ground: one of {', '.join(GROUNDS)}")
    if not 1 <= found["secondary"]["pumps"] <= 4 or not 1 <= found["tertiary"]["pumps"] <= 4:
        raise CaseError(f"{path}: a network has 1 to 4 pumps")
    return Case(path.stem, str(data.get("help", "")), buildings=buildings(path, data.get("building", [])), **found)


def section(path: Path, data: dict, name: str, keys: dict) -> dict:
    """One table, all of its keys, each of its kind and above 0 where it is an amount."""
    given = data.get(name)
    if not isinstance(given, dict) or set(given) != set(keys):
        raise CaseError(f"{path}: [{name}] wants exactly {', '.join(keys)}")
    for key, kind in keys.items():
        value = given[key]
        good = isinstance(value, (int, float) if kind is float else kind) and not isinstance(value, bool)
        if not good or (key.endswith(("_m3h", "_kw", "m3", "_m")) and value <= 0):
            raise CaseError(f"{path}: [{name}] {key} = {value!r} cannot be used")
    return dict(given)


def buildings(path: Path, given: list) -> tuple[BuildingData, ...]:
    """The [[building]] tables."""
    known = {f.name for f in dataclasses.fields(BuildingData)}
    found = []
    for number, entry in enumerate(given, start=1):
        unknown = set(entry) - known
        if unknown:
            raise CaseError(f"{path}: building {number}: unknown key {', '.join(sorted(unknown))}")
        try:
            found.append(BuildingData(**entry))
        except TypeError as e:
            raise CaseError(f"{path}: building {number}: {e}") from None
        if found[-1].m2 <= 0.0 or (found[-1].heat_w_m2 <= 0.0 and found[-1].loss_w_m2k <= 0.0):
            raise CaseError(f"{path}: building {number}: m2 and a loss (heat_w_m2 or loss_w_m2k) above 0 are wanted")
    if not found:
        raise CaseError(f"{path}: no [[building]]")
    return tuple(found)
