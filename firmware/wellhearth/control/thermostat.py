"""Room temperature: a PI that says how much heat (or cold), and a modulator that says when.

A compressor that only knows on and off gets the PI's duty through a sigma-delta
modulator: the difference between heat asked for and heat given is summed in
"full-load milliseconds", and the compressor is switched when the sum passes
+-half_band_s. The cycle time follows from the duty u by itself,
T = 2 * half_band / (u * (1 - u)), shortest 8 * half_band at u = 1/2, so half_band
sets the starts per hour (80 s: 5.6 an hour at most) without a fixed clock.
"""

from . import pi

STEP_MS = 1000


class Thermostat:
    """Holds a room within its band; call `each_second`.

    kp_pm_k: per mille of capacity per kelvin, 50 to 5000. ti_s: integral time, 60 to 36,000 s.
    half_band_s: 20 to 600 full-load seconds.
    """

    def __init__(self, kp_pm_k: int, ti_s: int, half_band_s: int):
        # Error in mK, output in pm: kp per mK in thousandths of pm is kp_pm_k itself.
        self.pi = pi.PI(kp_pm_k, ti_s * 1000 // STEP_MS, 0, 1000)
        self.band_ms = half_band_s * 1000
        self.owed_ms = 0
        self.duty_pm = 0
        self.call = False
        # Demand to go on with when the sensor is lost; a cold house is worse than a warm one.
        self.mean_pm = 300
        self.mean_u = 300_000
        self.cooling = False
        self.cap_pm = 1000

    def cap(self, pm: int) -> None:
        """The most duty there may be, 1 to 1000 pm."""
        self.cap_pm = pm
        self.pi.hi_m = pm * 1000

    def each_second(self, setpoint_mc: int, room_mc: int, room_ok: bool, running: bool) -> int:
        """One second. `running`: the compressor is on. Returns the duty, 0 to 1000 pm.

        Without a valid sensor the duty stays at the mean of the last hours (heating
        assurance: a limited duty cycle, never a cold room).
        """
        if room_ok:
            err = setpoint_mc - room_mc
            duty = self.pi.update(-err if self.cooling else err)
            # First-order mean with a time constant of about an hour.
            self.mean_step(duty)
        else:
            duty = self.mean_pm if self.mean_pm < self.cap_pm else self.cap_pm
        self.duty_pm = duty
        owed = self.owed_ms + duty
        if running:
            owed -= STEP_MS
        # Beyond twice the band nothing more is remembered: a forced stop is not paid back for hours.
        lim = 2 * self.band_ms
        if owed > lim:
            owed = lim
        elif owed < -lim:
            owed = -lim
        self.owed_ms = owed
        if owed >= self.band_ms:
            self.call = True
        elif owed <= -self.band_ms or duty == 0:
            self.call = False
        return duty

    def mean_step(self, duty_pm: int) -> None:
        """Follow the duty with a time constant of 4096 s, in thousandths of a per mille."""
        self.mean_u += (duty_pm * 1000 - self.mean_u) // 4096
        self.mean_pm = self.mean_u // 1000

    def turn(self, cooling: bool) -> None:
        """Change over between heating and cooling: nothing is carried into the other season.

        A lost room sensor costs comfort when cooling, not the house: no duty is kept for it then.
        """
        self.reset()
        self.cooling = cooling
        self.pi.preset(0)
        self.mean_pm = 0 if cooling else 300
        self.mean_u = self.mean_pm * 1000

    def reset(self) -> None:
        """The room was switched off: nothing is owed any more."""
        self.owed_ms = 0
        self.call = False
        self.duty_pm = 0
