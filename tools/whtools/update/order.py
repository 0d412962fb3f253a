"""An order to install a release on one unit, as storage/update_order.py takes it apart."""

from __future__ import annotations

import datetime
import time

from wellhearth.storage import update_order

from ..device.keyring import sealed
from . import pack
from .signed import Release

DAY_ZERO = datetime.date(2000, 1, 1)
DAYS = 7  # an order is good for


def make(entry: dict, release: Release, counter: int, today: datetime.date | None = None) -> str:
    """One line for the unit of a key file's entry; counter: above every one that it has taken."""
    until = ((today or datetime.datetime.now(datetime.timezone.utc).date()) - DAY_ZERO).days + DAYS
    text = " ".join(map(str, (update_order.WORD, 1, entry["id"], entry["owner"], counter, until, release.board,
                              pack.number(release.version), pack.number(release.floor), len(release.data), release.sha256)))
    return sealed(text, entry["operator"])


def counter(last: int) -> int:
    """The next order's number: the time, and in any case above the last one."""
    return max(int(time.time()), last + 1)


def fits(text: str, entry: dict, release: Release) -> bool:
    """Whether a unit's last order is one of this operator for this very pack: then it is gone on with."""
    found = update_order.Order(text)
    return found.why == 0 and found.sealed(entry["operator"]) and (found.unit, found.sha256) == (entry["id"], release.sha256)
