"""The page of plants: what the real plant node says stands on it in words, orders reach the node, refusals are told."""

from __future__ import annotations

import json
import re

import pytest

from doubles.plant_line import PlantClock, plant_way
from wellhearth.tables import points
from whtools.gateway import run
from whtools.gateway.nodes.hub import Order
from whtools.gateway.page import plant, plant_picture, plant_values

from .conftest import PASSWORD, Host, Visitor

CJK = re.compile(r"[\u4e00-\u9fff]")
NODE = "plant-1"


@pytest.fixture
def ways():
    return [plant_way()]


@pytest.fixture
def site(ways, tmp_path):
    for way in ways:
        way.run(400)
    made = run.site_for(ways, str(tmp_path / "gateway.db"), PlantClock(ways[0].plant), 1.0, False, 8 * 3600)
    made.people.clock = Host()
    made.hub.turn()
    made.hub.order = lambda node, path, value, who, timeout_s=0: made.hub.carry_out(Order(node, path, value, who))
    for role, name in (("installer", "chen"), ("operator", "wang"), ("resident", "li")):
        made.people.join(made.people.invite(role, []), name, PASSWORD)
    return made


@pytest.fixture
def visit(site):
    return lambda name="wang", lang="en": Visitor(site, lang, name)


def now(site, way, seconds=60):
    way.run(seconds)
    site.hub.turn()
    return plant_values.view(site.hub.nodes()[NODE], site.names(), "en")


def text_of(page, key):
    return re.search(rf'<td data-v="{NODE}--{key}"[^>]*>([^<]*)<', page)[1]


def test_the_page_says_what_the_node_says(visit, ways):
    page = visit().get("/plant").text
    p = ways[0].plant.p
    assert p("plant.machines_on") == 2 and p("source1.flow_lph") > 0
    assert text_of(page, "source1.flow_lph") == f"{p('source1.flow_lph') / 1000:.1f}"
    assert text_of(page, "source1.asked_w") == f"{p('source1.asked_w') / 1000:.0f}"
    assert text_of(page, "source1.supply_mc") == "14.0" and text_of(page, "source1.returned") == "100.0"
    assert text_of(page, "machine1.run_h") == "0" and text_of(page, "machine1.doing") == "Running"
    assert text_of(page, "backup1.proved") == "-" and text_of(page, "quality1.acidity_ph") == "7.40"
    assert "every machine that is able runs, and it is not enough" in page
    assert page.count('class="plant across"') == 1 and page.count('class="plant down"') == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_languages(visit, lang):
    page = visit(lang=lang).get("/plant").text
    assert bool(CJK.search(page.replace("中文", ""))) == (lang == "zh")
    assert "None" not in page and "{" not in page


def test_a_resident_sees_nothing_of_it(visit):
    li = visit("li")
    assert li.get("/plant").status_code == 403 and li.get("/plant/events").status_code == 403
    assert "/plant" not in li.get("/settings").text and li.post("/plant/order", node=NODE).status_code == 403
    assert Visitor(li.site).get("/plant").headers["location"] == "/login"
    assert Visitor(li.site).get("/plant/events").status_code == 401


def test_without_a_house_the_plant_is_the_first_page(visit):
    assert visit().get("/").headers["location"] == "/plant"
    assert visit("li").get("/").status_code == 200, "a resident is not sent where he may not go"


def test_an_order_reaches_the_node_in_its_unit(visit, ways):
    wang = visit()
    answer = wang.post("/plant/order", headers={"accept": "application/json"}, node=NODE, block="plant",
                       point="supply_trim_mk", value="-1,5")
    assert answer.json() == {"said": "Taken.", "taken": True} and ways[0].plant.p("plant.supply_trim_mk") == -1500
    for block, point, value in (("plant", "mode", 0), ("machine2", "available", 0), ("plant", "power_limit_kw", 80)):
        assert "Taken." in wang.post("/plant/order", node=NODE, block=block, point=point, value=str(value)).text
        assert ways[0].plant.p(f"{block}.{point}") == value
    assert "wang?page@console machine2.available=0 accepted" in " ".join(ways[0].cable.notes)


