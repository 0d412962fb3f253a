"""What the ground takes at a pressure, and what the pump gives at a speed: learned from steady flows.

Two flows far enough apart make a line; from one alone and the pressure at rest a flow through rest is taken.
"""

NOISE_KPA = 3  # a rise below this proves nothing
BIAS = 2000  # the ledger keeps no negative numbers


class FlowLine:
    """min_flow_lph: 100 to 60,000. ff_pm_m3h: pump speed per flow from commissioning, 0 to 1000 pm/(m3/h)."""

    def __init__(self, min_flow_lph: int, ff_pm_m3h: int):
        self.span_lph = min_flow_lph // 5  # two flows so far apart make a line
        self.ff = ff_pm_m3h or 85
        self.rest_kpa = 0
        self.steady_pm = 0
        self.relearn()

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
        rise = kpa - self.zero_kpa
        if rise < NOISE_KPA or kpa - self.rest_kpa < NOISE_KPA or not self.lph_bar:
            return 0
        flow = self.flow_of(rise)
        line = self.line_lph(speed_pm)
        off = flow - line
        if off < 0:
            off = -off
        return flow if off * 5 <= line * 2 else 0

    def flow_of(self, rise_kpa: int) -> int:
        """Flow that the line gives for a rise above its zero."""
        bar = self.lph_bar
        most = (1 << 29) // (bar or 1)
        return (rise_kpa if rise_kpa < most else most) * bar // 100

    def point(self, lph: int, k10: int) -> None:
        """A steady flow and its pressure become one end of the line."""
        if k10 - self.rest_kpa * 10 < NOISE_KPA * 5:
            # The column stands below the transmitter, or the wellhead under its vacuum: no point of the line.
            if lph > self.flat_lph:
                self.flat_lph = lph
            return
        span = self.span_lph
        if not self.high_lph or (self.low_lph == self.high_lph and -span < lph - self.low_lph < span):
            if self.high_lph:
                lph = (self.low_lph * 3 + lph) // 4
                k10 = (self.low_k10 * 3 + k10) // 4
            self.low_lph = self.high_lph = lph
            self.low_k10 = self.high_k10 = k10
        elif lph * 20 >= self.high_lph * 19:
            if lph * 20 <= self.high_lph * 21:
                lph = (self.high_lph * 3 + lph) // 4
                k10 = (self.high_k10 * 3 + k10) // 4
            self.high_lph = lph
            self.high_k10 = k10
        elif lph * 20 <= self.low_lph * 21:
            if lph * 20 >= self.low_lph * 19:
                lph = (self.low_lph * 3 + lph) // 4
                k10 = (self.low_k10 * 3 + k10) // 4
            self.low_lph = lph
            self.low_k10 = k10
        self.fit()

    def fit(self) -> None:
        """The line: flow for 100 kPa, and the pressure at which it says no flow. Through two flows, else through one and the
        pressure at rest."""
        flow = self.high_lph - self.low_lph
        rise = self.high_k10 - self.low_k10
        if flow >= self.span_lph and rise >= 20:
            self.two_points = True
            self.lph_bar = flow * 1000 // rise
            # 100,000 L/h * 1000 fits 31 bits
            self.zero_kpa = (self.low_k10 - self.low_lph * 1000 // (self.lph_bar or 1)) // 10
            return
        self.two_points = False
        rise = self.high_k10 - self.rest_kpa * 10
        self.lph_bar = self.high_lph * 1000 // rise if rise >= NOISE_KPA * 10 else 0
        self.zero_kpa = self.rest_kpa

    def weak(self, flow_lph: int, speed_pm: int) -> bool:
        """Whether the flow is below 60 % of what the pump gave at this speed."""
        return flow_lph * 10 < self.line_lph(speed_pm) * 6

    def strong(self, flow_lph: int, speed_pm: int) -> bool:
        """Whether the flow is above 75 % of it again."""
        return flow_lph * 4 >= self.line_lph(speed_pm) * 3

    def safe_lph(self, limit_kpa: int) -> int:
        """Flow that needs half of the pressure limit by the learned line, 0 while nothing is learned.

        From one flow alone nothing is concluded for a larger one: with a deep level the line does not begin at rest.
        """
        half = limit_kpa // 2 - self.zero_kpa
        if self.rest_kpa < 0:
            half += self.rest_kpa  # a transmitter that reads low, for all that is known
        flow = self.flow_of(half) if half > 0 else 0
        if not self.two_points and flow > self.high_lph:
            flow = self.high_lph
        return flow if flow > self.flat_lph else self.flat_lph

    def relearn(self) -> None:
        """Learn anew, from nothing: what the pump gave at which speed, and the pressures (tenths of a kPa) at two flows."""
        self.steady_lph = 0
        self.low_lph = 0
        self.low_k10 = 0
        self.high_lph = 0
        self.high_k10 = 0
        self.flat_lph = 0  # the most that came without any rise: a deep level
        self.steady_s = 0
        self.fit()

    def values(self):
        """What was learned, for the ledger."""
        return [self.steady_lph, self.steady_pm, self.low_lph, self.low_k10 + BIAS, self.high_lph, self.high_k10 + BIAS,
                self.rest_kpa + BIAS, self.flat_lph]

    def take(self, values: list) -> None:
        """What was learned before a reset; ValueError when it does not fit."""
        if max(values) > 110_000:
            raise ValueError(values)
        self.steady_lph, self.steady_pm, self.low_lph, low, self.high_lph, high, rest, self.flat_lph = values
        self.low_k10 = low - BIAS
        self.high_k10 = high - BIAS
        self.rest_kpa = rest - BIAS
        self.fit()
