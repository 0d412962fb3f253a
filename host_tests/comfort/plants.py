"""The plants of the table: the project's house, and houses, units, wells and sensors that differ from it.

A plant is a name and what differs; the firmware is told nothing of it. Air nodes: 26 kJ/(m2 K) is what the project's
house had before ISO 52016-1's 10 kJ/(m2 K); 52 twice that.
"""

from __future__ import annotations

import copy
import dataclasses
from collections import deque
from dataclasses import dataclass, field

from plant import heatpump, house, room, well

SOFT_J_K, HEAVY_J_K = 1_040_000.0, 2_080_000.0


@dataclass(frozen=True)
class Kind:
    """One plant. unit: capacity and power over what its plate says. lag_s: of the room's sensor, 0 the project's own."""

    help: str
    world: dict = field(default_factory=dict)
    unit: float = 1.0
    lag_s: float = 0.0
    pipe_s: float = 0.0
    well: bool = False  # it differs in its well only: a single room on held water cannot tell


def air(j_k: float) -> dict:
    """A room whose air and furniture hold so much."""
    return {"room": dataclasses.replace(room.RoomParams(), air_j_k=j_k)}


def losses(share: float) -> dict:
    """The room with its losses times `share`: walls, roof, windows and draught alike."""
    p = room.RoomParams()
    elements = tuple(dataclasses.replace(e, links_w_m2k=(*e.links_w_m2k[:-1], e.links_w_m2k[-1] * share))
                     for e in p.elements)
    return {"room": dataclasses.replace(p, elements=elements, vent_w_k=p.vent_w_k * share)}


def weak_well(share: float) -> dict:
    """A well that gives less heat and takes less water."""
    return {"well": well.scaled(well.HOUSE, share)}


KINDS = {
    "light": Kind("air and furniture 10 kJ/(m2 K), as ISO 52016-1 gives them (the project's house)"),
    "soft": Kind("26 kJ/(m2 K): what the firmware was tuned on", air(SOFT_J_K)),
    "heavy": Kind("52 kJ/(m2 K)", air(HEAVY_J_K)),
    "tight": Kind("losses x0.7", losses(0.7)),
    "leaky": Kind("losses x1.5", losses(1.5)),
    "small_unit": Kind("the unit gives 0.7 of its plate", unit=0.7),
    "large_unit": Kind("the unit gives 1.5 of its plate", unit=1.5),
    "weak_well": Kind("the well gives 30 % less", weak_well(0.7), well=True),
    "lag_2": Kind("room sensor lags 2 minutes more", lag_s=245.0),
    "lag_15": Kind("room sensor lags 15 minutes", lag_s=900.0),
    "far_pipe": Kind("water is 60 s in the pipes", pipe_s=60.0, well=True),
}


class House(house.House):
    """The house of a `Kind`: units that give another share of their plates, and a long pipe to them.

    Water moves through the pipe as a plug: what goes in comes out unmixed when as much has followed it.
    """

    def __init__(self, kind: Kind, config: dict, options: dict):
        real = copy.deepcopy(config)
        for section in real["rooms"]:
            section["rated_w"] = round(section.get("rated_w", heatpump.RATED_W) * kind.unit)
        super().__init__(real, {**options, "scenario": kind.world | options.get("scenario", {})})
        self.plug: deque[tuple[float, float]] = deque()
        if kind.pipe_s:
            volume = kind.pipe_s / 3600.0 * self.well.params.nominal_m3h
            self.plug.append((volume, self.supply_c))

    def _pipes(self, total_w: float, flow: float) -> None:
        super()._pipes(total_w, flow)
        if self.plug and flow > 0.0:
            self.supply_c = self._pushed(flow / 3600.0)

    def _pushed(self, volume: float) -> float:
        """Mean temperature of what comes out when `volume` m3 go in."""
        self.plug.append((volume, self.supply_c))
        left, heat = volume, 0.0
        while left > 1e-12:
            first, temp = self.plug.popleft()
            part = min(first, left)
            heat += part * temp
            left -= part
            if first > part:
                self.plug.appendleft((first - part, temp))
        return heat / volume
