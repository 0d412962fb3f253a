"""Meters in two words each; each call brings what one second (or one scan) added."""

# Heat capacity of water by volume: 4.187 kJ/(kg K) / 3.6 s/Wh = 1.163 Wh/(L K) at 1 kg/L.


def heat_w(flow_lph: int, difference_mk: int) -> int:
    """Heat that water carries: flow (0 to 100,000 L/h) times 1.163 Wh/(L K) times difference.

    difference_mk: -50,000 to 50,000 mK. Returns W. The order of operations keeps every
    product below 2^30; the result is within 0.2 % above 1 kW.
    """
    return flow_lph * (difference_mk // 10) // 625 * 1163 // 160


class TwoWord:
    """A counter in two words: `low` (0 to carry - 1) and `high` (carries)."""

    def __init__(self, carry: int):
        self.carry = carry
        self.low = 0
        self.high = 0

    def add(self, n: int) -> None:
        """Count `n` (0 to 2^29) small units."""
        low = self.low + n
        if low >= self.carry:
            self.high += low // self.carry
            low %= self.carry
        self.low = low


class WaterMeter:
    """Litres and cubic metres from pulses.

    pulses_per_m3: 1,000 to 1,000,000 pulses per cubic metre.
    """

    def __init__(self, pulses_per_m3: int):
        self.pulses_per_m3 = pulses_per_m3
        self.rest = 0  # pulse-litres not yet a litre
        self.water = TwoWord(1000)

    def add(self, pulses: int) -> None:
        """Count `pulses` (0 to 500,000)."""
        rest = self.rest + pulses * 1000
        if rest >= self.pulses_per_m3:
            self.water.add(rest // self.pulses_per_m3)
            rest %= self.pulses_per_m3
        self.rest = rest


class HeatMeter:
    """Watt-hours and megawatt-hours from watts, one call a second."""

    def __init__(self):
        self.rest_ws = 0
        self.energy = TwoWord(1000000)

    def each_second(self, heat: int) -> None:
        """Add one second of `heat` (0 to 10,000,000 W; nothing is counted backwards)."""
        if heat <= 0:
            return
        rest = self.rest_ws + heat
        if rest >= 3600:
            self.energy.add(rest // 3600)
            rest %= 3600
        self.rest_ws = rest
