"""Room temperature: when a compressor runs, and how fast.

A compressor that knows only on and off is switched at `swing_mk` to either side of the setpoint. That is the longest
cycle, and so the fewest starts and the least energy, that the swing allows: more starts for less swing cost 20 Wh each
on a unit of 5.6 kW. What makes it better than a plain relay: a slow sensor is seen through by the room's learned model
(room_model.py), warm-ups end when the air will be warm and not when its sensor is, and the centre follows the mean.

A variable one runs on, its speed by a PI whose gain follows from the model; where the load is less than its lowest
speed, it is switched at that speed. So it starts seldom, and a slow compressor on large exchangers is a cheap one.

A duty by the clock (the modulator) is left for what has no temperature to go by: a lost sensor, an operator's limit.
"""

from . import pi, room_model

STEP_MS = 1000
LONG_MK = 1000  # further from the setpoint it is a way to go, and not a cycle
NEAR_MK = 1500
EASE_MK = 200  # a variable compressor goes the last part of a warm-up slower
CENTRE_S = 10_000  # the centre follows the mean error so slowly
CENTRE_MK = 350
CHOOSE_S = 300
TRAIL_S = 120
LANDED_S = 3600
COLD_MK, COLD_S = 300, 1800  # so far beyond its swing by the sensor's own word, for so long, the relay off: not this room
FALL_S, FALL_MAX_S = 300, 3600
GAIN_S = 500  # closed loop of a variable compressor, with its sensor's lag: 1/(gain * GAIN_S) (IMC, Rivera et al. 1986)
GAIN_LEAST_PM_K = 100


