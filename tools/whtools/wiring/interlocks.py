"""What each motor and coil needs to run, and what stops it without the controller, by following the drawing's wires."""

from __future__ import annotations

from .kinds import CONTACTS, WIRES
from .netlist import Drawn, Part

LOADS = ("coil_ac", "motor")
SOURCES = ("LQ", "LC", "LM")
RELAYS = ("master", "well_pump", "room1_compressor", "room1_pump", "room1_reversing")
# (what runs, relays that are on, what has acted in hardware, relays and contactors welded, does it run, in words)
CASES = (
    ("M1", {"well_pump"}, set(), set(), True, "the well pump runs with its relay, whatever the master contactor does"),
    ("M1", set(), set(), set(), False, "the well pump rests without its relay"),
    ("M1", {"well_pump"}, {"F10"}, set(), False, "the pump's overload stops it"),
    ("M1", {"well_pump"}, {"F11"}, set(), False, "the dry-run protection stops the pump"),
    ("M1", {"well_pump"}, {"F20", "F21", "F22", "F23"}, set(), True, "the unit's protections leave the water moving"),
    ("M1", {"well_pump"}, {"S0"}, set(), False, "the hardware enable stops the pump"),
    (
        "M2",
        {"master", "room1_compressor"},
        set(),
        set(),
        True,
        "the compressor runs with its relay and the master contactor",
    ),
    ("M2", {"room1_compressor"}, set(), set(), False, "without the master contactor no compressor runs"),
    ("M2", {"master"}, set(), set(), False, "the compressor rests without its relay"),
    ("M2", {"master", "room1_compressor"}, {"F20"}, set(), False, "high pressure stops the compressor"),
    ("M2", {"master", "room1_compressor"}, {"F21"}, set(), False, "low pressure stops the compressor"),
    ("M2", {"master", "room1_compressor"}, {"F22"}, set(), False, "the freeze-stat stops the compressor"),
    ("M2", {"master", "room1_compressor"}, {"F23"}, set(), False, "the compressor's overload stops it"),
    ("M2", {"master", "room1_compressor"}, {"S0"}, set(), False, "the hardware enable stops the compressor"),
    (
        "M2",
        {"room1_compressor"},
        set(),
        {"KM2"},
        False,
        "a welded compressor contactor is switched off by the master contactor",
    ),
    (
        "M2",
        {"master", "room1_compressor"},
        {"S0"},
        {"KM2", "room1_compressor"},
        False,
        "the hardware enable with a welded contactor",
    ),
    (
        "M2",
        {"master", "room1_compressor"},
        {"S0"},
        {"KM2", "master"},
        False,
        "the hardware enable with the master's relay welded",
    ),
    ("M3", {"room1_pump"}, set(), set(), True, "the circulation pump runs with its relay, without the master contactor"),
    ("M3", set(), set(), set(), False, "the circulation pump rests without its relay"),
    ("Y1", {"room1_reversing"}, set(), set(), True, "the reversing valve"),
)


def reach(parts: list[Part], starts: set[str], conducts) -> set[str]:
    """Nets that hang together with `starts` through parts that conduct."""
    seen, todo = set(starts), list(starts)
    while todo:
        net = todo.pop()
        for part in parts:
            ends = part.ends()
            if len(ends) == 2 and net in ends and conducts(part):
                other = ends[1] if ends[0] == net else ends[0]
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
    return seen


def running(drawn: Drawn, on: set[str], acted: set[str], welded: set[str]) -> set[str]:
    """Coils and motors that have both poles: contactors pull in, their contacts close, until nothing changes."""
    relays = (set() if "S0" in acted else set(on)) | welded  # without 24VE no relay's coil is fed
    closed: set[str] = set(welded)

    def conducts(part: Part) -> bool:
        if part.kind == "no":
            return part.value in relays or part.value in closed
        if part.kind == "nc":
            return part.name.partition(".")[0] not in acted
        return part.kind in WIRES

    while True:
        live = reach(drawn.parts, set(SOURCES), conducts)
        back = reach(drawn.parts, {"NQ"}, lambda part: part.kind in WIRES)
        found = {p.name for p in drawn.parts if p.kind in LOADS and p.ends()[0] in live and p.ends()[1] in back}
        if found <= closed:
            return found
        closed |= found


def check(drawn: list[Drawn]) -> list[str]:
    """Cases that come out otherwise, and supplies that have a way round their fuse or the enable."""
    mains = next(one for one in drawn if one.channel.circuit == "mains")
    supply = next(one for one in drawn if one.channel.circuit == "supply")
    found = [
        f"mains: not so: {words} ({what} {'rests' if runs else 'runs'})"
        for what, on, acted, welded, runs, words in CASES
        if (what in running(mains, on, acted, welded)) != runs
    ]
    for rail, guards in (("24VL", ("F3",)), ("24VE", ("F4", "S0.1")), ("24VF", ("F5",)), ("24VT", ("F6",))):
        for guard in guards:
            if rail in reach(
                supply.parts, {"24V"}, lambda part, but=guard: part.name != but and part.kind in (*WIRES, *CONTACTS)
            ):
                found.append(f"supply: {rail} has a way round {guard}")
        if rail not in reach(supply.parts, {"24V"}, lambda part: part.kind in (*WIRES, *CONTACTS)):
            found.append(f"supply: {rail} is not fed")
    stars = [p for p in supply.parts if p.kind == "star" and set(p.ends()) == {"0V", "GND"}]
    if len(stars) != 1:
        found.append(f"supply: 0V and GND meet {len(stars)} times, wanted once")
    for one in drawn:
        for part in one.parts:
            if (
                one is not supply
                and part.kind in ("resistor", "jumper", *WIRES)
                and set(part.ends()) in ({"0V", "GND"}, {"GND", "GNDI"})
            ):
                found.append(f"{one.channel.name}: {part.name} joins {' and '.join(sorted(part.ends()))}")
    return found
