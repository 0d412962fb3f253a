"""What a plant decides once a second: direction, supply temperature, machines, their load, what the wells are asked, who
helps."""

from ..control import backup as backups
from ..control import machine, netpump, schedule, supply
from ..control import reasons_plant as words
from ..control.tick import Tick
from ..tables.bits import (
    MACHINES_SHORT,
    OUTSIDE_LOST,
    RETURN_SHORT,
    SOURCE_LOST,
    SOURCE_SHORT,
)
from . import plant_draw, plant_path, plant_stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .plant import Plant
    from .plant_network import PlantNetwork

NIGHT_NONE = 1000
HALF_S = 15  # half of the water is missing for a moment while a well takes over from another, too


class Dispatch:
    """plant: everything that it decides upon."""

    def __init__(self, plant: "Plant"):
        self.plant = plant
        cfg = plant.cfg
        self.cfg = cfg
        p = plant.p
        p.mode = words.MODES.index(cfg.mode)
        p.power_limit_kw = cfg.power_limit_kw
        p.electricity_fen = cfg.electricity_fen
        p.gas_fen = cfg.gas_fen
        self.p = p
        self.direction = supply.Direction(cfg.heat_below_mc, cfg.cool_above_mc)
        self.target = supply.SupplyTarget(cfg.design_mc, cfg.heat_below_mc, cfg.supply_cold_mc, cfg.supply_mild_mc,
                                          cfg.supply_cool_mc, cfg.supply_cool_mild_mc)
        self.stage = plant_stage.Stage(plant)
        self.draw = plant_draw.Draw(plant)
        self.path = plant_path.Path(plant)
        self.busy = False  # a machine or a back-up source runs, is about to, or has just stopped
        self.night = schedule.Week(cfg.night)
        self.error_mk = 0
        self.load_kw = 0
        self.half_s = self.bits = 0

    def each_second(self, tick: Tick) -> None:
        """The whole plant, once."""
        p = self.p
        plant = self.plant
        self.weather(tick)
        self.busy = self.count()
        now = self.direction.each_second(p.mode, plant.air.mean_mc, plant.air.known, self.busy)
        p.direction = now
        self.load()
        self.supply(now)
        self.networks(tick, now)
        stage = self.stage
        stage.error_mk = self.error_mk
        stage.load_kw = self.load_kw
        stage.hot_water(tick, now)
        stage.stage(tick, now)
        stage.orders(now, self.draw.enough())
        self.draw.each_second(now)
        self.help(now)
        self.meter()
        self.protect(tick.now_s)
        self.explain(now)

    # -- what is --

    def weather(self, tick: Tick) -> None:
        """The air outside: a sensor on the line, else one of the node's own."""
        plant = self.plant
        p = self.p
        own = plant.node_p
        one = plant.weather.station if plant.weather is not None else None
        if one is not None and one.knows("outside_mc"):
            p.outside_mc = one.values["outside_mc"]
            p.outside_ok = 1
        else:
            p.outside_ok = own.outside_ok
            if own.outside_ok:
                p.outside_mc = own.outside_mc
        plant.air.each_second(p.outside_mc, p.outside_ok != 0)

    def count(self) -> bool:
        """Sums over machines and wells; whether one of them, or a back-up source, needs the networks' water."""
        plant = self.plant
        p = self.p
        on = on_kw = able_kw = watt = 0
        busy = False
        cools = self.direction.now == words.COOL
        for one in plant.machines:
            kw = one.cfg.cool_kw if cools else one.cfg.heat_kw
            if one.p.running and one.told:
                on += 1
                on_kw += kw
            if one.station.ok and one.p.available and not one.trips.bits & one.trips.compressor_off:
                able_kw += kw
            if one.sequence.state != machine.OFF or one.p.running:
                busy = True
            watt += one.p.power_w
        for source in plant.backups:
            busy = busy or source.busy()
        p.machines_on = on
        p.on_kw = on_kw
        p.able_kw = able_kw
        p.power_kw = watt // 1000
        plant.electricity.each_second(watt)
        return busy

    def load(self) -> None:
        """What the buildings take: by the tertiary network, else by what runs. And what the supply lacks."""
        net = self.plant.tertiary
        p = self.p
        one = net.station
        measured = one.knows("flow_lph") and one.knows("supply_mc") and one.knows("return_mc")
        kw = net.p.heat_kw
        if measured:
            self.load_kw = (-kw if self.direction.now == words.COOL else kw)
            if self.load_kw < 0:
                self.load_kw = 0
        else:
            self.load_kw = p.on_kw * self.stage.pi.out // 1000
        p.load_kw = min(100000, self.load_kw)
        plant = self.plant
        if kw >= 0:
            plant.heat.each_second(kw * 1000)
        else:
            plant.cold.each_second(-kw * 1000)

    # -- what shall be --

    def supply(self, now: int) -> None:
        """The supply temperature, by the weather and by those who are cold; what is missing to it."""
        p = self.p
        plant = self.plant
        requests = 0
        known = False
        for one in plant.buildings:
            requests += one.lacks(now == words.HEAT)
            known = known or one.station.ok
        if not known:
            requests = -1
        on = p.machines_on > 0
        p.supply_target_mc = max(0, self.target.each_second(now, p.outside_mc, p.outside_ok != 0, min(requests, 100),
                                                            p.supply_trim_mk, on))
        most = self.cfg.supply_most_mc - 3000
        if p.supply_target_mc > most:
            p.supply_target_mc = most
        supply_mc = self.supply_mc()
        error = p.supply_target_mc - supply_mc if now != words.COOL else supply_mc - p.supply_target_mc
        self.error_mk = max(-50000, min(50000, error))

    def supply_mc(self) -> int:
        """Water on its way to the buildings; without its sensor the mean of the machines that run."""
        net = self.plant.tertiary
        if net.station.knows("supply_mc"):
            return net.p.supply_mc
        total = n = 0
        for one in self.plant.machines:
            if one.p.running and one.station.knows("lwt_mc"):
                total += one.p.lwt_mc
                n += 1
        return total // n if n else self.p.supply_target_mc

    def networks(self, tick: Tick, now: int) -> None:
        """Who shall move: the buildings' as long as there is a direction, each of them only where its water has a way."""
        plant = self.plant
        night = self.night.count > 0 and tick.week_min >= 0 and self.night.until_comfort_min(tick.week_min) == 0
        limit = self.cfg.night_speed_pm if night else NIGHT_NONE
        net = plant.tertiary
        users = not net.station.knows("valve_pm") or net.p.valve_pm >= netpump.SHUT_PM or net.bypass.minimum_lph > 0
        path = self.path
        path.each_second(now != words.NONE and users)
        net.wanted = path.tertiary and (now != words.NONE or self.busy)
        net.need_lph = net.cfg.minimum_lph * path.loads
        net.limit_pm = limit
        net = plant.secondary
        if net is not None:
            net.wanted = path.secondary
            net.need_lph = net.cfg.flow_lph // len(plant.machines) // 10 * 9 * path.sources
            net.limit_pm = limit
            net.cold = now == words.COOL
            self.source_water(net)

    def source_water(self, net: "PlantNetwork") -> None:
        """The wells' water, mixed, for the exchanger's resistance."""
        parts = heat = back = 0
        for one in self.plant.sources:
            values = one.station.values
            if one.proven and values["supply_ok"] and values["return_ok"]:
                part = one.p.flow_lph // 100
                parts += part
                heat += part * (one.p.supply_mc // 100)
                back += part * (one.p.return_mc // 100)
        net.source_known = parts > 0
        net.source_lph = parts * 100
        if parts > 0:
            net.source_mc = heat // parts * 100
            net.source_back_mc = back // parts * 100

    # -- who helps --

    def help(self, now: int) -> None:
        """Back-up sources: what they must know."""
        plant = self.plant
        p = self.p
        net = plant.tertiary
        alive = net.flowing and not net.trips.bits & (net.trips.compressor_off | net.trips.pump_off) and net.station.ok
        failed = 0
        for one in plant.machines:
            if one.trips.bits & one.trips.compressor_off:
                failed += 1
        lacking = self.error_mk > self.cfg.stage_band_mk
        refused = self.stage.refused()
        cop = self.load_kw * 1000 // p.power_kw if p.power_kw > 0 else 0
        for one in plant.backups:
            one.direction = now
            one.outside_mc = p.outside_mc
            one.outside_ok = p.outside_ok != 0
            one.network = alive
            one.short = lacking and (self.stage.staging.short_s > 0 or p.machines_on == 0 or refused
                                         or self.stage.powerless)
            one.failed = lacking and failed > 0
            one.cheaper = one.cfg.kind == "boiler" and backups.fuel_is_cheaper(
                p.electricity_fen, cop, p.gas_fen, one.cfg.gas_wh_m3, one.cfg.efficiency_pm)
            one.enough = self.load_kw * 1000 <= p.able_kw * self.cfg.stage_up_pm
            one.error_mk = self.error_mk - self.cfg.stage_band_mk // 2  # the machines give all they can first
            one.setpoint_mc = p.supply_target_mc
            one.today = plant.node_p.utc_day

    def meter(self) -> None:
        """Meters into points."""
        p = self.p
        plant = self.plant
        p.heat_wh = plant.heat.energy.low
        p.heat_mwh = plant.heat.energy.high
        p.cold_wh = plant.cold.energy.low
        p.cold_mwh = plant.cold.energy.high
        p.electricity_wh = plant.electricity.energy.low
        p.electricity_mwh = plant.electricity.energy.high

    def protect(self, now_s: int) -> None:
        """The plant's own rows, and whether anything at all is tripped."""
        plant = self.plant
        p = self.p
        ts = plant.trips
        on = self.draw.run_lph > 0  # what recovers heat draws nothing
        need = self.draw.run_lph // 1000
        proven = self.draw.proven_lph
        ts.check(SOURCE_SHORT, on and proven < need * 800, not on or proven >= need * 900, 1000, now_s)
        self.half_s = self.half_s + 1 if on and proven < need * 500 else 0
        lost = on and (proven == 0 or self.half_s > HALF_S)
        ts.check(SOURCE_LOST, lost, not lost, 1000, now_s)
        ok = p.outside_ok != 0
        ts.check(OUTSIDE_LOST, not ok, ok, 1000, now_s)
        ts.check(RETURN_SHORT, 0 <= p.returned_pm < 980, p.returned_pm >= 990 or p.returned_pm < 0, 1000, now_s)
        short = self.stage.staging.short_s > 0
        ts.check(MACHINES_SHORT, short, not short, 1000, now_s)
        bits = 0
        for one in plant.named:
            bits |= one.trips.bits
        self.bits = bits

    def explain(self, now: int) -> None:
        """Why the plant does what it does."""
        p = self.p
        plant = self.plant
        p.wait_s = 0
        if p.mode == words.MODE_OFF:
            p.reason = words.OFF
        elif now == words.NONE:
            p.reason = words.NO_NEED
            wish = self.direction.wish(p.mode, plant.air.mean_mc, plant.air.known)
            if self.direction.rest_s < supply.CHANGE_S and wish != words.NONE:
                p.reason = words.CHANGEOVER
                p.wait_s = supply.CHANGE_S - self.direction.rest_s
        elif plant.trips.bits >> SOURCE_SHORT & 1 or plant.trips.bits >> SOURCE_LOST & 1:
            p.reason = words.SHORT_SOURCE
        elif self.stage.powerless:
            p.reason = words.POWER
        elif self.stage.staging.short_s:
            p.reason = words.SHORT_MACHINE if self.stage.staging.count else words.WAITS_MACHINE
        elif p.machines_on:
            p.reason = words.SERVES
        elif not plant.tertiary.flowing:
            p.reason = words.WAITS_NETWORK
        elif self.stage.staging.count:
            p.reason = words.WAITS_MACHINE if self.draw.enough() else words.WAITS_SOURCE
        else:
            p.reason = words.NO_NEED

    def safe(self) -> None:
        """Nobody is wanted."""
        self.stage.safe()
