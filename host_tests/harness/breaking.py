"""How things break: what a fault of harness/faults.py does to a world, and where it can.

Every function here that makes a setter returns `change(world, target, value)`; `value` None mends.
"""

from __future__ import annotations

from itertools import combinations

from .devices.cables import ROOM_CONTACTS

LEAK_CYCLE_S = 120.0


class FaultError(Exception):
    """A fault that does not exist or cannot happen here; the message says what can."""


# -- where --


def nowhere(_world) -> list[str]:
    """The fault has no target."""
    return []


def sensors(world) -> list[str]:
    """DS18B20s: supply, return, roomN, supply_airN, leavingN and so on."""
    return list(world.wiring.sensors)


def mounted(world) -> list[str]:
    """Sensors that can fall off something: all but those that hang in the room's air."""
    return [name for name in sensors(world) if not name.startswith("room")]


def pairs(world) -> list[str]:
    """Two sensors on one bus, as "a+b"."""
    place = {name: world.wiring.locate(name)[0] for name in sensors(world)}
    return [f"{a}+{b}" for a, b in combinations(place, 2) if place[a] is place[b]]


def relays(world) -> list[str]:
    """master, well_pump, roomN_compressor and so on."""
    return list(world.wiring.contacts)


def rooms(world) -> list[str]:
    """room1 and so on."""
    return [f"room{i + 1}" for i in range(world.wiring.n)]


def switches(world) -> list[str]:
    """Refrigerant pressure switches, roomN_high and roomN_low."""
    return [f"{room}_{kind}" for room in rooms(world) for kind in ("high", "low")]


def terminals(world) -> list[str]:
    """Every contact that a cable brings to a board, but the service button."""
    wiring = world.wiring
    return (relays(world) + switches(world) + ["drive"] + (["drive2"] if wiring.stacked else [])
            + (["loop_flow"] if wiring.looped else []) + extra_contacts(world))


def extra_contacts(world) -> list[str]:
    """Contacts that not every house has: motor protection, strainer, and of each room condensate and protection."""
    numbers = ("", "2") if world.wiring.stacked else ("",)
    return ([name + number for name in ("motor", "strainer") for number in numbers]
            + [f"{room}_{name}" for room in rooms(world) for name in ROOM_CONTACTS])


def wells(world) -> list[str]:
    """The sections of a stacked well; one well needs no name."""
    return ["well", "well2"] if world.wiring.stacked else []


def meters(world) -> list[str]:
    """Water meters."""
    return ["lift", "return"] + (["lift2", "return2"] if world.wiring.stacked else [])


def transmitters(world) -> list[str]:
    """Those that are fitted: pressure, current, level, of a stacked section with a 2, loop_pressure."""
    return list(world.wiring.transmitters)


# -- signals --


def sensor(kind: str, attribute: str = ""):
    """A DS18B20's fault; the value goes into `attribute`."""
    def change(world, target, value):
        one = world.wiring.sensors[target]
        if attribute and value is not None:
            setattr(one, attribute, float(value))
        one.fault = kind if value is not None else ""
    return change


def swap(world, target, value) -> None:
    """Two sensors change places."""
    a, b = (world.wiring.sensors[name] for name in target.split("+"))
    if value is not None and (a.swapped or b.swapped):
        raise FaultError(f"sensor_swapped: one of {target} is swapped already")
    if value is not None or a.swapped is b:
        a.swap(b)


def contact(kind: str):
    """A relay's fault."""
    def change(world, target, value):
        world.wiring.contacts[target].fault = kind if value is not None else ""
    return change


def cable(kind: str, valued: bool = False, fixed: str = ""):
    """A cable between a contact (`fixed`, or the target) and the board."""
    def change(world, target, value):
        wiring, name = world.wiring.locate(fixed or target)
        if name not in wiring.cables.ends:
            raise FaultError(f"this house has no {name} that could break")
        if value is None:
            wiring.cables.faults.pop(name, None)
        else:
            wiring.cables.faults[name] = (kind, float(value)) if valued else kind
    return change


