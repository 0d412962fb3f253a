"""Fouling of a counter-flow plate exchanger: its resistance to heat now, against its first hours.

Resistance = logarithmic mean of the differences at both ends, for each kilowatt, divided by what films do at these flows: a
film's coefficient goes with the 0.7th power of its flow (plates: 0.6 to 0.8, VDI Heat Atlas, M6; from memory).
"""

# (k / 10)^-0.7 in thousandths, k = 0 to 15
FILM_M = (5012, 5012, 3085, 2323, 1899, 1625, 1430, 1284, 1169, 1077, 1000, 935, 880, 832, 790, 753)
LEAST_KW = 10
LEAST_MK = 300  # a pair of sensors knows no smaller difference
LEAST_PM = 150  # of a flow: below it films are laminar, and no law holds


def film_m(flow_pm: int) -> int:
    """Resistance of one film at this flow (per mille of its design; 0 to 1,499 counts), thousandths of that at 1,000."""
    pm = 100 if flow_pm < 100 else 1499 if flow_pm > 1499 else flow_pm
    k = pm // 100
    low = FILM_M[k]
    return low + (FILM_M[k + 1] - low) * (pm - 100 * k) // 100


def mean_mk(a: int, b: int) -> int:
    """Logarithmic mean of two differences, 1 to 50,000 mK, within 2 % up to a ratio of six: the series of d / artanh d."""
    whole = a + b
    d = (a - b) * 1000 // whole
    dd = d * d // 1000
    return (whole >> 1) * (1000 - dd // 3 - dd * dd // 11250) // 1000


class Fouling:
    """One exchanger. Out: percent of its resistance at commissioning, 0: not known yet."""

    LEARN_MIN = 240

    def __init__(self):
        self.ref = 0  # microkelvin for each kW, of films at design flow
        self.learned_min = 0
        self.sum = 0
        self.s = 0
        self.percent = 0

    def each_second(self, inlet_mk: int, outlet_mk: int, kw: int, least_kw: int, hot_pm: int, cold_pm: int) -> None:
        """inlet_mk, outlet_mk: differences at the hot inlet's end and at its outlet's, -50,000 to 50,000; kw: what it
        carries, judged from least_kw on; hot_pm, cold_pm: its flows, per mille of design."""
        if kw < least_kw or kw < LEAST_KW or min(inlet_mk, outlet_mk) < LEAST_MK or min(hot_pm, cold_pm) < LEAST_PM:
            return
        films = (film_m(hot_pm) + film_m(cold_pm)) // 20
        self.sum += mean_mk(inlet_mk, outlet_mk) * 1000 // kw * 100 // films
        self.s += 1
        if self.s < 60:
            return
        mean = self.sum // 60
        self.sum = self.s = 0
        n = self.learned_min
        if n < self.LEARN_MIN:
            self.ref += (max(1, mean) - self.ref) // (n + 1) if n else max(1, mean)
            self.learned_min = n + 1
        if self.learned_min == self.LEARN_MIN:
            self.percent = min(999, mean * 100 // max(1, self.ref))

    def values(self):
        """For the ledger."""
        return [self.ref, self.learned_min, 2]

    def take(self, values: list) -> None:
        """From the ledger; ValueError when it does not fit. What was learned of the approach alone is learned anew."""
        if len(values) == 2:
            return
        if len(values) != 3:
            raise ValueError(values)
        self.ref, self.learned_min = values[:2]
