"""A signed order through the gateway: pasted into the page, over the simulated Modbus line, judged by the unit alone."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest

from doubles.signed_unit import ENTRY
from wellhearth.storage import record
from whtools.device import signing
from whtools.gateway.nodes.hub import Order
from whtools.gateway.nodes.modbus import Unit
from whtools.gateway.nodes.simulated import World

DAY_ZERO = datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc).timestamp()


@pytest.fixture
def world():
    """Its unit has keys."""
    made = World(rooms=2, paced=False)
    text = json.dumps({key: ENTRY[key] for key in ("id", "owner", "unit", "operator", "installer")}).encode()
    record.write_file(str(Path(made.rig.firmware.folder) / "secret.json"), text, record.head(text, 1))
    yield made
    made.end()


@pytest.fixture
def keys(world, site, monkeypatch):
    """The hub's thread is this one; a wait of the gateway is time in the world."""
    site.hub.signed = lambda node, text, timeout_s=0: site.hub.carry_out(Order(node, "", 0, "", text))
    monkeypatch.setattr("whtools.gateway.nodes.modbus.time.sleep", world.run)


def sign(world, value=9000, counter=1, **entry):
    until_s = int(world.clock.wall() - DAY_ZERO) + 3600
    return signing.text_of({**ENTRY, **entry}, "operator", counter, until_s, "node.peak_w", value)


def peak_w(site) -> int:
    (node,) = site.hub.nodes().values()
    node.read(everything=True)
    return node.value("node.peak_w")


def said(answer) -> str:
    return re.search(r'role="status">([^<]+)<', answer.text)[1]


def test_an_operator_pastes_a_signed_order_and_the_unit_takes_it_once(world, site, keys, visit):
    page, text = visit("wang"), sign(world)
    assert "textarea" in page.get("/signed").text
    assert said(page.post("/signed", text=f"  {text}\n")) == "The unit took it."
    assert peak_w(site) == 9000
    world.run(2)
    assert "was given before" in said(page.post("/signed", text=text))
    world.run(2)
    assert "签名不符" in said(visit("chen", "zh").post("/signed", text=sign(world, 1, 2, operator="00" * 32)))
    world.run(2)
    other = page.post("/signed", text=sign(world, 1, 3, id="000000000000"))
    assert said(other) == "Not taken: No controller here is unit 000000000000."
    assert "no signed order" in said(page.post("/signed", text="open the door"))
    assert peak_w(site) == 9000


def test_a_resident_has_no_such_page_and_a_forged_form_is_refused(world, site, keys, visit):
    assert visit("li").get("/signed").status_code == 403 and visit("li").post("/signed", text=sign(world)).status_code == 403
    assert visit("wang").post("/signed", csrf="x", text=sign(world)).status_code == 403
    assert visit().client.post("/signed", data={"text": sign(world)}).status_code in (303, 403)
    assert peak_w(site) == 0


def test_an_answer_that_is_lost_is_not_asked_for_by_giving_the_order_again(world, site, keys, monkeypatch):
    (node,) = site.hub.nodes().values()
    assert isinstance(node.transport, Unit)
    ask, given = world.ask, []

    def lossy(request, timeout_s):
        answer = ask(request, timeout_s)
        if request.function_code == 21:
            given.append(request)
            from whtools.gateway.nodes import Silent
            raise Silent("lost")
        return answer
    monkeypatch.setattr(world, "ask", lossy)
    assert site.hub.signed(node.key, sign(world)) is None and len(given) == 1
    assert peak_w(site) == 9000
