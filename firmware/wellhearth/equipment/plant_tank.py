"""A plant's hot water: the tank's sensors and pumps, what it asks of a machine, its rows, its disinfections."""

from ..control import hotwater, schedule, trips
from ..control import reasons_plant as words
from ..control.tick import Tick
from ..tables import plant_kinds, points
from ..tables.bits import CIRCULATION_COLD, DISINFECTION_DUE, TANK_COLD, TANK_HOT, TANK_SILENT
from . import station, trip_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..storage.events import EventRing
    from ..tables import sections, shapes

SILENT_S = 20
HOT_MC = 75000
STATES = (words.T_READY, words.T_CHARGE, words.T_ENDED, words.T_DISINFECT, words.T_UNKNOWN)
BY_HAND_S = 6 * 3600
LEAST_CIRCULATION_MK = 5000


class PlantTank:
    """cfg: its section. The plant hands over: short (the buildings want more than runs), charging (a machine charges it),
    water (its valves are open), today.

    Out: `call`, a machine is wanted, at `target_mc`.
    """

    def __init__(self, cfg: "sections.PlantTank", ring: "EventRing"):
        p: "shapes.Tank" = points.new_block(plant_kinds.TANK)
        p.setpoint_mc = cfg.setpoint_mc
        p.disinfected_day = -1
        self.p = p
        self.cfg = cfg
        self.station = station.Station(cfg, p, SILENT_S)
        self.trips = trip_set.TripSet(trips.TANK, ring, plant_kinds.TANK.where, p)
        self.control = hotwater.HotWater(cfg.band_mk, cfg.priority_min * 60, cfg.disinfect_mc, cfg.disinfect_min * 60)
        self.week = schedule.Week(cfg.disinfect)
        self.short = False
        self.charging = False
        self.water = False
        self.today = -1
        self.by_hand_s = 0
        self.call = False
        self.target_mc = 0
        self.since_s = 0  # of running, since the last proof

    def each_second(self, tick: Tick) -> None:
        """Inputs, rows, orders."""
        p = self.p
        one = self.station
        one.each_second()
        p.top_mc = one.get("top_mc", p.top_mc)
        p.middle_mc = one.get("middle_mc", p.middle_mc)
        p.bottom_mc = one.get("bottom_mc", p.bottom_mc)
        p.tap_mc = one.get("tap_mc", p.top_mc)
        p.circulation_mc = one.get("circulation_mc", p.circulation_mc)
        self.decide(tick)
        self.protect(tick.now_s)
        self.order()

    def decide(self, tick: Tick) -> None:
        """Whether it is charged, or disinfected."""
        p = self.p
        one = self.station
        c = self.control
        if p.disinfect_now:
            p.disinfect_now = 0
            self.by_hand_s = BY_HAND_S
            c.done = False
        elif self.by_hand_s:
            self.by_hand_s -= 1
        hours = tick.week_min >= 0 and self.week.count > 0 and self.week.until_comfort_min(tick.week_min) == 0
        c.due = hours or self.by_hand_s > 0
        c.known = one.knows("top_mc") and one.knows("middle_mc") and one.knows("bottom_mc")
        c.circulation_ok = one.knows("circulation_mc")
        c.top_mc = p.top_mc
        c.middle_mc = p.middle_mc
        c.bottom_mc = p.bottom_mc
        c.circulation_mc = p.circulation_mc
        c.setpoint_mc = p.setpoint_mc
        c.short = self.short
        c.charging = self.charging
        c.each_second()
        self.since_s += 1 if self.since_s < 0x3FFFFFF else 0
        if c.proved:
            p.disinfected_day = self.today
            self.since_s = 0
            self.by_hand_s = 0
        p.proved_min = c.hot_s // 60
        p.state = STATES[c.state]

    def protect(self, now_s: int) -> None:
        """The rows of a tank."""
        p = self.p
        one = self.station
        c = self.control
        ts = self.trips
        ts.check(TANK_SILENT, not one.ok, one.ok, 1000, now_s)
        ts.check(TANK_HOT, c.known and p.top_mc > HOT_MC, not c.known or p.top_mc < HOT_MC - 5000, 1000, now_s)
        cold = c.known and p.tap_mc < hotwater.TAP_MC
        ts.check(TANK_COLD, cold, c.known and p.tap_mc >= hotwater.TAP_MC + 1000, 1000, now_s)
        due = self.cfg.disinfect_min > 0 and self.week.count > 0 and self.since_s > (self.cfg.disinfect_days + 1) * 86400
        ts.check(DISINFECTION_DUE, due, not due, 1000, now_s)
        low_mk = p.tap_mc - p.circulation_mc
        cools = c.known and c.circulation_ok and p.circulation != 0 and low_mk > LEAST_CIRCULATION_MK
        ts.check(CIRCULATION_COLD, cools, low_mk < LEAST_CIRCULATION_MK - 1000, 1000, now_s)

    def order(self) -> None:
        """Pumps and heater; the charge pump runs with its machine."""
        p = self.p
        one = self.station
        c = self.control
        off = self.trips.bits & self.trips.compressor_off != 0
        self.call = c.call and not off
        self.target_mc = c.target_mc
        p.charge = 1 if self.water and not off else 0
        p.circulation = 1 if c.circulate else 0
        p.heater = 1 if c.heater and not off else 0
        one.tell("charge", p.charge)
        one.tell("circulation", p.circulation)
        one.tell("heater", p.heater)

    def values(self):
        """For the ledger: the last proof, a day later, and how long ago that is in running seconds."""
        return [self.p.disinfected_day + 1, self.since_s]

    def take(self, values: list) -> None:
        """From the ledger; ValueError when it does not fit."""
        if len(values) != 2:
            raise ValueError(values)
        self.p.disinfected_day = values[0] - 1
        self.since_s = values[1]

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps."""
        learned["tank.proof"] = self

    def safe(self) -> None:
        """Pumps and heater off."""
        for signal in ("charge", "circulation", "heater"):
            self.station.tell(signal, 0)
