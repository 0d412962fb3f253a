"""One room unit of a node: its sensors, protections, loop, meters and outputs."""

from ..control import plan, room, starts, trips, verify
from ..drivers import relay, speed
from ..metering import meters
from ..storage import events
from ..tables import kinds, points
from ..tables.causes import (
    COIL_FREEZE,
    COMPRESSOR_PROTECTION,
    CONDENSATE,
    DEAD_RELAY,
    FREEZE,
    FREEZE_AGAIN,
    FREEZE_BLIND,
    FROST,
    HIGH_PRESSURE,
    LEAVING_SENSOR,
    LOW_PRESSURE,
    NO_ANSWER,
    NO_DIFFERENCE,
    NO_RESPONSE,
    ROOM_DOUBT,
    ROOM_SENSOR,
    SOURCE_COLD,
    SUPPLY_SENSOR,
    UNIT_PUMP_WELDED,
    WELDED,
    WELL_SILENT,
    WRONG_WAY,
)
from . import probe, trip_set
from .well_section import clip_mk

RISK_MS = 600_000  # a heat exchanger is as warm as its room ten minutes after the compressor
UNKNOWN_MK = verify.UNKNOWN_MK
REST_MS = 3_600_000  # after so long at rest the supply air has the room's temperature
DOUBT_MK = 3000
NEAR_MK = 2000
EASE_MK = room.EASE_MK
ICY_MC = 3000  # air that leaves the coil so cold leaves ice on it
AT_ONCE_MS = 180_000
THAWED_MK = 4000
THAWED_MC = 15000  # where the room's temperature is not known
FROZEN_S = 14400  # air that does not move by 1/16 K in four hours is not being measured


