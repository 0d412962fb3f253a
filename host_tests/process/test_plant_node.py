"""A plant's node as a real MicroPython process, every scan with the heap locked, its lines byte for byte."""

from __future__ import annotations

import json

import pytest

from doubles.houses import ROOT
from doubles.sitl_plant import SitlPlant
from doubles.toyplant import plant_config

EXAMPLE = ROOT / "boards" / "plant_example.json"


@pytest.mark.long
def test_two_wells_and_two_machines_heat_and_a_power_cut_does_not_forget():
    data = plant_config(2, 2)
    with SitlPlant(data, need_kw=100, water_c=38) as plant:
        plant.until(lambda one: one.t > 5 and one.device("machine1").says["running"], 600)
        plant.run(30)
        assert plant.p("plant.machines_on") >= 1 and plant.p("plant.source_kw") > 0
        assert plant.p("node.scan_faults") == 0 and plant.p("node.alarm") == 0
        begun = plant.t
        plant.restart()
        plant.until(lambda one: one.t > begun + 90 and one.device("machine1").says["running"], 600)
        assert plant.t - begun >= 180, "its rest counts from the boot"
        assert plant.p("machine1.starts") == 1
        assert not any(plant.harm.values())


def test_the_console_tells_and_takes_orders():
    with SitlPlant(plant_config(2, 2), need_kw=100) as plant:
        plant.run(5)
        said = plant.firmware.said
        for path, value, words in (("plant.mode", 0, ""), ("plant.mode", 9, "allowed is 0 to 3"),
                                   ("machine1.available", 0, ""), ("machine1.run", 1, "read only"),
                                   ("plant.supply_trim_mk", 1500, "")):
            plant.firmware.command(path, value)
            plant.run(1)
            assert words in said.replies[-1] and (words or said.replies[-1] == ""), path
        plant.run(5)
        assert plant.p("plant.reason") == 0 and plant.p("plant.supply_trim_mk") == 1500 and plant.p("machine1.reason") == 10


@pytest.mark.long
def test_eighteen_wells_and_eight_machines():
    """0 B in every scan (a scan that allocates fails); its duration here, as a bar against what grows."""
    data = json.loads(EXAMPLE.read_text())
    data["plant"].update(mode="heat", start_gap_s=30, stage_up_s=120, restart_kw_min=0, power_limit_kw=0)
    with SitlPlant(data, need_kw=2200, water_c=40) as plant:
        plant.run(5)
        plant.until(lambda one: one.p("plant.machines_on") >= 4, 1800)
        assert plant.p("plant.sources_on") >= 8
        assert plant.p("node.scan_faults") == 0 and plant.p("bus.round_ms") < 2000 and plant.p("bms.round_ms") < 2000
        assert all(plant.p(f"source{i}.online") for i in range(1, 19))
        assert all(plant.p(f"machine{i}.online") for i in range(1, 9))
        assert sorted(plant.scan_us)[len(plant.scan_us) * 99 // 100] < 5000
        assert not any(plant.harm.values()), plant.harm


def test_the_example_is_valid():
    from wellhearth.tables import config
    assert config.validate(json.loads(EXAMPLE.read_text()))[1] == []
