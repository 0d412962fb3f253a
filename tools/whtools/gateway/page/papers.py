"""Papers to take away: reports made of the history, and the water statements that the operator's host has signed.

The gateway signs nothing: it holds no key. A statement is a file that `wellhearth statement` wrote into the folder of papers
(with its PDF beside it); what is there is handed out as it is, and anybody verifies it with `wellhearth verify-statement`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...papers import report as papers
from ..accounts.people import Person
from ..history import daily
from . import cards, language, views
from .app import Site, language_of, member, peer_of, render, site_of

SPANS = {"month": 31, "season": 150}
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,79}\.(json|pdf)")
MOST = 1 << 20  # a statement of a month has 20 kB


def places(site: Site, person: Person, lang: str) -> tuple[list[daily.Place], list[daily.Place], list[daily.Place]]:
    """Wells, the rooms that this person sees, accounts; a resident has no account: it is the whole house's."""
    names, nodes = site.names(), list(site.hub.nodes().values())
    wells = [daily.Place(node.key, table.name, table.name) for node in nodes for kind in ("well", "well2")
             for table in node.blocks(kind)]
    rooms = [daily.Place(node.key, block, cards.title(names, node, block, lang)) for node, block in cards.rooms(site.hub)
             if person.sees(node.key, block)]
    accounts = [daily.Place(node.key, table.name, "") for node in nodes for table in node.blocks("account")]
    return wells, unique(rooms), accounts


def unique(rooms: list[daily.Place]) -> list[daily.Place]:
    """Two rooms of one name keep apart."""
    titles = [room.title for room in rooms]
    return [room if titles.count(room.title) == 1 else room._replace(title=f"{room.title} ({room.node} {room.block})")
            for room in rooms]


@member()
def report(request: Request, person: Person, form: dict[str, str]) -> Response:
    """household or operator: a page with plots, for a month or a season."""
    site, lang, who = site_of(request), language_of(request), request.path_params["who"]
    if who not in ("household", "operator"):
        raise HTTPException(404, "There is no such file.")
    if who == "operator" and person.role == "resident":
        raise HTTPException(403, "This is not for your role.")
    span = request.query_params.get("span", "month")
    days = SPANS.get(span, SPANS["month"])
    wells, rooms, accounts = places(site, person, lang)
    today = (int(site.clock.wall()) + site.recorder.zone_s) // 86400
    trips = [(when, where, what) for when, where, what, _who in views.journal_rows(site, person, lang, ("trip", "lockout"))]
    own = person.role == "resident"  # whose heat is the room's, not the well's
    found = daily.series(site.engine, ", ".join(room.title for room in rooms) if who == "household" else "",
                         [] if own else wells, rooms, [] if own else accounts, days, today, site.recorder.zone_s, trips)
    if not found.days:
        raise HTTPException(404, "The first day is not over yet.")
    site.people.note(person.name, peer_of(request), "download", f"report {who} {span}")
    return Response(papers.page(found, who, lang), media_type="text/html; charset=utf-8",
                    headers={"Content-Disposition": f'attachment; filename="wellhearth-{who}-{span}.html"'})


def statements(folder: Path | None) -> list[dict]:
    """What lies in the folder of papers, newest month first. A file that is no statement is left out."""
    found = []
    for path in sorted(folder.glob("*.json")) if folder is not None and folder.is_dir() else ():
        if not NAME.fullmatch(path.name) or path.is_symlink() or path.stat().st_size > MOST:
            continue
        try:
            one = json.loads(path.read_bytes())
            row = {"name": path.name, "month": str(one["month"]), "unit": str(one["unit"]), "key": str(one["key"]),
                   "lifted": f"{one['totals']['lifted_l'] / 1000:.1f}",
                   "ratio": "-" if one["totals"]["ratio_pm"] is None else f"{one['totals']['ratio_pm'] / 10:.1f}"}
        except (ValueError, KeyError, TypeError, OSError):
            continue
        row["pdf"] = path.with_suffix(".pdf").name if path.with_suffix(".pdf").is_file() else ""
        found.append(row)
    return sorted(found, key=lambda row: (row["month"], row["unit"]), reverse=True)


@member()
def page(request: Request, person: Person, form: dict[str, str]) -> Response:
    """What there is to take away."""
    say = language.translator(language_of(request))
    kinds = [("household", say("Household"))] + ([] if person.role == "resident" else [("operator", say("Operator"))])
    return render(request, "papers.html", person, kinds=kinds, statements=statements(site_of(request).papers))


@member()
def statement(request: Request, person: Person, form: dict[str, str]) -> Response:
    """A signed statement or its PDF, as it is: the water is everybody's."""
    site, name = site_of(request), request.path_params["name"]
    listed = {name for row in statements(site.papers) for name in (row["name"], row["pdf"]) if name}
    if site.papers is None or name not in listed:
        raise HTTPException(404, "There is no such file.")
    site.people.note(person.name, peer_of(request), "download", name)
    kind = "application/pdf" if name.endswith(".pdf") else "application/json"
    return Response((site.papers / name).read_bytes(), media_type=kind,
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})
