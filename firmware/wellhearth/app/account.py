"""What is metered beside the scan: electricity, far meters, COP, returned water, tax. Belongs to the main thread.

COP comes from metered values only. Heat is metered by a heat meter, or by the well's own flow meter with a pair of sensors
whose zero is learned; a room's nominal flow is no meter. A season begins at the first start, and with each `new_season`.
"""

from ..metering import meters, zero
from ..tables import kinds, points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ..hardware import Board
    from ..node.node import Node
    from ..tables import shapes
    from .far_meter import FarMeter

DAY_S = 86400
HOUR_S = 3600
NOW_S = 600
LEAST_WH = 50  # of electricity, for a COP
LEAST_L = 100  # of water, for a ratio
SMALL = 50  # a fiftieth: what standing water counts in the other direction
NONE, ESTIMATE, S0, METER = range(4)  # where electricity comes from
LIFTED, RETURNED, TAKEN, GIVEN, DELIVERED, POWER = range(6)
COUNTS = 6
DOUBT = 3  # far_meter.DOUBT


class Account:
    """The block `account` of a node, and its far meters. note(now_s, text): for the journal."""

    S0 = S0

    def __init__(self, node: "Node", board: "Board", note: "Callable[[int, str], None]"):
        cfg = node.cfg
        kinds.metering()
        self.node = node
        self.p: "shapes.Account" = points.new_block(kinds.ACCOUNT)
        self.note = note
        self.meters = []
        if cfg.meters:
            from . import far_meter
            self.meters = [far_meter.FarMeter(one, i, cfg.meter_line.round_s,  # pyright: ignore[reportOptionalMemberAccess]
                                              self.gap) for i, one in enumerate(cfg.meters)]
        self.electricity: "Any" = None
        if cfg.electricity:
            from . import electricity
            self.electricity = electricity.Electricity(cfg.electricity, node, board)
            self.p.source = self.electricity.source
        self.delivered = meters.TwoWord(1000000)  # Wh to the house by its heat meter
        self.targets = self.find_targets()
        self.marks: "Any" = [None, None, None, None]  # ten minutes, hour, day, season: counts at their begin
        self.begun_s = [0, 0, 0, 0]
        self.day = self.season_day = -1
        self.basis = -1  # what a COP is made of
        self.last_s = 0
        self.flags()

    def find_targets(self) -> dict:
        """{what a heat meter counts for: the well section or room unit}; those reckon no more themselves."""
        found = {}
        for meter in self.meters:
            for one in self.node.wells + self.node.rooms if meter.is_heat else ():
                if one.p.name == meter.counts_for:
                    one.metered = True
                    found[meter.counts_for] = one
        return found

    def gap(self, text: str) -> None:
        """Something that the journal must know of a far meter."""
        self.note(self.node.p.uptime_s, text)

    def blocks(self):
        """Its points."""
        return [self.p] + [meter.p for meter in self.meters]

    def keep(self, totals: dict, learned: dict) -> None:
        """For the ledger."""
        if self.electricity:
            totals["account.electricity"] = self.electricity.metered
            totals["account.estimate"] = self.electricity.estimate
        learned["account"] = self
        for meter in self.meters:
            learned[meter.p.name] = meter.reading
            if meter.is_heat and meter.counts_for == "house":
                totals["account.delivered"] = self.delivered

    def taken(self, meter: "FarMeter", values: dict) -> None:
        """A whole reading of a far meter (links/meters/client.py)."""
        added = meter.take(values, self.node.p.uptime_s)
        if meter.changed:  # what was used between the old meter's last word and the new one's first is nowhere
            self.basis = -1
        one = self.targets.get(meter.counts_for)
        if one is not None:
            one.heat.energy.add(added)
        elif meter.counts_for == "house":
            if meter.is_heat:
                self.delivered.add(added)
            elif self.electricity:
                self.electricity.metered.add(added)

    # -- each second --

    def each_second(self) -> None:
        """Main thread, about once a second; nothing is lost when it is late."""
        now_s = self.node.p.uptime_s
        seconds = now_s - self.last_s
        if seconds <= 0:
            return
        self.last_s = now_s
        for meter in self.meters:
            for _ in range(min(seconds, NOW_S)):
                meter.each_second()
            one = self.targets.get(meter.counts_for)
            if one is not None:
                known = meter.p.ok and "power_w" not in meter.p.unknown
                one.p.source_w = meter.p.power_w if known else 0
        if self.electricity:
            self.electricity.each_second(min(seconds, NOW_S), self.meters)
        if self.p.new_season:
            self.p.new_season = 0
            self.new_season()
        if now_s % 10 < seconds:
            self.reckon(now_s)

    def counts(self):
        """Everything counted so far: litres and Wh."""
        wells = self.node.wells
        heated = self.heated()
        power = self.electricity.metered if self.p.source >= S0 else None
        return [total([one.lifted.water for one in wells]), total([one.returned.water for one in wells]),
                total([one.heat.energy for one in heated]), total([one.sink.energy for one in heated]),
                total([self.delivered]), total([power]) if power else 0]

    def reckon(self, now_s: int) -> None:
        """Ratios, COPs, tax; periods that are over begin anew."""
        p = self.p
        counts = self.counts()
        self.flags()
        self.check_marks(counts, now_s)
        if now_s - self.begun_s[0] >= NOW_S:
            p.cop_now = self.cop(0, counts)
            self.begin(0, counts, now_s)
        if now_s - self.begun_s[1] >= HOUR_S:
            p.ratio_hour_pm = self.ratio(1, counts)
            self.begin(1, counts, now_s)
        self.each_day(counts, now_s)
        p.cop_day = self.cop(2, counts)
        p.cop_season = self.cop(3, counts)
        p.ratio_day_pm = self.ratio(2, counts)
        p.ratio_season_pm = self.ratio(3, counts)
        balance = self.node.wells[0].balance if self.node.wells else None
        p.ratio_ref_pm = balance.ratio // 10 if balance is not None and balance.ratio else -1
        lifted = max(0, counts[LIFTED] - self.marks[3][LIFTED])
        p.season_lifted_m3 = lifted // 1000
        p.gaps = sum([meter.p.gaps for meter in self.meters])
        p.season_tax_fen = min(lifted * self.node.cfg.node.water_tax_fen_kt // 1000000, (1 << 30) - 1)
        self.show()

    def check_marks(self, counts: "list[int]", now_s: int) -> None:
        """Each period has a begin: one that a meter fell below (its record was lost) is no more. What a COP is made of
        changed: heat that was not metered, or electricity that was only estimated, must not come into it."""
        basis = self.p.source * 2 + (1 if self.heat_is_metered() else 0)
        for i in range(4):
            mark = self.marks[i]
            if mark is None or any([counts[what] < mark[what] for what in range(COUNTS)]):
                self.begin(i, counts, now_s)
                if i == 3:
                    self.season_day = self.local_day()
            elif basis != self.basis:
                self.marks[i] = mark[:TAKEN] + counts[TAKEN:]
        self.basis = basis

    def each_day(self, counts: "list[int]", now_s: int) -> None:
        """The local day, or 24 hours without a clock."""
        today = self.local_day()
        over = today != self.day if today >= 0 and self.day >= 0 else now_s - self.begun_s[2] >= DAY_S
        if over:
            self.begin(2, counts, now_s)
        if over or self.day < 0:
            self.day = today
        if self.season_day < 0:
            self.season_day = today
        self.p.season_days = max(0, today - self.season_day) if today >= 0 and self.season_day >= 0 else self.p.season_days

    def local_day(self) -> int:
        """Days since 2000 where people live, -1 without a clock."""
        clock = self.node.wall
        return clock.day + (clock.ms // 60000 + clock.offset_min) // 1440 if clock.day >= 0 else -1

    def begin(self, i: int, counts: "list[int]", now_s: int) -> None:
        """A period begins."""
        self.marks[i] = counts
        self.begun_s[i] = now_s

    def new_season(self) -> None:
        """An operator's word."""
        self.begin(3, self.counts(), self.node.p.uptime_s)
        self.season_day = self.local_day()
        self.p.season_days = 0

    def since(self, i: int, counts: "list[int]", what: int) -> int:
        """What was counted in a period."""
        return counts[what] - self.marks[i][what]

    def ratio(self, i: int, counts: "list[int]") -> int:
        """Returned of lifted water, per mille; -1 = not known."""
        lifted = self.since(i, counts, LIFTED)
        returned = self.since(i, counts, RETURNED)
        wells = self.node.wells
        if not wells or wells[0].return_meter is None or lifted < LEAST_L:
            return -1
        return min(2000, (returned * 1000 + lifted // 2) // lifted)

    def heat_is_metered(self, now: bool = False) -> bool:
        """Whether a COP may be made of this heat; now: and nothing of it is in doubt today."""
        if self.house_meters():
            return True
        heated = self.heated()
        return bool(heated) and all([one.metered or (
            one in self.node.wells and one.zero.known and not (now and one.zero.state == zero.REFUSED)) for one in heated])

    def heated(self):
        """Who counts the heat: the well, or its units where each has a heat meter."""
        rooms = self.node.rooms
        if rooms and all([one.metered for one in rooms]):
            return rooms
        return self.node.wells or rooms

    def all_answer(self) -> bool:
        """No meter that counts is silent or in doubt: what it counts meanwhile would be missing."""
        return all([meter.counts_for == "nothing" or (meter.p.ok and meter.p.state != DOUBT) for meter in self.meters])

    def house_meters(self):
        """Heat meters of what the house gets."""
        return [meter for meter in self.meters if meter.is_heat and meter.counts_for == "house"]

    def cop(self, i: int, counts: "list[int]") -> int:
        """Heat (or cold) for one unit of electricity, thousandths; -1 = not known."""
        power = self.since(i, counts, POWER)
        if not self.p.heat_metered or self.p.source < S0 or power < LEAST_WH or not self.all_answer():
            return -1
        if self.house_meters():
            useful = self.since(i, counts, DELIVERED)
        else:
            taken = self.since(i, counts, TAKEN)
            given = self.since(i, counts, GIVEN)
            if given * SMALL <= taken:
                useful = taken + power
            elif taken * SMALL <= given:
                useful = given - power
            else:  # heated and cooled: of this electricity nobody knows which part was for which
                return -1
        return min(100000, useful * 1000 // power) if useful >= 0 else -1

    def flags(self) -> None:
        """Whether heat is metered; before the first period is over nothing is known."""
        p = self.p
        p.heat_metered = 1 if self.heat_is_metered(True) else 0
        if self.marks[0] is None:
            p.cop_now = p.cop_day = p.cop_season = p.power_w = -1
            p.ratio_hour_pm = p.ratio_day_pm = p.ratio_season_pm = p.ratio_ref_pm = -1
        self.show()

    def show(self) -> None:
        """What the electricity stands at, and which values are not known."""
        p = self.p
        if self.electricity:
            p.power_w = self.electricity.power_w
            p.electricity_wh = self.electricity.energy().low
            p.electricity_mwh = self.electricity.energy().high
        p.unknown = tuple([name for name in MAYBE if getattr(p, name) < 0]) + (
            () if self.electricity else ("electricity_wh", "electricity_mwh"))

    # -- the ledger --

    def values(self):
        """Source, the day and the season, their counts in two words each."""
        found = [max(0, self.basis), max(0, self.day), max(0, self.season_day)]
        for mark in self.marks[2:]:
            for count in mark or ():
                found += [count >> 24, count & 0xFFFFFF]
        return found

    def take(self, values: list) -> None:
        """From the ledger; ValueError when it is none."""
        if len(values) != 3 + 4 * COUNTS:
            raise ValueError(len(values))
        self.basis = values[0]
        marks = [values[i] << 24 | values[i + 1] for i in range(3, len(values), 2)]
        self.day = values[1] or -1
        self.season_day = values[2] or -1
        self.marks[2] = marks[:COUNTS]
        self.marks[3] = marks[COUNTS:]


MAYBE = ("power_w", "cop_now", "cop_day", "cop_season", "ratio_hour_pm", "ratio_day_pm", "ratio_season_pm", "ratio_ref_pm")


def total(words: list) -> int:
    """Of counters in two words."""
    return sum([one.high * one.carry + one.low for one in words])
