"""Quick start: the wizard's questions as a form, its answers the wizard's own; wrong ones are said, installers only."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile

import pytest

from wellhearth.tables import config
from whtools.device import wizard
from whtools.gateway.page import quickstart

CJK = re.compile(r"[\u4e00-\u9fff]")


def fields(text):
    """The form as a browser would send it."""
    found = {name: html.unescape(value) for name, value in re.findall(r'<input name="(q [^"]+)" value="([^"]*)"', text)}
    for name, inside in re.findall(r'<select name="(q [^"]+)">(.*?)</select>', text, re.S):
        found[name] = re.search(r"<option selected>([^<]*)", inside)[1]
    return found


def test_defaults_become_a_house_that_the_firmware_takes(visit):
    chen = visit("chen")
    answers = fields(chen.get("/quickstart").text)
    assert len(answers) > 20
    done = chen.post("/quickstart", **answers)
    assert "well.json: rpi_pico" in done.text and "GPIO" in done.text and 'name="take"' in done.text
    pack = zipfile.ZipFile(io.BytesIO(chen.post("/quickstart", take="1", **answers).content))
    data = json.loads(pack.read("well.json"))
    assert config.validate(wizard.with_roms(data))[1] == [] and len(data["rooms"]) == 1
    again = wizard.compose(wizard.Asker(json.loads(pack.read("answers.json"))))
    assert [data for _file, _board, data in again] == [data]


def test_more_rooms_are_asked_for_before_anything_is_given(visit):
    chen = visit("chen", lang="zh")
    answers = fields(chen.get("/quickstart").text)
    answers["q rooms"] = "3"
    text = chen.post("/quickstart", take="1", **answers).text
    assert 'name="take"' not in text and "房间 3" in text and "q room_board" in text
    answers = fields(text) | {"q room3_name": "外婆"}
    pack = zipfile.ZipFile(io.BytesIO(chen.post("/quickstart", take="1", **answers).content))
    assert sorted(pack.namelist()) == ["answers.json", "room2.json", "room3.json", "well.json"]
    assert json.loads(pack.read("room3.json"))["rooms"][0]["name"] == "外婆"


@pytest.mark.parametrize(("key", "value", "said"), [
    ("rooms", "33", "allowed is 1 to 32"), ("rooms", "many", "a whole number"), ("board", "toaster", "rpi_pico2_w"),
    ("city", "Atlantis", "Atlantis"), ("type", "multi_aquifer", "by hand"), ("pulses_per_m3", "-1", "allowed is"),
    ("min_flow_lph", "60000", "min_flow_lph"), ("room1_schedule", "<b>", "schedule")])
def test_what_cannot_be_is_said_and_nothing_is_given(visit, key, value, said):
    chen = visit("chen")
    answers = fields(chen.get("/quickstart").text) | {"q " + key: value}
    answer = chen.post("/quickstart", take="1", **answers)
    assert answer.headers["content-type"].startswith("text/html") and said in html.unescape(answer.text)
    assert "<b>" not in answer.text and 'name="take"' not in answer.text


def test_every_question_is_known_in_both_languages():
    for answers in ({}, {"rooms": "3", "unit_type": "II", "pump_motor": "six_inch", "together": "no"}):
        for one in quickstart.asked(answers)[0].questions:
            assert CJK.search(quickstart.said(one.words, "zh")), one.words


def test_it_is_the_installers(visit):
    for name in ("wang", "li"):
        assert visit(name).get("/quickstart").status_code == 403
        assert visit(name).post("/quickstart", take="1").status_code == 403
    chen = visit("chen")
    assert chen.post("/quickstart", csrf="forged", take="1").status_code == 403