def drive_cable(world, target, value) -> None:
    """The cable of a drive's fault contact, shorted."""
    cable("short", fixed="drive2" if target == "well2" else "drive")(world, target, value)


def switch(world, target, value) -> None:
    """A pressure switch that opens."""
    wiring, name = world.wiring.locate(target)
    _opened(wiring.open_switches, name, value)


def _opened(opened: set, name: str, value) -> None:
    (opened.discard if value is None else opened.add)(name)


def onewire(kind: str):
    """The 1-Wire bus (in a village the well's)."""
    def change(world, _target, value):
        world.wiring.bus.fault = kind if value is not None else ""
    return change


def meter(kind: str, attribute: str = ""):
    """A water meter's fault; the value goes into `attribute`."""
    def change(world, target, value):
        one = getattr(world.wiring, {"return": "back", "return2": "back2"}.get(target, target))
        if attribute and value is not None:
            setattr(one, attribute, float(value))
        one.fault = kind if value is not None else ""
    return change


def transmitter(kind: str, valued: bool = False):
    """A transmitter's fault."""
    def change(world, target, value):
        if value is None:
            world.wiring.analog_faults.pop(target, None)
        else:
            world.wiring.analog_faults[target] = (kind, float(value)) if valued else kind
    return change


def clock(world, _target, value) -> None:
    """No board knows the time of day."""
    for wiring in world.wiring.wirings():
        wiring.clock_set = value is None


# -- the plant --


def _set(part, where: str, name: str, value) -> None:
    if part is None or not hasattr(part, name):
        raise FaultError(f"this plant's {where} has no {name} that could break" if part is not None
                         else f"this plant has no {where} that could break")
    setattr(part, name, value)


def part(default: str, name: str, mended):
    """An attribute of a part of the plant, named by the target or by `default`."""
    def change(world, target, value):
        where = target or default
        _set(getattr(world.plant, where, None), where, name, mended if value is None else type(mended)(value))
    return change


def well(name: str, mended):
    """An attribute of the well, or of the section that is the target."""
    return part("well", name, mended)


def loop(name: str, mended):
    """An attribute of the secondary loop."""
    return part("loop", name, mended)


def leak_cycling(world, target, value) -> None:
    """A leak that comes and goes."""
    well("leak_cycle_s", 0.0)(world, target, None if value is None else LEAK_CYCLE_S)
    well("lost_share", 0.0)(world, target, value)


def drive(world, target, value) -> None:
    """The drive trips: the motor stands, its fault contact opens."""
    well("drive_dead", False)(world, target, value)
    _opened(world.wiring.open_contacts, "drive2" if target == "well2" else "drive", value)


def phase(world, target, value) -> None:
    """A phase of the pump's motor is gone: its protection's contact opens."""
    well("phase_lost", False)(world, target, value)
    _opened(world.wiring.open_contacts, "motor2" if target == "well2" else "motor", value)


def unit_phase(world, target, value) -> None:
    """The same of a unit's compressor."""
    unit("phase_lost", False)(world, target, value)
    wiring, name = world.wiring.locate(f"{target}_protection")
    _opened(wiring.open_contacts, name, value)


def opened(world, target, value) -> None:
    """A contact, or its cable, opens."""
    wiring, name = world.wiring.locate(target)
    _opened(wiring.open_contacts, name, value)


def unit(name: str, mended):
    """An attribute of a room's unit."""
    def change(world, target, value):
        units = getattr(world.plant, "units", None)
        one = units[int(target[4:]) - 1] if units else None
        _set(one, "unit", name, mended if value is None else type(mended)(value))
    return change


def supply(name: str, mended):
    """An entry of a list of the plant that has one a unit: its circulation pump, its valve."""
    def change(world, target, value):
        entries = getattr(world.plant, name, None)
        if entries is None:
            raise FaultError(f"this plant has no {name} that could break")
        entries[int(target[4:]) - 1] = mended if value is None else type(mended)(value)
    return change
