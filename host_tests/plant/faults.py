"""Faults by name: what can break in the simulated world, for scenario files and tests.

`world` is a rig: it has `wiring`, `plant` and `restart()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class FaultError(Exception):
    """A fault that does not exist or cannot happen here; the message says what can."""


@dataclass(frozen=True)
class Fault:
    """What breaks, where it may (`targets(world)`), and how it begins and ends."""

    help: str
    targets: Callable  # world -> list of names; empty: the fault has no target
    set: Callable  # (world, target, value or None to mend)
    default: float = 1.0  # value when the scenario gives none


def _nowhere(_world):
    return []


def _sensor(kind):
    def change(world, target, value):
        world.wiring.sensors[target].fault = kind if value is not None else ""
    return change


def _contact(kind):
    def change(world, target, value):
        world.wiring.contacts[target].fault = kind if value is not None else ""
    return change


def _bus(kind):
    def change(world, _target, value):
        world.wiring.bus.fault = kind if value is not None else ""
    return change


def _part(default, name, mended):
    """An attribute of a part of the plant, named by the target or by `default`."""
    def change(world, target, value):
        part = getattr(world.plant, target or default, None)
        if part is None:
            raise FaultError(f"this plant has no {target or default} that could break")
        setattr(part, name, mended if value is None else type(mended)(value))
    return change


def _well(name, mended):
    return _part("well", name, mended)


def _loop(name, mended):
    return _part("loop", name, mended)


def _opened(opened, name, value):
    """A contact in a set of open ones."""
    (opened.discard if value is None else opened.add)(name)


def _meter(kind):
    def change(world, target, value):
        meters = {"lift": "lift", "return": "back", "lift2": "lift2", "return2": "back2"}
        getattr(world.wiring, meters[target]).fault = kind if value is not None else ""
    return change


def _analog(kind):
    def change(world, target, value):
        if value is None:
            world.wiring.analog_faults.pop(target, None)
        else:
            world.wiring.analog_faults[target] = kind
    return change


def _drive(world, target, value):
    _well("drive_dead", False)(world, target, value)
    _opened(world.wiring.open_contacts, "drive2" if target == "well2" else "drive", value)


def _clock(world, _target, value):
    world.wiring.clock_set = value is None


def _switch(world, target, value):
    _opened(world.wiring.open_switches, target, value)


def _refrigerant(world, target, value):
    world.plant.units[int(target[4:]) - 1].loss = 0.0 if value is None else float(value)


def _power(world, _target, value):
    if value is not None:
        world.restart()


def _line(world):
    """The RS-485 line of a village."""
    line = getattr(world, "line", None)
    if line is None:
        raise FaultError("this house has no bus that could break (try the scenario village)")
    return line


def _stations(world):
    _line(world)
    return ["well"] + [f"room{i + 1}" for i in range(len(world.rooms))]


def _cut(world, target, value):
    world.boards[_stations(world).index(target)].station.plugged = value is None


def _noise(world, _target, value):
    _line(world).noise = 0.0 if value is None else float(value)


def _babble(world, _target, value):
    line = _line(world)
    if value is None:
        line.jam_until_us = 0.0
    else:
        line.babble(world.t_s * 1e6, float(value) * 1e6)


def _sensors(world):
    return list(world.wiring.sensors)


def _contacts(world):
    return list(world.wiring.contacts)


def _wells(world):
    return ["well", "well2"] if world.wiring.stacked else []


def _meters(world):
    return ["lift", "return"] + (["lift2", "return2"] if world.wiring.stacked else [])


def _transmitters(world):
    wiring = world.wiring
    names = ["pressure"]
    names += ["current"] if wiring.current_range_ma else []
    names += ["level"] if wiring.level_range_kpa else []
    names += ["pressure2"] if wiring.stacked else []
    return names + (["loop_pressure"] if wiring.looped else [])


def _rooms(world):
    return [f"room{i + 1}" for i in range(world.wiring.n)]


FAULTS = {
    "sensor_open": Fault("DS18B20 cut off", _sensors, _sensor("open")),
    "sensor_crc": Fault("DS18B20 answers garbled", _sensors, _sensor("crc")),
    "sensor_power_on": Fault("DS18B20 restarts, reads 85 degC", _sensors, _sensor("power_on")),
    "sensor_frozen": Fault("DS18B20 repeats one value", _sensors, _sensor("frozen")),
    "sensor_drift": Fault("DS18B20 reads 5 K high", _sensors, _sensor("drift")),
    "sensor_noise": Fault("DS18B20 reads with 2 K of noise", _sensors, _sensor("noise")),
    "bus_short": Fault("1-Wire bus held low", _nowhere, _bus("short")),
    "bus_open": Fault("1-Wire bus cut off", _nowhere, _bus("open")),
    "sensor_slow": Fault("DS18B20 fell out of its pocket, lags 20 times more", _sensors, _sensor("slow")),
    "sensor_intermittent": Fault("DS18B20 on a loose wire, every second reading lost", _sensors, _sensor("intermittent")),
    "transmitter_open": Fault("transmitter's wire broken (pressure, current, level)", _transmitters, _analog("open")),
    "transmitter_short": Fault("transmitter shorted", _transmitters, _analog("short")),
    "meter_stuck": Fault("flow meter stands still", _meters, _meter("stuck")),
    "meter_bouncing": Fault("flow meter's contact bounces, every pulse counts twice", _meters, _meter("bouncing")),
    "meter_pickup": Fault("flow meter's wire picks up 50 Hz", _meters, _meter("pickup")),
    "relay_welded": Fault("relay contact welded", _contacts, _contact("welded")),
    "relay_dead": Fault("relay does not pull in", _contacts, _contact("dead")),
    "switch_open": Fault("refrigerant pressure switch open",
                         lambda w: [f"{r}_{k}" for r in _rooms(w) for k in ("high", "low")], _switch),
    "drive_fault": Fault("the pump's drive trips, its fault contact opens", _wells, _drive),
    "pump_worn": Fault("share (value, 0 to 1) of the pump's head lost", _wells, _well("wear", 0.0), 0.4),
    "low_water": Fault("water table fallen by value metres", _wells, _well("level_drop_m", 0.0), 5.0),
    "loop_pump_seized": Fault("secondary loop's pump stands", _nowhere, _loop("seized", False)),
    "loop_leak": Fault("secondary loop's filling at value kPa", _nowhere, _loop("full_kpa", 150.0), 10.0),
    "clock_lost": Fault("nobody knows the time of day", _nowhere, _clock),
    "dry_well": Fault("no water at the pump", _wells, _well("dry", False)),
    "clogged_well": Fault("reinjection resistance up by value (1 = doubled)", _wells, _well("clog", 0.0)),
    "water_lost": Fault("share (value, 0 to 1) of the water lost outside", _wells, _well("lost_share", 0.0), 0.05),
    "valve_open": Fault("non-return valve leaks while the pump rests", _wells, _well("valve_open", False)),
    "cold_source": Fault("water lifted turns cold (value, degC) for as long as it lasts", _wells,
                         _well("forced_c", 0.0), 7.0),
    "refrigerant_leak": Fault("share (value, 0 to 1) of the refrigerant lost", _rooms, _refrigerant, 0.3),
    "line_cut": Fault("a node's bus cable pulled", _stations, _cut),
    "line_noise": Fault("share (value, 0 to 1) of the bus frames spoilt", _nowhere, _noise, 0.2),
    "line_babble": Fault("a node talks without a pause for value seconds", _nowhere, _babble, 60.0),
    "power_cut": Fault("the controller loses its power and comes back", _nowhere, _power),
}


def change(world, name: str, target: str = "", value: float | None = None, mend: bool = False) -> None:
    """Begin (or mend) a fault. FaultError says which faults and targets there are."""
    fault = FAULTS.get(name)
    if fault is None:
        raise FaultError(f"no fault is named {name!r}; there are: {', '.join(FAULTS)}")
    targets = fault.targets(world)
    if targets and target not in targets:
        raise FaultError(f"{name}: no target {target!r} here; there are: {', '.join(targets)}")
    if not targets and target:
        raise FaultError(f"{name} takes no target, got {target!r}")
    fault.set(world, target, None if mend else (fault.default if value is None else value))
