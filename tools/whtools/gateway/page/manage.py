"""Settings: names of rooms, people, invitations, deletion on request, the audit trail."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..accounts.people import AccountError, Person
from ..history import query
from ..history.schema import NAME, put
from . import cards
from .app import language_of, member, peer_of, render, site_of

SEPARATOR = "--"  # between node and block in a form's field


def shown(request: Request, person: Person, link: str = "", status: int = 200) -> Response:
    """The page of settings."""
    site, lang = site_of(request), language_of(request)
    names = site.names()
    rooms = [(f"{node.key}{SEPARATOR}{block}", cards.title(names, node, block, lang))
             for node, block in cards.rooms(site.hub)
             if person.sees(node.key, block)]
    installer = person.role == "installer"
    return render(request, "settings.html", person, status, rooms=rooms, link=link,
                  people=site.people.everybody() if installer else [], trail=site.people.trail() if installer else [])


@member()
def page(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Own rooms' names; for an installer people and the audit trail too."""
    return shown(request, person)


def home_of(request: Request, person: Person, text: str) -> tuple[str, str]:
    """(node, block) of a room in a form that this person sees; 404 for any other."""
    node, _, block = text.rpartition(SEPARATOR)
    there = [(one.key, name) for one, name in cards.rooms(site_of(request).hub)]
    if (node, block) not in there or not person.sees(node, block):
        raise HTTPException(404, "There is no such room or value.")
    return node, block


@member()
def name(request: Request, person: Person, form: dict[str, str]) -> Response:
    """A room's name."""
    site = site_of(request)
    node, block = home_of(request, person, form.get("room", ""))
    text = "".join(c for c in form.get("name", "") if c.isprintable()).strip()[:40]
    with site.engine.begin() as connection:
        put(connection, NAME, [{"node": node, "block": block, "text": text}])
    site.people.note(person.name, peer_of(request), "name", f"{node} {block}")
    return RedirectResponse("/settings", 303)


@member("installer")
def invite(request: Request, person: Person, form: dict[str, str]) -> Response:
    """A one-time link for a new person."""
    site = site_of(request)
    homes = [home_of(request, person, key[5:]) for key in form if key.startswith("home ")]
    try:
        token = site.people.invite(form.get("role", ""), homes)
    except AccountError as e:
        raise HTTPException(400, str(e)) from None
    site.people.note(person.name, peer_of(request), "invite", form.get("role", ""))
    return shown(request, person, str(request.base_url) + "join/" + token)


@member("installer")
def remove(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Delete an account. The last installer cannot delete the own one: nobody could let others in."""
    site = site_of(request)
    try:
        number = int(form.get("person", ""))
    except ValueError:
        raise HTTPException(400, "That is no number.") from None
    installers = [row.id for row in site.people.everybody() if row.role == "installer"]
    if installers == [number]:
        raise HTTPException(400, "The last installer stays.")
    site.people.remove(number)
    site.people.note(person.name, peer_of(request), "removed a person")
    return RedirectResponse("/settings", 303)


@member()
def forget(request: Request, person: Person, form: dict[str, str]) -> Response:
    """Delete what was kept of a room: its household may, and an installer for it."""
    site = site_of(request)
    node, block = home_of(request, person, form.get("room", ""))
    if person.role == "operator":
        raise HTTPException(403, "This is not for your role.")
    query.forget(site.engine, node, block)
    with site.recorder.lock:
        site.recorder.ids = {key: i for key, i in site.recorder.ids.items()
                             if not (key[0] == node and key[1].startswith(block + "."))}
    site.people.note(person.name, peer_of(request), "forgot", f"{node} {block}")
    return RedirectResponse("/settings", 303)


