"""Looking back and into it: water and energy by day, trends, journal, decisions, diagnosis, downloads."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...device import journal as lines
from ..accounts.people import Person
from ..history import export, query
from . import acks, cards, charts, language
from .app import Site, language_of, member, peer_of, render, site_of

DAYS = 31


class Meter(NamedTuple):
    """A meter of two points: `whole` counts `size` of `part`'s units; a count over `divide` is in `unit`."""

    title: str
    unit: str
    whole: str
    part: str
    size: int
    divide: int


METERS = (Meter("Water lifted", "m³", "circulated_m3", "circulated_l", 1000, 1000),
          Meter("Water returned", "m³", "returned_m3", "returned_l", 1000, 1000),
          Meter("Heat from the ground", "kWh", "source_mwh", "source_wh", 1_000_000, 1000))
ROOM_METER = Meter("Heat from the water", "kWh", "source_mwh", "source_wh", 1_000_000, 1000)
SPANS = dict(query.SPANS)
SPAN_WORDS = {"hour": "An hour", "day": "A day", "week": "A week", "month": "A month", "season": "A season"}
PARQUET_ROWS = 2_000_000


def local(site: Site, seconds: int) -> datetime.datetime:
    """The zone of the plant."""
    return datetime.datetime.fromtimestamp(seconds + site.recorder.zone_s, datetime.timezone.utc)


