"""What a room is, learned from what its unit does to it: gain, two time constants and the lag of its sensor.

Heat leaves the coil (60 s), warms the air, which gives it to the walls (`TAUS`), and reaches the sensor late (`LAGS`).
Every pair of the two is simulated beside the room; what the sensor showed is regressed on what each would have shown,
both without their slow part (half an hour), and the pair that explains most is the room. Nothing is asked of the unit
for it: its own starts and stops are the test signal. A bank of fixed models cannot diverge, and its memory of seven hours
forgets a room that has changed. (Multiple-model estimation: K. J. Astrom, B. Wittenmark, Adaptive Control, 2nd ed., ch. 2.)

Heat is counted in full-load seconds: a second at full speed is one, cooling counts negative.
"""

from array import array

TAUS = (700, 1500, 3500)  # s, air to walls
LAGS = (60, 125, 250, 500, 1000)  # s, sensor
GOOD_LAG = 1  # a sensor in a perforated housing, 100 to 150 s
FAIR_LAG = 2  # a short time constant and a slow sensor look like a longer one and a quick sensor: up to here it is no matter
COIL_S = 60
STEP_S = 6  # each pair is stepped so often; one of TAUS has its turn every two seconds, and the second between for its sums
SLOW_S = 1800
MEMORY = 12  # 2^12 steps of 6 s, seven hours
BEGIN_S = 3600  # the filters have settled
LEARN_STEPS = 600  # an hour of it
CLIP_MK = 4000
SURE_PM = 600  # of the variance is explained: this is the room
LOST_PM = 250  # and with less it is another one
MARGIN_PM = 15
SIGNAL = 4000  # of both sums: quarter of a kelvin, 25 full-load seconds
PRIOR = 500  # 5 mK for a full-load second: 5.6 kW into 40 m2, half of it going on into the walls
GAIN_MIN, GAIN_MAX = 50, 5000


