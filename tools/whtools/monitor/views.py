"""What the monitor's tables show: rows of text from a node; `-` is what nobody knows."""

from __future__ import annotations

from wellhearth.tables import causes

from .. import words
from ..device import journal
from ..gateway.nodes import Node, PointRow

NOBODY = "-"
SAID = {
    "en": {"house": "House", "trends": "Trends", "trips": "Trips", "journal": "Journal", "points": "Points",
           "state": "state", "flow": "flow L/h", "wanted": "wanted", "pump": "pump %",
           "supply": "in °C", "return": "back °C", "kpa": "kPa",
           "m3": "lifted m³",
           "source": "source", "room": "room", "mode": "mode", "now": "°C", "target": "target", "air": "air °C", "on": "on",
           "fan": "fan %", "why": "why", "where": "where", "cause": "what", "locked": "locked out", "none": "no trips",
           "time": "time", "line": "what happened", "who": "who", "point": "point", "value": "value", "help": "what it is",
           "silent": "does not answer", "search": "looking for nodes ...", "yes": "yes", "no": "",
           "ok": "taken", "refused": "refused", "nothing": "nothing is locked out here"},
    "zh": {"house": "全屋", "trends": "趋势", "trips": "故障", "journal": "日志", "points": "数据点", "state": "状态",
           "flow": "流量 L/h", "wanted": "设定", "pump": "水泵 %", "supply": "供 °C", "return": "回 °C", "kpa": "kPa",
           "m3": "抽水 m³",
           "source": "水源", "room": "房间", "mode": "模式", "now": "°C", "target": "目标", "air": "送风°C", "on": "运行",
           "fan": "风机 %", "why": "原因", "where": "位置", "cause": "故障", "locked": "锁定", "none": "无故障",
           "time": "时间", "line": "事件", "who": "操作者", "point": "数据点", "value": "值", "help": "说明",
           "silent": "无应答", "search": "正在查找控制器 ...", "yes": "是", "no": "",
           "ok": "已执行", "refused": "被拒绝", "nothing": "此处没有锁定"},
}
WELL_COLUMNS = ("source", "state", "flow", "wanted", "pump", "supply", "return", "kpa", "m3")
ROOM_COLUMNS = ("room", "mode", "now", "target", "air", "on", "fan", "why")
TRIP_COLUMNS = ("where", "cause", "locked")
JOURNAL_COLUMNS = ("time", "where", "line", "who")
POINT_COLUMNS = ("point", "value", "help")
JOURNAL_MOST = 200


def shown(row: PointRow | None, value: int | None) -> str:
    """A point's value in the unit that people read."""
    if row is None or value is None:
        return NOBODY
    if row.unit == "enum":
        return row.word(value)
    if row.unit == "bits":
        return " ".join(row.bits(value)) or "0"
    if row.divide == 1:
        return str(value)
    return f"{value / row.divide:.{len(str(row.divide)) - 1}f}" if row.divide < 1000 else f"{value / row.divide:.2f}"


def cell(node: Node, path: str, digits: int | None = None) -> str:
    """A point as text; digits: behind the point."""
    row, value = node.row(path), node.value(path)
    if row is None or value is None:
        return NOBODY
    return shown(row, value) if digits is None else f"{value / row.divide:.{digits}f}"


def well_rows(node: Node) -> dict[str, tuple[str, ...]]:
    """A row for each section of the well, and one for the secondary loop."""
    found = {}
    for kind in ("well", "well2"):
        for table in node.blocks(kind):
            b = table.name
            whole, part = node.value(f"{b}.circulated_m3"), node.value(f"{b}.circulated_l")
            lifted = NOBODY if whole is None or part is None else f"{whole + part / 1000:.2f}"
            found[b] = (b, cell(node, f"{b}.state"), cell(node, f"{b}.flow_lph"), cell(node, f"{b}.flow_setpoint_lph"),
                        cell(node, f"{b}.pump_speed_pm", 0), cell(node, f"{b}.supply_mc", 2),
                        cell(node, f"{b}.return_mc", 2), cell(node, f"{b}.reinjection_kpa"), lifted)
    for table in node.blocks("loop"):
        b = table.name
        found[b] = (b, cell(node, f"{b}.state"), "", "", "", cell(node, f"{b}.supply_mc", 2),
                    cell(node, f"{b}.return_mc", 2), cell(node, f"{b}.pressure_kpa"), "")
    return found


def why(node: Node, room: str, book: words.Words) -> str:
    """Why a unit does what it does, and for how long at the most."""
    reason = node.reason(room)
    if reason is None:
        return ""
    return book.of("reason", reason.key) + (f", {reason.wait_s} s" if reason.wait_s else "")


def room_rows(node: Node, book: words.Words, wanted: dict[str, int]) -> dict[str, tuple[str, ...]]:
    """A row for each room. wanted: setpoints on their way, by room, in thousandths of a degree."""
    found = {}
    for room in node.rooms():
        target = cell(node, f"{room}.target_mc", 1)
        if room in wanted:
            target = f">{wanted[room] / 1000:.1f}"
        on = node.value(f"{room}.compressor_on")
        found[room] = (room, cell(node, f"{room}.mode"), cell(node, f"{room}.room_mc", 2), target,
                       cell(node, f"{room}.supply_air_mc", 1), NOBODY if on is None else "*" if on else "",
                       cell(node, f"{room}.fan_pm", 0), why(node, room, book))
    return found


def trip_rows(node: Node, book: words.Words) -> dict[str, tuple[str, ...]]:
    """A row for each protection at work."""
    said = SAID[book.lang]
    return {f"{trip.block}.{trip.cause}": (trip.block, book.of("cause", trip.cause), said["yes" if trip.locked else "no"])
            for trip in node.trips()}


def reset_of(node: Node, key: str) -> tuple[str, int] | None:
    """(path, value) of the order that resets the row `key` of trip_rows; None when it is not locked out."""
    for trip in node.trips():
        if f"{trip.block}.{trip.cause}" == key and trip.locked:
            return f"{trip.block}.reset_trip", causes.bit(trip.cause) if known(trip.cause) else int(trip.cause)
    return None


def known(cause: str) -> bool:
    """Whether this host's table has that cause."""
    return any(row.key == cause for row in causes.CAUSES)


def journal_rows(node: Node, book: words.Words, zone: journal.Zone) -> dict[str, tuple[str, ...]]:
    """The newest lines, the newest first."""
    return {str(entry.number): (journal.when(entry, zone, book).partition(" (")[0], entry.where,
                                journal.explained(entry, book), entry.who)
            for entry in reversed(node.journal()[-JOURNAL_MOST:])}


def point_rows(node: Node, block: str, book: words.Words) -> dict[str, tuple[str, ...]]:
    """Every point of a block."""
    table = node.tables[block]
    kind = words.TWINS.get(table.kind, table.kind)
    return {row.name: (row.name, f"{shown(row, node.value(f'{block}.{row.name}'))} {row.shown_unit}".strip(),
                       book.of("point", f"{kind}.{row.name}")) for row in table.rows}


def title(node: Node | None, book: words.Words, problems: dict[str, str], place: str) -> str:
    """The line above all: who, over which way, whether it answers; else what is wrong with the way."""
    said = SAID[book.lang]
    if node is None:
        return next(iter(problems.values()), said["search"])
    name = f"{node.identity.name or node.key} {place}".strip()
    if not node.online:
        return f"{name}: {said['silent']}: {problems.get(node.key) or next(iter(problems.values()), '')}"
    return f"{name}  {node.identity.product} {node.identity.version}  {node.transport.where}"
