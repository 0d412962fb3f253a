"""The point table: every value a node shows or takes, described once.

Registers, REPL names, help texts, trace columns and the README's reference page come from
here. A row: name, unit, lo, hi, access, saved, register, help.

unit: mc/mk (thousandths of a degree Celsius / kelvin), lph, kpa, w, wh, mwh, l, m3, pm, s, h,
ms, us, b (bytes), count, bool, `enum:a|b|..` or `bits:a|b|..`. access: r, rw (a setpoint or mode), cmd.
saved: survives a power cut. register: offset of the first of two Modbus input/holding
registers (32 bits, high word first) in its block; blocks start at BASES.
"""

from .control import room, trips, well

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BASE_NODE = 0
BASE_WELL = 200
BASE_ROOM = 400
ROOM_STRIDE = 100

INT_MAX = (1 << 30) - 1


def _keys(scope):
    return "bits:" + "|".join([row[0] for row in trips.rows(scope)])


NODE = (
    ("uptime_s", "s", 0, INT_MAX, "r", False, 0, "time since boot"),
    ("scans", "count", 0, INT_MAX, "r", False, 2, "scans since boot"),
    ("scan_last_us", "us", 0, INT_MAX, "r", False, 4, "duration of the last scan"),
    ("scan_max_us", "us", 0, INT_MAX, "r", False, 6, "longest scan since boot"),
    ("late_last_us", "us", 0, INT_MAX, "r", False, 8, "lateness of the last scan"),
    ("late_max_us", "us", 0, INT_MAX, "r", False, 10, "greatest lateness since boot"),
    ("overruns", "count", 0, INT_MAX, "r", False, 12, "scans late by a whole period or more"),
    ("scan_faults", "count", 0, INT_MAX, "r", False, 14, "scans that ended in an exception"),
    ("under_1ms", "count", 0, INT_MAX, "r", False, 16, "scans shorter than 1 ms"),
    ("under_5ms", "count", 0, INT_MAX, "r", False, 18, "scans of 1 to 5 ms"),
    ("under_20ms", "count", 0, INT_MAX, "r", False, 20, "scans of 5 to 20 ms"),
    ("under_50ms", "count", 0, INT_MAX, "r", False, 22, "scans of 20 to 50 ms"),
    ("over_50ms", "count", 0, INT_MAX, "r", False, 24, "scans of 50 ms or more"),
    ("heap_free_b", "b", 0, INT_MAX, "r", False, 26, "free heap, measured by the main thread"),
    ("events_lost", "count", 0, INT_MAX, "r", False, 28, "events that found the ring full"),
    ("master_on", "bool", 0, 1, "r", False, 30, "master contactor closed"),
    ("alarm", "bool", 0, 1, "r", False, 32, "at least one trip is active"),
    ("scan_period_ms", "ms", 0, 1000, "r", False, 36, "time between the last two scans"),
    ("onewire_errors", "count", 0, INT_MAX, "r", False, 34, "1-Wire readings refused since boot"),
)

WELL = (
    ("demand_w", "w", 0, 1000000, "r", False, 0, "heating asked for by all rooms"),
    ("flow_setpoint_lph", "lph", 0, 100000, "r", False, 2, "flow setpoint after its ramp"),
    ("flow_lph", "lph", 0, 100000, "r", False, 4, "water lifted, measured"),
    ("pump_speed_pm", "pm", 0, 1000, "r", False, 6, "pump speed, 1000 = 50 Hz"),
    ("pump_on", "bool", 0, 1, "r", False, 8, "pump relay"),
    ("state", "enum:" + "|".join(well.STATES), 0, 4, "r", False, 10, "pump sequence"),
    ("permissive", "bool", 0, 1, "r", False, 12, "flow proven, compressors may run"),
    ("limiter", "enum:" + "|".join(well.LIMITERS), 0, 3, "r", False, 14, "what holds the speed below the flow PI"),
    ("supply_mc", "mc", -55000, 125000, "r", False, 16, "water lifted, temperature"),
    ("supply_ok", "bool", 0, 1, "r", False, 18, "supply temperature valid"),
    ("return_mc", "mc", -55000, 125000, "r", False, 20, "water returned, temperature"),
    ("return_ok", "bool", 0, 1, "r", False, 22, "return temperature valid"),
    ("reinjection_kpa", "kpa", -100, 10000, "r", False, 24, "reinjection pressure, gauge"),
    ("reinjection_ok", "bool", 0, 1, "r", False, 26, "pressure transmitter valid"),
    ("return_flow_lph", "lph", 0, 100000, "r", False, 28, "water returned, measured (second meter)"),
    ("starts", "count", 0, INT_MAX, "r", False, 30, "pump starts since boot"),
    ("run_s", "s", 0, 3599, "r", False, 32, "pump run time, seconds of the hour begun"),
    ("run_h", "h", 0, INT_MAX, "r", False, 34, "pump run time, whole hours"),
    ("circulated_l", "l", 0, 999, "r", False, 36, "water lifted, litres of the cubic metre begun"),
    ("circulated_m3", "m3", 0, INT_MAX, "r", False, 38, "water lifted, whole cubic metres"),
    ("returned_l", "l", 0, 999, "r", False, 40, "water returned, litres of the cubic metre begun"),
    ("returned_m3", "m3", 0, INT_MAX, "r", False, 42, "water returned, whole cubic metres"),
    ("source_w", "w", -10000000, 10000000, "r", False, 44, "heat taken from the ground now"),
    ("source_wh", "wh", 0, 999999, "r", False, 46, "heat taken from the ground, Wh of the MWh begun"),
    ("source_mwh", "mwh", 0, INT_MAX, "r", False, 48, "heat taken from the ground, whole MWh"),
    ("trips", _keys(trips.WELL), 0, INT_MAX, "r", False, 50, "active protections of the well"),
    ("lockouts", _keys(trips.WELL), 0, INT_MAX, "r", False, 52, "latched protections, reset by hand"),
    ("reset_trip", "count", 0, 29, "cmd", False, 54, "reset a lockout: its place in `lockouts`, 0 the first"),
)

