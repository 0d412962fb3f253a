"""What the firmware's room control is compared with. Each takes the thermostat's place in the whole firmware, so that
minimum times, starts an hour, flow proving and protections are the same for all."""

from __future__ import annotations

from typing import Any

from energyplus import baseline
from wellhearth.control import pi, thermostat

HALF_BAND_MS = 80_000
SLOW_PWM_S = 900  # ESPHome's slow_pwm: a fixed window; 15 minutes keep four starts an hour


class Hysteresis(thermostat.Thermostat):
    """+-0.5 K: on below, off above, full speed."""

    each_second = baseline.each_second  # pyright: ignore[reportAssignmentType]  # the fifth place: whether it runs, not how


class SlowPwm(thermostat.Thermostat):
    """PID (no D) into a slow PWM, as ESPHome's `climate: pid` with `slow_pwm` does it."""

    def __init__(self, *args):
        super().__init__(*args)
        self.loop = pi.PI(500, 2400, 0, 1000)
        self.second = 0

    def each_second(self, setpoint_mc: int, room_mc: int, room_ok: bool, run_pm: int) -> int:
        error = setpoint_mc - room_mc
        self.duty_pm = self.loop.update(-error if self.cooling else error)
        self.call = self.second * 1000 < self.duty_pm * SLOW_PWM_S
        self.second = (self.second + 1) % SLOW_PWM_S
        return self.duty_pm


class Before(thermostat.Thermostat):
    """What Wellhearth did until November 2026: a PI for the duty, and the modulator at a half band of 80 s."""

    def __init__(self, *args):
        super().__init__(*args)
        self.loop = pi.PI(500, 2400, 0, 1000)

    def each_second(self, setpoint_mc: int, room_mc: int, room_ok: bool, run_pm: int) -> int:
        error = setpoint_mc - room_mc
        duty = self.loop.update(-error if self.cooling else error)
        self.duty_pm = duty
        owed = self.owed_ms + duty - (1000 if run_pm else 0)
        self.owed_ms = owed = max(-2 * HALF_BAND_MS, min(2 * HALF_BAND_MS, owed))
        if owed >= HALF_BAND_MS:
            self.call = True
        elif owed <= -HALF_BAND_MS or duty == 0:
            self.call = False
        return duty


class Bound(thermostat.Thermostat):
    """Sees the air itself and may switch every second (`free`): what capacity and sun allow at all.

    As a bound too kind to an on/off unit, whose shortest run swings a light room by itself.
    """

    sees: Any = None

    def free(self, world) -> None:
        """Without minimum times and counts of starts, in that world."""
        self.sees = world
        control = world.control
        control.min_on_ms = control.min_off_ms = control.hold_ms = control.lead_ms = control.post_ms = 0
        control.limiter.wait_s = control.limiter.gap_s = lambda now_s: 0

    def each_second(self, setpoint_mc: int, room_mc: int, room_ok: bool, run_pm: int) -> int:
        error = setpoint_mc / 1000 - self.sees.room.air_c
        self.call = (-error if self.cooling else error) > 0.0
        self.duty_pm = 1000
        return 1000
