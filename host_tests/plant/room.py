"""A room with air, fabric and floor nodes.

Air node: air and furnishings 10 kJ/(m2 K) (ISO 52016-1) and the outer 10 mm of plaster of its
surfaces. Exchange air to surfaces 3.45 W/(m2 K) over 4.5 m2 of surface per m2 of floor (ISO 13790).
"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class RoomParams:
    """One room; defaults are a 40 m2 village room in an insulated masonry house."""

    area_m2: float = 40.0
    air_j_m2k: float = 26_000.0
    fabric_j_m2k: float = 180_000.0
    floor_j_m2k: float = 120_000.0
    surface_w_m2k: float = 15.5  # 3.45 * 4.5, all surfaces, per m2 of floor
    direct_w_k: float = 29.0  # windows and infiltration
    opaque_w_k: float = 28.0  # walls and roof
    ground_w_k: float = 5.0
    neighbour_w_k: float = 18.0  # through the partition to each neighbour
    window_m2: float = 1.6  # solar aperture, already times g-value and frame
    airing_w_k: float = 90.0  # an open window


class Room:
    """Stepped once a second. `people` and `airing` follow a day plan drawn from the seed."""

    def __init__(self, params: RoomParams, start_c: float, rng: random.Random):
        self.params = params
        self.air_c = start_c
        self.fabric_c = start_c - 0.7
        self.floor_c = start_c - 0.5
        p = params
        self.c_air = p.area_m2 * p.air_j_m2k
        self.c_fabric = p.area_m2 * p.fabric_j_m2k
        self.c_floor = p.area_m2 * p.floor_j_m2k
        self.g_floor = 0.25 * p.surface_w_m2k * p.area_m2
        self.g_fabric = 0.75 * p.surface_w_m2k * p.area_m2
        self.plan = day_plan(rng)
        self.airing = False
        self.gains_w = 0.0
        self._until = -1.0

    def step(self, t_s: float, heat_w: float, outside_c: float, sun_w_m2: float, neighbours: list[Room]) -> None:
        """One second with `heat_w` from the unit."""
        p = self.params
        if t_s >= self._until:
            self._plan(t_s)
        air, fabric, floor = self.air_c, self.fabric_c, self.floor_c
        to_fabric = self.g_fabric * (air - fabric)
        to_floor = self.g_floor * (air - floor)
        sun = p.window_m2 * sun_w_m2
        losses = (p.direct_w_k + (p.airing_w_k if self.airing else 0.0)) * (air - outside_c)
        across = 0.0
        for other in neighbours:
            across += p.neighbour_w_k * (other.fabric_c - fabric)
        self.air_c = air + (heat_w + self.gains_w + 0.3 * sun - losses - to_fabric - to_floor) / self.c_air
        self.fabric_c = fabric + (to_fabric + 0.3 * sun + across - p.opaque_w_k * (fabric - outside_c)) / self.c_fabric
        self.floor_c = floor + (to_floor + 0.4 * sun - p.ground_w_k * (floor - 10.0)) / self.c_floor

    def _plan(self, t_s: float) -> None:
        """Gains and airing until the plan's next change (looked at once a minute)."""
        self._until = t_s + 60.0
        minute = int(t_s // 60) % 1440
        self.airing = any(start <= minute < end for start, end in self.plan["airing"])
        people = 0
        for start, end, n in self.plan["people"]:
            if start <= minute < end:
                people = n
        self.gains_w = 80.0 * people + 40.0


def day_plan(rng: random.Random) -> dict:
    """People at home (minute from, to, number) and airing (minute from, to) of one room."""
    leave = rng.randrange(450, 540)
    back = rng.randrange(960, 1110)
    start = rng.randrange(400, 560)
    return {
        "people": [(0, leave, 2), (leave, back, rng.choice((0, 0, 1))), (back, 1440, rng.choice((2, 3)))],
        "airing": [(start, start + 5)],
    }
