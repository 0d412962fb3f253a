"""A sensor for the air outside, and what each room has learned with it (control/weather.py). Loaded where one is fitted."""

from ..control import plan, weather
from ..control.tick import Tick
from ..tables import kinds
from . import probe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..storage.events import EventRing
    from ..tables import sections, shapes
    from .room_unit import RoomUnit

NEAR_MK = 1500  # as the mean heat's (control/thermostat.py)
FROZEN_S = 14400  # air that does not move by 1/16 K in four hours is not being measured


class Outside:
    """cfg: the section `node`. p: its points. rooms: the node's room units."""

    def __init__(self, cfg: "sections.Node", p: "shapes.Node", ring: "EventRing", rooms: "list[RoomUnit]"):
        self.cfg = cfg
        self.rooms = rooms
        self.p = p
        self.air = probe.Probe(cfg.outside_rom, p, "outside", ring, kinds.NODE.where, 0, FROZEN_S)
        self.lines = [weather.Weather() for _room in rooms]

    def sensors(self):
        """Probes on the 1-Wire bus."""
        return [self.air]

    def keep(self, learned: dict) -> None:
        """What the ledger keeps."""
        i = 0
        for room in self.rooms:
            learned[room.p.name + ".weather"] = self.lines[i]
            i += 1

    def each_second(self, tick: Tick) -> None:
        """Once a second: what each room's line learns, and what it says to a room whose sensor is lost."""
        self.air.each_second(tick.now_s)
        ok = self.air.chip.ok
        i = 0
        for room in self.rooms:
            controller = room.controller
            thermostat = controller.thermostat
            line = self.lines[i]
            heats = controller.direction == plan.HEAT
            away_mk = controller.target_mc - controller.room_mc
            near = heats and controller.room_ok and -NEAR_MK < away_mk < NEAR_MK and thermostat.cap_pm == 1000
            line.each_second(self.p.outside_mc, ok, controller.target_mc, thermostat.mean_pm, near)
            thermostat.weather_pm = line.duty_pm() if ok and heats else -1
            i += 1
