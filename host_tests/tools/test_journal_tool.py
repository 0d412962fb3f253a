"""`wellhearth journal`: numbers, times, causes in words, orders from what to what, gaps; the words of both languages."""

from __future__ import annotations

import csv
import re

import polib
import pytest

from doubles.command import call
from doubles.folder_link import InsideLink
from doubles.houses import app_of, make_inside
from wellhearth.storage import events
from wellhearth.tables import causes, kinds, refusals
from whtools import words
from whtools.device import journal


@pytest.fixture
def link(monkeypatch):
    """A node in this process that has run a while."""
    with make_inside(1) as rig:
        rig.run(5)
        one = InsideLink(rig)
        monkeypatch.setattr(journal, "Link", lambda port: one)
        monkeypatch.setattr(journal, "find_port", lambda port: "/dev/fake")
        yield one


def test_orders_tell_from_what_to_what_and_trips_their_cause_in_both_languages(link, capsys, tmp_path):
    rig, app = link.rig, app_of(link.rig)
    assert rig.write("room1.setpoint_mc", 21500) == ""
    app.node.events.put(app.node.p.uptime_s, events.TRIP, kinds.WELL.where, causes.bit("no_flow"))
    rig.run(3)
    status, text = call(capsys, "journal")
    assert status == 0
    order = next(line for line in text.splitlines() if "setpoint_mc" in line)
    assert "20000 -> 21500" in order and "[console@console]" in order and "2026-11-30 00:00:" in order and "(host)" in order
    assert "protection tripped: no flow after pump start" in text and " well " in text
    assert "node started: power came back" in text and not re.search("numbers missing", text)
    path = tmp_path / "journal.csv"
    status, text = call(capsys, "journal", "--lang", "zh", "--csv", path)
    assert status == 0 and "0 gaps" in text
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig")))
    trip, = (row for row in rows if row["event"] == "trip")
    assert (trip["key"], trip["where"]) == ("no_flow", "well") and trip["words"].startswith("保护动作: 水泵启动后没有流量")
    assert [row["was"] + ">" + row["value"] for row in rows if row["event"] == "accepted"] == ["20000>21500"]
    assert [int(row["number"]) for row in rows] == list(range(1, len(rows) + 1))


def test_numbers_go_on_over_a_start_and_what_is_missing_is_said(link, capsys):
    rig = link.rig
    app_of(rig).journal.flush(5, True)
    first = app_of(rig).journal.number
    rig.restart()
    rig.run(5)
    app = app_of(rig)
    assert app.journal.number > first
    status, text = call(capsys, "journal")
    assert status == 0 and "numbers missing" not in text and text.count("node started") == 2
    for word in "abcd":
        app.journal.note(6, word)
    app.journal.flush(6, True)
    path = rig.folder / "journal.txt"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:2] + lines[4:]))
    status, text = call(capsys, "journal")
    assert "numbers missing: 3 - 4 (2)" in text
    for _ in range(70):
        app.journal.note(7, "much to say")
    app.journal.flush(8, True)
    status, text = call(capsys, "journal", "--lang", "zh")
    assert "日志缺号" in text and "日志行因内存不足而丢失 (6)" in text


def test_only_new_lines_are_asked_for_and_both_at_once_is_refused(link, capsys, tmp_path):
    entries = journal.fetch(link)
    last = entries[-1].number
    app_of(link.rig).journal.note(9, "clock set by host: day 9900 since 2000, 100 s UTC")
    fresh, = journal.fetch(link, last)
    assert fresh.number == last + 1 and fresh.event == "clock"
    status, text = call(capsys, "journal", "--follow", "--csv", tmp_path / "x.csv")
    assert status == 2 and "choose one" in text


