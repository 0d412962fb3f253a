"""A plant at the other end of the bus, as a well's node sees it: heat that it asks for, and whether it still speaks.

The plant asks, the well decides: what comes here is a demand like a room's, and its protections and limits stay what they
are.
"""

from ..control.tick import Tick
from ..tables.bits import PLANT_SILENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..node.demand import Demand

HOLD_S = 3600
WRITE_REGISTERS = 16  # Modbus function code


class PlantAsk:
    """section: the well section whose points the plant writes (plant_w, plant_running)."""

    def __init__(self, section: "Any"):
        self.section = section
        self.p = section.p
        self.p.most_lph = section.cfg.max_flow_lph
        self.fresh = False  # the main thread: it was heard
        self.heard_once = False
        self.granted = False
        self.p.plant_age_s = HOLD_S
        self.register = self.p.base + self.p.row("plant_w").register

    def heard(self, code: int, first: int) -> None:
        """The main thread: a request was carried out; only what asks for heat says that somebody asks."""
        if code == WRITE_REGISTERS and first == self.register:
            self.fresh = True

    def ask(self, demand: "Demand") -> None:
        """Its demand."""
        p = self.p
        watt = p.plant_w
        if watt > 0:
            demand.heat_w += watt
        else:
            demand.cool_w -= watt
        # Machines that run on other wells' water do not count before this one has proved its own.
        if not watt:
            self.granted = False
        elif p.permissive:
            self.granted = True
        if p.plant_running and self.granted:
            demand.units += 1
            demand.flowing = True
        if watt:
            demand.awaited = True

    def give_way(self) -> bool:
        """Frost of rooms is not the plant's to tell."""
        return False

    def each_second(self, tick: Tick) -> None:
        """A plant that is silent for a minute asks for nothing."""
        p = self.p
        if self.fresh:
            self.fresh = False
            self.heard_once = True
            p.plant_age_s = 0
        elif p.plant_age_s < HOLD_S:
            p.plant_age_s += 1
        silent = self.heard_once and p.plant_age_s > 0
        if self.section.trips.check(PLANT_SILENT, silent, not silent, 1000, tick.now_s) or not self.heard_once:
            p.plant_w = 0
            p.plant_running = 0