ROOM = (
    ("mode", "enum:off|heat", 0, 1, "rw", True, 0, "what the user asked for"),
    ("setpoint_mc", "mc", 5000, 30000, "rw", True, 2, "room temperature setpoint"),
    ("fan_fixed_pm", "pm", 0, 1000, "rw", True, 4, "fan speed while heating; 0 = automatic"),
    ("room_mc", "mc", -55000, 125000, "r", False, 6, "room temperature"),
    ("room_ok", "bool", 0, 1, "r", False, 8, "room temperature valid"),
    ("supply_air_mc", "mc", -55000, 125000, "r", False, 10, "supply air temperature"),
    ("supply_air_ok", "bool", 0, 1, "r", False, 12, "supply air temperature valid"),
    ("leaving_mc", "mc", -55000, 125000, "r", False, 14, "leaving water temperature (LWT)"),
    ("leaving_ok", "bool", 0, 1, "r", False, 16, "leaving water temperature valid"),
    ("state", "enum:" + "|".join(room.STATES), 0, 4, "r", False, 18, "sequence of the unit"),
    ("duty_pm", "pm", 0, 1000, "r", False, 20, "share of full heat asked for"),
    ("demand_w", "w", 0, 100000, "r", False, 22, "heating asked of the well"),
    ("compressor_on", "bool", 0, 1, "r", False, 24, "compressor relay"),
    ("compressor_pm", "pm", 0, 1000, "r", False, 26, "compressor speed"),
    ("pump_on", "bool", 0, 1, "r", False, 28, "circulation pump relay"),
    ("fan_pm", "pm", 0, 1000, "r", False, 30, "fan speed"),
    ("starts", "count", 0, INT_MAX, "r", False, 32, "compressor starts since boot"),
    ("starts_1h", "count", 0, 100, "r", False, 34, "compressor starts within the last hour"),
    ("run_s", "s", 0, 3599, "r", False, 36, "compressor run time, seconds of the hour begun"),
    ("run_h", "h", 0, INT_MAX, "r", False, 38, "compressor run time, whole hours"),
    ("source_w", "w", -1000000, 1000000, "r", False, 40, "heat taken from the water now"),
    ("source_wh", "wh", 0, 999999, "r", False, 42, "heat taken from the water, Wh of the MWh begun"),
    ("source_mwh", "mwh", 0, INT_MAX, "r", False, 44, "heat taken from the water, whole MWh"),
    ("trips", _keys(trips.ROOM), 0, INT_MAX, "r", False, 46, "active protections of the unit"),
    ("lockouts", _keys(trips.ROOM), 0, INT_MAX, "r", False, 48, "latched protections, reset by hand"),
    ("reset_trip", "count", 0, 29, "cmd", False, 50, "reset a lockout: its place in `lockouts`, 0 the first"),
)


class Block:
    """The points of one part of the node, as attributes: `block.flow_lph`.

    The scan stores attributes directly; whoever comes from outside uses `read` and `write`.
    """

    def __init__(self, name: str, rows, base: int):
        self.name = name
        self.rows = rows
        self.base = base
        self.changed = False  # a saved point was written; the main thread stores it
        for row in rows:
            setattr(self, row[0], max(row[2], 0))

    def row(self, point: str):
        """The table row of `point`, or None."""
        for row in self.rows:
            if row[0] == point:
                return row
        return None


def refusal(row, value) -> str:
    """Why `value` may not be written to this row's point; empty when it may."""
    if row[4] == "r":
        return "%s is read only" % row[0]
    if not isinstance(value, int) or isinstance(value, bool):
        return "%s takes a whole number (%s), got %r" % (row[0], row[1], value)
    if not row[2] <= value <= row[3]:
        return "%s = %d: allowed is %d to %d (%s)" % (row[0], value, row[2], row[3], row[1])
    return ""


def new_block(name: str, rows, base: int) -> "Any":
    """A Block, typed loosely: its attributes come from the table. host_tests/test_house_rules.py
    checks that no other attribute is ever used."""
    return Block(name, rows, base)


class Points:
    """All blocks of a node, by name: node, well, room1, room2, ..."""

    def __init__(self, blocks):
        self.blocks = blocks

    def find(self, path: str):
        """(block, row) of `room1.setpoint_mc`; None when there is no such point."""
        block_name, _, point = path.partition(".")
        for block in self.blocks:
            if block.name == block_name:
                row = block.row(point)
                if row is not None:
                    return block, row
        return None

    def read(self, path: str) -> int:
        """The value of a point; KeyError when there is none of that name."""
        found = self.find(path)
        if found is None:
            raise KeyError(path)
        return getattr(found[0], found[1][0])

    def write(self, path: str, value) -> str:
        """Write a point from outside. Returns "" when taken, else the reason it was refused."""
        found = self.find(path)
        if found is None:
            return "no point is named %s" % path
        block, row = found
        reason = refusal(row, value)
        if reason:
            return reason
        if getattr(block, row[0]) != value:
            setattr(block, row[0], value)
            if row[5]:
                block.changed = True
        return ""

    def names(self):
        """Every point's path, in table order."""
        return [b.name + "." + row[0] for b in self.blocks for row in b.rows]

    def snapshot(self, into) -> None:
        """Copy every value into `into` (array('i')), in the order of `names`."""
        i = 0
        for b in self.blocks:
            for row in b.rows:
                into[i] = getattr(b, row[0])
                i += 1
