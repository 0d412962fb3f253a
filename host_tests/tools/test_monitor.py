"""`wellhearth monitor` on a simulated house: 80x24, keys, mouse, orders, trips with reset, journal, trends, tongues."""

from __future__ import annotations

import asyncio
import re
import threading

import pytest
from rich.cells import cell_len
from textual.widgets import Sparkline, Static, TabbedContent

from harness import faults
from harness import prompt as prompts
from wellhearth.tables import causes
from whtools import cli, words
from whtools.device import journal
from whtools.gateway.nodes import Hub
from whtools.gateway.nodes import prompt as prompt_way
from whtools.gateway.nodes.hub import Order
from whtools.gateway.nodes.simulated import World
from whtools.monitor import app, trends, views
from whtools.monitor.app import Monitor, Table

SIZE = (80, 24)


@pytest.fixture(scope="module")
def world():
    made = World(rooms=6, paced=False)
    yield made
    made.end()


@pytest.fixture
def hub(world):
    """A hub whose rounds come from a thread of the test: a second of the world each, and little of this machine."""
    made = Hub([world], world.clock)
    ended = threading.Event()

    def rounds():
        while not ended.wait(0.15):
            world.run(2)
            made.turn()
    made.turn()
    thread = threading.Thread(target=rounds, daemon=True)
    thread.start()
    yield made
    ended.set()
    thread.join()


def run(hub, act, lang="en"):
    async def go():
        monitor = Monitor(hub, lang)
        async with monitor.run_test(size=SIZE, notifications=True) as pilot:
            await until(pilot, lambda: monitor.query_one("#rooms", Table).row_count == 6)
            await act(monitor, pilot)
    asyncio.run(go())


async def until(pilot, what, seconds=10.0):
    for _ in range(int(seconds / 0.05)):
        if what():
            return
        await pilot.pause(0.05)
    raise AssertionError("it did not come")


def lines(monitor):
    """The screen as text, 24 lines of 80."""
    return ["".join(segment.text for segment in strip) for strip in monitor.screen._compositor.render_strips()]


def test_a_house_of_six_rooms_is_complete_on_80x24(hub, world):
    async def act(monitor, pilot):
        await until(pilot, lambda: "simulator unit 1" in lines(monitor)[0])
        await until(pilot, lambda: "quit" in lines(monitor)[-1] and "no trips" in lines(monitor)[-2])
        # Its sensors have been read: a room's line has its temperature beside its target.
        await until(pilot, lambda: all(len(re.findall(r"\d\.\d", line)) > 1 for line in lines(monitor) if " heat " in line))
        screen = lines(monitor)
        assert len(screen) == 24 and all(cell_len(line) == 80 for line in screen)
        text = "\n".join(screen)
        for room in range(1, 7):
            (row,) = [line for line in screen if f"room{room} " in line and "heat" in line]
            assert "20.0" in row
            shown = [float(word) for word in re.findall(r"\d+\.\d+", row.replace("20.0", "", 1))]
            now = world.rig.points()[f"room{room}.room_mc"] / 1000  # the house goes on while the screen is read
            assert any(abs(value - now) < 0.5 for value in shown), (row, now)
        assert "lifted m³" in text and "flow L/h" in text and "why" in text
    run(hub, act)


def test_plus_is_one_order_and_the_room_follows(hub, world):
    async def act(monitor, pilot):
        await pilot.press("down", "plus", "plus", "plus")
        assert ">21.5" in "\n".join(lines(monitor))
        before = world.rig.points()["node.commands"]
        await until(pilot, lambda: world.rig.points()["room2.setpoint_mc"] == 21500)
        assert world.rig.points()["node.commands"] == before + 1, "one order"
        await pilot.press("minus")
        await until(pilot, lambda: world.rig.points()["room2.setpoint_mc"] == 21000)
        await pilot.press("m")
        await until(pilot, lambda: world.rig.points()["room2.mode"] == 2)
        await pilot.press("b")
        await until(pilot, lambda: world.rig.points()["room2.boost_min"] > 0)
        assert world.rig.points()["room1.setpoint_mc"] == 20000 and world.rig.points()["room1.mode"] == 1
    run(hub, act)


def test_pages_by_key_and_by_mouse(hub):
    async def act(monitor, pilot):
        pages = monitor.query_one(TabbedContent)
        await pilot.press("5")
        await until(pilot, lambda: pages.active == "points" and monitor.query_one("#values", Table).row_count > 20)
        first = monitor.block
        await pilot.press("k")
        assert monitor.block != first and "demand_w" in "\n".join(lines(monitor))
        await pilot.press("2")
        await until(pilot, lambda: len(monitor.query_one("#line0", Sparkline).data or ()) > 1, 20)
        caption = str(monitor.query_one("#caption0", Static).render())
        assert caption.startswith("room1.room_mc degC") and "now" in caption
        await pilot.click("#--content-tab-journal")
        await until(pilot, lambda: pages.active == "journal")
        await pilot.press("1")
        assert pages.active == "house"
        await pilot.click("#rooms", offset=(4, 4))
        assert monitor.room() == "room4"
    run(hub, act)


