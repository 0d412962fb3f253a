"""One room unit of a node: its sensors, controller, meters and outputs. Its protections stand in room_protections.py."""

from ..control import plan, room, starts, trips
from ..control.tick import Tick
from ..drivers import relay, speed
from ..metering import meters, water, zero
from ..storage import events
from ..tables import kinds, points
from . import probe, room_protections, trip_set
from .probe import less_zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import Board
    from ..node.demand import Demand, Grant
    from ..storage.events import EventRing
    from ..tables import sections, shapes
    from .bus_source import BusSource
    from .stacked import Mixed

FROZEN_S = 14400  # air that does not move by 1/16 K in four hours is not being measured


class RoomUnit:
    """One room unit, from the board's terminals to its controller.

    index: 0 for the first room. source: points block of the water that enters (the well, or the
    secondary loop). grant: what the source grants (node/demand.Grant). bus: a BusSource, on a node whose well is at the
    other end of the bus.
    """

    def __init__(self, cfg: "sections.Room", index: int, board: "Board", ring: "EventRing",
                 source: "shapes.Well | shapes.Loop | shapes.Water | Mixed", grant: "Grant", stagger_s: int,
                 bus: "BusSource | None" = None):
        self.grant = grant
        self.bus = bus
        self.stagger_ms = stagger_s * 1000
        self.cfg = cfg
        self.ring = ring
        self.source = source
        self.where = index + kinds.ROOM.where
        p: "shapes.Room" = points.new_block(kinds.ROOM, index)
        name = p.name
        self.p = p
        p.mode = plan.MODES.index(cfg.mode)
        p.schedule_on = 1
        p.setpoint_mc = cfg.setpoint_mc
        where = self.where
        self.air = probe.Probe(cfg.room_rom, p, "room", ring, where, 0, FROZEN_S)
        self.supply = probe.Probe(cfg.supply_air_rom, p, "supply_air", ring, where, 1, FROZEN_S)
        self.leaving = probe.Probe(cfg.leaving_rom, p, "leaving", ring, where, 2, 0)
        self.compressor = relay.Relay(board.digital_out(name + "_compressor"),
                                      board.digital_in(name + "_compressor"))
        self.high_ok = board.digital_in(name + "_high_ok")
        self.low_ok = board.digital_in(name + "_low_ok")
        self.pan_ok = board.digital_in(name + "_condensate_ok") if cfg.condensate_input else None
        self.protection_ok = board.digital_in(name + "_protection_ok") if cfg.compressor_protection_input else None
        self.pump = relay.Relay(board.digital_out(name + "_pump"), board.digital_in(name + "_pump"))
        self.reversing = relay.Relay(board.digital_out(name + "_reversing"), board.digital_in(name + "_reversing"))
        self.fan = speed.SpeedOutput(board.analog_out(name + "_fan"))
        self.speed = speed.SpeedOutput(board.analog_out(name + "_compressor_speed"))
        self.trips = trip_set.TripSet(trips.ROOM, ring, where, p)
        self.controller = room.RoomController(cfg, stagger_s)
        self.plan = plan.RoomPlan(cfg)
        self.gate = starts.StartGate()
        self.protections = room_protections.RoomProtections(self)
        self.protect = self.protections.scan  # bound once: binding in the scan would allocate
        self.minute_s = 0
        self.week_min = -2
        self.heat = meters.HeatMeter()
        self.sink = meters.HeatMeter()
        self.run = meters.TwoWord(3600)
        self.zero = zero.PairZero(cfg.leaving_rom, cfg.leaving_trim_mk)
        self.metered = False
        self.carries = 0  # of a litre of antifreeze, 1e-5 Wh/(L K); 0 = water, and by its temperature

    def sensors(self):
        """Probes on the 1-Wire bus."""
        return [self.air, self.supply, self.leaving]

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps: meters, and what was learned."""
        name = self.p.name
        totals[name + ".source"] = self.heat.energy
        totals[name + ".sink"] = self.sink.energy
        totals[name + ".run"] = self.run
        learned[name + ".plan"] = self.plan
        learned[name + ".model"] = self.controller.thermostat.model
        learned[name + ".zero"] = self.zero

    def motor(self):
        """(gate, limiter, name in the ledger) of the motor whose starts are counted."""
        return self.gate, self.controller.limiter, self.p.name + ".compressor"

    def outputs(self):
        """What service mode may force; see service.Service."""
        name = self.p.name
        ts = self.trips
        return {name + "_compressor": (False, self.compressor, ts, ts.compressor_off),
                name + "_pump": (False, self.pump, None, 0), name + "_reversing": (False, self.reversing, None, 0),
                name + "_fan": (True, self.fan, None, 0),
                name + "_compressor_speed": (True, self.speed, ts, ts.compressor_off)}

    def ask(self, demand: "Demand") -> None:
        """Add what this unit asks for."""
        controller = self.controller
        on = controller.compressor_on
        w = controller.demand_w
        if controller.reversing:
            demand.cool_w += w
            if on:
                demand.taken_w = -1
        else:
            demand.heat_w += w
            if on and demand.taken_w >= 0:
                demand.taken_w += w
        if on:
            demand.units += 1
        if controller.pump_on:
            demand.flowing = True
        if controller.direction != plan.NONE:
            demand.awaited = True
        if self.protections.moving():
            demand.move_water = True

    def give_way(self) -> bool:
        """What only counts as locked out yields to the frost row. Returns whether that is active, or water to be moved."""
        ts = self.trips
        bits = ts.bits
        own = bits & ts.heat != 0
        ts.give_way(own)
        return own or bits & ts.move_water != 0

    def control(self, tick: Tick) -> None:
        """The sequence of one scan, and with it the slow work when it is due."""
        p = self.p
        ts = self.trips
        bits = ts.bits
        controller = self.controller
        grant = self.grant
        permissive = grant.permissive
        # A leaving-water sensor that has not been read yet bars the start without being a fault.
        bar = (bits & ts.compressor_off != 0 or not self.leaving.chip.ok
               or (grant.refused and not controller.compressor_on))
        if bits & ts.cooling_off and controller.cools():
            bar = True
        guard = self.protections
        guard.flowing = permissive
        if not controller.compressor_on and (guard.water.pending or guard.futile or not grant.spare):
            permissive = False
        controller.fan_fixed_pm = p.fan_fixed_pm
        controller.permissive = permissive
        controller.enough = grant.enough
        controller.compressor_bar = bar
        controller.hold = grant.hold and bits & ts.heat == 0
        controller.move_water = guard.moving() or controller.hold
        controller.scan(tick)
        controller.thaw(guard.must_thaw())
        if tick.is_second:
            self.each_second(tick)

    def each_second(self, tick: Tick) -> None:
        """Sensors' age, thermostat, fan, and the points nobody needs faster."""
        p = self.p
        now_s = tick.now_s
        self.air.each_second(now_s)
        self.supply.each_second(now_s)
        self.leaving.each_second(now_s)
        guard = self.protections
        guard.check_sensors(now_s)
        self.count_timers()
        wish = self.plan
        week_min = tick.week_min if p.schedule_on else -1
        if week_min != self.week_min:
            self.week_min = week_min
            wish.each_minute(week_min)
        frost = self.trips.bits & self.trips.heat != 0
        room_mc = p.room_mc - guard.bias_mk
        wish.grid = tick.grid
        wish.ahead_mk = self.controller.thermostat.model.air_mk
        wish.each_second(p.mode, p.setpoint_mc, p.boost_min > 0, room_mc, self.air.chip.ok, frost)
        p.target_mc = wish.target_mc
        p.direction = wish.direction
        p.warmup_mk_h = wish.rate_mk_h
        controller = self.controller
        controller.thermostat.cap(1000 if frost else self.grant.limit_pm)
        controller.direction = wish.direction
        controller.grid = tick.grid if wish.shift_mk else 0
        controller.target_mc = wish.target_mc
        controller.room_mc = room_mc
        controller.room_ok = self.air.chip.ok
        controller.supply_air_mc = p.supply_air_mc
        controller.supply_ok = self.supply.chip.ok
        controller.fan_cap_pm = self.cfg.quiet_fan_pm if tick.quiet else 1000
        controller.each_second()
        if now_s >= probe.GRACE_S:
            guard.each_second(now_s)
        controller.tell(now_s)
        p.reason = controller.reason
        p.wait_s = controller.wait_s
        p.duty_pm = controller.thermostat.duty_pm
        p.demand_w = controller.demand_w
        p.starts_1h = controller.limiter.count(now_s)

    def count_timers(self) -> None:
        """Boost and off timer count down by the minute."""
        p = self.p
        self.minute_s += 1
        if self.minute_s < 60:
            return
        self.minute_s = 0
        if p.boost_min:
            p.boost_min -= 1
        if p.timer_min:
            p.timer_min -= 1
            if p.timer_min == 0:
                p.mode = plan.MODE_OFF
                p.changed = True

    def meter(self, tick: Tick) -> None:
        """Nothing is metered in every scan."""
        if tick.is_second:
            self.meter_heat(tick)

    def meter_heat(self, tick: Tick) -> None:
        """Once a second: heat from the water, run time."""
        p = self.p
        controller = self.controller
        if controller.compressor_on:
            self.run.add(1)
            p.run_s = self.run.low
            p.run_h = self.run.high
        source = self.source
        if self.metered:
            pass  # a heat meter counts (app/account.py)
        elif controller.pump_on and self.leaving.chip.ok and source.supply_ok:
            difference = less_zero(self.zero, p, self.ring, self.where, tick.still and self.grant.permissive,
                                   source.supply_mc - p.leaving_mc, tick.now_s)
            carries = self.carries or water.carries(source.supply_mc, (source.supply_mc + p.leaving_mc) // 2)
            p.source_w = meters.heat(self.heat, self.sink, self.cfg.unit_flow_lph, difference, carries)
        else:
            self.zero.clear()
            p.source_w = 0
        p.source_wh = self.heat.energy.low
        p.source_mwh = self.heat.energy.high
        p.sink_wh = self.sink.energy.low
        p.sink_mwh = self.sink.energy.high

    def write(self, tick: Tick) -> None:
        """Relays, fan and compressor speed; only a change is written."""
        p = self.p
        controller = self.controller
        p.state = controller.state
        if controller.compressor_on == self.compressor.on:
            self.gate.posted = False
        elif self.gate.passes(controller.compressor_on):
            on = controller.compressor_on
            self.compressor.command(on)
            p.compressor_on = 1 if on else 0
            p.starts = controller.starts_total
            self.ring.put(tick.now_s, events.COMPRESSOR_START if on else events.COMPRESSOR_STOP, self.where, 0)
        if controller.pump_on != self.pump.on:
            self.pump.command(controller.pump_on)
            p.pump_on = 1 if controller.pump_on else 0
        if controller.reversing != self.reversing.on:
            self.reversing.command(controller.reversing)
        if controller.fan_pm != p.fan_pm:
            p.fan_pm = controller.fan_pm
            self.fan.command(controller.fan_pm)
        if controller.compressor_pm != p.compressor_pm:
            p.compressor_pm = controller.compressor_pm
            self.speed.command(controller.compressor_pm)

    def safe(self) -> None:
        """Compressor, pump and fan off."""
        self.controller.safe()
        self.compressor.command(False)
        self.pump.command(False)
        self.reversing.command(False)
        self.fan.safe()
        self.speed.safe()
        p = self.p
        p.compressor_on = 0
        p.pump_on = 0
        p.fan_pm = 0
        p.compressor_pm = 0
