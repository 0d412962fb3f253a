"""A real Chromium (Debian's) on a real gateway process: turns a room up, and the simulated room's target follows.

The pictures that it takes are the README's: WELLHEARTH_PICTURES=1 writes them to tools/pictures/.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from doubles.houses import ROOT
from doubles.networked import free_port

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Debian's chromium and chromium-driver are not installed")
PICTURES = ROOT / "tools" / "pictures"
PICTURE_MAX = 150_000
BEGIN_S = 120  # until the demo's page is there, on a busy computer
LIVE_S = 2.0  # of real time, beyond the demo's polling


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """(address, password) of a demo gateway, one process as `make demo` starts it."""
    port, log = free_port(), tmp_path_factory.mktemp("demo") / "log"
    command = [sys.executable, "-m", "whtools", "gateway", "--demo", "--http", str(port), "--speed", "4", "--rooms", "4"]
    with open(log, "w") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + BEGIN_S
        while "the page is at" not in log.read_text():
            assert process.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", re.search(r"password (\S+)\)", log.read_text())[1]
    finally:
        process.terminate()
        process.wait(20)


def browser(lang: str, phone: bool):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                 f"--accept-lang={lang}", f"--lang={lang}"):
        options.add_argument(word)
    options.add_experimental_option("prefs", {"intl.accept_languages": lang})
    if phone:
        phone_is = {"width": 390, "height": 844, "pixelRatio": 1.0}
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": phone_is})
    else:
        options.add_argument("--window-size=1280,900")
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_page_load_timeout(60)
    return driver


@pytest.fixture(params=[("en-GB", False), ("en-GB", True), ("zh-CN", False), ("zh-CN", True)],
                ids=["desktop-en", "phone-en", "desktop-zh", "phone-zh"])
def window(request, demo):
    driver = browser(*request.param)
    try:
        address, password = demo
        driver.get(address)
        driver.find_element("name", "name").send_keys("demo")
        driver.find_element("name", "password").send_keys(password)
        driver.find_element("css selector", "main button").click()
        wait(lambda: driver.find_elements("css selector", ".card"), 30)
        driver.kind = request.node.callspec.id
        yield driver
    finally:
        driver.quit()


def wait(what, seconds):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def target(driver) -> float:
    return float(driver.find_element("css selector", ".card [data-of=target]").text)


def picture(driver, name: str) -> None:
    """Into tools/pictures where it is wanted; small in any case."""
    data = driver.get_screenshot_as_png()
    if os.environ.get("WELLHEARTH_PICTURES"):
        from PIL import Image

        path = PICTURES / f"{name}.png"
        path.write_bytes(data)
        Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)
        data = path.read_bytes()
    assert 5000 < len(data) < PICTURE_MAX * 3


def test_a_room_is_turned_up_and_follows(window):
    before, url = target(window), window.current_url
    text = window.find_element("tag name", "body").text
    assert ("目标" in text) == ("zh" in window.kind) and ("Target" in text) == ("en" in window.kind)
    button = window.find_element("css selector", ".card button[name=step][value='500']")
    button.click()
    wait(lambda: target(window) == before + 0.5, LIVE_S * 10)
    assert window.current_url == url, "without a new page"
    assert window.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    picture(window, f"page-{window.kind}")
    window.find_element("css selector", ".card button[name=step][value='-500']").click()
    wait(lambda: target(window) == before, LIVE_S * 10)


def test_the_figures_move_by_themselves(window):
    first = window.find_element("css selector", ".well dl").text
    wait(lambda: window.find_element("css selector", ".well dl").text != first, 60)
    errors = [line for line in window.get_log("browser") if line["level"] == "SEVERE"]
    assert not errors, "the console is clean, the content policy holds"


def test_trends_are_drawn(window):
    window.get(window.current_url.rstrip("/") + "/trends?span=day")
    assert len(window.find_elements("css selector", "svg path.curve")) >= 6
    picture(window, f"trends-{window.kind}")


