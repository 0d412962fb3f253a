"""Faults by name: what can break in the simulated world, for scenario files and tests.

`world` is a rig or a village: it has `wiring`, `plant`, `folder`, `seed`, `restart()` and `blackout()`. How each breaks:
breaking.py, outages.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import breaking as b
from . import outages as o
from .breaking import FaultError

SHOWN = 30  # targets that a refusal lists


@dataclass(frozen=True)
class Fault:
    """What breaks, where it may (`targets(world)`), and how it begins and ends."""

    help: str
    targets: Callable  # world -> list of names; empty: the fault has no target
    set: Callable  # (world, target, value or None to mend)
    default: float = 1.0  # value when the scenario gives none


SENSORS = {
    "sensor_open": Fault("DS18B20 cut off", b.sensors, b.sensor("open")),
    "sensor_crc": Fault("DS18B20 answers garbled", b.sensors, b.sensor("crc")),
    "sensor_power_on": Fault("DS18B20 restarts, reads 85 degC", b.sensors, b.sensor("power_on")),
    "sensor_frozen": Fault("DS18B20 repeats one value", b.sensors, b.sensor("frozen")),
    "sensor_drift": Fault("DS18B20 reads value (K, 5) high", b.sensors, b.sensor("drift", "drift_k"), 5.0),
    "sensor_scale": Fault("DS18B20 reads value (0.9) times its degC", b.sensors, b.sensor("scale", "scale"), 0.9),
    "sensor_noise": Fault("DS18B20 reads with 2 K of noise", b.sensors, b.sensor("noise")),
    "sensor_slow": Fault("DS18B20 fell out of its pocket, lags 20 times more", b.sensors, b.sensor("slow")),
    "sensor_slipped": Fault("DS18B20 fell off its pipe: reads the air around it", b.mounted, b.sensor("slipped")),
    "sensor_swapped": Fault("two DS18B20s (target a+b, e.g. supply+return) sit in each other's place", b.pairs, b.swap),
    "sensor_intermittent": Fault("DS18B20 on a loose wire, every second reading lost", b.sensors, b.sensor("intermittent")),
    "bus_short": Fault("1-Wire bus held low", b.nowhere, b.onewire("short")),
    "bus_open": Fault("1-Wire bus cut off", b.nowhere, b.onewire("open")),
}
METERS = {
    "transmitter_open": Fault("transmitter's wire broken (pressure, current, level)", b.transmitters, b.transmitter("open")),
    "transmitter_short": Fault("transmitter shorted", b.transmitters, b.transmitter("short")),
    "transmitter_frozen": Fault("transmitter repeats one value", b.transmitters, b.transmitter("frozen")),
    "transmitter_drift": Fault("transmitter reads value (per cent of full scale, 10) high", b.transmitters,
                               b.transmitter("drift", True), 10.0),
    "transmitter_scale": Fault("transmitter reads value (0.8) times the truth", b.transmitters,
                               b.transmitter("scale", True), 0.8),
    "meter_stuck": Fault("flow meter stands still", b.meters, b.meter("stuck")),
    "meter_bouncing": Fault("flow meter's contact bounces, every pulse counts twice", b.meters, b.meter("bouncing")),
    "meter_pickup": Fault("flow meter's wire picks up 50 Hz, with or without water", b.meters, b.meter("pickup")),
    "meter_scale": Fault("flow meter reads value (0.9) times the truth", b.meters, b.meter("scale", "share"), 0.9),
    "meter_chatter": Fault("flow meter's contact flickers: value (5) false pulses a second, at random", b.meters,
                           b.meter("chatter", "extra_hz"), 5.0),
}
CONTACTS = {
    "relay_welded": Fault("relay contact welded", b.relays, b.contact("welded")),
    "relay_dead": Fault("relay does not pull in", b.relays, b.contact("dead")),
    "contact_chatter": Fault("auxiliary contact or switch flickers: share (value, 0.3) of the scans read wrong", b.terminals,
                             b.cable("chatter", True), 0.3),
    "feedback_short": Fault("cable of a relay's auxiliary contact shorted: reads closed", b.relays, b.cable("short")),
    "feedback_open": Fault("cable of a relay's auxiliary contact cut: reads open", b.relays, b.cable("open")),
    "switch_open": Fault("refrigerant pressure switch open", b.switches, b.switch),
    "switch_short": Fault("cable of a refrigerant pressure switch shorted: always fine", b.switches, b.cable("short")),
    "drive_fault": Fault("the pump's drive trips, its fault contact opens", b.wells, b.drive),
    "drive_short": Fault("cable of the drive's fault contact shorted: a tripped drive looks fine", b.wells, b.drive_cable),
    "phase_lost": Fault("a phase of the pump's motor is gone, its protection's contact opens", b.wells, b.phase),
    "unit_phase_lost": Fault("a phase of a unit's compressor is gone, its protection's contact opens", b.rooms,
                             b.unit_phase),
    "contact_open": Fault("contact of motor protection, strainer, condensate pan or compressor protection open",
                          b.extra_contacts, b.opened),
    "loop_flow_short": Fault("cable of the secondary loop's flow switch shorted: always flowing", b.nowhere,
                             b.cable("short", fixed="loop_flow")),
    "button_short": Fault("cable of the service button shorted: held down (in a village the well's)", b.nowhere,
                          b.cable("short", fixed="button")),
}
WELL = {
    "pump_worn": Fault("share (value, 0 to 1) of the pump's head lost", b.wells, b.well("wear", 0.0), 0.4),
    "low_water": Fault("water table fallen by value metres", b.wells, b.well("level_drop_m", 0.0), 5.0),
    "dry_well": Fault("no water at the pump", b.wells, b.well("dry", False)),
    "clogged_well": Fault("reinjection resistance up by value (1 = doubled)", b.wells, b.well("clog", 0.0)),
    "water_lost": Fault("share (value, 0 to 1) of the water lost outside", b.wells, b.well("lost_share", 0.0), 0.05),
    "leak_cycling": Fault("share (value, 0.3) of the water lost, one minute in two", b.wells, b.leak_cycling, 0.3),
    "burst_pipe": Fault("value m3/h (1) run out of a burst pipe", b.wells, b.well("burst_m3h", 0.0), 1.0),
    "valve_open": Fault("non-return valve leaks while the pump rests", b.wells, b.well("valve_open", False)),
    "valve_closed": Fault("main valve closed by value (1 = shut)", b.wells, b.well("throttle", 0.0), 1.0),
    "valve_throttled": Fault("main valve closed by value (0.7 of its way)", b.wells, b.well("throttle", 0.0), 0.7),
    "strainer_clogged": Fault("sand in the strainer: share (value, 0.09) of its mesh is open", b.wells, b.well("mesh", 1.0),
                              0.09),
    "cold_source": Fault("water lifted turns cold (value, degC) for as long as it lasts", b.wells,
                         b.well("forced_c", 0.0), 7.0),
}
HOUSE = {
    "loop_pump_seized": Fault("secondary loop's pump stands", b.nowhere, b.loop("seized", False)),
    "loop_leak": Fault("secondary loop's filling at value kPa", b.nowhere, b.loop("full_kpa", 150.0), 10.0),
    "loop_valve_closed": Fault("valve in the secondary loop closed by value (1 = shut)", b.nowhere, b.loop("throttle", 0.0)),
    "unit_pump_seized": Fault("a unit's own circulation pump stands, its contact closed", b.rooms,
                              b.supply("unit_seized", False)),
    "unit_valve_closed": Fault("a unit's water valve closed, share (value, 0) still open", b.rooms,
                               b.supply("unit_open", 1.0), 0.0),
    "reversing_stuck": Fault("a unit's reversing valve stays where it is", b.rooms, b.unit("valve_stuck", False)),
    "compressor_dead": Fault("a unit's compressor stands though its contact is closed", b.rooms,
                             b.unit("motor_dead", False)),
    "fan_dead": Fault("a unit's fan stands", b.rooms, b.unit("fan_dead", False)),
    "filter_clogged": Fault("share (value, 0.4) of a unit's air still comes through its filter", b.rooms,
                            b.unit("filter", 1.0), 0.4),
    "drain_blocked": Fault("drain of a unit's condensate pan blocked", b.rooms, b.unit("drain_blocked", False)),
    "refrigerant_leak": Fault("share (value, 0 to 1) of the refrigerant lost", b.rooms, b.unit("loss", 0.0), 0.3),
}
NODES = {
    "clock_lost": Fault("nobody knows the time of day", b.nowhere, b.clock),
    "line_cut": Fault("a node's bus cable pulled", o.stations, o.cut),
    "line_noise": Fault("share (value, 0 to 1) of the bus frames spoilt", b.nowhere, o.noise, 0.2),
    "line_babble": Fault("a node talks without a pause for value seconds", b.nowhere, o.babble, 60.0),
    "power_cut": Fault("the controller loses its power and comes back", b.nowhere, o.power),
    "brown_out": Fault("each start of a compressor or well pump takes the controller's power for a moment", b.nowhere,
                       o.brown_out),
    "blackout": Fault("the whole house without power for as long as it lasts, then everything at once", b.nowhere,
                      o.blackout),
    "files_damaged": Fault("a stored file damaged at boot: one bit flipped (value 0, 1, ...: which draw) or cut off (-1)",
                           o.files, o.damage, 0.0),
}
FAULTS = SENSORS | METERS | CONTACTS | WELL | HOUSE | NODES


def known(fault: Fault, targets: list[str], target: str) -> str:
    """The target as the fault lists it: of two sensors in whatever order; "" when there is none of that name."""
    if target in targets:
        return target
    turned = "+".join(reversed(target.split("+")))
    return turned if turned in targets else ""


def change(world, name: str, target: str = "", value: float | None = None, mend: bool = False) -> None:
    """Begin (or mend) a fault. FaultError says which faults and targets there are."""
    fault = FAULTS.get(name)
    if fault is None:
        raise FaultError(f"no fault is named {name!r}; there are: {', '.join(FAULTS)}")
    targets = fault.targets(world)
    if targets:
        found = known(fault, targets, target)
        if not found:
            more = f" and {len(targets) - SHOWN} more" if len(targets) > SHOWN else ""
            raise FaultError(f"{name}: no target {target!r} here; there are: {', '.join(targets[:SHOWN])}{more}")
        target = found
    elif target:
        raise FaultError(f"{name} takes no target, got {target!r}")
    fault.set(world, target, None if mend else (fault.default if value is None else value))


__all__ = ["FAULTS", "Fault", "FaultError", "change"]
