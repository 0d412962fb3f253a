"""The plainest thermostat as a baseline: on half a kelvin below the set point, off half a kelvin above it.

All the rest of the firmware stays: minimum run and rest times, starts an hour, flow, protections.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from harness import inprocess

BAND_MK = 500


def each_second(self, setpoint_mc: int, room_mc: int, room_ok: bool, running: bool, *_more, **_named) -> int:
    """In place of Thermostat.each_second: sets `call`, and as duty all or nothing. Without a sensor nothing changes."""
    short_mk = (room_mc - setpoint_mc) if self.cooling else (setpoint_mc - room_mc)
    if room_ok and short_mk >= BAND_MK:
        self.call = True
    elif room_ok and short_mk <= -BAND_MK:
        self.call = False
    self.duty_pm = 1000 if self.call else 0
    return self.duty_pm


@contextlib.contextmanager
def hysteresis() -> Iterator[None]:
    """The firmware of this process controls its rooms by hysteresis meanwhile. Only of runs with `in_process`."""
    inprocess.firmware()
    thermostat = sys.modules[inprocess.PACKAGE + ".control.thermostat"].Thermostat
    plain = thermostat.each_second
    thermostat.each_second = each_second
    try:
        yield
    finally:
        thermostat.each_second = plain
