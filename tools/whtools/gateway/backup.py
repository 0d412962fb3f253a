"""A copy of the gateway's database while it runs, and back: `wellhearth gateway --backup FILE`, `--restore FILE`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ..device.link import LinkError


def path_of(database: str) -> Path:
    """The file of an embedded database. LinkError for any other."""
    if "://" in database and not database.startswith("sqlite:///"):
        raise LinkError("PostgreSQL has its own tools: pg_dump --format=custom, pg_restore")
    return Path(database.removeprefix("sqlite:///"))


def copy(source: Path, target: Path) -> None:
    """A whole copy, taken through SQLite: of a database at work it is one moment's, checked before it counts."""
    if not source.exists():
        raise LinkError(f"{source}: there is no database")
    new = target.with_name(target.name + ".new")
    new.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(new)) as here:
            there.backup(here)
            if here.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise LinkError(f"{source} is damaged: the copy was not kept")
            here.execute("SELECT count(*) FROM person")
    except sqlite3.DatabaseError as e:
        new.unlink(missing_ok=True)
        raise LinkError(f"{source} is no database of a gateway ({e})") from None
    new.replace(target)


def run(args) -> int:
    """The two options."""
    database = path_of(args.database)
    if args.backup:
        copy(database, args.backup)
        print(f"{args.backup}: {args.backup.stat().st_size // 1000} kB")
        return 0
    for suffix in ("-wal", "-shm"):
        if database.with_name(database.name + suffix).exists():
            raise LinkError(f"{database} is in use: end the gateway first (systemctl stop wellhearth-gateway)")
    database.parent.mkdir(parents=True, exist_ok=True)
    copy(args.restore, database)
    print(f"{database}: restored")
    return 0
