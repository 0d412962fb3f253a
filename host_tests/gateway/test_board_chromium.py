"""The board's own page in a real Chromium, phone size, both languages, served by the sitl board's MicroPython in real time.

The pictures are the README's: WELLHEARTH_PICTURES=1 writes them to tools/pictures/.
"""

from __future__ import annotations

import base64
import os
import socket
import struct
import threading
import time
import urllib.error
import urllib.request

import pytest

from doubles.networked import Board, free_port
from whtools.device import boardpage, network

from .test_chromium import CHROMIUM, DRIVER, PICTURE_MAX, PICTURES, browser, wait

PIN = "482915"


@pytest.fixture
def board():
    port = free_port()
    with Board({"page_port": port}, network.pin_of(lambda _what: PIN), {"page.gz": boardpage.page()},
               warm_s=1500 if os.environ.get("WELLHEARTH_PICTURES") else 0) as made:
        made.url = f"http://127.0.0.1:{port}"
        made.port = port
        wait(lambda: made.point("node.utc_day") > 0, 10)
        yield made


def fetch(url, data=None, **headers):
    """(status, body)."""
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as e:
        return e.code, e.read()


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Debian's chromium and chromium-driver are not installed")
@pytest.mark.parametrize("lang", ["en-GB", "zh-CN"])
def test_a_phone_sees_its_rooms_and_turns_one_up_with_the_pin(board, lang):
    history(board)
    driver = browser(lang, True)
    try:
        begin = time.monotonic()
        driver.get(board.url)
        wait(lambda: len(driver.find_elements("css selector", "button.step")) == 4, 10)
        print(f"\nfirst page with its rooms, {lang}: {time.monotonic() - begin:.2f} s")
        first_s = driver.execute_script("return performance.getEntriesByType('navigation')[0].responseEnd") / 1000
        assert first_s < 1.0, "the first page under a second"
        text = driver.find_element("tag name", "body").text
        assert ("Alarms" if lang == "en-GB" else "报警") in text and ("24 hours" if lang == "en-GB" else "24 小时") in text
        wait(lambda: driver.find_elements("css selector", "svg path"), 10)
        assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling"
        driver.find_elements("css selector", "button[data-room=room1]")[1].click()
        driver.find_elements("css selector", "button[data-room=room1]")[1].click()
        wait(lambda: driver.find_element("id", "ask").get_attribute("open"), 10)
        driver.find_element("id", "pin").send_keys(PIN)
        driver.find_element("id", "yes").click()
        board.wait("room1.setpoint_mc", 21000, 15)
        wait(lambda: "21.0" in driver.find_element("css selector", ".goal").text, 10)
        assert driver.find_element("id", "say").text == ""
        if os.environ.get("WELLHEARTH_PICTURES"):
            picture(driver, "board-page-" + lang[:2])
    finally:
        driver.quit()


def history(board):
    """A day of rows of ten minutes on its flash, up to now."""
    from wellhearth.storage import history as rows
    now = board.point("node.utc_day") * 8640 + board.point("node.utc_s") // 10
    here = os.getcwd()
    os.chdir(board.rig.folder)
    try:
        for i in range(144):
            air = [1850 + min(150, 3 * i) + 8 * (i % 5), 1900 + (40 if 40 < i < 90 else 0) + 7 * (i % 7)]
            rows.append((2, now - 60 * (143 - i), 600, 0, 0, 1500, 1200, *[0] * 9, *air, *[-32768] * 6), rows.TEN)
    finally:
        os.chdir(here)


def picture(driver, name):
    path = PICTURES / f"{name}.png"
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
    path.write_bytes(base64.b64decode(shot["data"]))
    assert path.stat().st_size < PICTURE_MAX


def test_brute_force_over_the_wire_is_locked_out(board):
    codes = [fetch(board.url + "/api/pin", b"%06d" % i)[0] for i in range(6)]
    assert codes == [403] * 3 + [429] * 3
    assert fetch(board.url + "/api/pin", PIN.encode())[0] == 429 and board.wait("radio.wrong_pins", 3) < 5


@pytest.mark.long
def test_attacks_are_refused_and_the_scan_is_on_time(board):
    """Slow loris, long heads, bad UTF-8, path traversal, floods: each refused, lateness measured beside it."""
    quiet = board.lateness(10)
    ended = threading.Event()

    def each(attack, pause_s):
        while not ended.is_set():
            try:
                with socket.create_connection(("127.0.0.1", board.port), 2) as s:
                    attack(s)
            except OSError:
                pass
            time.sleep(pause_s)

    def loris(s):
        for c in b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 100:
            s.sendall(bytes([c]))
            time.sleep(0.2)

    def long_head(s):
        s.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000)
        s.recv(100)

    def rubbish(s):
        s.sendall(os.urandom(500))
        s.recv(100)

    def reset(s):
        s.sendall(b"GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    threads = [threading.Thread(target=each, args=pair, daemon=True)
               for pair in ((loris, 0), (loris, 0), (loris, 0), (loris, 0), (long_head, 0.02), (rubbish, 0.02), (reset,
                                                                                                                 0.01))]
    for thread in threads:
        thread.start()
    attacked = board.lateness(20)
    answered = sum(fetch_or_none(board.url + "/api/state") for _ in range(20))
    ended.set()
    print(f"\nquiet (median, p99, worst ms; scans) {quiet}\nattacked {attacked}; answered beside it {answered} of 20")
    assert attacked[1] < 50 and attacked[2] < 100 and board.rig.resets == 1 and board.point("node.scan_faults") == 0
    time.sleep(6)
    assert fetch(board.url + "/api/state")[0] == 200 and fetch(board.url + "/../secret.json")[0] == 404
    assert fetch(board.url + "/api/state", Host="evil.example")[0] == 403


def fetch_or_none(url) -> int:
    """1 when it was answered."""
    try:
        return int(fetch(url)[0] == 200)
    except OSError:
        return 0
