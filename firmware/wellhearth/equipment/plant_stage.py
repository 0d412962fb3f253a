"""Which machines of a plant run, and what each of them does: for the buildings, for the tank, within power
and water."""

from ..control import machine, pi, staging
from ..control import reasons_plant as words
from ..control.tick import Tick
from ..control.trips import START_REFUSED
from ..tables import causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .plant import Plant
    from .plant_machine import PlantMachine

KP_M = 200  # thousandths of a per mille of load for each mK: 20 % of the load for a kelvin
TI_S = 1200  # the buildings' water is tonnes: faster would swing
OVER_MK = 3500  # a machine's own thermostat is so far beyond the target: its load limit is what holds the supply
COLDEST_MC = 4500
UNWANTED_MK = -1500  # cooling: water so far below its target takes no cold of a machine that makes hot water
CHARGE_OVER_MK = 4000  # a machine that charges the tank leaves so much above its target


class Stage:
    """plant: whose machines. The dispatch hands over load_kw and error_mk (what the supply lacks) before each step."""

    def __init__(self, plant: "Plant"):
        self.plant = plant
        cfg = plant.cfg
        self.cfg = cfg
        self.p = plant.p
        self.staging = staging.Staging(len(plant.machines), cfg.stage_up_pm, cfg.stage_down_pm, cfg.stage_up_s,
                                       cfg.stage_down_s, cfg.stage_band_mk)
        self.pi = pi.PI(KP_M, TI_S, min([one.cfg.least_pm for one in plant.machines]), 1000)
        self.power_kw = sum([one.cfg.power_kw for one in plant.machines])
        self.start_refused = plant.trips.mask(causes.rows(plant.trips.scope), START_REFUSED)
        self.tank_machine = -1  # which one charges the tank
        self.recovers = True  # cooling: the buildings would take its cold
        self.tank_cold = False  # and do
        self.powerless = False  # one more is wanted, and the power does not allow for it
        self.error_mk = 0
        self.load_kw = 0

    def hot_water(self, tick: Tick, now: int) -> None:
        """One machine for the tank: one that rests, else one of those that run; while cooling one that recovers its heat, as
        long as its cold is wanted, else it takes its heat from the wells."""
        tank = self.plant.tank
        if tank is None:
            return
        tank.today = self.plant.node_p.utc_day
        tank.short = self.staging.short_s > 0 or self.error_mk > self.cfg.stage_band_mk
        machines = self.plant.machines
        if self.error_mk > 0:
            self.recovers = True
        elif self.error_mk < UNWANTED_MK:
            self.recovers = False
        i = self.tank_machine
        if i >= 0:
            unwanted = self.tank_cold and not self.recovers
            if unwanted or not tank.call or not self.serves(machines[i]):
                if unwanted or self.own(machines[i]):
                    machines[i].want = False
                self.tank_machine = i = -1
        if tank.call and i < 0:
            self.tank_cold = now == words.COOL and self.recovers
            self.tank_machine = i = self.choose(tick, now)
            if i >= 0 and not machines[i].want:
                machines[i].want = True
        tank.charging = i >= 0 and machines[i].p.running != 0
        tank.water = False
        for one in machines:
            # Its water moves as soon as a machine prepares, and until its post-run is over.
            if (one.mode == words.M_HOT_WATER and one.sequence.valves) or (one.mode == words.M_RECOVERY and one.told):
                tank.water = True

    def charger(self):
        """The machine that charges the tank, or is about to; None without one."""
        return self.plant.machines[self.tank_machine] if self.tank_machine >= 0 else None

    def own(self, one: "PlantMachine") -> bool:
        """Whether it runs for the tank alone."""
        return one.mode == words.M_HOT_WATER

    def serves(self, one: "PlantMachine") -> bool:
        """Whether it still may."""
        return one.want and one.p.available != 0 and not one.trips.bits & one.trips.compressor_off

    def choose(self, tick: Tick, now: int) -> int:
        """The machine for the tank, -1 without one: one that rests, else one that runs long enough to be stopped for it."""
        best = -1
        i = 0
        for one in self.plant.machines:
            if one.cfg.hot_water:
                if not one.want and one.able(tick.now_s):
                    best = i
                elif best < 0 and now != words.NONE and self.serves(one) and one.p.running and one.sequence.settled():
                    best = i
            i += 1
        return best

    def stage(self, tick: Tick, now: int) -> None:
        """Machines come and go."""
        plant = self.plant
        s = self.staging
        i = 0
        for one in plant.machines:
            kw = one.cfg.cool_kw if now == words.COOL else one.cfg.heat_kw
            tank = i == self.tank_machine and not self.tank_cold
            if one.want and (one.sequence.failed or not self.serves(one)):
                one.want = False
                if not tank and s.on[i]:
                    s.failed()
                if tank:
                    self.tank_machine = -1
            s.on[i] = one.want and not tank
            s.able[i] = not one.want and not tank and kw > 0 and one.able(tick.now_s)
            s.capacity_kw[i] = kw
            s.run_h[i] = one.run_time.high
            s.settled[i] = not one.sequence.run or one.sequence.settled()
            i += 1
        net = plant.tertiary
        wanted = now != words.NONE and (net.flowing or (s.count > 0 and net.control.count > 0))
        s.each_second(wanted, self.load_kw, self.error_mk)
        self.obey(now)

    def obey(self, now: int) -> None:
        """What staging says, within the power and the source that there are."""
        plant = self.plant
        s = self.staging
        plant.budget.each_second(self.p.power_limit_kw, self.power_kw)
        self.p.budget_kw = self.power_kw if plant.budget.kw < 0 else plant.budget.kw
        stopped = self.stopped()
        refused = stopped or self.refused()
        i = self.first(s.start)
        self.powerless = i >= 0 and not plant.budget.allows(self.used(i), plant.machines[i].cfg.power_kw)
        if i >= 0 and not refused and not self.powerless:
            plant.machines[i].want = True
            s.started()
        if s.stop >= 0:
            plant.machines[s.stop].want = False
            s.stopped()
        if stopped:
            for one in plant.machines:
                one.want = False

    def first(self, i: int) -> int:
        """The first machine is the one whose valves are open already."""
        holder = self.plant.dispatch.path.holder
        return holder if i >= 0 and self.staging.count == 0 and holder >= 0 and self.staging.able[holder] else i

    def used(self, but: int) -> int:
        """Electrical power of all machines that run or were told to, but one, kW."""
        kw = 0
        i = 0
        for one in self.plant.machines:
            if i != but and (one.want or one.told):
                kw += one.cfg.power_kw
            i += 1
        return kw

    def orders(self, now: int, watered: bool) -> None:
        """Load limit, setpoint and flow for each."""
        plant = self.plant
        cfg = self.cfg
        if self.p.machines_on:
            pm = self.pi.update(max(-20000, min(20000, self.error_mk)))
        else:
            self.pi.preset(500)
            pm = 500
        pm = self.capped(pm)
        flows = watered and (plant.secondary is None or plant.secondary.serves())
        tank = plant.tank
        i = 0
        for one in plant.machines:
            mine = i == self.tank_machine
            one.used_kw = self.told_kw(i)
            one.lacks = mine or self.error_mk > 0
            wish = self.mode(one, mine, now)
            if one.sequence.state == machine.OFF:
                one.mode = wish
            # It changes over at rest alone. Its valves stay as they are until its post-run is over: turned to the buildings
            # they took the others' water, and a machine that changes while it runs stops itself.
            one.changes = one.mode != wish
            if one.mode == words.M_HOT_WATER:
                one.capacity_pm = 1000
                one.setpoint_mc = tank.target_mc + CHARGE_OVER_MK
                one.flows = flows
            else:
                recovers = one.mode == words.M_RECOVERY
                one.capacity_pm = 1000 if recovers else max(pm, one.cfg.least_pm)
                over_mk = -OVER_MK if now == words.COOL else OVER_MK
                one.setpoint_mc = max(COLDEST_MC, min(self.p.supply_target_mc + over_mk, cfg.supply_most_mc - 2000))
                # What recovers its heat needs no water of the wells.
                one.flows = plant.tertiary.serves() and (flows or recovers)
            i += 1

    def mode(self, one: "PlantMachine", mine: bool, now: int) -> int:
        """What a machine is to do once it can. mine: it charges the tank."""
        if mine and self.tank_cold:
            return words.M_RECOVERY
        if mine and self.free(one):
            return words.M_HOT_WATER
        return words.M_COOL if now == words.COOL else words.M_HEAT

    def free(self, one: "PlantMachine") -> bool:
        """Whether a machine's valves may turn to the tank: they do, or the buildings' water rests, or has another way."""
        if one.mode == words.M_HOT_WATER or not self.plant.tertiary.control.count:
            return True
        return self.plant.dispatch.path.without(one)

    def told_kw(self, but: int) -> int:
        """Electrical power of all machines whose order to run is out, but one, kW."""
        kw = 0
        i = 0
        for one in self.plant.machines:
            if i != but and (one.sequence.run or one.told):
                kw += one.cfg.power_kw
            i += 1
        return kw

    def capped(self, pm: int) -> int:
        """A limit of power that came down meanwhile holds those that run."""
        kw = self.plant.budget.kw
        told = self.told_kw(-1)
        return pm if kw < 0 or told <= kw or not told else min(pm, kw * 1000 // told)

    def stopped(self) -> bool:
        """Whether a protection of the plant, or of a network, holds every machine off."""
        plant = self.plant
        if plant.trips.bits & plant.trips.compressor_off:
            return True
        for one in plant.networks:
            if one.trips.bits & one.trips.compressor_off:
                return True
        return False

    def refused(self) -> bool:
        """Whether a protection of the plant lets no machine start."""
        return self.plant.trips.bits & self.start_refused != 0

    def safe(self) -> None:
        """Nobody is wanted."""
        for one in self.plant.machines:
            one.want = False
        self.tank_machine = -1
