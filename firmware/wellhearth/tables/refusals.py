"""Why an order is refused: a code for the machine, words for a person.

A code, once given, is never given to another reason.
"""

from . import drop, on_board

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .points import Point

OK = 0
NO_LINK = 1
NO_POINT = 2
READ_ONLY = 3
NO_NUMBER = 4
OUT_OF_RANGE = 5
NOT_FOR_ROLE = 6
ROOM_RANGE = 7
ON_SITE = 8
STALE = 9
REPEATED = 10
TOO_MANY = 11
NO_ROW = 12
NOT_LOCKED = 13
OFFLINE = 14
BUS_FULL = 15

# By code: (key for a translation, words in English). What stands in the places is in Commands.details.
REFUSALS = (
    ("ok", ""),
    ("no_link", "nobody is %s over %s"),
    ("no_point", "no point is named %s"),
    ("read_only", "%s is read only"),
    ("no_number", "%s takes a whole number (%s), got %r"),
    ("out_of_range", "%s = %d: allowed is %d to %d (%s)"),
    ("not_for_role", "%s is not for the %s over %s"),
    ("room_range", "setpoint_mc = %d: this room allows %d to %d (mc)"),
    ("on_site", "%s is reset on site only, at the board's own prompt"),
    ("stale", "the command is %d ms old: give it again"),
    ("repeated", "this command was given before"),
    ("too_many", "too many commands over %s: wait a few seconds"),
    ("no_row", "%s has rows 0 to %d"),
    ("not_locked", "%s %s is not locked out"),
    ("offline", "%s (address %d) does not answer"),
    ("bus_full", "too many commands are waiting for the bus"),
)

if not on_board():
    from . import signed_refusals
    REFUSALS += signed_refusals.REFUSALS


def of_row(row: "Point", value: "Any") -> int:
    """Whether `value` may be written to this row's point: OK, READ_ONLY, NO_NUMBER or OUT_OF_RANGE."""
    if row.access == "r":
        return READ_ONLY
    if not isinstance(value, int) or isinstance(value, bool):
        return NO_NUMBER
    return OK if row.lo <= value <= row.hi else OUT_OF_RANGE


def row_details(code: int, row: "Point", value: "Any"):
    """What stands in the words of a code of `of_row`."""
    if code == READ_ONLY:
        return (row.name,)
    if code == NO_NUMBER:
        return row.name, row.unit, value
    return row.name, value, row.lo, row.hi, row.unit


def words(code: int, details: tuple = ()) -> str:
    """The words of a code; "" when it is no refusal."""
    return row(code)[1] % details


def row(code: int):
    """(key, words) of a code; those of signed orders come into memory for that alone."""
    if code < len(REFUSALS):
        return REFUSALS[code]
    from . import signed_refusals as more
    found = more.REFUSALS[code - more.FORM]
    drop(more)
    return found
