"""`wellhearth report`: HTML with plots for a household (heat, comfort, cost) and an operator (water, COP, hours, trips)."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

from ..device.link import LinkError
from . import series, source
from .series import NOTES, Day, Series

STYLE = "body{font-family:sans-serif;max-width:1000px;margin:auto}td{padding:2px 12px}"
# By language: every text of the pages.
TEXTS = {
    "household": ("Household", "住户"), "operator": ("Operator", "运营"), "heat": ("heat, kWh", "热量,千瓦时"),
    "comfort": ("time within 0.5 K of the target, %", "室温在目标 ±0.5 K 内的时间,%"),
    "coldest": ("coldest, °C", "最低室温,°C"), "cost": ("cost, yuan", "费用,元"),
    "water": ("water, m³", "水量,立方米"), "lifted": ("lifted", "取水"), "returned": ("returned", "回灌"),
    "ratio": ("returned / lifted, %", "回灌率,%"), "cop": ("COP", "能效比"), "run": ("pump, h", "水泵运行,小时"),
    "starts": ("pump starts", "水泵启动次数"), "trips": ("trips", "保护动作次数"),
    "capacity": ("reinjection capacity, L/h per 100 kPa", "回灌能力,升每小时每百千帕"), "rooms": ("rooms", "房间"),
    "electricity": ("electricity, kWh", "用电量,千瓦时"),
    "list": ("Trips", "保护动作"), "notes": ("Notes", "说明"), "facts": ("Now", "当前"),
    "none": ("none", "无"), "unknown": ("not known", "未知"),
}


def text(key: str, lang: str) -> str:
    """A text of the page."""
    return TEXTS[key][lang == "zh"]


def by_day(name: str, of: Callable[[Day], float | None], days: list[Day]):
    """A line's (name, labels, values); None where nothing is known of it."""
    values = [of(day) for day in days]
    return None if all(value is None for value in values) else (name, [day.label for day in days], values)


def per_room(pick: Callable[[Day], dict[str, float]], found: Series, scale: float = 1.0) -> list:
    """A line for each room."""
    names = sorted({name for day in found.days for name in pick(day)})
    return [by_day(name, lambda day, name=name: None if name not in pick(day) else pick(day)[name] * scale, found.days)
            for name in names]


def cop(day: Day) -> float | None:
    """Heat for electricity; None where one of them was not metered."""
    return day.cop


def cost(day: Day, price: float | None, heat_price: float | None) -> float | None:
    """Yuan: electricity where it was metered and has a price, else heat by its own price."""
    if price is not None and day.electricity_kwh is not None:
        return day.electricity_kwh * price
    return None if heat_price is None or day.heat_kwh is None else day.heat_kwh * heat_price


def household(found: Series, lang: str, price: float | None, heat_price: float | None) -> list[tuple[str, str, list]]:
    """(title, kind of plot, lines) of its plots; a plot without lines is left out."""
    heat = per_room(lambda day: day.room_kwh, found) or [by_day("", lambda day: day.heat_kwh, found.days)]
    return [(text("heat", lang), "bar", heat),
            (text("comfort", lang), "line", per_room(lambda day: day.comfort, found, 100)),
            (text("coldest", lang), "line", per_room(lambda day: day.coldest, found)),
            (text("cost", lang), "bar", [by_day("", lambda day: cost(day, price, heat_price), found.days)])]


def ratio(day: Day) -> float | None:
    """Returned water in per cent of lifted."""
    return 100 * day.returned_m3 / day.lifted_m3 if day.lifted_m3 and day.returned_m3 is not None else None


def operator(found: Series, lang: str) -> list[tuple[str, str, list]]:
    """The same for whoever runs the well."""
    days = found.days
    return [(text("water", lang), "bar", [by_day(text("lifted", lang), lambda day: day.lifted_m3, days),
                                          by_day(text("returned", lang), lambda day: day.returned_m3, days)]),
            (text("ratio", lang), "line", [by_day("", ratio, days)]), (text("cop", lang), "line", [by_day("", cop, days)]),
            (text("electricity", lang), "bar", [by_day("", lambda day: day.electricity_kwh, days)]),
            (text("run", lang), "bar", [by_day("", lambda day: day.run_h, days)]),
            (text("starts", lang), "bar", [by_day("", lambda day: day.starts, days)]),
            (text("trips", lang), "bar", [by_day("", lambda day: day.trips, days)]),
            (text("capacity", lang), "line", [by_day("", lambda day: day.capacity_lph_bar, days)])]


def plots(parts: list[tuple[str, str, list]]) -> str:
    """Every plot as HTML; the library comes with the first."""
    import plotly.graph_objects as go

    found = []
    for title, kind, lines in parts:
        lines = [line for line in lines if line is not None]
        if not lines:
            continue
        figure = go.Figure()
        for name, labels, values in lines:
            mark = go.Bar(x=labels, y=values, name=name) if kind == "bar" else go.Scatter(x=labels, y=values, name=name,
                                                                                        mode="lines+markers")
            figure.add_trace(mark)
        stacked = kind == "bar" and len(lines) > 2
        figure.update_layout(title=title, height=300, barmode="stack" if stacked else "group", showlegend=len(lines) > 1,
                             margin={"t": 40, "b": 30, "l": 50, "r": 20})
        figure.update_xaxes(type="category")
        found.append(figure.to_html(full_html=False, include_plotlyjs=not found))
    return "\n".join(found)


def listed(rows: list[tuple], none: str) -> str:
    """Rows as a table, every cell escaped."""
    if not rows:
        return f"<p>{none}</p>"
    body = "".join("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{body}</table>"


def page(found: Series, who: str, lang: str, price: float | None = None, heat_price: float | None = None) -> str:
    """The whole page. who: household or operator."""
    parts = household(found, lang, price, heat_price) if who == "household" else operator(found, lang)
    none, unknown = text("none", lang), text("unknown", lang)
    rooms = [(name, unknown if kwh is None else f"{kwh:.1f} kWh") for name, kwh in found.rooms.items()]
    more = [(text("rooms", lang), listed(rooms, none))] if who == "household" else [
        (text("facts", lang), listed(found.facts, none)), (text("list", lang), listed(found.trips[-200:], none))]
    sections = "".join(f"<h2>{title}</h2>{body}" for title, body in more)
    notes = "".join(f"<li>{html.escape(NOTES[note][lang == 'zh'])}</li>" for note in found.notes)
    name = f"{text(who, lang)}: {html.escape(found.title)}"
    head = f"<!doctype html><html lang='{lang}'><meta charset='utf-8'><title>{name}</title><style>{STYLE}</style>"
    return (f"{head}<h1>{name}</h1>{plots(parts)}{sections}"
            f"<h2>{text('notes', lang)}</h2><ul>{notes}</ul></html>\n")


def run(args) -> int:
    """The subcommand."""
    if args.trace and (args.backup or args.port):
        raise LinkError("one source: --trace, --backup or --port")
    found = series.of_trace(args.trace, args.lang) if args.trace else series.of_records(source.open_source(args), args.lang)
    if not found.days:
        raise LinkError("the trace is empty" if args.trace else "nothing to report: the node has fewer than two daily rows")
    out: Path = args.out
    out.mkdir(parents=True, exist_ok=True)
    for who in ("household", "operator"):
        (out / f"{who}.html").write_text(page(found, who, args.lang, args.price, args.heat_price), encoding="utf-8")
    print(f"{out / 'household.html'}, {out / 'operator.html'}: {len(found.days)} days, {len(found.trips)} trips")
    for note in found.notes:
        print("  " + NOTES[note][args.lang == "zh"])
    return 0
