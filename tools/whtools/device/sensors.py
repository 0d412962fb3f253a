"""`wellhearth onewire`: the DS18B20s of a board with what they read and whose they are; a sensor is found by a warm hand."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass

from wellhearth.app import button
from wellhearth.drivers.ds18b20 import rom_bytes
from wellhearth.tables import config_rows

from . import attended, settings
from .diagview import table
from .link import Link, LinkError, find_port

OUTSIDE = "node.outside"  # the one place that may stay empty
RISE_K = 1.5  # and so much over every other sensor: a hand warms one of them
LOOK_S = 1.0
WAIT_S = 120.0
NO_ROLE = "(no role in the config)"


@dataclass
class Sensor:
    """One line of the board's view."""

    rom: str
    role: str  # "" when it has none
    celsius: float | None
    fault: str

    @property
    def answers(self) -> bool:
        """Whether its last reading was good."""
        return self.fault == "ok" and self.celsius is not None


def look(link: Link, search: bool) -> list[Sensor]:
    """What is on the bus now."""
    answer = link.ask("onewire", int(search))
    if "stopped" in answer:
        raise LinkError(f"the board has no bus to look at: {answer['stopped']}")
    return [Sensor(rom, "" if role == NO_ROLE else role.removesuffix("_mc"), None if value == "-" else float(value), fault)
            for rom, role, value, _unit, fault, _state in answer["rows"]]


def roles(data: dict) -> dict[str, tuple[dict, str]]:
    """{role: (section, name of its sensor)} of every place for a sensor that this config has, e.g. room1.supply_air."""
    found = {}
    sections = [("well", config_rows.WELL), ("well2", config_rows.WELL2), ("loop", config_rows.LOOP)]
    for name, rows in sections:
        if name in data:
            found |= {f"{name}.{row.key[:-4]}": (data[name], row.key[:-4]) for row in rows if row.kind == config_rows.ROM}
    for i, room in enumerate(data.get("rooms", ()), start=1):
        found |= {f"room{i}.{row.key[:-4]}": (room, row.key[:-4]) for row in config_rows.ROOM if row.kind == config_rows.ROM}
    found[OUTSIDE] = data.setdefault("node", {}), "outside"
    return found


def assign(data: dict, role: str, rom: str) -> list[str]:
    """Put a sensor in its place; what else that changed, in words. LinkError for a role that is none, or a bad ROM."""
    places = roles(data)
    if role not in places:
        raise LinkError(f"{role} is no place for a sensor here; there are {', '.join(places)}")
    try:
        rom_bytes(rom)
    except ValueError as e:
        raise LinkError(f"{rom}: {e}") from None
    said = []
    for other, (section, name) in places.items():
        if other != role and section.get(name + "_rom", "").lower() == rom:
            del section[name + "_rom"]
            section.pop(name + "_trim_mk", None)
            said.append(f"{other} has no sensor any more")
    section, name = places[role]
    if section.get(name + "_rom", "").lower() != rom and section.pop(name + "_trim_mk", 0):
        said.append(f"{role}: the trim of the sensor before is gone, it belonged to that part")
    section[name + "_rom"] = rom
    return said


def riser(before: dict[str, float], now: list[Sensor]) -> str:
    """The ROM of the one sensor that rose, "" while none did, or more than one."""
    rises = sorted(((one.celsius - before[one.rom], one.rom) for one in now
                    if one.answers and one.celsius is not None and one.rom in before), reverse=True)
    if not rises or rises[0][0] < RISE_K:
        return ""
    return rises[0][1] if len(rises) == 1 or rises[0][0] - max(rises[1][0], 0.0) >= RISE_K else ""


def warmed(link: Link, role: str) -> str:
    """The ROM of the sensor that somebody warms. LinkError when none rises in time."""
    before = {one.rom: one.celsius for one in look(link, False) if one.answers and one.celsius is not None}
    print(f"{role}: take its sensor in a warm hand, and nothing else ... ", end="", flush=True)
    waited_s = 0.0
    while waited_s < WAIT_S:
        time.sleep(LOOK_S)
        waited_s += LOOK_S
        now = look(link, False)
        for one in now:  # a room that cools, a sensor that answers late
            if one.answers and one.celsius is not None:
                before[one.rom] = min(before.get(one.rom, one.celsius), one.celsius)
        rom = riser(before, now)
        if rom:
            print(rom)
            return rom
    print("none")
    raise LinkError(f"{role}: no sensor rose {RISE_K:g} K over all the others within {WAIT_S:.0f} s; nothing was written")


def hints(found: list[Sensor]) -> list[str]:
    """What to do about sensors that do not answer, and strangers."""
    silent = [one.role for one in found if one.role and not one.answers]
    strangers = [one.rom for one in found if not one.role]
    if len(silent) == 1 and len(strangers) == 1:
        return [f"{silent[0]} does not answer and {strangers[0]} has no role: if it takes that place,"
                f" wellhearth onewire --assign {silent[0]}={strangers[0]}"]
    return [f"{role} does not answer: wellhearth onewire --assign {role} finds the sensor that takes its place"
            for role in silent if strangers]


def chosen(data: dict, words: list[str]) -> list[str]:
    """Roles to be assigned: those named, or every one that has no sensor yet, or all of them."""
    if words:
        return words
    places = roles(data)
    empty = [role for role, (section, name) in places.items() if not section.get(name + "_rom")]
    wanted = [role for role in places if role != OUTSIDE or role not in empty]  # nobody need have one outside
    return [role for role in wanted if role in empty] or wanted


def found_by_hand(link: Link, data: dict, words: list[str]) -> None:
    """Put a sensor in each place that is asked for, into `data`."""
    settled: set[str] = set()
    look(link, True)
    time.sleep(LOOK_S)
    for word in chosen(data, words):
        role, _equals, rom = word.partition("=")
        if role not in roles(data):
            assign(data, role, "")
        rom = rom.lower() or warmed(link, role)
        if rom in settled:
            raise LinkError(f"{role}: {rom} has just been given another place; nothing was written")
        settled.add(rom)
        for line in assign(data, role, rom):
            print("  " + line)


def wizard(link: Link, args) -> int:
    """`onewire --assign`. A running node rests meanwhile, or its own starts would warm a sensor."""
    old = settings.load(args.file) if args.file is not None else settings.Node(link).read()
    data = copy.deepcopy(old)
    by_hand = not args.assign or any("=" not in word for word in args.assign)
    ran = False
    try:
        if by_hand:
            link, ran = attended.into_service(link, button.SERVICE_MAX_S, print)
        found_by_hand(link, data, args.assign)
        print("\n".join(settings.difference(old, data, ("before", "now"))) or "no difference")
        if args.file is not None and data != old:
            args.file.write_text(settings.shown(data), encoding="utf-8")
            print(f"written to {args.file}")
        elif data != old:
            settings.apply(settings.Node(link), data, args)
            ran = ran and args.no_restart
        return 0
    finally:
        if ran:
            attended.back_to_work(link)


def run(args) -> int:
    """The subcommand."""
    from rich.console import Console

    with Link(find_port(args.port)) as link:
        if args.assign is not None:
            return wizard(link, args)
        look(link, True)
        time.sleep(6 * LOOK_S)  # strangers are read with the next conversion but one, with many sensors a few seconds on
        found = look(link, False) or look(link, True)
        rows = [(one.rom, one.role or NO_ROLE, "-" if one.celsius is None else f"{one.celsius:.2f}", one.fault)
                for one in found]
        Console().print(table({"headings": ("ROM", "role", "degC", "last reading"), "rows": rows}))
        for line in hints(found):
            print("hint: " + line)
    return 0
