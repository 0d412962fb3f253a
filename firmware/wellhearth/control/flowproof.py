"""Flow proving from more than one witness: lift meter, return meter, reinjection pressure, and the pump's speed.

Water that is pressed back must have been lifted, and what the ground takes at a pressure is learned while all agree.
So one lost sensor need not stop the heat, and one that shows what is not there does not cover up a dry pump. A witness
must live: a pressure that repeats itself to the last bit says nothing. Learning stops while anything is in doubt.
"""

from . import flowline
from .flowline import NOISE_KPA

STEADY_S = 20  # flow, speed and pressure are averaged over so long: a meter's wheel pulses in bursts
SPAN_LPH = 100  # two such means that differ by less (or by 4 %) are steady
TELLS_K10 = 60  # tenths of a kPa: a learned rise of so much must show when the flow is there
BELIEVED_S = 14400  # a meter that moved with the pump is believed for so long
TEST_S = 3  # a doubt stands so long before the pump's speed is moved
TEST_END_S = 10
TEST_PM = 100


class FlowProof(flowline.FlowLine):
    """The flow to believe, and which witness is not to be believed. `scan` runs at the fast rate, `each_second` slowly.

    min_flow_lph: 100 to 60,000. two_meters: a return meter is fitted. ff_pm_m3h: pump speed
    per flow from commissioning, 0 to 1000 pm/(m3/h). fixed: the pump knows one speed.
    Inputs are attributes: lift_lph, return_lph (0 to 100,000 L/h), kpa (-100 to 10,000), kpa_ok (the pressure is valid and
    lives), pump_on, speed_pm (0 to 1000); of `each_second` besides off_s (seconds the pump has rested) and limited (an
    override holds the speed, or a row of the table is active; nothing is learned).
    """

    def __init__(self, min_flow_lph: int, two_meters: bool, ff_pm_m3h: int, fixed: bool = False):
        flowline.FlowLine.__init__(self, min_flow_lph, ff_pm_m3h)
        self.min_lph = min_flow_lph
        self.two_meters = two_meters
        self.fixed = fixed
        self.lift_lph = 0
        self.return_lph = 0
        self.kpa = 0
        self.kpa_ok = False
        self.pump_on = False
        self.speed_pm = 0
        self.off_s = 0
        self.limited = False
        self.lift_bad = False
        self.return_bad = False
        self.doubt = False  # a flow that nothing but its own meter confirms
        self.odd = False  # a pressure against all others
        self.stray_lph = 0  # what the lift meter shows while the pump rests
        self.last_lph = 0
        self.sum_lph = 0
        self.sum_pm = 0
        self.sum_kpa = 0
        self.doubt_s = 0
        self.test_pm = 0  # a speed to run at now, to see whether the meter follows; 0 = none
        self.test_lph = 0
        self.test_from = 0
        self.believe_s = 0

    def scan(self) -> int:
        """One scan, on the inputs that were set before it; returns the flow to work with, in L/h."""
        self.lift_bad = False
        self.return_bad = False
        self.doubt = False
        self.odd = False
        lift_lph = self.lift_lph
        if not self.pump_on:
            return lift_lph
        least = self.min_lph
        # What it counted at rest it may count without water: only clearly more than that is flow.
        strange = lift_lph * 2 < self.stray_lph * 3
        if strange or lift_lph * 2 < least:
            if self.two_meters:
                if self.return_lph * 4 >= least * 3:
                    self.lift_bad = True
                    return self.return_lph
            elif self.kpa_ok:
                flow = self.by_pressure(self.kpa, self.speed_pm)
                if flow:
                    self.lift_bad = True
                    return flow
            return 0 if strange else lift_lph
        if self.kpa_ok and self.lph_bar:
            self.ask_pressure()
        return lift_lph

    def ask_pressure(self) -> None:
        """The lift meter shows flow: what does the pressure say to it?"""
        lift_lph = self.lift_lph
        return_lph = self.return_lph
        kpa = self.kpa
        if self.two_meters and return_lph == 0:
            # No pulse at all for seconds, and yet the ground takes what was lifted: no leak.
            off = self.flow_of(kpa - self.zero_kpa) - lift_lph
            if off < 0:
                off = -off
            self.return_bad = off * 10 <= lift_lph * 3 and kpa - self.rest_kpa >= NOISE_KPA
        # A flow for which a clear rise was learned (a smaller one: its share), and now less than a third of that rise.
        need = self.low_k10 - self.rest_kpa * 10
        if lift_lph < self.low_lph:
            need = need // 10 * (lift_lph // 10) // (self.low_lph // 10) * 10
        if need < TELLS_K10 or (kpa - self.rest_kpa) * 30 >= need:
            return
        if (self.two_meters and return_lph * 4 >= lift_lph * 3) or self.believe_s:
            self.odd = True  # two against one: it is the pressure
            return
        if self.fixed:
            off = lift_lph - self.line_lph(self.speed_pm)
            if off < 0:
                off = -off
            self.odd = off * 4 <= self.steady_lph
        self.doubt = not self.odd

    def each_second(self) -> None:
        """Once a second: learn what belongs together while everything is in order."""
        if not self.pump_on:
            self.rest()
            return
        self.test()
        # A weak pump must not teach that weak is usual, and nobody is taught without a pressure.
        lift_lph = self.lift_lph
        good = (self.kpa_ok and lift_lph >= self.min_lph
                and not (self.lift_bad or self.return_bad or self.doubt or self.odd)
                and not (self.limited or self.test_pm) and not self.weak(lift_lph, self.speed_pm))
        if not good:
            self.steady_s = 0
            return
        if self.steady_s == 0:
            self.sum_lph = 0
            self.sum_pm = 0
            self.sum_kpa = 0
        self.steady_s += 1
        # 20 s of 100,000 L/h, and of 10,000 kPa, are small numbers.
        self.sum_lph += lift_lph
        self.sum_pm += self.speed_pm
        self.sum_kpa += self.kpa
        if self.steady_s >= STEADY_S:
            self.steady_s = 0
            self.learn()

    def rest(self) -> None:
        """A second of a pump at rest: what the meter shows without it, and the pressure when the water stands."""
        self.steady_s = 0
        self.doubt_s = 0
        self.test_pm = 0
        if self.off_s >= 40:
            self.stray_lph = self.lift_lph
        if self.kpa_ok and self.off_s >= 60:
            self.rest_kpa = self.kpa if self.kpa < 1000 else 1000
            self.fit()

    def learn(self) -> None:
        """The means of STEADY_S seconds are learned when the flow is that of the seconds before."""
        mean = self.sum_lph // STEADY_S
        moved = mean - self.last_lph
        self.last_lph = mean
        if moved < 0:
            moved = -moved
        if moved > SPAN_LPH and moved * 25 > mean:
            return
        self.steady_lph = mean
        self.steady_pm = self.sum_pm // STEADY_S
        self.point(mean, self.sum_kpa * 10 // STEADY_S)

    def test(self) -> None:
        """A doubt is settled by moving the pump's speed: a meter that follows measures water."""
        lift_lph = self.lift_lph
        speed_pm = self.speed_pm
        if self.believe_s:
            self.believe_s -= 1
        if not (self.doubt or self.test_pm) or self.fixed:
            self.doubt_s = 0
            return
        self.doubt_s += 1
        if self.doubt_s == TEST_S:
            self.test_lph = lift_lph
            self.test_from = speed_pm
            self.test_pm = speed_pm + TEST_PM if speed_pm <= 1000 - TEST_PM else speed_pm - TEST_PM
        elif self.doubt_s >= TEST_END_S:
            # At least a third of what the pump's own line says, and the same way as the speed.
            by_pm = speed_pm - self.test_from
            moved = (lift_lph - self.test_lph) * self.ff
            if by_pm < 0:
                by_pm = -by_pm
                moved = -moved
            if by_pm * 2 >= TEST_PM and moved * 3 >= by_pm * 1000:
                self.believe_s = BELIEVED_S
            self.test_pm = 0
            self.doubt_s = 0
