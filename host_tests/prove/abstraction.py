"""What `make prove` looks at: the one file to review. Inputs, times, which bits of state count, and what must hold.

The machine is the firmware's own Node with one well section (variable pump, one meter) and one unit, loaded from its
source. Nothing of it is modelled; what is abstracted stands here:

1. Inputs take a few values each (INPUTS), and at most TOGETHER of them are off normal at once (demand not counted): every
   single cause and every pair, in every order and at every moment the search can tell apart. Triples are left to
   test_invariants.py and the campaign.
2. Long times are shortened by `shorter`, which is strictly rising: of any two times the longer one stays the longer one,
   and whatever acts within ten seconds keeps its true time. Sums of times do not keep their order.
3. One representative of each abstract state (`key`) is driven on. What is not in the key (exact timers, learned values)
   is what the first path there had. So "no new state appears" closes the graph of abstract states, it is no proof over all
   values of all timers.
4. Input changes meet one scan of 200 ms; then time goes on by one of the HOLDS. Within a hold the first four seconds are
   scans of 200 ms, later ones of a second (a late scan, as the firmware allows).
"""

from __future__ import annotations

# -- inputs: 0 is always the normal value --

INPUTS = {
    "flow": ("full", "low", "none"),  # of the well while its pump turns: 1500, 720 (60 % of the minimum) and 0 L/h
    "pressure": ("good", "high", "bad"),  # follows the flow; over the limit while the pump turns; wire broken
    "leaving": ("normal", "cold", "bad"),  # follows the water (machine.py); source at 6.5 degC; sensor lost
    "well_pump": ("agrees", "welded", "dead"),  # contacts: what the motor does, and what the auxiliary contact says
    "compressor": ("agrees", "welded", "dead"),
    "unit_pump": ("agrees", "welded", "dead", "seized"),  # seized: the contact agrees, the pump stands
    "demand": ("on", "off"),  # the room's mode
}
NAMES = tuple(INPUTS)
FLOW, PRESSURE, LEAVING, WELL_PUMP, COMPRESSOR, UNIT_PUMP, DEMAND = range(len(NAMES))
NORMAL = (0,) * len(NAMES)
TOGETHER = 1

FLOW_LPH = (1500, 720, 0)
REST_KPA = 20
FULL_KPA = 80
HIGH_KPA = 400  # limit 300
WATER_MC = (12000, 6500, 12000)  # entering, by the leaving-water input
DROP_MC = 4800  # at full load and flow
ROOM_MC = 18000  # never warm: the room asks for as long as its mode lets it

# -- time --

SCAN_MS = 200
FAST_MS = 4000
SLOW_MS = 1000


def shorter(s: int) -> int:
    """A time of the firmware in the machine, s."""
    return s if s <= 10 else 10 + (s - 10) // 10


def longer(s: float) -> float:
    """A time of the machine in the firmware's own seconds, for the scenario of a counter-example."""
    return s if s <= 10 else 10 + (s - 10) * 10


# Constants of modules that `shorter` is applied to, and the unit they are in (per second). The config's times (keys that
# end in _s) and the table's (delay, hold and window) are shortened as well.
CONSTANTS = (
    ("control.room", "PATIENCE_MS", 1000), ("control.room", "LOW_BYPASS_MS", 1000),
    ("control.verify", "ANSWER_S", 1), ("control.verify", "RUN_S", 1), ("control.verify", "WRONG_S", 1),
    ("control.verify", "PUMP_S", 1), ("control.verify", "MOVED_S", 1), ("control.verify", "WATER_S", 1),
    ("control.verify", "STILL_S", 1), ("control.verify", "DEAD_S", 1), ("control.flowproof", "STEADY_S", 1),
    ("control.flowproof", "BELIEVED_S", 1), ("control.well", "SETTLE_S", 1), ("equipment.room_protections", "RISK_MS", 1000),
    ("equipment.room_protections", "REST_MS", 1000), ("equipment.room_protections", "AT_ONCE_MS", 1000),
    ("equipment.well_protections", "REST_MS", 1000), ("equipment.well_section", "ODD_S", 1),
    ("equipment.well_section", "DEAD_MS", 1000), ("drivers.ds18b20", "HOLD_S", 1), ("equipment.probe", "GRACE_S", 1),
)
HALF_BAND_S = 20  # the thermostat's call comes within this many seconds of full demand
DAY_STARTS = 3  # of the well pump, and
HOUR_STARTS = 2  # of the compressor: few, so that both limits are met

# "brief": a second, a cause that comes and goes. "event": until something that a person would notice changes (`signature`),
# at most WAIT_S: longer than any single wait of the table, so that what has not changed by then never will by itself.
HOLDS = ("brief", "event")
BRIEF_MS = 1000
WAIT_S = shorter(1800) + 20

# Rows that only alarm change nothing that the motors do: they are not told apart.
ALARM_ONLY = ("leak_alarm", "pump_weak", "clogging", "supply_water_sensor", "return_water_sensor", "room_sensor",
              "supply_sensor", "no_answer", "freeze_again", "room_doubt", "source_cold", "unit_pump_welded", "stray_flow",
              "pump_welded")

# -- what must hold, judged by the water and the contacts (world.World), never by the firmware's word; ms --

