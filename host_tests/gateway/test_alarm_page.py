"""An alarm on the page: seen by those it concerns, taken by one of them, no neighbour's business."""

from __future__ import annotations

import re

import pytest

from whtools.gateway.beside import Beside
from whtools.gateway.nodes import Trip


@pytest.fixture
def alarms(site, tmp_path):
    site.services = Beside({"alarms": {}}, site.hub, tmp_path)
    (node,) = site.hub.nodes()
    book = site.services.alarms.book
    book.see(node, [Trip("room1", "leaving_sensor", False), Trip("well", "leak", True)], True, site.clock.mono(), 1.8e9)
    return site.services.alarms


def test_a_resident_takes_the_alarm_of_his_room(visit, alarms, site):
    page = visit("li").get("/journal").text
    assert "leaving water sensor invalid" in page and page.count('name="number"') == 1, "his room's; the well's he only sees"
    number = re.search(r'name="number" value="(\d+)"', page)[1]
    assert visit("li").post("/alarms/take", number=number).status_code == 303
    assert alarms.active()[1].acked_by == "li@page"
    assert "Taken by li@page" in visit("li").get("/journal").text and "I take it" not in visit("li").get("/journal").text
    assert "li@page 已接手" in visit("li", "zh").get("/journal").text


def test_a_neighbour_a_stranger_and_a_forger_cannot(visit, alarms, site):
    numbers = [str(alarm.number) for alarm in alarms.active()]
    for number in (*numbers, "99", "x", ""):
        assert visit("zhao").post("/alarms/take", number=number).status_code == 404
    page = visit("zhao").get("/journal").text
    assert "leaving water" not in page and 'name="number"' not in page
    assert visit().client.post("/alarms/take", data={"number": numbers[0]}).status_code in (303, 401, 403)
    assert visit("li").post("/alarms/take", csrf="forged", number=numbers[1]).status_code == 403
    assert [alarm.acked_by for alarm in alarms.active()] == ["", ""]
    assert visit("wang").post("/alarms/take", number=numbers[0]).status_code == 303
    assert alarms.active()[0].acked_by == "wang@page", "an operator sees the well"


def test_without_the_service_the_page_is_as_before(visit, site):
    assert site.services is None and "Nothing is wrong." in visit("li").get("/journal").text
    assert visit("li").post("/alarms/take", number="1").status_code == 404
