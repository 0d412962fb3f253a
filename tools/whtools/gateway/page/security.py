"""Headers, sessions, forgery, sizes: what stands before every answer of the page."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from ..accounts.people import People, Person

COOKIE = "wellhearth"
BODY_MAX = 16_384
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri"
                               " 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store",
}


class Forgery(HTTPException):
    """A form that did not come from this page."""

    def __init__(self):
        super().__init__(403, "This form did not come from this page: open the page anew.")


def person_of(request: Request, people: People) -> Person | None:
    """Who asks."""
    token = request.cookies.get(COOKIE, "")
    return people.of_session(token) if token else None


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, each once. What is larger than any form of ours is refused before it is read."""
    try:
        if int(request.headers.get("content-length") or 0) > BODY_MAX:
            raise HTTPException(413)
    except ValueError:
        raise HTTPException(400) from None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_MAX:
            raise HTTPException(413)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        raise HTTPException(400) from None
    return {name: values[-1] for name, values in fields.items()}


def check_origin(request: Request) -> None:
    """A form that another site sends says so in its Origin."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Forgery()
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forgery()


def check_form(request: Request, person: Person, form: dict[str, str]) -> None:
    """The session's own token has to be in the form."""
    check_origin(request)
    if not hmac.compare_digest(form.get("csrf", "").encode(), person.csrf.encode()):
        raise Forgery()


class SecureHeaders:
    """Middleware: the same headers on every answer."""

    def __init__(self, app, tls: bool = False):
        self.app = app
        extra = dict(HEADERS)
        if tls:
            extra["Strict-Transport-Security"] = "max-age=31536000"
        self.extra = [(name.lower().encode(), value.encode()) for name, value in extra.items()]

    async def __call__(self, scope, receive, send) -> None:
        """One request."""
        async def with_headers(message) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _value in message["headers"]}
                message["headers"] = [*message["headers"], *[(n, v) for n, v in self.extra if n not in there]]
            await send(message)
        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
