"""The page of work orders, its record and CSV, and the schema that they need."""

from __future__ import annotations

import csv
import io
import re

import pytest
import sqlalchemy as sa

from doubles.operation_centre import Centre
from whtools.gateway.history.schema import open_store
from whtools.gateway.work import Work, plan, tables

from .conftest import PASSWORD, Host, Visitor

NODE = "plant-1"


@pytest.fixture
def centre(tmp_path):
    made = Centre(tmp_path)
    made.site.people.clock = Host()
    return made


@pytest.fixture
def visit(centre):
    for role, name in (("operator", "wang"), ("resident", "li")):
        centre.site.people.join(centre.site.people.invite(role, []), name, PASSWORD)
    return lambda name="wang", lang="en": Visitor(centre.site, lang, name)


def test_the_page_its_record_and_the_csv(centre, visit):
    centre.fault(True)
    centre.wait(300)
    wang = visit()
    page = wang.get("/work").text
    number = re.search(r'id="order-(\d+)">\s*<h2>\d+: machine says fault', page)[1]
    assert "the alarm is at work" in page and "due " in page and "{" not in page
    assert wang.post("/work/record", number=number, text="fuse <b>blown</b>").status_code == 303
    assert "fuse &lt;b&gt;blown" in wang.get("/work").text
    assert wang.post("/work/record", number=number, text="=1+1 replaced", done="1").status_code == 303
    assert f'id="order-{number}"' not in wang.get("/work").text
    rows = list(csv.reader(io.StringIO(wang.get("/work/work.csv").content.decode("utf-8-sig"))))
    mine = dict(zip(rows[0], next([first, *rest] for first, *rest in rows[1:] if first == number)))
    assert mine["closed by"] == "wang" and mine["what"] == "machine says fault" and "fuse <b>blown</b>" in mine["record"]
    assert [line.split()[2] for line in mine["record"].splitlines()] == ["gateway", "wang", "wang"]
    assert "机组" in visit(lang="zh").get("/work").text


def test_nonsense_is_refused(centre, visit):
    wang = visit()
    centre.work.step()
    number = str(centre.open(tables.DUE)[0].id)
    answer = wang.post("/work/record", number=number, text="  ", done="1")
    assert answer.status_code == 400 and "Say what was found." in answer.text and number in [
        str(row.id) for row in centre.open(tables.DUE)]
    assert "There is no such open work order." in wang.post("/work/record", number="99999", text="x").text
    assert wang.post("/work/record", number="x", text="x").status_code == 400
    assert wang.post("/work", node="nobody", text="x").status_code == 404
    assert wang.post("/work", node=NODE, text=" ").status_code == 400
    assert wang.post("/work", node=NODE, text="paint the door").status_code == 303
    assert "paint the door" in wang.get("/work").text
    assert [row.text for row in centre.open(tables.HAND)] == ["paint the door"]
    li = visit("li")
    for path in ("/work", "/work/work.csv"):
        assert li.get(path).status_code == 403
    assert li.post("/work/record", number=number, text="x").status_code == 403


def test_an_older_database_moves_on(tmp_path):
    from alembic import command
    from alembic.config import Config

    from whtools.gateway.history import schema

    path = str(tmp_path / "old.db")
    engine = schema.engine_of(path)
    config = Config()
    config.set_main_option("script_location", str(schema.Path(schema.__file__).with_name("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    assert "work_order" not in sa.inspect(engine).get_table_names()
    assert {"work_order", "work_record", "water_day"} <= set(sa.inspect(open_store(path)).get_table_names())
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    assert "work_order" not in sa.inspect(engine).get_table_names()


def test_the_plan_comes_with_the_wheel():
    assert plan.DEFAULT.is_file() and Work.__name__ == "Work"
