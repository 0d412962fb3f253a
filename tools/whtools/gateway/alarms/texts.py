"""Alarms in words, in English and Chinese; the causes' words are those of the catalogue (whtools.words)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ... import words
from ..page import language
from ..page.plant_columns import TITLES
from .book import ENDED, Alarm
from .rank import BROKER_AWAY, HOUSE_SILENT, SILENT, URGENT

LINES_MOST = 8
SAID = {
    "en": {SILENT: "the controller does not answer", HOUSE_SILENT: "the house says nothing any more",
           BROKER_AWAY: "no connection to the MQTT broker: no house is heard",
           "faults": "{n} fault(s)", "urgent": "urgent",
           "over": "back to normal", "locked": "locked out, waits for a reset by hand", "more": "and {n} more",
           "since": "since {at}", "room": "room {n}",
           "well": "well", "well2": "well, second section", "loop": "secondary loop", "node": "controller",
           "ack": "to acknowledge: {numbers}"},
    "zh": {SILENT: "控制器无应答", HOUSE_SILENT: "该户已无消息",
           BROKER_AWAY: "与 MQTT 服务器的连接中断,收不到任何一户的消息",
           "faults": "{n} 个故障", "urgent": "紧急", "over": "已恢复正常",
           "locked": "已锁定,需人工复位", "more": "另有 {n} 条", "since": "自 {at}", "room": "房间 {n}",
           "well": "水井", "well2": "水井第二段", "loop": "二次侧", "node": "控制器", "ack": "确认编号: {numbers}"},
}
Named = Callable[[str, str], str]


def place(alarm: Alarm, lang: str, named: Named) -> str:
    """Where: the house, and the room or the part of the plant."""
    house = named(alarm.node, "") or alarm.node
    if not alarm.block:
        return house
    said = SAID[lang]
    kind = re.sub(r"\d+$", "", alarm.block)
    number = alarm.block[len(kind):]
    part = named(alarm.node, alarm.block) or said.get(alarm.block) or (
        said["room"].format(n=number) if kind in ("room", "far")
        else language.translator(lang)(TITLES[kind], number=number) if kind in TITLES else alarm.block)
    return f"{house}, {part}"


def cause(alarm: Alarm, lang: str) -> str:
    """What."""
    return SAID[lang].get(alarm.cause) or words.load(lang).of("cause", alarm.cause)


def message(alarms: Sequence[Alarm], now: float, lang: str, named: Named, local: Callable[[float], str]) -> tuple[str, str]:
    """(title, body) of one message, however many alarms there are. local: UTC seconds as local time for people."""
    said = SAID[lang]
    at_work = [alarm for alarm in alarms if alarm.stage(now) != ENDED]
    over = [alarm for alarm in alarms if alarm.stage(now) == ENDED]
    parts = [said["faults"].format(n=len(at_work))] if at_work else []
    if any(alarm.rank == URGENT for alarm in at_work):
        parts.insert(0, said["urgent"])
    if over and not at_work:
        parts.append(said["over"])
    lines = [line(alarm, lang, named, local) for alarm in at_work]
    lines += [f"{said['over']}: {place(alarm, lang, named)}: {cause(alarm, lang)}" for alarm in over]
    if len(lines) > LINES_MOST:
        lines[LINES_MOST - 1:] = [said["more"].format(n=len(lines) - LINES_MOST + 1)]
    open_ones = [str(alarm.number) for alarm in at_work[:LINES_MOST - 1] if not alarm.acked_by]
    if open_ones:
        lines.append(said["ack"].format(numbers=" ".join(open_ones)))
    return "Wellhearth: " + ", ".join(parts), "\n".join(lines)


def line(alarm: Alarm, lang: str, named: Named, local: Callable[[float], str]) -> str:
    """One alarm at work."""
    said = SAID[lang]
    state = f" ({said['locked']})" if alarm.locked else ""
    mark = "! " if alarm.rank == URGENT else "- "
    return f"{mark}{place(alarm, lang, named)}: {cause(alarm, lang)}{state}, {said['since'].format(at=local(alarm.utc))}"
