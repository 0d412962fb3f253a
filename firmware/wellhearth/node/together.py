"""The room units of one node, judged together: their needs into control/turns.py, and what comes of it back to them."""

from ..control import plan, turns


class Together:
    """rooms: the node's room units."""

    def __init__(self, rooms):
        self.rooms = rooms
        self.turns = turns.Turns(len(rooms), 0)
        first_s = rooms[0].stagger_ms // 1000 if rooms else 0
        for i, room in enumerate(rooms):
            self.turns.power_w[i] = room.cfg.rated_w // 4  # a COP of 4 (DESIGN 1)
            # Rooms of a house are spread evenly (golden ratio), houses of a village by chance.
            thermostat = room.controller.thermostat
            thermostat.phase_mk = ((i * 618 + first_s * 37) % 1000 - 500) * thermostat.swing_mk // 1000

    def each_second(self, pump_on: bool, peak_w: int) -> None:
        """Once a second. pump_on: the source proves its flow. peak_w: see Turns."""
        turns = self.turns
        turns.peak_w = peak_w
        if turns.n < 2:
            return
        i = 0
        for room in self.rooms:
            self.ask(room, i)
            i += 1
        turns.each_second(pump_on)
        i = 0
        for room in self.rooms:
            controller = room.controller
            # A room below its frost limit waits for nobody.
            controller.turn = turns.may[i] or not turns.asks[i] or room.trips.bits & room.trips.heat != 0
            controller.thermostat.early = turns.early[i]
            i += 1

    def ask(self, room, i: int) -> None:
        """Row `i`."""
        turns = self.turns
        controller = room.controller
        thermostat = controller.thermostat
        ts = room.trips
        turns.asks[i] = controller.direction != plan.NONE and controller.room_ok and ts.bits & ts.compressor_off == 0
        turns.running[i] = controller.compressor_on
        turns.need_mk[i] = thermostat.need_mk
        turns.swing_mk[i] = thermostat.swing_mk
        turns.mean_pm[i] = thermostat.mean_pm