def test_a_refusal_is_told_in_words(visit, ways):
    wang = visit()
    answer = wang.post("/plant/order", node=NODE, block="plant", point="power_limit_kw", value="-5").text
    assert "Not taken: power_limit_kw = -5: allowed is 0 to 100000 (kw)" in answer
    assert "不" in visit(lang="zh").post("/plant/order", node=NODE, block="tank", point="setpoint_mc", value="99").text
    assert ways[0].plant.p("tank.setpoint_mc") == 55000
    ways[0].cable.unplugged = True
    for _ in range(3):
        wang.site.hub.turn()
    answer = wang.post("/plant/order", node=NODE, block="plant", point="mode", value="1").text
    assert "Not taken: plant-1 does not answer" in answer and "the cable is unplugged" in answer
    assert "No answer: these are the last figures" in answer


@pytest.mark.parametrize(("block", "point", "value", "status"), [
    ("plant", "load_kw", "1", 404), ("node", "remote_s", "1", 404), ("bus", "x", "1", 404), ("plant", "mode", "x", 400),
    ("plant", "mode", "1e9", 200), ("plant", "mode", "9" * 30, 400), ("plant", "supply_trim_mk", "0.00001", 400),
    ("plant", "mode", "NaN", 400), ("plant", "mode", "", 400), ("machine1", "reset_trip", "0", 404)])
def test_nonsense_is_refused(visit, ways, block, point, value, status):
    before = ways[0].plant.p("plant.mode")
    answer = visit().post("/plant/order", node=NODE, block=block, point=point, value=value)
    assert answer.status_code == status and ways[0].plant.p("plant.mode") == before


def test_a_forged_form_is_refused(visit):
    assert visit().post("/plant/order", csrf="x", node=NODE, block="plant", point="mode", value="0").status_code == 403


def test_only_an_installer_resets_a_lockout(visit, site, ways):
    plant_ = ways[0].plant
    plant_.device("machine1").forced["fault"] = 1
    while not plant_.p("machine1.lockouts"):  # four faults in a day lock it out
        plant_.device("machine1").forced["fault"] = 1
        plant_.until(lambda one: one.p("machine1.trips"), 100)
        plant_.device("machine1").forced["fault"] = 0
        plant_.until(lambda one: not one.p("machine1.trips") or one.p("machine1.lockouts"), 3000)
    site.hub.turn()
    assert plant_.p("machine1.lockouts")
    assert "Reset this lockout" not in visit("wang").get("/plant").text
    page = visit("chen").get("/plant").text
    assert "locked out: needs a hand" in page
    bit = re.search(r'<button name="value" value="(\d+)">Reset this lockout', page)[1]
    visit("chen").post("/plant/order", node=NODE, block="machine1", point="reset_trip", value=bit)
    assert not plant_.p("machine1.lockouts")


def test_a_well_in_trouble_says_why(site, ways):
    ways[0].plant.device("source1").says["trips"] = 1 << 2
    ways[0].plant.device("source2").silent = True
    view = now(site, ways[0])
    texts, states = view["texts"], view["states"]
    assert states[f"{NODE}--source1"] == "bad" and states[f"{NODE}--source2"] == "silent"
    assert "a protection holds it" in texts[f"{NODE}--source1.why"]
    assert texts[f"{NODE}--source2.flow_lph"] == texts[f"{NODE}--source2.returned"] == "-", "silent is not zero"
    assert "does not answer on its line" in texts[f"{NODE}--source2.why"]
    assert "Well 1: " in texts[f"{NODE}--plant.alarms"] and "the well says: " in texts[f"{NODE}--source1.alarms"]
    assert states[f"{NODE}--source3"] in ("run", "rest", "wait")


def test_what_was_never_read_is_not_zero(site, ways):
    site.hub.nodes()[NODE].values = {path: value for path, value in site.hub.nodes()[NODE].values.items()
                                     if path != "machine1.lwt_mc"}
    texts = plant_values.view(site.hub.nodes()[NODE], {}, "en")["texts"]
    assert texts[f"{NODE}--machine1.lwt_mc"] == "-" and texts[f"{NODE}--source1.capacity_percent"] == "100"
    assert texts[f"{NODE}--plant.coldest"] == "-"


