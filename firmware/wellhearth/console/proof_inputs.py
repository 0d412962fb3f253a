"""What a proof test (console/proof.py) simulates for each row: inputs that say one thing, lost or colder sensors."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..drivers.transmitter import Transmitter
    from ..equipment.probe import Probe
    from ..equipment.room_unit import RoomUnit
    from ..equipment.secondary_loop import SecondaryLoop
    from ..equipment.well_section import WellSection
    from ..hardware import PulseIn

BROKEN_UV = 0
NOBODY = bytes(8)  # a ROM that no sensor has


class Fixed:
    """An input that says one thing."""

    def __init__(self, value: int):
        self.value = value

    def get(self):
        """A contact, or a signal."""
        return self.value

    read_uv = get


class Pulses:
    """A pulse meter that stands still, or (step_us) counts for itself."""

    def __init__(self, old: "PulseIn", step_us: int):
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


def signal_uv(transmitter: "Transmitter", value: int) -> int:
    """What an input shows for a value of its transmitter."""
    return (transmitter.zero_duv + (value - transmitter.bottom) * transmitter.span_duv // transmitter.span) * 100


def lost(probe: "Probe"):
    """A sensor that answers no more."""
    tx = probe.chip.read_tx
    return (probe.chip, "read_tx", tx[:1] + NOBODY + tx[9:])


def colder(probe: "Probe", value_mc: int):
    """A sensor that reads so much."""
    return (probe, "trim_mk", value_mc - probe.chip.value_mc)


def of_well(one: "WellSection", key: str, period_us: int):
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


def of_room(one: "RoomUnit", key: str):
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


def of_loop(one: "SecondaryLoop", key: str):
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


def of(one: "Any", key: str, period_us: int):
    """The same of any equipment that has rows; period_us: between two pulses of a meter that counts for itself."""
    name = one.p.name
    if name[:4] == "well":
        return of_well(one, key, period_us)
    return of_loop(one, key) if name == "loop" else of_room(one, key)
