"""Work orders: from alarms that last and from due dates, one each, with their record; a restart loses nothing."""

from __future__ import annotations

from whtools.gateway.work import orders, tables

NODE = "plant-1"


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