def test_events_carry_what_changed(site, ways):
    first = plant.snapshot(site, "en")
    assert plant.changes({}, first) == first
    assert not any(plant.changes(first, plant.snapshot(site, "en")).values())
    ways[0].plant.device("machine1").says["power_w"] = 0
    now(site, ways[0], 120)
    news = plant.changes(first, plant.snapshot(site, "en"))
    assert 0 < len(news["texts"]) < len(first["texts"]) / 2
    gone = {"texts": {}, "states": {key: s for key, s in first["states"].items() if "source3" not in key}}
    assert plant.changes(gone, first) == {"anew": True}
    json.dumps(news)


def test_names_are_escaped_in_the_picture(visit, site):
    visit().post("/plant/name", node=NODE, block="source1", name='<script>"井')
    page = visit().get("/plant").text
    assert "<script>&" not in page and '<script>"' not in page and "&lt;script&gt;" in page
    assert visit().post("/plant/name", node=NODE, block="nothing", name="x").status_code == 404


def test_an_operators_limit_outlives_ten_minutes(visit, site, ways):
    """The node gives up what an operator set at its prompt; the hub gives it again before that."""
    wang = visit()
    wang.post("/plant/order", node=NODE, block="plant", point="power_limit_kw", value="60")
    for _ in range(30):
        ways[0].run(60)
        ways[0].cable.layer.each_second(ways[0].plant.p("node.uptime_s"))
        site.hub.turn()
    held = ways[0].cable.layer.held["plant.power_limit_kw"]
    assert ways[0].plant.p("plant.power_limit_kw") == 60 and held[3] > ways[0].plant.p("node.uptime_s") + 100
    assert held[3] > points.EXPIRY_S * 2, "refreshed, not only remembered"
    again = run.site_for(ways, str(site.engine.url.database), site.clock, 1.0, False, 8 * 3600)
    assert [hold.path for hold in again.hub.holds.of(NODE)] == ["plant.power_limit_kw"]


@pytest.mark.parametrize("ways", [[plant_way("plant-1", 18, 8), plant_way("phase-2", 2, 1)]], indirect=False)
def test_two_plants_and_eighteen_wells_on_one_page(visit, site, ways):
    page = visit().get("/plant").text
    assert page.count('class="box plantbox"') == 2 and 'id="phase-2"' in page and 'id="plants"' in page
    assert 'data-v="plant-1--source18.flow_lph"' in page and 'data-v="phase-2--source1.flow_lph"' in page
    wang = visit()
    wang.post("/plant/order", node="phase-2", block="plant", point="mode", value="0")
    assert ways[1].plant.p("plant.mode") == 0 and ways[0].plant.p("plant.mode") != 0


def test_a_plant_that_comes_later_joins_without_a_restart(visit, site):
    assert 'id="plants"' not in visit().get("/plant").text
    later = plant_way("phase-2", 2, 1)
    later.run(30)
    site.hub.ways.append(later)
    site.hub.turn()
    assert 'id="plants"' in visit().get("/plant").text


def test_boxes_of_the_picture_do_not_lie_on_each_other(site):
    view = plant_values.view(site.hub.nodes()[NODE], {}, "zh")
    for columns in ([(x, w, n) for x, w, n in plant_picture.ACROSS], [(0, 380, n) for n in plant_picture.DOWN]):
        for part, (x, width, count) in zip(plant_picture.sections(site.hub.nodes()[NODE], view["groups"]), columns):
            boxes = plant_picture.place(part, x, 0, width, count)
            for i, a in enumerate(boxes):
                assert a.x + a.width <= x + width + 1
                for b in boxes[:i]:
                    apart = a.x >= b.x + b.width or b.x >= a.x + a.width or a.y >= b.y + b.height or b.y >= a.y + a.height
                    assert apart, (a, b)
