"""Composition: config + board -> inputs, loops, meters, outputs, and the phases of a scan."""

from ..control import schedule, trips
from ..control import well as wells
from ..drivers import ds18b20, relay
from ..equipment import bus_room, bus_source, room_unit, secondary_loop, source, trip_set
from ..storage import events
from ..tables import kinds, points
from ..tables.causes import SCANS_LATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_W = 1_000_000  # the range of the well's demand_w
FLOW_MAX_LPH = 500_000
MORE_MAX_PM = 500


class Node:
    """One controller: a source and its room loops, on the objects a board hands over."""

    def __init__(self, cfg, board):
        self.cfg = cfg
        self.board = board
        self.events = events.EventRing(128)
        self.p = points.new_block(kinds.NODE)
        self.p.week_min = -1
        self.p.demand_limit_pm = 1000
        self.service: "Any" = None  # a service.Service in service mode
        period_ms = cfg.node.period_ms
        self.slots = 1000 // period_ms  # into so many parts each second is cut; every room has its slow work in one of them
        self.slot = 0  # the part that is due next
        self.due = 0  # and how many are due in this scan: none or one, more when it is late
        self.ms = 0
        self.overruns = 0
        self.trips = trip_set.TripSet(trips.NODE, self.events, kinds.NODE.where, self.p)
        self.more_pm = 0  # flow asked for on top of the usual, while leaving water is near its freeze limit
        self.master = relay.Relay(board.digital_out("master"), board.digital_in("master"))
        self.water = None if cfg.well else bus_source.BusWater()  # a room node: its well is at the other end of the bus
        self.source = self.water or source.Source(cfg, board, self.events, period_ms)
        self.wells = self.source.wells
        self.well = self.wells[0] if self.wells else None
        self.far = [bus_room.FarRoom(address, i, self.events) for i, address in enumerate(cfg.far)]
        self.far_bits = 0
        self.heat_w = 0
        self.bus_p = points.new_block(kinds.BUS)
        self.bms_p = points.new_block(kinds.BMS)
        self.loop = None
        if cfg.loop:
            first = max([room.rated_w for room in cfg.rooms])
            flow = max(cfg.well.min_flow_lph, wells.flow_for(first, cfg.well.flow_lph_per_kw))
            self.loop = secondary_loop.LoopSide(cfg.loop, board, self.events, self.wells, first * 645 // flow)
        entering = self.loop.p if self.loop else self.source.entering
        self.rooms = []
        for i, room in enumerate(cfg.rooms):
            stagger_s = board.entropy() % (cfg.node.restart_max_s - cfg.node.restart_min_s + 1) + cfg.node.restart_min_s
            self.rooms.append(room_unit.RoomUnit(room, i, board, self.events, entering, stagger_s, self.water))
        sides = self.wells + ([self.loop] if self.loop else []) + self.rooms
        sensors = [s for side in sides for s in side.sensors()]
        self.onewire = ds18b20.Ds18b20Bus(board.onewire(), [s.chip for s in sensors], period_ms)
        self.by_chip = {s.chip: s for s in sensors}
        sides += self.far
        buses = ([self.bus_p] if cfg.bus else []) + ([self.bms_p] if cfg.bms else [])
        first = [self.p] + ([self.water.p] if self.water else [])
        self.points = points.Points(first + [side.p for side in sides] + buses)
        self.trip_sets = {side.p.name: side.trips for side in [self] + sides}
        # (gate, limiter, name in the ledger) of every motor whose starts are counted, by the number `where` of its events.
        self.motors = {}
        for well in self.wells:
            self.motors[well.where] = well.gate, well.loop.limiter_day, well.p.name + ".pump"
        for room in self.rooms:
            self.motors[room.where] = room.gate, room.loop.limiter, room.p.name + ".compressor"
        self.events.put(0, events.BOOT, 0, len(self.rooms))

    # -- phases, in the order the scan calls them --

    def read(self, dt_ms: int, now_us: int) -> None:
        """All inputs into points; time goes on."""
        slots = self.slots
        self.slot = (self.slot + self.due) % slots
        ms = self.ms
        self.due = (ms + dt_ms) * slots // 1000 - ms * slots // 1000
        ms += dt_ms
        if ms >= 1000:
            ms -= 1000
            self.p.uptime_s += 1
        self.ms = ms
        chip = self.onewire.step()
        if chip is not None:
            self.by_chip[chip].publish()
        self.source.read(now_us)
        if self.loop is not None:
            self.loop.read()

    def protect(self, dt_ms: int) -> None:
        """Every row of the cause-and-effect table."""
        now_s = self.p.uptime_s
        bits = self.source.protect(dt_ms, now_s)
        loop = self.loop
        if loop is not None:
            loop.protect(dt_ms, now_s)
            bits |= loop.trips.bits
        master_off = self.service is not None and self.service.target is not self.master
        for room in self.rooms:
            room.protect(dt_ms, now_s)
            own = room.trips.bits
            bits |= own
            if own & room.trips.master_off:
                master_off = True
        self.p.alarm = 1 if bits or self.far_bits or self.p.damaged or self.trips.bits else 0
        self.give_way()
        # A welded compressor contact is opened upstream; its trip keeps the water moving.
        if master_off == self.master.on:
            self.master.command(not master_off)
            self.p.master_on = 0 if master_off else 1

    def give_way(self) -> None:
        """What only counts as locked out yields to a room below its frost limit and to freezing water.

        The pump's daily count, a limit of its life, yields to all heating.
        """
        frost = False
        for room in self.rooms:
            ts = room.trips
            own = ts.bits & ts.heat != 0
            ts.give_way(own)
            if own or ts.bits & ts.move_water:
                frost = True
        for far in self.far:
            if far.p.room_trips & far.urgent:
                frost = True
        loop = self.loop
        if loop is not None:
            if loop.trips.bits & loop.trips.move_water:
                frost = True
            loop.trips.give_way(frost)
        for side in self.wells:
            side.trips.give_way(frost)
            side.loop.urgent = frost or self.heat_w > 0

    def control(self, dt_ms: int) -> None:
        """Loops: the source first, on what the rooms asked for; each room's slow part in its slot."""
        now_s = self.p.uptime_s
        if self.service is not None:
            self.attended(dt_ms, now_s)
            return
        heat_w = 0
        cool_w = 0
        units = 0
        taken_w = 0  # by compressors that run; -1: one of them cools
        move = False
        water = False
        for room in self.rooms:
            loop = room.loop
            if loop.reversing:
                cool_w += loop.demand_w
            else:
                heat_w += loop.demand_w
            if loop.compressor_on:
                units += 1
                taken_w = -1 if loop.reversing or taken_w < 0 else taken_w + loop.demand_w
            if loop.pump_on:
                water = True
            if room.moving():
                move = True
        for far in self.far:
            p = far.p
            if p.direction == bus_room.COOL:
                cool_w += p.demand_w
            else:
                heat_w += p.demand_w
            if p.compressor_on:
                units += 1
            if p.pump_on:
                water = True
            if p.room_trips & far.move_water:
                move = True
        # One well gives 500 kW at the most; what 40 rooms might ask for leaves the small ints once it is made a flow.
        heat_w = min(heat_w, MOST_W)
        cool_w = min(cool_w, MOST_W - heat_w)
        running = units > 0
        self.heat_w = heat_w
        src = self.source
        permissive = self.loop_control(running, water or move, dt_ms)
        if self.loop is not None and self.loop.trips.bits & self.loop.trips.move_water:
            move = True
        heat_w += heat_w // 100 * (self.more_pm // 10)
        src.control(heat_w, cool_w, running, move, dt_ms, now_s)
        self.p.demand_lph = src.demand_lph
        # Behind an open master contactor no compressor can run, whatever its relay says.
        permissive = permissive and src.permissive and self.master.on
        if self.is_due(self.slots - 1):
            self.second(now_s, units, taken_w)
        self.units_control(permissive, dt_ms, now_s)

    def units_control(self, permissive: bool, dt_ms: int, now_s: int) -> None:
        """The rooms' loops. permissive: the source proves its flow."""
        enough = self.enough()
        refused = self.source.refused
        spare = self.loop is None or self.loop.spare
        i = 0
        for room in self.rooms:
            room.control(permissive, enough, refused, spare, dt_ms, now_s)
            if self.is_due(i):
                room.slow(now_s, self.p.week_min, self.p.quiet != 0, self.limit_pm())
            i += 1

    def is_due(self, i: int) -> bool:
        """Whether this scan brings the part of the second in which `i` (a room, or the last part) has its slow work."""
        return (i - self.slot) % self.slots < self.due

    def enough(self) -> bool:
        """The water covers one more unit."""
        return self.source.enough and (self.loop is None or self.loop.spare)

    def limit_pm(self) -> int:
        """The most a room may ask for: the operator's limit, here or at the well."""
        own = self.p.demand_limit_pm
        water = self.water
        if water is not None and water.p.limit_pm < own:
            return water.p.limit_pm
        return own

    def attended(self, dt_ms: int, now_s: int) -> None:
        """Service mode: no loop controls; sensors are judged as ever."""
        self.service.control(dt_ms, now_s)
        if self.is_due(self.slots - 1):
            self.second(now_s, 0, 0)
        i = 0
        for room in self.rooms:
            if self.is_due(i):
                room.slow(now_s, -1, False)
            i += 1

    def loop_control(self, running: bool, want: bool, dt_ms: int) -> bool:
        """The secondary loop, where there is one; returns whether it lets compressors run."""
        loop = self.loop
        if loop is None:
            return True
        loop.control(running or want or loop.trips.bits & loop.trips.move_water != 0, dt_ms)
        return loop.permissive

    def second(self, now_s: int, units: int, taken_w: int) -> None:
        """Once a second: the clock on the wall, and the slow side of source and loop. units: compressors that run."""
        p = self.p
        week_min = self.board.week_minute()
        p.week_min = week_min
        quiet = schedule.inside(week_min, self.cfg.node.quiet_from_min, self.cfg.node.quiet_to_min)
        p.quiet = 1 if quiet else 0
        late = p.overruns != self.overruns
        self.overruns = p.overruns
        self.trips.check(SCANS_LATE, late, not late, 1000, now_s)
        self.source.slow(units > 0, quiet, now_s)
        p.lead = self.source.lead
        if self.loop is not None:
            self.loop.slow(units, taken_w, now_s)
        tight = False
        for room in self.rooms:
            if room.tight:
                tight = True
        if tight and self.more_pm < MORE_MAX_PM:
            self.more_pm += 5
        elif not tight and self.more_pm:
            self.more_pm -= 1
        bits = 0
        for far in self.far:
            far.second(now_s)
            bits |= far.trips.bits
        self.far_bits = bits

    def meter(self) -> None:
        """Water every scan; heat and run time once a second, in each loop's slot."""
        last = self.is_due(self.slots - 1)
        self.source.meter(last)
        if last:
            self.p.onewire_errors = self.onewire.errors
            self.p.events_lost = self.events.lost
        i = 0
        for room in self.rooms:
            if self.is_due(i):
                room.meter_second()
            i += 1

    def write(self) -> None:
        """All outputs."""
        now_s = self.p.uptime_s
        self.source.write(now_s)
        if self.service is not None:
            return
        if self.loop is not None:
            self.loop.write()
        for room in self.rooms:
            room.write(now_s)

    # -- the main thread's hand --

    def ledger_parts(self):
        """(limiters, trip sets, meters, learned values) by name, for storage/ledger.py."""
        totals = {}
        limiters = {name: limiter for _gate, limiter, name in self.motors.values()}
        learned = {}
        for well in self.wells:
            name = well.p.name
            totals.update({name + ".circulated": well.lifted.water, name + ".returned": well.returned.water,
                           name + ".source": well.heat.energy, name + ".sink": well.sink.energy, name + ".run": well.run})
            learned.update({name + ".flow": well.proof, name + ".capacity": well.capacity, name + ".current": well.motor})
            if well.balance is not None:
                learned[name + ".balance"] = well.balance
        if self.source.stack is not None:
            learned["stack"] = self.source.stack
        for room in self.rooms:
            totals[room.p.name + ".source"] = room.heat.energy
            totals[room.p.name + ".sink"] = room.sink.energy
            totals[room.p.name + ".run"] = room.run
            learned[room.p.name + ".plan"] = room.plan
        return limiters, self.trip_sets, totals, learned

    def reset_trip(self, name: str, i: int) -> str:
        """Reset row `i` of a block's lockouts by hand. Returns why not, or ""."""
        trip_set = self.trip_sets[name]
        if i >= len(trip_set.trips):
            return "%s has rows 0 to %d" % (name, len(trip_set.trips) - 1)
        if not trip_set.trips[i].locked:
            return "%s %s is not locked out" % (name, trip_set.trips[i].key)
        trip_set.reset_by_hand(i, self.p.uptime_s)
        self.p.damaged = 0  # somebody has looked
        return ""

    def safe(self) -> None:
        """Every output off, every sequence back to its beginning."""
        self.master.command(False)
        self.p.master_on = 0
        self.source.safe()
        if self.loop is not None:
            self.loop.safe()
        for room in self.rooms:
            room.safe()

    def note_fault(self, in_a_row: int) -> None:
        """A scan failed."""
        self.events.put(self.p.uptime_s, events.SCAN_FAULT, 0, in_a_row)
