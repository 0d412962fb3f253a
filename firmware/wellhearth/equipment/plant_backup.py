"""A back-up source of a plant: boiler, electric boiler or chiller; its device, its protections, its proof runs."""

from ..control import backup, pi, trips
from ..control import reasons_plant as words
from ..control.tick import Tick
from ..metering import meters
from ..tables import plant_kinds, points
from ..tables.bits import (
    BACKUP_FAULT,
    BACKUP_HOT,
    BACKUP_NO_FLOW,
    BACKUP_NO_START,
    BACKUP_SILENT,
    PROOF_DUE,
)
from . import station, trip_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..storage.events import EventRing
    from ..tables import sections, shapes

SILENT_S = 12
PREPARE_S = 75
START_S = 300
FLOW_S = 30
LATE_DAYS = 5
DAY_S = 86400
AFTER_S = 120  # its own heat (cold) is carried away before the network may rest
SHUT_S = 15  # and its valve shuts behind the pumps' stop
CHILLED_MC = 4000
OVER_MK = 3500  # its own thermostat is so far beyond the target
KP_M = 100  # thousandths of a per mille for each mK
TI_S = 120


class PlantBackup:
    """cfg: its section. The plant hands over before `each_second`: direction, outside_mc, outside_ok, network (water
    moves, and its pressure is there), short, failed, cheaper, error_mk, setpoint_mc, today."""

    def __init__(self, cfg: "sections.PlantBackup", index: int, ring: "EventRing"):
        p: "shapes.Backup" = points.new_block(plant_kinds.BACKUP, index)
        p.available = 1
        p.proved_day = -1
        self.p = p
        self.cfg = cfg
        self.chills = cfg.kind == "chiller"
        self.station = station.Station(cfg, p, SILENT_S)
        self.trips = trip_set.TripSet(trips.BACKUP, ring, plant_kinds.BACKUP.where + index, p)
        self.control = backup.Backup(cfg.delay_s, cfg.min_on_s, cfg.min_off_s, cfg.proof_min * 60)
        self.pi = pi.PI(KP_M, TI_S, cfg.least_pm, 1000)
        self.run_time = meters.TwoWord(3600)
        self.direction = words.NONE
        self.outside_mc = 0
        self.outside_ok = False
        self.network = False
        self.short = False
        self.failed = False
        self.enough = True
        self.cheaper = False
        self.error_mk = 0
        self.setpoint_mc = 0
        self.today = -1
        self.hold_open = False  # its valve is open for the water alone (plant_path.py)
        self.open_s = 0
        self.told_s = 0  # since its order to run; negative: its valve opens
        self.since_s = 0  # of running, since the last proof run
        self.after_s = AFTER_S + SHUT_S  # since it stopped

    def each_second(self, tick: Tick) -> None:
        """Inputs, protections, decision, orders."""
        p = self.p
        one = self.station
        one.each_second()
        running = one.get("running", 0) != 0
        p.running = 1 if running else 0
        if running or p.run:
            self.after_s = 0
        elif self.after_s < AFTER_S + SHUT_S:
            self.after_s += 1
        p.lwt_mc = one.get("lwt_mc", p.lwt_mc)
        p.gas_m3 = one.get("gas_l", p.gas_m3 * 1000) // 1000
        self.since_s += 1 if self.since_s < 0x3FFFFFF else 0
        self.protect(running, tick.now_s)
        self.decide(running)
        self.order()
        if running:
            self.run_time.add(1)
        p.run_s = self.run_time.low
        p.run_h = self.run_time.high

    def busy(self) -> bool:
        """Whether it needs the network's water: it runs, or did so a moment ago."""
        return self.after_s < AFTER_S

    def opened(self) -> bool:
        """Whether its valve has had the time to open, and does not shut soon."""
        return self.open_s >= PREPARE_S and (self.control.run or self.hold_open or self.busy())

    def able(self) -> bool:
        """No protection, in service, answers."""
        return self.station.ok and self.p.available != 0 and not self.trips.bits & self.trips.compressor_off

    def protect(self, running: bool, now_s: int) -> None:
        """The rows of a back-up source."""
        p = self.p
        cfg = self.cfg
        one = self.station
        ts = self.trips
        ts.check(BACKUP_SILENT, not one.ok, one.ok, 1000, now_s)
        fault = one.get("fault", 0) != 0
        ts.check(BACKUP_FAULT, fault, not fault, 1000, now_s)
        lacks = self.error_mk > 0 or self.control.why == words.B_PROOF
        if not running and not lacks and self.told_s > 0:
            self.told_s = 1  # its own thermostat may well hold it
        ts.check(BACKUP_NO_START, self.told_s > START_S and not running, True, 1000, now_s)
        dry = running and self.told_s > FLOW_S and one.get("flow_ok", 1) == 0
        ts.check(BACKUP_NO_FLOW, dry, True, 1000, now_s)
        known = one.knows("lwt_mc")
        if self.chills:
            ts.check(BACKUP_HOT, known and running and p.lwt_mc < CHILLED_MC - 1000, not known or p.lwt_mc > CHILLED_MC,
                     1000, now_s)
        else:
            most = cfg.supply_most_mc
            ts.check(BACKUP_HOT, known and running and p.lwt_mc > most, not known or p.lwt_mc < most - 5000, 1000, now_s)
        due = cfg.proof_days > 0 and self.since_s > (cfg.proof_days + LATE_DAYS) * DAY_S
        ts.check(PROOF_DUE, due, not due, 1000, now_s)

    def decide(self, running: bool) -> None:
        """Whether it runs."""
        p = self.p
        cfg = self.cfg
        c = self.control
        c.able = self.able()
        c.network = self.network
        mine = words.COOL if self.chills else words.HEAT
        c.wanted = self.direction == mine
        c.short = self.short
        c.failed = self.failed
        c.enough = self.enough
        limit = cfg.bivalence_mc
        cold = self.outside_mc > limit if self.chills else self.outside_mc < limit
        c.bivalent = limit > -50000 and self.outside_ok and cold
        c.cheaper = self.cheaper
        if p.prove_now and not c.prove:
            p.prove_now = 0
            c.prove = True
        elif cfg.proof_days and self.since_s > cfg.proof_days * DAY_S:
            c.prove = True
        # A proof run gives its heat to the network: out of its season there is none that could take it.
        c.prove = c.prove and c.wanted
        c.running = running
        c.each_second()
        if c.passed:
            p.proved_day = self.today
            self.since_s = 0
            c.prove = False
        p.reason = (words.B_OUT if not p.available else words.B_SILENT if not self.station.ok else c.reason)
        p.starts = c.starts

    def order(self) -> None:
        """Its valve first, then its order to run; its load by what the supply lacks."""
        p = self.p
        one = self.station
        run = self.control.run
        if not run:
            self.told_s = -PREPARE_S
        else:
            self.told_s += 1
        p.run = 1 if run and self.told_s > 0 else 0
        if p.run:
            p.capacity_pm = self.pi.update(max(-20000, min(20000, self.error_mk)))
        else:
            p.capacity_pm = 0
            self.pi.preset(self.cfg.least_pm)
        one.tell("run", p.run)
        one.tell("capacity_pm", p.capacity_pm)
        over_mk = -OVER_MK if self.chills else OVER_MK
        one.tell("setpoint_mc", max(CHILLED_MC + 500, min(self.setpoint_mc + over_mk, self.cfg.supply_most_mc - 2000)))
        valve = run or self.hold_open or self.after_s < AFTER_S + SHUT_S
        self.open_s = self.open_s + 1 if valve else 0
        one.tell("valves", 1 if valve else 0)

    def values(self):
        """For the ledger."""
        return [self.p.proved_day + 1, self.since_s]

    def take(self, values: list) -> None:
        """From the ledger; ValueError when it does not fit."""
        if len(values) != 2:
            raise ValueError(values)
        self.p.proved_day = values[0] - 1
        self.since_s = values[1]

    def keep(self, totals: dict, learned: dict) -> None:
        """What the ledger keeps."""
        totals[self.p.name + ".run"] = self.run_time
        learned[self.p.name + ".proof"] = self

    def safe(self) -> None:
        """Off."""
        self.control.stop()
        self.hold_open = False
        self.p.run = 0
        for signal in ("run", "capacity_pm", "valves"):
            self.station.tell(signal, 0)
