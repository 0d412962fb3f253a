"""The water's way through the plant room: which valves let a network's pumps move anything.

Pumps of the buildings' network press through machines (and back-up sources), each behind its own valve. So as long as the
plant heats or cools one of them is open: one that runs, else one that rests holds its valves open for the water alone.
"""

from ..control import machine
from ..control import reasons_plant as words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .plant import Plant
    from .plant_machine import PlantMachine

OPEN_S = 75  # a motorised valve takes a minute; where nobody says that it is open
SHUT_S = 15  # so long before its valves shut a machine's water does not count any more


class Path:
    """plant: whose valves. Out: secondary, tertiary: whether that network's water has a way."""

    def __init__(self, plant: "Plant"):
        self.plant = plant
        self.secondary = False
        self.tertiary = False
        self.sources = 0  # valves on the source side, on the load side (back-up's too) that are open or told to open
        self.loads = 0
        self.holder = -1  # the machine that holds its valves open for the water alone

    def each_second(self, wanted: bool) -> None:
        """wanted: the buildings' network shall move."""
        plant = self.plant
        tertiary = secondary = served = False
        self.sources = self.loads = 0
        stage = plant.dispatch.stage
        leaves = stage.charger() if not stage.tank_cold else None  # it turns to the tank once there is another way
        i = 0
        for one in plant.machines:
            seq = one.sequence
            leaving = seq.state == machine.POST_RUN and seq.state_s >= seq.postrun_s - SHUT_S
            # The water for a machine is there before its valve is open: else it is taken from those that run.
            if (seq.valves and one.mode != words.M_RECOVERY) or one.opened("source_valve"):
                self.sources += 1
            if seq.state != machine.OFF and not leaving and one.opened("source_valve"):
                secondary = True
            tank = one.mode == words.M_HOT_WATER
            load = not tank and one.opened("load_valve")
            if not tank and (one.open_s or one.opened("load_valve")):
                self.loads += 1
            if load and (one.hold_open or (seq.state != machine.OFF and not leaving)):
                tertiary = True
                if seq.state != machine.OFF and seq.state != machine.POST_RUN and one is not leaves:
                    served = True
            i += 1
        for one in plant.backups:
            if one.open_s:
                self.loads += 1  # it takes its share of the water, which the machines beside it must not lack
            if one.opened():
                tertiary = True
        self.secondary = secondary
        self.tertiary = tertiary
        self.hold(wanted and not served)

    def without(self, one: "PlantMachine") -> bool:
        """Whether the buildings' water has a way besides this machine."""
        for other in self.plant.machines:
            if other is not one and other.mode != words.M_HOT_WATER and other.opened("load_valve") and (
                    other.hold_open or other.told):
                return True
        for source in self.plant.backups:
            if source.opened():
                return True
        return False

    def hold(self, wanted: bool) -> None:
        """One machine that rests keeps a way open; without one that answers a back-up source does."""
        machines = self.plant.machines
        i = self.holder
        if not wanted:
            i = -1
        elif i < 0 or not self.may(machines[i]):
            i = self.choose()
        self.holder = i
        k = 0
        for one in machines:
            one.hold_open = k == i
            k += 1
        for one in self.plant.backups:
            one.hold_open = wanted and i < 0

    def may(self, one: "PlantMachine") -> bool:
        """Whether a machine's valves can be the way."""
        return (one.station.ok and one.p.available != 0 and one.mode != words.M_HOT_WATER
                and one is not self.plant.dispatch.stage.charger())

    def choose(self) -> int:
        """One whose valves are open still, else one that is able, else one that answers; -1 without any."""
        best = -1
        rank = 0
        i = 0
        for one in self.plant.machines:
            if self.may(one):
                mine = 3 if one.sequence.valves else 1 if one.trips.bits & one.trips.compressor_off else 2
                mine = 2 * mine - one.cfg.hot_water  # rather none that the tank may call
                if mine > rank or (mine == rank and one.run_time.high < self.plant.machines[best].run_time.high):
                    rank = mine
                    best = i
            i += 1
        return best
