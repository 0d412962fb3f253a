"""What the electricity grid would like: less now, more now, or nothing; from the tariff's hours and from outside.

SG Ready (Bundesverband Waermepumpe, regulations for the label, 2020) knows four states: blocked, normal, encouraged,
ordered. What a room does with it is `flex_mk` of its household, off by default; no heat is refused to a room.
"""

from . import schedule

STATES = ("blocked", "normal", "encouraged", "ordered")
BLOCKED, NORMAL, ENCOURAGED, ORDERED = range(4)
PREHEAT_MIN = 180  # heat bought so long before the dear hours is still there when they come


class Grid:
    """cheap, dear: hours of the week as text (periods.py), "" for none. Result: `wish`, -1 (less), 0, 1 (more)."""

    def __init__(self, cheap: str, dear: str):
        self.cheap = schedule.Week(cheap)
        self.dear = schedule.Week(dear)
        self.tariff = 0
        self.wish = 0

    def each_minute(self, week_min: int) -> None:
        """A new minute of the week, or -1: without a clock there is no tariff."""
        dear_in = self.dear.until_comfort_min(week_min)
        if week_min < 0 or self.dear.count == 0:
            dear = False
            soon = self.dear.count == 0
        else:
            dear = dear_in == 0
            soon = dear_in <= PREHEAT_MIN
        cheap = week_min >= 0 and self.cheap.count > 0 and self.cheap.until_comfort_min(week_min) == 0
        # Cheap hours pre-heat only for dear ones: heat that is stored leaks.
        self.tariff = -1 if dear else 1 if cheap and soon else 0

    def each_second(self, state: int) -> int:
        """What holds now: the state from outside first, then the tariff."""
        if state == BLOCKED:
            self.wish = -1
        elif state >= ENCOURAGED:
            self.wish = 1
        else:
            self.wish = self.tariff
        return self.wish
