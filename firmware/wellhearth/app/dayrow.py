"""The row of a day that is over: made of the meters and stored. Loaded once a day, for as long as that takes."""

from ..storage import history

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..node.node import Node
    from .days import Days

COUNT_MAX = 65535


def values(days: "Days", quality: int):
    """What history.FORMAT holds behind the row's number, of a days.Days."""
    node = days.node
    n = days.flowing_s
    none = history.NO_TEMPERATURE
    found = [quality if days.day >= 0 else 0, days.day, min(days.seconds // 60, COUNT_MAX), min(days.starts, COUNT_MAX),
             min(days.trips, COUNT_MAX), days.supply // n if n else none, days.back // n if n else none]
    sections = node.wells
    heated = sections or node.rooms
    for meters in ([one.lifted.water for one in sections], [one.returned.water for one in sections],
                   [one.heat.energy for one in heated], [one.sink.energy for one in heated]):
        low = sum([meter.low for meter in meters])
        carry = meters[0].carry if meters else 1000
        found += [sum([meter.high for meter in meters]) + low // carry, low % carry]
    return found + [metered_wh(node)]


def metered_wh(node: "Node") -> int:
    """Electricity of all time, 0 where it is not metered: an estimate is none. A counter of 32 bits, without its 0."""
    for one in node.extras:
        if one.p.source >= one.S0:
            counter = one.electricity.metered
            return (counter.high * counter.carry + counter.low) & 0xFFFFFFFF or 1
    return 0


def store(days: "Days", quality: int) -> str:
    """Why it could not, or ""."""
    try:
        history.append(values(days, quality))
    except OSError as e:
        return "the day's row cannot be stored (%s); free space on the board" % e
    return ""
