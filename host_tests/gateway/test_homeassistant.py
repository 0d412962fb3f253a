"""Home Assistant over MQTT: announcements by its own schema, values and wishes."""

from __future__ import annotations

import json
import re

import pytest
from hass import check

from whtools.gateway.homeassistant import Bridge, Settings, discovery, states, wishes
from whtools.gateway.homeassistant.discovery import Topics
from whtools.gateway.nodes import Hub
from whtools.gateway.nodes.simulated import World

KEY = re.compile(r"\{\{ value_json\.(\w+) \}\}")


@pytest.fixture(scope="module")
def world():
    made = World(rooms=2, paced=False)
    made.run(60)
    yield made
    made.end()


@pytest.fixture
def hub(world):
    made = Hub([world], world.clock)
    made.turn()
    return made


def only(hub):
    (node,) = hub.nodes().values()
    return node


def announced(hub, lang="en"):
    topics = Topics()
    return {device: check.device(topics.config(device), json.dumps(payload))
            for device, payload in discovery.devices(only(hub), topics, lang).items()}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_announcements_are_what_home_assistant_takes(hub, lang):
    devices = announced(hub, lang)
    assert [name.rpartition("_")[2] for name in devices] == ["simulator-unit-100", "room1", "room2"]
    parts = [part for device in devices.values() for part in device.values()]
    assert len({part["unique_id"] for part in parts}) == len(parts)
    assert [part["platform"] for part in parts].count("climate") == 2
    assert [part["platform"] for part in parts].count("button") == 4
    energy = [part for part in parts if part.get("device_class") == "energy"]
    assert len(energy) == 6 and all(part["unit_of_measurement"] == "kWh" for part in energy)
    assert sum(part.get("device_class") == "water" for part in parts) == 2
    assert sum(part.get("device_class") == "problem" for part in parts) == 2 * 4


def test_every_template_finds_its_key_and_alarms_their_names(hub):
    node = only(hub)
    for device in announced(hub).values():
        for part in device.values():
            for name, template in part.items():
                found = KEY.fullmatch(template) if name.endswith("_template") else None
                if found:
                    block = part.get("state_topic", part.get("mode_state_topic")).rpartition("/")[2]
                    assert found.group(1) in states.of(node, block), (part["unique_id"], template)
    why = announced(hub, "zh")["wellhearth_simulator-unit-100_room1"]["room1_reason"]["value_template"]
    assert "'starts_used': '" in why and re.search(r"[一-鿿]", why)


def test_a_village_s_rooms_are_there_once():
    world = World(rooms=2, paced=False, village=True)
    try:
        world.run(90)
        hub = Hub([world], world.clock)
        hub.turn()
        bridge = Bridge(hub, Settings())
        said = bridge.wanted()
        rooms = [topic for topic, text in said.items() if '"p":"climate"' in text]
        assert len(hub.nodes()) == 3 and len(rooms) == 2 and all("_room1/" in topic for topic in rooms)
        for topic, text in said.items():
            if topic.endswith("/config"):
                check.device(topic, text)
        well = next(key for key, node in hub.nodes().items() if node.blocks("well"))
        for key in hub.nodes().keys() - {well}:
            del hub.by_key[key]
        assert sum('"p":"climate"' in text for text in bridge.wanted().values()) == 2, "as the well sees them"
    finally:
        world.end()


def test_the_check_itself_refuses(hub):
    topics, node = Topics(), only(hub)
    payload = discovery.devices(node, topics, "en")["wellhearth_simulator-unit-100_room1"]
    config = topics.config("wellhearth_x_room1")
    part = payload["cmps"]["room1_room_c"]
    for spoilt in ({**part, "unit_of_meas": "K/h"}, {**part, "colour": "red"},
                   {k: v for k, v in part.items() if k != "uniq_id"},
                   {**part, "stat_t": "a/#"}, {**part, "stat_cla": "total"}, {**part, "p": "climate"},
                   {k: v for k, v in part.items() if k != "stat_t"}):
        with pytest.raises(AssertionError):
            check.device(config, json.dumps({**payload, "cmps": {"room1_room_c": spoilt}}))
    for spoilt in ({"o": {}}, {"dev": {"name": "x"}}, {"extra": 1}):
        with pytest.raises(AssertionError):
            check.device(config, json.dumps({**payload, **spoilt}))
    with pytest.raises(AssertionError):
        check.device("homeassistant/device/a b/config", json.dumps(payload))


def test_values_are_the_firmware_s_and_unknown_is_not_zero(hub, world):
    node, truth = only(hub), world.rig.points()
    room = states.of(node, "room1")
    assert room["room_c"] == round(truth["room1.room_mc"] / 1000, 1) and room["setpoint_c"] == 20.0
    assert room["mode"] == "heat" and room["preset"] == "none" and room["fan"] == "auto" and room["alarm"] == "OFF"
    well = states.of(node, "well")
    assert well["circulated_m3"] == truth["well.circulated_m3"] + truth["well.circulated_l"] / 1000
    with node.lock:
        saved = dict(node.values)
        node.values["room1.room_ok"] = node.values["room1.room_ok"]._replace(value=0)
        node.values["room1.trips"] = node.values["room1.trips"]._replace(value=1 << 7)
        node.values["room1.source_mwh"] = node.values["room1.source_mwh"]._replace(value=3)
        node.values["room1.source_wh"] = node.values["room1.source_wh"]._replace(value=500)
        node.values["room1.compressor_on"] = node.values["room1.compressor_on"]._replace(value=1)
    room = states.of(node, "room1")
    assert room["room_c"] is None and room["alarm"] == "ON" and room["faults"] == ["room_sensor"] and room["locked"] == "OFF"
    assert room["source_kwh"] == 3000.5 and room["action"] in ("heating", "cooling")
    node.values = saved


@pytest.mark.parametrize(("point", "payload", "value"), [
    ("mode", b"heat_cool", 3), ("mode", b"off", 0), ("mode", b"auto", None), ("setpoint_mc", b"21.5", 21500),
    ("setpoint_mc", b"21.54", 21500), ("setpoint_mc", b"nan", None), ("setpoint_mc", b"1e999", None),
    ("setpoint_mc", b"", None), ("setpoint_mc", b"\xff\xfe", None), ("setpoint_mc", b"9" * 5000, None),
    ("fan_fixed_pm", b"auto", 0), ("fan_fixed_pm", b"turbo", None), ("boost_min", b"boost", 60), ("boost_min", b"none", 0),
    ("reset_trip", b"0", None), ("room_mc", b"1", None)])
def test_wishes_are_read_strictly(hub, point, payload, value):
    found, why = wishes.read(only(hub), "room1", point, payload)
    assert found == value and bool(why) == (value is None)
    assert wishes.read(only(hub), "node", point, payload)[0] is None
    assert wishes.read(only(hub), "room9", point, b"1")[0] is None


