"""Proof test of the protections, in service mode: a row's input is simulated at its driver, its delay measured.

The node scans on; a Trial stands where service mode stands and looks at the row once a scan. It ends by itself: when the row
has tripped and shown what it does, or LIMIT after its delay, whoever is at the prompt. A reset ends it too: nothing of it is
stored. Outputs stay what service mode makes of them: a protection in it can only switch off. Loaded when somebody asks.
"""

from ..control import flowproof
from ..tables import causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SHOW_MS = 2_000  # so long the effect is looked at
LIMIT_MS = 90_000  # beyond the row's delay: a lost sensor's last value stands for 30 s, witnesses are asked first
CLEAR_MS = 4_000  # until filters and sensors are back, and the row can be cleared
FREE_MS = 16_000
BROKEN_UV = 0
NOBODY = bytes(8)  # a ROM that no sensor has
PUMP_ROWS = ("no_flow", "over_pressure", "pump_dead", "lift_meter", "return_meter", "strainer")


class Fixed:
    """An input that says one thing."""

    def __init__(self, value):
        self.value = value

    def get(self):
        """A contact."""
        return self.value

    def read_uv(self):
        """A signal."""
        return self.value


class Pulses:
    """A pulse meter that stands still, or (step_us) counts for itself."""

    def __init__(self, old, step_us: int):
        self.value = old.count()
        self.us = old.edge_us()
        self.step_us = step_us

    def count(self):
        """One more each time it is asked, where it counts."""
        if self.step_us:
            self.value = (self.value + 1) & 0xFFFFFF
            self.us = (self.us + self.step_us) & 0x3FFFFFFF
        return self.value

    def edge_us(self):
        """Of the last one."""
        return self.us


