"""The page of a fleet: all houses, worst first, and one house against its neighbours. Never for a resident."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..accounts.people import AccountError, Person
from ..fleet.judge import Found
from . import acks, charts, language
from .app import language_of, member, peer_of, render, site_of

STAFF = ("operator", "installer")
REASONS = {
    "clogging": "The ground takes back less water than it did: {percent} % of the reinjection capacity is gone. "
                "Backflush or regenerate the well.",
    "refrigerant": "Unit {room} gives {percent} % less heat for each hour it runs than the others of the house: look for "
                   "lost refrigerant.",
    "leaky": "The house loses {percent} % more heat for each degree than it did: look for an open window, wet insulation, "
             "a draught.",
    "drift": "Meters of the same water moved {percent} % apart: compare the well's two temperature sensors.",
    "wear": "The pump needs {percent} % more head for the same flow, and the ground is not clogged: the pump is worn."}
CURVES = {"capacity": "Reinjection capacity, % of commissioning", "loss": "Heat for each degree, % of the own median day",
          "unit": "Heat for each hour that a unit runs, kWh", "balance": "Heat of the well over that of the rooms, %",
          "speed": "Pump speed, %", "supply": "Water lifted, °C"}
OF_REASON = {"clogging": "capacity", "refrigerant": "unit", "leaky": "loss", "drift": "balance", "wear": "speed"}


def reason(found: Found | None, lang: str) -> str:
    """Why a house is unusual, in words; "" when it is not."""
    if found is None:
        return ""
    room = "" if found.room is None else found.room + 1
    return language.translator(lang)(REASONS[found.reason], percent=round(100 * found.change), room=room)


def alarms(row, lang: str) -> list[str]:
    """What is wrong now, in words."""
    book = language.book(lang)
    return [f"{node} {block}: {book.of('cause', cause)}" for node, block, event, cause in row.alarms
            if event == "lockout" or (node, block, "lockout", cause) not in row.alarms]


@member(*STAFF)
def page(request: Request, person: Person, form: dict[str, str]) -> Response:
    """All houses."""
    watch, lang = site_of(request).fleet, language_of(request)
    rows = [(row.house, reason(row.found, lang), alarms(row, lang), row.silent_h) for row in watch.rows()]
    told = watch.alarms.problems if watch.alarms is not None else {}
    problems = [one for one in (watch.problem, watch.subscriber.problem) if one]
    problems += [f"{who}: {why}" for who, why in told.items()]
    unusual = sum(bool(why) for _house, why, *_ in rows)
    return render(request, "fleet.html", person, rows=rows, problems=problems, unusual=unusual)


@member(*STAFF)
def house(request: Request, person: Person, form: dict[str, str]) -> Response:
    """One house: its reason first, each figure against the neighbours' median."""
    watch, lang, key = site_of(request).fleet, language_of(request), request.path_params["house"]
    row = next((one for one in watch.rows() if one.house == key), None)
    if row is None:
        raise HTTPException(404, "There is no such house.")
    say = language.translator(lang)
    first = OF_REASON[row.found.reason] if row.found else ""
    shown = []
    for name, both in sorted(watch.curves(key).items(), key=lambda one: one[0] != first):
        days = range(len(both[0]))
        begin = (watch.frame.last - len(both[0]) + 1) * 86400
        series = [(title, [(begin + day * 86400, float(values[day])) for day in days if values[day] == values[day]])
                  for title, values in ((key, both[0]), (say("Neighbours"), both[1]))]
        title = say(CURVES[name])
        shown.append((title, charts.curves(series, begin, begin + len(days) * 86400, "", title, [])))
    return render(request, "house.html", person, house=key, reason=reason(row.found, lang), alarms=alarms(row, lang),
                  shown=shown)


@member(*STAFF)
def at_work(request: Request, person: Person, form: dict[str, str]) -> Response:
    """What people are told of, worst first, to be taken."""
    service = site_of(request).fleet.alarms
    shown = None if service is None else acks.told(service.active(), person, language_of(request), lambda _node, _block: "")
    return render(request, "fleet_alarms.html", person, alarms=shown)


@member(*STAFF)
def take(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Somebody takes an alarm: no escalation, no repetition."""
    return acks.taken(site_of(request), site_of(request).fleet.alarms, person, peer_of(request), form, "/alarms")


@member(*STAFF)
def settings(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Who may look at the fleet."""
    return people(request, person, "")


def people(request: Request, person: Person, link: str) -> Response:
    """The page of accounts; for an installer with invitations."""
    site, mine = site_of(request), person.role == "installer"
    return render(request, "staff.html", person, link=link, people=site.people.everybody() if mine else [])


@member("installer")
def invite(request: Request, person: Person, form: dict[str, str]) -> Response:
    """A one-time link. A resident has no account here: the own house's gateway shows the own rooms."""
    site, role = site_of(request), form.get("role", "")
    if role not in STAFF:
        raise HTTPException(400, "There is no such role.")
    try:
        token = site.people.invite(role, [])
    except AccountError as e:
        raise HTTPException(400, str(e)) from None
    site.people.note(person.name, peer_of(request), "invite", role)
    return people(request, person, str(request.base_url) + "join/" + token)


@member("installer")
def remove(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Delete an account; the last installer stays."""
    site = site_of(request)
    everybody = {str(row.id): row for row in site.people.everybody()}
    gone = everybody.get(form.get("person", ""))
    if gone is None:
        raise HTTPException(404, "There is no such account.")
    if gone.role == "installer" and sum(row.role == "installer" for row in everybody.values()) == 1:
        raise HTTPException(400, "The last installer stays.")
    site.people.remove(gone.id)
    site.people.note(person.name, peer_of(request), "removed a person")
    return RedirectResponse("/settings", 303)


ROUTES = [Route("/", page), Route("/house/{house}", house), Route("/settings", settings),
          Route("/alarms", at_work), Route("/alarms/take", take, methods=["POST"]),
          Route("/settings/invite", invite, methods=["POST"]), Route("/settings/remove", remove, methods=["POST"])]