class RoomUnit:
    """Everything between the board's terminals of one unit and its room loop.

    index: 0 for the first room. source: points block of the water that enters (the well, or the
    secondary loop). bus: a BusWater, on a node whose well is at the other end of the bus.
    """

    def __init__(self, cfg, index: int, board, ring, source, stagger_s: int, bus=None):
        self.bus = bus
        self.stagger_ms = stagger_s * 1000
        self.cfg = cfg
        self.ring = ring
        self.source = source
        self.where = index + kinds.ROOM.where
        p = points.new_block(kinds.ROOM, index)
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
        self.check = self.trips.check  # bound once: binding in the scan would allocate
        self.loop = room.RoomLoop(cfg, stagger_s)
        self.plan = plan.RoomPlan(cfg)
        self.gate = starts.StartGate()
        self.answer = verify.Answer()
        self.water = verify.Water(cfg.rated_w, cfg.unit_flow_lph)
        self.flowing = False
        self.thawed = False
        self.futile = False  # the water that enters is too cold for a run worth its start
        self.tight = False  # the leaving water is near its limit: more flow, please
        self.last_mc = 0
        self.bias_mk = 0  # of the room sensor, while supply air and standing water say so
        self.minute_s = 0
        self.week_min = -2
        self.heat = meters.HeatMeter()
        self.sink = meters.HeatMeter()
        self.run = meters.TwoWord(3600)

    def sensors(self):
        """Probes on the 1-Wire bus."""
        return [self.air, self.supply, self.leaving]

    def protect(self, dt_ms: int, now_s: int) -> None:
        """The unit's rows of the table."""
        p = self.p
        limit = self.cfg.freeze_limit_mc
        leaving = p.leaving_mc
        valid = self.leaving.chip.ok
        cold = valid and leaving - self.water.ahead_mk < limit
        # Normally closed switches: an open wire is a tripped switch.
        high = not self.high_ok.get()
        low = not self.low_ok.get()
        lost = self.protection_ok is not None and not self.protection_ok.get()
        own = self.compressor.mismatch()
        pump = self.pump.mismatch()
        valve = self.astray()
        bad = own or pump or valve
        bus = self.bus
        if bus is not None:
            self.listen(bus, dt_ms, now_s)
        if not (cold or high or low or lost or bad or self.trips.busy):
            return  # the usual scan: nothing to judge
        check = self.check
        check(FREEZE, cold, valid and leaving >= limit + 2000, dt_ms, now_s)
        check(HIGH_PRESSURE, high, not high, dt_ms, now_s)
        check(LOW_PRESSURE, low and not self.loop.low_bypass(), not low, dt_ms, now_s)
        check(COMPRESSOR_PROTECTION, lost, not lost, dt_ms, now_s)
        check(WELDED, own == relay.WELDED, True, dt_ms, now_s)
        bad = own == relay.DEAD or pump == relay.DEAD or valve
        check(DEAD_RELAY, bad, not bad, dt_ms, now_s)
        check(UNIT_PUMP_WELDED, pump == relay.WELDED, not (pump or self.pump.on), dt_ms, now_s)

    def astray(self) -> bool:
        """The reversing valve's contact is where neither the command nor the next run wants it.

        At rest the command is still that of the last run; a contact that fits the next one bars nothing.
        """
        if not self.reversing.mismatch():
            return False
        direction = self.loop.direction
        return direction == plan.NONE or self.loop.compressor_on or self.reversing.on == (direction == plan.COOL)

    def moving(self) -> bool:
        """A protection wants the water moved. A locked freeze row does not, once its water is warm again.

        A pump whose water has not answered yet runs on until it has, or until that is a trip.
        """
        ts = self.trips
        if self.water.pending and not ts.bits >> NO_RESPONSE & 1:
            return True
        bits = ts.bits & ts.move_water
        if bits == 1 << FREEZE and ts.trips[FREEZE].locked:
            return not self.leaving.chip.ok or self.p.leaving_mc < self.cfg.freeze_limit_mc + 2000
        return bits != 0

    def listen(self, bus, dt_ms: int, now_s: int) -> None:
        """The well's word: silent for too long, no compressor; when it is back, all units start staggered."""
        mask = 1 << WELL_SILENT
        was = self.trips.bits & mask
        self.check(WELL_SILENT, bus.quiet, not bus.quiet, dt_ms, now_s)
        if was and not self.trips.bits & mask:
            self.loop.delay(self.stagger_ms)

    def control(self, permissive: bool, enough: bool, refused: bool, spare: bool, dt_ms: int, now_s: int) -> None:
        """The sequence. permissive: flow is proven. enough: it covers one more unit. refused: a protection of the well lets
        no compressor start. spare: the well's water has heat for one more; without it a start waits, for however long."""
        p = self.p
        ts = self.trips
        bits = ts.bits
        # A leaving-water sensor that has not been read yet bars the start without being a fault.
        bar = (bits & ts.compressor_off != 0 or not self.leaving.chip.ok
               or (refused and not self.loop.compressor_on))
        if bits & ts.cooling_off and self.loop.cools():
            bar = True
        self.flowing = permissive
        if not self.loop.compressor_on and (self.water.pending or self.futile or not spare):
            permissive = False
        self.loop.control(p.fan_fixed_pm, permissive, enough, bar, self.moving(), dt_ms, now_s)
        # A locked row's fan rests once there is no ice left.
        self.loop.thaw(bits & ts.fan_on != 0 and not (self.thawed and ts.trips[COIL_FREEZE].locked))

    def slow(self, now_s: int, week_min: int, quiet: bool, limit_pm: int = 1000) -> None:
        """Once a second: sensors' age, thermostat, fan, and the points nobody needs faster. limit_pm: most duty."""
        p = self.p
        self.air.second(now_s)
        self.supply.second(now_s)
        self.leaving.second(now_s)
        if now_s >= probe.GRACE_S:
            ok = self.air.chip.ok
            self.check(ROOM_SENSOR, not ok, ok, 1000, now_s)
            ok = self.supply.chip.ok
            self.check(SUPPLY_SENSOR, not ok, ok, 1000, now_s)
            ok = self.leaving.chip.ok
            self.check(LEAVING_SENSOR, not ok, ok, 1000, now_s)
        self.timers()
        what = self.plan
        if not p.schedule_on:
            week_min = -1
        if week_min != self.week_min:
            self.week_min = week_min
            what.minute(week_min)
        frost = self.trips.bits & self.trips.heat != 0
        room_mc = p.room_mc - self.bias_mk
        what.step(p.mode, p.setpoint_mc, p.boost_min > 0, room_mc, self.air.chip.ok, frost)
        p.target_mc = what.target_mc
        p.direction = what.direction
        p.warmup_mk_h = what.rate_mk_h
        loop = self.loop
        loop.thermostat.cap(1000 if frost else limit_pm)
        loop.slow(what.direction, what.target_mc, room_mc, self.air.chip.ok, p.supply_air_mc, self.supply.chip.ok,
                  self.cfg.quiet_fan_pm if quiet else 1000)
        if now_s >= probe.GRACE_S:
            self.guard(now_s)
        p.duty_pm = loop.thermostat.duty_pm
        p.demand_w = loop.demand_w
        p.starts_1h = loop.limiter.count(now_s)

    def timers(self) -> None:
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

    def guard(self, now_s: int) -> None:
        """Once a second: frost, and whether what was asked for shows."""
        p = self.p
        loop = self.loop
        check = self.check
        air_ok = self.air.chip.ok
        water_ok = self.leaving.chip.ok
        limit = self.cfg.frost_mc
        rest = not loop.pump_on and loop.state_ms >= RISK_MS
        self.doubt(now_s)
        room_mc = p.room_mc - self.bias_mk
        # Water that stands in the unit has the room's temperature: it stands in for a lost room sensor.
        cold = room_mc < limit if air_ok else (water_ok and rest and p.leaving_mc < limit)
        warm = room_mc >= limit + 2000 if air_ok else (water_ok and p.leaving_mc >= limit + 2000)
        check(FROST, cold, warm, 1000, now_s)
        risk = loop.compressor_on or loop.off_ms < RISK_MS or not air_ok or room_mc < limit + 1000
        check(FREEZE_BLIND, not water_ok and risk, water_ok or not risk, 1000, now_s)
        freeze = self.trips.trips[FREEZE]
        again = freeze.active and freeze.trips(now_s) >= 2
        check(FREEZE_AGAIN, again, not freeze.active, 1000, now_s)
        self.response(now_s)
        missing_mk = p.target_mc - room_mc if air_ok and loop.direction == plan.HEAT else 0
        cold = loop.cut or loop.cold_pm < 1000 or self.futile
        check(SOURCE_COLD, cold and missing_mk >= 1000, not cold or missing_mk < 500, 1000, now_s)
        self.coil(now_s)
        full = air_ok and loop.thermostat.duty_pm >= 1000
        failing = self.answer.failing(full, loop.thermostat.cooling, room_mc)
        check(NO_ANSWER, failing, not failing, 1000, now_s)

    def coil(self, now_s: int) -> None:
        """Once a second, the air coil when cooling: its condensate, and its ice, to which the supply air is the witness.

        Without that witness the low pressure switch alone guards the coil.
        """
        p = self.p
        loop = self.loop
        check = self.check
        if self.pan_ok is not None:
            ok = self.pan_ok.get()
            check(CONDENSATE, not ok, ok, 1000, now_s)
        known = self.supply.chip.ok
        icy = known and p.supply_air_mc < ICY_MC and loop.compressor_on and loop.reversing
        self.thawed = thawed = not known or p.supply_air_mc >= (p.room_mc - THAWED_MK if self.air.chip.ok else THAWED_MC)
        # Air so cold and the low pressure switch besides: it is ice, at once, and no reason to lock the heat out.
        at_once = icy and not self.low_ok.get() and not loop.low_bypass()
        check(COIL_FREEZE, icy, thawed, AT_ONCE_MS if at_once else 1000, now_s)

    def response(self, now_s: int) -> None:
        """Does the water, and does the air, do what the run (or the circulation pump) does to them?"""
        p = self.p
        loop = self.loop
        check = self.check
        water = self.water
        leaving = p.leaving_mc
        water_ok = self.leaving.chip.ok
        known = water_ok and self.source.supply_ok != 0
        entering = self.source.supply_mc
        self.ease(known, entering - leaving)
        slowest_pm = self.cfg.compressor_min_pm if loop.variable else 1000
        self.futile = (known and loop.direction == plan.HEAT
                       and water.futile(entering - self.cfg.freeze_limit_mc, slowest_pm, self.futile))
        if not loop.compressor_on:
            water.begin(-leaving if loop.reversing else leaving)
            dead = water.pump(known and self.flowing and self.pump.on, leaving, entering)
            check(NO_RESPONSE, dead, not dead, 1000, now_s)
            check(WRONG_WAY, False, True, 1000, now_s)
            check(NO_DIFFERENCE, False, True, 1000, now_s)
            return
        run_s = loop.state_ms // 1000
        water_mk = entering - leaving if known else UNKNOWN_MK
        air_mk = p.supply_air_mc - p.room_mc if self.air.chip.ok and self.supply.chip.ok else UNKNOWN_MK
        if loop.reversing:
            leaving = -leaving
            water_mk = -water_mk if known else UNKNOWN_MK
            air_mk = -air_mk if air_mk != UNKNOWN_MK else UNKNOWN_MK
        else:
            doubted = self.trips.trips[NO_RESPONSE].trips(now_s) > 0
            water.lead(run_s, leaving, water_mk, p.compressor_pm, doubted)
        dead = water_ok and water.run(run_s, leaving, water_mk, p.compressor_pm, self.leaving.chip.same_s, air_mk)
        check(NO_RESPONSE, dead, not dead, 1000, now_s)
        check(WRONG_WAY, verify.wrong_way(run_s, water_mk, air_mk), True, 1000, now_s)
        check(NO_DIFFERENCE, verify.no_difference(run_s, water_mk, air_mk), True, 1000, now_s)

    def ease(self, known: bool, water_mk: int) -> None:
        """A limiter before the freeze trip: cold water first gets more flow and a slower compressor, then shorter runs.

        A unit that lacks water (it cools what it gets far more than it should) is left to its trips.
        """
        loop = self.loop
        if not loop.compressor_on or loop.reversing or not self.leaving.chip.ok:
            self.tight = False
            loop.spared(EASE_MK, False)
            return
        near_mk = self.p.leaving_mc - self.cfg.freeze_limit_mc
        self.tight = near_mk < EASE_MK
        loop.spared(near_mk, not known or water_mk < self.water.lack_mk)

    def doubt(self, now_s: int) -> None:
        """The room sensor against two others that share its air once the unit has rested for an hour.

        Both must say the same; the supply air then corrects the room's reading until the difference is gone.
        """
        p = self.p
        loop = self.loop
        ok = self.air.chip.ok and self.supply.chip.ok and self.leaving.chip.ok
        step = p.room_mc - self.last_mc
        self.last_mc = p.room_mc
        if not ok or not -NEAR_MK < step < NEAR_MK:
            self.bias_mk = 0  # lost, or it jumped: not the sensor that was corrected
        if not ok or loop.pump_on or loop.state_ms < REST_MS:
            self.check(ROOM_DOUBT, False, self.bias_mk == 0, 1000, now_s)
            return
        off = clip_mk(p.room_mc - p.supply_air_mc)
        other = clip_mk(p.room_mc - p.leaving_mc)  # standing water takes hours: it only has to say the same
        far = (off >= DOUBT_MK and other >= DOUBT_MK) or (off <= -DOUBT_MK and other <= -DOUBT_MK)
        if self.check(ROOM_DOUBT, far, -NEAR_MK < off < NEAR_MK, 1000, now_s):
            self.bias_mk = off
        else:
            self.bias_mk = 0

    def meter_second(self) -> None:
        """Once a second: heat from the water, run time."""
        p = self.p
        loop = self.loop
        if loop.compressor_on:
            self.run.add(1)
            p.run_s = self.run.low
            p.run_h = self.run.high
        source = self.source
        if loop.pump_on and self.leaving.chip.ok and source.supply_ok:
            difference = clip_mk(source.supply_mc - p.leaving_mc)
            p.source_w = meters.heat_w(self.cfg.unit_flow_lph, difference)
            self.heat.second(p.source_w)
            self.sink.second(-p.source_w)
            p.source_wh = self.heat.energy.low
            p.source_mwh = self.heat.energy.high
            p.sink_wh = self.sink.energy.low
            p.sink_mwh = self.sink.energy.high
        else:
            p.source_w = 0

    def write(self, now_s: int) -> None:
        """Relays, fan and compressor speed; only a change is written."""
        p = self.p
        loop = self.loop
        p.state = loop.state
        if loop.compressor_on == self.compressor.on:
            self.gate.posted = False
        elif self.gate.passes(loop.compressor_on):
            on = loop.compressor_on
            self.compressor.command(on)
            p.compressor_on = 1 if on else 0
            p.starts = loop.starts_total
            self.ring.put(now_s, events.COMPRESSOR_START if on else events.COMPRESSOR_STOP, self.where, 0)
        if loop.pump_on != self.pump.on:
            self.pump.command(loop.pump_on)
            p.pump_on = 1 if loop.pump_on else 0
        if loop.reversing != self.reversing.on:
            self.reversing.command(loop.reversing)
        if loop.fan_pm != p.fan_pm:
            p.fan_pm = loop.fan_pm
            self.fan.command(loop.fan_pm)
        if loop.compressor_pm != p.compressor_pm:
            p.compressor_pm = loop.compressor_pm
            self.speed.command(loop.compressor_pm)

    def safe(self) -> None:
        """Compressor, pump and fan off."""
        self.loop.safe()
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
