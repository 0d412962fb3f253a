"""Tables of the gateway, and how a database is opened.

Times are whole numbers of UTC: `at` in minutes or tens of minutes since 1970 for what was measured, seconds for everything
else. Values are the firmware's whole numbers in its units.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

META = sa.MetaData()
SMALL: Any = {"sqlite_with_rowid": False}  # the key is the row: half the bytes

SERIES = sa.Table("series", META, sa.Column("id", sa.Integer, primary_key=True), sa.Column("node", sa.String(80)),
                  sa.Column("path", sa.String(80)), sa.UniqueConstraint("node", "path"))
MINUTE = sa.Table("minute", META, sa.Column("series", sa.Integer, primary_key=True),
                  sa.Column("at", sa.Integer, primary_key=True, index=True), sa.Column("value", sa.Integer), **SMALL)
ROLLED = sa.Table("rolled", META, sa.Column("target", sa.String(10), primary_key=True), sa.Column("at", sa.Integer))
TEN = sa.Table("ten", META, sa.Column("series", sa.Integer, primary_key=True), sa.Column("at", sa.Integer, primary_key=True),
               sa.Column("mean", sa.Integer), sa.Column("low", sa.Integer), sa.Column("high", sa.Integer), **SMALL)
DAY = sa.Table("day", META, sa.Column("series", sa.Integer, primary_key=True), sa.Column("at", sa.Integer, primary_key=True),
               sa.Column("mean", sa.Integer), sa.Column("low", sa.Integer), sa.Column("high", sa.Integer),
               sa.Column("last", sa.Integer), **SMALL)
LINE = sa.Table("line", META, sa.Column("id", sa.Integer, primary_key=True), sa.Column("node", sa.String(80), index=True),
                sa.Column("number", sa.Integer),
                sa.Column("at", sa.BigInteger, index=True), sa.Column("event", sa.String(20)),
                sa.Column("place", sa.String(20)), sa.Column("key", sa.String(80)), sa.Column("was", sa.String(40)),
                sa.Column("value", sa.String(40)), sa.Column("who", sa.String(80)), sa.Column("text", sa.String(200)))
PERSON = sa.Table("person", META, sa.Column("id", sa.Integer, primary_key=True),
                  sa.Column("name", sa.String(40), unique=True),
                  sa.Column("hash", sa.String(200)), sa.Column("role", sa.String(10)), sa.Column("made", sa.BigInteger))
HOME = sa.Table("home", META, sa.Column("person", sa.Integer, primary_key=True),
                sa.Column("node", sa.String(80), primary_key=True), sa.Column("block", sa.String(20), primary_key=True))
SESSION = sa.Table("session", META, sa.Column("token", sa.String(64), primary_key=True), sa.Column("person", sa.Integer),
                   sa.Column("csrf", sa.String(64)), sa.Column("made", sa.BigInteger), sa.Column("seen", sa.BigInteger))
INVITE = sa.Table("invite", META, sa.Column("token", sa.String(64), primary_key=True), sa.Column("role", sa.String(10)),
                  sa.Column("homes", sa.String(1000)), sa.Column("until", sa.BigInteger))
AUDIT = sa.Table("audit", META, sa.Column("id", sa.Integer, primary_key=True), sa.Column("at", sa.BigInteger, index=True),
                 sa.Column("who", sa.String(40)), sa.Column("peer", sa.String(60)), sa.Column("what", sa.String(40)),
                 sa.Column("detail", sa.String(200)))
NAME = sa.Table("name", META, sa.Column("node", sa.String(80), primary_key=True),
                sa.Column("block", sa.String(20), primary_key=True), sa.Column("text", sa.String(40)))
HOLD = sa.Table("hold", META, sa.Column("node", sa.String(80), primary_key=True),
                sa.Column("path", sa.String(80), primary_key=True), sa.Column("value", sa.Integer),
                sa.Column("was", sa.Integer), sa.Column("who", sa.String(80)))


def engine_of(address: str) -> sa.Engine:
    """Open `sqlite:///path`, a path, or `postgresql://...`. Raises sqlalchemy.exc.OperationalError when it is not there."""
    if "://" not in address:
        path = Path(address)
        path.parent.mkdir(parents=True, exist_ok=True)
        address = f"sqlite:///{path}"
    if address.startswith("postgresql://"):
        address = address.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = sa.create_engine(address)
    if engine.dialect.name == "sqlite":
        @event.listens_for(engine, "connect")
        def prepare(connection, _record):
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")
    return engine


def migrate(engine: sa.Engine) -> None:
    """Move the schema on to what this gateway needs; an empty database gets all of it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def open_store(address: str) -> sa.Engine:
    """An engine whose schema is up to date; on a server that has TimescaleDB, with hypertables."""
    from . import hypertables

    engine = engine_of(address)
    migrate(engine)
    hypertables.prepare(engine)
    return engine


def insert(connection: sa.Connection, table: sa.Table, **values) -> int:
    """Insert one row; returns its `id`."""
    return connection.execute(sa.insert(table).values(**values).returning(table.c.id)).scalar_one()


def put(connection: sa.Connection, table: sa.Table, rows: list[dict]) -> None:
    """Insert rows; those whose key is there already replace it."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert
    else:
        from sqlalchemy.dialects.sqlite import insert as upsert
    keys = [column.name for column in table.primary_key]
    statement = upsert(table)
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), rows)
