"""The row of ten minutes that are over: as a day's, to the second, with the air of the rooms. Loaded for that alone."""

from ..storage import history
from . import dayrow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .days import Days


def values(period: "Days", quality: int):
    """What history.TEN_FORMAT holds behind the row's number, of a days.Days of ten minutes."""
    node = period.node
    clock = node.wall
    found = dayrow.values(period, quality)
    if period.fresh:
        found[0] |= history.FRESH
    found[1] = clock.day * 8640 + clock.ms // 10000 if clock.day >= 0 else -1
    found[2] = min(period.seconds, dayrow.COUNT_MAX)
    rooms = [room.p.room_mc // 10 if room.p.room_ok else history.NO_TEMPERATURE for room in node.rooms]
    return found + rooms + [history.NO_TEMPERATURE] * (history.ROOMS - len(rooms))


def store(period: "Days", quality: int) -> str:
    """Why it could not, or ""."""
    try:
        history.append(values(period, quality), history.TEN)
    except OSError as e:
        return "the row of ten minutes cannot be stored (%s); free space on the board" % e
    return ""
