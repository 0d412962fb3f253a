"""TimescaleDB: found where it is, used where it may be, missed by nobody. The real one with WELLHEARTH_POSTGRES_BIN."""

from __future__ import annotations

import history_bench
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from doubles import postgres
from whtools.gateway.history import hypertables, query, schema


class Faked:
    """A connection that answers the catalogue's questions, and keeps what else it is told."""

    dialect = postgresql.dialect()

    def __init__(self, offered, there, refuse=""):
        self.offered, self.there, self.refuse, self.told = offered, there, refuse, []

    def execute(self, statement, values=None):
        text = str(statement)
        if "pg_available_extensions" in text:
            return self.answer(self.offered)
        if "pg_extension" in text:
            return self.answer(self.there)
        if "timescaledb_information" in text:
            return self.answer(None)
        self.told.append((text, values))
        if self.refuse in text and self.refuse:
            raise sa.exc.OperationalError(text, values, Exception("must be preloaded\nHINT: more"))
        return self.answer(None)

    @staticmethod
    def answer(value):
        class Answer:
            def scalar(self):
                return value

            def scalars(self):
                return iter(())
        return Answer()

    def begin(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


@pytest.mark.parametrize(("offered", "there", "made"), [(0, 0, 0), (1, 0, 3), (1, 1, 2)])
def test_it_is_used_where_the_server_offers_it(offered, there, made):
    connection = Faked(offered, there)
    assert hypertables.prepare(connection) == ""
    said = [text for text, _values in connection.told]
    assert len(said) == made
    assert [text for text in said if "CREATE EXTENSION" in text] == said[:max(0, made - 2)]
    cut = [(values["name"], values["length"]) for _text, values in connection.told if values]
    assert cut == ([("minute", 10080), ("ten", 4320)] if made else [])


def test_a_server_that_refuses_leaves_plain_tables_and_a_word():
    assert hypertables.prepare(Faked(1, 0, "CREATE EXTENSION")) == "TimescaleDB is there and is not used: must be preloaded"


def test_sqlite_is_not_asked(tmp_path):
    engine = schema.open_store(str(tmp_path / "x.db"))
    with engine.connect() as connection:
        assert hypertables.prepare(engine) == "" and hypertables.cut(connection) == set()
        assert not hypertables.available(connection) and not hypertables.installed(connection)
    engine.dispose()


@pytest.fixture(params=["", "timescaledb"])
def address(request):
    if request.param and not postgres.has(request.param):
        pytest.skip("this PostgreSQL has no TimescaleDB")
    try:
        with postgres.server(request.param) as found:
            yield found
    except postgres.Missing as e:
        pytest.skip(str(e))


def test_a_history_that_is_there_moves_into_hypertables_and_answers_alike(address, request):
    engine = schema.engine_of(address)
    schema.migrate(engine)  # as a gateway before TimescaleDB was installed
    history_bench.fill(engine, 3)
    before = history_bench.answers(engine, 3)
    with engine.connect() as connection:
        plain = hypertables.size_bytes(connection, [schema.MINUTE, schema.TEN])
    assert hypertables.prepare(engine) == hypertables.prepare(engine) == ""
    assert history_bench.answers(engine, 3) == before and len(before) >= 6
    with engine.begin() as connection:
        there = hypertables.cut(connection)
        assert there == ({"minute", "ten"} if "timescaledb" in request.node.callspec.id else set())
        assert 0.5 < hypertables.size_bytes(connection, [schema.MINUTE, schema.TEN]) / plain < 2
        day = (history_bench.BEGIN_D + 2) * 1440
        hypertables.forget(connection, schema.MINUTE, day)
        assert connection.execute(sa.select(sa.func.min(schema.MINUTE.c.at))).scalar() == day
    assert query.curve(engine, "room1", "room1.room_mc", day * 60, day * 60 + 86400)
    engine.dispose()
