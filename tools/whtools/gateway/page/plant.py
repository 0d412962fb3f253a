"""The page of plants: every plant that this gateway knows, live, with an operator's orders. Never for a resident."""

from __future__ import annotations

import asyncio
import datetime
import json

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from ... import words
from ..accounts.people import Person
from ..history import holds, plant_energy
from ..history.schema import NAME, put
from ..nodes import Node
from . import language, plant_picture, plant_values, security
from .app import Site, language_of, member, peer_of, render, site_of
from .plant_orders import MODE_WORDS, ORDERS, PRESSES, Ask, asked_value
from .rooms import CHECK_S, LIVE_S

STAFF = ("operator", "installer")
LISTED_MONTHS = 24


def today_of(site: Site) -> int:
    """Days since 1970 in the plant's zone."""
    return (int(site.clock.wall()) + site.recorder.zone_s) // 86400


def month_begin(today: int) -> int:
    """The first day of this day's month; on the first itself that of the month before, as no whole day is over yet."""
    date = datetime.date(1970, 1, 1) + datetime.timedelta(days=today - 1)
    return (date.replace(day=1) - datetime.date(1970, 1, 1)).days


def months(today: int) -> list[str]:
    """This month and those before, newest first."""
    date, found = (datetime.date(1970, 1, 1) + datetime.timedelta(days=today)).replace(day=1), []
    for _ in range(LISTED_MONTHS):
        found.append(f"{date:%Y-%m}")
        date = (date - datetime.timedelta(days=1)).replace(day=1)
    return found


def energy_rows(site: Site, node: Node, lang: str) -> dict:
    """Energy and cost of the month so far, of the plant and by building, as texts."""
    say, names, today = language.translator(lang), site.names(), today_of(site)
    found = plant_energy.energy(site.engine, node, month_begin(today), today)
    rows = [(plant_values.title(names, node, one.block, lang), amount(one.heat_kwh, 1000, 2), amount(one.cold_kwh, 1000, 2),
             amount(one.cost_fen, 100, 2)) for one in found.buildings]
    rows.append((say("Whole plant"), amount(found.heat_kwh, 1000, 2), amount(found.cold_kwh, 1000, 2),
                 amount(found.cost_fen, 100, 2)))
    return {"rows": rows, "electricity": amount(found.electricity_kwh, 1000, 2), "cop": amount(found.cop(), 1, 2),
            "gas": amount(found.gas_m3, 1, 0), "days": len(found.days), "of": found.end - found.first,
            "unpriced": len(found.unpriced), "unshared": amount(found.unshared_fen or None, 100, 2),
            "month": f"{datetime.date(1970, 1, 1) + datetime.timedelta(days=found.first):%Y-%m}"}


def amount(value: float | None, divide: float, digits: int) -> str:
    """A sum for a person; - while nobody knows it."""
    return "-" if value is None else f"{value / divide:.{digits}f}"


def asks(node: Node, person: Person, block: str, rows: tuple[Ask, ...]) -> list[dict]:
    """What this person may order of a block, with its value now in the unit that is shown."""
    found = []
    for one in rows:
        row = node.row(f"{block}.{one.point}")
        if row is None or not person.commands(node.key, block, row.who):
            continue
        value = node.value(f"{block}.{one.point}")
        now = "" if value is None or row.access == "cmd" else f"{value / one.divide:g}"
        found.append({"ask": one, "now": now, "words": row.words, "value": value})
    return found


def one_plant(site: Site, node: Node, person: Person, lang: str) -> dict:
    """Everything on the page about one plant."""
    view = plant_values.view(node, site.names(), lang)
    orders = {table.name: asks(node, person, table.name, ORDERS[kind]) for kind in ("plant", "tank")
              for table in node.blocks(kind)}
    presses = {table.name: asks(node, person, table.name, PRESSES[kind]) for kind in PRESSES
               for table in node.blocks(kind)}
    locked = [(trip.block, f"{plant_values.title(site.names(), node, trip.block, lang)}: "
               f"{language.book(lang).of('cause', trip.cause)}", bit_of(node, trip)) for trip in node.trips()
              if trip.locked and trip.block in node.tables and resets(node, trip.block, person)]
    return {**view, "picture": plant_picture.pictures(node, view, lang), "orders": orders, "presses": presses,
            "locked": locked, "energy": energy_rows(site, node, lang)}


def bit_of(node: Node, trip) -> int:
    """The number of a trip in its block's table, which is what `reset_trip` takes."""
    row = node.row(f"{trip.block}.lockouts")
    return row.words.index(trip.cause) if row is not None and trip.cause in row.words else 0


