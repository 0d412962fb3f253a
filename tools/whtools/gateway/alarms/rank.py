"""How much a cause matters to people, from what the firmware's own table says it does."""

from __future__ import annotations

from functools import lru_cache

from wellhearth.control.trips import ALARM, COMPRESSOR_OFF, FALLBACK, MASTER_OFF, PUMP_OFF
from wellhearth.tables import causes

LOW, NORMAL, HIGH, URGENT = range(4)
NAMES = ("low", "normal", "high", "urgent")
SILENT = "node_silent"  # a node that does not answer the gateway: no row of the firmware's table
HOUSE_SILENT = "house_silent"  # of a fleet: a house that says nothing
BROKER_AWAY = "broker_away"  # of a fleet: no house can be heard
AWAY = (SILENT, HOUSE_SILENT, BROKER_AWAY)
SILENT_WAIT_S = 300
HURTS = ("frost", "leak", "pump_welded", "coil_freeze")  # water or a house may be harmed although nothing is locked out
SELF_HEALING_S = 600  # a trip without the table's ALARM mends itself; people hear of it when it does not
WAIT_S = 30


@lru_cache
def row(cause: str):
    """The table's row; None for a cause that this host does not know."""
    return next((row for row in causes.CAUSES if row.key == cause), None)


def rank(cause: str, locked: bool) -> int:
    """LOW to URGENT. A lockout waits for a hand: nothing gets better by itself."""
    if locked or cause in HURTS:
        return URGENT
    found = row(cause)
    if found is None:
        return HIGH
    if found.actions & MASTER_OFF:
        return URGENT
    if found.actions & (PUMP_OFF | COMPRESSOR_OFF):
        return HIGH if found.actions & ALARM else NORMAL
    return LOW if found.actions & FALLBACK else NORMAL


def wait_s(cause: str, locked: bool) -> int:
    """Seconds that it must last before anybody is told."""
    if locked or cause in HURTS:
        return 0
    if cause in AWAY:
        return SILENT_WAIT_S
    found = row(cause)
    return WAIT_S if found is None or found.actions & ALARM else SELF_HEALING_S
