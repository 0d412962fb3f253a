"""When a machine may start, for the sake of the supply: one at a time, and within the power that may be used.

After power returns that begins with nothing and rises by so much a minute (soft start): transformers, and the network of the
town, meet many such plants at once.
"""


class Budget:
    """gap_s: between two starts, 10 to 900 s. ramp_kw_min: 0 (at once) to 10,000 kW a minute after boot.

    In: limit_kw (0 = no bound), used_kw (of what runs or was told to), each second. Out: `kw`, what may be used (-1: no
    bound).
    """

    def __init__(self, gap_s: int, ramp_kw_min: int):
        self.gap_s = gap_s
        self.ramp_kw_min = ramp_kw_min
        self.since_s = gap_s
        self.ramp_s = 0  # of the soft start; -1 when it is over
        if not ramp_kw_min:
            self.ramp_s = -1
        self.kw = -1

    def each_second(self, limit_kw: int, all_kw: int) -> None:
        """limit_kw: most power, 0 = no bound. all_kw: of all machines together, at which the soft start is over."""
        if self.since_s < self.gap_s:
            self.since_s += 1
        most = limit_kw if limit_kw else all_kw
        if self.ramp_s >= 0:
            self.ramp_s += 1
            kw = self.ramp_kw_min * self.ramp_s // 60
            if kw < most:
                self.kw = kw
                return
            self.ramp_s = -1
        self.kw = limit_kw if limit_kw else -1

    def waits_s(self) -> int:
        """Seconds until the next start is due."""
        return self.gap_s - self.since_s

    def allows(self, used_kw: int, more_kw: int) -> bool:
        """Whether the power allows for one that takes `more_kw`."""
        return self.kw < 0 or used_kw + more_kw <= self.kw

    def started(self) -> None:
        """One was told to start."""
        self.since_s = 0
