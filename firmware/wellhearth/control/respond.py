"""Trim and respond: a setpoint that drifts to where it costs least, and is pushed back by those who do not have enough.

ASHRAE Guideline 36-2021, 5.1.14 (set point reset): SP0, SPmin, SPmax, Td, T, I, SPtrim, SPres, SPres-max.
"""


class TrimRespond:
    """sp0, lo, hi: in the setpoint's unit, inside +-1,000,000. trim: added each period, away from what the users want;
    respond: added for each request beyond `ignore`, the other way; respond_max: most of it at once (same sign).

    delay_s: after the start, in which nothing moves. period_s: between two steps.
    """

    def __init__(self, sp0: int, lo: int, hi: int, trim: int, respond: int, respond_max: int, ignore: int = 0,
                 delay_s: int = 300, period_s: int = 120):
        self.sp0 = sp0
        self.lo = lo
        self.hi = hi
        self.trim = trim
        self.respond = respond
        self.respond_max = respond_max
        self.ignore = ignore
        self.delay_s = delay_s
        self.period_s = period_s
        self.value = sp0
        self.wait_s = delay_s

    def each_second(self, on: bool, requests: int) -> int:
        """One second; requests: 0 to 100, weighted by importance. Off: back at sp0."""
        if not on:
            self.value = self.sp0
            self.wait_s = self.delay_s
            return self.value
        if self.wait_s > 0:
            self.wait_s -= 1
            return self.value
        self.wait_s = self.period_s - 1
        value = self.value + self.trim
        more = requests - self.ignore
        if more > 0:
            push = self.respond * more
            if self.respond_max >= 0:
                push = push if push < self.respond_max else self.respond_max
            else:
                push = push if push > self.respond_max else self.respond_max
            value += push
        self.value = self.lo if value < self.lo else self.hi if value > self.hi else value
        return self.value
