"""Dry-run protection by motor current: a pump that draws much less than it learned moves no water."""

BAND_PM = 50  # current depends on speed: one learned value for each 50 pm (2.5 Hz)
BANDS = 21
LEARN_S = 10


class MotorCurrent:
    """Learns the current of every speed band while flow is proven, and says when it is too low.

    percent: share of the learned value, 70 to 90 % (usual: 80 %; 70 % at the least).
    """

    def __init__(self, percent: int):
        self.percent = percent
        self.learned_ma = [0] * BANDS
        self.band = 0
        self.steady_s = 0

    def dry(self, current_ma: int, speed_pm: int) -> bool:
        """Whether this current (up to 30,000 mA) is too low for this speed; False while nothing is learned.

        A band not met yet takes the value of the one below it: current rises with speed, and a pump
        that runs dry is soon driven to a speed it never needed.
        """
        band = speed_pm // BAND_PM
        learned = self.learned_ma
        while band > 0 and learned[band] == 0:
            band -= 1
        return current_ma * 100 < learned[band] * self.percent

    def each_second(self, current_ma: int, speed_pm: int, healthy: bool) -> None:
        """Once a second; healthy: flow is proven and nothing tripped."""
        band = speed_pm // BAND_PM
        if not healthy or band != self.band:
            self.band = band
            self.steady_s = 0
            return
        self.steady_s += 1
        if self.steady_s >= LEARN_S:
            self.steady_s = 0
            old = self.learned_ma[band]
            self.learned_ma[band] = (old * 15 + current_ma) // 16 if old else current_ma

    def values(self):
        """For the ledger."""
        return self.learned_ma

    def take(self, values: list) -> None:
        """From the ledger; ValueError when it does not fit."""
        if len(values) != BANDS:
            raise ValueError(values)
        self.learned_ma = list(values)
