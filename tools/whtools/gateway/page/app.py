"""The page as an application: routes, what they share, and what a person without a session may ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ..accounts.limits import Limit
from ..accounts.people import People, Person
from ..history.recorder import Recorder
from ..history.schema import NAME
from ..nodes import Hub
from ..nodes.transport import Clock
from . import language, security

HERE = Path(__file__).parent
TEMPLATES = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)


@dataclass
class Site:
    """What every view needs. clock: of the plant (a simulated one in a demo); accounts go by the host's."""

    hub: Hub
    engine: sa.Engine
    people: People
    recorder: Recorder
    clock: Clock = field(default_factory=Clock)
    tls: bool = False
    services: Any = None  # what runs beside the page (beside.Beside)
    papers: Path | None = None  # folder of the statements that the operator's host signed
    work: Any = None  # work orders (work.Work)
    fleet: Any = None  # of many houses (fleet.watch.Watch); such a site has no nodes of its own
    demo: str = ""  # what a newcomer is told on the login page of `make demo`
    logins: Limit = field(default_factory=lambda: Limit(5, 300))
    peers: Limit = field(default_factory=lambda: Limit(30, 300))
    orders: Limit = field(default_factory=lambda: Limit(60, 60))

    def names(self) -> dict[tuple[str, str], str]:
        """Names given to rooms."""
        with self.engine.connect() as connection:
            return {(row.node, row.block): row.text for row in connection.execute(sa.select(NAME))}


def site_of(request: Request) -> Site:
    """The site behind a request."""
    return request.app.state.site


def language_of(request: Request) -> str:
    """The language of an answer."""
    return language.chosen(request.cookies.get("lang"), request.headers.get("accept-language", ""))


def peer_of(request: Request) -> str:
    """The address of whoever asks; no header says it, as anybody can write one."""
    return request.client.host if request.client else "?"


def render(request: Request, template: str, person: Person | None = None, status: int = 200, /, **values) -> HTMLResponse:
    """A template in the visitor's language."""
    lang = language_of(request)
    text = TEMPLATES.get_template(template).render(
        _=language.translator(lang), lang=lang, languages=language.LANGUAGES, person=person, path=request.url.path, **values)
    return HTMLResponse(text, status)


def member(*roles: str) -> Callable:
    """Decorates a view(request, person, form): somebody logged in, of one of these roles (none: any).

    A form is read, and checked for forgery, before the view sees it. The view itself runs in a thread.
    """
    def decorate(view: Callable[[Request, Person, dict[str, str]], Response]):
        @wraps(view)
        async def guarded(request: Request) -> Response:
            site = site_of(request)
            person = await run_in_threadpool(security.person_of, request, site.people)
            if person is None:
                return RedirectResponse("/login", 303)
            form: dict[str, str] = {}
            if request.method == "POST":
                form = await security.form_of(request)
                security.check_form(request, person, form)
            if roles and person.role not in roles:
                raise HTTPException(403, "This is not for your role.")
            return await run_in_threadpool(view, request, person, form)
        return guarded
    return decorate


def failed(request: Request, error: Exception) -> Response:
    """An error as a page."""
    status = getattr(error, "status_code", 500)
    detail = getattr(error, "detail", "") or "Something went wrong."
    return render(request, "error.html", None, status, detail=detail, status_=status)


def make(site: Site) -> Starlette:
    """The application."""
    from . import acks, fleet, manage, papers, plant, plant_month, quickstart, rooms, signed, views, work

    if site.fleet is not None:
        return application(site, [*fleet.ROUTES, *entry_routes()])
    routes = [
        Route("/", rooms.page), Route("/order", rooms.order, methods=["POST"]), Route("/events", rooms.events),
        Route("/water", views.water), Route("/trends", views.trends), Route("/journal", views.journal),
        Route("/decisions", views.decisions), Route("/diagnosis", views.diagnosis),
        Route("/download/{name}", views.download),
        Route("/papers", papers.page), Route("/papers/report/{who}", papers.report),
        Route("/papers/statement/{name}", papers.statement),
        Route("/signed", signed.page), Route("/signed", signed.give, methods=["POST"]),
        Route("/quickstart", quickstart.page, methods=["GET", "POST"]),
        Route("/settings", manage.page), Route("/settings/name", manage.name, methods=["POST"]),
        Route("/settings/invite", manage.invite, methods=["POST"]),
        Route("/settings/remove", manage.remove, methods=["POST"]),
        Route("/settings/forget", manage.forget, methods=["POST"]),
        Route("/alarms/take", acks.take, methods=["POST"])]
    return application(site, [*routes, *plant.ROUTES, *plant_month.ROUTES, *work.ROUTES, *entry_routes()])


def entry_routes() -> list:
    """The way in, and what lies beside every page."""
    from . import entry

    return [Route("/login", entry.login, methods=["GET", "POST"]), Route("/logout", entry.logout, methods=["POST"]),
            Route("/join/{token}", entry.join, methods=["GET", "POST"]), Route("/language/{lang}", entry.speak),
            Mount("/static", StaticFiles(directory=HERE / "static"))]


def application(site: Site, routes: list) -> Starlette:
    """Routes behind the headers that every answer carries."""
    app = Starlette(routes=routes, middleware=[Middleware(security.SecureHeaders, tls=site.tls)],
                    exception_handlers={HTTPException: failed, 500: failed})
    app.state.site = site
    return app
