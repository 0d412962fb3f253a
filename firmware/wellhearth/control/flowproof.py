"""Flow proving from more than one witness: lift meter, return meter, and the reinjection pressure.

Water that is pressed back must have been lifted, and what the ground takes at a pressure is
learned while both meters agree. So one lost sensor need not stop the heat.
"""

STEADY_S = 20  # flow and speed must stand this long before they are learned
SPAN_LPH = 100  # they stand when they move by less than this
NOISE_KPA = 3  # a rise below this proves nothing


class FlowProof:
    """The flow to believe, and which meter is not to be believed.

    min_flow_lph: 100 to 60,000. two_meters: a return meter is fitted. ff_pm_m3h: pump speed
    per flow from commissioning, 0 to 1000 pm/(m3/h).
    """

    def __init__(self, min_flow_lph: int, two_meters: bool, ff_pm_m3h: int):
        self.min_lph = min_flow_lph
        self.two_meters = two_meters
        self.ff = ff_pm_m3h or 85
        self.lift_bad = False
        self.return_bad = False
        # Learned: what the pump gave at which speed, and what the ground took at which pressure.
        self.steady_lph = 0
        self.steady_pm = 0
        self.lph_bar = 0
        self.rest_kpa = 0
        self.last_lph = 0
        self.steady_s = 0

    def line_lph(self, speed_pm: int) -> int:
        """What the pump should give at this speed, from the last steady flow; 0 while nothing is learned."""
        if not self.steady_lph:
            return 0
        flow = self.steady_lph + (speed_pm - self.steady_pm) * 1000 // self.ff
        return flow if flow > 0 else 0

    def by_pressure(self, kpa: int, speed_pm: int) -> int:
        """Flow that this pressure means, when it agrees with the pump's speed within 40 %; else 0.

        A blocked pipe shows too much pressure for the speed and a dry pump too little: neither is flow.
        """
        rise = kpa - self.rest_kpa
        if rise < NOISE_KPA or not self.lph_bar:
            return 0
        flow = rise * self.lph_bar // 100
        line = self.line_lph(speed_pm)
        off = flow - line
        if off < 0:
            off = -off
        return flow if off * 5 <= line * 2 else 0

    def step(self, lift_lph: int, return_lph: int, kpa: int, kpa_ok: bool, pump_on: bool, speed_pm: int) -> int:
        """One scan; returns the flow to work with, in L/h."""
        self.lift_bad = False
        self.return_bad = False
        if not pump_on:
            return lift_lph
        least = self.min_lph
        if lift_lph * 2 < least:
            if self.two_meters:
                if return_lph * 4 >= least * 3:
                    self.lift_bad = True
                    return return_lph
            elif kpa_ok:
                flow = self.by_pressure(kpa, speed_pm)
                if flow:
                    self.lift_bad = True
                    return flow
        elif self.two_meters and return_lph == 0 and kpa_ok and self.lph_bar:
            # No pulse at all for seconds, and yet the ground takes what was lifted: no leak.
            rise = (kpa - self.rest_kpa) * self.lph_bar // 100
            off = rise - lift_lph
            if off < 0:
                off = -off
            self.return_bad = off * 10 <= lift_lph * 3
        return lift_lph

    def second(self, lift_lph: int, kpa: int, kpa_ok: bool, pump_on: bool, off_s: int, speed_pm: int, limited: bool) -> None:
        """Once a second: learn what belongs together while everything is in order.

        off_s: seconds the pump has rested. limited: an override holds the speed, nothing is learned.
        """
        if not pump_on:
            self.steady_s = 0
            if kpa_ok and off_s >= 60:
                self.rest_kpa = kpa if kpa > 0 else 0
            return
        moved = lift_lph - self.last_lph
        self.last_lph = lift_lph
        # A weak pump must not teach that weak is usual.
        good = (lift_lph >= self.min_lph and not (self.lift_bad or self.return_bad or limited)
                and not self.weak(lift_lph, speed_pm))
        if not good or moved > SPAN_LPH or moved < -SPAN_LPH:
            self.steady_s = 0
            return
        self.steady_s += 1
        if self.steady_s < STEADY_S:
            return
        self.steady_s = 0
        self.steady_lph = lift_lph
        self.steady_pm = speed_pm
        rise = kpa - self.rest_kpa
        if kpa_ok and rise >= NOISE_KPA:
            now = lift_lph * 100 // rise
            self.lph_bar = (self.lph_bar * 7 + now) // 8 if self.lph_bar else now

    def weak(self, flow_lph: int, speed_pm: int) -> bool:
        """Whether the flow is below 60 % of what the pump gave at this speed."""
        return flow_lph * 10 < self.line_lph(speed_pm) * 6

    def strong(self, flow_lph: int, speed_pm: int) -> bool:
        """Whether the flow is above 75 % of it again."""
        return flow_lph * 4 >= self.line_lph(speed_pm) * 3

    def safe_lph(self, limit_kpa: int) -> int:
        """Flow that needs half of the pressure limit by the learned capacity, 0 while nothing is learned."""
        half = limit_kpa // 2 - self.rest_kpa
        return half * self.lph_bar // 100 if half > 0 else 0

    def forget(self) -> None:
        """Learn anew, from nothing."""
        self.steady_lph = 0
        self.lph_bar = 0
        self.steady_s = 0

    def values(self):
        """What was learned, for the ledger."""
        return [self.steady_lph, self.steady_pm, self.lph_bar, self.rest_kpa]

    def take(self, values) -> None:
        """What was learned before a reset."""
        self.steady_lph, self.steady_pm, self.lph_bar, self.rest_kpa = values
