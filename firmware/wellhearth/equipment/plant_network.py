"""A network of a plant: its pumps, its sensors, bypass and make-up. Secondary: source side of the machines; tertiary:
buildings."""

from ..control import fouling, makeup, netpump, trips
from ..control import reasons_plant as words
from ..control.tick import Tick
from ..metering import meters
from ..tables import plant_kinds, points
from ..tables.bits import (
    NETWORK_EMPTY,
    NETWORK_FILLING,
    NETWORK_FOULED,
    NETWORK_LEAK,
    NETWORK_PRESSED,
    NETWORK_SHUT,
    NETWORK_SILENT,
    NETWORK_STANDING,
    PUMP_FAULT,
    PUMP_NO_RUN,
    PUMP_SILENT,
)
from . import station, trip_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..storage.events import EventRing
    from ..tables import sections, shapes

SILENT_S = 20
FLOW_PM = 50  # of the design flow: it moves
FOULED, CLEAN = 150, 130
MOST_LPH = 2000000
DEAD_PM = 4


class PlantPump:
    """A pump's drive. told by its network."""

    def __init__(self, cfg: "sections.PlantPump", index: int, ring: "EventRing"):
        p: "shapes.Pump" = points.new_block(plant_kinds.PUMP, index)
        p.available = 1
        self.p = p
        self.cfg = cfg
        self.station = station.Station(cfg, p, SILENT_S)
        self.trips = trip_set.TripSet(trips.PUMP, ring, plant_kinds.PUMP.where + index, p)
        self.run_time = meters.TwoWord(3600)
        self.on = False
        self.speed_pm = 0

    def able(self) -> bool:
        """Whether it may run."""
        return self.station.ok and self.p.available != 0 and not self.trips.bits & self.trips.pump_off

    def each_second(self, tick: Tick) -> None:
        """Its rows, and its order."""
        p = self.p
        one = self.station
        one.each_second()
        now_s = tick.now_s
        running = one.get("running", 0) != 0
        fault = one.get("fault", 0) != 0
        ts = self.trips
        ts.check(PUMP_SILENT, not one.ok, one.ok, 1000, now_s)
        ts.check(PUMP_FAULT, fault, not fault, 1000, now_s)
        ts.check(PUMP_NO_RUN, one.ok and p.run != 0 and not running, True, 1000, now_s)
        on = self.on and self.able()
        if on and not p.run:
            p.starts += 1
        p.run = 1 if on else 0
        p.running = 1 if running else 0
        p.speed_pm = self.speed_pm if on else 0
        one.tell("run", p.run)
        one.tell("speed_pm", p.speed_pm, DEAD_PM)
        if running:
            self.run_time.add(1)
        p.run_s = self.run_time.low
        p.run_h = self.run_time.high

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps."""
        totals[self.p.name + ".run"] = self.run_time

    def safe(self) -> None:
        """Off."""
        self.on = False
        self.p.run = 0
        self.station.tell("run", 0)
        self.station.tell("speed_pm", 0)


class PlantNetwork:
    """cfg: its section. pumps: PlantPump of it. The plant hands over: wanted, limit_pm, opened (a valve was told to open
    and had its time), source_mc (secondary: the wells' water; None where it is not known)."""

    def __init__(self, cfg: "sections.PlantNetwork", index: int, ring: "EventRing", pumps: "list[PlantPump]"):
        p: "shapes.Network" = points.new_block(plant_kinds.NETWORK, index)
        self.p = p
        self.cfg = cfg
        self.pumps = pumps
        self.station = station.Station(cfg, p, SILENT_S)
        self.trips = trip_set.TripSet(trips.NETWORK, ring, plant_kinds.NETWORK.where + index, p)
        least_pm = max([one.cfg.least_pm for one in pumps])
        self.control = netpump.NetworkPumps(len(pumps), cfg.dp_kpa * 1000, cfg.dp_least_kpa * 1000, least_pm)
        self.bypass = netpump.Bypass(cfg.minimum_lph)
        low = (cfg.pressure_min_kpa + cfg.pressure_kpa) // 2
        self.makeup = makeup.Makeup(low, cfg.pressure_kpa, cfg.makeup_day_l, cfg.makeup_s)
        self.fouling = fouling.Fouling()
        self.wanted = False
        self.limit_pm = 1000
        self.need_lph = 0  # by the machines whose valves are open
        self.source_known = False
        self.source_mc = 0
        self.source_back_mc = 0
        self.source_lph = 0
        self.cold = False
        self.flowing = False
        self.heat_w = 0
        self.was_locked = False

    def each_second(self, tick: Tick) -> None:
        """Inputs, rows, pumps, bypass, make-up."""
        self.station.each_second()
        self.show()
        self.protect(tick.now_s)
        self.drive()
        self.fill()
        self.watch()

    def show(self) -> None:
        """What its sensors say; heat: positive where the supply is warmer."""
        p = self.p
        one = self.station
        p.supply_mc = one.get("supply_mc", p.supply_mc)
        p.return_mc = one.get("return_mc", p.return_mc)
        p.flow_lph = min(MOST_LPH, one.get("flow_lph", 0))
        at = "worst_pa" if one.knows("worst_pa") else "dp_pa"
        p.dp_kpa = one.get(at, 0) // 1000
        self.control.dp_pa = one.get(at, 0)
        self.control.dp_ok = one.knows(at)
        p.pressure_kpa = one.get("pressure_kpa", p.pressure_kpa)
        p.valve_pm = one.get("valve_pm", p.valve_pm)
        p.makeup_l = one.get("makeup_l", p.makeup_l)
        rise = p.supply_mc - p.return_mc
        rise = 50000 if rise > 50000 else -50000 if rise < -50000 else rise
        known = one.knows("flow_lph") and one.knows("supply_mc") and one.knows("return_mc")
        # 1.163 Wh for a litre and a kelvin: L/h times mK over 860 is W, cut so that it stays in 31 bits.
        p.heat_kw = (p.flow_lph // 10) * (rise // 10) // 8600 if known else 0
        self.heat_w = p.heat_kw * 1000
        if one.knows("flow_lph"):
            self.flowing = p.flow_lph >= self.cfg.flow_lph // 1000 * FLOW_PM
        else:
            self.flowing = self.control.count > 0 and one.ok

    def serves(self) -> bool:
        """Whether its flow is proven, and enough for each machine that is open."""
        if not self.station.knows("flow_lph"):
            return self.flowing
        return self.flowing and self.p.flow_lph >= self.need_lph // 10 * 9

    def protect(self, now_s: int) -> None:
        """The rows of a network."""
        p = self.p
        cfg = self.cfg
        one = self.station
        locked = p.lockouts != 0
        if self.was_locked and not locked:
            self.makeup.forgive()
        self.was_locked = locked
        ts = self.trips
        ts.check(NETWORK_SILENT, not one.ok, one.ok, 1000, now_s)
        known = one.knows("pressure_kpa")
        kpa = p.pressure_kpa
        least = cfg.pressure_min_kpa
        ts.check(NETWORK_EMPTY, known and kpa < least, known and kpa >= least + 10, 1000, now_s)
        ts.check(NETWORK_PRESSED, known and kpa > cfg.pressure_most_kpa, not known or kpa < cfg.pressure_most_kpa - 20, 1000,
              now_s)
        standing = self.running() and one.knows("flow_lph") and not self.flowing
        ts.check(NETWORK_STANDING, standing, True, 1000, now_s)
        shut = one.knows("valve_pm") and p.valve_pm < netpump.SHUT_PM and p.bypass_pm < 100
        ts.check(NETWORK_SHUT, shut and self.control.count > 0, not shut, 1000, now_s)
        ts.check(NETWORK_LEAK, self.makeup.leak, True, 1000, now_s)
        ts.check(NETWORK_FILLING, self.makeup.endless, True, 1000, now_s)
        percent = self.fouling.percent
        ts.check(NETWORK_FOULED, percent >= FOULED, percent < CLEAN, 1000, now_s)

    def running(self) -> bool:
        """Whether a pump of it says that it runs."""
        for one in self.pumps:
            if one.p.running:
                return True
        return False

    def drive(self) -> None:
        """The pumps. None starts against valves that are all shut."""
        p = self.p
        control = self.control
        i = 0
        for one in self.pumps:
            control.able[i] = one.able()
            control.run_h[i] = one.run_time.high
            i += 1
        bits = self.trips.bits
        control.bar = bits & self.trips.pump_off != 0
        open_ = not self.station.knows("valve_pm") or p.valve_pm >= netpump.SHUT_PM or self.bypass.minimum_lph > 0
        control.wanted = self.wanted and (open_ or control.count > 0)
        control.valve_pm = p.valve_pm if self.station.knows("valve_pm") else 900
        control.limit_pm = self.limit_pm
        control.need_lph = self.need_lph if self.station.knows("flow_lph") else 0
        control.flow_lph = p.flow_lph
        control.each_second()
        i = 0
        for one in self.pumps:
            one.on = control.on[i]
            one.speed_pm = control.speed_pm
            i += 1
        p.bypass_pm = self.bypass.each_second(control.count > 0, p.valve_pm, p.flow_lph, self.need_lph)
        self.station.tell("bypass_pm", p.bypass_pm)
        p.pumps_on = control.count
        p.speed_pm = control.speed_pm
        p.dp_target_kpa = control.target_pa // 1000
        p.state = self.state(open_)

    def state(self, open_: bool) -> int:
        """Its word."""
        control = self.control
        if control.bar:
            return words.N_PROTECTION
        if not control.count:
            return words.N_OPENING if self.wanted and not open_ else words.N_OFF
        if self.limit_pm < 1000 and control.speed_pm >= self.limit_pm:
            return words.N_NIGHT
        return words.N_AT_LIMIT if control.speed_pm >= 1000 else words.N_RUNS

    def fill(self) -> None:
        """Make-up, unless a leak is suspected or the pressure is not known."""
        p = self.p
        one = self.station
        bits = self.trips.bits
        bar = (bits >> NETWORK_LEAK | bits >> NETWORK_FILLING | bits >> NETWORK_PRESSED) & 1 != 0
        on = self.makeup.each_second(p.pressure_kpa, one.knows("pressure_kpa"), p.makeup_l, one.knows("makeup_l"), bar)
        p.makeup = 1 if on else 0
        p.makeup_day_l = self.makeup.used_l
        one.tell("makeup", p.makeup)

    def watch(self) -> None:
        """The exchanger between wells and secondary network: its approach, and its resistance to heat."""
        p = self.p
        if not self.source_known or not self.flowing:
            return
        approach = p.supply_mc - self.source_mc if self.cold else self.source_mc - p.supply_mc
        p.approach_mk = 50000 if approach > 50000 else -50000 if approach < -50000 else approach
        back = p.return_mc - self.source_back_mc if self.cold else self.source_back_mc - p.return_mc
        back = 50000 if back > 50000 else -50000 if back < -50000 else back
        kw = p.heat_kw if p.heat_kw > 0 else -p.heat_kw
        design = self.cfg.flow_lph // 1000
        # From half of 5 K at design flow on: below it the sensors' own errors count as much as the plates.
        self.fouling.each_second(p.approach_mk, back, kw, design * 3, self.source_lph // design, p.flow_lph // design)
        p.fouling_percent = self.fouling.percent

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps."""
        learned[self.p.name + ".fouling"] = self.fouling

    def safe(self) -> None:
        """Pumps off, valves shut."""
        self.control.rest()
        self.station.tell("bypass_pm", 0)
        self.station.tell("makeup", 0)
