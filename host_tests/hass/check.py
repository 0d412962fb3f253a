"""Whether Home Assistant takes a device's announcement: by schema.json, stricter where it drops things in silence."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

SCHEMA = json.loads(Path(__file__).with_name("schema.json").read_text())
SHORT = SCHEMA["abbreviations"]
TOPIC = re.compile(r"homeassistant/device/[a-zA-Z0-9_-]+/config")  # discovery.py TOPIC_MATCHER


def expanded(payload: dict[str, Any], table: str = "abbreviations") -> dict[str, Any]:
    """A dict with its abbreviations replaced."""
    return {SHORT[table].get(key, key): value for key, value in payload.items()}


def device(topic: str, text: str) -> dict[str, dict[str, Any]]:
    """{component: its full config} of an announcement; AssertionError says what Home Assistant would not take."""
    assert TOPIC.fullmatch(topic), topic
    payload = expanded(json.loads(text))
    follows(payload, SCHEMA["discovery"], "device message")
    about = expanded(payload["device"], "device_abbreviations")
    follows(about, SCHEMA["device"], "device")
    assert about.get("identifiers") or about.get("connections"), "a device needs an identifier"
    follows(expanded(payload["origin"], "origin_abbreviations"), SCHEMA["origin"], "origin")
    for one in payload["availability"]:
        topic_ok(expanded(one)["topic"])
    shared = {key: payload[key] for key in ("availability", "availability_mode", "state_topic", "command_topic")
              if key in payload}
    return {key: component(key, {**shared, **expanded(config)}) for key, config in payload["components"].items()}


def component(key: str, config: dict[str, Any]) -> dict[str, Any]:
    """One entity."""
    platform = config["platform"]
    assert config.get("unique_id"), f"{key} has no unique_id"
    schema = SCHEMA["platforms"][platform]
    follows({k: v for k, v in config.items() if k != "platform"}, schema, f"{platform} {key}")
    for name, value in config.items():
        if name.endswith("_topic"):
            topic_ok(value)
        if name.endswith("_template"):
            assert value.count("{{") == value.count("}}") == 1, (key, name, value)
    assert config.get("entity_category") in (None, *SCHEMA["categories"])
    {"sensor": sensor, "climate": climate, "binary_sensor": binary, "button": lambda c: None}[platform](config)
    return config


def follows(config: dict[str, Any], schema: dict[str, list[str]], where: str) -> None:
    """Every key is known, every required one is there, texts are texts and numbers numbers."""
    unknown = config.keys() - schema.keys()
    assert not unknown, f"{where}: Home Assistant does not know {sorted(unknown)}"
    missing = {key for key, (need, _check) in schema.items() if need == "Required"} - config.keys()
    assert not missing, f"{where}: lacks {sorted(missing)}"
    groups = {key: check for key, (need, check) in schema.items() if need == "Inclusive" and key in config}
    assert len(groups) in (0, sum(need == "Inclusive" for need, _check in schema.values())), f"{where}: half of {groups}"
    for key, value in config.items():
        check = schema[key][1]
        if check in ("cv.string", "cv.template", "valid_subscribe_topic", "valid_publish_topic"):
            assert isinstance(value, str), (where, key, value)
        elif "Coerce(float)" in check:
            assert isinstance(value, (int, float)), (where, key, value)
        elif check == "cv.ensure_list":
            assert isinstance(value, list), (where, key, value)


def topic_ok(topic: str) -> None:
    """Without wildcards or control characters."""
    assert topic and not set(topic) & set("+#") and topic.isprintable() and len(topic) < 200, topic


def sensor(config: dict[str, Any]) -> None:
    """Device class, unit and state class go together."""
    kind, unit, state = (config.get(key) for key in ("device_class", "unit_of_measurement", "state_class"))
    if kind is not None:
        assert unit in SCHEMA["sensor_units"][kind], (kind, unit)
        assert state in SCHEMA["sensor_states"][kind], (kind, state)


def binary(config: dict[str, Any]) -> None:
    """A known class."""
    assert config.get("device_class") in (None, *SCHEMA["binary_classes"])


def climate(config: dict[str, Any]) -> None:
    """Known modes; a range with a step inside it; no preset called none."""
    assert set(config["modes"]) <= set(SCHEMA["hvac_modes"])
    assert config["min_temp"] < config["max_temp"] and config["temp_step"] > 0 and config["precision"] in (0.1, 0.5, 1.0)
    assert "none" not in config.get("preset_modes", [])
