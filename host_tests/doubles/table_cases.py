"""For each row of the protection table: what brings it about, what it must do, what mends it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from doubles.houses import scan_every
from harness import faults


@dataclass
class Case:
    """How to cause a row in a running house of two rooms, and what it must do."""

    on: Callable  # (rig) -> None
    off: Callable
    within_s: float  # from the fault to the trip, the cause's own inertia included
    resets: bool = True  # False: only by hand
    idle: bool = False  # the fault needs the pump at rest
    well: dict = field(default_factory=dict)  # changes to the well's config
    unit_type: str = "I"
    loop: dict = field(default_factory=dict)
    room: dict = field(default_factory=dict)
    cold_start: bool = False  # the fault is there before the pump first starts
    slack_s: float = 2.0  # the hold may have begun so long before the fault is mended
    also: tuple[str, ...] = ()  # rows by hand that the same fault trips besides
    start_c: float = 18.0  # of the rooms


def fault(name, target="", value=None):
    """(begin, mend) of a fault by its name, as a scenario file would have it."""
    return (lambda rig: faults.change(rig, name, target, value), lambda rig: faults.change(rig, name, target, mend=True))


def both(*pairs):
    """Several faults at once."""
    return (lambda rig: [on(rig) for on, _off in pairs], lambda rig: [off(rig) for _on, off in pairs])


def write(rig, path, value):
    assert rig.write(path, value) == ""


def modes(rig, value, *rooms):
    for i in rooms:
        write(rig, f"room{i}.mode", value)


def welded_off(name, *rooms):
    """A contact that stays closed when its rooms are switched off."""
    on, off = fault("relay_welded", name)
    return (lambda rig: (on(rig), modes(rig, 0, *rooms)), lambda rig: (off(rig), modes(rig, 1, *rooms)))


def held(path, name, value, mended):
    """A temperature of the plant held by force while its step goes on."""

    def owner(rig):
        target = rig.plant
        for part in filter(None, path.split(".")):
            target = getattr(target, part) if not part.isdigit() else target[int(part)]
        return target

    method = "thermal" if path == "well" else "step"

    def on(rig):
        target = owner(rig)
        step = getattr(target, method)

        def forced(*args):
            result = step(*args)
            setattr(target, name, value)
            return result
        setattr(target, method, forced)
        setattr(target, name, value)

    def off(rig):
        target = owner(rig)
        delattr(target, method)
        setattr(target, name, mended)
    return on, off


def stray():
    """Water that runs backwards through a leaking non-return valve."""

    def on(rig):
        step = rig.plant.step

        def backwards(t_s, dt_s, commands):
            step(t_s, dt_s, commands)
            rig.plant.sensed["lift_lph"] = 300.0
        rig.plant.step = backwards

    def off(rig):
        del rig.plant.step
    return on, off


def cold_room(rig):
    modes(rig, 0, 1)
    room = rig.plant.rooms[0]
    room.air_c = room.fabric_c = room.floor_c = 3.0


def warm_room(rig):
    modes(rig, 1, 1)
    room = rig.plant.rooms[0]
    room.air_c = room.fabric_c = room.floor_c = 15.0


def commissioned(pair):
    """The capacity at commissioning is known (12 kPa for each m3/h is 8333 L/h for 100 kPa)."""
    on, off = pair
    return (lambda rig: (write(rig, "well.capacity_ref_lph_bar", 8333), rig.run(60), on(rig)), off)


def switched_off_and_on(*rooms):
    """A rest, so that the water stands."""
    return (lambda rig: (modes(rig, 0, *rooms), rig.run(600), modes(rig, 1, *rooms)), lambda rig: None)


def stuck_cooling():
    """The reversing valve slips into cooling and stays there."""
    def on(rig):
        unit = rig.plant.units[0]
        unit.cooling = unit.valve_stuck = True

    def off(rig):
        rig.plant.units[0].valve_stuck = False
    return on, off


def sealed_deep():
    """The return pipe closed, over a water table 15 m down: the wellhead hangs in 40 kPa of vacuum."""
    def become(rig, **changes):
        well = rig.plant.well
        well.params = dataclasses.replace(well.params, **changes)
        well._stale = True
    return (lambda rig: become(rig, sealed=True, static_m=15.0, sustain_kpa=-40.0),
            lambda rig: become(rig, sealed=False, static_m=12.0))


COOLING: dict[str, Any] = {"mode": "cool", "setpoint_mc": 14000}
LOOP: dict[str, Any] = {"unit_type": "III"}
THIN: dict[str, Any] = {"unit_type": "III", "loop": {"antifreeze_mc": -7000}, "room": {"freeze_limit_mc": -2000}}


def record_lost(rig):
    """Both copies of the ledger damaged, and a boot."""
    rig.run(10)
    rig.firmware.close()
    for name in ("ledger.json", "ledger.json.2"):
        (rig.folder / name).write_text("rubbish")
    rig.restart()
    rig.run(2)


RECORD = (record_lost, lambda rig: None), 5
RECORD_ROWS = ("record_lost", "unit_record_lost", "loop_record_lost")
ONE_METER = {"return_pulses_per_m3": 0}
CASES = {
    "flow_lost": Case(*both(fault("meter_stuck", "lift"), fault("meter_stuck", "return")), 5),
    "no_flow": Case(*fault("dry_well"), 12),
    "dry_run": Case(*fault("dry_well"), 12, well={"current_range_ma": 5000}),
    "stray_flow": Case(*stray(), 60, idle=True),
    "over_pressure": Case(*fault("clogged_well", value=50.0), 8, well={"reinjection_limit_kpa": 150}),
    "pressure_fault": Case(*fault("transmitter_open", "pressure"), 2),
    "pressure_blind": Case(*fault("transmitter_short", "pressure"), 3, idle=True),
    "leak_alarm": Case(*fault("water_lost", value=0.05), 4000, resets=False),
    "leak": Case(*fault("water_lost", value=0.3), 70, resets=False),
    "lift_meter": Case(*fault("meter_stuck", "lift"), 20),
    "return_meter": Case(*fault("meter_stuck", "return"), 40),
    "pump_welded": Case(*welded_off("well_pump", 1, 2), 600, resets=False),
    "pump_dead": Case(*fault("relay_dead", "well_pump"), 2),
    "drive_fault": Case(*fault("drive_fault"), 2, well={"drive_fault_input": 1}),
    "low_level": Case(*fault("low_water", value=7.2), 120, well={"level_range_kpa": 200}),
    "level_fault": Case(*fault("transmitter_open", "level"), 2, well={"level_range_kpa": 200}),
    "current_fault": Case(*fault("transmitter_open", "current"), 2, well={"current_range_ma": 5000}),
    "supply_water_sensor": Case(*fault("sensor_open", "supply"), 45),
    "return_water_sensor": Case(*fault("sensor_crc", "return"), 45),
    "clogging": Case(*commissioned(fault("clogged_well", value=0.8)), 2400),
    "pump_weak": Case(*commissioned(fault("pump_worn", value=0.3)), 600),
    "record_lost": Case(*RECORD[0], RECORD[1], resets=False, also=RECORD_ROWS),
    "unit_record_lost": Case(*RECORD[0], RECORD[1], resets=False, also=RECORD_ROWS),
    "unproven": Case(*fault("pump_worn", value=0.667), 75, well={"pump_drive": "fixed"}, cold_start=True),
    "flow_doubt": Case(*both(fault("meter_pickup", "lift"), fault("dry_well")), 20, well=ONE_METER),
    "motor_protection": Case(*fault("phase_lost"), 2, well={"motor_protection_input": 1}),
    "strainer": Case(*fault("strainer_clogged"), 60, well={"strainer_input": 1}),
    "wellhead_vacuum": Case(*sealed_deep(), 90),
    "freeze": Case(*fault("unit_valve_closed", "room1", 0.2), 900),  # cold water alone is met by the limiter
    "freeze_blind": Case(*fault("sensor_open", "leaving1"), 80),
    "high_pressure": Case(*fault("switch_open", "room1_high"), 1),
    "low_pressure": Case(*fault("switch_open", "room1_low"), 123),
    "welded": Case(*welded_off("room1_compressor", 1), 400, resets=False),
    "dead_relay": Case(*fault("relay_dead", "room1_compressor"), 2),
    "leaving_sensor": Case(*fault("sensor_open", "leaving1"), 45),
    "room_sensor": Case(*fault("sensor_crc", "room1"), 45),
    "supply_sensor": Case(*fault("sensor_open", "supply_air1"), 45),
    "frost": Case(cold_room, warm_room, 450),  # a room's sensor lags by up to 150 s
    "no_difference": Case(*fault("compressor_dead", "room1"), 600),
    "no_answer": Case(*held("rooms.0", "air_c", 16.0, 18.0), 4200),
    "wrong_way": Case(*stuck_cooling(), 120),
    "no_response": Case(*both(fault("sensor_slipped", "leaving1"), switched_off_and_on(1)), 1200),
    "freeze_again": Case(*fault("unit_valve_closed", "room1", 0.2), 2400, slack_s=30.0),
    "unit_pump_welded": Case(*welded_off("room1_pump", 1), 400),
    "room_doubt": Case(*fault("sensor_drift", "room1", 12.0), 6000),
    "source_cold": Case(*held("well", "supply_c", 8.0, 15.0), 3600),
    "condensate": Case(*fault("contact_open", "room1_condensate"), 8, room={**COOLING, "condensate_input": 1}, start_c=30.0),
    "coil_freeze": Case(*fault("filter_clogged", "room1", 0.25), 1800, room=COOLING, start_c=30.0, slack_s=900.0),
    "compressor_protection": Case(*fault("unit_phase_lost", "room1"), 2, room={"compressor_protection_input": 1}),
    "loop_flow": Case(*fault("loop_pump_seized"), 4, **LOOP),
    "loop_pressure": Case(*fault("loop_leak"), 60, **LOOP),
    "loop_pressure_fault": Case(*fault("transmitter_open", "loop_pressure"), 2, **LOOP),
    "exchanger_freeze": Case(*held("well", "supply_c", 4.0, 15.0), 420, **LOOP),  # pipes, exchanger, clamp
    "exchanger_blind": Case(*both(fault("sensor_open", "return"), fault("sensor_open", "loop_supply")), 80, **LOOP),
    "loop_cold": Case(*held("loop", "supply_c", -6.0, 6.0), 110, **THIN),
    "loop_sensor": Case(*fault("sensor_open", "loop_supply"), 45, **LOOP),
    "loop_pump_dead": Case(*fault("relay_dead", "loop_pump"), 2, **LOOP),
    "loop_pump_welded": Case(*welded_off("loop_pump", 1, 2), 600, **LOOP),
    "loop_record_lost": Case(*RECORD[0], RECORD[1], resets=False, also=RECORD_ROWS, **LOOP),
    "scans_late": Case(lambda rig: scan_every(rig, 150), lambda rig: scan_every(rig, 100), 62),
    "exchanger_doubt": Case(*fault("sensor_swapped", "supply+return"), 600, **LOOP),
}
