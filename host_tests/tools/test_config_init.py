"""`wellhearth config init`: the wizard's houses with their wires, what cannot be built, a slip."""

from __future__ import annotations

import io
import json
import re

import pytest

from doubles.command import call
from wellhearth.tables import config
from whtools.device import wizard


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
