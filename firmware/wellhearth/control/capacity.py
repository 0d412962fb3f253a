"""Reinjection capacity: flow over pressure rise, followed against its value at commissioning."""

WINDOW_S = 600
FIRST_WINDOWS = 6  # an hour of running makes the commissioning value
LEAST_KPA = 3  # a smaller rise says nothing


class Capacity:
    """L/h per 100 kPa (1 bar) of pressure rise, one value for every ten minutes of pumping."""

    def __init__(self):
        self.flow_sum = 0
        self.rise_sum = 0
        self.n = 0
        self.lph_bar = 0
        self.windows = 0
        self.first_sum = 0

    def each_second(self, flow_lph: int, rise_kpa: int, reference: int) -> int:
        """One second of proven flow (0 to 100,000 L/h) at a pressure rise; returns the reference.

        reference: commissioning value, 0 while there is none: then it is the mean of the first hour.
        """
        if rise_kpa < LEAST_KPA:
            return reference
        self.flow_sum += flow_lph
        self.rise_sum += rise_kpa
        self.n += 1
        if self.n < WINDOW_S:
            return reference
        # 600 s * 100,000 L/h * 10 < 2^30
        value = self.flow_sum * 10 // (self.rise_sum // 10)
        self.lph_bar = value
        self.flow_sum = 0
        self.rise_sum = 0
        self.n = 0
        if reference:
            self.windows = 0
            self.first_sum = 0
            return reference
        # A mean of up to 6 values of at most 3,400,000 each.
        self.windows += 1
        self.first_sum += value
        if self.windows < FIRST_WINDOWS:
            return 0
        reference = self.first_sum // self.windows
        self.windows = 0
        self.first_sum = 0
        return reference

    def low(self, reference: int) -> bool:
        """Below 70 % of the commissioning value."""
        return reference > 0 and self.lph_bar > 0 and self.lph_bar // 7 < reference // 10

    def good(self, reference: int) -> bool:
        """Above 75 % of it."""
        return reference == 0 or self.lph_bar // 3 >= reference // 4

    def percent(self, reference: int) -> int:
        """Share of the commissioning value in %, 0 while unknown; at most 999."""
        if not reference or not self.lph_bar:
            return 0
        share = self.lph_bar * 100 // reference
        return share if share < 999 else 999

    def values(self):
        """For the ledger."""
        return [self.lph_bar]

    def take(self, values: list) -> None:
        """From the ledger."""
        (self.lph_bar,) = values
