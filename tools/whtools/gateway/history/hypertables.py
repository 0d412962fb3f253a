"""TimescaleDB where the server has it: the history's two large tables become hypertables, cut into pieces by time.

What is old is then dropped piece by piece instead of row by row, and what is asked for lately is in the pieces that are in
memory. Nothing depends on it: schema and queries are the same, and so are the answers. Only what TimescaleDB has under the
Apache licence is used (create_hypertable, drop_chunks), so a build of Debian's or a cloud's serves as well.
"""

from __future__ import annotations

import logging

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from .schema import MINUTE, TEN

NAME = "timescaledb"
PIECES = ((MINUTE, 7 * 1440), (TEN, 30 * 144))  # a piece's length, in the table's own unit of time: a week, thirty days

log = logging.getLogger("wellhearth.history")


def available(connection: sa.Connection) -> bool:
    """Whether this server could have the extension."""
    query = sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = :name")
    return connection.dialect.name == "postgresql" and bool(connection.execute(query, {"name": NAME}).scalar())


def installed(connection: sa.Connection) -> bool:
    """Whether this database has it."""
    query = sa.text("SELECT count(*) FROM pg_extension WHERE extname = :name")
    return connection.dialect.name == "postgresql" and bool(connection.execute(query, {"name": NAME}).scalar())


def cut(connection: sa.Connection) -> set[str]:
    """Names of the tables that are hypertables."""
    if not installed(connection):
        return set()
    query = sa.text("SELECT hypertable_name FROM timescaledb_information.hypertables "
                    "WHERE hypertable_schema = current_schema()")
    return set(connection.execute(query).scalars())


def prepare(engine: sa.Engine) -> str:
    """Make the large tables hypertables where that can be; rows that are there already move, which takes some minutes a year
    of a village. Returns why it was left, for the log; "" when it was done, or this server has no TimescaleDB.
    """
    if engine.dialect.name != "postgresql":
        return ""
    try:
        with engine.begin() as connection:
            if not installed(connection):
                if not available(connection):
                    return ""
                connection.execute(sa.text(f"CREATE EXTENSION IF NOT EXISTS {NAME}"))
            there = cut(connection)
            for table, length in PIECES:
                if table.name not in there:
                    log.info("table %s becomes a hypertable", table.name)
                    # No further index by time alone: the key serves the queries, `ix_minute_at` the deletion.
                    connection.execute(sa.text("SELECT create_hypertable(:name, 'at', chunk_time_interval => :length, "
                                               "create_default_indexes => false, migrate_data => true, "
                                               "if_not_exists => true)"), {"name": table.name, "length": length})
    except DBAPIError as e:  # not preloaded, no right to make an extension, another licence: plain tables serve too
        why = f"TimescaleDB is there and is not used: {str(e.orig).splitlines()[0] if str(e.orig) else e.__class__.__name__}"
        log.warning("%s", why)
        return why
    return ""


def forget(connection: sa.Connection, table: sa.Table, before: int) -> None:
    """Delete the rows with `at` below `before`: whole pieces at once where the table is cut."""
    if table.name in cut(connection):
        connection.execute(sa.text("SELECT drop_chunks(CAST(:name AS regclass), older_than => :before)"),
                           {"name": table.name, "before": before})
    connection.execute(sa.delete(table).where(table.c.at < before))


def size_bytes(connection: sa.Connection, tables: list[sa.Table]) -> int:
    """What these tables take on the server's disk: rows, indexes, and of hypertables every piece."""
    there, total = cut(connection), 0
    for table in tables:
        call = "hypertable_size" if table.name in there else "pg_total_relation_size"
        total += connection.execute(sa.text(f"SELECT {call}(CAST(:name AS regclass))"), {"name": table.name}).scalar() or 0
    return total