DRY_COMPRESSOR_MS = 2600  # no compressor runs longer without any flow in the well
OWN_FLOW_MS = 15_000  # nor with its circulation pump's contact open
# Nor with a pump that stands though its contact is closed. Then the water is the only witness: at 0.15 K/s (the plant of
# host_tests: 12 degC to the freeze limit in 65 s, 7 degC in 24 s) it takes so long until it differs from water that flows:
# from a room's temperature to the freeze limit. COLD_MS says that it does not go on from there.
SEIZED_MS = 100_000
PRESSED_MS = 3000  # the pump pressing against its limit: 1 s of the row, the filter of the signal, a scan
DRY_PUMP_MS = 16_000  # the pump running dry: blanking, 5 s, scans
COLD_MS = 6000  # the compressor on with leaving water below its limit: 2 s of the row, the sensor's lag
SILENT_MS = 150_000  # heat asked for, none given, and no row of the table says why
# From every state, faults gone and locked rows reset: the longest hold of a row (no_difference and wrong_way; no_flow
# doubled once is shorter), the rests of both motors and of a boot, the proof of the flow, the patience, the thermostat.
BACK_S = shorter(1800) + 2 * shorter(180) + shorter(60) + shorter(180) + shorter(120) + HALF_BAND_S + 30
HOUR_S = shorter(3600)  # and when the unit's starts of the hour were used up (counted at its contact), this long more


def locks(trip_set, now_s: int) -> int:
    """How far the row that is nearest to its lockout has come: 0 to 3. Each row counts for itself in the firmware; told
    apart is only the nearest, or eight counters would multiply all else by thousands."""
    most = 0
    for trip in trip_set.trips:
        if trip.limiter is not None and not trip.locked:
            n = trip.limiter.count(now_s)
            if n > most:
                most = n
    return most if most < 3 else 3


def signature(m) -> tuple:
    """What a person would notice: an event ends a hold. Cheap, as it is asked for after every scan."""
    well, unit = m.well, m.unit
    loop, room = well.controller, unit.controller
    return (loop.state, room.state, well.trips.bits, unit.trips.bits, m.well_p.lockouts, m.unit_p.lockouts, well.pump.on,
            unit.compressor.on, unit.pump.on, well.permissive, m.node.master.on, loop.proven)


def held(trip_set, locked: int) -> int:
    """What the locked rows do together (compressor off, pump off, water kept moving, master off), as four bits: they are
    told apart by that and not by name. The way back is tried from every set of names all the same (search.py)."""
    return (bool(locked & trip_set.compressor_off) | bool(locked & trip_set.pump_off) << 1
            | bool(locked & trip_set.move_water) << 2 | bool(locked & trip_set.master_off) << 3)


def begun(trip_set, effective: int) -> bool:
    """Whether the delay of some row runs; which one, the inputs tell."""
    return trip_set.busy & ~trip_set.bits & effective != 0


def memory(m, now_s: int) -> int:
    """What lasts for hours, as one number of 0 to 4: trips within their windows (locks), the starts of the hour and of the
    day used up, the ground learned. Told apart one by one they would multiply all else by 32."""
    n = max(locks(m.well.trips, now_s), locks(m.unit.trips, now_s)) + (m.well.proof.lph_bar > 0)
    n += (m.unit.controller.limiter.wait_s(now_s) > 0) + (m.well.controller.limiter_day.wait_s(now_s) > 0)
    return n if n < 4 else 4


def key(m) -> tuple:
    """The bits of state that count. m: machine.Machine.

    Left out, because it follows from what is here and the time since, and only delays what the search waits for anyway: the
    thermostat's call and direction (within HALF_BAND_S of the demand), the speeds, how far a run's water test has come, and
    the alarms.
    """
    well, unit, w = m.well, m.unit, m.world
    loop, room, proof = well.controller, unit.controller, well.proof
    now_s = m.node_p.uptime_s
    off = loop.state == 0
    leaving = m.unit_p.leaving_mc
    limit = m.freeze_mc
    well_locked, unit_locked = m.well_p.lockouts, m.unit_p.lockouts
    return (
        w.inputs,
        # well: state, rest over, blanking over, flow proven, being proven, permissive
        loop.state, well.pump.on, off and loop.state_ms >= loop.hold_ms, not off and loop.on_ms >= 10_000, loop.proven,
        loop.proof_ms > 0, well.permissive,
        # flow proof: what it believes
        proof.lift_bad, proof.doubt, proof.odd, proof.test_pm > 0, well.pressure_ok,
        # its rows: active, locked out, begun
        well.trips.bits & m.well_rows & ~well_locked, held(well.trips, well_locked),
        begun(well.trips, m.well_rows),
        # unit: state, rest over, minimum run over, whether its water has answered, its sensor, its water
        room.state, unit.compressor.on, unit.pump.on, room.state <= 1 and room.off_ms >= room.hold_ms,
        room.state == 3 and room.state_ms >= room.min_on_ms, unit.protections.water.pending,
        unit.protections.futile, unit.protections.water.ahead_mk > 0, unit.leaving.chip.ok,
        (leaving >= limit) + (leaving >= limit + 2000),
        # its rows, and the master contactor
        unit.trips.bits & m.unit_rows & ~unit_locked, held(unit.trips, unit_locked), begun(unit.trips, m.unit_rows),
        m.node.master.on,
        # how much it remembers
        memory(m, now_s),
        # whether the water is more than half on its way to harm
        w.dry_ms * 2 > DRY_COMPRESSOR_MS, w.own_ms * 2 > OWN_FLOW_MS, w.seized_ms * 2 > SEIZED_MS,
        w.pressed_ms * 2 > PRESSED_MS, w.pump_dry_ms * 2 > DRY_PUMP_MS, w.cold_ms * 2 > COLD_MS,
    )
