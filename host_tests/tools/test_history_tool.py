"""`wellhearth history`: days and tens of minutes of a node, to the eye and as CSV, gaps as gaps."""

from __future__ import annotations

import csv

import pytest

from doubles.command import call
from doubles.folder_link import FolderLink
from wellhearth.storage import history
from whtools.device import history as tool

ROOMS = [2010, -32768, *[-32768] * 6]


@pytest.fixture
def unit(tmp_path, monkeypatch):
    folder = tmp_path / "unit"
    folder.mkdir()
    link = FolderLink(folder)
    monkeypatch.setattr(tool, "Link", lambda port: link)
    monkeypatch.setattr(tool, "find_port", lambda port: "/dev/fake")
    monkeypatch.chdir(folder)
    return folder


def ten(tens, litres, fresh=False, run_s=600):
    quality = 5 | (history.FRESH if fresh else 0)
    history.append([quality, tens, run_s, 0, 0, 1402, 1098, 0, litres, 0, litres, 0, litres, 0, 0, 0, *ROOMS], history.TEN)


def day(number, litres):
    history.append([3, number, 1440, 4, 1, 1402, 1098, 1, litres, 1, litres, 0, 9000, 0, 0, 0])


def test_days_are_shown_with_what_was_counted_and_the_missing_ones(unit, capsys):
    for number, litres in ((9829, 0), (9830, 250), (9833, 400)):
        day(number, litres)
    status, text = call(capsys, "history")
    assert status == 0 and "2026-11-30" in text and "0.250" in text
    assert "gap: no row for 2026-12-01 - 2026-12-02" in text and "0.150" in text


def test_ten_minutes_as_csv_have_gaps_with_their_length(unit, tmp_path, capsys):
    begin = 9829 * 8640
    ten(begin, 100, True)
    ten(begin + 60, 130)
    ten(begin + 120 + 360, 131, True, 300)
    ten(begin + 180 + 360, 150, False)
    path = tmp_path / "ten.csv"
    status, text = call(capsys, "history", "--ten", "--csv", path)
    assert status == 0 and "5 lines" in text
    with open(path, encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    assert [row["state"] for row in rows] == ["row", "row", "off", "row", "row"]
    assert [row["lifted_l"] for row in rows] == ["", "30", "", "1", "19"]
    assert rows[2]["seconds"] == "3900" and rows[2]["lifted_total_l"] == ""
    assert rows[0]["local"][:13] == "2026-11-29 00" and rows[0]["room1_cc"] == "2010" and rows[0]["room2_cc"] == ""
    status, text = call(capsys, "history", "--ten", "--last", 3)
    assert status == 0 and "gap of 65 min 0 s: the node did not run" in text


def test_a_node_without_rows_says_when_there_will_be_some(unit, capsys):
    assert call(capsys, "history")[1].startswith("none: the first row is written when a day ends")


def test_modbus_wants_an_address(unit, capsys):
    status, text = call(capsys, "history", "--modbus", "/dev/none")
    assert status == 2 and "--address" in text
