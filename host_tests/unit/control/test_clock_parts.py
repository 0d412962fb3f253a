"""Dates, daylight saving, the wall clock that ticks move, and the DS3231 driver with everything such a chip can say."""

from __future__ import annotations

import datetime
import zoneinfo

import pytest

from doubles.selection import some
from harness.devices.ds3231 import STATUS, Ds3231
from wellhearth.control import calendar, summer, wall
from wellhearth.drivers import ds3231

UTC = datetime.timezone.utc


def test_every_date_of_the_century_is_the_one_of_the_standard_library():
    for n in range(wall.LAST_DAY + 1):
        date = datetime.date(2000, 1, 1) + datetime.timedelta(n)
        assert calendar.civil(n) == (date.year, date.month, date.day)
        assert calendar.day_of(*calendar.civil(n)) == n and calendar.weekday(n) == date.weekday()


@pytest.mark.parametrize("date", [(1999, 12, 31), (2100, 1, 1), (2026, 13, 1), (2026, 0, 1), (2026, 2, 29), (2026, 4, 31)])
def test_what_is_no_date_is_refused(date):
    with pytest.raises(ValueError, match="no date from 2000 to 2099"):
        calendar.day_of(*date)


@pytest.mark.parametrize(("rule", "base", "zone"), some([
    ("eu", 60, "Europe/Berlin"), ("us", -300, "America/New_York"), ("none", 480, "Asia/Shanghai"),
    ("eu", 0, "Europe/Dublin"), ("eu", 120, "Europe/Helsinki"), ("us", -480, "America/Los_Angeles")], 3))
def test_local_time_is_that_of_the_zone_data_in_every_half_hour_of_ten_years(rule, base, zone):
    try:
        there = zoneinfo.ZoneInfo(zone)
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip("this machine has no zone data")
    when = datetime.datetime(2026, 1, 1, tzinfo=UTC)
    while when.year < 2036:
        day = (when.date() - datetime.date(2000, 1, 1)).days
        wanted = when.astimezone(there).utcoffset().total_seconds() // 60
        assert summer.offset_min(rule, base, day, when.hour * 60 + when.minute) == wanted, when
        when += datetime.timedelta(minutes=30)


def test_the_wall_clock_rolls_over_days_weeks_and_gaps_of_a_week_without_losing_a_millisecond():
    w = wall.Wall()
    w.advance(100)
    assert w.day == -1 and w.week_min() == -1
    w.post(9830, 86_399_900)  # Monday 2026-11-30, 23:59:59.9 UTC
    w.advance(100)
    assert (w.day, w.ms) == (9830, 86_399_900), "a time that was posted holds in the scan that takes it"
    w.advance(150)
    assert (w.day, w.ms, w.week_min()) == (9831, 50, 1440)
    w.offset_min = -60
    assert w.week_min() == 1380, "in the Atlantic it is still Monday"
    w.advance(7 * wall.DAY_MS // 2)
    w.advance(7 * wall.DAY_MS // 2)
    assert (w.day, w.ms, w.week_min()) == (9838, 50, 1380)


class I2c:
    """The chip of the harness on a bus."""

    def __init__(self, chip, world_s):
        self.chip, self.world_s = chip, world_s

    def readfrom_mem_into(self, address, register, into):
        image = self.chip.image(self.world_s)
        if address != ds3231.ADDRESS or self.chip.fault == "dead":
            raise OSError(19)
        into[:] = image[7:8] if register == STATUS else image[register:register + len(into)]

    def writeto_mem(self, address, register, data):
        self.readfrom_mem_into(address, 0, bytearray(7))
        self.chip.write(register, data)


def driver(world_s=0.0):
    chip = Ds3231(1, ideal=True)
    return chip, ds3231.Ds3231(I2c(chip, world_s))


@pytest.mark.parametrize("when", [
    datetime.datetime(2026, 11, 28, 7, 30, 5), datetime.datetime(2028, 2, 29, 23, 59, 59), datetime.datetime(2099, 12, 31),
    datetime.datetime(2059, 10, 9, 19, 48, 37)])
def test_a_time_that_is_written_is_read_back_and_the_flag_goes(when):
    chip, d = driver()
    with pytest.raises(ValueError, match="stood still"):
        d.read()
    second = (when - datetime.datetime.combine(when, datetime.time())).seconds
    d.write(when.year, when.month, when.day, when.weekday(), second)
    assert d.read() == (when.year, when.month, when.day, second) and not chip.stopped
    assert (0x0E, b"\x1c") in chip.written, "its oscillator goes on without the board's power"


def test_the_century_bit_rubbish_and_a_dead_bus_are_told():
    chip, d = driver()
    chip.image(0.0)
    chip.set(datetime.datetime(2100, 1, 1))
    with pytest.raises(ValueError, match="no time of this century"):
        d.read()
    chip.fault = "rubbish"
    with pytest.raises(ValueError, match="which is no number"):
        d.read()
    chip.fault = "dead"
    with pytest.raises(OSError, match="19"):
        d.read()
    with pytest.raises(OSError, match="19"):
        d.write(2026, 11, 28, 5, 0)


@pytest.mark.parametrize(("register", "hour"), [(0x52, 0), (0x41, 1), (0x72, 12), (0x71, 23), (0x00, 0), (0x23, 23)])
def test_an_hour_of_the_twelve_hour_form_is_understood(register, hour):
    class Other:
        def readfrom_mem_into(self, _address, at, into):
            into[:] = b"\x00" if at == STATUS else bytes([0, 0, register, 1, 1, 1, 0x30])
    assert ds3231.Ds3231(Other()).read() == (2030, 1, 1, hour * 3600)