def resets(node: Node, block: str, person: Person) -> bool:
    """Whether this person may reset a lockout of a block."""
    row = node.row(f"{block}.reset_trip")
    return row is not None and person.commands(node.key, block, row.who)


def shown(request: Request, person: Person, said: str = "", where: str = "", status: int = 200) -> Response:
    """The page. said, where: what became of an order, and of which plant."""
    site, lang = site_of(request), language_of(request)
    plants = [one_plant(site, node, person, lang) for node in plant_values.plants(site.hub)]
    return render(request, "plant.html", person, status, plants=plants, said=said, where=where, modes=MODE_WORDS,
                  months=months(today_of(site)), problems=list(site.hub.problems.values()))


@member(*STAFF)
def page(request: Request, person: Person, form: dict[str, str]) -> Response:
    """All plants."""
    return shown(request, person)


@member(*STAFF)
def order(request: Request, person: Person, form: dict[str, str]) -> Response:
    """One order; a refusal is told in words."""
    site, lang = site_of(request), language_of(request)
    node, block, point = site.hub.nodes().get(form.get("node", "")), form.get("block", ""), form.get("point", "")
    row = node.row(f"{block}.{point}") if node is not None else None
    if node is None or not node.blocks("plant") or row is None or not person.commands(node.key, block, row.who):
        site.people.note(person.name, peer_of(request), "order refused", f"{form.get('node')} {block}.{point}"[:200])
        raise HTTPException(404, "There is no such room or value.")
    value = asked_value(node.tables[block].kind, point, form.get("value", ""))
    if site.orders.full(str(person.id)):
        raise HTTPException(429, "Too many presses: wait a minute.")
    site.orders.count(str(person.id))
    why = site.hub.order(node.key, f"{block}.{point}", value, f"{person.name.replace(' ', '_')}@page")
    site.people.note(person.name, peer_of(request), "order", f"{node.key} {block}.{point}={value} {why or 'taken'}"[:200])
    holds.keep(site.engine, site.hub)
    say = language.translator(lang)
    said = say("Taken.") if why is None else say("Not taken: {why}", why=words.load(lang).refusal(why))
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"said": said, "taken": why is None})
    return shown(request, person, said, node.key)


@member(*STAFF)
def name(request: Request, person: Person, form: dict[str, str]) -> Response:
    """A name for a part of a plant: the points carry none."""
    site = site_of(request)
    node, block = site.hub.nodes().get(form.get("node", "")), form.get("block", "")
    if node is None or not node.blocks("plant") or block not in node.tables:
        raise HTTPException(404, "There is no such room or value.")
    text = "".join(c for c in form.get("name", "") if c.isprintable()).strip()[:40]
    with site.engine.begin() as connection:
        put(connection, NAME, [{"node": node.key, "block": block, "text": text}])
    site.people.note(person.name, peer_of(request), "name", f"{node.key} {block}")
    return RedirectResponse("/plant", 303)


def snapshot(site: Site, lang: str) -> dict:
    """What goes on changing: texts and states of all plants, and which blocks there are."""
    names = site.names()
    views = [plant_values.view(node, names, lang) for node in plant_values.plants(site.hub)]
    texts = {key: text for view in views for key, text in view["texts"].items()}
    states = {key: state for view in views for key, state in view["states"].items()}
    return {"texts": texts, "states": states}


def changes(before: dict, now: dict) -> dict:
    """What differs, and whether the page has to be loaded anew: a plant or a part has come or gone."""
    if before and before["states"].keys() != now["states"].keys():
        return {"anew": True}
    return {kind: {key: value for key, value in now[kind].items() if before.get(kind, {}).get(key) != value}
            for kind in ("texts", "states")}


async def events(request: Request) -> Response:
    """Server-sent events: what changed, within a second."""
    site = site_of(request)
    person = await run_in_threadpool(security.person_of, request, site.people)
    if person is None:
        return Response(status_code=401)
    if person.role not in STAFF:
        return Response(status_code=403)
    lang = language_of(request)

    async def stream():
        before, checked = {}, 0.0
        while not await request.is_disconnected():
            if checked >= CHECK_S:
                who, checked = await run_in_threadpool(security.person_of, request, site.people), 0.0
                if who is None or who.role not in STAFF:
                    yield "event: over\ndata: \n\n"
                    return
            now = await run_in_threadpool(snapshot, site, lang)
            news = changes(before, now)
            yield f"data: {json.dumps(news, ensure_ascii=False)}\n\n" if any(news.values()) else ": still here\n\n"
            before = now
            await asyncio.sleep(LIVE_S)
            checked += LIVE_S
    return StreamingResponse(stream(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


ROUTES = [Route("/plant", page), Route("/plant/order", order, methods=["POST"]), Route("/plant/events", events),
          Route("/plant/name", name, methods=["POST"])]