def test_lines_of_every_kind_of_older_firmware_and_rubbish():
    def one(line):
        return journal.parse(line)
    assert one("") is None and one("\x00\x01 x") is None and one("12.x trip 1 2") is None and one("12") is None
    old = one("805 trip 2 high_pressure")
    assert (old.number, old.uptime_s, old.utc, old.where, old.key) == (None, 805, None, "room1", "high_pressure")
    new = one("42.7.9828.27005.3 command a@ir room2.setpoint_mc=21000 accepted, was 20000")
    assert (new.number, str(new.utc), new.quality, new.who) == (42, "2026-11-28 07:30:05+00:00", "host", "a@ir")
    assert (new.was, new.value, new.where) == ("20000", "21000", "room2")
    no = one("43.7 command a@bus well.reset_trip=0 refused: well.reset_trip is not for the bus over bus")
    assert (no.event, no.value) == ("refused", "0") and no.text.startswith("well.reset_trip is not")
    gone = one("44.7 command room1.setpoint_mc=17000 expired, back to 21000")
    assert (gone.event, gone.was, gone.value) == ("expired", "17000", "21000")
    early, later = journal.timed([one("1.0 boot 0 power"), one("2.30.9828.27005.3 pump_start 1 0")])
    assert early.guessed and later.utc and early.utc and (later.utc - early.utc).total_seconds() == 30
    again = list(journal.with_gaps([one("9.1 note x"), one("2.1 note y")]))
    assert [entry.event for entry in again] == ["note", "gap", "note"] and again[1].text == "9 -> 2"
    summer = journal.Zone(60, "eu").local(later.utc.replace(month=7))
    assert (summer.hour, summer.minute) == (9, 30)


def test_sensors_have_their_names_and_faults():
    book = words.load("en")
    for line, said in (("1.5 sensor_lost 1 17", "sensor invalid: well.return, no_presence"),
                       ("2.6 sensor_back 3 32", "sensor valid again: room2.leaving"),
                       ("3.6 sensor_lost 1 99", "sensor invalid: 99")):
        assert journal.explained(journal.parse(line), book) == said


def test_an_order_is_on_the_flash_as_soon_as_its_setting_is(link):
    rig = link.rig
    rig.run(60)
    assert rig.write("room1.setpoint_mc", 22000) == ""
    rig.run(70)
    rig.restart()
    rig.run(3)
    assert rig.points()["room1.setpoint_mc"] == 22000
    assert any("room1.setpoint_mc=22000 accepted, was 20000" in line for line in app_of(rig).journal.read(40))


def reason_keys():
    """Of the point `reason`."""
    row = next(row for row in kinds.ROOM.rows if row.name == "reason")
    return row.unit.partition(":")[2].split("|")


def test_every_cause_reason_event_and_refusal_has_words_in_both_languages():
    wanted = ([("cause", row.key) for row in causes.CAUSES] + [("reason", key) for key in reason_keys()]
              + [("event", key) for key in events.EVENTS]
              + [("refusal", key) for key, text in refusals.REFUSALS if text]
              + [("point", f"{kind.name}.{row.name}") for kind in kinds.KINDS if kind.name not in words.TWINS
                 for row in kind.rows])
    for lang in ("en", "zh"):
        book = words.load(lang)
        missing = [key for key in wanted if not book.table.get(key)]
        assert not missing, (lang, missing)
        assert set(book.table) == set(words.english()), lang
    assert all(re.search("[\u4e00-\u9fff]|Modbus", text) for text in words.load("zh").table.values())
    for context, key in words.english():
        if context == "refusal":
            assert re.findall("%.", words.load("zh").of(context, key)) == re.findall("%.", words.load("en").of(context, key))


def test_no_translation_is_older_than_its_english():
    english = words.english()
    stale = [entry.msgid for entry in polib.pofile(str(words.FOLDER / words.FILES["zh"]))
             if " ".join(entry.comment.split()) != " ".join(english[entry.msgctxt, entry.msgid].split())]
    assert not stale, f"translate anew in zh_CN.po, and put the English above it: {stale}"
    assert (words.FOLDER / words.FILES["en"]).read_text() == words.catalogue(), "make docs"


@pytest.mark.parametrize("code", range(1, len(refusals.REFUSALS)))
def test_a_refusal_that_came_in_english_is_said_in_chinese(code):
    key, template = refusals.REFUSALS[code]
    places = [word[1] for word in words.PLACE.findall(template)]
    text = template % tuple(7000 if kind == "d" else "room1.setpoint_mc" for kind in places)
    said = words.load("zh").refusal(text)
    assert said != text and re.search("[\u4e00-\u9fff]", said), key
    assert all(value in said for value in re.findall("7000|room1.setpoint_mc", text)), (key, said)
    assert words.load("en").refusal(text) == text
    assert words.load("zh").refusal("no answer from unit 7") == "no answer from unit 7"
