"""Dates of the Gregorian calendar from 2000 to 2099.

A day is a number: days since 2000-01-01. In these hundred years every fourth one is a leap year.
"""

BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)  # days before each month


def day_of(year: int, month: int, day: int) -> int:
    """Number of a date; ValueError when there is no such date between 2000 and 2099."""
    if not (2000 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= days_in(year, month)):
        raise ValueError("%d-%02d-%02d is no date from 2000 to 2099" % (year, month, day))
    leap = 1 if month > 2 and year % 4 == 0 else 0
    return (year - 2000) * 365 + (year - 1997) // 4 + BEFORE[month - 1] + leap + day - 1


def days_in(year: int, month: int) -> int:
    """28 to 31."""
    if month == 2:
        return 29 if year % 4 == 0 else 28
    return 30 if month in (4, 6, 9, 11) else 31


def civil(day: int):
    """(year, month, day of the month) of a number."""
    fours, rest = divmod(day, 1461)
    year = 2000 + 4 * fours
    if rest >= 366:
        year += 1 + (rest - 366) // 365
        rest = (rest - 366) % 365
    month = 1
    while rest >= days_in(year, month):
        rest -= days_in(year, month)
        month += 1
    return year, month, rest + 1


def weekday(day: int) -> int:
    """0 for a Monday."""
    return (day + 5) % 7
