"""What Home Assistant is told of a node: one device for its controller, well and loop, and one for each room."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ... import words
from ..nodes import Node
from . import entities
from .entities import ALARM, BINARIES, LOCKED, SENSORS, Binary, Sensor, said

Named = Callable[[str, str], str]  # (node, block) -> what its people call it, "" when nobody said


@dataclass(frozen=True)
class Topics:
    """Where things are. prefix: ours; discovery: Home Assistant's. alone: the node speaks for itself, without a gateway."""

    prefix: str = "wellhearth"
    discovery: str = "homeassistant"
    alone: bool = False

    @property
    def gateway(self) -> str:
        """Whether the gateway is connected."""
        return f"{self.prefix}/gateway"

    def node(self, node: str) -> str:
        """Whether a node answers."""
        return f"{self.prefix}/{plain(node)}/state"

    def refused(self, node: str) -> str:
        """The last order that was not taken, in words."""
        return f"{self.prefix}/{plain(node)}/refused"

    def block(self, node: str, block: str) -> str:
        """A block's values."""
        return f"{self.prefix}/{plain(node)}/{block}"

    def wish(self, node: str, block: str, point: str) -> str:
        """Where a wish for a point arrives."""
        return f"{self.block(node, block)}/{point}/set"

    def config(self, device: str) -> str:
        """Where a device is announced."""
        return f"{self.discovery}/device/{device}/config"


def plain(text: str) -> str:
    """A name as Home Assistant allows it in a topic: letters, digits, `_` and `-`."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", text)


def devices(node: Node, topics: Topics, lang: str, named: Named = lambda _node, _block: "",
            far: bool = True) -> dict[str, dict[str, Any]]:
    """{device id: payload} of everything that a node is to Home Assistant.

    far: rooms as the well sees them too; not where their own nodes are reached, as each would be there twice.
    """
    root = f"wellhearth_{plain(node.key)}"
    house = named(node.key, "") or node.identity.name or node.key
    found: dict[str, dict[str, Any]] = {}
    common: dict[str, Any] = {}
    rooms = set(node.rooms())
    for block, table in node.tables.items():
        if block not in rooms and table.kind in SENSORS:
            common |= components(node, block, topics, lang, said(entities.BLOCKS[table.kind], lang) + " ")
    common["refused"] = text_sensor(root, "refused", topics.refused(node.key), "{{ value }}", said(entities.REFUSED, lang))
    found[root] = payload(node, topics, {
        "ids": [root], "name": house, "mf": node.identity.vendor or "Wellhearth", "mdl": node.identity.product or "node",
        **({"sw": node.identity.version} if node.identity.version else {}),
        **({"sn": node.identity.serial} if node.identity.serial else {})}, common)
    for room in node.rooms():
        if node.tables[room].kind == "far" and not far:
            continue
        name = named(node.key, room) or f"{said(entities.ROOM_NAME, lang)} {re.sub(r'[^0-9]', '', room)}"
        parts = components(node, room, topics, lang, "")
        parts |= room_parts(node, room, topics, lang)
        found[f"{root}_{room}"] = payload(node, topics, {
            "ids": [f"{root}_{room}"], "name": name, "mf": "Wellhearth", "mdl": "room unit", "sa": name, "via_device": root},
            parts)
    return found


def payload(node: Node, topics: Topics, device: dict[str, Any], cmps: dict[str, Any]) -> dict[str, Any]:
    """The whole message: device, origin, availability, entities."""
    above = [] if topics.alone else [{"t": topics.gateway}]
    return {"dev": device, "o": {"name": "wellhearth" if topics.alone else "wellhearth gateway"}, "qos": 1,
            "avty_mode": "all", "avty": [*above, {"t": topics.node(node.key)}], "cmps": cmps}


def unique(node: Node, block: str, key: str) -> str:
    """A unique_id that stays: node, block, key."""
    return f"wellhearth_{plain(node.key)}_{block}_{key}"


def components(node: Node, block: str, topics: Topics, lang: str, before: str) -> dict[str, Any]:
    """Sensors and binary sensors of a block. before: in front of their names where a device has several blocks."""
    kind, state = node.tables[block].kind, topics.block(node.key, block)
    found = {}
    for sensor in SENSORS.get(kind, ()):
        if node.row(f"{block}.{sensor.need}"):
            found[f"{block}_{sensor.key}"] = sensor_part(sensor, unique(node, block, sensor.key), state, before, lang)
    for binary in (*BINARIES.get(kind, ()), ALARM, LOCKED):
        if node.row(f"{block}.{binary.need}"):
            part = binary_part(binary, unique(node, block, binary.key), state, before, lang)
            if binary is ALARM:
                part |= {"json_attr_t": state, "json_attr_tpl": "{{ {'faults': value_json.faults, "
                                                                "'lockouts': value_json.lockouts} | tojson }}"}
            found[f"{block}_{binary.key}"] = part
    return found


def sensor_part(sensor: Sensor, unique_id: str, state: str, before: str, lang: str) -> dict[str, Any]:
    """One sensor."""
    part: dict[str, Any] = {"p": "sensor", "uniq_id": unique_id, "name": before + said(sensor.names, lang), "stat_t": state,
                            "val_tpl": template(sensor.key)}
    for key, value in (("dev_cla", sensor.device_class), ("stat_cla", sensor.state_class), ("unit_of_meas", sensor.unit),
                       ("ent_cat", "diagnostic" if sensor.diagnostic else None)):
        if value is not None:
            part[key] = value
    return part


def binary_part(binary: Binary, unique_id: str, state: str, before: str, lang: str) -> dict[str, Any]:
    """One binary sensor."""
    part = {"p": "binary_sensor", "uniq_id": unique_id, "name": before + said(binary.names, lang), "stat_t": state,
            "val_tpl": template(binary.key)}
    return part | ({"dev_cla": binary.device_class} if binary.device_class else {})


def text_sensor(root: str, key: str, state: str, value: str, name: str) -> dict[str, Any]:
    """A sensor of words."""
    return {"p": "sensor", "uniq_id": f"{root}_{key}", "name": name, "stat_t": state, "val_tpl": value,
            "ent_cat": "diagnostic"}


def template(key: str) -> str:
    """A key of the block's JSON; null becomes `None`, which Home Assistant takes as unknown."""
    return "{{ value_json." + key + " }}"


