"""How the gateway is started, copied, moved on; what a process before it held."""

from __future__ import annotations

import argparse
import re
import sqlite3
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from doubles.houses import ROOT
from whtools import cli
from whtools.gateway import backup, run
from whtools.gateway.history import holds, schema
from whtools.gateway.nodes import Hub
from whtools.gateway.nodes.hub import Order

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def test_the_extra_is_what_the_environment_installs():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["gateway"]
    text = (ROOT / "tools" / "requirements-gateway.txt").read_text().partition("# == tests")[0]
    assert sorted(extra) == sorted(re.findall(r"^(\S+==\S+)", text, re.M))


@pytest.mark.parametrize(("words", "said"), [
    (["gateway"], "needs a way to a node"), (["gateway", "--port", "x", "--units", "1-300"], "no address"),
    (["gateway", "--backup", "x", "--database", "postgresql://x"], "pg_dump"),
    (["gateway", "--backup", "x", "--database", "/nonexistent.db"], "there is no database")])
def test_mistakes_are_one_line(words, said, capsys):
    assert cli.main(words) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_a_copy_of_a_database_at_work_and_back(site, tmp_path, visit):
    visit("li").order("room1", "setpoint_mc", value="21500")
    site.recorder.flush()
    args = argparse.Namespace(database=str(tmp_path / "gateway.db"), backup=tmp_path / "copy.db", restore=None)
    assert backup.run(args) == 0
    engine = schema.open_store(str(args.backup))
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.PERSON)).scalar() == 4
        assert connection.execute(sa.select(schema.HOLD.c.value)).scalar() == 21500
    engine.dispose()
    args.restore, args.backup = args.backup, None
    with pytest.raises(run.LinkError, match="in use"):
        backup.run(args)
    args.database = str(tmp_path / "new" / "gateway.db")
    assert backup.run(args) == 0 and len(schema.open_store(args.database).connect().execute(
        sa.select(schema.PERSON)).all()) == 4
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"no database" * 1000)
    args.restore = rubbish
    args.database = str(tmp_path / "other.db")
    with pytest.raises(run.LinkError, match="no database of a gateway"):
        backup.run(args)
    assert not Path(args.database).exists()
    sqlite3.connect(tmp_path / "empty.db").close()
    args.restore = tmp_path / "empty.db"
    with pytest.raises(run.LinkError):
        backup.run(args)


def test_what_was_held_is_held_again_unless_the_wall_ended_it(site, world, visit):
    node = next(iter(site.hub.nodes()))
    visit("li").order("room1", "setpoint_mc", value="21500")
    visit("zhao").order("room2", "setpoint_mc", value="22500")
    assert world.rig.write("room2.setpoint_mc", 20000) == ""
    world.run(60)
    site.hub.turn()
    later = Hub([world], world.clock)
    holds.load(site.engine, later)
    world.run(15 * 60)
    later.turn()
    world.run(2)
    assert world.rig.points()["room1.setpoint_mc"] == 21500, "the first process died, the wish did not"
    assert world.rig.points()["room2.setpoint_mc"] == 20000, "the wall had its word"
    assert later.carry_out(Order(node, "room1.setpoint_mc", 20500, "li")) is None


def test_guides_are_in_both_languages_and_their_pictures_are_there():
    guide = ROOT / "tools" / "guide"
    assert {p.name for p in (guide / "en").iterdir()} == {p.name for p in (guide / "zh").iterdir()}
    for path in guide.rglob("*.md"):
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", path.read_text()):
            assert (path.parent / target).exists(), target
