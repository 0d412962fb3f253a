"""What runs beside the page when the gateway's config file asks for it: Home Assistant, alarms, Modbus TCP,
BACnet/IP.

    wellhearth gateway --config gateway.toml

    [homeassistant]
    host = "broker.lan"              # also port, user, password_file, ca, lang, prefix, discovery
    [tcp]
    host = "0.0.0.0"                 # also port, write, units = {"1" = "wh-0102"}
    [bacnet]
    host = "192.168.1.20/24"         # also port, device, write, units, schedules = {"wh-0102.room1" = "mo-fr 06:30-22:00"}
    [[alarms.person]]
    name = "li"
    urls = ["wecombot://KEY"]        # of apprise; also lang, from, quiet, after_min, nodes
    [work]
    plan = "due.toml"                # due dates of work orders beside the default ones (work/plan.toml)

`[fleet]` (host, port, user, password_file, ca, prefix) is for `wellhearth gateway --fleet` alone, which takes
`[[alarms.person]]` too. A section that is not there starts nothing. The file holds keys of services: it must be readable
by its owner alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..device.link import LinkError
from .alarms.people import Person
from .nodes import Hub

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAMES_S = 60.0
SECTIONS = ("homeassistant", "alarms", "tcp", "bacnet", "fleet", "work")
Named = Callable[[str, str], str]


def read(path: Path) -> dict[str, Any]:
    """The file; LinkError says what to mend in it."""
    try:
        if path.stat().st_mode & 0o077:
            raise LinkError(f"{path} can be read by others, and holds keys: chmod 600 {path}")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise LinkError(f"{path}: {e.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise LinkError(f"{path}: {e}") from None
    for name, section in data.items():
        if name not in SECTIONS or not isinstance(section, dict):
            raise LinkError(f"{path}: unknown {name}; the sections are {', '.join(SECTIONS)}")
    return data


def checked(section: str, row: dict[str, Any], types: dict[str, type]) -> dict[str, Any]:
    """A section whose keys are known and of the right kind."""
    for key, value in row.items():
        if key not in types:
            raise LinkError(f"[{section}]: unknown {key}; known are {', '.join(sorted(types))}")
        if not isinstance(value, types[key]) or isinstance(value, bool) != (types[key] is bool):
            raise LinkError(f"[{section}] {key}: {value!r} is no {types[key].__name__}")
    return row


def work_of(row: dict[str, Any], folder: Path, work) -> None:
    """[work]: another plan of due dates; a relative path is beside the config."""
    plan = checked("work", row, {"plan": str}).get("plan")
    if plan and work is not None:
        work.use(folder / plan)


def people_of(row: dict[str, Any]) -> list[Person]:
    """[alarms]: who is told."""
    from .alarms import people

    checked("alarms", row, {"person": list})
    try:
        persons = [people.of_config(person) for person in row.get("person", ())]
    except (people.PersonError, TypeError, AttributeError) as e:
        raise LinkError(f"[[alarms.person]] {e}") from None
    if len({person.name for person in persons}) != len(persons):
        raise LinkError("[[alarms.person]] two persons have one name")
    return persons


class Names:
    """What people call nodes and rooms, looked up anew once a minute."""

    def __init__(self, look_up: Callable[[], dict[tuple[str, str], str]]):
        self.look_up = look_up
        self.known: dict[tuple[str, str], str] = {}
        self.due = 0.0

    def of(self, node: str, block: str) -> str:
        """The name, "" when it has none."""
        if time.monotonic() >= self.due:
            self.known, self.due = self.look_up(), time.monotonic() + NAMES_S
        return self.known.get((node, block), "")


class Beside:
    """The services that a config asks for. `start` and `stop` them together; folder: where they keep their files."""

    def __init__(self, config: dict[str, Any], hub: Hub, folder: Path, named: Named = lambda _node, _block: ""):
        self.hub, self.folder, self.named = hub, folder, named
        folder.mkdir(parents=True, exist_ok=True)
        if "fleet" in config:
            raise LinkError("[fleet] is of `wellhearth gateway --fleet`, which has no nodes of its own")
        makers = {"homeassistant": self.homeassistant, "alarms": self.alarms_of, "tcp": self.tcp, "bacnet": self.bacnet}
        self.services: dict[str, Any] = {name: makers[name](section) for name, section in config.items()}

    def start(self) -> Beside:
        """All of them; those begun are ended when one cannot."""
        begun: list[Any] = []
        try:
            for service in self.services.values():
                service.start()
                begun.append(service)
        except OSError:
            for service in begun:
                service.stop()
            raise
        return self

    def stop(self) -> None:
        """All of them."""
        for service in self.services.values():
            service.stop()

    @property
    def alarms(self):
        """The alarm service, for the page: `active()`, `ack(number, who)`; None when the config has none."""
        return self.services.get("alarms")

    def problems(self) -> dict[str, str]:
        """What a person should know, by service."""
        found = {}
        for name, service in self.services.items():
            words = getattr(service, "problem", "") or "; ".join(getattr(service, "problems", {}).values())
            if words:
                found[name] = words
        return found

    # -- one service each --

    def homeassistant(self, row: dict[str, Any]):
        """[homeassistant]"""
        from .homeassistant import Bridge, Settings

        row = dict(checked("homeassistant", row, {"host": str, "port": int, "user": str, "password_file": str, "ca": str,
                                                  "prefix": str, "discovery": str, "lang": str}))
        if row.get("lang", "en") not in ("en", "zh"):
            raise LinkError(f"[homeassistant] lang: {row['lang']!r}, wanted en or zh")
        secret = row.pop("password_file", "")
        try:
            row["password"] = Path(secret).read_text(encoding="utf-8").strip() if secret else ""
            return Bridge(self.hub, Settings(**row), self.named)
        except OSError as e:
            raise LinkError(f"[homeassistant] {e.filename or row.get('ca')}: {e.strerror}") from None

    def alarms_of(self, row: dict[str, Any]):
        """[[alarms.person]]"""
        from .alarms import Alarms

        return Alarms(self.hub, people_of(row), self.folder / "alarms.json", self.named)

    def tcp(self, row: dict[str, Any]):
        """[tcp]"""
        from .tcp import Settings, TcpServer

        row = dict(checked("tcp", row, {"host": str, "port": int, "write": bool, "units": dict}))
        try:
            row["units"] = {int(unit): str(key) for unit, key in row.get("units", {}).items()}
            return TcpServer(self.hub, Settings(**row), self.folder / "units.json")
        except ValueError as e:
            raise LinkError(f"[tcp] units: {e}") from None

    def bacnet(self, row: dict[str, Any]):
        """[bacnet]"""
        try:
            from .bacnet import BacnetServer, Settings
        except ImportError as e:
            raise LinkError(f"[bacnet] needs a package that is not installed ({e.name}): pip install bacpypes3") from None

        row = dict(checked("bacnet", row, {"host": str, "port": int, "device": int, "write": bool, "units": dict,
                                           "schedules": dict}))
        try:
            row["units"] = {int(unit): str(key) for unit, key in row.get("units", {}).items()}
            return BacnetServer(self.hub, Settings(**row), self.folder / "units.json")
        except (ValueError, AttributeError) as e:
            raise LinkError(f"[bacnet] {e}") from None
