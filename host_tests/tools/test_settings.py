"""`wellhearth config`: a board's config read, changed, written (in MicroPython), and which one runs."""

from __future__ import annotations

import json

import pytest

from doubles.command import call
from doubles.folder_link import FolderLink, InsideLink
from doubles.houses import house_config, make_inside, make_rig
from harness.pinout import CONFIG
from wellhearth.storage import record
from whtools.device import settings


@pytest.fixture
def board(tmp_path, monkeypatch):
    folder = tmp_path / "board"
    folder.mkdir()
    link = FolderLink(folder)
    link.name = "rpi_pico"
    monkeypatch.setattr(settings, "Link", lambda port: link)
    monkeypatch.setattr(settings, "find_port", lambda port: "/dev/fake")
    monkeypatch.setattr(settings, "reconnect", lambda port: link)
    monkeypatch.setattr(settings.Node, "board", lambda self: link.name)
    text = json.dumps(CONFIG).encode()
    (folder / "config.json").write_bytes(text)
    (folder / "config.json.good").write_bytes(record.head(text, 0).encode() + text)
    return link


def test_keys_are_read_and_set_and_the_old_config_stays_beside_the_new(board, capsys):
    status, text = call(capsys, "config", "get", "room1.name", "well.min_flow_lph")
    assert (status, text) == (0, 'room1.name = "living"\nwell.min_flow_lph = 1200\n'), "a default is shown too"
    status, text = call(capsys, "config", "set", "room1.name=k\u00fcche", "well.min_flow_lph=1300", "--no-restart")
    assert status == 0 and '+   "name": "k\u00fcche"' in text and "next start" in text
    now = json.loads((board.folder / "config.json").read_text(encoding="utf-8"))
    assert now["rooms"][0]["name"] == "k\u00fcche" and now["well"]["min_flow_lph"] == 1300
    before = record.unseal((board.folder / "config.last.json").read_bytes())[1]
    assert json.loads(before) == CONFIG and not (board.folder / "config.json.good").exists()
    status, text = call(capsys, "config", "set", "well.min_flow_lph=", "room1.name=living")
    assert status == 0 and "the node runs with it" in text and "machine.reset()" in board.left[0]
    assert json.loads((board.folder / "config.json").read_text()) == CONFIG


def test_a_bad_value_is_refused_before_anything_is_written(board, tmp_path, capsys):
    before = {p.name: p.read_bytes() for p in board.folder.iterdir()}
    for words, says in (
            (("set", "well.min_flow_lph=7", "room1.fan_min_pm=2000"), ("well.min_flow_lph = 7", "room1.fan_min_pm = 2000")),
            (("set", "well.level_range_kpa=100"), ("board rpi_pico has no terminal level",)),
            (("set", "meter1.address=5"), ("this node has 0 meters",)),
            (("set", "meters.x=1"), ("there is no section meters",)),
            (("set", "cellar.x=1"), ("there is no section cellar",)), (("set", "room9.name=x"), ("this node has 1 rooms",)),
            (("set", "well=1"), ("write section.key",)), (("get", "well.colour"), ("there is no such key",)),
            (("set", "version=9"), ("reads up to version",))):
        status, text = call(capsys, "config", *words)
        assert status == 2 and all(s in text for s in says), text
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(dict(CONFIG, cellar={})))
    status, text = call(capsys, "config", "push", bad)
    assert status == 2 and "cellar: unknown section" in text
    assert {p.name: p.read_bytes() for p in board.folder.iterdir()} == before


def test_pull_diff_and_push_go_round(board, tmp_path, capsys):
    mine = tmp_path / "mine.json"
    assert call(capsys, "config", "pull", mine)[0] == 0 and json.loads(mine.read_text()) == CONFIG
    assert call(capsys, "config", "diff", mine) == (0, "no difference\n")
    data = house_config(1)
    data["node"]["aux_contacts"] = 1
    mine.write_text(json.dumps(data))
    status, text = call(capsys, "config", "diff", mine)
    assert status == 1 and "+++ " in text and data["well"]["supply_rom"] in text
    status, text = call(capsys, "config", "push", mine, "--no-restart")
    assert status == 0 and json.loads((board.folder / "config.json").read_text()) == data
    (board.folder / "config.json").write_bytes(b"{")
    assert "is damaged" in call(capsys, "config", "get")[1]
    (board.folder / "config.json").unlink()
    assert "no config on the board yet" in call(capsys, "config", "get")[1]


def test_a_pushed_config_holds_after_the_start_and_a_damaged_one_leaves_the_one_before_running():
    with make_rig(1) as rig:
        rig.run(5)
        node = settings.Node(FolderLink(rig.folder))
        node.board = lambda: None
        data = node.read()
        data["rooms"][0]["setpoint_mc"] = 23000
        node.write(data)
        (rig.folder / "settings.json").unlink(missing_ok=True)
        rig.restart()
        rig.run(3)
        assert rig.points()["room1.setpoint_mc"] == 23000 and rig.points()["node.damaged"] == 0
        data["rooms"][0]["setpoint_mc"] = 24000
        node.write(data)
        path = rig.folder / "config.json"
        path.write_bytes(path.read_bytes()[:100])  # the power failed, and the file system lost its end
        rig.restart()
        rig.run(3)
        assert rig.points()["room1.setpoint_mc"] == 23000 and rig.points()["node.damaged"] & 1
        assert any("config.last.json runs" in text for text in rig.texts)


def test_status_says_which_config_runs():
    with make_inside(1) as rig:
        rig.run(3)
        link = InsideLink(rig)
        assert ["config", "as written"] in link.ask("status")["rows"]
        (rig.folder / "config.json").write_text("{")
        rig.restart()
        rig.run(3)
        said = dict(InsideLink(rig).ask("status")["rows"])["config"]
        assert "its last good copy config.json.good runs" in said
