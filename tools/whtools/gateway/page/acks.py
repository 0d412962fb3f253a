"""Alarms on the page: those of the alarm service where it runs, so that somebody can take one and stop its escalation."""

from __future__ import annotations

import time

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..accounts.people import Person
from ..alarms import Alarm, texts
from . import cards, language
from .app import member, peer_of, site_of


def service_of(site):
    """The alarm service; None when the gateway runs without one."""
    return site.services.alarms if site.services is not None else None


def listed(site, person: Person, lang: str) -> list[dict]:
    """What is wrong now, as far as it concerns this person; with a number and whoever took it where alarms run."""
    service, names = service_of(site), site.names()
    if service is None:
        return cards.alarms(site.hub, person, names, lang)
    return told(service.active(), person, lang, lambda node, block: names.get((node, block), ""))


def told(alarms: list[Alarm], person: Person, lang: str, named: texts.Named) -> list[dict]:
    """Alarms of the service, as far as they concern this person."""
    say = language.translator(lang)
    return [{"where": texts.place(alarm, lang, named), "cause": texts.cause(alarm, lang), "locked": alarm.locked,
             "number": alarm.number if may_take(person, alarm) else "",
             "taken": say("Taken by {who}", who=alarm.acked_by) if alarm.acked_by else "",
             "since": time.strftime("%m-%d %H:%M", time.localtime(alarm.utc))}
            for alarm in alarms if person.sees(alarm.node, alarm.block)]


def may_take(person: Person, alarm: Alarm) -> bool:
    """A resident takes what is wrong in his room; what all share is for those who look after it."""
    if not person.sees(alarm.node, alarm.block):
        return False
    return person.role != "resident" or alarm.block.startswith(("room", "far"))


@member()
def take(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Somebody takes an alarm. A neighbour's is answered like one that is not there."""
    site = site_of(request)
    return taken(site, service_of(site), person, peer_of(request), form, "/journal")


def taken(site, service, person: Person, peer: str, form: dict[str, str], back: str) -> Response:
    """The alarm of the form's number is this person's now; then to the page `back`."""
    mine = [] if service is None else [alarm for alarm in service.active() if may_take(person, alarm)]
    alarm = next((alarm for alarm in mine if str(alarm.number) == form.get("number")), None)
    if service is None or alarm is None:
        raise HTTPException(404, "There is no such alarm.")
    service.ack(alarm.number, f"{person.name}@page")
    site.people.note(person.name, peer, "alarm taken", f"{alarm.node} {alarm.block} {alarm.cause}")
    return RedirectResponse(back, 303)
