"""A real Chromium on the page of two plants, whose nodes are the firmware's own behind a prompt, at four times real time.

WELLHEARTH_PICTURES=1 writes the README's pictures to tools/pictures/.
"""

from __future__ import annotations

import threading
import time

import pytest

from doubles.networked import free_port
from doubles.plant_line import PlantClock, plant_way
from whtools.gateway import run

from .conftest import PASSWORD
from .test_chromium import CHROMIUM, DRIVER, LIVE_S, browser, picture, wait

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Debian's chromium and chromium-driver are not installed")
KINDS = {"desktop-en": ("en-GB", False), "phone-en": ("en-GB", True), "desktop-zh": ("zh-CN", False),
         "phone-zh": ("zh-CN", True)}


@pytest.fixture(scope="module")
def plants(tmp_path_factory):
    """(address, ways, site): the hub, the page and the plants' time, each in its thread."""
    ways = [plant_way("plant-1", 6, 4, speed=4, need_kw=420),
            plant_way("phase-2", 2, 2, speed=4, need_kw=120)]
    for way in ways:
        way.run(900)
    port = free_port()
    database = tmp_path_factory.mktemp("plants") / "gateway.db"
    site = run.site_for(ways, str(database), PlantClock(ways[0].plant), 1.0, False, 8 * 3600)
    site.people.join(site.people.invite("operator", []), "wang", PASSWORD)
    servers: list = []
    thread = threading.Thread(target=run.serve, args=(site, "127.0.0.1", port, None, None, servers), daemon=True)
    for way in ways:
        way.go()
    thread.start()
    wait(lambda: servers and servers[0].started, 20)
    yield f"http://127.0.0.1:{port}", ways, site
    servers[0].should_exit = True
    thread.join(20)
    for way in ways:
        way.end()


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def window(request, plants):
    driver = browser(*request.param)
    try:
        driver.get(plants[0])
        driver.find_element("name", "name").send_keys("wang")
        driver.find_element("name", "password").send_keys(PASSWORD)
        driver.find_element("css selector", "main button").click()
        wait(lambda: driver.find_elements("css selector", "nav a[href='/plant']"), 30)
        driver.get(plants[0] + "/plant")
        driver.kind = request.node.callspec.id
        yield driver
    finally:
        driver.quit()


def of(driver, key, kind="td"):
    return driver.find_element("css selector", f"{kind}[data-v='plant-1--{key}']").text


def test_it_is_whole_and_live_and_takes_orders(window, plants):
    _address, ways, site = plants
    body = window.find_element("tag name", "body").text
    assert ("水井" in body) == ("zh" in window.kind) and ("Wells" in body) == ("en" in window.kind)
    assert window.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    shown = [one for one in window.find_elements("css selector", "#plant-1 svg.plant") if one.is_displayed()]
    assert len(shown) == 1 and ("down" in shown[0].get_attribute("class")) == ("phone" in window.kind)
    assert len(shown[0].find_elements("css selector", "g.part")) == len(shown[0].find_elements("css selector", "rect")) == 16
    window.execute_script("arguments[0].scrollIntoView()", window.find_element("css selector", "#plant-1"))
    picture(window, f"plant-{window.kind}")
    device = ways[0].plant.device("source2")
    before = device.says["supply_mc"]
    try:
        device.says["supply_mc"] = before + 700
        wait(lambda: site.hub.nodes()["plant-1"].value("source2.supply_mc") == before + 700, 20)
        begin = time.monotonic()
        wait(lambda: of(window, "source2.supply_mc") == f"{(before + 700) / 1000:.1f}", LIVE_S)
        drawn = shown[0].find_element("css selector", "tspan[data-v='plant-1--source2.supply_mc']").text
        assert drawn == f"{(before + 700) / 1000:.1f}" and time.monotonic() - begin <= LIVE_S
    finally:
        device.says["supply_mc"] = before
    order(window, "power_limit_kw", "-7")
    told = said(window)
    assert "-7" in told and ("allowed is 0 to 100000" in told) == ("en" in window.kind)
    order(window, "supply_trim_mk", "0.5")
    wait(lambda: ways[0].plant.p("plant.supply_trim_mk") == 500, LIVE_S * 5)
    order(window, "supply_trim_mk", "0")
    wait(lambda: ways[0].plant.p("plant.supply_trim_mk") == 0, LIVE_S * 5)
    assert window.current_url.endswith("/plant"), "without a new page"
    refused = [line for line in window.get_log("browser") if line["level"] == "SEVERE"]
    assert not refused, "the console is clean, the content policy holds"


def test_a_work_order_is_written_and_closed(window, plants):
    address, _ways, site = plants
    number = site.work.by_hand("wang", "plant-1", f"paint the door ({window.kind})")
    window.get(address + "/work")
    assert window.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    body = window.find_element("tag name", "body").text
    assert ("工单" in body) == ("zh" in window.kind) and "paint the door" in body
    box = window.find_element("id", f"order-{number}")
    box.find_element("name", "text").send_keys("green paint, two coats")
    box.find_element("name", "done").click()
    wait(lambda: not window.find_elements("id", f"order-{number}"), 10)
    assert "green paint, two coats" in window.find_element("tag name", "body").text
    picture(window, f"work-{window.kind}")


def order(window, point, value):
    form = next(one for one in window.find_elements("css selector", "#plant-1 form.order")
                if one.find_element("name", "point").get_attribute("value") == point)
    field = form.find_element("name", "value")
    field.clear()
    field.send_keys(value)
    form.find_element("css selector", "button").click()


def said(window):
    box = window.find_element("css selector", "#plant-1 .said")
    wait(lambda: box.text, LIVE_S * 5)
    return box.text
