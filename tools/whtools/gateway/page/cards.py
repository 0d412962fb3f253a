"""What stands on the room cards and in the well's box: plain data of the hub's last readings, in one language."""

from __future__ import annotations

import re

from ..accounts.people import Person
from ..nodes import Hub, Node
from . import language

STALE_S = 30.0  # older figures are shown as such
DOING = {"off": "Off", "idle": "Resting", "wait_water": "Waiting for water", "run": "Running",
         "post_run": "Finishing its run"}
MODES = {"off": "Off", "heat": "Heat", "cool": "Cool", "auto": "Auto"}
WELL_STATES = {"off": "Resting", "prove": "Proving its flow", "run": "Running", "post_run": "Finishing its run",
               "ramp_down": "Slowing down"}
STEP_MC = 500


def number(value: int | None, divide: int, digits: int = 1) -> str:
    """A value for a person; - while nobody knows it."""
    return "-" if value is None else f"{value / divide:.{digits}f}"


def rooms(hub: Hub) -> list[tuple[Node, str]]:
    """(node, block) of every room: its own node's block where that is reached, else how the well sees it."""
    nodes = list(hub.nodes().values())
    own = [(node, table.name) for node in nodes for table in node.blocks("room")]
    return own or [(node, table.name) for node in nodes for table in node.blocks("far")]


def title(names: dict[tuple[str, str], str], node: Node, block: str, lang: str) -> str:
    """What a room is called: the name it was given, else its node's, else its number."""
    say, given = language.translator(lang), names.get((node.key, block))
    if given:
        return given
    if node.identity.name and len(node.rooms()) == 1:
        return node.identity.name
    return say("Room {number}", number=re.sub(r"\D", "", block))


def card(node: Node, block: str, names: dict, lang: str) -> dict:
    """Everything on one room's card."""
    say, book = language.translator(lang), language.book(lang)
    state, mode = node.word(f"{block}.state"), node.word(f"{block}.mode")
    reason = node.reason(block)
    why = book.of("reason", reason.key) if reason else ""
    if reason and reason.wait_s:
        why += say(", {minutes} min at the most", minutes=-(-reason.wait_s // 60))
    age = node.age_s(f"{block}.room_mc")
    alarms = [book.of("cause", trip.cause) for trip in node.trips() if trip.block == block]
    boost, remote = node.value(f"{block}.boost_min") or 0, node.value("node.remote_s") or 0
    return {"id": f"{node.key}--{block}", "node": node.key, "block": block, "title": title(names, node, block, lang),
            "room": number(node.value(f"{block}.room_mc"), 1000), "target": number(node.value(f"{block}.setpoint_mc"), 1000),
            "now": number(node.value(f"{block}.target_mc"), 1000), "mode": mode, "state": state,
            "doing": say(DOING.get(state, state or "-")), "why": why, "boost": boost,
            "boosting": say("Boost: {minutes} min left", minutes=boost) if boost else "",
            "alarms": "; ".join(alarms), "remote_s": remote,
            "stale": not node.online or age is None or age > STALE_S,
            "note": "" if node.online else say("No answer: these are the last figures, {minutes} min old",
                                               minutes=round((age or 0) / 60))}


def well(node: Node, block: str, lang: str) -> dict:
    """The well's box."""
    say, book = language.translator(lang), language.book(lang)
    value = node.value
    state = node.word(f"{block}.state")
    water_l = (value(f"{block}.circulated_m3") or 0) * 1000 + (value(f"{block}.circulated_l") or 0)
    back_l = (value(f"{block}.returned_m3") or 0) * 1000 + (value(f"{block}.returned_l") or 0)
    rows = [(say("Pump"), say(WELL_STATES.get(state, state or "-"))),
            (say("Flow"), number(value(f"{block}.flow_lph"), 1000, 2) + " m³/h"),
            (say("Water up"), number(value(f"{block}.supply_mc"), 1000) + " °C"),
            (say("Water back"), number(value(f"{block}.return_mc"), 1000) + " °C"),
            (say("Reinjection pressure"), number(value(f"{block}.reinjection_kpa"), 1, 0) + " kPa"),
            (say("Heat from the ground"), number(value(f"{block}.source_w"), 1000, 2) + " kW"),
            (say("Water lifted"), f"{water_l / 1000:.2f} m³"), (say("Water returned"), f"{back_l / 1000:.2f} m³")]
    alarms = [book.of("cause", trip.cause) for trip in node.trips() if trip.block == block]
    return {"id": f"{node.key}--{block}", "rows": rows, "alarms": "; ".join(alarms), "stale": not node.online}


def everything(hub: Hub, person: Person, names: dict, lang: str) -> dict:
    """What this person may see now: the page, and each event of it."""
    seen = [card(node, block, names, lang) for node, block in rooms(hub) if person.sees(node.key, block)]
    wells = [well(node, table.name, lang) for node in hub.nodes().values() for kind in ("well", "well2")
             for table in node.blocks(kind)]
    return {"rooms": seen, "wells": wells, "problems": list(hub.problems.values()) if person.role != "resident" else []}


def alarms(hub: Hub, person: Person, names: dict, lang: str) -> list[dict]:
    """Protections at work that concern this person."""
    book = language.book(lang)
    return [{"where": title(names, node, trip.block, lang) if trip.block.startswith(("room", "far")) else trip.block,
             "cause": book.of("cause", trip.cause), "locked": trip.locked}
            for node in hub.nodes().values() for trip in node.trips() if person.sees(node.key, trip.block)]
