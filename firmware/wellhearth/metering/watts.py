"""Energy from a power that somebody else measures. Only a plant's node counts so."""

from .meters import TwoWord


class WattMeter:
    """Watt-hours and megawatt-hours from a power that somebody else measures, one call a second. Its rest is in
    watt-seconds."""

    def __init__(self):
        self.energy = TwoWord(1000000, 3600)

    def each_second(self, watt: int) -> None:
        """One second of 0 to 100,000,000 W."""
        energy = self.energy
        rest = energy.rest + watt
        if rest >= 3600:
            energy.add(rest // 3600)
            rest %= 3600
        energy.rest = rest
