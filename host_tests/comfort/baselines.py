"""What the firmware's room control is compared with. Each takes the thermostat's place in the whole firmware, so that
minimum times, starts an hour, flow proving and protections are the same for all."""

from __future__ import annotations

from wellhearth.control import pi, thermostat

BAND_MK = 500
SLOW_PWM_S = 900  # ESPHome's slow_pwm: a fixed window; 15 minutes keep four starts an hour


class Hysteresis(thermostat.Thermostat):
    """+-0.5 K: on below, off above, full speed."""

    def each_second(self, setpoint_mc: int, room_mc: int, room_ok: bool, run_pm: int) -> int:
        error = setpoint_mc - room_mc
        if self.cooling:
            error = -error
        if error >= BAND_MK:
            self.call = True
        elif error <= -BAND_MK:
            self.call = False
        self.duty_pm = 1000 if self.call else 0
        return self.duty_pm


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
