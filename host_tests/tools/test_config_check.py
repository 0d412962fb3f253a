"""`wellhearth config check`: every mistake at once, older and newer versions; the schema."""

from __future__ import annotations

import copy
import json

from doubles.command import call
from doubles.houses import ROOT
from harness.pinout import CONFIG
from wellhearth.tables import config
from whtools.docs import schema


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
