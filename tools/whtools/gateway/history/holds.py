"""What the hub refreshes, in the database: wishes outlive a restart of the gateway."""

from __future__ import annotations

import sqlalchemy as sa

from ..nodes import Hub
from .schema import HOLD, put


def keep(engine: sa.Engine, hub: Hub) -> None:
    """Write all that is held now."""
    with engine.begin() as connection:
        connection.execute(sa.delete(HOLD))
        put(connection, HOLD, hub.holds.dump())


def load(engine: sa.Engine, hub: Hub) -> None:
    """What the process before this one held; from now on what somebody at the wall ended is forgotten here too."""
    with engine.connect() as connection:
        hub.holds.load([dict(row._mapping) for row in connection.execute(sa.select(HOLD))])
    hub.subscribe(lambda change: keep(engine, hub) if change.dropped else None)