class RoomModel:
    """Call `each_second`. Results: gain (hundredths of a mK for a full-load second, 50 to 5000), tau_s, lag_s, known.

    Also ahead_mk (what a sensor of 250 s would show more than this one, 0 unless this one is slower) and air_mk (what the
    air has more than its sensor shows, and will have more once the coil is empty).
    """

    def __init__(self):
        few = array("i", [0] * len(TAUS))
        many = array("i", [0] * (len(TAUS) * len(LAGS)))
        self.coil = 0  # pm * 64
        self.air = few[:]  # thousandths of a full-load second
        self.seen = many[:]
        self.slow = many[:]
        self.both = many[:]
        self.own = many[:]
        self.room = few[:]
        self.base = few[:]  # the room's slow part, mK * 256
        self.y = 0  # and what it is without it, of the step before
        self.counts = False
        self.s = 0
        self.steps = 0
        self.turn = 0
        self.best = len(LAGS) + GOOD_LAG
        self.gain = PRIOR
        self.known = False
        self.pair = -1  # that is judged next; -1: nothing is to be chosen
        self.found = 0  # the one that explained most so far
        self.top = 0
        self.before = 0  # what the pair with the next shorter lag explains
        self.ahead_mk = 0
        self.air_mk = 0

    @property
    def tau_s(self) -> int:
        """Air to walls, s."""
        return TAUS[self.best // len(LAGS)]

    @property
    def lag_s(self) -> int:
        """Of the sensor, s."""
        return LAGS[self.best % len(LAGS)]

    def each_second(self, room_mc: int, room_ok: bool, run_pm: int) -> None:
        """One second. room_mc: -55,000 to 125,000. run_pm: speed of the compressor, -1000 (cools) to 1000."""
        coil = self.coil
        self.coil = coil + (run_pm * 64 - coil) // COIL_S
        s = self.s
        if s < BEGIN_S:
            s += 1
        elif room_ok:
            self.steps += 1 if self.steps < LEARN_STEPS * STEP_S else 0
        self.s = s
        turn = self.turn + 1
        self.turn = 0 if turn == STEP_S else turn
        if turn & 1:
            self.step(turn >> 1, room_mc, room_ok and s >= BEGIN_S, s == 1 or s == 3 or s == 5)
        else:
            self.learn((turn >> 1) - 1)
        if self.pair >= 0:
            self.judge()

    def step(self, i: int, room_mc: int, counts: bool, first: bool) -> None:
        """Six seconds of the models with time constant `i`; the second after it has what is learned from them."""
        air = self.air[i]
        air += self.coil * STEP_S // 64 - air * STEP_S // TAUS[i]
        self.air[i] = air
        base = room_mc * 256 if first else self.base[i]
        base += (room_mc * 256 - base) // (SLOW_S // STEP_S)
        self.base[i] = base
        y = room_mc - base // 256
        self.y = CLIP_MK if y > CLIP_MK else -CLIP_MK if y < -CLIP_MK else y
        self.counts = counts
        n = len(LAGS)
        k = i * n
        seen_of = self.seen
        for lag in LAGS:
            seen = seen_of[k]
            seen_of[k] = seen + (air - seen) * STEP_S // lag
            k += 1
        if i == self.best // n:
            self.look(i)

    def learn(self, i: int) -> None:
        """The slow parts of the same models, and the sums of the regression."""
        y = self.y
        counts = self.counts
        if counts:
            self.room[i] += ((y * y + 128) >> 8) - (self.room[i] >> MEMORY)
        n = len(LAGS)
        k = i * n
        end = k + n
        seen_of = self.seen
        slow_of = self.slow
        both_of = self.both
        own_of = self.own
        while k < end:
            seen = seen_of[k]
            slow = slow_of[k]
            slow += (seen - slow) // (SLOW_S // STEP_S)
            slow_of[k] = slow
            if counts:
                p = (seen - slow) >> 10
                p = CLIP_MK if p > CLIP_MK else -CLIP_MK if p < -CLIP_MK else p
                both = both_of[k]
                both_of[k] = both + ((y * p + 128) >> 8) - (both >> MEMORY)
                own = own_of[k]
                own_of[k] = own + ((p * p + 128) >> 8) - (own >> MEMORY)
            k += 1

    def look(self, i: int) -> None:
        """How far the sensor is behind, by the room's own model."""
        n = len(LAGS)
        best = self.best
        seen = self.seen[best]
        slower = best % n > FAIR_LAG
        self.ahead_mk = self.warms(self.seen[i * n + FAIR_LAG] - seen) if slower else 0
        # What the coil still holds comes into the air.
        self.air_mk = self.warms(self.air[i] - seen + self.coil * COIL_S // 64)

    def warms(self, load: int) -> int:
        """mK of so many thousandths of a full-load second, at most 20 K either way."""
        load >>= 10
        load = CLIP_MK if load > CLIP_MK else -CLIP_MK if load < -CLIP_MK else load
        mk = load * self.gain // 100
        return 20000 if mk > 20000 else -20000 if mk < -20000 else mk

    def choose(self) -> None:
        """Once in some minutes: which pair is the room, and its gain. One is judged a second, so that no scan has all."""
        if self.steps < LEARN_STEPS * STEP_S:
            return
        best = self.best
        self.pair = 0
        self.found = best
        self.top = self.explains(best, self.room[best // len(LAGS)]) + MARGIN_PM

    def judge(self) -> None:
        """One pair; behind the last one it is decided."""
        k = self.pair
        if k == len(self.own):
            self.pair = -1
            self.decide(self.found)
            return
        self.pair = k + 1
        fit = self.explains(k, self.room[k // len(LAGS)])
        # A steady cycle fits again half a cycle further on, with a gain that no room has: what a lag explains, half of it
        # must explain too.
        around = k % len(LAGS) > 0 and self.before * 2 < fit
        self.before = fit
        if fit > self.top and not around:
            self.top = fit
            self.found = k

    def decide(self, best: int) -> None:
        """Pair `best` explains most: whether it is the room."""
        room = self.room[best // len(LAGS)]
        fit = self.explains(best, room)
        if fit >= SURE_PM:
            self.best = best
            self.known = True
            # Sums of up to 2^28: divided before they are multiplied.
            gain = self.both[best] * 4 // (self.own[best] // 25 + 1)
            self.gain = GAIN_MAX if gain > GAIN_MAX else GAIN_MIN if gain < GAIN_MIN else gain
        elif self.known and fit < LOST_PM and room > SIGNAL and self.own[best] > SIGNAL:
            self.forget()

    def explains(self, k: int, room: int) -> int:
        """Share of the room's variance that model `k` explains, pm; 0 without a signal."""
        both = self.both[k]
        own = self.own[k]
        if both <= 0 or own < SIGNAL or room < SIGNAL:
            return 0
        while both > 480000 or own > 480000 or room > 480000:  # four halvings at once, where so many are due anyway
            both >>= 4
            own >>= 4
            room >>= 4
        while both > 30000 or own > 30000 or room > 30000:
            both >>= 1
            own >>= 1
            room >>= 1
        if own == 0 or room == 0:
            return 0
        fit = (both * both // own) * 1000 // room
        return fit if fit < 1000 else 1000

    def forget(self) -> None:
        """The room is another one: back to what any room is."""
        self.best = len(LAGS) + GOOD_LAG
        self.gain = PRIOR
        self.known = False
        self.steps = 0
        k = len(self.own)
        while k:
            k -= 1
            self.own[k] = 0
            self.both[k] = 0
            self.room[k // len(LAGS)] = 0

    def values(self):
        """For the ledger."""
        return [self.best if self.known else -1, self.gain]

    def take(self, values: "list[int]") -> None:
        """From the ledger; ValueError when it does not fit."""
        best, gain = values
        if best < 0:
            return
        if best >= len(self.own) or not GAIN_MIN <= gain <= GAIN_MAX:
            raise ValueError(values)
        self.best = best
        self.gain = gain
        self.known = True