def test_trips_are_shown_with_the_reason_and_a_reset_is_refused_over_a_bus(hub, world):
    async def act(monitor, pilot):
        with world.lock:
            faults.change(world.rig, "sensor_open", "room1", None, False)
        world.run(60)
        try:
            await until(pilot, lambda: any(t.cause == "room_sensor" for n in hub.nodes().values() for t in n.trips()), 20)
            await until(pilot, lambda: "room temperature sensor invalid" in "\n".join(lines(monitor)))
            await pilot.press("3")
            await until(pilot, lambda: monitor.query_one("#triplist", Table).row_count >= 1)
            await pilot.press("r")
            await until(pilot, lambda: "nothing is locked out" in "\n".join(lines(monitor)))
            await pilot.press("4")
            await until(pilot, lambda: "protection tripped" in "\n".join(lines(monitor)))
        finally:
            with world.lock:
                faults.change(world.rig, "sensor_open", "room1", None, True)
        (node,) = hub.nodes().values()
        monitor.answered("room1.reset_trip", hub.order(node.key, "room1.reset_trip", 0, "x"))
        await until(pilot, lambda: "not for the bus" in " ".join("\n".join(lines(monitor)).split()))
    run(hub, act)


def test_chinese(hub):
    async def act(monitor, pilot):
        text = "\n".join(lines(monitor))
        assert "全屋" in text and "房间" in text and "压缩机" in text
        await pilot.press("l")
        await until(pilot, lambda: "House" in "\n".join(lines(monitor)))
        await until(pilot, lambda: monitor.query_one("#rooms", Table).row_count == 6)
    run(hub, act, "zh")


def test_a_way_that_is_not_there_is_said(hub, world):
    async def act(monitor, pilot):
        world.unplugged = True
        try:
            await until(pilot, lambda: "does not answer" in lines(monitor)[0], 30)
            await pilot.press("plus")
            await until(pilot, lambda: "refused" in "\n".join(lines(monitor)))
        finally:
            world.unplugged = False
        await until(pilot, lambda: "does not answer" not in lines(monitor)[0], 30)
    run(hub, act)


@pytest.mark.long
def test_without_any_node_the_screen_says_what_is_wrong():
    class Nowhere:
        name = "/dev/ttyX"

        def open(self):
            from whtools.gateway.nodes import Silent
            raise Silent("/dev/ttyX cannot be opened; is the adapter plugged in?")

        def close(self):
            """Nothing."""

    async def go():
        hub = Hub([Nowhere()]).start()
        monitor = Monitor(hub)
        async with monitor.run_test(size=SIZE, notifications=True) as pilot:
            await until(pilot, lambda: "plugged in?" in lines(monitor)[0])
            await pilot.press("plus", "minus", "m", "b", "r", "n", "k", "2", "3", "4", "5", "1")
        hub.stop()
    asyncio.run(go())


# -- without a screen --

def test_a_lockout_s_row_finds_its_order(hub, world):
    (node,) = hub.nodes().values()
    world.unplugged = True  # the hub leaves its values alone
    with node.lock:
        saved = dict(node.values)
        node.values["room1.trips"] = node.values["room1.trips"]._replace(value=1 << causes.bit("leaving_sensor"))
        node.values["room1.lockouts"] = node.values["room1.lockouts"]._replace(value=1 << causes.bit("freeze") | 1 << 29)
    book = words.load("en")
    rows = views.trip_rows(node, book)
    assert rows["room1.freeze"][2] == "yes" and rows["room1.leaving_sensor"][2] == ""
    assert views.reset_of(node, "room1.freeze") == ("room1.reset_trip", causes.bit("freeze"))
    assert views.reset_of(node, "room1.29") == ("room1.reset_trip", 29), "a row of a newer firmware"
    assert views.reset_of(node, "room1.leaving_sensor") is None
    node.values = saved
    world.unplugged = False


def test_every_word_is_there_in_both_tongues():
    assert views.SAID["en"].keys() == views.SAID["zh"].keys()
    assert set(app.PAGES) <= views.SAID["en"].keys()
    assert trends.KEPT * trends.EVERY_S == 900


@pytest.mark.parametrize(("arguments", "words"), [
    (["monitor", "--simulate"], "wants a terminal"), (["monitor", "--simulate", "--modbus", "x"], "not allowed with"),
    (["monitor", "--simulate", "--speed", "0", "--picture", "x.svg"], "wanted 0.1 to 1000"),
    (["monitor", "--rooms", "9"], "invalid choice")])
def test_what_cannot_be_is_said(arguments, words, capsys):
    with pytest.raises(SystemExit) as end:
        raise SystemExit(cli.main(arguments))
    assert end.value.code == 2 and words in capsys.readouterr().err


class Cable:
    """A board's cable into the simulated house."""

    name = "cable"

    def __init__(self, rig):
        self.transport = prompt_way.Prompt(prompts.Prompt(rig), "cable")

    def open(self):
        """It is in."""

    def close(self):
        """It stays."""

    def units(self):
        return [self.transport]

    def found(self, transport):
        """There is only one."""


def test_over_the_prompt_a_lockout_is_reset_and_the_journal_is_the_node_s_own():
    world = World(rooms=1, paced=False)
    hub = Hub([Cable(world.rig)], world.clock)
    faults.change(world.rig, "relay_welded", "room1_compressor", None, False)
    world.run(900)
    faults.change(world.rig, "relay_welded", "room1_compressor", None, True)
    world.run(60)
    hub.turn()
    (node,) = hub.nodes().values()
    key = next(key for key in views.trip_rows(node, words.load("en")) if views.reset_of(node, key))
    path, value = views.reset_of(node, key) or ("", 0)
    why = hub.carry_out(Order(node.key, path, value, "monitor"))
    world.run(60)
    hub.turn()
    assert why is None and views.reset_of(node, key) is None, why
    node.reads = 1
    node.read_journal()
    events = {entry.event for entry in node.journal()}
    assert {"boot", "lockout"} <= events
    assert any("locked" in line or "latched" in line for *_, line, _who in
               views.journal_rows(node, words.load("en"), journal.Zone()).values())
    world.end()