def room_parts(node: Node, room: str, topics: Topics, lang: str) -> dict[str, Any]:
    """Climate, reason and boost of a room; what the way to the node may not write gets no command topic."""
    state, key = topics.block(node.key, room), node.key
    part: dict[str, Any] = {
        "p": "climate", "uniq_id": unique(node, room, "climate"), "name": None,
        "mode_stat_t": state, "mode_stat_tpl": template("mode"), "modes": list(entities.MODES.values()),
        "act_t": state, "act_tpl": template("action"), "curr_temp_t": state, "curr_temp_tpl": template("room_c"),
        "temp_stat_t": state, "temp_stat_tpl": template("setpoint_c"), "temp_unit": "C", "temp_step": 0.5, "precision": 0.1}
    row = node.row(f"{room}.setpoint_mc")
    if row is not None:
        part |= {"min_temp": row.lo / 1000, "max_temp": row.hi / 1000}
    for point, topic in (("mode", "mode_cmd_t"), ("setpoint_mc", "temp_cmd_t")):
        if not node.may(f"{room}.{point}"):
            part[topic] = topics.wish(key, room, point)
    if not node.may(f"{room}.fan_fixed_pm"):
        part |= {"fan_mode_cmd_t": topics.wish(key, room, "fan_fixed_pm"), "fan_mode_stat_t": state,
                 "fan_mode_stat_tpl": template("fan"), "fan_modes": list(entities.FANS)}
    found = {f"{room}_climate": part}
    if not node.may(f"{room}.boost_min"):
        wish = topics.wish(key, room, "boost_min")
        part |= {"pr_mode_cmd_t": wish, "pr_mode_stat_t": state, "pr_mode_val_tpl": template("preset"),
                 "pr_modes": [entities.BOOST_PRESET]}
        found |= {f"{room}_{name}": {"p": "button", "uniq_id": unique(node, room, name), "name": said(names, lang),
                                     "cmd_t": wish, "pl_prs": press}
                  for name, names, press in (("boost", entities.BOOST, entities.BOOST_PRESET),
                                             ("boost_end", entities.BOOST_END, "none"))}
    reason = node.row(f"{room}.reason")
    if reason is not None:
        found[f"{room}_reason"] = {"p": "sensor", "uniq_id": unique(node, room, "reason"), "stat_t": state,
                                   "name": said(entities.REASON, lang), "val_tpl": reason_template(reason.words, lang)}
    return found


def reason_template(keys: tuple[str, ...], lang: str) -> str:
    """The reason in words, from its key; a key that this gateway does not know is shown as it is."""
    book = words.load(lang)
    table = ", ".join("'%s': '%s'" % (key, book.of("reason", key).replace("'", "’")) for key in keys)
    return "{{ {" + table + "}.get(value_json.reason, value_json.reason) }}"
