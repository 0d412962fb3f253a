"""The protections of one room unit: its rows of the cause-and-effect table, and the witnesses that judge them."""

from ..control import plan, room, verify
from ..control.tick import Tick
from ..drivers import relay
from ..tables.bits import (
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
from . import probe
from .probe import clip_mk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..tables import shapes
    from .bus_source import BusSource
    from .room_unit import RoomUnit

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


class RoomProtections:
    """Judges the inputs of `unit` (a RoomUnit) and keeps what it has learned of them; the rows' bits are in `unit.trips`.

    `scan` runs at the fast rate, `each_second` at the slow one. Results beside the rows: `futile`, `tight`, `bias_mk`.
    """

    def __init__(self, unit: "RoomUnit"):
        cfg = unit.cfg
        self.cfg = cfg
        self.p: "shapes.Room" = unit.p
        self.controller = unit.controller
        self.source = unit.source
        self.bus = unit.bus
        self.stagger_ms = unit.stagger_ms
        self.air = unit.air
        self.supply = unit.supply
        self.leaving = unit.leaving
        self.compressor = unit.compressor
        self.pump = unit.pump
        self.reversing = unit.reversing
        self.high_ok = unit.high_ok
        self.low_ok = unit.low_ok
        self.pan_ok = unit.pan_ok
        self.protection_ok = unit.protection_ok
        self.trips = unit.trips
        self.check = self.trips.check  # bound once: binding in the scan would allocate
        self.answer = verify.Answer()
        self.water = verify.Water(cfg.rated_w, cfg.unit_flow_lph)
        self.flowing = False  # input: the source proves its flow
        self.thawed = False
        self.futile = False  # the water that enters is too cold for a run worth its start
        self.tight = False  # the leaving water is near its limit: more flow, please
        self.last_mc = 0
        self.bias_mk = 0  # of the room sensor, while supply air and standing water say so

    def scan(self, tick: Tick) -> None:
        """The rows that must act at once."""
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
        valve = self.valve_astray()
        bad = own or pump or valve
        bus = self.bus
        if bus is not None:
            self.check_well(bus, tick.dt_ms, tick.now_s)
        if not (cold or high or low or lost or bad or self.trips.busy):
            return  # the usual scan: nothing to judge
        check = self.check
        dt_ms = tick.dt_ms
        now_s = tick.now_s
        check(FREEZE, cold, valid and leaving >= limit + 2000, dt_ms, now_s)
        check(HIGH_PRESSURE, high, not high, dt_ms, now_s)
        check(LOW_PRESSURE, low and not self.controller.low_bypass(), not low, dt_ms, now_s)
        check(COMPRESSOR_PROTECTION, lost, not lost, dt_ms, now_s)
        check(WELDED, own == relay.WELDED, True, dt_ms, now_s)
        bad = own == relay.DEAD or pump == relay.DEAD or valve
        check(DEAD_RELAY, bad, not bad, dt_ms, now_s)
        check(UNIT_PUMP_WELDED, pump == relay.WELDED, not (pump or self.pump.on), dt_ms, now_s)

    def check_sensors(self, now_s: int) -> None:
        """Once a second: the rows of the unit's own sensors, a while after the boot."""
        if now_s >= probe.GRACE_S:
            check = self.check
            ok = self.air.chip.ok
            check(ROOM_SENSOR, not ok, ok, 1000, now_s)
            ok = self.supply.chip.ok
            check(SUPPLY_SENSOR, not ok, ok, 1000, now_s)
            ok = self.leaving.chip.ok
            check(LEAVING_SENSOR, not ok, ok, 1000, now_s)

    def valve_astray(self) -> bool:
        """The reversing valve's contact is where neither the command nor the next run wants it.

        At rest the command is still that of the last run; a contact that fits the next one bars nothing.
        """
        if not self.reversing.mismatch():
            return False
        direction = self.controller.direction
        return direction == plan.NONE or self.controller.compressor_on or self.reversing.on == (direction == plan.COOL)

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

    def check_well(self, bus: "BusSource", dt_ms: int, now_s: int) -> None:
        """The well's messages: silent for too long, no compressor; when they are back, all units start staggered."""
        mask = 1 << WELL_SILENT
        was = self.trips.bits & mask
        self.check(WELL_SILENT, bus.silent, not bus.silent, dt_ms, now_s)
        if was and not self.trips.bits & mask:
            self.controller.delay(self.stagger_ms)

    def each_second(self, now_s: int) -> None:
        """Frost, and whether what was asked for shows."""
        p = self.p
        controller = self.controller
        check = self.check
        air_ok = self.air.chip.ok
        water_ok = self.leaving.chip.ok
        limit = self.cfg.frost_mc
        rest = not controller.pump_on and controller.state_ms >= RISK_MS
        self.check_room_sensor(now_s)
        room_mc = p.room_mc - self.bias_mk
        # Water that stands in the unit has the room's temperature: it stands in for a lost room sensor.
        cold = room_mc < limit if air_ok else (water_ok and rest and p.leaving_mc < limit)
        warm = room_mc >= limit + 2000 if air_ok else (water_ok and p.leaving_mc >= limit + 2000)
        check(FROST, cold, warm, 1000, now_s)
        risk = controller.compressor_on or controller.off_ms < RISK_MS or not air_ok or room_mc < limit + 1000
        check(FREEZE_BLIND, not water_ok and risk, water_ok or not risk, 1000, now_s)
        freeze = self.trips.trips[FREEZE]
        again = freeze.active and freeze.trips(now_s) >= 2
        check(FREEZE_AGAIN, again, not freeze.active, 1000, now_s)
        self.check_response(now_s)
        missing_mk = p.target_mc - room_mc if air_ok and controller.direction == plan.HEAT else 0
        cold = controller.cut or controller.cold_pm < 1000 or self.futile
        check(SOURCE_COLD, cold and missing_mk >= 1000, not cold or missing_mk < 500, 1000, now_s)
        self.check_coil(now_s)
        full = air_ok and controller.thermostat.duty_pm >= 1000
        failing = self.answer.failing(full, controller.thermostat.cooling, room_mc)
        check(NO_ANSWER, failing, not failing, 1000, now_s)

    def check_coil(self, now_s: int) -> None:
        """Once a second, the air coil when cooling: its condensate, and its ice, to which the supply air is the witness.

        Without that witness the low pressure switch alone guards the coil.
        """
        p = self.p
        controller = self.controller
        check = self.check
        if self.pan_ok is not None:
            ok = self.pan_ok.get()
            check(CONDENSATE, not ok, ok, 1000, now_s)
        known = self.supply.chip.ok
        icy = known and p.supply_air_mc < ICY_MC and controller.compressor_on and controller.reversing
        self.thawed = thawed = not known or p.supply_air_mc >= (p.room_mc - THAWED_MK if self.air.chip.ok else THAWED_MC)
        # Air so cold and the low pressure switch besides: it is ice, at once, and no reason to lock the heat out.
        at_once = icy and not self.low_ok.get() and not controller.low_bypass()
        check(COIL_FREEZE, icy, thawed, AT_ONCE_MS if at_once else 1000, now_s)

    def must_thaw(self) -> bool:
        """The fan must thaw the coil. A locked row's fan rests once there is no ice left."""
        ts = self.trips
        return ts.bits & ts.fan_on != 0 and not (self.thawed and ts.trips[COIL_FREEZE].locked)

    def check_response(self, now_s: int) -> None:
        """Does the water, and does the air, do what the run (or the circulation pump) does to them?"""
        p = self.p
        controller = self.controller
        check = self.check
        water = self.water
        leaving = p.leaving_mc
        water_ok = self.leaving.chip.ok
        known = water_ok and self.source.supply_ok != 0
        entering = self.source.supply_mc
        self.ease(known, entering - leaving)
        slowest_pm = self.cfg.compressor_min_pm if controller.variable else 1000
        self.futile = (known and controller.direction == plan.HEAT
                       and water.futile(entering - self.cfg.freeze_limit_mc, slowest_pm, self.futile))
        doubted = self.trips.trips[NO_RESPONSE].trips(now_s) > 0
        if not controller.compressor_on:
            water.begin(-leaving if controller.reversing else leaving)
            dead = water.pump(known and self.flowing and self.pump.on, leaving, entering, doubted)
            check(NO_RESPONSE, dead, not dead, 1000, now_s)
            check(WRONG_WAY, False, True, 1000, now_s)
            check(NO_DIFFERENCE, False, True, 1000, now_s)
            return
        run_s = controller.state_ms // 1000
        water_mk = entering - leaving if known else UNKNOWN_MK
        air_mk = p.supply_air_mc - p.room_mc if self.air.chip.ok and self.supply.chip.ok else UNKNOWN_MK
        if controller.reversing:
            leaving = -leaving
            water_mk = -water_mk if known else UNKNOWN_MK
            air_mk = -air_mk if air_mk != UNKNOWN_MK else UNKNOWN_MK
        else:
            water.lead(run_s, leaving, water_mk, p.compressor_pm, doubted)
        dead = water_ok and water.run(run_s, leaving, water_mk, p.compressor_pm, self.leaving.chip.same_s, air_mk)
        check(NO_RESPONSE, dead, not dead, 1000, now_s)
        check(WRONG_WAY, verify.wrong_way(run_s, water_mk, air_mk), True, 1000, now_s)
        check(NO_DIFFERENCE, verify.no_difference(run_s, water_mk, air_mk), True, 1000, now_s)

    def ease(self, known: bool, water_mk: int) -> None:
        """A limiter before the freeze trip: cold water first gets more flow and a slower compressor, then shorter runs.

        A unit that lacks water (it cools what it gets far more than it should) is left to its trips.
        """
        controller = self.controller
        if not controller.compressor_on or controller.reversing or not self.leaving.chip.ok:
            self.tight = False
            controller.ease(EASE_MK, False)
            return
        near_mk = self.p.leaving_mc - self.cfg.freeze_limit_mc
        self.tight = near_mk < EASE_MK
        controller.ease(near_mk, not known or water_mk < self.water.lack_mk)

    def check_room_sensor(self, now_s: int) -> None:
        """The room sensor against two others that share its air once the unit has rested for an hour.

        Both must say the same; the supply air then corrects the room's reading until the difference is gone.
        """
        p = self.p
        controller = self.controller
        ok = self.air.chip.ok and self.supply.chip.ok and self.leaving.chip.ok
        step = p.room_mc - self.last_mc
        self.last_mc = p.room_mc
        if not ok or not -NEAR_MK < step < NEAR_MK:
            self.bias_mk = 0  # lost, or it jumped: not the sensor that was corrected
        if not ok or controller.pump_on or controller.state_ms < REST_MS:
            self.check(ROOM_DOUBT, False, self.bias_mk == 0, 1000, now_s)
            return
        off = clip_mk(p.room_mc - p.supply_air_mc)
        other = clip_mk(p.room_mc - p.leaving_mc)  # standing water takes hours: it only has to say the same
        far = (off >= DOUBT_MK and other >= DOUBT_MK) or (off <= -DOUBT_MK and other <= -DOUBT_MK)
        if self.check(ROOM_DOUBT, far, -NEAR_MK < off < NEAR_MK, 1000, now_s):
            self.bias_mk = off
        else:
            self.bias_mk = 0
