"""Two stacked pumps run as one source: shared demand, duty rotation, one takes over from the other."""


class Stack:
    """Shares a flow between two sections; results are `parts` (L/h).

    max_a, max_b: most flow of each section, 100 to 60,000 L/h. rotate_s: the lead changes after
    so many seconds of its own running, 3600 to 604,800.
    """

    def __init__(self, max_a: int, max_b: int, rotate_s: int):
        self.max_lph = [max_a, max_b]
        self.rotate_s = rotate_s
        self.lead = 0
        self.lead_s = 0
        self.both = False
        self.parts = [0, 0]

    def scan(self, demand_lph: int, ok_a: bool, ok_b: bool) -> None:
        """One scan. ok_a, ok_b: this section is free of trips that stop its pump. demand: 0 to 500,000 L/h.

        The second pump joins when the lead would need more than 90 % of its most flow and
        leaves below 70 %, so that noise in the demand does not start pumps.
        """
        lead = self.lead
        if lead == 0:
            lead_ok, lag_ok = ok_a, ok_b
        else:
            lead_ok, lag_ok = ok_b, ok_a
        if not lead_ok and lag_ok:
            lead = 1 - lead
            self.lead = lead
            self.lead_s = 0
            lag_ok = False
        most = self.max_lph[lead]
        if not lag_ok:
            self.both = False
        elif self.both:
            self.both = demand_lph * 10 > most * 7
        else:
            self.both = demand_lph * 10 > most * 9
        parts = self.parts
        lag = 1 - lead
        if self.both:
            a = most // 100
            parts[lead] = demand_lph * a // (a + self.max_lph[lag] // 100)
            parts[lag] = demand_lph - parts[lead]
        else:
            parts[lead] = demand_lph
            parts[lag] = 0

    def each_second(self, lead_runs: bool, lag_ok: bool) -> None:
        """Once a second: the lead's running time, and the change of duty when it is over."""
        if lead_runs:
            self.lead_s += 1
        if self.lead_s >= self.rotate_s and lag_ok:
            self.lead_s = 0
            self.lead = 1 - self.lead

    def serves(self, i: int) -> bool:
        """Whether section `i` works for the heat pumps now."""
        return i == self.lead or self.both

    def values(self):
        """For the ledger."""
        return [self.lead, self.lead_s]

    def take(self, values: list) -> None:
        """From the ledger; ValueError when it does not fit."""
        lead, lead_s = values
        if lead not in (0, 1):
            raise ValueError(lead)
        self.lead = lead
        self.lead_s = lead_s
