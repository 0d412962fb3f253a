"""The page: cards, presses, what a node makes of them, two languages, every view."""

from __future__ import annotations

import json
import re

import polib
import pytest

from harness import faults
from whtools.gateway.page import catalogue, charts, language

VIEWS = ("/", "/water", "/trends", "/journal", "/decisions", "/papers", "/quickstart", "/diagnosis", "/settings")
CJK = re.compile(r"[\u4e00-\u9fff]")


def setpoint(world, room=1):
    return world.rig.firmware.board.app.node.rooms[room - 1].p.setpoint_mc


def test_a_press_on_plus_reaches_the_node(visit, world):
    li = visit("li")
    text = li.get("/").text
    assert "19.1" in text and 'data-of="target">20.0' in text and "Room 1" in text and "Room 2" not in text
    assert li.order("room1", "setpoint_mc", step="500").status_code == 303
    assert setpoint(world) == 20500 and 'data-of="target">20.5' in li.get("/").text
    li.order("room1", "setpoint_mc", step="-500")
    assert setpoint(world) == 20000


def test_mode_and_boost(visit, world, site):
    li = visit("li")
    li.order("room1", "mode", value="0")
    li.order("room1", "boost_min", value="60")
    world.run(70)
    site.hub.turn()
    p = world.rig.firmware.board.app.node.rooms[0].p
    assert p.mode == 0 and 58 <= p.boost_min <= 60
    text = li.get("/").text
    assert "Boost: " in text and re.search(r'class="off" aria-label="Off" aria-pressed="true"', text)


def test_a_refusal_is_told(visit, world):
    li = visit("li")
    answer = li.post("/order", headers={"accept": "application/json"}, node=next(iter(li.site.hub.nodes())), block="room1",
                     point="setpoint_mc", value="99000")
    assert "allowed is 5000 to 30000" in answer.json()["said"] and setpoint(world) == 20000
    assert "That was not taken" in li.get(li.order("room1", "setpoint_mc", value="99000").headers["location"]).text
    answer = li.post("/order", headers={"accept": "application/json", "accept-language": "zh-CN,zh"}, block="room1",
                     node=next(iter(li.site.hub.nodes())), point="setpoint_mc", value="99000")
    assert "允许 5000 至 30000" in answer.json()["said"]


def test_it_says_why_and_what_is_wrong(visit, world, site):
    li = visit("li")
    world.run(60)
    site.hub.turn()
    assert "staggered restart after power returned, 4 min at the most" in li.get("/").text
    faults.change(world.rig, "sensor_open", "room1", None, False)
    world.run(180)
    site.hub.turn()
    assert "room1" not in li.get("/").text.partition("<main>")[2].partition('<div class="cards">')[0]
    assert li.get("/journal").text.count("room temperature sensor invalid") or "sensor" in li.get("/journal").text
    assert visit("zhao").get("/").text.count('class="alarm">Room') == 0, "a neighbour's trip is not told"


def test_a_dead_line_is_shown(visit, world, site):
    world.unplugged = True
    for _ in range(12):
        world.run(60)
        site.hub.turn()
    text = visit("li").get("/").text
    assert "No answer: these are the last figures, 12 min old" in text and "card stale" in text
    assert "unplugged" in visit("wang").get("/").text and "unplugged" not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", VIEWS)
def test_every_view_in_both_languages(visit, site, path, lang):
    site.recorder.flush()
    answer = visit("chen", lang).get(path)
    assert answer.status_code == 200
    assert bool(CJK.search(answer.text.replace("中文", ""))) == (lang == "zh")
    assert "None" not in answer.text and "{" not in answer.text.replace("{{", "")


def test_the_language_of_the_browser_unless_chosen(visit):
    nobody = visit("", "fr;q=0.9, zh-TW;q=0.8, en;q=0.5")
    assert "登录" in nobody.get("/login").text
    nobody.get("/language/en?back=/login")
    assert "Log in" in nobody.get("/login").text
    assert language.chosen(None, "de") == "en" and language.chosen("xx", "*;q=oops") == "en"


def test_chinese_is_complete():
    texts = {entry.msgid: entry.msgstr for entry in polib.pofile(str(language.FOLDER / "zh_CN.po"))}
    assert set(texts) == set(catalogue.english())
    for english, chinese in texts.items():
        assert CJK.search(chinese), english
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", chinese)), english


def test_events_carry_only_what_this_person_sees(site):
    from whtools.gateway.page import cards

    li = next(row for row in site.people.everybody() if row.name == "li")
    person = site.people.of_session(site.people.log_in(li.id))
    text = json.dumps(cards.everything(site.hub, person, site.names(), "en"))
    assert "--room1" in text and "room2" not in text


def test_names_and_downloads(visit, site, world):
    li = visit("li")
    node = next(iter(site.hub.nodes()))
    li.post("/settings/name", room=f"{node}--room1", name="  Grandmother's\x07 <room> ")
    assert "Grandmother&#39;s &lt;room&gt;" in li.get("/").text
    site.recorder.flush()
    text = li.get("/download/history.csv").content.decode("utf-8-sig")
    assert "room1.room_mc,19125" in text and "room2" not in text and "well.flow_lph" in text
    assert li.get("/download/history.parquet").content[:4] == b"PAR1"
    assert li.get("/download/journal.csv").status_code == 200


def test_curves_keep_their_peaks():
    points = [(i, 99.0 if i == 777 else 1.0) for i in range(10_000)]
    assert max(v for _at, v in charts.thin(points)) == 99.0 and len(charts.thin(points)) <= charts.POINTS_MAX + 2
    assert charts.curves([("a", [])], 0, 10, "K", "t", []) == "" and charts.bars([], "K", "t") == ""
    assert "<path" in charts.curves([("<a>", [(0, 1.0)])], 0, 10, "K", "t", [(5, "x")])
    assert "&lt;a&gt;" in charts.curves([("<a>", [(0, 1.0)])], 0, 10, "K", "t", [])
    for low, high in ((0, 0), (-5, 5), (1e-9, 2e-9), (0, 1e6)):
        ticks = charts.nice(low, high)
        assert ticks[0] <= low and ticks[-1] >= high and 2 <= len(ticks) <= 8
