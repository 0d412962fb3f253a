"""The week of a room: when it shall be comfortable, as text in the config and as minutes in the scan.

Minutes of the week count from Monday 00:00, 0 to 10,079; -1 means that nobody knows the time.
"""

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
DAY_MIN = 1440
WEEK_MIN = 10080


def _clock(text: str) -> int:
    """Minutes of "hh:mm"; ValueError when it is none."""
    hour, colon, minute = text.partition(":")
    if not colon or len(minute) != 2:
        raise ValueError("%s is no time of day, write hh:mm" % text)
    value = int(hour) * 60 + int(minute)
    if not (0 <= int(hour) <= 24 and 0 <= int(minute) < 60 and value <= DAY_MIN):
        raise ValueError("%s is no time of day" % text)
    return value


def _days(text: str):
    """Numbers of "mo-fr", "sa" or "daily"."""
    if text == "daily":
        return list(range(7))
    first, _, last = text.partition("-")
    last = last or first
    if first not in DAYS or last not in DAYS:
        raise ValueError("%s is no day; days are %s, a range mo-fr, or daily" % (text, ", ".join(DAYS)))
    a = DAYS.index(first)
    return [(a + i) % 7 for i in range((DAYS.index(last) - a) % 7 + 1)]


def moment(text: str) -> int:
    """Minute of the week of "mo 07:30"; ValueError names what is wrong."""
    day, _, time = text.strip().lower().partition(" ")
    if day not in DAYS:
        raise ValueError("%s is no day; days are %s" % (day or "an empty text", ", ".join(DAYS)))
    return (DAYS.index(day) * DAY_MIN + _clock(time.strip())) % WEEK_MIN


def parse(text: str):
    """Comfort periods of "mo-fr 06:30-08:00,16:30-22:30; sa-su 07:00-23:00" as sorted (from, to) minutes.

    "" is no schedule. A period may pass midnight ("22:00-06:00"). ValueError names what is wrong.
    """
    periods = []
    for part in text.split(";"):
        if not part.strip():
            continue
        words = part.strip().lower().split(None, 1)
        if len(words) != 2:
            raise ValueError("%r: write days and times, e.g. mo-fr 06:30-22:00" % part.strip())
        for span in words[1].split(","):
            begin, dash, end = span.strip().partition("-")
            if not dash:
                raise ValueError("%s: write hh:mm-hh:mm" % span.strip())
            a = _clock(begin)
            b = _clock(end)
            if a == b:
                raise ValueError("%s: begins when it ends" % span.strip())
            for day in _days(words[0]):
                _put(periods, day * DAY_MIN + a, day * DAY_MIN + (b if b > a else b + DAY_MIN))
    periods.sort()
    return periods


def _put(periods, a: int, b: int) -> None:
    """A period, cut in two where the week ends."""
    if b > WEEK_MIN:
        if a < WEEK_MIN:
            periods.append((a, WEEK_MIN))
        periods.append((0, b - WEEK_MIN))
    else:
        periods.append((a, b))


class Week:
    """Comfort or not, and how long until comfort begins; asked once a minute."""

    def __init__(self, text: str):
        periods = parse(text)
        self.begins = [a for a, _b in periods]
        self.ends = [b for _a, b in periods]
        self.count = len(periods)

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
