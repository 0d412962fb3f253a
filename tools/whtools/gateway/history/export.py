"""History as files: CSV that a spreadsheet opens, and Parquet (written by DuckDB, which needs no other package for it)."""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa

from . import query

HEAD = ("utc", "node", "point", "value")


def rows(engine: sa.Engine, series: Iterable[tuple[str, str]], begin_s: int, end_s: int) -> Iterator[tuple]:
    """(UTC as ISO 8601, node, point, value) of each (node, path)."""
    for node, path in series:
        for at, value in query.curve(engine, node, path, begin_s, end_s):
            moment = datetime.datetime.fromtimestamp(at, datetime.timezone.utc)
            yield f"{moment:%Y-%m-%dT%H:%M:%SZ}", node, path, value


def safe(cell) -> object:
    """A cell that a spreadsheet takes for a formula is quoted: names come from people."""
    return "'" + cell if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_csv(found: Iterable[tuple], head: tuple = HEAD) -> bytes:
    """UTF-8 with a mark, so that a spreadsheet shows Chinese."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([[safe(cell) for cell in row] for row in found])
    return text.getvalue().encode("utf-8-sig")


def as_parquet(found: Iterable[tuple]) -> bytes:
    """Columns utc (timestamp), node, point, value (integer)."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="wellhearth-") as folder:
        source, target = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        with open(source, "w", newline="", encoding="utf-8") as f:
            writer = csv.writer(f)
            writer.writerow(HEAD)
            writer.writerows(found)
        with duckdb.connect() as connection:
            connection.execute(f"COPY (SELECT utc::TIMESTAMP AS utc, node, point, value::INTEGER AS value FROM read_csv("
                               f"'{source}', header = true, all_varchar = true)) TO '{target}' (FORMAT parquet)")
        return target.read_bytes()
