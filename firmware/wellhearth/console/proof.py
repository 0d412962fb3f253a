"""Proof test of the protections, in service mode: a row's input is simulated at its driver, its delay measured.

The node scans on; a Trial stands where service mode stands and looks at the row once a scan. It ends by itself: when the row
has tripped and shown what it does, or LIMIT after its delay, whoever is at the prompt. A reset ends it too: nothing of it is
stored. Outputs stay what service mode makes of them: a protection in it can only switch off. Loaded when somebody asks.
"""

from ..control import flowproof
from ..tables import causes
from . import proof_inputs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..app.main_loop import App
    from ..control.flowproof import FlowProof
    from ..control.tick import Tick
    from ..control.trips import Trip
    from ..drivers.flow import FlowMeter
    from ..drivers.relay import Relay
    from ..hardware import PulseIn
    from .proof_inputs import Pulses

SHOW_MS = 2_000  # so long the effect is looked at
LIMIT_MS = 90_000  # beyond the row's delay: a lost sensor's last value stands for 30 s, witnesses are asked first
CLEAR_MS = 4_000  # until filters and sensors are back, and the row can be cleared
FREE_MS = 16_000
PUMP_ROWS = ("no_flow", "over_pressure", "pump_dead", "lift_meter", "return_meter", "strainer")


def witnessed(proof: "FlowProof") -> bool:
    """The pressure is a witness of this flow (control/flowproof.py, ask_pressure)."""
    off = abs(proof.flow_of(proof.kpa - proof.zero_kpa) - proof.lift_lph)
    return off * 10 <= proof.lift_lph * 3 and proof.kpa - proof.rest_kpa >= flowproof.NOISE_KPA


class Trial:
    """One row under trial. phase: 0 simulated, 1 ending, 2 over; times in ms since its input was simulated, -1 never."""

    def __init__(self, app: "App", one: "Any", row: int, swaps: tuple, relay: "Relay | None"):
        self.node = app.node
        self.service = app.node.service
        self.target = self.service.target  # for the master contactor (node.Node.protect)
        self.one = one
        self.row = row
        self.trip = one.trips.trips[row]
        self.swaps = [(thing, name, getattr(thing, name), value) for thing, name, value in swaps]
        self.relay = relay
        self.ran = relay is not None and relay.on
        self.limit_ms = self.trip.row.delay_ms + LIMIT_MS
        self.seen_ms = self.tripped_ms = self.off_ms = -1
        self.ms = self.ended_ms = self.alarm = self.phase = 0
        self.cleared = False
        self.records = app.records if self.trip.row.lockouts == 1 else None
        now_s = self.node.p.uptime_s
        self.ages = [trip.limiter.ages_s(now_s) if trip.limiter is not None else None for trip in one.trips.trips]
        lifted = getattr(one, "lifted", None)
        self.water: "Any" = (lifted.water.rest, lifted.water.low, lifted.water.high) if lifted is not None else None
        for thing, name, _old, value in self.swaps:
            setattr(thing, name, value)
        self.node.service = self

    def still(self) -> bool:
        """Never: what a pair of sensors reads now may be made up, and teaches no zero."""
        return False

    def control(self, tick: "Tick") -> None:
        """Once a scan, in the place of service mode: look, then let it go on."""
        self.ms += tick.dt_ms
        trip = self.trip
        if self.records is not None and not self.cleared:
            self.records.ledger_s = tick.now_s  # a lockout that was made up is not stored (app/records.py, LEDGER_S)
        if self.phase == 0:
            self.look(trip, tick.dt_ms)
        else:
            self.settle(tick.now_s)
        service = self.service
        self.target = service.target
        service.control(tick)

    def look(self, trip: "Trip", dt_ms: int) -> None:
        """The row's cause, its trip, its effect."""
        if self.seen_ms < 0 and (trip.t_ms or trip.active):
            self.seen_ms = self.ms - dt_ms
        if trip.active:
            if self.tripped_ms < 0:
                self.tripped_ms = self.ms
            if self.node.p.alarm:
                self.alarm = 1
            if self.off_ms < 0 and self.ran and not self.relay.on:  # pyright: ignore[reportOptionalMemberAccess] (it ran)
                self.off_ms = self.ms
        if self.ms >= self.limit_ms or 0 <= self.tripped_ms <= self.ms - SHOW_MS:
            self.restore()

    def restore(self) -> None:
        """The real inputs again."""
        for thing, name, old, value in self.swaps:
            setattr(thing, name, old)
            if name == "input" and isinstance(value, proof_inputs.Pulses):
                self.recount(thing, old, value)
        self.phase = 1
        self.ended_ms = self.ms

    def recount(self, meter: "FlowMeter", old: "PulseIn", pulses: "Pulses") -> None:
        """Water that passed a meter made to stand still is counted after all; what another one made up is not.

        The meter itself begins anew: all of it at once would look like a leak.
        """
        one = self.one
        water = one.returned if meter is one.return_meter else one.lifted
        if pulses.step_us:
            water.water.rest, water.water.low, water.water.high = self.water
            meter.quiet = meter.quiet_max  # no flow, from now on
        else:
            water.add((old.count() - pulses.value) & 0xFFFFFF)
        meter.last_count = -1

    def settle(self, now_s: int) -> None:
        """The row is cleared when its input has been back for a while: a trip that was made up is none of the plant."""
        since_ms = self.ms - self.ended_ms
        if since_ms >= CLEAR_MS and not self.cleared:
            self.cleared = True  # once: a cause that is there without us trips it again, and that stays
            self.one.trips.reset_by_hand(self.row, now_s)
        if since_ms >= FREE_MS:
            self.phase = 2
            self.node.service = self.service

    def forget(self) -> None:
        """The main thread, behind it all: what was made up counts neither as a trip nor as water."""
        for trip, ages in zip(self.one.trips.trips, self.ages or ()):
            limiter = trip.limiter
            if limiter is not None:
                limiter.times_s = [-limiter.window_s] * limiter.limit
                limiter.head = 0
                limiter.restore(ages, self.node.p.uptime_s)
        self.ages = None


