"""Rooms: the cards, what a press on them does, and the stream that keeps them live."""

from __future__ import annotations

import asyncio
import json

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from ... import words
from ..accounts.people import Person
from ..history import holds
from . import cards, language, plant_values, security
from .app import language_of, member, peer_of, render, site_of

LIVE_S = 0.5
CHECK_S = 15.0  # how often a stream asks whether its session still stands
POINTS = ("setpoint_mc", "mode", "boost_min", "timer_min", "fan_fixed_pm", "schedule_on")
BOOST_MIN = 60


@member()
def page(request: Request, person: Person, form: dict[str, str]) -> Response:
    """All rooms of this person, and the well. Where there is nothing but plants, their page for those who run them."""
    site, lang = site_of(request), language_of(request)
    house = any(node.blocks(kind) for node in site.hub.nodes().values() for kind in ("room", "far", "well"))
    if not house and person.role != "resident" and plant_values.plants(site.hub):
        return RedirectResponse("/plant", 303)
    now = cards.everything(site.hub, person, site.names(), lang)
    return render(request, "rooms.html", person, now=now, modes=cards.MODES, boost=BOOST_MIN,
                  alarms=cards.alarms(site.hub, person, site.names(), lang), said=request.query_params.get("said", ""))


def wanted(node, form: dict[str, str]) -> tuple[str, int]:
    """(path, value) of what a press means: `step` from the setpoint now, or a value. HTTPException for nonsense."""
    block, name = form.get("block", ""), form.get("point", "")
    path = f"{block}.{name}"
    if name not in POINTS or block not in node.rooms() or node.row(path) is None:
        raise HTTPException(404, "There is no such room or value.")
    try:
        if "step" in form:
            return path, (node.value(path) or 0) + max(-5000, min(5000, int(form["step"])))
        return path, int(form["value"])
    except (KeyError, ValueError):
        raise HTTPException(400, "That is no number.") from None


@member()
def order(request: Request, person: Person, form: dict[str, str]) -> Response:
    """A press. A neighbour's room is answered like one that is not there."""
    site = site_of(request)
    node = site.hub.nodes().get(form.get("node", ""))
    row = node.row(f"{form.get('block')}.{form.get('point')}") if node is not None else None
    if node is None or row is None or not person.commands(node.key, form.get("block", ""), row.who):
        site.people.note(person.name, peer_of(request), "order refused", f"{form.get('node')} {form.get('block')}")
        raise HTTPException(404, "There is no such room or value.")
    if site.orders.full(str(person.id)):
        raise HTTPException(429, "Too many presses: wait a minute.")
    site.orders.count(str(person.id))
    path, value = wanted(node, form)
    why = site.hub.order(node.key, path, value, f"{person.name.replace(' ', '_')}@page")
    site.people.note(person.name, peer_of(request), "order", f"{node.key} {path}={value} {why or 'taken'}")
    holds.keep(site.engine, site.hub)
    say = language.translator(language_of(request))
    said = "" if why is None else say("Not taken: {why}", why=words.load(language_of(request)).refusal(why))
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"said": said, "value": value})
    return RedirectResponse("/" if why is None else "/?said=refused", 303)


async def events(request: Request) -> Response:
    """Server-sent events: what changed on this person's page, within a second."""
    site = site_of(request)
    person = await run_in_threadpool(security.person_of, request, site.people)
    if person is None:
        return Response(status_code=401)
    lang = language_of(request)

    async def stream():
        before, checked = "", 0.0
        who = person
        while not await request.is_disconnected():
            if checked >= CHECK_S:
                who, checked = await run_in_threadpool(security.person_of, request, site.people), 0.0
                if who is None:
                    yield "event: over\ndata: \n\n"
                    return
            names = await run_in_threadpool(site.names)
            text = json.dumps(cards.everything(site.hub, who, names, lang), ensure_ascii=False)
            yield f"data: {text}\n\n" if text != before else ": still here\n\n"
            before = text
            await asyncio.sleep(LIVE_S)
            checked += LIVE_S
    return StreamingResponse(stream(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
