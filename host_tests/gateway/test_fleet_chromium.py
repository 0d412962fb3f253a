"""A real Chromium on the fleet's page: houses worst first, one against its neighbours, an alarm taken; phone and desktop.

WELLHEARTH_PICTURES=1 writes pictures to tools/pictures/.
"""

from __future__ import annotations

import json
import threading
import time

import pytest
import uvicorn

from doubles.networked import free_port
from plant import fleet
from whtools.gateway import fleet_run
from whtools.gateway.alarms import Person
from whtools.gateway.fleet.alarms import FleetAlarms
from whtools.gateway.fleet.subscriber import Settings
from whtools.gateway.page import app

from .conftest import PASSWORD
from .test_chromium import CHROMIUM, DRIVER, browser, picture, wait
from .test_fleet import DAY, fill

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Debian's chromium and chromium-driver are not installed")
KINDS = {"desktop-en": ("en-GB", False), "phone-en": ("en-GB", True), "desktop-zh": ("zh-CN", False),
         "phone-zh": ("zh-CN", True)}
HOUSES = 30


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """(address, site): thirty houses with a season behind them, the alarms' thread and the page's."""
    site = fleet_run.site_for(Settings(), str(tmp_path_factory.mktemp("fleet") / "fleet.db"), 0)
    fill(site, fleet.season(11, HOUSES), DAY)
    site.fleet.judge(DAY)
    site.fleet.subscriber.deaf = False
    site.people.join(site.people.invite("operator", []), "wang", PASSWORD)
    site.fleet.alarms = FleetAlarms(site.fleet, site.hub, [Person("li", ["json://x"])], send=lambda *_letter: True).start()
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app.make(site), "127.0.0.1", port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait(lambda: server.started, 20)
    yield f"http://127.0.0.1:{port}", site
    server.should_exit = True
    thread.join(20)
    site.fleet.alarms.stop()


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def window(request, served):
    driver = browser(*request.param)
    try:
        driver.get(served[0])
        driver.find_element("name", "name").send_keys("wang")
        driver.find_element("name", "password").send_keys(PASSWORD)
        driver.find_element("css selector", "main button").click()
        wait(lambda: driver.find_elements("css selector", "table a"), 30)
        driver.kind = request.node.callspec.id
        yield driver
    finally:
        driver.quit()


def fits(window) -> bool:
    return window.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")


def say(site, house, **said):
    site.fleet.subscriber.take(f"wellhearth/{house}/wh-1/well", json.dumps({"faults": [], "lockouts": []} | said).encode(),
                               False, time.time())


def test_the_worst_house_leads_to_its_reason(window, served):
    _address, site = served
    links = [one.text for one in window.find_elements("css selector", "table a")]
    assert len(links) == HOUSES and set(links[:len(site.fleet.found)]) == set(site.fleet.found)
    body = window.find_element("tag name", "body").text
    assert ("房屋列表" in body) == ("zh" in window.kind) and ("Houses, worst first" in body) == ("en" in window.kind)
    assert fits(window), "nothing sticks out"
    picture(window, f"fleet-{window.kind}")
    window.find_element("link text", links[0]).click()
    wait(lambda: window.find_elements("css selector", "h1") and window.find_element("tag name", "h1").text == links[0], 20)
    assert len(window.find_elements("css selector", "svg path.curve")) >= 10 and fits(window)
    errors = [line for line in window.get_log("browser") if line["level"] == "SEVERE"]
    assert not errors, "the console is clean, the content policy holds"


def test_a_lockout_goes_to_the_top_and_somebody_takes_it(window, served):
    address, site = served
    worst_last = [one.text for one in window.find_elements("css selector", "table a")][-1]
    say(site, worst_last, faults=["leak"], lockouts=["leak"])
    try:
        window.refresh()
        first = window.find_elements("css selector", "table tr")[1]
        assert first.find_element("tag name", "a").text == worst_last
        assert len(first.find_elements("css selector", "p.alarm")) == 1
        wait(lambda: any(one.node == f"{worst_last}/wh-1" for one in site.fleet.alarms.active()), 10)
        window.find_element("css selector", "nav a[href='/alarms']").click()
        wait(lambda: window.find_elements("css selector", "main form button"), 20)
        assert worst_last in window.find_element("css selector", "p.alarm").text and fits(window)
        window.find_element("css selector", "main form button").click()
        wait(lambda: not window.find_elements("css selector", "main form button"), 20)
        assert window.current_url == address + "/alarms" and "wang@page" in window.find_element("tag name", "body").text
    finally:
        say(site, worst_last)
        wait(lambda: not site.fleet.alarms.active(), 15)
        site.fleet.alarms.book.alarms.clear()