class Thermostat:
    """Holds a room at its setpoint; call `each_second`.

    kp_pm_k: most per mille of capacity per kelvin, 50 to 5000. ti_s: integral time, 60 to 36,000 s. half_band_s: of the
    modulator, 20 to 600 full-load seconds. swing_mk: 200 to 1000 mK. floor_pm: lowest speed, 1000 for on/off.
    """

    def __init__(self, kp_pm_k: int, ti_s: int, half_band_s: int, swing_mk: int = 470, floor_pm: int = 1000):
        # Error in mK, output in pm: kp per mK in thousandths of pm is kp_pm_k itself.
        self.kp_pm_k = kp_pm_k
        self.pi = pi.PI(kp_pm_k, ti_s * 1000 // STEP_MS, -1000, 1000)
        self.model = room_model.RoomModel()
        self.variable = floor_pm < 1000
        self.floor_pm = floor_pm
        # A slow compressor's cycle overshoots less: a quarter more swing has the same starts.
        self.swing_mk = swing_mk * 5 // 4 if self.variable else swing_mk
        self.band_ms = half_band_s * 1000
        self.owed_ms = 0
        self.owes = False
        self.duty_pm = 0
        self.call = False
        self.relay = False
        self.far = False  # on a long way to the setpoint
        self.next_s = 0  # until another start would be allowed, from outside
        self.rest_s = 0  # since the relay went off
        self.fall_s = FALL_S  # how long the room lasts then
        self.landed_s = 0  # left of LANDED_S after it
        self.cold_s = 0  # the model called it warm, its sensor did not
        self.need_mk = 0  # heat that is missing, by the sensor and the centre
        self.early = False  # others run: start before the swing is used up
        self.joined = False  # and this run began so
        self.phase_mk = 0  # where a warm-up ends, so that rooms that were cold together do not cycle together
        self.centre = 0  # mK * CENTRE_S
        self.choose_s = 0
        self.trail = 0  # the room's temperature TRAIL_S ago, mdegC * 64
        # Demand to go on with when the sensor is lost; a cold house is worse than a warm one.
        self.mean_pm = 300
        self.mean_u = 300_000
        self.weather_pm = -1  # what it needs at this weather, from outside; -1: not known
        self.cooling = False
        self.cap_pm = 1000

    def cap(self, pm: int) -> None:
        """The most duty there may be, 1 to 1000 pm."""
        self.cap_pm = pm

    def each_second(self, setpoint_mc: int, room_mc: int, room_ok: bool, run_pm: int) -> int:
        """One second. run_pm: speed of the compressor now, 0 at rest. Returns the duty asked for, 0 to 1000 pm.

        Without a valid sensor the duty follows the weather where that is known, and else stays at the mean of the last
        hours (heating assurance: a limited duty cycle, never a cold room).
        """
        model = self.model
        model.each_second(room_mc, room_ok, -run_pm if self.cooling else run_pm)
        self.choose_s += 1
        if self.choose_s >= CHOOSE_S:
            self.choose_s = 0
            model.choose()
            self.retune()
        if room_ok:
            err = setpoint_mc - room_mc - model.ahead_mk
            air = setpoint_mc - room_mc - model.air_mk
            on = setpoint_mc - room_mc - self.rising(room_mc)
            if self.cooling:
                err = -err
                air = -air
                on = -on
            self.follow(err, run_pm)
            self.doubt(room_mc - setpoint_mc if self.cooling else setpoint_mc - room_mc)
            self.switch(err, air if air < on or not self.far else on)
            duty = self.speed(err, run_pm) if self.relay else 0
            if duty > self.cap_pm:
                duty = self.cap_pm
            limited = self.cap_pm < 1000 and not (self.variable and self.cap_pm >= self.floor_pm)
        else:
            duty = self.mean_pm if self.weather_pm < 0 else self.weather_pm
            if duty > self.cap_pm:
                duty = self.cap_pm
            self.relay = duty > 0
            limited = True
        self.duty_pm = duty
        self.modulate(duty, run_pm)
        self.call = self.relay and (not limited or self.owes)
        return duty

    def rising(self, room_mc: int) -> int:
        """What a steady rise (in mK) is ahead of its sensor: on a long way the walls come along, which no model of the air
        knows. The trail lags TRAIL_S, the sensor and the coil lag as the model says."""
        trail = self.trail
        if trail == 0:
            trail = room_mc * 64
        trail += (room_mc * 64 - trail) // TRAIL_S
        self.trail = trail
        rise = room_mc - trail // 64
        rise = NEAR_MK if rise > NEAR_MK else -NEAR_MK if rise < -NEAR_MK else rise
        return rise * (self.model.lag_s + room_model.COIL_S) // TRAIL_S

    def follow(self, err: int, run_pm: int) -> None:
        """Near the setpoint: the mean of the heat given (an hour), and the centre of the cycles."""
        if -NEAR_MK < err < NEAR_MK:
            self.mean_step(run_pm)
            if not self.variable:
                centre = self.centre + err
                lim = CENTRE_MK * CENTRE_S
                self.centre = lim if centre > lim else -lim if centre < -lim else centre

    def doubt(self, plain: int) -> None:
        """A model by which the room is warm (plain: mK that its sensor misses) while it is not, is no model of this room."""
        if plain < self.swing_mk:
            self.cold_s = 0
        elif not self.relay and plain > self.swing_mk + COLD_MK:
            self.cold_s += 1
            if self.cold_s >= COLD_S:
                self.cold_s = 0
                self.model.forget()

    def switch(self, err: int, air: int) -> None:
        """On or off, with the sensor's lag (`err`) and without (`air`), both in mK, positive when heat is missing.

        On a long way, and for LANDED_S after it, it goes by the air: the walls are cold yet, and the room swings faster
        than its sensor can tell.
        """
        swing = self.swing_mk
        err += self.centre // CENTRE_S
        self.need_mk = err
        if err >= LONG_MK + swing and (not self.landed_s or err >= 2 * LONG_MK + swing):
            self.far = True
            self.relay = True
        if self.far:
            if air <= self.phase_mk + (EASE_MK if self.variable else -swing // 2):
                self.far = False
                self.relay = self.variable
                self.landed_s = LANDED_S
            return
        if self.landed_s:
            self.landed_s -= 1
            if not self.variable:
                err = air
                swing = swing * 3 // 2
        if err >= swing or (self.early and err > 0):
            if not self.relay:
                self.relay = True
                self.joined = err < swing
                self.fall_s = min(FALL_MAX_S, (self.fall_s + self.rest_s) // 2)
        elif err <= -swing and (not self.variable or self.pi.out <= self.floor_pm):
            # With the hour's starts running out a run is made longer, so that the room lasts until the next one.
            if self.next_s <= self.fall_s or err <= -2 * swing:
                self.relay = False
        self.rest_s = 0 if self.relay else self.rest_s + 1

    def speed(self, err: int, run_pm: int) -> int:
        """How fast: full for on/off. A variable one goes full speed on a long way, and then on from its mean load."""
        if not self.variable:
            return 1000
        loop = self.pi
        if self.far or err >= NEAR_MK:
            loop.preset(self.mean_pm)
            return 1000
        if run_pm == 0:
            # It will start at its mean load, or its lowest speed, whatever the error it was called by.
            first = self.mean_pm if self.mean_pm > self.floor_pm else self.floor_pm
            loop.preset(first)
            loop.shift(-self.pi.kp_m * (err if err < self.swing_mk else self.swing_mk))
            return first
        duty = loop.update(err)
        return duty if duty > self.floor_pm else self.floor_pm

    def retune(self) -> None:
        """The PI's gain from the room's; what it gives now does not change."""
        model = self.model
        if not self.variable or not model.known:
            return
        kp = 100_000_000 // (model.gain * GAIN_S)
        kp = GAIN_LEAST_PM_K if kp < GAIN_LEAST_PM_K else kp
        self.pi.retune(kp if kp < self.kp_pm_k else self.kp_pm_k)

    def modulate(self, duty_pm: int, run_pm: int) -> None:
        """Heat asked for less heat given, in full-load ms: whether something is owed.

        Cycle time 2 * half_band / (u * (1 - u)) of itself. Beyond twice the band nothing more is remembered: a forced stop
        is not paid back for hours.
        """
        owed = self.owed_ms + duty_pm - run_pm
        lim = 2 * self.band_ms
        if owed > lim:
            owed = lim
        elif owed < -lim:
            owed = -lim
        self.owed_ms = owed
        if owed >= self.band_ms:
            self.owes = True
        elif owed <= -self.band_ms or duty_pm == 0:
            self.owes = False

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
        self.centre = 0
        self.mean_pm = 0 if cooling else 300
        self.mean_u = self.mean_pm * 1000

    def reset(self) -> None:
        """The room was switched off: nothing is owed any more."""
        self.owed_ms = 0
        self.owes = False
        self.relay = False
        self.far = False
        self.call = False
        self.duty_pm = 0
