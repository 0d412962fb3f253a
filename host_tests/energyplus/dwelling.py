"""A small detached village house of northern China as EnergyPlus gets it: six rooms on one floor under a cold attic.

Two rows of three rooms, the long side to the south. `dwelling_idf.py` writes it, `house.py` puts our units and well around
it. Materials: GB 50176-2016, appendix B. Walls, roof and windows are as GB/T 50824-2013 asks of a village house in the
cold zone (wall 0.65, roof 0.50, window 2.8 W/(m2 K) at most) or a little better; air change: JGJ 26-2018, 0.5 an hour.
"""

from __future__ import annotations

from dataclasses import dataclass

from .cells import Layer

COLUMNS_M = (0.0, 7.2, 12.6, 18.6)  # from west to east
ROWS_M = (0.0, 6.0, 11.1)  # from south to north
HEIGHT_M = 2.8
RIDGE_M = 2.2  # of the roof, above the ceiling
AIR_CHANGES_H = 0.5
ATTIC_CHANGES_H = 2.0
AIR_J_M2K = 10_000.0  # air and light furniture for each m2 of floor (ISO 52016-1)
AIR_J_M3K = 1.2 * 1006.0
FURNITURE_M2_M2 = 0.5  # surface of wooden furniture for each m2 of floor
AIRING_M3_S = 0.075  # an open window: 90 W/K, as in plant/building.py
WINDOW_U_W_M2K, WINDOW_G = 2.6, 0.60  # plastic frame, 5 + 12A + 5, of the whole window
SILL_M = 0.9
# Under half a metre of soil below the floor, by month: a heated house on ground of 11 degC. An estimate.
GROUND_C = (12.0, 11.5, 11.0, 11.0, 11.5, 12.5, 13.5, 14.5, 15.0, 14.5, 14.0, 13.0)

PLASTER = Layer("plaster", 0.020, 0.81, 1600, 1050)
MORTAR = Layer("mortar", 0.020, 0.93, 1800, 1050)
BRICK = Layer("brick 240", 0.240, 0.81, 1800, 1050)
HALF_BRICK = Layer("brick 120", 0.120, 0.81, 1800, 1050)
EPS = Layer("expanded polystyrene", 0.080, 0.047, 20, 1380)  # 0.039 with the standard's 1.2 for joints and damp
TILE = Layer("roof tile", 0.020, 0.93, 1800, 1050)
BOARD = Layer("roof board", 0.020, 0.14, 500, 2510)
WOOL = Layer("mineral wool", 0.120, 0.050, 100, 1220)
GYPSUM = Layer("gypsum board", 0.010, 0.33, 1050, 1050)
FLOOR_TILE = Layer("floor tile", 0.010, 1.5, 2300, 920)
SCREED = Layer("screed", 0.040, 0.93, 1800, 1050)
XPS = Layer("extruded polystyrene", 0.030, 0.033, 30, 1380)
CONCRETE = Layer("concrete", 0.080, 1.51, 2300, 920)
SOIL = Layer("soil", 0.500, 1.16, 2000, 1010)
DOOR = Layer("door", 0.045, 0.16, 300, 1500)
WOOD = Layer("wood", 0.020, 0.14, 500, 2510)
# From inside to outside, seen from a room; the attic sees its floor the other way round.
CONSTRUCTIONS = {
    "wall": (PLASTER, BRICK, EPS, MORTAR),
    "partition": (PLASTER, HALF_BRICK, PLASTER),
    "ceiling": (GYPSUM, WOOL),
    "attic floor": (WOOL, GYPSUM),
    "roof": (BOARD, TILE),
    "gable": (HALF_BRICK, MORTAR),
    "floor": (FLOOR_TILE, SCREED, XPS, CONCRETE, SOIL),
    "door": (DOOR,),
    "furniture": (WOOD,),
}


@dataclass(frozen=True)
class Room:
    """A room at a place of the plan, its windows as (side, width in m, height in m), and how it is lived in.

    `people` and `watts` (of equipment and light) by hour: (from hour, value), each up to the next, the last to midnight.
    `aired`: hour at which its window stands open for five minutes.
    """

    name: str
    column: int
    row: int
    windows: tuple[tuple[str, float, float], ...]
    people: tuple[tuple[int, float], ...]
    watts: tuple[tuple[int, float], ...]
    aired: int
    door: bool = False

    @property
    def x_m(self) -> tuple[float, float]:
        """West and east."""
        return COLUMNS_M[self.column], COLUMNS_M[self.column + 1]

    @property
    def y_m(self) -> tuple[float, float]:
        """South and north."""
        return ROWS_M[self.row], ROWS_M[self.row + 1]

    @property
    def floor_m2(self) -> float:
        """Floor area, m2."""
        return (self.x_m[1] - self.x_m[0]) * (self.y_m[1] - self.y_m[0])

    @property
    def surface_m2(self) -> float:
        """What surrounds its air, furniture included, m2."""
        round_m = 2.0 * (self.x_m[1] - self.x_m[0] + self.y_m[1] - self.y_m[0])
        return round_m * HEIGHT_M + (2.0 + FURNITURE_M2_M2) * self.floor_m2


# In the order of the names of the village house's config (harness/scenarios.py).
ROOMS = (
    Room("kitchen", 0, 1, (("north", 1.5, 1.2), ("west", 1.2, 1.2)),
         ((0, 0), (6, 1), (8, 0), (11, 1), (13, 0), (17, 2), (19, 0)),
         ((0, 60), (6, 500), (8, 60), (11, 900), (13, 60), (17, 900), (19, 80)), 12),
    Room("living room", 0, 0, (("south", 3.6, 1.6), ("west", 1.5, 1.4)),
         ((0, 0), (8, 1), (12, 2), (14, 1), (18, 3), (22, 0)), ((0, 15), (8, 60), (18, 260), (22, 15)), 9, door=True),
    Room("bedroom south", 1, 0, (("south", 2.4, 1.5),),
         ((0, 2), (7, 0), (13, 1), (14, 0), (22, 2)), ((0, 10), (21, 70), (23, 10)), 7),
    Room("bedroom north", 1, 1, (("north", 1.5, 1.2),), ((0, 1), (7, 0), (21, 1)), ((0, 10), (20, 60), (23, 10)), 7),
    Room("study", 2, 1, (("north", 1.5, 1.2), ("east", 1.2, 1.2)),
         ((0, 0), (9, 1), (12, 0), (14, 1), (17, 0), (19, 1), (21, 0)),
         ((0, 20), (9, 150), (12, 20), (14, 150), (21, 20)), 10),
    Room("grandparents", 2, 0, (("south", 2.7, 1.5), ("east", 1.5, 1.4)),
         ((0, 2), (8, 1), (10, 0), (13, 2), (16, 1), (20, 2)), ((0, 10), (7, 60), (10, 20), (18, 150), (21, 10)), 8),
)


def at(column: int, row: int) -> Room | None:
    """The room at a place of the plan; None outside."""
    return next((r for r in ROOMS if (r.column, r.row) == (column, row)), None)


def u_w_m2k(construction: str, films_m2k_w: float = 0.17) -> float:
    """U-value of a construction with its films (ISO 6946: 0.13 inside, 0.04 outside)."""
    return 1.0 / (films_m2k_w + sum(layer.r_m2k_w for layer in CONSTRUCTIONS[construction]))
