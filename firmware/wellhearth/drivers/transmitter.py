"""Analog transmitter: 0.5 to 4.5 V ratiometric or 4 to 20 mA, with wire-break detection.

Fault levels: < 0.25 V / > 4.75 V; for current NAMUR NE 43, <= 3.6 mA / >= 21 mA. Between 3.6 and 4 mA a signal is below its
range and alive: a plain transmitter in a vacuum stands at 3.8 mA.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import AnalogIn

V05_45 = 0
MA4_20 = 1

HALF_V_DUV = 5_000  # 0.5 V in units of 100 uV
SPAN_DUV = 40_000
SAME_MAX = 100_000


class Transmitter:
    """A pressure (kPa), a level (kPa of water) or a current (mA) from a board's analog input (`read_uv()`: microvolts).

    A board whose converter cannot tell small voltages from none has `least_uv`: whatever reads less is a broken wire.
    top: value at 4.5 V or 20 mA, 10 to 25,000 units. signal: V05_45 or MA4_20. bottom: value at 0.5 V or 4 mA, -100 to 0
    (below 0: a compound range). shunt_ohm: resistor that turns the current into a voltage, 50 to 250 ohm.
    """

    def __init__(self, analog_input: "AnalogIn", top: int, signal: int = V05_45, shunt_ohm: int = 150, bottom: int = 0):
        self.input = analog_input
        self.bottom = bottom
        self.span = top - bottom
        if signal == V05_45:
            self.zero_duv = HALF_V_DUV
            self.span_duv = SPAN_DUV
            self.low_duv = 2_500
            self.high_duv = 47_500
        else:
            # 1 mA over 1 ohm is 1 mV: 10 units of 100 uV.
            self.zero_duv = 40 * shunt_ohm
            self.span_duv = 160 * shunt_ohm
            self.low_duv = 36 * shunt_ohm
            self.high_duv = 210 * shunt_ohm
        least_duv = getattr(analog_input, "least_uv", 0) // 100
        if least_duv > self.low_duv:
            self.low_duv = least_duv
        self.filtered_duv = -1
        self.last_duv = -1
        self.same = 0  # readings in a row that are the same to the last bit: a converter's noise ends with the signal
        self.value = 0
        self.ok = False

    def scan(self) -> int:
        """One scan: returns the value, filtered with a time constant of four scans.

        While the signal is outside its fault levels `ok` is False and the last value stays.
        """
        duv = self.input.read_uv() // 100
        if duv != self.last_duv:
            self.last_duv = duv
            self.same = 0
        elif self.same < SAME_MAX:
            self.same += 1
        self.ok = self.low_duv < duv < self.high_duv
        if not self.ok:
            self.filtered_duv = -1
            return self.value
        if self.filtered_duv < 0:
            self.filtered_duv = duv * 16
        else:
            self.filtered_duv += duv * 4 - self.filtered_duv // 4
        self.value = self.bottom + (self.filtered_duv // 16 - self.zero_duv) * self.span // self.span_duv
        return self.value
