"""A back-up source: when it helps, why, and for how long. By capacity, by the weather, by cost, by failure; and a proof
run.

Every wish but failure and capacity waits; every run and every rest has its least. An empty network bars it before
anything else.
"""

from . import reasons_plant as words


class Backup:
    """delay_s: the machines fall short for so long. min_on_s, min_off_s. proof_s: length of a proof run.

    In, before `each_second`: able (no protection, not out of service, answers), network (its water moves and its pressure
    is there), wanted (the plant heats, or cools with a chiller), short (all machines that are able run, and it is not
    enough), failed (machines are missing and the load is not met), bivalent, cheaper, prove (a proof run is due, or by
    hand), running. Out: run, reason; passed: a proof run was passed (one second long).
    """

    def __init__(self, delay_s: int, min_on_s: int, min_off_s: int, proof_s: int):
        self.delay_s = delay_s
        self.min_on_s = min_on_s
        self.min_off_s = min_off_s
        self.proof_s = proof_s
        self.able = False
        self.network = False
        self.wanted = False
        self.short = False
        self.failed = False
        self.enough = True  # the machines that are able would carry the load alone
        self.bivalent = False
        self.cheaper = False
        self.prove = False
        self.running = False
        self.run = False
        self.reason = words.B_REST
        self.passed = False
        self.why = words.B_REST
        self.short_s = 0
        self.calm_s = 0
        self.on_s = 0
        self.off_s = 0  # a boot counts as a stop
        self.proved_s = 0
        self.starts = 0

    def wish(self) -> int:
        """Why it should run now; B_REST without a reason."""
        if self.wanted and self.short_s >= self.delay_s:
            return words.B_FAILURE if self.failed else words.B_CAPACITY
        if self.wanted and self.bivalent:
            return words.B_BIVALENCE
        if self.wanted and self.cheaper:
            return words.B_COST
        return words.B_PROOF if self.prove else words.B_REST

    def each_second(self) -> None:
        """One second."""
        self.passed = False
        lacking = self.wanted and (self.short or self.failed)
        self.short_s = self.short_s + 1 if lacking else 0
        self.calm_s = 0 if lacking else self.calm_s + 1
        if self.run:
            self.on_s += 1
        elif self.off_s < 86400:
            self.off_s += 1
        if not (self.able and self.network):
            self.stop()
            self.reason = words.B_PROTECTION
            return
        wish = self.wish()
        if self.run:
            self.go_on(wish)
        elif wish != words.B_REST and self.off_s >= self.min_off_s:
            self.run = True
            self.why = wish
            self.on_s = 0
            self.proved_s = 0
            self.starts += 1
        self.reason = self.why if self.run else words.B_MIN_OFF if wish != words.B_REST else words.B_REST

    def go_on(self, wish: int) -> None:
        """It runs: whether it still should. After a lack it gives back once the machines would be enough without it."""
        if self.running:
            self.proved_s += 1
            if self.proved_s == self.proof_s:
                self.passed = True
        helps = self.why == words.B_CAPACITY or self.why == words.B_FAILURE
        over = True
        if helps:
            over = self.calm_s >= self.delay_s and self.enough
        elif self.why == words.B_PROOF:
            over = self.proved_s >= self.proof_s
        if wish != words.B_REST and wish != words.B_PROOF:
            self.why = wish
        elif over and self.on_s >= self.min_on_s:
            self.stop()

    def stop(self) -> None:
        """Off."""
        if self.run:
            self.run = False
            self.off_s = 0
            self.short_s = 0


def fuel_is_cheaper(electricity_fen: int, cop_m: int, gas_fen: int, gas_wh_m3: int, efficiency_pm: int) -> bool:
    """Whether a kWh of heat from gas costs less than one from the machines; False where a price or the COP is not known.

    fen per kWh and per m3; cop_m: thousandths; with a twentieth of difference, so that it does not hunt.
    """
    if not (electricity_fen and gas_fen and cop_m):
        return False
    machines = electricity_fen * 1000000 // cop_m  # thousandths of a fen for a kWh of heat
    gas = gas_fen * 1000 * 1000 // gas_wh_m3 * 1000 // efficiency_pm
    return gas * 20 < machines * 19
