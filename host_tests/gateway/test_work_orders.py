"""Work orders: from alarms that last and from due dates, one each, with their record; a restart loses nothing."""

from __future__ import annotations

import datetime
import re

import pytest

from doubles.operation_centre import Centre
from whtools.device.link import LinkError
from whtools.gateway import beside
from whtools.gateway.work import orders, plan, tables

NODE = "plant-1"


@pytest.fixture
def centre(tmp_path):
    return Centre(tmp_path)


def test_an_alarm_that_lasts_becomes_one_order(centre):
    centre.wait(60)
    assert not centre.open()
    centre.fault(True)
    centre.wait(20, 10)
    assert not centre.open(), "what is over in seconds is no work"
    centre.wait(1200)
    rows = centre.open()
    assert [(row.node, row.block, row.cause) for row in rows if row.block == "machine1"] == [
        (NODE, "machine1", "machine_fault")]
    before = len(rows)
    centre.wait(600)
    assert len(centre.open()) == before, "no second one while it is at work"


def test_closing_it_while_the_alarm_goes_on_opens_no_second_one(centre):
    centre.fault(True)
    centre.wait(300)
    number = next(row.id for row in centre.open() if row.cause == "machine_fault")
    centre.work.record(number, "wang", "a new board was ordered", True)
    centre.wait(300)
    assert "machine_fault" not in [row.cause for row in centre.open()]
    centre.start().wait(120)
    assert "machine_fault" not in [row.cause for row in centre.open()], "nor does a restart"
    centre.fault(False)
    centre.wait(1500)
    centre.fault(True)
    centre.wait(300)
    again = [row.id for row in centre.open() if row.cause == "machine_fault"]
    assert len(again) == 1 and again[0] != number, "it ended and came back: that is new work"


def test_an_open_order_takes_the_alarm_that_comes_back(centre):
    centre.fault(True)
    centre.wait(300)
    number = next(row.id for row in centre.open() if row.cause == "machine_fault")
    centre.fault(False)
    centre.wait(1500)
    assert centre.said(number) == ["opened", "gone"]
    centre.fault(True)
    centre.wait(300)
    row = next(row for row in centre.open() if row.cause == "machine_fault")
    assert row.id == number and row.times == 2 and centre.said(number) == ["opened", "gone", "back"]


def test_a_restart_loses_nothing_and_doubles_nothing(centre):
    centre.fault(True)
    centre.wait(300)
    centre.work.record(centre.open()[0].id, "wang", "looked at it")
    before = [tuple(row) for row in orders.everything(centre.site.engine)]
    centre.start().wait(300)
    after = [tuple(row) for row in orders.everything(centre.site.engine)]
    assert after == before and "found" in centre.said(before[0][0])
    centre.fault(False)
    centre.way.run(1500)  # it ends while no gateway looks
    centre.start().wait(600)
    assert all(row.gone for row in centre.open() if row.cause == "machine_fault")


def test_an_alarm_that_came_and_went_between_two_steps_is_not_lost(centre):
    centre.fault(True)
    for _ in range(10):
        centre.way.run(10)
        centre.site.hub.turn()
    centre.fault(False)
    for _ in range(10):
        centre.way.run(10)
        centre.site.hub.turn()
    centre.work.step()
    assert "machine_fault" in [row.cause for row in centre.open()]


def test_a_silent_node_is_work_and_ends_no_alarm(centre):
    centre.fault(True)
    centre.wait(300)
    centre.way.cable.unplugged = True
    centre.wait(900)
    causes = {row.cause: row for row in centre.open()}
    assert causes["node_silent"].gone is None and causes["machine_fault"].gone is None
    centre.start().wait(900)
    assert {row.cause for row in centre.open()} >= {"node_silent", "machine_fault"}
    assert all(row.gone is None for row in centre.open()), "who does not answer has not recovered"


def test_two_gateways_on_one_database_do_not_double(centre):
    engine = centre.site.engine
    assert orders.begin(engine, 1, tables.ALARM, "n", "b", "c")
    assert orders.begin(engine, 1, tables.ALARM, "n", "b", "c") is None
    assert orders.begin(engine, 1, tables.DUE, "n", "b", "c", due=5)
    assert orders.begin(engine, 1, tables.DUE, "n", "b", "c", due=5) is None
    assert orders.begin(engine, 1, tables.DUE, "n", "b", "c", due=6)


# -- due dates --

def test_due_dates_of_a_new_plant(centre):
    centre.work.step()
    there = centre.parts()
    assert ("plant", "water_sample") in there and ("backup1", "backup_proof") in there and ("tank", "disinfection") in there
    assert ("network1", "filter") in there and ("network2", "filter") in there
    centre.days(1)
    centre.start().days(1)
    assert centre.parts() == there, "the same ones, not again"


