"""All units of a source, judged together: their needs into control/turns.py, and what comes of it back to them.

The source's node judges its own rooms and those on the bus; it tells the latter in a broadcast (links/modbus/messages.py),
and their nodes hold to it here: within what each room can bear, and no longer than the well repeats it.
"""

from ..control import grid, plan, turns

EVERYBODY = 255  # in `join`: whoever would start soon
WAIT_WATER = 2  # as in control/room.py, which a well without rooms does not load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..equipment.bus_room import BusRoom
    from ..equipment.bus_source import BusSource
    from ..equipment.room_unit import RoomUnit
    from ..tables import shapes


class Together:
    """rooms: the node's room units. far: rooms on the bus. water: of a room's node, what the well said; or None."""

    def __init__(self, rooms: "list[RoomUnit]", far: "list[BusRoom]", water: "BusSource | None"):
        self.rooms = rooms
        self.zero_s = 0
        self.far = far
        self.water = water
        self.turns = turns.Turns(len(rooms) + len(far), 0)
        self.pump_on = False
        self.address = 0  # of this node on its bus; links/modbus/fitting.py sets it
        first_s = rooms[0].stagger_ms // 1000 if rooms else 0
        for i, room in enumerate(rooms):
            self.turns.power_w[i] = room.cfg.rated_w // turns.COP
            # Rooms of a house are spread evenly (golden ratio), houses of a village by chance.
            thermostat = room.controller.thermostat
            thermostat.phase_mk = ((i * 618 + first_s * 37) % 1000 - 500) * thermostat.swing_mk // 1000

    def grid_state(self, own: int) -> int:
        """What the grid would like: said to this node, or else to the well's."""
        water = self.water
        return water.p.grid_state if water is not None and own == grid.NORMAL else own

    def each_second(self, pump_on: bool, p: "shapes.Node") -> bool:
        """Once a second. pump_on: the source proves its flow. p: the node's. Returns whether pairs are to be zeroed."""
        if p.zero_run_min:
            self.zero_s += 1
            if self.zero_s >= 60:
                self.zero_s = 0
                p.zero_run_min -= 1
        else:
            self.zero_s = 0
        self.turns.peak_w = p.peak_w
        self.pump_on = pump_on
        self.judge()
        return p.zero_run_min > 0

    def judge(self) -> None:
        """Whose turn it is."""
        turns = self.turns
        self.ask_all()
        if turns.n > 1:
            turns.each_second(self.pump_on)
        i = 0
        for room in self.rooms:
            may = turns.may[i]
            early = turns.early[i]
            if self.water is not None:
                may = may and not self.waits(room)
                early = early or self.joins(room)
            # A room below its frost limit waits for nobody.
            room.controller.turn = may or not turns.asks[i] or room.trips.bits & room.trips.heat != 0
            room.controller.thermostat.early = early
            i += 1

    def ask_all(self) -> None:
        """What each needs, into its row."""
        i = 0
        for room in self.rooms:
            self.ask(room, i)
            i += 1
        for far in self.far:
            self.ask_far(far, i)
            i += 1

    def ask(self, room: "RoomUnit", i: int) -> None:
        """Row `i`: a room unit of this node."""
        turns = self.turns
        controller = room.controller
        thermostat = controller.thermostat
        ts = room.trips
        turns.asks[i] = controller.direction != plan.NONE and controller.room_ok and ts.bits & ts.compressor_off == 0
        turns.running[i] = controller.compressor_on
        turns.begun[i] = controller.state == controller.WAIT_WATER
        turns.need_mk[i] = thermostat.need_mk
        turns.swing_mk[i] = thermostat.swing_mk
        turns.mean_pm[i] = thermostat.mean_pm

    def ask_far(self, far: "BusRoom", i: int) -> None:
        """Row `i`: a room on the bus, by what the well reads of it."""
        turns = self.turns
        p = far.p
        turns.asks[i] = p.online != 0 and p.direction != plan.NONE and p.room_trips & far.off == 0
        turns.running[i] = p.compressor_on != 0
        turns.begun[i] = p.state == WAIT_WATER
        need_mk = p.target_mc - p.room_mc
        turns.need_mk[i] = -need_mk if p.direction == plan.COOL else need_mk
        turns.mean_pm[i] = far.mean_pm
        turns.power_w[i] = far.power_w

    # -- over the bus --

    def said(self):
        """The main thread of the source's node: (hold, turn, join) for the rooms on the bus."""
        t = self.turns
        first = t.first - len(self.rooms)
        far = self.far[first].p.address if first >= 0 else 0
        may = far if t.hold == turns.POWER and t.first >= 0 and t.may[t.first] else 0
        if t.together:
            join = EVERYBODY if self.pump_on else 0
        else:
            join = far if t.first >= 0 and t.early[t.first] else 0
        return t.hold, may, join

    # Of a room node: where these two are asked, the well is at the other end of the bus.

    def waits(self, room: "RoomUnit") -> bool:
        """The node of a room on the bus: whether the well lets this unit wait."""
        p = self.water.p  # pyright: ignore[reportOptionalMemberAccess]
        thermostat = room.controller.thermostat
        return turns.waits(p.hold, p.turn == self.address, thermostat.need_mk, thermostat.swing_mk)

    def joins(self, room: "RoomUnit") -> bool:
        """Whether it should start before its swing is used up."""
        join = self.water.p.join  # pyright: ignore[reportOptionalMemberAccess]
        if join == EVERYBODY:
            thermostat = room.controller.thermostat
            return thermostat.need_mk * 1000 >= thermostat.swing_mk * turns.JOIN_PM
        return join != 0 and join == self.address
