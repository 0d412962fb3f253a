"""The week of a room in the scan: when it shall be comfortable, and how long until then. As text: periods.py.

Minutes of the week count from Monday 00:00, 0 to 10,079; -1 means that nobody knows the time.
"""

DAY_MIN = 1440
WEEK_MIN = 10080


class Week:
    """Comfort or not, and how long until comfort begins; asked once a minute."""

    def __init__(self, text: str):
        from . import periods  # needed once, and then dropped
        found = periods.parse(text)
        self.begins = [a for a, _b in found]
        self.ends = [b for _a, b in found]
        self.count = len(found)

    def until_comfort_min(self, minute: int) -> int:
        """0 inside a comfort period (or without a schedule, or without a clock), else minutes until the next."""
        if minute < 0 or self.count == 0:
            return 0
        wait = WEEK_MIN
        i = 0
        while i < self.count:
            a = self.begins[i]
            if a <= minute < self.ends[i]:
                return 0
            ahead = a - minute
            if ahead < 0:
                ahead += WEEK_MIN
            if ahead < wait:
                wait = ahead
            i += 1
        return wait


def inside(minute: int, begin_min: int, end_min: int) -> bool:
    """Whether a minute of the week lies in a daily period (quiet hours); equal ends are no period."""
    if minute < 0 or begin_min == end_min:
        return False
    m = minute % DAY_MIN
    if begin_min < end_min:
        return begin_min <= m < end_min
    return m >= begin_min or m < end_min
