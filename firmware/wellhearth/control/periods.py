"""The week of a room as text in the config: loaded while a config is read and a node is built, then it leaves the heap."""

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


def _put(periods: list, a: int, b: int) -> None:
    """A period, cut in two where the week ends."""
    if b > WEEK_MIN:
        if a < WEEK_MIN:
            periods.append((a, WEEK_MIN))
        periods.append((0, b - WEEK_MIN))
    else:
        periods.append((a, b))
