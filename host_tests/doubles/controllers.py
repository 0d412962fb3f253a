"""Controllers driven by hand: their inputs in a row, then one scan."""

from __future__ import annotations

from wellhearth.control import tick

WELL_INPUTS = ("demand_lph", "flow_lph", "reinjection_kpa", "pump_bar", "heat_pumps_on", "move_water")
ROOM_INPUTS = ("fan_fixed_pm", "permissive", "enough", "compressor_bar", "move_water")


def scan_well(controller, *values) -> None:
    """One scan of a WellController: WELL_INPUTS, then dt_ms and now_s."""
    for name, value in zip(WELL_INPUTS, values):
        setattr(controller, name, value)
    controller.scan(tick.Tick(*values[-2:]))


def scan_room(controller, *values) -> None:
    """One scan of a RoomController: ROOM_INPUTS, then dt_ms and now_s."""
    for name, value in zip(ROOM_INPUTS, values):
        setattr(controller, name, value)
    controller.scan(tick.Tick(*values[-2:]))
