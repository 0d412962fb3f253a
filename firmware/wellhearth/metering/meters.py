"""Meters in two words each; each call brings what one second (or one scan) added. Nothing is truncated: what does not make a
whole unit yet is carried on, over saves and power cuts too (storage/ledger.py)."""

PART = 100000  # parts of a watt-second


class TwoWord:
    """A counter in two words: `low` (0 to carry - 1) and `high` (carries).

    rest: what is not yet one small unit, in parts of which `unit` make one. fine: what is not yet a part (HeatMeter).
    """

    def __init__(self, carry: int, unit: int = 1):
        self.carry = carry
        self.unit = unit
        self.low = 0
        self.high = 0
        self.rest = 0
        self.fine = 0

    def add(self, n: int) -> None:
        """Count `n` (0 to 2^29) small units."""
        low = self.low + n
        if low >= self.carry:
            self.high += low // self.carry
            low %= self.carry
        self.low = low


class WaterMeter:
    """Litres and cubic metres from pulses; or watt-hours, with carry a million, from the S0 pulses of an electricity meter.

    pulses_per_m3: 10 to 1,000,000 pulses per cubic metre (1000 L), or per kWh.
    """

    def __init__(self, pulses_per_m3: int, carry: int = 1000):
        self.pulses_per_m3 = pulses_per_m3
        self.water = TwoWord(carry, pulses_per_m3)  # its rest: pulse-litres not yet a litre

    def add(self, pulses: int) -> None:
        """Count `pulses` (0 to 500,000)."""
        water = self.water
        rest = water.rest + pulses * 1000
        if rest >= self.pulses_per_m3:
            water.add(rest // self.pulses_per_m3)
            rest %= self.pulses_per_m3
        water.rest = rest


class HeatMeter:
    """Watt-hours and megawatt-hours, one call a second. Its rest is in parts of a watt-second."""

    def __init__(self):
        self.energy = TwoWord(1000000, 3600 * PART)

    def each_second(self, flow_lph: int, difference_mk: int, carries: int) -> int:
        """One second of flow (0 to 100,000 L/h) times difference (0 to 50,000 mK) times what a litre carries (water.py, up
        to 120,000): returns W. Each product is cut in two, so that none passes 2^30, and each remainder is kept.
        """
        energy = self.energy
        fine = flow_lph * (difference_mk % 1000) + energy.fine
        energy.fine = fine % 1000
        lk = flow_lph * (difference_mk // 1000) + fine // 1000  # L K/h, up to 5,000,000
        part = lk % 1000 * carries + energy.rest % PART
        hundredths = lk // 1000 * carries + part // 1000
        watt = hundredths // 100
        ws = energy.rest // PART + watt
        if ws >= 3600:
            energy.add(ws // 3600)
            ws %= 3600
        energy.rest = ws * PART + hundredths % 100 * 1000 + part % 1000
        return watt


def heat(taken: HeatMeter, given: HeatMeter, flow_lph: int, difference_mk: int, carries: int) -> int:
    """One second of heat into the meter of its sign; returns W, negative for heat given. difference_mk: +-50,000."""
    if difference_mk >= 0:
        return taken.each_second(flow_lph, difference_mk, carries)
    return -given.each_second(flow_lph, -difference_mk, carries)
