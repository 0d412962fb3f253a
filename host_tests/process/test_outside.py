"""A sensor for the air outside, from its place in the shade to the points, and to a room whose own sensor is lost."""

from __future__ import annotations

import pytest

from doubles.houses import app_of, house_config, make_inside, make_rig
from harness import faults, scenarios
from wellhearth.control import weather
from wellhearth.tables import config


def fitted(rooms=1):
    data = house_config(rooms)
    data["node"] = {**data.get("node", {}), "outside_rom": scenarios.rom(0x6001)}
    return data


@pytest.mark.both
def test_it_is_read_and_its_loss_is_told():
    with make_rig(data=fitted()) as rig:
        rig.run(60)
        p = rig.points()
        assert p["node.outside_ok"] == 1
        assert p["node.outside_mc"] / 1000 == pytest.approx(rig.plant.outside[0], abs=2.0)
        faults.change(rig, "sensor_open", "outside")
        rig.run(60)
        assert rig.points()["node.outside_ok"] == 0
        faults.change(rig, "sensor_open", "outside", mend=True)
        rig.run(60)
        assert rig.points()["node.outside_ok"] == 1


def test_without_one_there_is_none():
    with make_inside(1) as rig:
        rig.run(5)
        assert app_of(rig).node.outside is None and rig.points()["node.outside_ok"] == 0


def test_a_blind_room_follows_the_weather():
    data = fitted()
    with make_inside(data=data) as rig:
        rig.run(300)
        line = app_of(rig).node.outside.lines[0]
        line.take([weather.MEMORY, (100 + weather.RANGE) * 64, 120 * 64, 900 * 8, 7_920])  # 11 pm/K, 120 pm at 10 K
        assert app_of(rig).node.ledger_parts()[3]["room1.weather"] is line, "the ledger keeps it"
        faults.change(rig, "sensor_open", "room1")
        rig.run(120)
        p = rig.points()
        away_k = (p["room1.target_mc"] - rig.plant.outside[0] * 1000) / 1000
        assert p["room1.duty_pm"] == pytest.approx(120 + 11 * (away_k - 10), abs=25)
        faults.change(rig, "sensor_open", "outside")
        rig.run(60)
        mean_pm = app_of(rig).node.rooms[0].controller.thermostat.mean_pm
        assert rig.points()["room1.duty_pm"] == mean_pm, "the last hours'"


def test_a_sensor_cannot_be_in_two_places():
    data = fitted()
    data["rooms"][0]["room_rom"] = data["node"]["outside_rom"]
    assert "the same sensor as node.outside_rom" in " ".join(config.validate(data)[1])
