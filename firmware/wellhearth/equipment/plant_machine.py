"""A machine of a plant (a heat pump): its device on the line, its sequence, its protections, its points."""

from ..control import machine, starts, trips
from ..control import reasons_plant as words
from ..control.tick import Tick
from ..metering import meters
from ..storage import events
from ..tables import plant_kinds, points
from ..tables.bits import (
    MACHINE_FAULT,
    MACHINE_FREEZE,
    MACHINE_HOT,
    MACHINE_NO_FLOW,
    MACHINE_NO_START,
    MACHINE_SILENT,
    MACHINE_STOPPED,
    MACHINE_STRAY,
    MACHINE_WRONG_WAY,
)
from . import station, trip_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..control.budget import Budget
    from ..storage.events import EventRing
    from ..tables import sections, shapes

SILENT_S = 12
FLOW_S = 30  # after its start the flow switch has settled
WRONG_S = 300
WRONG_MK = 1000
COLD_MC = 2500  # chilled water below it freezes in an evaporator
DEAD_PM = 8
CONTENT_MK = 2500
START_CHECK_S = 5  # a bus turn and the device's own word


class PlantMachine:
    """cfg: its section of plant.machines. limits: the plant's section. budget: control/budget.Budget, shared by all.

    The plant hands over before `each_second`: want, mode, changes, capacity_pm, setpoint_mc, lacks, flows (source and
    network prove their flow).
    """

    def __init__(self, cfg: "sections.PlantMachine", index: int, ring: "EventRing", limits: "sections.Plant",
                 budget: "Budget"):
        p: "shapes.Machine" = points.new_block(plant_kinds.MACHINE, index)
        p.available = 1
        self.p = p
        self.cfg = cfg
        self.ring = ring
        self.limits = limits
        self.budget = budget
        self.where = plant_kinds.MACHINE.where + index
        self.station = station.Station(cfg, p, SILENT_S)
        self.trips = trip_set.TripSet(trips.MACHINE, ring, self.where, p)
        self.sequence = machine.MachineSequence(cfg.min_on_s, cfg.min_off_s, cfg.postrun_s, limits.replace_s,
                                                cfg.starts_per_day)
        self.gate = starts.StartGate()
        self.run_time = meters.TwoWord(3600)
        self.want = False
        self.mode = words.M_HEAT
        self.changes = False  # it is to do something else, for which it comes to rest first
        self.capacity_pm = 1000
        self.setpoint_mc = 0
        self.flows = False
        self.lacks = True  # what it is to serve is not warm (cold) enough
        self.used_kw = 0  # of the other machines that are told to run; the plant sums it up
        self.told = False  # its order to run is out
        self.hold_open = False  # its valves are open for the water alone (plant_path.py)
        self.open_s = 0
        self.power = False  # it waits for power, or for its turn

    def motor(self):
        """(gate, limiter, name in the ledger) of the motor whose starts are counted."""
        return self.gate, self.sequence.limiter, self.p.name + ".compressor"

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps."""
        totals[self.p.name + ".run"] = self.run_time

    def cools(self) -> bool:
        """Whether it cools the buildings, whatever becomes of its heat."""
        return self.mode == words.M_COOL or self.mode == words.M_RECOVERY

    def opened(self, valve: str) -> bool:
        """Whether that valve is open: by its own word, else by the time that it has had."""
        if self.station.knows(valve):
            return self.station.values[valve] != 0
        return self.open_s >= machine.PREPARE_S

    def content(self) -> bool:
        """Whether its own thermostat may well hold it, so that it rests without a fault: nothing is lacking, or its leaving
        water is there."""
        if not self.lacks:
            return True
        if not self.station.knows("lwt_mc"):
            return False
        over_mk = self.p.lwt_mc - self.setpoint_mc
        return over_mk < CONTENT_MK if self.cools() else over_mk > -CONTENT_MK

    def able(self, now_s: int) -> bool:
        """Whether it may be told to start: answers, in service, no protection, rested."""
        return (self.station.ok and self.p.available != 0 and not self.trips.bits & self.trips.compressor_off
                and not self.sequence.run and self.sequence.rested(now_s))

    def each_second(self, tick: Tick) -> None:
        """Inputs, protections, sequence, orders."""
        p = self.p
        one = self.station
        one.each_second()
        running = one.get("running", 0) != 0
        self.show(running)
        seq = self.sequence
        seq.running = running
        seq.want = self.want and p.available != 0 and not self.changes
        seq.bar = self.trips.bits & self.trips.compressor_off != 0
        free = self.budget.waits_s() <= 0 and self.budget.allows(self.used_kw, self.cfg.power_kw)
        seq.ready = self.flows and free
        self.power = self.flows and not free and seq.state == machine.PREPARE
        if self.power and seq.state_s > machine.PREPARE_S:
            seq.state_s = machine.PREPARE_S  # waiting for power is no failure
        if seq.state == machine.START and self.content():
            seq.state_s = 0  # its own thermostat holds it: it is not asked for heat yet
        before = seq.run
        seq.each_second(tick.now_s)
        if seq.run and not before:
            self.budget.started()
        self.protect(running, tick.now_s)
        self.order(tick)
        if running:
            self.run_time.add(1)
        p.run_s = self.run_time.low
        p.run_h = self.run_time.high
        self.explain(tick.now_s)

    def show(self, running: bool) -> None:
        """What it says."""
        p = self.p
        one = self.station
        p.running = 1 if running else 0
        p.lwt_mc = one.get("lwt_mc", p.lwt_mc)
        p.ewt_mc = one.get("ewt_mc", p.ewt_mc)
        p.source_lwt_mc = one.get("source_lwt_mc", p.source_lwt_mc)
        # Without a meter of its own: what it draws at its load.
        p.power_w = one.get("power_w", self.cfg.power_kw * self.capacity_pm if running else 0)

    def protect(self, running: bool, now_s: int) -> None:
        """The rows of a machine; its own switches come before all of them."""
        one = self.station
        seq = self.sequence
        ts = self.trips
        ts.check(MACHINE_SILENT, not one.ok, one.ok, 1000, now_s)
        fault = one.get("fault", 0) != 0
        ts.check(MACHINE_FAULT, fault, not fault, 1000, now_s)
        ts.check(MACHINE_NO_START, seq.failed, True, 1000, now_s)
        stopped = one.ok and seq.state == machine.RUN and not running and not self.content()
        ts.check(MACHINE_STOPPED, stopped, True, 1000, now_s)
        stray = running and not self.told and seq.off_s > START_CHECK_S
        ts.check(MACHINE_STRAY, stray, not running, 1000, now_s)
        self.protect_water(running, now_s)

    def protect_water(self, running: bool, now_s: int) -> None:
        """What flows through it."""
        p = self.p
        one = self.station
        ts = self.trips
        on = running and self.told
        limit = self.limits.source_freeze_mc
        known = one.knows("source_lwt_mc") and not self.cools()
        ts.check(MACHINE_FREEZE, on and known and p.source_lwt_mc < limit, not known or p.source_lwt_mc >= limit + 2000,
              1000, now_s)
        dry = on and self.sequence.on_s > FLOW_S and one.get("flow_ok", 1) == 0
        ts.check(MACHINE_NO_FLOW, dry, True, 1000, now_s)
        lwt = one.knows("lwt_mc")
        cools = self.cools()
        most = self.limits.supply_most_mc
        if self.mode == words.M_HOT_WATER:
            most = max(most, self.setpoint_mc + 5000)
        hot = lwt and on and (p.lwt_mc < COLD_MC if cools else p.lwt_mc > most)
        ts.check(MACHINE_HOT, hot, not lwt or (p.lwt_mc > COLD_MC + 2000 if cools else p.lwt_mc < most - 5000), 1000, now_s)
        rise = p.lwt_mc - p.ewt_mc
        wrong = rise > WRONG_MK if cools else rise < -WRONG_MK
        ts.check(MACHINE_WRONG_WAY, on and lwt and one.knows("ewt_mc") and self.sequence.on_s > WRONG_S and wrong, True,
              1000, now_s)

    def order(self, tick: Tick) -> None:
        """What the device is told; a start is stored before its order goes out."""
        p = self.p
        one = self.station
        seq = self.sequence
        if self.trips.bits & self.trips.compressor_off:
            seq.stop()
        if seq.run == self.told:
            self.gate.posted = False
        elif self.gate.passes(seq.run):
            self.told = seq.run
            if self.told:
                p.starts += 1
            self.ring.put(tick.now_s, events.COMPRESSOR_START if self.told else events.COMPRESSOR_STOP, self.where, 0)
        p.state = seq.state
        p.run = 1 if self.told else 0
        p.mode = self.mode if seq.state != machine.OFF or self.hold_open else words.M_OFF
        p.capacity_pm = self.capacity_pm if self.told else 0
        one.tell("run", p.run)
        one.tell("mode", p.mode)
        one.tell("cooling", 1 if p.run and self.cools() else 0)
        one.tell("capacity_pm", p.capacity_pm, DEAD_PM)
        one.tell("setpoint_mc", self.setpoint_mc)
        valves = seq.valves or self.hold_open
        self.open_s = self.open_s + 1 if valves else 0
        one.tell("valves", 1 if valves else 0)

    def explain(self, now_s: int) -> None:
        """Why it does what it does, and for how long at the most."""
        p = self.p
        seq = self.sequence
        p.wait_s = 0
        if not p.available:
            p.reason = words.M_OUT
        elif not self.station.ok:
            p.reason = words.M_SILENT
        elif self.trips.bits & self.trips.compressor_off:
            p.reason = words.M_PROTECTION
        elif seq.state == machine.RUN:
            p.reason = words.M_RUNS if self.want else words.M_MIN_ON
        elif seq.state == machine.START:
            p.reason = words.M_PROVES
            p.wait_s = max(0, seq.replace_s - seq.state_s)
        elif seq.state == machine.PREPARE:
            p.reason = words.M_POWER if self.power else words.M_PREPARE
            p.wait_s = max(0, self.budget.waits_s()) if self.power else max(0, machine.PREPARE_S - seq.state_s)
        elif seq.state == machine.POST_RUN:
            p.reason = words.M_POST_RUN
            p.wait_s = max(0, seq.postrun_s - seq.state_s)
        elif seq.off_s < seq.min_off_s:
            p.reason = words.M_REST
            p.wait_s = seq.min_off_s - seq.off_s
        elif seq.limiter.wait_s(now_s):
            p.reason = words.M_STARTS_USED
            p.wait_s = min(86400, seq.limiter.wait_s(now_s))
        else:
            p.reason = words.M_NOT_NEEDED

    def safe(self) -> None:
        """Off."""
        self.sequence.safe()
        self.told = False
        self.hold_open = False
        self.p.run = 0
        for_off = self.station
        for_off.tell("run", 0)
        for_off.tell("valves", 0)
        for_off.tell("mode", 0)
