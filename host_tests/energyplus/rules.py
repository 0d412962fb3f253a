"""RoomParams of a cell by rule, from the same constructions that EnergyPlus gets; nothing here is fitted to its results.

A layer inside the insulation becomes masses of at most 50 mm; insulation and what is outside of it count as resistance.
Of the sun let in the floor takes its absorptance, the other surfaces and the window share the rest by area, and what
falls back on the window is lost (the fractions of ANSI/ASHRAE 140, annex B7). The gap of the double glazing: EN 673.
"""

from __future__ import annotations

import math

from plant import building, sun

from . import cells

SLICE_M = 0.05
INSULATION_W_MK = 0.05
G_VALUE = 0.789  # of the double glazing at right angles, ANSI/ASHRAE 140 table 5-6
GAP_W_M2K = 0.0253 / cells.GAP_M + 3.72  # still air at 10 degC, and radiation between panes of emissivity 0.84
AIR_J_M3K = 1.2 * 1006.0


def density(elevation_m: float) -> float:
    """Density of the air over that at sea level (standard atmosphere)."""
    return (1.0 - 2.25577e-5 * elevation_m) ** 5.2559


def chain(layers: tuple[cells.Layer, ...], film_m2k_w: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(nodes, links) of a construction; `film_m2k_w` the resistance outside."""
    nodes, links, rest, insulated = [], [], 0.0, False
    for layer in layers:
        insulated = insulated or layer.k_w_mk < INSULATION_W_MK
        if insulated:
            rest += layer.r_m2k_w
            continue
        count = math.ceil(layer.thick_m / SLICE_M)
        for _ in range(count):
            half = layer.r_m2k_w / count / 2.0
            links.append(1.0 / (rest + half))
            nodes.append(layer.c_j_m2k / count)
            rest = half
    return tuple(nodes), (*links, 1.0 / (rest + film_m2k_w))


def params(cell: cells.Cell, elevation_m: float) -> building.RoomParams:
    """The cell as plant/room.py takes it, at a place of this height above the sea."""
    film = 1.0 / sun.OUTSIDE_W_M2K
    wall, floor, window = cell.wall_m2, cell.floor_m2, cells.WINDOW_M2
    spread = (1.0 - cells.ABSORPTANCE) / (wall + floor + window)
    pane = 1.0 / (2.0 * cells.PANE_M / cells.PANE_W_MK + 1.0 / GAP_W_M2K + film)
    air = cell.volume_m3 * AIR_J_M3K * density(elevation_m)
    return building.RoomParams((
        building.Element("walls", wall, *chain(cell.wall, film), "wall", building.UPRIGHT_W_M2K, spread * wall),
        building.Element("ceiling", floor, *chain(cell.roof, film), "roof", building.LEVEL_W_M2K, spread * floor),
        building.Element("floor", floor, *chain(cell.floor, 0.0), "ground", building.LEVEL_W_M2K, cells.ABSORPTANCE),
        building.Element("windows", window, (), (pane,), "pane", building.UPRIGHT_W_M2K, 0.0,
                         building.RADIATION_W_M2K * cells.PANE_EMISSIVITY / cells.EMISSIVITY),
    ), air_j_k=air, area_m2=floor, vent_w_k=cells.AIR_CHANGES_H * air / 3600.0, window_m2=window * G_VALUE, sun_air=0.0,
        gains_air=1.0 - cells.GAINS_RADIANT, ground_c=cells.GROUND_C, blown_w_m2k=None)
