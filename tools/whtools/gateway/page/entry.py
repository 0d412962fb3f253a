"""The way in: login, the one-time link that makes an account, logout, the choice of a language."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..accounts.people import AccountError, Person
from . import language, security
from .app import member, peer_of, render, site_of

YEAR_S = 365 * 86400


def welcome(request: Request, person: int) -> Response:
    """Into the page, with a session made now: a token that somebody else may have planted is worth nothing."""
    site = site_of(request)
    old = request.cookies.get(security.COOKIE)
    if old:
        site.people.log_out(old)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(security.COOKIE, site.people.log_in(person), max_age=180 * 86400, httponly=True, samesite="strict",
                      secure=site.tls)
    return answer


async def login(request: Request) -> Response:
    """Name and password."""
    site = site_of(request)
    if request.method == "GET":
        return render(request, "login.html", demo=site.demo, error="", name="")
    form = await security.form_of(request)
    security.check_origin(request)
    return await run_in_threadpool(try_login, request, form)


def try_login(request: Request, form: dict[str, str]) -> Response:
    """Five wrong ones for a name from one address, thirty from one address, then five minutes of rest."""
    site, peer = site_of(request), peer_of(request)
    name = form.get("name", "")[:40]
    keys = ((site.logins, f"{peer} {name}"), (site.peers, peer))
    if any(limit.full(key) for limit, key in keys):
        return render(request, "login.html", None, 429, demo=site.demo, name=name,
                      error="Too many tries: wait five minutes.")
    person = site.people.check(name, form.get("password", ""))
    if person is None:
        for limit, key in keys:
            limit.count(key)
        site.people.note(name, peer, "login refused")
        return render(request, "login.html", None, 403, demo=site.demo, name=name, error="Name or password is wrong.")
    site.people.note(name, peer, "login")
    return welcome(request, person)


async def join(request: Request) -> Response:
    """The one-time link."""
    site, token = site_of(request), request.path_params["token"]
    if site.peers.full(peer_of(request)):
        return render(request, "join.html", None, 429, error="Too many tries: wait five minutes.", good=False, name="")
    good = await run_in_threadpool(site.people.invited, token)
    if not good:
        site.peers.count(peer_of(request))
        return render(request, "join.html", None, 404, error="This link was used already, or it is too old.", good=False,
                      name="")
    if request.method == "GET":
        return render(request, "join.html", error="", good=True, name="")
    form = await security.form_of(request)
    security.check_origin(request)
    try:
        person = await run_in_threadpool(site.people.join, token, form.get("name", ""), form.get("password", ""))
    except AccountError as e:
        return render(request, "join.html", None, 400, error=str(e), good=True, name=form.get("name", ""))
    site.people.note(form.get("name", ""), peer_of(request), "joined")
    return await run_in_threadpool(welcome, request, person)


@member()
def logout(request: Request, person: Person, form: dict[str, str]) -> Response:
    """The session ends here and in the database."""
    site = site_of(request)
    site.people.log_out(request.cookies.get(security.COOKIE, ""))
    site.people.note(person.name, peer_of(request), "logout")
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(security.COOKIE)
    return answer


async def speak(request: Request) -> Response:
    """Another language, kept in a cookie; back to where the visitor was, on this page only."""
    back = request.query_params.get("back", "/")
    if not back.startswith("/") or back.startswith("//") or "\\" in back:
        back = "/"
    answer = RedirectResponse(back, 303)
    if request.path_params["lang"] in language.LANGUAGES:
        answer.set_cookie("lang", request.path_params["lang"], max_age=YEAR_S, samesite="lax")
    return answer
