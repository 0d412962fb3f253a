"""One controller at work: the phases of a scan over its equipment (compose.py puts that together)."""

from ..control import grid, schedule, trips, wall
from ..control.tick import Tick
from ..drivers import relay
from ..equipment import trip_set
from ..storage import events
from ..tables import drop, kinds, points, refusals
from ..tables.bits import SCANS_LATE
from . import demand, together

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..hardware import Board
    from ..tables import shapes
    from ..tables.section import Config

MORE_MAX_PM = 500


class Node:
    """One controller: a source and its room loops, on the objects a board hands over."""

    def __init__(self, cfg: "Config", board: "Board"):
        self.cfg = cfg
        self.board = board
        self.events = events.EventRing(128)
        self.p: "shapes.Node" = points.new_block(kinds.NODE)
        self.p.week_min = self.p.utc_day = -1
        self.p.demand_limit_pm = 1000
        self.p.grid_state = grid.NORMAL
        self.p.peak_w = cfg.node.peak_w
        self.week_min = -2  # that the grid was told of
        self.wall = wall.Wall()
        self.service: "Any" = None  # a service.Service in service mode
        period_ms = cfg.node.period_ms
        self.slots = 1000 // period_ms  # into so many parts each second is cut; every room has its slow work in one of them
        self.slot = 0  # the part that is due next
        self.due = 0  # and how many are due in this scan: none or one, more when it is late
        # Where not more than a third of the slots have slow work, 1-Wire answers are judged in the others.
        self.apart = (len(cfg.rooms) + 1) * 3 <= self.slots
        self.ms = self.overruns = 0
        self.trips = trip_set.TripSet(trips.NODE, self.events, kinds.NODE.where, self.p)
        self.more_pm = 0  # flow asked for on top of the usual, while leaving water is near its freeze limit
        self.master = relay.Relay(board.digital_out("master"), board.digital_in("master"))
        self.far_bits = 0
        self.tick = Tick()
        self.demand = demand.Demand()
        self.grant = demand.Grant()
        self.bus_p: "shapes.Bus" = points.new_block(kinds.BUS)
        second = kinds.GATEWAY if cfg.gateway else kinds.METERS if cfg.meter_line else kinds.BMS  # use of the second line
        self.bms_p: "shapes.Bus" = points.new_block(second)
        from . import compose
        self.water, self.source = compose.source(cfg, board, self.events, period_ms, self.p)
        self.wells = self.source.wells
        self.well = self.wells[0] if self.wells else None
        self.plant_parts = self.source.named if cfg.plant is not None else []
        self.far = compose.far(cfg, self.events)
        self.asked = compose.asked(cfg, self.wells)
        self.loop = compose.loop(cfg, board, self.events, self.wells)
        self.rooms = compose.rooms(self)
        self.together = together.Together(self.rooms, self.far, self.water)
        self.grid = grid.Grid(cfg.node.tariff_cheap, cfg.node.tariff_dear)
        # Made once, so that no scan builds a list: whoever asks the source for water, and all of it.
        self.askers = self.rooms + self.far + self.asked
        self.extras: "Any" = []  # what the main thread meters beside the scan (app/account.py)
        self.equipment = self.wells + ([self.loop] if self.loop else []) + self.rooms
        self.outside = compose.outside(self)
        self.onewire, self.by_chip = compose.sensors(self)
        self.points, self.trip_sets = compose.blocks(self)
        # (gate, limiter, name in the ledger) of every motor whose starts are counted, by the number `where` of its events.
        self.motors = {one.where: one.motor() for one in self.wells + self.rooms + self.plant_parts if hasattr(one, "motor")}
        drop(compose)
        self.events.put(0, events.BOOT, 0, len(self.rooms))

    # -- phases, in the order the scan calls them --

    def read(self, dt_ms: int, now_us: int) -> None:
        """All inputs into points; time goes on."""
        slots = self.slots
        self.slot = (self.slot + self.due) % slots
        ms = self.ms
        self.due = (ms + dt_ms) * slots // 1000 - ms * slots // 1000
        ms += dt_ms
        self.p.uptime_s += ms // 1000
        self.ms = ms % 1000
        self.tick.dt_ms = dt_ms
        self.tick.now_s = self.p.uptime_s
        chip = self.onewire.scan(self.apart and (self.slot < len(self.rooms) or self.slot == slots - 1))
        if chip is not None:
            self.by_chip[chip].publish()
        self.source.read(now_us)
        if self.loop is not None:
            self.loop.read()

    def protect(self) -> None:
        """Every row of the cause-and-effect table."""
        tick = self.tick
        bits = self.source.protect(tick)
        loop = self.loop
        if loop is not None:
            loop.protect(tick)
            bits |= loop.trips.bits
        master_off = self.service is not None and self.service.target is not self.master
        for room in self.rooms:
            room.protect(tick)
            own = room.trips.bits
            bits |= own
            master_off = master_off or own & room.trips.master_off != 0
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
        for one in self.askers:
            frost = one.give_way() or frost
        loop = self.loop
        if loop is not None:
            frost = frost or loop.trips.bits & loop.trips.move_water != 0
            loop.trips.give_way(frost)
        for one in self.wells:
            one.trips.give_way(frost)
            one.controller.urgent = frost or self.demand.heat_w > 0

    def control(self) -> None:
        """The controllers: the source first, on what is asked of it; each unit's slow work comes in its slot."""
        tick = self.tick
        if self.service is not None:
            self.attended(tick)
            return
        demand = self.demand
        demand.clear()
        for one in self.askers:
            one.ask(demand)
        demand.limit()
        running = demand.units > 0
        tick.still = not running and not self.p.alarm
        move = demand.move_water or self.grant.hold
        permissive = True
        loop = self.loop
        if loop is not None:
            move = move or loop.trips.bits & loop.trips.move_water != 0
            loop.control(running or demand.flowing or move, tick)
            permissive = loop.permissive
        source = self.source
        source.heat_w = demand.heat_w + demand.heat_w // 100 * (self.more_pm // 10)
        source.cool_w = demand.cool_w
        source.running = running
        source.move_water = move
        source.awaited = demand.awaited
        source.control(tick)
        self.p.demand_lph = source.demand_lph
        if self.is_due(self.slots - 1):
            self.each_second(tick)
        grant = self.grant
        # Behind an open master contactor no compressor can run, whatever its relay says.
        grant.permissive = permissive and source.permissive and self.master.on
        # One more unit must be covered by the well's flow, and by the loop's.
        grant.enough = source.enough and (loop is None or loop.spare)
        grant.refused = source.refused
        grant.spare = loop is None or loop.spare
        grant.limit_pm = self.limit_pm()
        i = 0
        for room in self.rooms:
            tick.is_second = self.is_due(i)
            room.control(tick)
            i += 1

    def is_due(self, i: int) -> bool:
        """Whether this scan brings the part of the second in which `i` (a room, or the last part) has its slow work."""
        return (i - self.slot) % self.slots < self.due

    def limit_pm(self) -> int:
        """The most a room may ask for: the operator's limit, here or at the well."""
        own = self.p.demand_limit_pm
        water = self.water
        return own if water is None else min(own, water.p.limit_pm)

    def attended(self, tick: Tick) -> None:
        """Service mode: no controller runs; sensors are judged as ever, without a clock."""
        self.service.control(tick)
        tick.still = self.service.still() and not self.p.alarm
        if self.is_due(self.slots - 1):
            self.each_second(tick)
        tick.week_min = -1
        tick.quiet = False
        i = 0
        for room in self.rooms:
            if self.is_due(i):
                room.each_second(tick)
            i += 1

    def each_second(self, tick: Tick) -> None:
        """The clock on the wall, and the slow work of source, secondary loop and rooms on the bus."""
        p = self.p
        week_min = self.wall.week_min()
        p.week_min = week_min
        quiet = schedule.inside(week_min, self.cfg.node.quiet_from_min, self.cfg.node.quiet_to_min)
        p.quiet = 1 if quiet else 0
        if week_min != self.week_min:
            self.week_min = week_min
            self.grid.each_minute(week_min)
        tick.grid = self.grid.each_second(self.together.grid_state(p.grid_state))
        tick.week_min = week_min
        tick.quiet = quiet
        late = p.overruns != self.overruns
        self.overruns = p.overruns
        self.trips.check(SCANS_LATE, late, not late, 1000, tick.now_s)
        self.source.each_second(tick)
        p.lead = self.source.lead
        if self.loop is not None:
            self.loop.each_second(self.demand, tick)
        self.grant.hold = self.together.each_second(self.source.permissive, p)
        if self.outside is not None:
            self.outside.each_second(tick)
        tight = False
        for room in self.rooms:
            if room.protections.tight:
                tight = True
        if tight and self.more_pm < MORE_MAX_PM:
            self.more_pm += 5
        elif not tight and self.more_pm:
            self.more_pm -= 1
        self.far_bits = 0
        for far in self.far:
            far.each_second(tick)
            self.far_bits |= far.trips.bits
        for one in self.asked:
            one.each_second(tick)

    def meter(self) -> None:
        """Water every scan; heat and run time once a second, in each loop's slot."""
        tick = self.tick
        tick.is_second = self.is_due(self.slots - 1)
        self.source.meter(tick)
        if tick.is_second:
            self.p.onewire_errors = self.onewire.errors
            self.p.events_lost = self.events.lost
        i = 0
        for room in self.rooms:
            tick.is_second = self.is_due(i)
            room.meter(tick)
            i += 1

    def write(self) -> None:
        """All outputs."""
        tick = self.tick
        self.source.write(tick)
        if self.service is not None:
            return
        if self.loop is not None:
            self.loop.write()
        for room in self.rooms:
            room.write(tick)

    # -- the main thread's hand --

    def ledger_parts(self):
        """(limiters, trip sets, meters, learned values) by name, for storage/ledger.py."""
        limiters = {name: limiter for _gate, limiter, name in self.motors.values()}
        totals, learned = {}, {}
        self.source.keep(totals, learned)
        for one in self.rooms + self.extras:
            one.keep(totals, learned)
        if self.outside is not None:
            self.outside.keep(learned)
        return limiters, self.trip_sets, totals, learned

    def reset_trip(self, name: str, i: int) -> int:
        """Reset row `i` of a block's lockouts by hand: a code of tables/refusals."""
        trip_set = self.trip_sets[name]
        if i >= len(trip_set.trips):
            return refusals.NO_ROW
        if not trip_set.trips[i].locked:
            return refusals.NOT_LOCKED
        trip_set.reset_by_hand(i, self.p.uptime_s)
        self.p.damaged = 0  # somebody has looked
        return refusals.OK

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
