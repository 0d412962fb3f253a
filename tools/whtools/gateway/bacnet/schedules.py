"""A room's comfort periods as a BACnet schedule: true inside them, false outside. To be read: the node's config counts."""

from __future__ import annotations

import datetime
from typing import Any

from bacpypes3.basetypes import DailySchedule, DateRange, TimeValue
from bacpypes3.constructeddata import AnyAtomic
from bacpypes3.local.object import Object as LocalObject
from bacpypes3.object import ScheduleObject as _ScheduleObject
from bacpypes3.primitivedata import Boolean, Time

from wellhearth.control.periods import DAY_MIN, DAYS, parse

from .objects import Guarded

ALWAYS = DateRange(startDate=(255, 255, 255, 255), endDate=(255, 255, 255, 255))


class Schedule(Guarded, LocalObject, _ScheduleObject):
    """Comfort periods of a week."""

    _periods: list[tuple[int, int]] = []


def changes(periods: list[tuple[int, int]], day: int) -> list[tuple[int, bool]]:
    """(minute of that day, comfort from then on), from midnight on; periods: minutes of the week, Monday 00:00 = 0."""
    begin = day * DAY_MIN
    found = {0: inside(periods, begin)}
    for a, b in periods:
        for minute, comfort in ((b - begin, False), (a - begin, True)):
            if 0 <= minute < DAY_MIN:
                found[minute] = comfort
    return sorted(found.items())


def inside(periods: list[tuple[int, int]], minute: int) -> bool:
    """Whether a minute of the week is one of comfort."""
    return any(a <= minute < b for a, b in periods)


def make(name: str, instance: int, text: str) -> Schedule:
    """text: as in a room's `schedule` ("mo-fr 06:30-22:00"); ValueError says what is wrong with it."""
    periods = parse(text)
    week = [DailySchedule(daySchedule=[TimeValue(time=Time((minute // 60, minute % 60, 0, 0)), value=AnyAtomic(Boolean(on)))
                                       for minute, on in changes(periods, day)]) for day in range(len(DAYS))]
    made: Any = Schedule(
        objectIdentifier=("schedule", instance), objectName=name, description=f"comfort periods: {text}",
        presentValue=AnyAtomic(Boolean(False)), effectivePeriod=ALWAYS, weeklySchedule=week,
        scheduleDefault=AnyAtomic(Boolean(False)), listOfObjectPropertyReferences=[], priorityForWriting=16,
        statusFlags=[0, 0, 0, 0], reliability="noFaultDetected", outOfService=False)
    made._periods = periods
    return made


def now(one: Schedule, moment: datetime.datetime) -> Any:
    """Its present value at a local time."""
    minute = moment.weekday() * DAY_MIN + moment.hour * 60 + moment.minute
    return AnyAtomic(Boolean(inside(one._periods, minute)))
