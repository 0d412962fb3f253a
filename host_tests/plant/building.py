"""What a room is built of: surfaces, masses and conductances, and the village room from its construction.

Inside, W/(m2 K): radiation 5.13 (ISO 13789). Convection by G. Walton's TARP (NBSIR 83-2655) at 2 K between air and
surface: 1.31 dT^(1/3) = 1.65 on walls; ceilings and floors 1.4, the mean of its values for heat that may rise (1.91)
and heat that may not (0.96). While the unit blows: 4.4 on all of them, D. Fisher and C. Pedersen, "Convective heat
transfer in building energy and thermal load calculations", ASHRAE Transactions 103 (1997), walls and floors at 750 m3/h,
6.7 changes an hour (their ceiling's 13 is of a diffuser in it, and is not used).
Outside: 24.14 in all (ISO 13789: 20 of convection at 4 m/s, 4.14 of radiation).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

RADIATION_W_M2K = 5.13
UPRIGHT_W_M2K, LEVEL_W_M2K, BLOWN_W_M2K = 1.65, 1.4, 4.4
INNER_R_M2K_W = 0.13  # of films, as U-values are quoted (ISO 6946)


@dataclass(frozen=True)
class Element:
    """A surface of the room and what lies behind it.

    `nodes_j_m2k`: masses from inside to outside, none for a window. `links_w_m2k`, one more than masses: surface to first
    mass, mass to mass, last mass to what is behind, outer film included (0: nothing is behind). `behind`: "wall", "roof",
    "pane" (outside air, with the excess of its kind in the weather's `Skin`) or "ground". `sun_share`: of the sun that
    comes in and does not go to the air at once.
    """

    name: str
    area_m2: float
    nodes_j_m2k: tuple[float, ...]
    links_w_m2k: tuple[float, ...]
    behind: str = "wall"
    convection_w_m2k: float = UPRIGHT_W_M2K
    sun_share: float = 0.0
    radiation_w_m2k: float = RADIATION_W_M2K


def chain(slices: list[tuple[float, float]], u_w_m2k: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(nodes, links) of slices (J/(m2 K), m2 K/W) from the inside; what is missing to the U-value lies behind the last.

    U-value 0: nothing is behind.
    """
    links, rest = [], 0.0
    for _, resistance in slices:
        links.append(1.0 / (rest + resistance / 2.0))
        rest = resistance / 2.0
    behind = 1.0 / (1.0 / u_w_m2k - INNER_R_M2K_W - sum(1.0 / g for g in links)) if u_w_m2k else 0.0
    return tuple(c for c, _ in slices), (*links, behind)


def village_elements(wall_u: float = 0.45, roof_u: float = 0.25, window_u: float = 2.7) -> tuple[Element, ...]:
    """Surfaces of a 40 m2 room of a masonry house, 8 m x 5 m x 2.8 m between two neighbours; U-values in W/(m2 K).

    Walls to south and north 40 m2, brick inside of the insulation; a light ceiling 40 m2; two partitions of 120 mm brick,
    28 m2, to their middle; 60 mm of screed on insulation; 5 m2 of windows. Masses as a day feels them: with the air's
    326 kJ/(m2 K) of floor area (of the outer brick 70 mm, behind 10 mm of plaster).
    """
    inner = (39_400.0, 0.045)  # 10 mm of plaster and 20 mm of brick
    wall = chain([inner, (78_000.0, 0.065)], wall_u)
    roof = chain([(10_000.0, 0.06)], roof_u)
    partition = chain([inner, (60_000.0, 0.05)], 0.0)
    floor = chain([(60_000.0, 0.021), (60_000.0, 0.021)], 0.125)
    window = ((), (1.0 / (1.0 / window_u - INNER_R_M2K_W),))
    return (
        Element("walls", 40.0, *wall, "wall", UPRIGHT_W_M2K, 0.19),
        Element("partitions", 28.0, *partition, "wall", UPRIGHT_W_M2K, 0.13),
        Element("ceiling", 40.0, *roof, "roof", LEVEL_W_M2K, 0.18),
        Element("floor", 40.0, *floor, "ground", LEVEL_W_M2K, 0.5),
        Element("windows", 5.0, *window, "pane"))


@dataclass(frozen=True)
class RoomParams:
    """One room; defaults are the 40 m2 room of `village_elements`, 62 W/K to outside and ground by its U-values.

    An element named "floor" is needed; neighbours meet in the one named "partitions".
    """

    elements: tuple[Element, ...] = village_elements()
    air_j_k: float = 400_000.0  # air and furniture, ISO 52016-1: 10 kJ/K for each m2
    area_m2: float = 40.0
    vent_w_k: float = 15.5  # infiltration: 0.4 air changes an hour
    window_m2: float = 1.6  # solar aperture at right angles: 3 m2 to the south, g 0.75, frame 30 %
    sun_air: float = 0.1  # share of the sun that light furniture gives to the air at once (ISO 52016-1)
    gains_air: float = 0.4  # share of inner gains that is convection (ISO 52016-1)
    ground_c: float = 10.0
    neighbour_w_k: float = 18.0  # through the partition to each neighbour
    airing_w_k: float = 90.0  # an open window
    blown_w_m2k: float | None = BLOWN_W_M2K  # convection while the unit blows; None: heat comes without wind

    def loss_w_k(self, ground: bool = True) -> float:
        """W for each kelvin that the air is warmer than outside (and ground, else that stays out), steady, the unit
        blowing, an air change included; by the room's own network, so a little less than U-values would add up to.
        """
        parts = []
        for e in self.elements:
            if not e.links_w_m2k[-1] or (e.behind == "ground" and not ground):
                through = 0.0
            else:
                through = e.area_m2 / sum(1.0 / g for g in e.links_w_m2k)
            convection = e.convection_w_m2k if self.blown_w_m2k is None else self.blown_w_m2k
            parts.append((e.area_m2 * convection, e.area_m2 * e.radiation_w_m2k, through))
        # Air at 1, outside at 0; the radiant star first, then each face.
        star = sum(rad * conv / (conv + rad + g) for conv, rad, g in parts) / \
            sum(rad * (conv + g) / (conv + rad + g) for conv, rad, g in parts)
        return self.vent_w_k + sum(g * (conv + rad * star) / (conv + rad + g) for conv, rad, g in parts)


def leaky(params: RoomParams | None = None, total_w_k: float = 165.0) -> RoomParams:
    """The room before anybody insulated it, `total_w_k` W/K to outside and ground: walls of bare 240 mm brick (U 2.0), tiles
    over a board ceiling (U 1.0), old windows (U 4.0); draught makes up the rest. Of `params` all else is kept.
    """
    params = params or RoomParams()
    bare = dataclasses.replace(params, elements=village_elements(2.0, 1.0, 4.0), vent_w_k=0.0)
    draught = total_w_k - bare.loss_w_k()
    if draught < 0.0:
        raise ValueError(f"{total_w_k:g} W/K: walls, roof and windows alone lose {bare.loss_w_k():.0f}")
    return dataclasses.replace(bare, vent_w_k=draught)
