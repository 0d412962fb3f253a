"""Composition: config + board -> inputs, loops, meters, outputs, and the phases of a scan."""

from . import points, unit, wellside
from .drivers import ds18b20, relay
from .storage import events


class Node:
    """One controller: a well loop and its room loops, on the objects a board hands over."""

    def __init__(self, cfg, board):
        self.cfg = cfg
        self.events = events.EventRing(128)
        self.p = points.new_block("node", points.NODE, points.BASE_NODE)
        period_ms = cfg.node.period_ms
        self.slots = 1000 // period_ms
        self.slot = 0
        self.ms = 0
        self.master = relay.Relay(board.digital_out("master"), board.digital_in("master"))
        self.well = wellside.WellSide(cfg.well, board, self.events, period_ms)
        self.rooms = []
        for i, room in enumerate(cfg.rooms):
            stagger_s = board.entropy() % (cfg.node.restart_max_s - cfg.node.restart_min_s + 1)
            self.rooms.append(unit.RoomUnit(room, i, board, self.events, self.well.p, stagger_s))
        sensors = self.well.sensors()
        for room in self.rooms:
            sensors += room.sensors()
        self.onewire = ds18b20.Ds18b20Bus(board.onewire(), [s.chip for s in sensors], period_ms)
        self.by_chip = {s.chip: s for s in sensors}
        blocks = [self.p, self.well.p] + [room.p for room in self.rooms]
        self.points = points.Points(blocks)
        self.trip_sets = {"well": self.well.trips}
        for room in self.rooms:
            self.trip_sets[room.p.name] = room.trips
        self.events.put(0, events.BOOT, 0, len(self.rooms))

    # -- phases, in the order the scan calls them --

    def read(self, dt_ms: int, now_us: int) -> None:
        """All inputs into points; time goes on."""
        self.ms += dt_ms
        if self.ms >= 1000:
            self.ms -= 1000
            self.p.uptime_s += 1
        slot = self.slot + 1
        self.slot = 0 if slot == self.slots else slot
        chip = self.onewire.step()
        if chip is not None:
            self.by_chip[chip].publish()
        self.well.read(now_us)

    def protect(self, dt_ms: int) -> None:
        """Every row of the cause-and-effect table."""
        now_s = self.p.uptime_s
        self.well.protect(dt_ms, now_s, self.slot == self.slots - 1)
        bits = self.well.trips.bits
        master_off = False
        for room in self.rooms:
            room.protect(dt_ms, now_s)
            own = room.trips.bits
            bits |= own
            if own & room.trips.master_off:
                master_off = True
        self.p.alarm = 1 if bits else 0
        # A welded compressor contact is opened upstream; its trip keeps the water moving.
        if master_off == self.master.on:
            self.master.command(not master_off)
            self.p.master_on = 0 if master_off else 1

    def control(self, dt_ms: int) -> None:
        """Loops: the well first, on what the rooms asked for; each room's slow part in its slot."""
        well = self.well
        now_s = self.p.uptime_s
        demand_w = 0
        running = False
        move = False
        for room in self.rooms:
            loop = room.loop
            demand_w += loop.demand_w
            if loop.compressor_on:
                running = True
            if room.trips.bits & room.trips.move_water:
                move = True
        well.control(demand_w, running, move, dt_ms, now_s)
        # Behind an open master contactor no compressor can run, whatever its relay says.
        permissive = well.permissive and self.master.on
        refused = well.trips.bits & well.trips.start_refused != 0
        enough = well.loop.enough
        slot = self.slot
        if slot == self.slots - 1:
            well.slow(running)
        i = 0
        for room in self.rooms:
            room.control(permissive, enough, refused, dt_ms, now_s)
            if i % self.slots == slot:
                room.slow(now_s)
            i += 1

    def meter(self) -> None:
        """Water every scan; heat and run time once a second, in each loop's slot."""
        self.well.meter()
        slot = self.slot
        if slot == self.slots - 1:
            self.well.meter_second()
            self.p.onewire_errors = self.onewire.errors
            self.p.events_lost = self.events.lost
        i = 0
        for room in self.rooms:
            if i % self.slots == slot:
                room.meter_second()
            i += 1

    def write(self) -> None:
        """All outputs."""
        now_s = self.p.uptime_s
        self.well.write(now_s)
        for room in self.rooms:
            room.write(now_s)

    # -- the main thread's hand --

    def ledger_parts(self):
        """(limiters, trip sets, meters) by name, for storage/ledger.py."""
        well = self.well
        totals = {"well.circulated": well.lifted.water, "well.returned": well.returned.water,
                  "well.source": well.heat.energy, "well.run": well.run}
        limiters = {"well.pump": well.loop.limiter_day}
        for room in self.rooms:
            limiters[room.p.name + ".compressor"] = room.loop.limiter
            totals[room.p.name + ".source"] = room.heat.energy
            totals[room.p.name + ".run"] = room.run
        return limiters, self.trip_sets, totals

    def reset_trip(self, name: str, i: int) -> str:
        """Reset row `i` of a block's lockouts by hand. Returns why not, or ""."""
        trip_set = self.trip_sets[name]
        if i >= len(trip_set.trips):
            return "%s has rows 0 to %d" % (name, len(trip_set.trips) - 1)
        if not trip_set.trips[i].locked:
            return "%s %s is not locked out" % (name, trip_set.trips[i].key)
        trip_set.reset_by_hand(i, self.p.uptime_s)
        return ""

    # -- safe state --

    def safe(self) -> None:
        """Every output off, every sequence back to its beginning."""
        self.master.command(False)
        self.p.master_on = 0
        self.well.safe()
        for room in self.rooms:
            room.safe()

    def note_fault(self, in_a_row: int) -> None:
        """A scan failed."""
        self.events.put(self.p.uptime_s, events.SCAN_FAULT, 0, in_a_row)
