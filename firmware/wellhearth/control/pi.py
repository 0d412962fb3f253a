"""A PI controller in integers, with anti-windup, tracking for low-selects and bumpless change."""

LIMIT = 1 << 28  # a proportional term; with its step and an integral of 5e8 it still fits 31 bits


class PI:
    """Positional PI controller; inside, the output is kept in thousandths of a unit.

    kp_m: thousandths of an output unit per unit of error, 1 to 1,000,000.
    ti_steps: integral time in calls of `update` (integral time / call period), at least 1.
    lo, hi: output limits in output units, inside +-500,000.
    """

    def __init__(self, kp_m: int, ti_steps: int, lo: int, hi: int):
        self.kp_m = kp_m
        self.ti_steps = max(1, ti_steps)
        self.lo_m = lo * 1000
        self.hi_m = hi * 1000
        # An error beyond this drives the output from one limit to the other anyway.
        self.err_max = LIMIT // kp_m
        self.i_m = self.lo_m
        self.rem = 0  # what integer division left over, so that small errors still integrate
        self.p_m = 0  # the last proportional term, for tracking
        self.out = lo

    def retune(self, kp_m: int) -> None:
        """Another gain, 1 to 1,000,000; the integral takes over what the proportional term loses."""
        self.shift(self.p_m - self.p_m // self.kp_m * kp_m)
        self.p_m = self.p_m // self.kp_m * kp_m
        self.kp_m = kp_m
        self.err_max = LIMIT // kp_m

    def preset(self, out: int) -> None:
        """Start from `out` (output units): the next update continues from there."""
        self.i_m = min(max(out * 1000, self.lo_m), self.hi_m)
        self.rem = 0
        self.out = out

    def wait_at(self, most: int) -> None:
        """Another controller holds the output: the integral waits at `most` (output units) at the most."""
        if self.i_m > most * 1000:
            self.preset(most)

    def update(self, err: int) -> int:
        """One step with error `err` (setpoint - process value); returns the output, lo to hi."""
        e_max = self.err_max
        if err > e_max:
            err = e_max
        elif err < -e_max:
            err = -e_max
        p_m = self.kp_m * err
        self.p_m = p_m
        n = self.ti_steps
        acc = p_m + self.rem
        d = acc // n
        i_m = self.i_m + d
        self.rem = acc - d * n
        u = p_m + i_m
        # Anti-windup: at a limit the integral moves only towards the inside.
        if u > self.hi_m:
            if d > 0:
                i_m = self.i_m
            u = self.hi_m
        elif u < self.lo_m:
            if d < 0:
                i_m = self.i_m
            u = self.lo_m
        if i_m > self.hi_m:
            i_m = self.hi_m
        elif i_m < self.lo_m:
            i_m = self.lo_m
        self.i_m = i_m
        self.out = u // 1000
        return self.out

    def shift(self, by_m: int) -> None:
        """Feed-forward: move the integral by `by_m` thousandths of an output unit (+-2^28)."""
        i_m = self.i_m + by_m
        if i_m > self.hi_m:
            i_m = self.hi_m
        elif i_m < self.lo_m:
            i_m = self.lo_m
        self.i_m = i_m

    def track(self, actual: int) -> None:
        """Another controller holds the output at `actual`: the integral follows it.

        External reset as low-select schemes need it: when this controller takes
        over again it starts from where the output really is.
        """
        i_m = actual * 1000 - self.p_m
        if i_m > self.hi_m:
            i_m = self.hi_m
        elif i_m < self.lo_m:
            i_m = self.lo_m
        self.i_m = i_m
        self.out = actual