@member()
def water(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Meters by day: of the well, and of the rooms that this person sees."""
    site, lang = site_of(request), language_of(request)
    say, names = language.translator(lang), site.names()
    today = (int(site.clock.wall()) + site.recorder.zone_s) // 86400
    wanted = [(say(meter.title), meter, node, table.name) for node in site.hub.nodes().values() for kind in ("well", "well2")
              for table in node.blocks(kind) for meter in METERS]
    wanted += [(f"{cards.title(names, node, block, lang)}: {say(ROOM_METER.title)}", ROOM_METER, node, block)
               for node, block in cards.rooms(site.hub) if person.sees(node.key, block) and node.row(f"{block}.source_wh")]
    shown = []
    for title, meter, node, block in wanted:
        whole, part = f"{block}.{meter.whole}", f"{block}.{meter.part}"
        days = query.by_day(site.engine, node.key, whole, part, meter.size, DAYS, today)
        values = [(f"{datetime.date(1970, 1, 1) + datetime.timedelta(days=day):%m-%d}", count / meter.divide)
                  for day, count in days]
        total = (node.value(whole) or 0) * meter.size + (node.value(part) or 0)
        shown.append((title, f"{total / meter.divide:.2f} {meter.unit}", charts.bars(values, meter.unit, title)))
    now = cards.everything(site.hub, person, names, lang)
    return render(request, "water.html", person, shown=shown, now=now)


def labels(site: Site, begin: int, end: int) -> list[tuple[int, str]]:
    """Six times on the axis."""
    how = "%H:%M" if end - begin <= 2 * 86400 else "%m-%d"
    return [(at, local(site, at).strftime(how)) for at in (begin + (end - begin) * i // 6 for i in range(1, 6))]


def pictures(site: Site, person: Person, lang: str, span: str) -> list[tuple[str, str]]:
    """(title, SVG) of everything this person sees."""
    say, names = language.translator(lang), site.names()
    end = int(site.clock.wall())
    begin = end - SPANS[span]

    def curve(node, path: str, divide: int) -> list[tuple[int, float]]:
        return [(at, value / divide) for at, value in query.curve(site.engine, node.key, path, begin, end)]
    rooms = [(node, block) for node, block in cards.rooms(site.hub) if person.sees(node.key, block)]
    found = [(say("Rooms"), "°C", [(cards.title(names, node, block, lang), curve(node, f"{block}.room_mc", 1000))
                                   for node, block in rooms])]
    for node in site.hub.nodes().values():
        for table in node.blocks("well"):
            of = table.name
            found += [(say("Water of the well"), "°C", [(say("Water up"), curve(node, f"{of}.supply_mc", 1000)),
                                                       (say("Water back"), curve(node, f"{of}.return_mc", 1000))]),
                      (say("Flow"), "m³/h", [(say("Flow"), curve(node, f"{of}.flow_lph", 1000))]),
                      (say("Heat from the ground"), "kW",
                       [(say("Heat from the ground"), curve(node, f"{of}.source_w", 1000))])]
    return [(title, charts.curves(series, begin, end, unit, title, labels(site, begin, end)))
            for title, unit, series in found]


@member()
def trends(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Curves from an hour to a season."""
    span = request.query_params.get("span", "day")
    span = span if span in SPANS else "day"
    shown = pictures(site_of(request), person, language_of(request), span)
    return render(request, "trends.html", person, shown=shown, span=span, spans=SPAN_WORDS)


def journal_rows(site: Site, person: Person, lang: str, events: tuple[str, ...] = ()) -> list[tuple]:
    """(local time, where, in words, who) of the lines this person may see."""
    book, names = language.book(lang), site.names()
    homes = None if person.role != "resident" else set(person.homes) | {(key, "well") for key in site.hub.nodes()}
    found = []
    for row in query.journal(site.engine, None, homes):
        entry = lines.Entry(row.number, 0, None, "host", row.event, row.place, row.key, row.was, row.value, row.who,
                            row.text)
        node = site.hub.nodes().get(row.node)
        room = node is not None and row.place.startswith(("room", "far"))
        where = cards.title(names, node, row.place, lang) if node is not None and room else row.place
        if not events or row.event in events:
            found.append((f"{local(site, row.at):%Y-%m-%d %H:%M}", where, lines.explained(entry, book), row.who))
    return found


@member()
def journal(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Journal, and what is wrong now."""
    site, lang = site_of(request), language_of(request)
    return render(request, "journal.html", person, rows=journal_rows(site, person, lang),
                  alarms=acks.listed(site, person, lang))


@member()
def decisions(request: Request, person: Person, form: dict[str, str]) -> Response:
    """What each unit does now, why, and what comes next."""
    site, lang = site_of(request), language_of(request)
    now = cards.everything(site.hub, person, site.names(), lang)
    return render(request, "decisions.html", person, now=now)


@member("operator", "installer")
def diagnosis(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Every value of every node, with its age and what it is."""
    site, book = site_of(request), language.book(language_of(request))
    nodes = []
    for node in site.hub.nodes().values():
        rows = []
        for table in node.tables.values():
            for row in table.rows:
                path, value = f"{table.name}.{row.name}", node.value(f"{table.name}.{row.name}")
                shown = "-" if value is None else row.word(value) if row.unit == "enum" else ", ".join(
                    row.bits(value)) or "-" if row.unit == "bits" else f"{value / row.divide:g} {row.shown_unit}"
                kind = {"well2": "well", "bms": "bus"}.get(table.kind, table.kind)
                rows.append((path, shown, round(node.age_s(path) or 0), book.of("point", f"{kind}.{row.name}")))
        nodes.append((node, rows))
    return render(request, "diagnosis.html", person, nodes=nodes, problems=site.hub.problems)


@member()
def download(request: Request, person: Person, form: dict[str, str]) -> Response:
    """history.csv, history.parquet, journal.csv: of what this person sees, over the span of the address."""
    site, name = site_of(request), request.path_params["name"]
    end = int(site.clock.wall())
    begin = end - SPANS.get(request.query_params.get("span", "week"), SPANS["week"])
    if name == "journal.csv":
        data = export.as_csv(journal_rows(site, person, language_of(request)), ("local", "where", "words", "who"))
    elif name in ("history.csv", "history.parquet"):
        series = [key for key in sorted(site.recorder.ids) if person.sees(key[0], key[1].partition(".")[0])]
        rows = export.rows(site.engine, series, begin, end)
        data = export.as_csv(rows) if name.endswith("csv") else export.as_parquet(rows)
    else:
        raise HTTPException(404, "There is no such file.")
    site.people.note(person.name, peer_of(request), "download", name)
    return Response(data, media_type="application/octet-stream",
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})
