"""The config section `plant`: what is refused, in words that help; its layout; its words at the prompt."""

from __future__ import annotations

import copy
import json
import types

import pytest

from doubles.houses import ROOT
from doubles.toyplant import ToyPlant, plant_config
from wellhearth.console import plant as words
from wellhearth.console import views
from wellhearth.tables import config, kinds, plant_kinds, points

EXAMPLE = json.loads((ROOT / "boards" / "plant_example.json").read_text())


def changed(path: str, value):
    """The example with one key changed; a number in the path is a place in a list; None takes the key away."""
    data = copy.deepcopy(EXAMPLE)
    keys = [int(key) if key.isdigit() else key for key in path.split(".")]
    at = data
    for key in keys[:-1]:
        at = at[key]
    if value is None:
        del at[keys[-1]]
    else:
        at[keys[-1]] = value
    return data


@pytest.mark.parametrize(("path", "value", "said"), [
    ("plant.machines", [], "a plant has one machine and more"),
    ("plant.wells", [], "a plant asks one well and more"),
    ("plant.wells", [{"address": 1}] * 25, "must be a list of at most 24"),
    ("plant.machines.0.heat_kw", None, "plant.machine1.heat_kw is missing"),
    ("plant.machines.1.address", 31, "the same place as plant.machine1"),
    ("plant.machines.0.line", "third", "allowed is bus or bms"),
    ("plant.machines.0.type", "contacts", "a type by contacts has a channel"),
    ("plant.machines.0.channel", 3, "others have none"),
    ("plant.machines.0.power_kw", 900, "it could never start"),
    ("plant.machines.0.colour", "red", "unknown key"),
    ("plant.cool_above_mc", 17000, "3 K and more above heat_below_mc"),
    ("plant.supply_mild_mc", 50000, "must not be above supply_cold_mc"),
    ("plant.stage_down_pm", 900, "must be below stage_up_pm"),
    ("plant.networks.1.part", "secondary", "two of them are secondary"),
    ("plant.networks.1.pressure_kpa", 90, "must be between pressure_min_kpa"),
    ("plant.networks.1.dp_least_kpa", 90, "must not be above dp_kpa"),
    ("plant.pumps", [], "has no pump"),
    ("plant.backups.0.efficiency_pm", 4000, "a boiler gives at most 1100"),
    ("plant.night", "never", "plant.night = 'never'"),
    ("plant.lines", {"bus": {}, "third": {}}, "must be an object with the lines bus and bms"),
    ("plant.lines", {"bus": {}}, "plant.lines has no bms"),
    ("plant", [], "must be an object with keys"),
    ("well", {}, "a plant's node has no well of its own"),
    ("rooms", [{}], "a plant's node has none"),
    ("gateway", {}, "the second line is the one of `gateway`"),
    ("electricity", {"source": "estimate"}, "a plant's node reads its machines' own meters"),
    ("bus", {"role": "server"}, "a plant's node has its own use for that line"),
])
def test_a_mistake_is_told_with_what_is_allowed(path, value, said):
    errors = config.validate(changed(path, value))[1]
    assert any(said in line for line in errors), errors


def test_no_hot_water_machine_for_a_tank():
    data = copy.deepcopy(EXAMPLE)
    for one in data["plant"]["machines"]:
        one["hot_water"] = 0
    assert any("nothing would charge it" in line for line in config.validate(data)[1])


def test_a_well_that_a_plant_asks_has_no_rooms_and_one_alone_is_refused():
    house = {"well": {"supply_rom": "28ff641d8fdf18c1", "return_rom": "28aa641d8fdf1804"}}
    assert config.validate({**house, "bus": {"role": "server", "address": 4}})[1] == []
    assert any("a plant asks it" in line for line in config.validate(house)[1])


def test_the_layout_is_the_order_of_the_blocks():
    plant = ToyPlant(EXAMPLE)
    names = [kind.block(index) for kind, index in kinds.layout(plant.cfg)]
    assert names == [block.name for block in plant.node.points.blocks]
    assert names[:2] == ["node", "plant"] and "source18" in names and "machine8" in names and names[-1] == "bms"


def test_every_state_and_reason_has_its_words():
    for kind in plant_kinds.KINDS:
        texts = words.WORDS.get(kind.name)
        if texts is None:
            continue
        row = next(row for row in kind.rows if row.name == words.REASON.get(kind.name, "reason"))
        assert list(texts) == row.unit.partition(":")[2].split("|"), kind.name
        assert row.hi >= len(texts) - 1


def test_the_prompt_shows_a_plant(capsys):
    plant = ToyPlant(plant_config(2, 2, tank={"line": "bms", "address": 55}, quality=[{"line": "bms", "address": 59}],
                                  buildings=[{"line": "bms", "address": 61}],
                                  backups=[{"line": "bms", "address": 56, "power_kw": 100}]))
    plant.run(30)
    plant.device("machine2").silent = True
    plant.run(60)
    app = types.SimpleNamespace(node=plant.node)
    said = {block: said for block, _state, _reason, said, *_ in views.view_why(app)[1]}
    assert said["machine2"] == "it does not answer on its line"
    assert set(said) >= {"plant", "source1", "network2", "tank", "backup1"}
    assert [block for block, *_ in views.view_why(app, "machine")[1]] == ["machine1", "machine2"]
    lines = {block.name: words.line(block) for block in plant.node.points.blocks if block.kind in plant_kinds.KINDS}
    assert lines["machine2"] == "does not answer" and "supply 14.000 degC" in lines["source1"], lines
    assert ("machine2", "machine_silent", "active", "by itself", "machine silent on its line") in views.view_trips(app)[1]
    assert len(views.view_points(app, "tank")[1]) == len(plant_kinds.TANK.rows)
    assert points.helps()(plant_kinds.TANK.rows, "top_mc") == "top of the tank"
