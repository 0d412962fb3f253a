"""What a room loses for each kelvin that it is colder outside, learned; so the heat that tomorrow's cold will need is known.

Steady loss of a building is linear in the difference to outside (EN 12831-1, 6.3): the mean heat given, of a compressor's
capacity, is regressed on it. Both are means over 4096 s, so that they belong together. What people and the sun bring is in
the line's offset. A room whose sensor is lost goes on with this line's heat instead of the last hours' (thermostat.py).
"""

LAG_S = 4096  # as the mean duty's (thermostat.py)
SAMPLE_S = 300
MEMORY = 576  # samples: two days
SURE = 144  # half a day is the least
SPREAD = 100  # variance of the difference in (0.1 K)^2: a standard deviation of 1 K
LEAST, MOST = 50, 12800  # slope in pm/256 for 0.1 K: 2 to 500 pm/K
RANGE = 800  # 0.1 K


def clip(value: int, low: int, high: int) -> int:
    """`value` inside its limits."""
    return low if value < low else high if value > high else value


class Weather:
    """One room. Each second: `each_second`. slope: pm/256 for 0.1 K, 0 while it is not known."""

    def __init__(self):
        self.second = 0
        self.slow = 0  # outside, mdegC * 16
        self.begun = False
        self.difference = 0  # of setpoint and outside, 0.1 K
        self.count = 0
        self.mean_x = 0  # 0.1 K * 64
        self.mean_y = 0  # pm * 64
        self.own = 0  # variance, (0.1 K)^2 * 8
        self.both = 0  # covariance, 0.1 K * pm * 8
        self.slope = 0

    def each_second(self, outside_mc: int, ok: bool, target_mc: int, mean_pm: int, near: bool) -> None:
        """near: the room is at its setpoint, and its sensor says so: only then the mean heat is what it loses."""
        if not ok:
            return
        if not self.begun:
            self.begun = True
            self.slow = outside_mc * 16
        self.slow += (outside_mc * 16 - self.slow) // LAG_S
        self.second += 1
        if self.second < SAMPLE_S:
            return
        self.second = 0
        self.difference = clip((target_mc - self.slow // 16) // 100, -RANGE, RANGE)
        if near:
            self.sample(self.difference, clip(mean_pm, 0, 1000))

    def sample(self, x: int, y: int) -> None:
        """Both means, at the end of a sample."""
        n = self.count
        if n < MEMORY:
            n += 1
            self.count = n
        dx = x * 64 - self.mean_x
        dy = y * 64 - self.mean_y
        if n == 1:
            self.mean_x = x * 64
            self.mean_y = y * 64
            return
        self.mean_x += dx // n
        self.mean_y += dy // n
        dx = dx // 64
        dy = dy // 64
        self.own += (dx * dx * 8 - self.own) // n
        self.both += (dx * dy * 8 - self.both) // n
        self.slope = self.fitted()

    def fitted(self) -> int:
        """The slope, or 0: half a day at the least, and weather that has changed."""
        if self.count < SURE or self.own < SPREAD * 8 or self.both <= 0:
            return 0
        slope = self.both * 64 // (self.own // 4)
        return slope if LEAST <= slope <= MOST else 0

    def duty_pm(self) -> int:
        """Mean heat that the room needs now, 0 to 1000 pm; -1: not known."""
        if self.slope == 0 or not self.begun:
            return -1
        return clip((self.mean_y * 4 + self.slope * (self.difference - self.mean_x // 64)) // 256, 0, 1000)

    def values(self):
        """For the ledger: what a power cut must not forget."""
        return [self.count, self.mean_x + 64 * RANGE, self.mean_y, self.own, self.both if self.both > 0 else 0]

    def take(self, values: "list[int]") -> None:
        """From the ledger; ValueError when it does not fit."""
        count, x, y, own, both = values
        if count > MEMORY or x > 128 * RANGE or y > 64_000 or own > 8 * 4 * RANGE * RANGE or both > 8 * 2000 * RANGE:
            raise ValueError(values)
        self.count = count
        self.mean_x = x - 64 * RANGE
        self.mean_y = y
        self.own = own
        self.both = both
        self.slope = self.fitted()
