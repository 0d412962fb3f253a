"""Makes schema.json from Home Assistant's sources: names, which are required, which classes go with which units.

    pip download homeassistant==2026.2.3 --no-deps --only-binary=:all: --python-version 3.13 ; unzip it into FOLDER
    python -m hass.derive FOLDER 2026.2.3

Home Assistant 2026 wants Python 3.13 and cannot be installed beside this project's Python 3.10: its sources are read (ast),
nothing of them is run, and only facts are kept: keys, abbreviations, enumerations.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

OUT = Path(__file__).with_name("schema.json")
MQTT = "homeassistant/components/mqtt"
PLATFORMS = ("climate", "sensor", "binary_sensor", "button")


def tree(folder: Path, name: str) -> ast.Module:
    """A source file, parsed."""
    return ast.parse((folder / name).read_text())


def assigned(module: ast.Module) -> dict[str, ast.expr]:
    """{name: expression} of every assignment at the top of a module."""
    found = {}
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found[node.target.id] = node.value
    return found


def enums(module: ast.Module) -> dict[str, dict[str, str]]:
    """{class: {member: value}} of every class whose members are strings."""
    return {node.name: {one.targets[0].id: one.value.value for one in node.body
                        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)
                        and isinstance(one.value.value, str) and isinstance(one.targets[0], ast.Name)}
            for node in module.body if isinstance(node, ast.ClassDef)}


class Reader:
    """Names of the sources resolved to their values."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.names: dict[str, ast.expr] = {}
        self.classes: dict[str, dict[str, str]] = {}
        for name in ("homeassistant/const.py", "homeassistant/components/sensor/const.py",
                     "homeassistant/components/climate/const.py", "homeassistant/components/binary_sensor/__init__.py",
                     "homeassistant/components/button/__init__.py", f"{MQTT}/const.py", f"{MQTT}/schemas.py",
                     f"{MQTT}/config.py"):
            module = tree(folder, name)
            self.names |= assigned(module)
            self.classes |= enums(module)

    def value(self, node: ast.expr, names: dict[str, ast.expr]):
        """A constant, a name that stands for one, a member, a set or a list of them."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self.value(names[node.id], names)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self.classes[node.value.id][node.attr]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "set":
            return sorted(self.classes[node.args[0].id].values()) if node.args else []  # type: ignore[attr-defined]
        if isinstance(node, (ast.Set, ast.List, ast.Tuple)):
            found = []
            for one in node.elts:
                found += self.classes[one.value.id].values() if isinstance(one, ast.Starred) else [self.value(one, names)]  # type: ignore
            return sorted(found, key=str)
        if isinstance(node, ast.Dict):
            return {self.value(k, names): self.value(v, names) for k, v in zip(node.keys, node.values) if k is not None}
        raise ValueError(ast.dump(node)[:200])

    def keys(self, node: ast.expr, names: dict[str, ast.expr]) -> dict[str, list[str]]:
        """{key: [Optional, Required, ..., its check]} of a voluptuous schema and of those it extends."""
        if isinstance(node, ast.Name):
            return self.keys(names[node.id], names) if "SCHEMA" in node.id and node.id in names else {}
        if isinstance(node, ast.Attribute):
            return self.keys(node.value, names)
        if isinstance(node, ast.Call):
            found = self.keys(node.func, names)
            for part in node.args:
                found |= self.keys(part, names)
            return found
        if not isinstance(node, ast.Dict):
            return {}
        return {str(self.value(key.args[0], names)): [key.func.attr, ast.unparse(check)]
                for key, check in zip(node.keys, node.values)
                if isinstance(key, ast.Call) and isinstance(key.func, ast.Attribute)}

    def platform(self, name: str) -> dict[str, list[str]]:
        """The keys of one platform's discovery schema."""
        names = {**self.names, **assigned(tree(self.folder, f"{MQTT}/{name}.py"))}
        return self.keys(names.get("_PLATFORM_SCHEMA_BASE", names["DISCOVERY_SCHEMA"]), names)


def derive(folder: Path, version: str) -> dict:
    """All that the check needs."""
    read = Reader(folder)
    short = assigned(tree(folder, f"{MQTT}/abbreviations.py"))
    return {
        "version": version, "source": "https://github.com/home-assistant/core (Apache-2.0)",
        "abbreviations": {name.lower(): ast.literal_eval(value) for name, value in short.items()},
        "device": read.keys(read.names["MQTT_ENTITY_DEVICE_INFO_SCHEMA"], read.names),
        "origin": read.keys(read.names["MQTT_ORIGIN_INFO_SCHEMA"], read.names),
        "discovery": read.keys(read.names["DEVICE_DISCOVERY_SCHEMA"], read.names),
        "platforms": {name: read.platform(name) for name in PLATFORMS},
        "sensor_units": read.value(read.names["DEVICE_CLASS_UNITS"], read.names),
        "sensor_states": read.value(read.names["DEVICE_CLASS_STATE_CLASSES"], read.names),
        "binary_classes": sorted(read.classes["BinarySensorDeviceClass"].values()),
        "hvac_modes": sorted(read.classes["HVACMode"].values()),
        "hvac_actions": sorted(read.classes["HVACAction"].values()),
        "categories": sorted(read.classes["EntityCategory"].values()),
    }


if __name__ == "__main__":
    OUT.write_text(json.dumps(derive(Path(sys.argv[1]), sys.argv[2]), indent=1, ensure_ascii=False, sort_keys=True) + "\n")
