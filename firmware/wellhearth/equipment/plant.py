"""A plant: wells that it asks, machines, networks, hot water, back-up sources. It has the shape of source.Source, so that
a node runs it as it runs a well.

Each part has its turn once a second, spread over the scans; the last one is the plant's own (plant_dispatch.py).
"""

from ..control import budget, share, supply, trips
from ..control.tick import Tick
from ..metering import watts
from ..tables import plant_kinds, points
from . import trip_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..storage.events import EventRing
    from ..tables import sections, shapes

class Plant:
    """cfg: the section `plant`. node_p: points of the node, for a sensor of its own for the air outside, and the day."""

    def __init__(self, cfg: "sections.Plant", ring: "EventRing", node_p: "shapes.Node"):
        self.cfg = cfg
        self.node_p = node_p
        p: "shapes.Plant" = points.new_block(plant_kinds.PLANT)
        p.returned_pm = -1
        self.p = p
        self.trips = trip_set.TripSet(trips.PLANT, ring, plant_kinds.PLANT.where, p)
        self.budget = budget.Budget(cfg.start_gap_s, cfg.restart_kw_min)
        self.sharing = share.Share(len(cfg.wells), cfg.wells_load_pm, cfg.wells_rotate_h * 3600)
        self.air = supply.Outside()
        self.heat = watts.WattMeter()
        self.cold = watts.WattMeter()
        self.electricity = watts.WattMeter()
        self.tank: "Any" = None
        self.weather: "Any" = None
        self.secondary: "Any" = None
        self.tertiary: "Any" = None
        self.build(ring)
        from . import plant_dispatch
        self.dispatch = plant_dispatch.Dispatch(self)
        devices: "Any" = self.sources + self.machines + self.pumps + self.networks + self.backups + self.side
        self.named: "Any" = [one for one in [self] + devices if hasattr(one, "trips")]
        self.stations = [one.station for one in devices]
        self.parts: "Any" = devices + [self.dispatch]
        self.acc = 0  # milliseconds times parts, of the second that is being served
        self.next = 0
        # What a node expects of a source, though no room asks this one.
        self.wells = []
        self.entering = p
        self.heat_w = self.cool_w = self.demand_lph = self.lead = 0
        self.running = self.move_water = self.awaited = False
        self.permissive = self.enough = self.refused = False

    def build(self, ring: "EventRing") -> None:
        """Every part that the config names."""
        from . import plant_machine, plant_network, plant_side, plant_source
        cfg = self.cfg
        self.sources = [plant_source.PlantSource(one, i, ring, self.sharing) for i, one in enumerate(cfg.wells)]
        self.machines = [plant_machine.PlantMachine(one, i, ring, cfg, self.budget) for i, one in enumerate(cfg.machines)]
        self.pumps = [plant_network.PlantPump(one, i, ring) for i, one in enumerate(cfg.pumps)]
        self.networks = []
        for i, one in enumerate(cfg.networks):
            network = plant_network.PlantNetwork(one, i, ring, [pump for pump in self.pumps if pump.cfg.serves == one.part])
            self.networks.append(network)
            if one.part == "secondary":
                self.secondary = network
            else:
                self.tertiary = network
        self.backups = []
        if cfg.backups:
            from . import plant_backup
            self.backups = [plant_backup.PlantBackup(one, i, ring) for i, one in enumerate(cfg.backups)]
        self.buildings = [plant_side.Building(one, i) for i, one in enumerate(cfg.buildings)]
        self.side = self.buildings + [plant_side.Quality(one, i, ring) for i, one in enumerate(cfg.quality)]
        if cfg.tank is not None:
            from . import plant_tank
            self.tank = plant_tank.PlantTank(cfg.tank, ring)
            self.side.append(self.tank)
        if cfg.weather is not None:
            self.weather = plant_side.Weather(cfg.weather)
            self.side.append(self.weather)

    def blocks(self):
        """Points of everything, in the order of the kinds (tables/plant_kinds.py)."""
        last = [self.tank] if self.tank else []
        rest = self.buildings + last + [self.weather]
        quality = [one for one in self.side if one not in rest]
        return [one.p for one in [self] + self.sources + self.machines + self.pumps + self.networks + last + self.backups
                + quality + self.buildings]

    # -- as a source --

    def read(self, now_us: int) -> None:
        """What the lines brought is there already."""

    def protect(self, tick: Tick) -> int:
        """Each part judges its rows in its turn."""
        return self.dispatch.bits

    def control(self, tick: Tick) -> None:
        """The parts whose turn comes in this scan."""
        parts = self.parts
        n = len(parts)
        self.acc += tick.dt_ms * n
        while self.acc >= 1000:
            self.acc -= 1000
            i = self.next
            if not self.node_p.service:
                parts[i].each_second(tick)
            elif i < n - 1:
                self.stations[i].each_second()  # somebody has his hands in the plant: it is heard, and told to be off
            else:
                self.safe()
            i += 1
            self.next = 0 if i == n else i

    def each_second(self, tick: Tick) -> None:
        """Nothing on top: see `control`."""

    def meter(self, tick: Tick) -> None:
        """Each part meters in its turn."""

    def write(self, tick: Tick) -> None:
        """Orders go out over the lines."""

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps of every part."""
        totals["plant.heat"] = self.heat.energy
        totals["plant.cold"] = self.cold.energy
        totals["plant.electricity"] = self.electricity.energy
        for one in self.parts:
            keep = getattr(one, "keep", None)
            if keep is not None:
                keep(totals, learned)

    def safe(self) -> None:
        """Every order taken back: machines off, nothing asked of the wells."""
        for one in self.machines:
            one.safe()
        for one in self.sources:
            one.safe()
        for one in self.pumps:
            one.safe()
        for one in self.networks:
            one.safe()
        for one in self.backups:
            one.safe()
        if self.tank is not None:
            self.tank.safe()
        self.dispatch.safe()
