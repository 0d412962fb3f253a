"""One room unit of a node: its sensors, protections, loop, meters and outputs."""

from . import points, probe, protection
from .control import room, trips
from .drivers import relay, speed
from .metering import meters
from .storage import events
from .wellside import clip_mk

FREEZE = trips.place("freeze")
HIGH_PRESSURE = trips.place("high_pressure")
LOW_PRESSURE = trips.place("low_pressure")
WELDED = trips.place("welded")
DEAD_RELAY = trips.place("dead_relay")
LEAVING_SENSOR = trips.place("leaving_sensor")
ROOM_SENSOR = trips.place("room_sensor")
SUPPLY_SENSOR = trips.place("supply_sensor")

SENSOR_GRACE_S = 30  # after boot, before a missing sensor is a fault
FROZEN_S = 14400  # air that does not move by 1/16 K in four hours is not being measured


class RoomUnit:
    """Everything between the board's terminals of one unit and its room loop.

    index: 0 for the first room. source: the well's points block.
    """

    def __init__(self, cfg, index: int, board, ring, source, stagger_s: int):
        self.cfg = cfg
        self.ring = ring
        self.source = source
        self.where = index + 2
        name = "room%d" % (index + 1)
        p = points.new_block(name, points.ROOM, points.BASE_ROOM + index * points.ROOM_STRIDE)
        self.p = p
        p.mode = room.MODE_HEAT if cfg.mode == "heat" else room.MODE_OFF
        p.setpoint_mc = cfg.setpoint_mc
        where = self.where
        self.air = probe.Probe(cfg.room_rom, p, "room", ring, where, 0, FROZEN_S)
        self.supply = probe.Probe(cfg.supply_air_rom, p, "supply_air", ring, where, 1, FROZEN_S)
        self.leaving = probe.Probe(cfg.leaving_rom, p, "leaving", ring, where, 2, 0)
        self.compressor = relay.Relay(board.digital_out(name + "_compressor"),
                                      board.digital_in(name + "_compressor"))
        self.high_ok = board.digital_in(name + "_high_ok")
        self.low_ok = board.digital_in(name + "_low_ok")
        self.pump = relay.Relay(board.digital_out(name + "_pump"), board.digital_in(name + "_pump"))
        self.fan = speed.SpeedOutput(board.analog_out(name + "_fan"))
        self.speed = speed.SpeedOutput(board.analog_out(name + "_compressor_speed"))
        self.trips = protection.TripSet(trips.ROOM, ring, where, p)
        self.check = self.trips.check  # bound once: binding in the scan would allocate
        self.loop = room.RoomLoop(cfg, stagger_s)
        self.heat = meters.HeatMeter()
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
        self.check(FREEZE, valid and leaving < limit, valid and leaving >= limit + 2000, dt_ms, now_s)
        # Normally closed switches: an open wire is a tripped switch.
        high = not self.high_ok.get()
        self.check(HIGH_PRESSURE, high, not high, dt_ms, now_s)
        low = not self.low_ok.get()
        self.check(LOW_PRESSURE, low and not self.loop.low_bypass(), not low, dt_ms, now_s)
        bad = self.compressor.mismatch()
        self.check(WELDED, bad == relay.WELDED, True, dt_ms, now_s)
        bad = bad == relay.DEAD or self.pump.mismatch() != 0
        self.check(DEAD_RELAY, bad, not bad, dt_ms, now_s)

    def control(self, permissive: bool, enough: bool, refused: bool, dt_ms: int, now_s: int) -> None:
        """The sequence. permissive: flow is proven. enough: it covers one more unit. refused: a
        protection of the well lets no compressor start."""
        p = self.p
        ts = self.trips
        bits = ts.bits
        # A leaving-water sensor that has not been read yet bars the start without being a fault.
        bar = (bits & ts.compressor_off != 0 or not self.leaving.chip.ok
               or (refused and not self.loop.compressor_on))
        self.loop.control(p.mode, p.fan_fixed_pm, permissive, enough, bar, bits & ts.move_water != 0,
                          dt_ms, now_s)

    def slow(self, now_s: int) -> None:
        """Once a second: sensors' age, thermostat, fan, and the points nobody needs faster."""
        p = self.p
        self.air.second(now_s)
        self.supply.second(now_s)
        self.leaving.second(now_s)
        if now_s >= SENSOR_GRACE_S:
            ok = self.air.chip.ok
            self.check(ROOM_SENSOR, not ok, ok, 1000, now_s)
            ok = self.supply.chip.ok
            self.check(SUPPLY_SENSOR, not ok, ok, 1000, now_s)
            ok = self.leaving.chip.ok
            self.check(LEAVING_SENSOR, not ok, ok, 1000, now_s)
        loop = self.loop
        loop.slow(p.mode, p.setpoint_mc, p.room_mc, self.air.chip.ok, p.supply_air_mc, self.supply.chip.ok)
        p.duty_pm = loop.thermostat.duty_pm
        p.demand_w = loop.demand_w
        p.starts_1h = loop.limiter.count(now_s)

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
            p.source_wh = self.heat.energy.low
            p.source_mwh = self.heat.energy.high
        else:
            p.source_w = 0

    def write(self, now_s: int) -> None:
        """Relays, fan and compressor speed; only a change is written."""
        p = self.p
        loop = self.loop
        p.state = loop.state
        if loop.compressor_on != self.compressor.on:
            on = loop.compressor_on
            self.compressor.command(on)
            p.compressor_on = 1 if on else 0
            p.starts = loop.starts_total
            self.ring.put(now_s, events.COMPRESSOR_START if on else events.COMPRESSOR_STOP, self.where, 0)
        if loop.pump_on != self.pump.on:
            self.pump.command(loop.pump_on)
            p.pump_on = 1 if loop.pump_on else 0
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
        self.fan.safe()
        self.speed.safe()
        p = self.p
        p.compressor_on = 0
        p.pump_on = 0
        p.fan_pm = 0
        p.compressor_pm = 0
