"""Power cuts in a season, and what the meters say of each: against the pulses of the water meters, and the plant's truth.

What a node counted since its last stored record is lost with the power: ten minutes at the most. All the rest must be there:
within a run every pulse, over a start every litre stored, and in the rows of ten minutes the cut as a gap of its length.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from typing import Any

from harness import scenarios
from wellhearth.storage import history

from ..papers import recent

APART_S = 12 * 3600
DARK_S = (60, 6 * 3600)
STORED_S = 600  # meters are stored this often (app/records.py METERS_S)
CALM_S = 5  # and wait so long for a calm moment, or behind a start's record
COUNTER = 0xFFFFFF  # boards count to 2^24 and go on with 0
UNDER_WAY = 6  # pulses between the meter and the count of the last scans
GAP_SLACK_S = 40  # rows have their time in tens of seconds; booting takes some


def planned(n: int, total_s: int, seed: int, apart_s: int = APART_S,
            most_s: int = DARK_S[1]) -> list[scenarios.Breakage]:
    """`n` cuts of the whole house's power, at random, at least `apart_s` apart, each of 60 s to `most_s`.

    ScenarioError when they do not fit."""
    free_s = total_s - 2 * apart_s - n * apart_s
    if free_s < 0:
        raise scenarios.ScenarioError(f"{n} power cuts, {apart_s / 3600:g} h between any two, do not fit into "
                                      f"{total_s / 86400:g} d")
    rng = random.Random(f"cuts-{seed}")
    at = sorted(rng.randrange(free_s + 1) for _ in range(n))
    begins = [apart_s + one + i * apart_s for i, one in enumerate(at)]
    return [scenarios.Breakage(begin, begin + rng.randint(DARK_S[0], most_s), "blackout", "", None) for begin in begins]


@dataclass
class Cut:
    """One of them. lost: what was counted since the last stored record; gap_s: as the rows of ten minutes show it."""

    at_s: int
    since_stored_s: int
    lost_pulses: int = 0
    dark_s: int = 0
    gap_s: int | None = None
    state: str = ""

    @property
    def ok(self) -> bool:
        """Whether no more than ten minutes were lost, and the gap says so."""
        return (self.since_stored_s <= STORED_S + CALM_S and self.state == "off" and self.gap_s is not None
                and self.dark_s - GAP_SLACK_S <= self.gap_s <= self.dark_s + STORED_S + GAP_SLACK_S)


@dataclass
class Audit:
    """What a season's auditor has seen; `each_second` after each simulated second."""

    cuts: list[Cut] = field(default_factory=list)
    lost_pulses: int = 0
    wrong_starts: int = 0  # starts that began from other litres than were stored
    worst_pulses: int = 0  # by which node and meter differed within a run
    truth_l: float = 0.0  # that the plant lifted while the node ran
    counted_l: float = 0.0
    offset: int | None = None  # the node's pulses less the meter's, of this run
    run_truth_l: float = 0.0
    run_counted: float = 0.0
    number: int = -1  # of the ledger's record
    stored_s: int = 0
    stored_l: int = 0
    pulses: int = 0
    was_dark: bool = False
    waits: bool = False  # for the first row behind a cut

    def each_second(self, job: Any) -> None:
        """Look at node, meter and files."""
        rig = job.rig
        if rig.dark:
            if not self.was_dark:
                self.cut(job)
            self.was_dark = True
            return
        app = rig.firmware.board.app
        meter = app.node.wells[0].lifted
        litres = 1000 * meter.water.high + meter.water.low
        pulses = (litres * meter.pulses_per_m3 + meter.water.rest) // 1000
        truth = job.plant.truth["lifted_l"]
        if self.offset is None:
            self.begun(job, litres, pulses, truth)
        differs = (pulses - rig.wiring.lift.count - self.offset) & COUNTER
        self.worst_pulses = max(self.worst_pulses, min(differs, COUNTER + 1 - differs))
        number = app.records.ledger.record.number
        if number != self.number:
            self.number, self.stored_s, self.stored_l = number, job.seconds, litres
        self.pulses = pulses
        self.truth_l += truth - self.run_truth_l
        self.counted_l += (pulses - self.run_counted) * 1000 / meter.pulses_per_m3
        self.run_truth_l, self.run_counted = truth, pulses
        if self.waits and not app.recent.fresh:
            self.row(rig)

    def begun(self, job: Any, litres: int, pulses: int, truth: float) -> None:
        """A start: the node goes on from the litres that were stored."""
        if self.was_dark:
            cut = self.cuts[-1]
            cut.dark_s = job.seconds - cut.at_s
            cut.lost_pulses = self.pulses - pulses
            self.lost_pulses += cut.lost_pulses
            self.waits = True
            if not 0 <= litres - self.stored_l <= 1:
                self.wrong_starts += 1
        self.was_dark = False
        self.offset = pulses - job.rig.wiring.lift.count
        self.run_truth_l, self.run_counted, self.number = truth, pulses, -1

    def cut(self, job: Any) -> None:
        """The power went."""
        self.cuts.append(Cut(job.seconds, job.seconds - self.stored_s))
        self.offset = None

    def row(self, rig: Any) -> None:
        """The first row of ten minutes behind a cut: the gap it shows."""
        self.waits = False
        data = [path.read_bytes() if path.exists() else b""
                for path in (rig.folder / (history.TEN_PATH + ".old"), rig.folder / history.TEN_PATH)]
        before, row = (recent.rows_of(data[0]) + recent.rows_of(data[1]))[-2:]
        self.cuts[-1].state, self.cuts[-1].gap_s = recent.break_of(row, before)

    def summary(self) -> dict:
        """All of it, and whether it holds."""
        error = self.counted_l / self.truth_l - 1 if self.truth_l else 0.0
        return {"cuts": [asdict(one) | {"ok": one.ok} for one in self.cuts], "lost_pulses": self.lost_pulses,
                "longest_since_stored_s": max((one.since_stored_s for one in self.cuts), default=0),
                "worst_pulses_within_a_run": self.worst_pulses, "starts_from_other_litres": self.wrong_starts,
                "counted_m3": round(self.counted_l / 1000, 3), "plant_m3": round(self.truth_l / 1000, 3),
                "meter_error_percent": round(100 * error, 3),
                "ok": all(one.ok for one in self.cuts) and self.worst_pulses <= UNDER_WAY and not self.wrong_starts}


def told(summary: dict) -> str:
    """In words."""
    cuts = summary["cuts"]
    return (f"{len(cuts)} power cuts, {sum(one['ok'] for one in cuts)} of them a gap of their length; lost at most "
            f"{summary['longest_since_stored_s']} s of counting ({summary['lost_pulses']} pulses in all); within a run node "
            f"and meter differ by {summary['worst_pulses_within_a_run']} pulses at most, under way between them; "
            f"{summary['starts_from_other_litres']} starts from other litres than were stored; counted "
            f"{summary['counted_m3']} m3, lifted {summary['plant_m3']} m3 meanwhile ({summary['meter_error_percent']} %)")
