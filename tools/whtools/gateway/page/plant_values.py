"""The values of a plant as the page shows them: plain texts by key, and a state of each block, in one language."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from ..nodes import Hub, Node, Trip
from . import language
from .plant_columns import (
    COLUMNS,
    DIRECTIONS,
    FACTS,
    HEADINGS,
    LASTING,
    MACHINE_MODES,
    MACHINE_STATES,
    NEVER,
    ON_OFF,
    SOURCE_STATES,
    TITLES,
    UNKNOWN_ZERO,
    Column,
    Fact,
)

DAY_2000 = datetime.date(2000, 1, 1)
STALE_S = 30.0
SAYS_WHY = {"source": "relief", "network": "state", "tank": "state"}  # the others have `reason`


def plants(hub: Hub) -> list[Node]:
    """Every plant that this gateway knows, by name, then key."""
    found = [node for node in hub.nodes().values() if node.blocks("plant")]
    return sorted(found, key=lambda node: (node.identity.name, node.key))


def key_of(node: Node, block: str, name: str) -> str:
    """What a text is called in the page."""
    return f"{node.key}--{block}.{name}"


def title(names: dict, node: Node, block: str, lang: str) -> str:
    """What a block is called: the name it was given, else its kind and number; a plant by its node's own name."""
    given, say = names.get((node.key, block)), language.translator(lang)
    if given:
        return given
    if block == "plant":
        return node.identity.name or node.key
    kind = re.sub(r"\d+$", "", block)
    return say(TITLES[kind], number=block[len(kind):]) if kind in TITLES else block


def shown(value: int | None, divide: int, digits: int) -> str:
    """A number for a person; - while nobody knows it."""
    return "-" if value is None else f"{value / divide:.{digits}f}"


def day_of(value: int | None) -> str:
    """A day since 2000-01-01; - when there was none."""
    return "-" if value is None or value == NEVER else f"{DAY_2000 + datetime.timedelta(days=value)}"


def share(lifted: int | None, returned: int | None) -> str:
    """Returned of lifted in per cent; - where nothing is lifted."""
    return f"{100 * returned / lifted:.1f}" if lifted and returned is not None else "-"


