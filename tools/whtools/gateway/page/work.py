"""The page of work orders: what is open, its record, what somebody found, closed ones, and all of it as CSV."""

from __future__ import annotations

import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..accounts.people import Person
from ..alarms import texts
from ..history import export
from ..work import orders
from ..work.plan import DAY_0
from ..work.tables import ALARM, DUE
from . import language, plant_values, views
from .app import Site, language_of, member, peer_of, render, site_of

STAFF = ("operator", "installer")
SAID = {"opened": "Opened", "back": "The alarm came back", "gone": "The alarm ended", "found": "Found", "closed": "Closed"}
SOURCES = {"alarm": "Alarm", "due": "Due date", "hand": "By hand"}
HEAD = ("number", "source", "node", "part", "what", "due", "opened", "times", "alarm ended", "closed", "closed by", "record")
LONGEST = 2000


def where(site: Site, names: dict, row, lang: str) -> str:
    """The house or plant, and its part."""
    node = site.hub.nodes().get(row.node)
    house = names.get((row.node, "plant")) or (node.identity.name if node is not None else "") or row.node
    if not row.block or row.block == "plant" or not house:
        return house
    part = plant_values.title(names, node, row.block, lang) if node is not None else row.block
    return f"{house}, {part}"


def what(site: Site, row, lang: str) -> str:
    """What is wrong, or to be done."""
    if row.source == ALARM:
        return texts.SAID[lang].get(row.cause) or language.book(lang).of("cause", row.cause)
    plan = {one.key: one for one in site.work.plan} if site.work is not None else {}
    return plan[row.cause].text(lang) if row.source == DUE and row.cause in plan else row.text


def moment(site: Site, at: int | None) -> str:
    """Local time; "" for none."""
    return "" if at is None else f"{views.local(site, at):%Y-%m-%d %H:%M}"


def day(number: int | None) -> str:
    """A date; "" for none."""
    return "" if number is None else f"{DAY_0 + datetime.timedelta(days=number)}"


def found(site: Site, rows: list, lang: str) -> list[dict]:
    """Orders as texts, each with its record."""
    say, names = language.translator(lang), site.names()
    records = orders.records(site.engine, [row.id for row in rows])
    today = (int(site.clock.wall()) + site.recorder.zone_s) // 86400
    return [{"number": row.id, "source": say(SOURCES[row.source]), "node": row.node, "where": where(site, names, row, lang),
             "what": what(site, row, lang), "due": day(row.due), "late": row.due is not None and row.due < today,
             "opened": moment(site, row.opened), "times": row.times, "gone": moment(site, row.gone),
             "alarm": row.source == ALARM, "closed": moment(site, row.closed), "by": row.closed_by,
             "record": [(moment(site, line.at), line.who, say(SAID[line.what]),
                         line.text if line.what != "opened" else "") for line in records[row.id]]} for row in rows]


def shown(request: Request, person: Person, error: str = "", status: int = 200) -> Response:
    """The page."""
    site, lang = site_of(request), language_of(request)
    site.work.step()
    nodes = [(node.key, plant_values.title(site.names(), node, "plant", lang)) for node in site.hub.nodes().values()]
    return render(request, "work.html", person, status, error=error, nodes=nodes,
                  rows=found(site, orders.listed(site.engine, False), lang),
                  old=found(site, orders.listed(site.engine, True), lang))


@member(*STAFF)
def page(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Open and closed work orders."""
    return shown(request, person)


@member(*STAFF)
def write(request: Request, person: Person, form: dict[str, str]) -> Response:
    """What somebody found; with `done` the order is closed."""
    site = site_of(request)
    try:
        number = int(form.get("number", "")[:9])
    except ValueError:
        raise HTTPException(400, "That is no number.") from None
    try:
        site.work.record(number, person.name, form.get("text", "")[:LONGEST], "done" in form)
    except orders.WorkError as e:
        return shown(request, person, str(e), 400)
    site.people.note(person.name, peer_of(request), "work order", f"{number} {'closed' if 'done' in form else 'record'}")
    return RedirectResponse("/work", 303)


@member(*STAFF)
def begin(request: Request, person: Person, form: dict[str, str]) -> Response:
    """A new one, by hand."""
    site, node = site_of(request), form.get("node", "")
    if node and node not in site.hub.nodes():
        raise HTTPException(404, "There is no such room or value.")
    try:
        number = site.work.by_hand(person.name, node, form.get("text", ""))
    except orders.WorkError as e:
        return shown(request, person, str(e), 400)
    site.people.note(person.name, peer_of(request), "work order", f"{number} opened")
    return RedirectResponse("/work", 303)


@member(*STAFF)
def download(request: Request, person: Person, form: dict[str, str]) -> Response:
    """All of them, with their records."""
    site, lang = site_of(request), language_of(request)
    rows = [(one["number"], one["source"], one["node"], one["where"], one["what"], one["due"], one["opened"], one["times"],
             one["gone"], one["closed"], one["by"], "\n".join(" ".join(filter(None, line)) for line in one["record"]))
            for one in found(site, orders.everything(site.engine), lang)]
    site.people.note(person.name, peer_of(request), "download", "work.csv")
    return Response(export.as_csv(rows, HEAD), media_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": 'attachment; filename="wellhearth-work.csv"'})


ROUTES = [Route("/work", page), Route("/work", begin, methods=["POST"]), Route("/work/record", write, methods=["POST"]),
          Route("/work/work.csv", download)]
