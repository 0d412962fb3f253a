"""A house that nobody here wrote, as a plant: EnergyPlus computes the rooms, our well, pipes and units are around them.

    wellhearth sim --plant energyplus.house:create --weather FILE.epw [--first-day N]

EnergyPlus goes by minutes, our units by seconds. What a unit gives in a minute is summed and handed over at its end, to
the joule, as the mean power of that minute: EnergyPlus's account of heat is the house's. In between, `Air` goes on by
seconds from what EnergyPlus said last, so that a sensor sees the air move while the unit blows; what the two differ by at
a minute's end is made up in the next minute, in equal parts: no step, and nothing that adds up.
"""

from __future__ import annotations

import random

from plant import building, house
from plant.house import PlantError
from plant.room import BLOWS_W

from . import dwelling, link, rules
from .compare import elevation_m
from .frames import Zone

MINUTE_S = 60
# How much more the surfaces take of warmer air within a minute: the value of least `apart_k`. No account hangs on it.
FILM_W_M2K = 4.0


class Air:
    """A room's air between two words of EnergyPlus; stands where plant/room.py's Room stands.

    `air_c`: what a sensor feels, degC. `heat_j`: what the unit gave in the running minute. `apart_k`: how far EnergyPlus
    was from it at the last minute's end.
    """

    def __init__(self, of: dwelling.Room, density: float, zone: Zone):
        """density: of the outside air over that at sea level."""
        self.capacity_j_k = dwelling.AIR_J_M2K * of.floor_m2 * density
        changes_w_k = dwelling.AIR_CHANGES_H * of.floor_m2 * dwelling.HEIGHT_M * dwelling.AIR_J_M3K * density / 3600.0
        self.per_k = FILM_W_M2K * of.surface_m2 + changes_w_k
        self.air_c = zone.air_c
        self.apart_k = 0.0
        self.hear(zone)

    def hear(self, zone: Zone) -> None:
        """A minute has ended with this state."""
        self.zone = zone
        self.apart_k = zone.air_c - self.air_c
        self.catch_up_k = self.apart_k / MINUTE_S
        self.other_w = zone.surface_w + zone.outdoor_w + zone.inner_w - zone.unit_w
        self.heat_j = 0.0
        self.blown_s = 0
        self.drift_k = 0.0  # since then, without the catching up

    def step(self, t_s: float, heat_w: float, outside_c: float, sun_w_m2: float, neighbours: list) -> None:
        """One second with `heat_w` from the unit. What else there is EnergyPlus knows."""
        self.heat_j += heat_w
        if not -BLOWS_W < heat_w < BLOWS_W:
            self.blown_s += 1
        gain = (heat_w + self.other_w - self.per_k * self.drift_k) / self.capacity_j_k
        self.drift_k += gain
        self.air_c += gain + self.catch_up_k


class EnergyPlusHouse(house.House):
    """The plant: house.House with other rooms. `apart_k` of `truth` is the largest of the rooms' at the last minute.

    `blown_w_m2k`: convection while a unit blows; 0: still air, as EnergyPlus computes it, which knows nothing of a fan.
    """

    blown_w_m2k = 0.0

    def __init__(self, config: dict, options: dict):
        self.seconds = 0
        super().__init__(config, options)
        self.truth["apart_k"] = 0.0

    def make_rooms(self, scenario: dict, seed: int) -> list:
        """EnergyPlus, started and warmed up to the scenario's `start_c` +-0.5 K. PlantError says what is wrong."""
        if self.n != len(dwelling.ROOMS):
            raise PlantError(f"the house in EnergyPlus has {len(dwelling.ROOMS)} rooms, this node {self.n}")
        unknown = set(scenario) - {"start_c", "ground_c", "clog_per_day", "well", "well2", *house.WELL_KEYS}
        if unknown:
            raise PlantError(f"the house in EnergyPlus is as it is: {', '.join(sorted(unknown))} cannot be set")
        year = getattr(self.weather, "source", self.weather)
        path = getattr(year, "path", None)
        if path is None:
            raise PlantError("the house in EnergyPlus needs a weather file: --weather FILE.epw")
        if len(year.temps) != 8760:
            raise PlantError(f"{path}: a leap year; the house in EnergyPlus takes years of 8760 hours")
        rng = random.Random(f"room-{seed}")
        start_c = [scenario.get("start_c", 18.0) + rng.uniform(-0.5, 0.5) for _ in dwelling.ROOMS]
        self.link = link.Link(path, year.offset_h // 24 + 1, start_c, self.blown_w_m2k)
        density = rules.density(elevation_m(path))
        return [Air(of, density, zone) for of, zone in zip(dwelling.ROOMS, self.link.zones)]

    def _water(self, commands: dict) -> None:
        """The last of a second's work: with the last second of a minute EnergyPlus takes its turn."""
        super()._water(commands)
        self.seconds += 1
        if self.seconds % MINUTE_S == 0:
            self.link.minute([air.heat_j / MINUTE_S for air in self.rooms],
                             [2 * air.blown_s >= MINUTE_S for air in self.rooms])
            for air, zone in zip(self.rooms, self.link.zones):
                air.hear(zone)
            self.truth["apart_k"] = max(abs(air.apart_k) for air in self.rooms)

    def close(self) -> None:
        """End EnergyPlus. May be called twice."""
        self.link.close()


class Blown(EnergyPlusHouse):
    """The same with the village room's convection while a unit blows (plant/building.py)."""

    blown_w_m2k = building.BLOWN_W_M2K


def create(config: dict, options: dict) -> EnergyPlusHouse:
    """The factory for `--plant energyplus.house:create`."""
    return EnergyPlusHouse(config, options)


def blown(config: dict, options: dict) -> Blown:
    """The factory for `--plant energyplus.house:blown`."""
    return Blown(config, options)