class Words:
    """What is said about one block in words. Every method takes (kind, block)."""

    def __init__(self, node: Node, lang: str):
        self.node, self.say, self.book = node, language.translator(lang), language.book(lang)
        self.trips: dict[str, list[Trip]] = {}
        for trip in node.trips():
            self.trips.setdefault(trip.block, []).append(trip)

    def doing(self, kind: str, block: str) -> str:
        """Its state."""
        table = {"source": SOURCE_STATES, "machine": MACHINE_STATES}.get(kind, ON_OFF)
        word = self.node.word(f"{block}.state") if kind in ("source", "machine") else state(self.node, kind, block)
        if self.node.value(f"{block}.online") == 0:
            return self.say("No answer")
        return self.say(table.get(word, ON_OFF["rest"]))

    def told(self, _kind: str, block: str) -> str:
        """A machine's mode."""
        word = self.node.word(f"{block}.mode")
        return self.say(MACHINE_MODES[word]) if word in MACHINE_MODES and word != "off" else "-"

    def why(self, kind: str, block: str) -> str:
        """Why it does that, and for how long at the most."""
        word = self.node.word(f"{block}.{SAYS_WHY.get(kind, 'reason')}")
        text = self.book.of("reason", f"{kind}.{word}") if word else "-"
        if kind == "source" and word == "none":
            text = self.source_why(block) or text
        wait_s = self.node.value(f"{block}.wait_s") or 0
        return text + (self.say(", {minutes} min at the most", minutes=-(-wait_s // 60)) if wait_s else "")

    def source_why(self, block: str) -> str:
        """What a well that is not relieved of anything waits for; "" when it gives its share."""
        if not self.node.value(f"{block}.asked_w"):
            return self.say("Not asked: the other wells carry the load")
        return "" if self.node.value(f"{block}.permissive") else self.say("Asked: it waits until its flow is proven")

    def returned(self, _kind: str, block: str) -> str:
        """Water returned of water lifted."""
        if self.node.value(f"{block}.online") == 0:
            return "-"
        return share(self.node.value(f"{block}.flow_lph"), self.node.value(f"{block}.return_flow_lph"))

    def disinfected(self, _kind: str, block: str) -> str:
        """The day of the last proved disinfection."""
        return day_of(self.node.value(f"{block}.disinfected_day"))

    def proved(self, _kind: str, block: str) -> str:
        """The day of the last proof run that was passed."""
        return day_of(self.node.value(f"{block}.proved_day"))

    def alarms(self, _kind: str, block: str) -> str:
        """What is wrong with it; of a well its own protections too."""
        said = [self.book.of("cause", trip.cause) + (f" ({self.say('locked out: needs a hand')})" if trip.locked else "")
                for trip in self.trips.get(block, ())]
        row, bits = self.node.row(f"{block}.well_trips"), self.node.value(f"{block}.well_trips")
        said += [self.say("the well says: {cause}", cause=self.book.of("cause", key))
                 for key in (row.bits(bits) if row is not None and bits else ())]
        return "; ".join(said)


def state(node: Node, kind: str, block: str) -> str:
    """Its colour: silent, bad (a trip), out (of service), run, wait, rest."""
    value = node.value
    if not node.online or value(f"{block}.online") == 0:
        return "silent"
    if any(value(f"{block}.{name}") for name in ("trips", "lockouts", "well_trips")):
        return "bad"
    if value(f"{block}.available") == 0:
        return "out"
    wanted, has = {"source": ("asked_w", "permissive"), "network": ("pumps_on", "flow_lph"),
                   "building": ("heat_kw", "heat_kw"), "tank": ("charge", "charge"),
                   "quality": ("online", "online")}.get(kind, ("run", "running"))
    if value(f"{block}.{has}"):
        return "run"
    return "wait" if value(f"{block}.{wanted}") else "rest"


def cell(words: Words, kind: str, block: str, column: Column) -> str:
    """One text of one block."""
    if not column.divide:
        return getattr(words, column.key)(kind, block)
    node = words.node
    value = node.value(f"{block}.{column.key}")
    away = node.value(f"{block}.online") == 0 and column.key not in LASTING
    if away or node.value(f"{block}.answers") == 0 or (column.key in UNKNOWN_ZERO and not value):
        return "-"
    return shown(value, column.divide, column.digits)


def fact(words: Words, one: Fact | Column) -> str:
    """One text of the whole plant."""
    node, say = words.node, words.say
    value = lambda name: node.value(f"plant.{name}")  # noqa: E731
    if one.divide:
        return shown(value(one.key), one.divide, one.digits)
    if one.key == "direction":
        return say(DIRECTIONS.get(node.word("plant.direction"), "Neither"))
    if one.key == "reason":
        return words.why("plant", "plant")
    if one.key == "share":
        pm = value("returned_pm")
        return "-" if pm is None or pm < 0 else f"{pm / 10:.1f}"
    if one.key == "cop":
        load, power = value("load_kw"), value("power_kw")
        return f"{load / power:.1f}" if load and power else "-"
    if one.key == "coldest":
        return str(value("cold_day_kw") or "-")
    whole, part = value(f"{one.key}_mwh"), value(f"{one.key}_wh")
    return "-" if whole is None else f"{whole + (part or 0) / 1e6:.3f}"


def alarms(words: Words, names: dict, lang: str) -> str:
    """Every alarm of a plant, a line each."""
    node = words.node
    found = [f"{title(names, node, table.name, lang)}: {text}" for table in node.tables.values()
             if table.kind in (*COLUMNS, "plant", "node") and (text := words.alarms(table.kind, table.name))]
    return "\n".join(found)


def note(node: Node, say: Callable[..., str]) -> str:
    """That its figures are old, when they are."""
    age = node.age_s("plant.load_kw")
    if node.online and age is not None and age <= STALE_S:
        return ""
    return say("No answer: these are the last figures, {minutes} min old", minutes=round((age or 0) / 60))


def view(node: Node, names: dict, lang: str) -> dict:
    """One plant: its groups for the template, and `texts` and `states` by key, which is what goes on changing."""
    words = Words(node, lang)
    texts = {key_of(node, "plant", one.key): fact(words, one) for one in FACTS}
    texts[key_of(node, "plant", "alarms")] = alarms(words, names, lang)
    texts[key_of(node, "plant", "note")] = note(node, words.say)
    states = {f"{node.key}--plant": "silent" if not node.online else "run" if node.value("plant.machines_on") else "rest"}
    groups = []
    for kind, columns in COLUMNS.items():
        blocks = []
        for table in node.blocks(kind):
            states[f"{node.key}--{table.name}"] = state(node, kind, table.name)
            texts |= {key_of(node, table.name, one.key): cell(words, kind, table.name, one) for one in columns}
            blocks.append((table.name, title(names, node, table.name, lang)))
        if blocks:
            groups.append({"kind": kind, "heading": HEADINGS[kind], "columns": columns, "blocks": blocks})
    return {"node": node.key, "title": title(names, node, "plant", lang), "facts": FACTS, "groups": groups, "texts": texts,
            "states": states}