def signal_uv(transmitter, value: int) -> int:
    """What an input shows for a value of its transmitter."""
    return (transmitter.zero_duv + (value - transmitter.bottom) * transmitter.span_duv // transmitter.span) * 100


def lost(probe):
    """A sensor that answers no more."""
    tx = probe.chip.read_tx
    return (probe.chip, "read_tx", tx[:1] + NOBODY + tx[9:])


def colder(probe, value_mc: int):
    """A sensor that reads so much."""
    return (probe, "trim_mk", value_mc - probe.chip.value_mc)


def of_well(one, key: str, period_us: int):
    """(object, attribute, value simulated) of a well's row; None where it cannot be tried, or nothing of it is fitted."""
    protections = one.protections
    cfg = one.cfg
    lift = (one.lift_meter, "input", Pulses(one.lift_meter.input, 0))
    if key == "over_pressure":
        return ((one.pressure, "input", Fixed(signal_uv(one.pressure, cfg.reinjection_limit_kpa * 21 // 20))),)
    if key in ("pressure_fault", "pressure_blind"):
        return ((one.pressure, "input", Fixed(BROKEN_UV)),)
    if key in ("level_fault", "low_level") and one.level is not None:
        uv = BROKEN_UV if key == "level_fault" else signal_uv(one.level, cfg.level_min_kpa // 4)
        return ((one.level, "input", Fixed(uv)),)
    if key == "current_fault" and one.current is not None:
        return ((one.current, "input", Fixed(BROKEN_UV)),)
    if key == "no_flow":
        back = one.return_meter
        return (lift,) if back is None else (lift, (back, "input", Pulses(back.input, 0)))
    if key == "lift_meter" and one.return_meter is not None:
        return (lift,)
    if key == "return_meter" and one.return_meter is not None:
        return ((one.return_meter, "input", Pulses(one.return_meter.input, 0)),)
    if key == "stray_flow":
        return ((one.lift_meter, "input", Pulses(one.lift_meter.input, period_us)),)
    if key in ("pump_welded", "pump_dead") and one.pump.feedback is not None:
        return ((one.pump, "feedback", Fixed(key == "pump_welded")),)
    for row, name in (("drive_fault", "drive_ok"), ("motor_protection", "motor_ok"), ("strainer", "strainer_ok")):
        if key == row and getattr(one, name) is not None:
            return ((protections, name, Fixed(False)),)
    if key in ("supply_water_sensor", "return_water_sensor"):
        return (lost(one.supply if key[0] == "s" else one.back),)
    return None


def of_room(one, key: str):
    """The same of a room unit's row."""
    protections = one.protections
    for row, name in (("high_pressure", "high_ok"), ("condensate", "pan_ok"), ("compressor_protection", "protection_ok")):
        if key == row and getattr(one, name) is not None:
            return ((protections, name, Fixed(False)),)
    if key in ("welded", "dead_relay") and one.compressor.feedback is not None:
        return ((one.compressor, "feedback", Fixed(key == "welded")),)
    if key == "unit_pump_welded" and one.pump.feedback is not None:
        return ((one.pump, "feedback", Fixed(True)),)
    if key == "freeze":
        return (colder(one.leaving, one.cfg.freeze_limit_mc - 1000),)
    if key == "frost":
        return (colder(one.air, one.cfg.frost_mc - 1000),)
    for row, probe in (("leaving_sensor", one.leaving), ("room_sensor", one.air), ("supply_sensor", one.supply)):
        if key == row:
            return (lost(probe),)
    return None


def of_loop(one, key: str):
    """The same of a secondary loop's row."""
    if key == "loop_pressure":
        return ((one.pressure, "input", Fixed(signal_uv(one.pressure, one.cfg.pressure_min_kpa // 2))),)
    if key == "loop_pressure_fault":
        return ((one.pressure, "input", Fixed(BROKEN_UV)),)
    if key in ("loop_pump_dead", "loop_pump_welded") and one.pump.feedback is not None:
        return ((one.pump, "feedback", Fixed(key == "loop_pump_welded")),)
    if key == "loop_sensor":
        return (lost(one.supply),)
    if key == "loop_cold":
        return (colder(one.supply, one.cfg.antifreeze_mc + 1000),)
    return None


def witnessed(proof) -> bool:
    """The pressure is a witness of this flow (control/flowproof.py, ask_pressure)."""
    off = abs(proof.flow_of(proof.kpa - proof.zero_kpa) - proof.lift_lph)
    return off * 10 <= proof.lift_lph * 3 and proof.kpa - proof.rest_kpa >= flowproof.NOISE_KPA


class Trial:
    """One row under trial. phase: 0 simulated, 1 ending, 2 over; times in ms since its input was simulated, -1 never."""

    def __init__(self, app, one, row: int, swaps, relay):
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
        self.ms = self.seen_ms = self.tripped_ms = self.off_ms = -1
        self.ms = 0
        self.ended_ms = 0
        self.alarm = 0
        self.phase = 0
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

    def control(self, tick) -> None:
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

    def look(self, trip, dt_ms: int) -> None:
        """The row's cause, its trip, its effect."""
        if self.seen_ms < 0 and (trip.t_ms or trip.active):
            self.seen_ms = self.ms - dt_ms
        if trip.active:
            if self.tripped_ms < 0:
                self.tripped_ms = self.ms
            if self.node.p.alarm:
                self.alarm = 1
            if self.off_ms < 0 and self.ran and not self.relay.on:
                self.off_ms = self.ms
        if self.ms >= self.limit_ms or 0 <= self.tripped_ms <= self.ms - SHOW_MS:
            self.restore()

    def restore(self) -> None:
        """The real inputs again."""
        for thing, name, old, value in self.swaps:
            setattr(thing, name, old)
            if name == "input" and isinstance(value, Pulses):
                self.recount(thing, old, value)
        self.phase = 1
        self.ended_ms = self.ms

    def recount(self, meter, old, pulses) -> None:
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


def begin(app, block: str, key: str) -> str:
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
        relay = one.pump
        if key in PUMP_ROWS and not one.controller.proven:
            return "the pump has to run, its flow proven: diag.force(\"well_pump%s\", 1)" % one.number
        if key == "return_meter" and not witnessed(one.proof):
            return "the node does not know yet which pressure belongs to this flow: after an hour of pumping"
        if key in ("stray_flow", "pump_welded") and one.controller.pump_on:
            return "the pump has to rest"
        swaps = of_well(one, key, node.cfg.node.period_ms * 1000)
    elif block == "loop":
        relay = one.pump
        swaps = of_loop(one, key)
    else:
        relay = one.compressor
        swaps = of_room(one, key)
    if swaps is None:
        return "not to be tried here"
    last = Trial(app, one, row, swaps, relay)
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


def rows(app):
    """(block, key) of every row that can be tried on this node; the others stand in `wellhearth prove-protections`."""
    found = []
    for one in app.node.equipment:
        name = one.p.name
        for row in causes.rows(one.trips.scope):
            if name[:4] == "well":
                swaps = of_well(one, row.key, 100_000)
            else:
                swaps = of_loop(one, row.key) if name == "loop" else of_room(one, row.key)
            if swaps is not None:
                found.append((name, row.key))
    return found