last = None  # the Trial that runs, or the last one


def begin(app: "App", block: str, key: str) -> str:
    """Simulate a row's input; why that cannot be, or ""."""
    global last
    node = app.node
    if app.service is None:
        return "only in service mode: diag.service(True)"
    if last is not None and last.node is node and last.phase < 2:
        return "a row is under trial: wait"
    found = [one for one in node.equipment if one.p.name == block]
    if not found:
        return "no block is named %s" % block
    one = found[0]
    keys = [row.key for row in causes.rows(one.trips.scope)]
    if key not in keys:
        return "no row of %s is named %s" % (block, key)
    row = keys.index(key)
    if one.trips.trips[row].active:
        return "it is tripped now"
    if block[:4] == "well":
        if key in PUMP_ROWS and not one.controller.proven:
            return "the pump has to run, its flow proven: diag.force(\"well_pump%s\", 1)" % one.number
        if key == "return_meter" and not witnessed(one.proof):
            return "the node does not know yet which pressure belongs to this flow: after an hour of pumping"
        if key in ("stray_flow", "pump_welded") and one.controller.pump_on:
            return "the pump has to rest"
    swaps = proof_inputs.of(one, key, node.cfg.node.period_ms * 1000)
    if swaps is None:
        return "not to be tried here"
    last = Trial(app, one, row, swaps, one.pump if block[:4] in ("well", "loop") else one.compressor)
    return ""


def state():
    """(phase, delay of the row in ms, seen, tripped, output off in ms since the simulation, alarm, what it does as bits)."""
    trial = last
    if trial is None:
        return ()
    if trial.phase == 2 and trial.ages is not None:
        trial.forget()
    row = trial.trip.row
    return (trial.phase, row.delay_ms, trial.seen_ms, trial.tripped_ms, trial.off_ms, trial.alarm, row.actions)


def rows(app: "App"):
    """(block, key) of every row that can be tried on this node; the others stand in `wellhearth prove-protections`."""
    found = []
    for one in app.node.equipment:
        for row in causes.rows(one.trips.scope):
            if proof_inputs.of(one, row.key, 100_000) is not None:
                found.append((one.p.name, row.key))
    return found
