"""Limits of harm, what physics excuses, and which weaknesses are known: all of it in this one place.

A case is judged by the plant's own word (plant/harm.py). Nothing that the firmware says of itself counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass

from .cases import FOR_GOOD_MIN, Case, Fault

NEVER = float("inf")
ROOMS, SECTIONS = "unit", "section"


@dataclass(frozen=True)
class Limit:
    """How much of a harm a case may do, for each `per` ("" = the house), and why so much."""

    most: float
    per: str
    why: str


LIMITS = {
    "dry_pump_s": Limit(60.0, SECTIONS, "no_flow: 10 s blanking, 5 s accumulated, 3 s to a stop; three tries lock out"),
    "dead_head_s": Limit(60.0, SECTIONS, "the same row, the same three tries"),
    "over_pressure_s": Limit(12.0, SECTIONS, "over_pressure: 4 s until it is gone (pairs.py); three trips lock out"),
    "standing_compressor_s": Limit(45.0, ROOMS, "15 s without flow of its own unit, three tries"),
    "cold_water_s": Limit(60.0, ROOMS, "test_answers: the third freeze trip locks out within 60 s of cold water"),
    "lost_l": Limit(0.0, "", "nothing may leak where nothing is broken"),
    "cold_room_kh": Limit(0.1, ROOMS, "a room that can be heated is not left below 12 degC: six minutes by 1 K"),
    "wrong_way_wh": Limit(40.0, ROOMS, "wrong_way: 55 s of heating that cools, twice (test_answers: 40 Wh)"),
    "exchangers_frozen": Limit(0.0, "", "a burst exchanger is never allowed"),
    "scan_faults": Limit(0.0, "", "a scan that fails is no protection"),
    "lost_boards": Limit(0.0, "", "the firmware ended, or a watchdog had to reset it"),
}


@dataclass(frozen=True)
class Rule:
    """Harm that a fault makes unavoidable: so much more is allowed (NEVER: any amount), and why."""

    faults: tuple[str, ...]
    kinds: tuple[str, ...]
    why: str
    more: float | Callable[[Case, Fault], float] = NEVER
    targets: tuple[str, ...] = ()  # ends of the targets it holds for; (): all


COLD, WELL_SIDE = ("cold_room_kh",), ("dry_pump_s", "dead_head_s", "over_pressure_s")


# Of the whole house, and they reach every unit's water or compressor.
WATERY = ("dry_well", "low_water", "pump_worn", "clogged_well", "valve_closed", "valve_throttled", "cold_source",
          "burst_pipe", "water_lost", "leak_cycling", "loop_pump_seized", "loop_leak", "loop_valve_closed", "relay_dead",
          "relay_welded", "drive_fault", "bus_short", "bus_open", "blackout", "power_cut", "brown_out")


def lasted_s(fault: Fault) -> float:
    """How long a fault may have been there: the plant begins and ends it with a whole second."""
    return min(fault.minutes, 120.0) * 60.0 + 1.0


def leaked(case: Case, fault: Fault) -> float:
    """Litres that a leak of a share of the flow may lose (leak_cycling: the same, for half of the time)."""
    share = fault.value or 0.0
    return stopped(case, share, lasted_s(fault) * FULL_L_S * share)


def burst(case: Case, fault: Fault) -> float:
    """Litres that a burst pipe may lose: what it gives at most, or what the leak row lets pass."""
    m3h = fault.value or 0.0
    return stopped(case, BURST_SHARE * m3h, lasted_s(fault) / 3.6 * m3h)


def stopped(case: Case, share: float, whole: float) -> float:
    """Litres of a leak of this share of the flow until the leak row stops the pump: all of it where it never does."""
    if not compared(case) or share <= ALARM_ONLY:
        return whole
    return min(whole, LEAK_L if share < NEARLY_ALL else ALL_LOST_L)


def compared(case: Case) -> bool:
    """Whether there are two meters, and neither lies: after mains pick-up the lift meter is not believed before the pump
    has stood, which is when it shows that it counts nothing."""
    return case.house not in ONE_METER and not case.named(*LYING_METERS)


LYING_METERS = ("meter_stuck", "meter_bouncing", "meter_pickup", "meter_chatter", "meter_scale")
ONE_METER = ("plain", "three", "fixed_plain")
ALARM_ONLY = 0.13  # of the flow: leak stops at 10 % more than the meters' ratio, which is known to 2 % and counted to 1 %
BURST_SHARE = 0.19  # of the flow, for each m3/h of a burst, at the flows of these houses (the plant's own figure)
FULL_L_S = 5300.0 / 3600.0  # what a fixed-speed pump of these houses lifts (the plant's own figure)
NEARLY_ALL = 0.85  # of the flow: a return meter that counts so little looks like a dead one, and two pulses take long
ALL_LOST_L = 62.0  # test_wellside: all of the water lost, 61 L
LEAK_L = 40.0  # test_wellside: what is lost until the pump stands, be it a burst pipe or a leak that comes and goes

RULES = (
    # -- a contact or cable that the firmware cannot move --
    Rule(("relay_welded",), WELL_SIDE + ("lost_l",), "the pump's contactor cannot be opened; its overload relay can", NEVER,
         ("well_pump", "well_pump2")),
    Rule(("relay_dead", "feedback_open"), COLD, "a motor that does not start gives no heat; a cut feedback looks the same"),
    Rule(("contact_chatter",), COLD, "a contact that lies is a dead relay or an open switch, and is obeyed"),
    Rule(("feedback_short",), COLD, "looks like a welded contact: a welded compressor opens the master contactor until "
         "somebody has looked"),
    Rule(("relay_welded",), COLD, "a welded compressor opens the master contactor, a welded reversing valve is against the "
         "mode", NEVER, ("compressor", "reversing")),
    Rule(("switch_open", "drive_fault"), COLD, "a hardware protection says stop"),
    Rule(("button_short",), COLD, "somebody may be at work: service mode holds the outputs off"),
    # -- water that is not there --
    Rule(("dry_well", "low_water", "pump_worn", "valve_closed", "valve_throttled", "clogged_well"), COLD,
         "no water, no heat"),
    Rule(("water_lost", "leak_cycling", "burst_pipe"), COLD, "a leak stops the pump until somebody has looked"),
    Rule(("water_lost", "leak_cycling"), ("lost_l",), "lost before it can be known; below the limit of `leak` an alarm "
         "calls a person; with one meter nobody can know", leaked),
    Rule(("burst_pipe",), ("lost_l",), "the same", burst),
    Rule(("cold_source",), COLD, "water too cold to take heat from"),
    Rule(("meter_pickup", "meter_chatter"), ("dry_pump_s", "dead_head_s"), "flow_doubt: three tries of 12 s and a change of "
         "speed each; 200 s before a pressure was learned (test_wellside)", 140.0, ("lift", "lift2")),
    Rule(("low_water", "pump_worn"), ("dead_head_s",), "at 30 Hz such a pump lifts nothing: 12 s until its ramp has it "
         "there, at each of twelve starts", 144.0),
    # -- a unit that cannot heat --
    Rule(("unit_pump_seized", "unit_valve_closed", "loop_pump_seized", "loop_leak", "loop_valve_closed"), COLD,
         "no water, no heat"),
    Rule(("unit_pump_seized", "unit_valve_closed"), ("standing_compressor_s",), "no flow switch in the unit: the run it "
         "stands in is seen by a sensor in a clamp (20 to 40 s), and one start more when its water has taken the well's "
         "temperature", 135.0),
    Rule(("reversing_stuck", "compressor_dead", "fan_dead", "filter_clogged", "refrigerant_leak"), COLD,
         "a unit that is broken heats nothing"),
    # -- witnesses that are gone --
    Rule(("sensor_open", "sensor_crc", "sensor_power_on", "sensor_frozen", "sensor_slow", "sensor_slipped",
          "sensor_intermittent", "sensor_swapped", "sensor_drift", "sensor_scale", "sensor_noise"), COLD,
         "a unit without a trusted leaving sensor stops (SERVICE.md: what would guess at freezing is not guessed)", NEVER,
         tuple(f"leaving{i}" for i in range(1, 9))),
    Rule(("sensor_swapped",), COLD, "the same", NEVER),
    Rule(("bus_short", "bus_open"), COLD, "no leaving sensor answers"),
    Rule(("transmitter_open", "transmitter_short", "transmitter_frozen"), COLD, "a pump that knows one speed, or whose "
         "ground is not learned, stops (pressure_blind)", NEVER, ("pressure", "pressure2")),
    # -- power --
    Rule(("blackout",), COLD, "no power, no heat"),
    Rule(("power_cut", "brown_out"), COLD, "after power returns: 180 s and 30 to 180 s of rest, each time"),
    Rule(("files_damaged",), COLD, "without a whole record motors stay off until somebody has looked; frost heating "
         "goes on"),
)


@dataclass(frozen=True)
class Known:
    """A weakness that is known: these faults (all of them in the case) do this harm."""

    faults: tuple[str, ...]
    kind: str
    most: float  # more than this is new
    why: str
    example: dict  # a case that shows it (cases.to_json)


SLOW_PROOF = ("no flow switch in the unit: three blind starts of 40 to 85 s each, seen by a sensor in a "
              "clamp; a flow switch would end it")


def example(number: int, seed: int, house: str, start_c: float, mean_c: float, *faults: Fault) -> dict:
    """A case of the campaign of seed 13, as a line of results has it."""
    return {"number": number, "seed": seed, "house": house, "start_c": start_c, "mean_c": mean_c,
            "faults": [asdict(fault) for fault in faults]}


CLOSED = example(1641, 1570, "plain", 14.5, -1.2, Fault("unit_valve_closed", "room1", 0.033, 67, FOR_GOOD_MIN),
                 Fault("meter_pickup", "return", None, 89, 46.4), Fault("clogged_well", "", 0.633, 93, FOR_GOOD_MIN))
KNOWN: tuple[Known, ...] = (
    Known(("unit_valve_closed",), "standing_compressor_s", 280.0, SLOW_PROOF, CLOSED),
    Known(("unit_valve_closed",), "cold_water_s", 90.0, SLOW_PROOF, CLOSED),
)


def touches(rule: Rule, fault: Fault) -> bool:
    """Whether a rule speaks of this fault."""
    if fault.name not in rule.faults:
        return False
    return not rule.targets or any(part.endswith(end) for part in fault.target.split("+") for end in rule.targets)


def hit(case: Case, per: str) -> int:
    """How many units or sections its faults reach: those that they name, or all."""
    if per == SECTIONS:
        return case.sections
    if not per:
        return 1
    named = [set(re.findall(r"(?:room|leaving)(\d)", fault.target)) for fault in case.faults]
    whole = not all(named) and any(fault.name in WATERY for fault, rooms in zip(case.faults, named) if not rooms)
    return case.rooms if whole else max(1, len(set().union(*named)))


def plain(case: Case, kind: str) -> float:
    """How much of a harm this house may suffer, whatever breaks."""
    limit = LIMITS[kind]
    return limit.most * hit(case, limit.per)


def excused(case: Case, kind: str, seen: float) -> bool:
    """Whether it takes a rule to let this pass."""
    return plain(case, kind) < seen <= allowed(case, kind)


def allowed(case: Case, kind: str) -> float:
    """How much of a harm this case may do."""
    most = plain(case, kind)
    for fault in case.faults:
        for rule in RULES:
            if kind in rule.kinds and touches(rule, fault):
                most += rule.more(case, fault) if callable(rule.more) else rule.more
    return most


@dataclass(frozen=True)
class Broken:
    """A limit that a case broke."""

    kind: str
    seen: float
    most: float
    known: bool


def judge(case: Case, harm: dict) -> list[Broken]:
    """What this case did beyond its limits; `harm`: figures by the keys of LIMITS."""
    found = []
    for kind in LIMITS:
        most = allowed(case, kind)
        if harm[kind] > most:
            found.append(Broken(kind, harm[kind], most, bool(known_of(case, kind, harm[kind]))))
    return found


def known_of(case: Case, kind: str, seen: float) -> list[Known]:
    """The known weaknesses that this case shows."""
    names = {fault.name for fault in case.faults}
    return [one for one in KNOWN if one.kind == kind and seen <= one.most and names.issuperset(one.faults)]


__all__ = ["KNOWN", "LIMITS", "RULES", "Broken", "Known", "Limit", "Rule", "allowed", "judge", "known_of"]
