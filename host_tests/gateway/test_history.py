"""History: what is kept, means, retention, deletion, a kill at any moment, clocks that jump, two databases alike."""

from __future__ import annotations

import contextlib
import functools
import os
import random
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa

from doubles import postgres
from whtools.gateway.history import export, hypertables, query, recorder, schema
from whtools.gateway.history.recorder import means
from whtools.gateway.nodes import Hub
from whtools.gateway.nodes.simulated import World
from whtools.gateway.nodes.transport import Clock

POSTGRES = os.environ.get("WELLHEARTH_POSTGRES", "")  # postgresql://... of a database that may be emptied
BEGIN_S = 1_800_000_000 // 86400 * 86400


class Turned(Clock):
    s = float(BEGIN_S)

    def wall(self):
        return self.s

    def mono(self):
        return self.s


def count(engine, table):
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()


@pytest.fixture(scope="module")
def servers():
    """The address of a PostgreSQL by the library it was started with; each is started once, where one is installed."""
    with contextlib.ExitStack() as stack:
        @functools.cache
        def address(preload):
            try:
                return POSTGRES if POSTGRES and not preload else stack.enter_context(postgres.server(preload))
            except postgres.Missing as e:
                pytest.skip(str(e))
        yield address


def emptied(address):
    """A PostgreSQL with nothing in it."""
    made = schema.engine_of(address)
    with made.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    made.dispose()


@pytest.fixture(params=["sqlite", "postgresql", "timescaledb"])
def engine(request, tmp_path, servers):
    if request.param == "sqlite":
        yield schema.open_store(str(tmp_path / "history.db"))
        return
    if request.param == "timescaledb" and not postgres.has("timescaledb"):
        pytest.skip("this PostgreSQL has no TimescaleDB")
    address = servers("timescaledb" if request.param == "timescaledb" else "")
    emptied(address)
    made = schema.open_store(address)
    with made.connect() as connection:
        assert hypertables.cut(connection) == ({"minute", "ten"} if request.param == "timescaledb" else set())
    yield made
    made.dispose()


@pytest.fixture
def keeper(engine):
    return recorder.Recorder(engine, clock=Turned(), zone_s=0)


