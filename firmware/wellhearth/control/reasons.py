"""Why a unit does what it does: one reason for each state of a room unit, for people who ask.

Its key stands in tables/rows.py, its words where people read (console/why.py, and the host's catalogue in two languages).
"""

from . import plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .room import RoomController
    from .thermostat import Thermostat

OFF, WARM_ENOUGH, HEATS, FOLLOWS, WARMS_UP, POST_RUN, REST, RESTART, SPREAD, STARTS_USED, TURN, WATER, ENOUGH, \
    PROTECTION, COLD_WATER, BLIND, LIMITED, EARLY, PREHEATS, SPARES, ZEROING = range(21)


def of_room(c: "RoomController", now_s: int) -> int:
    """The reason of a RoomController; how long it holds at the most goes into its `wait_s` (0: nobody can say)."""
    c.wait_s = 0
    th = c.thermostat
    if c.compressor_on:
        return running(c, th)
    if c.state == c.POST_RUN:
        c.wait_s = (c.post_ms - c.state_ms) // 1000 + 1 if c.post_ms > c.state_ms else 0
        return COLD_WATER if c.cut else POST_RUN
    if c.direction == plan.NONE:
        return OFF
    if c.compressor_bar:
        return PROTECTION
    if c.hold:
        return ZEROING
    if not th.call:
        if c.grid < 0:
            return SPARES
        return LIMITED if th.relay else WARM_ENOUGH
    return waiting(c, now_s)


def running(c: "RoomController", th: "Thermostat") -> int:
    """Why it runs."""
    if not c.room_ok:
        return BLIND
    if c.grid > 0:
        return PREHEATS
    if th.far:
        return WARMS_UP
    if c.variable:
        return FOLLOWS
    return EARLY if th.joined else HEATS


def waiting(c: "RoomController", now_s: int) -> int:
    """Why it does not start though heat (or cold) is asked for."""
    if c.state == c.WAIT_WATER:
        return ENOUGH if c.permissive else WATER
    left = c.hold_ms - c.off_ms
    if left > 0:
        c.wait_s = (left + 999) // 1000
        return RESTART if c.hold_ms > c.min_off_ms else REST
    wait = c.limiter.wait_s(now_s)
    if wait:
        c.wait_s = wait
        return STARTS_USED
    wait = c.limiter.gap_s(now_s)
    if wait:
        c.wait_s = wait
        return SPREAD
    return WATER if c.turn else TURN
