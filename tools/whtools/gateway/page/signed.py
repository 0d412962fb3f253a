"""Signed orders that somebody brings: the page passes them on as they are. It has no key and signs nothing.

An operator or installer signs on his own device (`wellhearth order`) and pastes the line here; the unit judges it.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from wellhearth.storage import signed_order

from ... import words
from ..accounts.people import Person
from . import language
from .app import language_of, member, peer_of, render, site_of


@member("operator", "installer")
def page(request: Request, person: Person, form: dict[str, str]) -> Response:
    """The form."""
    return render(request, "signed.html", person, said="", taken=False)


@member("operator", "installer")
def give(request: Request, person: Person, form: dict[str, str]) -> Response:
    """To the unit whose id stands in the text."""
    site, say = site_of(request), language.translator(language_of(request))
    if site.orders.full(str(person.id)):
        raise HTTPException(429, "Too many presses: wait a minute.")
    site.orders.count(str(person.id))
    order = signed_order.SignedOrder(" ".join(form.get("text", "").split()))
    node = next((node for node in site.hub.nodes().values() if order.whole and node.identity.serial == order.unit), None)
    if not order.whole:
        why = words.load("en").of("refusal", "form")
    elif node is None:
        why = say("No controller here is unit {unit}.", unit=order.unit)
    else:
        why = site.hub.signed(node.key, order.text)
    outcome = "taken" if why is None else why
    site.people.note(person.name, peer_of(request), "signed order", f"{order.unit} {order.point}={order.value} {outcome}")
    said = say("The unit took it.") if why is None else say(
        "Not taken: {why}", why=words.load(language_of(request)).refusal(why))
    return render(request, "signed.html", person, said=said, taken=why is None)
