"""What a plant only reads: its buildings, the weather, the probes of its water."""

from ..control import trips
from ..control.tick import Tick
from ..metering import watts
from ..tables import plant_kinds, points
from ..tables.bits import QUALITY_ACID, QUALITY_SALTY, QUALITY_SILENT, QUALITY_TURBID
from . import station, trip_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..storage.events import EventRing
    from ..tables import sections, shapes

SILENT_S = 60
LACK_MK = 1000
OPEN_PM = 950


class Line:
    """The counters of a device that has no block of its own (the weather)."""

    def __init__(self):
        self.online = 0
        self.answers = 0
        self.timeouts = 0
        self.errors = 0


class Weather:
    """The sensor for the air outside."""

    def __init__(self, cfg: "sections.PlantWeather"):
        self.station = station.Station(cfg, Line(), SILENT_S)

    def each_second(self, tick: Tick) -> None:
        """It grows older."""
        self.station.each_second()


class Building:
    """A building: what its own control says of its rooms; its heat by its meter."""

    def __init__(self, cfg: "sections.PlantBuilding", index: int):
        p: "shapes.Building" = points.new_block(plant_kinds.BUILDING, index)
        self.p = p
        self.cfg = cfg
        self.station = station.Station(cfg, p, SILENT_S)
        self.heat = watts.WattMeter()
        self.cold = watts.WattMeter()

    def each_second(self, tick: Tick) -> None:
        """Points and meters."""
        p = self.p
        one = self.station
        one.each_second()
        p.room_mc = one.get("room_mc", p.room_mc)
        p.coldest_mc = one.get("coldest_mc", p.coldest_mc)
        p.valve_pm = one.get("valve_pm", 0)
        watt = one.get("heat_w", 0)
        p.heat_kw = watt // 1000
        if watt >= 0:
            self.heat.each_second(watt)
        else:
            self.cold.each_second(-watt)
        p.heat_wh = self.heat.energy.low
        p.heat_mwh = self.heat.energy.high
        p.cold_wh = self.cold.energy.low
        p.cold_mwh = self.cold.energy.high

    def lacks(self, heating: bool) -> int:
        """Requests for another supply temperature: its valve is wide open, and its rooms are not served."""
        one = self.station
        if not one.ok or self.p.valve_pm < OPEN_PM:
            return 0
        if not one.knows("room_mc"):
            return 1
        off = self.cfg.room_mc - self.p.room_mc if heating else self.p.room_mc - self.cfg.room_mc - 6000
        return 2 if off > 2 * LACK_MK else 1 if off > LACK_MK // 2 else 0

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps."""
        totals[self.p.name + ".heat"] = self.heat.energy
        totals[self.p.name + ".cold"] = self.cold.energy


class Quality:
    """A water quality probe: plausible values into points, its limits."""

    def __init__(self, cfg: "sections.PlantQuality", index: int, ring: "EventRing"):
        p: "shapes.Quality" = points.new_block(plant_kinds.QUALITY, index)
        self.p = p
        self.cfg = cfg
        self.station = station.Station(cfg, p, SILENT_S)
        self.trips = trip_set.TripSet(trips.QUALITY, ring, plant_kinds.QUALITY.where + index, p)

    def each_second(self, tick: Tick) -> None:
        """Points and rows. A probe that lies in air reads what no ground water has: that is no value."""
        p = self.p
        one = self.station
        one.each_second()
        p.acidity_ph = one.get("acidity_ph", p.acidity_ph)
        p.turbidity_ntu = one.get("turbidity_ntu", p.turbidity_ntu)
        p.conductivity_us_cm = one.get("conductivity_us_cm", p.conductivity_us_cm)
        p.water_mc = one.get("water_mc", p.water_mc)
        ph = one.knows("acidity_ph") and 200 <= p.acidity_ph <= 1200
        salty = one.knows("conductivity_us_cm") and p.conductivity_us_cm >= 10
        lies = one.ok and ((one.knows("acidity_ph") and not ph) or (one.knows("conductivity_us_cm") and not salty))
        self.protect(ph, salty, lies, tick.now_s)

    def protect(self, ph: bool, salty: bool, lies: bool, now_s: int) -> None:
        """The rows of a probe."""
        p = self.p
        cfg = self.cfg
        ts = self.trips
        ts.check(QUALITY_SILENT, lies or not self.station.ok, not lies and self.station.ok, 1000, now_s)
        inside = cfg.ph_low <= p.acidity_ph <= cfg.ph_high
        ts.check(QUALITY_ACID, ph and not inside, ph and inside, 1000, now_s)
        turbid = self.station.knows("turbidity_ntu")
        limit = cfg.turbidity_ntu
        clear = turbid and p.turbidity_ntu < limit // 5 * 4
        ts.check(QUALITY_TURBID, turbid and p.turbidity_ntu > limit, clear, 1000, now_s)
        off = p.conductivity_us_cm - cfg.conductivity_us_cm
        off = off if off > 0 else -off
        watched = salty and cfg.conductivity_us_cm > 0
        clear = watched and off < cfg.conductivity_off // 5 * 4
        ts.check(QUALITY_SALTY, watched and off > cfg.conductivity_off, clear, 1000, now_s)