def feed(keeper, values, path="room1.room_mc", node="n", step_s=60, deadband=50):
    for value in values:
        keeper.sample(node, path, int(keeper.clock.s // 60), value, deadband)
        keeper.clock.s += step_s
    keeper.flush()


def test_a_deadband_and_every_quarter_of_an_hour(keeper, engine):
    feed(keeper, [20000 + n % 2 * 40 for n in range(60)])
    with engine.connect() as connection:
        minutes = [at - BEGIN_S // 60 for (at,) in connection.execute(sa.select(schema.MINUTE.c.at))]
    assert minutes == [0, 15, 30, 45], "noise within the deadband is not kept"
    feed(keeper, [20000, 20051, 20060, 20200])
    found = query.curve(engine, "n", "room1.room_mc", BEGIN_S + 3600, BEGIN_S + 3900)
    assert [value for _at, value in found] == [20000, 20051, 20200]


def test_the_last_value_of_a_minute_counts(keeper, engine):
    feed(keeper, range(0, 6000, 100), step_s=10)
    assert [v for _at, v in query.curve(engine, "n", "room1.room_mc", BEGIN_S, BEGIN_S + 600)] == list(range(500, 6000, 600))


def test_means_are_weighted_by_time():
    rows = means([(1, 2, 100), (1, 7, 200)], {1: 0}, 0, 10)
    assert rows == [{"series": 1, "mean": (0 * 2 + 100 * 5 + 200 * 3) / 10, "low": 0, "high": 200, "last": 200}]
    assert means([(1, 5, 100)], {}, 0, 10)[0]["mean"] == 100, "before its first sample nothing is known"


def test_tens_and_days(keeper, engine):
    feed(keeper, [20000 + 10 * (n // 10 % 20) for n in range(3 * 1440)], deadband=0)
    keeper.clock.s += 120  # the last sample of a mean is given time to be written
    assert keeper.roll() > 2 * 144
    assert keeper.roll() == 0, "made once"
    assert count(engine, schema.DAY) == 3 and count(engine, schema.TEN) == 432
    with engine.connect() as connection:
        for low, mean, high, last in connection.execute(sa.select(schema.DAY.c.low, schema.DAY.c.mean, schema.DAY.c.high,
                                                                  schema.DAY.c.last)):
            assert low == 20000 and high == 20190 and 20090 <= mean <= 20100 and 20000 <= last <= 20190
    season = query.curve(engine, "n", "room1.room_mc", BEGIN_S - 100 * 86400, BEGIN_S + 3 * 86400)
    assert len(season) == 432 and max(v for _at, v in season) == 20190


def test_what_is_too_old_goes(keeper, engine):
    feed(keeper, range(0, 86400, 60), deadband=0)
    keeper.clock.s += 31 * 86400
    feed(keeper, [1])
    keeper.roll()
    assert count(engine, schema.MINUTE) == 1 and count(engine, schema.TEN) > 140
    keeper.clock.s += 731 * 86400
    feed(keeper, [1])
    keeper.roll()
    assert count(engine, schema.TEN) <= 1 and count(engine, schema.DAY) >= 2, "days stay for ever"


def test_water_by_day_over_a_meter_s_reset(keeper, engine):
    for m3 in (10, 12, 15, 1, 4):
        for path, value in (("well.circulated_m3", m3), ("well.circulated_l", 500)):
            keeper.sample("n", path, int(keeper.clock.s // 60), value, 0)
        keeper.flush()
        keeper.clock.s += 86400
    keeper.clock.s += 120
    keeper.roll()
    today = int(keeper.clock.s) // 86400
    found = query.by_day(engine, "n", "well.circulated_m3", "well.circulated_l", 1000, 31, today)
    assert [litres for _day, litres in found] == [2000, 3000, 1500, 3000]


def test_deletion_on_request(keeper, engine):
    feed(keeper, range(0, 200_000, 100), "room1.room_mc")
    feed(keeper, range(0, 200_000, 100), "room10.room_mc")
    keeper.roll()
    assert query.forget(engine, "n", "room1") == 1
    assert query.curve(engine, "n", "room1.room_mc", 0, 1 << 31) == []
    assert len(query.curve(engine, "n", "room10.room_mc", BEGIN_S + 120_000, BEGIN_S + 240_000)) > 1000


@pytest.mark.parametrize("jump_s", [-7200, -400 * 86400, 7200, 400 * 86400])
def test_a_clock_that_jumps_loses_nothing_that_was_written(keeper, engine, jump_s):
    feed(keeper, range(0, 6000, 100))
    before = count(engine, schema.MINUTE)
    keeper.clock.s += jump_s
    feed(keeper, range(0, 6000, 100))
    keeper.clock.s -= jump_s
    feed(keeper, range(0, 6000, 100))
    keeper.roll()
    if jump_s < 31 * 86400 and jump_s > -31 * 86400:
        assert count(engine, schema.MINUTE) >= before + 60
    assert not keeper.failed


def test_after_a_clock_that_ran_ahead_means_are_made_again(keeper, engine):
    feed(keeper, range(0, 3600, 100))
    keeper.clock.s += 400 * 86400
    feed(keeper, range(0, 3600, 100))
    keeper.roll()
    keeper.clock.s -= 400 * 86400
    tens = count(engine, schema.TEN)
    feed(keeper, range(0, 12000, 100))
    keeper.roll()
    assert count(engine, schema.TEN) >= tens + 10


def test_a_database_that_is_away_loses_nothing_when_it_is_back(keeper, engine, monkeypatch):
    feed(keeper, range(0, 600, 100))
    good = keeper.engine
    keeper.engine = sa.create_engine("sqlite:////nonexistent/x.db")
    feed(keeper, range(600, 1200, 100))
    assert "history cannot be written" in keeper.failed and len(keeper.samples) == 6
    keeper.engine = good
    feed(keeper, range(1200, 1800, 100))
    assert not keeper.failed and count(engine, schema.MINUTE) == 18


def test_a_spreadsheet_takes_no_formula_and_parquet_is_read_back(keeper, engine, tmp_path):
    import duckdb

    feed(keeper, range(0, 6000, 100), node="=cmd")
    rows = list(export.rows(engine, [("=cmd", "room1.room_mc")], BEGIN_S, BEGIN_S + 3600))
    assert b"'=cmd" in export.as_csv(rows) and len(rows) == 60
    path = tmp_path / "x.parquet"
    path.write_bytes(export.as_parquet(rows))
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT count(*), max(value), min(node) FROM '{path}'").fetchone() == (60, 5900, "=cmd")


def test_a_first_database_is_migrated_once_and_opens_again(tmp_path):
    path = str(tmp_path / "new" / "history.db")
    schema.open_store(path).dispose()
    engine = schema.open_store(path)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0002"
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def kill_at_random(path, rng) -> tuple[int, int]:
    """(last minute that the process said it had flushed, last one in the database)."""
    process = subprocess.Popen([sys.executable, "-m", "gateway.writer", path], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(rng.uniform(0, 0.15))
    process.kill()
    said = [int(line) for line in (first + process.stdout.read()).split()]
    process.wait()
    engine = schema.open_store(path)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        last = connection.execute(sa.select(sa.func.max(schema.MINUTE.c.at))).scalar()
        rows = connection.exec_driver_sql("SELECT count(*) FROM minute GROUP BY at").scalars().all()
    engine.dispose()
    assert set(rows) == {30}, "a flush is whole or not there"
    assert last is not None
    return max(said), last


@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.long(minutes=7))])
def test_killed_while_it_writes(tmp_path, kills):
    path, rng = str(tmp_path / "killed.db"), random.Random(kills)
    for _ in range(kills):
        said, last = kill_at_random(path, rng)
        assert last >= said, "what was said to be written is there"


def test_a_winter_hour_keeps_what_moves(tmp_path):
    """The share of minutes with a sample that history_bench.py reckons with."""
    from history_bench import MOVED

    world = World(rooms=2, paced=False)
    engine = schema.open_store(str(tmp_path / "hour.db"))
    hub = Hub([world], world.clock)
    keeper = recorder.Recorder(engine, hub, world.clock)
    for _ in range(30):
        world.run(60)
        hub.turn()
    keeper.flush()
    with engine.connect() as connection:
        zero = connection.exec_driver_sql("SELECT count(*) FROM minute JOIN series ON series.id = series WHERE value = 0 "
                                          "AND path LIKE '%room_mc'").scalar()
    assert zero == 0, "a sensor that has not been read yet is not at 0 degC"
    share = count(engine, schema.MINUTE) / (count(engine, schema.SERIES) * 30)
    world.end()
    assert 0.05 < share < MOVED * 1.3, share
