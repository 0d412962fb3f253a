"""`wellhearth config`: the wizard, every mistake at once, and a board's config read, changed, written (in MicroPython)."""

from __future__ import annotations

import copy
import io
import json
import re

import pytest

from doubles.command import call
from doubles.folder_link import FolderLink, InsideLink
from doubles.houses import ROOT, house_config, make_inside, make_rig
from harness.pinout import CONFIG
from wellhearth.storage import record
from wellhearth.tables import config
from whtools.device import settings, wizard
from whtools.docs import schema


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


# -- the wizard --


def made(tmp_path, capsys, **answers):
    path = tmp_path / "answers-in.json"
    path.write_text(json.dumps(answers))
    status, text = call(capsys, "config", "init", "--answers", path, "--out", tmp_path / "house")
    files = {p.name: json.loads(p.read_text()) for p in sorted((tmp_path / "house").glob("*.json"))} if not status else {}
    return status, text, files


def test_three_rooms_are_three_controllers_with_their_wires(tmp_path, capsys):
    status, text, files = made(tmp_path, capsys, rooms=3, room2_name="kitchen", room2_schedule="daily 06:00-22:00", rtc=True)
    assert status == 0 and "3 rooms: 3 controllers, 11 DS18B20, one RS-485 pair" in text
    assert "each further room gets a board of its own on the bus" in text
    assert sorted(files) == ["answers.json", "room2.json", "room3.json", "well.json"]
    assert files["well.json"]["bus"] == {"role": "client", "rooms": "1-2"} and len(files["well.json"]["rooms"]) == 1
    assert files["room2.json"]["rooms"][0]["schedule"] == "daily 06:00-22:00" and files["room3.json"]["bus"]["address"] == 2
    assert "well" not in files["room3.json"] and "rtc_sda" in text and "return " in text
    for name in ("well.json", "room2.json", "room3.json"):
        assert config.validate(wizard.with_roms(files[name]))[1] == []
    (tmp_path / "again").mkdir()
    second = made(tmp_path / "again", capsys, **files["answers.json"])
    assert second[2] == files, "the answers that were given are such a file"
    status, text, _files = made(tmp_path, capsys, rooms=1)
    assert status == 2 and "would be overwritten" in text


def test_every_board_carries_its_smallest_house(tmp_path, capsys):
    for name in ("rpi_pico", "rpi_pico_w", "esp32_generic", "esp32_s3"):
        folder = tmp_path / name
        folder.mkdir()
        status, text, files = made(folder, capsys, board=name, aux_contacts=not name.startswith("esp32_g"))
        assert status == 0 and "1 room: 1 controller, 5 DS18B20\n" in text and "RS-485" not in text, text
        gpios = re.findall(r"GPIO (\d+)", text)
        assert len(set(gpios)) == len(gpios) > 12
        assert files["well.json"]["rooms"][0]["unit_flow_lph"] == 750


@pytest.mark.parametrize(("answers", "words"), [
    ({"board": "atari"}, "board = 'atari': allowed is"), ({"rooms": 0}, "allowed is 1 to 32"),
    ({"return_meter": "perhaps"}, "yes or no is wanted"), ({"rooms": "three"}, "a whole number is wanted"),
    ({"colour": 1}, "nobody asks for colour here"), ({"min_flow_lph": 5000}, "must not be above max_flow_lph = 2400"),
    ({"type": "multi_aquifer"}, "`well2`"), ({"unit_type": "II", "rooms": 2}, "takes well water (type I)"),
    ({"board": "esp32_generic", "room1_compressor": "variable"}, "no terminal room1_compressor_speed"),
    ({"unit_type": "II", "rtc": True}, "one terminal for rtc_sda and loop_pump")])
def test_what_cannot_be_built_is_told_and_nothing_is_written(tmp_path, capsys, answers, words):
    status, text, _files = made(tmp_path, capsys, **answers)
    assert status == 2 and words in text, text
    assert not (tmp_path / "house").exists()


def test_a_person_is_asked_again_after_a_slip(tmp_path, capsys, monkeypatch):
    typed = io.StringIO("our house\nrpi_pic\nrpi_pico\n" + "\n" * 40)
    monkeypatch.setattr("builtins.input", lambda prompt: print(prompt) or typed.readline().rstrip("\n"))
    status, text = call(capsys, "config", "init", "--out", tmp_path / "house")
    assert status == 0 and "allowed is esp32_generic" in text and "[single_aquifer]" in text
    assert json.loads((tmp_path / "house" / "well.json").read_text())["node"]["name"] == "our house"


# -- check --


def test_every_mistake_is_told_at_once_as_the_board_would_say_it(tmp_path, capsys):
    data = copy.deepcopy(CONFIG)
    data["well"].update(min_flow_lph=7, level_range_kpa=100)
    data["rooms"][0]["colour"] = "red"
    path = tmp_path / "c.json"
    path.write_text(json.dumps(data))
    status, text = call(capsys, "config", "check", path, "--board", "rpi_pico")
    errors = config.validate(data)[1]
    assert status == 2 and all(line in text for line in errors) and "board rpi_pico has no terminal level" in text
    assert f"{len(errors) + 1} mistakes" in text
    path.write_text('{"well": {,}}')
    status, text = call(capsys, "config", "check", path)
    assert status == 2 and "line 1 column 11" in text
    path.write_text(json.dumps(CONFIG))
    status, text = call(capsys, "config", "check", path, "--board", "rpi_pico")
    assert (status, text) == (0, f"{path} is valid and fits rpi_pico\n")


def test_an_older_version_is_migrated_and_a_newer_one_refused(tmp_path, capsys, monkeypatch):
    path = tmp_path / "c.json"
    path.write_text(json.dumps(dict(CONFIG, version=config.newest() + 1)))
    status, text = call(capsys, "config", "check", path)
    assert status == 2 and "reads up to version 1; flash a newer one" in text and "1 mistake:" in text
    for bad in (0, -1, True, "1", None):
        assert "must be a whole number" in config.validate(dict(CONFIG, version=bad))[1][0]

    def renamed(data):
        data["well"]["min_flow_lph"] = data["well"].pop("least_flow_lph")
        return data
    monkeypatch.setattr(config, "STEPS", (renamed,))
    old = copy.deepcopy(CONFIG)
    old["well"]["least_flow_lph"] = 1300
    path.write_text(json.dumps(old))
    cfg, errors = config.load(str(path))
    assert errors == [] and cfg.well.min_flow_lph == 1300, "a board reads it as it is"
    status, text = call(capsys, "config", "check", path, "--migrate")
    assert status == 0 and json.loads(path.read_text())["version"] == 2
    assert json.loads(path.read_text())["well"]["min_flow_lph"] == 1300
    assert config.load(str(path))[1] == []


def test_the_schema_knows_every_key_and_says_what_the_table_says():
    found = json.loads((ROOT / "firmware" / "config.schema.json").read_text())
    assert found == json.loads(schema.render())
    properties = found["properties"]
    from wellhearth.tables import config_rows
    assert set(properties) == set(config_rows.SECTIONS) | {"version", "$schema"}
    flow = properties["well"]["properties"]["min_flow_lph"]
    assert (flow["minimum"], flow["maximum"], flow["default"]) == (100, 60000, 1200) and "L/h" in flow["description"]
    assert properties["rooms"]["items"]["required"] == ["room_rom", "supply_air_rom", "leaving_rom"]
    text = json.dumps(dict(CONFIG, **{"$schema": "x", "version": 1}))
    assert config.validate(json.loads(text))[1] == []


# -- on a board --


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
