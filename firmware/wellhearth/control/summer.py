"""Daylight saving, where there is any: loaded only where `node.dst` asks for it."""

from .calendar import civil, day_of, days_in, weekday

SUNDAY = 6


def sunday(year: int, month: int, which: int) -> int:
    """Number of the first (1), second (2) or last (-1) Sunday of a month."""
    if which < 0:
        last = day_of(year, month, days_in(year, month))
        return last - (weekday(last) - SUNDAY) % 7
    first = day_of(year, month, 1)
    return first + (SUNDAY - weekday(first)) % 7 + 7 * (which - 1)


def offset_min(rule: str, base_min: int, day: int, minute: int) -> int:
    """Minutes that local time is ahead of UTC, at a minute (0 to 1439) of a UTC day.

    eu: last Sunday of March to last Sunday of October, both at 01:00 UTC (Directive 2000/84/EC). us: second Sunday of March
    02:00 to first Sunday of November 02:00, local time (15 U.S.C. 260a). none: China has had no daylight saving since 1992.
    """
    now = day * 1440 + minute
    if rule == "eu":
        year = civil(day)[0]
        begin = sunday(year, 3, -1) * 1440 + 60
        end = sunday(year, 10, -1) * 1440 + 60
    elif rule == "us":
        now += base_min  # standard time: there it begins at 02:00 and ends at 01:00
        year = civil(max(now, 0) // 1440)[0]
        begin = sunday(year, 3, 2) * 1440 + 120
        end = sunday(year, 11, 1) * 1440 + 60
    else:
        return base_min
    return base_min + 60 if begin <= now < end else base_min
