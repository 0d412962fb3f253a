"""The cause-and-effect table at work: its rows without their words, each row's bit (bits.py has them by name).

The rows stand in cause_rows.py.
"""

from collections import namedtuple

from . import cause_rows, drop, on_board

COLUMNS = ("key", "scope", "bit", "cause", "delay_ms", "actions", "reset", "hold_s", "lockouts", "window_s", "flags",
           "fallback")
WORDS = ("cause", "reset", "fallback")
# On a board without the words, which are a tenth of the memory there is to spare.
KEPT = [i for i in range(len(COLUMNS)) if not (on_board() and COLUMNS[i] in WORDS)]
Cause = namedtuple("Cause", [COLUMNS[i] for i in KEPT])
TABLES = ["cause_rows"]  # the modules that have their words
CAUSES = tuple([Cause(*[row[i] for i in KEPT]) for row in cause_rows.CAUSES])

drop(cause_rows)
del cause_rows


def words():
    """{key: the cause in words}; loads the rows again for as long as that is kept."""
    found = {}
    for name in TABLES:
        table = __import__(__name__.rpartition(".")[0] + "." + name, None, None, ("CAUSES",))
        found.update({key: text for key, _scope, _bit, text, *_ in table.CAUSES})
        drop(table)
    return found


def find(key: str):
    """The table's row with this key; KeyError when there is none."""
    for row in CAUSES:
        if row.key == key:
            return row
    raise KeyError(key)


def rows(scope: int):
    """Rows of one scope by their bits: 0, 1, 2, ... (a row that is given up keeps its place)."""
    return sorted([row for row in CAUSES if row.scope == scope], key=lambda row: row.bit)


def bit(key: str) -> int:
    """The bit of the row with this key; KeyError when there is none."""
    return find(key).bit


def name(scope: int, number: int) -> str:
    """The key of a bit; its number where this firmware has no such row (a node on the bus may be newer)."""
    for row in CAUSES:
        if row.scope == scope and row.bit == number:
            return row.key
    return str(number)
