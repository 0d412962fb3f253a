"""Faults of a central plant by name: what breaks in the field, done to the water.

A target is the number of the part, from 1 on, as text; "" is the first one, or the only one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .machine import OK
from .world import Central


class FaultError(Exception):
    """A fault that cannot be done here; the message says why."""


@dataclass(frozen=True)
class FaultKind:
    """What it does, to which parts, and its usual value."""

    help: str
    parts: str  # name of a list of parts, or of one
    act: Callable[[Central, object, float, bool], None]
    value: float = 1.0


def attribute(name: str, off: object = False, on: Callable[[float], object] = bool):
    """A fault that is an attribute of its part."""
    def act(_world: Central, part, value: float, mend: bool) -> None:
        setattr(part, name, off if mend else on(value))
    return act


def locked(_world: Central, part, _value: float, mend: bool) -> None:
    """A machine that waits for a reset; mending is the reset."""
    part.locked = not mend
    if mend:
        part.fault = OK


def failed_machine(_world: Central, part, _value: float, mend: bool) -> None:
    """A machine that does not run; mended, it has been reset too."""
    part.failed = not mend
    if mend:
        part.fault = OK


def shut(_world: Central, part, _value: float, mend: bool) -> None:
    """A valve that was shut by hand and does not move."""
    part.stuck = not mend
    if not mend:
        part.opening = 0.0


def dark(world: Central, _part, _value: float, mend: bool) -> None:
    """No power for motors, valves and heaters."""
    world.dark = not mend


FAULTS: dict[str, FaultKind] = {
    "well_trip": FaultKind("a well's drive tripped: its motor stands", "wells", attribute("drive_dead")),
    "well_clogged": FaultKind("injection resistance grows by this share", "wells", attribute("clog", 0.0, float), 4.0),
    "well_cold": FaultKind("a well's water turns cold, degC", "wells", attribute("forced_c", 0.0, float), 5.0),
    "well_leak": FaultKind("share of a well's water that gets lost", "wells", attribute("lost_share", 0.0, float), 0.15),
    "well_dry": FaultKind("a well's pump has no water", "wells", attribute("dry")),
    "machine_failed": FaultKind("a machine does not run", "machines", failed_machine),
    "machine_locked": FaultKind("a machine's own protection waits for a reset", "machines", locked),
    "machine_slow": FaultKind("a machine ramps in ten times its time", "machines", attribute("slow")),
    "machine_sensor_off": FaultKind("its leaving sensor reads the plant room", "machines", attribute("sensor_off")),
    "secondary_failed": FaultKind("a secondary pump's drive tripped", "secondary_pumps", attribute("failed")),
    "tertiary_failed": FaultKind("a tertiary pump's drive tripped", "tertiary_pumps", attribute("failed")),
    "source_valve_shut": FaultKind("a machine's source valve was shut by hand", "source_valves", shut),
    "load_valve_shut": FaultKind("a machine's load valve was shut by hand", "load_valves", shut),
    "exchanger_fouled": FaultKind("added resistance over that of clean plates", "exchangers",
                                  attribute("fouling", 0.0, float), 2.0),
    "exchanger_blocked": FaultKind("share of the plates' ways that is clogged", "field", attribute("blocked", 0.0, float),
                                   0.7),
    "boiler_failed": FaultKind("the boiler makes no flame", "boiler", attribute("failed")),
    "chiller_failed": FaultKind("the chiller does not run", "chiller", attribute("failed")),
    "network_leak": FaultKind("tertiary network loses m3/h", "tertiary", attribute("leak_m3h", 0.0, float), 3.0),
    "source_leak": FaultKind("secondary loop loses m3/h", "secondary", attribute("leak_m3h", 0.0, float), 1.0),
    "power_cut": FaultKind("no power in the plant; every controller boots when it returns", "", dark),
    "mains_cut": FaultKind("no power for motors, valves and heaters; the controllers have a battery", "", dark),
}
# What only a plant that is read by somebody knows: the sensors and lines of the harness take these.
SENSED = {
    "sensor_drift": "a sensor of that name reads this much more, K, kPa or m3/h",
    "sensor_off": "a sensor of that name reads the plant room, 22 degC",
    "tank_sensor_off": "that sensor of the tank reads the plant room",
    "well_silent": "a well's node does not answer",
    "device_silent": "a field device of that name does not answer",
}


def parts_of(world: Central, name: str) -> list:
    """The parts a fault may befall."""
    found = {
        "wells": world.field.wells, "machines": world.machines, "field": [world.field], "exchangers": [world.exchangers],
        "secondary_pumps": world.secondary.pumps, "tertiary_pumps": world.tertiary.pumps,
        "source_valves": world.secondary.valves, "load_valves": world.tertiary.valves,
        "boiler": [world.boiler], "chiller": [world.chiller], "tertiary": [world.tertiary], "secondary": [world.secondary],
        "": [None]}
    return found[name]


def change(world: Central, name: str, target: str = "", value: float | None = None, mend: bool = False) -> None:
    """Begin or mend a fault of the world. FaultError says what cannot be."""
    if name not in FAULTS:
        raise FaultError(f"no fault of the plant is named {name!r}; there are: {', '.join(FAULTS)}")
    kind = FAULTS[name]
    parts = parts_of(world, kind.parts)
    number = int(target) if target.isdigit() else 1 if target == "" else 0
    if not 1 <= number <= len(parts):
        raise FaultError(f"{name}: target {target!r}: a number from 1 to {len(parts)}")
    part = parts[number - 1]
    if part is None and kind.parts:
        raise FaultError(f"{name}: this plant has no {kind.parts}")
    kind.act(world, part, kind.value if value is None else value, mend)
