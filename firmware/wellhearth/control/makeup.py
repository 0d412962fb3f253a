"""Make-up water of a network: filled up from `low_kpa` to `full_kpa`; what is lost in a day, and a filling without an
end, are leaks."""

JUMP_L = 100_000  # more between two answers is a meter that was exchanged
MOST_L = 100_000_000


class Makeup:
    """low_kpa, full_kpa: static pressure, gauge. day_l: most litres a day. filling_s: longest filling.

    In: pressure_kpa, known, total_l (its meter, 0 to 2^30; metered: it has one), bar (a leak's lockout). Out: open; leak,
    endless: causes for the protections; used_l: this day so far.
    """

    def __init__(self, low_kpa: int, full_kpa: int, day_l: int, filling_s: int):
        self.low_kpa = low_kpa
        self.full_kpa = full_kpa
        self.day_l = day_l
        self.filling_s = filling_s
        self.open = False
        self.open_s = 0
        self.used_l = 0
        self.last_l = -1
        self.day_s = 0
        self.leak = False
        self.endless = False

    def each_second(self, pressure_kpa: int, known: bool, total_l: int, metered: bool, bar: bool) -> bool:
        """One second; whether the valve is open."""
        self.day_s += 1
        if self.day_s >= 86400:
            self.day_s = 0
            self.used_l = 0
        if metered:
            if 0 <= self.last_l < total_l and total_l - self.last_l < JUMP_L:
                self.used_l = min(MOST_L, self.used_l + total_l - self.last_l)
            self.last_l = total_l
        self.leak = self.used_l > self.day_l
        if bar or not known:
            self.open = False
        elif pressure_kpa < self.low_kpa:
            self.open = True
        elif pressure_kpa >= self.full_kpa:
            self.open = False
        self.open_s = self.open_s + 1 if self.open else 0
        self.endless = self.open_s > self.filling_s
        return self.open

    def forgive(self) -> None:
        """Somebody has looked."""
        self.used_l = 0
        self.open_s = 0
        self.leak = self.endless = False