def test_done_means_due_again_after_its_days(centre):
    centre.work.step()
    row = next(row for row in centre.open(tables.DUE) if row.cause == "water_sample")
    assert row.due == centre.work.today() + 14
    centre.days(10)
    centre.work.record(row.id, "wang", "three wells, laboratory Nord", True)
    assert ("plant", "water_sample") not in centre.parts()
    centre.days(182 - 15)
    assert ("plant", "water_sample") not in centre.parts()
    centre.days(1)
    assert ("plant", "water_sample") in centre.parts()


def test_a_proof_run_closes_its_order_by_itself(centre):
    centre.work.step()
    row = next(row for row in centre.open(tables.DUE) if row.cause == "backup_proof")
    block = next(one for one in centre.way.plant.node.points.blocks if one.name == "backup1")
    backup = next(one for one in centre.way.plant.plant.parts if getattr(one, "p", None) is block)
    block.proved_day = backup.proved_day = centre.work.today() - plan.DAY_2000
    centre.site.hub.turn()
    if centre.site.hub.nodes()[NODE].value("backup1.proved_day") != block.proved_day:
        pytest.fail("the node does not show its proof run")
    centre.work.step()
    assert ("backup1", "backup_proof") not in centre.parts()
    closed = next(one for one in orders.listed(centre.site.engine, True) if one.id == row.id)
    assert closed.closed_by == "gateway" and centre.said(row.id) == ["opened", "closed"]
    centre.work.step()
    assert ("backup1", "backup_proof") not in centre.parts()


@pytest.mark.parametrize(("today", "done", "due"), [
    ("2026-08-20", None, None), ("2026-09-01", None, "2026-10-01"), ("2026-11-20", None, "2026-10-01"),
    ("2026-12-15", None, None), ("2026-10-20", "2026-09-20", None), ("2027-09-05", "2026-10-05", "2027-10-01")])
def test_yearly_dates(today, done, due):
    number = lambda text: None if text is None else (datetime.date.fromisoformat(text) - plan.DAY_0).days  # noqa: E731
    row = plan.Due("autumn", "plant", "", "", yearly=(10, 1), before_days=30)
    assert row.date(number(done), number(today)) == number(due)


def test_a_yearly_date_at_the_turn_of_the_year():
    row = plan.Due("a", "plant", "", "", yearly=(1, 1), before_days=30)
    day = (datetime.date(2026, 12, 20) - plan.DAY_0).days
    assert row.date(day, day) is None and row.date(None, day) == (datetime.date(2027, 1, 1) - plan.DAY_0).days


def test_another_plan(centre, tmp_path):
    path = tmp_path / "due.toml"
    path.write_text('[[due]]\nkey = "filter"\noff = true\n[[due]]\nkey = "roof"\nof = "plant"\nevery_days = 10\n'
                    'en = "Look at the roof"\nzh = "查看屋顶"\n')
    beside.work_of({"plan": "due.toml"}, tmp_path, centre.work)
    centre.work.step()
    assert ("plant", "roof") in centre.parts() and not [one for one in centre.parts() if one[1] == "filter"]


@pytest.mark.parametrize(("text", "said"), [
    ("x = 1", "[[due]] and nothing else"), ("[[due]]\nkey = 'a'", "it wants key, of, en, zh"),
    ("[[due]]\nkey='a'\nof='plant'\nen='a'\nzh='b'\nevery_days=5\nyearly='10-01'", "one of every_days and yearly"),
    ("[[due]]\nkey='a'\nof='room'\nen='a'\nzh='b'\nevery_days=5", "of is one of"),
    ("[[due]]\nkey='a'\nof='plant'\nen='a'\nzh='b'\nyearly='13-01'", "is no MM-DD"),
    ("[[due]]\nkey='a'\nof='plant'\nen='a'\nzh='b'\nevery_days=5\nbefore_days=5", "it would never be done"),
    ("[[due]]\nkey='a'\nof='plant'\nen='a'\nzh='b'\nevery_days='5'", "every_days = '5'"),
    ("[[due]]\nkey='a'\noff=true\n[[due]]\nkey='a'\noff=true", "two rows have one key"), ("[[due", "due.toml")])
def test_a_plan_that_is_wrong_is_refused_with_the_reason(tmp_path, text, said):
    (tmp_path / "due.toml").write_text(text)
    with pytest.raises(LinkError, match=re.escape(said)):
        plan.read(tmp_path / "due.toml")
    with pytest.raises(LinkError):
        plan.read(tmp_path / "none.toml")


def test_every_row_of_the_default_plan_is_of_a_kind_and_point_that_exist():
    from wellhearth.tables import kinds

    rows = {kind.name: {row.name for row in kind.rows} for kind in kinds.KINDS}
    for one in plan.read():
        assert one.of in rows and (not one.proof or one.proof in rows[one.of]), one
        assert re.search("[\u4e00-\u9fff]", one.zh)
