"""The gateway's access layer on a simulated house: reading, orders, wishes that outlive ten minutes, unplugging."""

from __future__ import annotations

import os
import threading
import time

import pytest

from doubles import peers
from harness import prompt as prompts
from harness import scenarios
from whtools.gateway.nodes import Hub, Node, Silent, serialbus, tables
from whtools.gateway.nodes import prompt as prompt_way
from whtools.gateway.nodes.hub import Order
from whtools.gateway.nodes.modbus import Unit
from whtools.gateway.nodes.serialbus import SerialBus
from whtools.gateway.nodes.simulated import World

SETPOINT = "room1.setpoint_mc"


@pytest.fixture
def world():
    made = World(rooms=2, paced=False)
    yield made
    made.end()


@pytest.fixture
def hub(world):
    made = Hub([world], world.clock)
    made.heard = []
    made.subscribe(made.heard.append)
    made.turn()
    return made


def only(hub):
    (node,) = hub.nodes().values()
    return node


def go_on(world, hub, minutes):
    for _ in range(minutes):
        world.run(60)
        hub.turn()


def test_a_node_is_found_and_read_as_the_firmware_has_it(world, hub):
    node = only(hub)
    assert node.rooms() == ["room1", "room2"] and [t.name for t in node.blocks("well")] == ["well"]
    truth = world.rig.points()
    assert node.snapshot().keys() == truth.keys()
    for path in ("room1.room_mc", "room2.setpoint_mc", "well.supply_mc", "node.utc_day", "node.peak_w"):
        assert node.value(path) == truth[path], path
    assert hub.heard[0].news == "found" and len(hub.heard[0].values) == len(truth)
    assert node.age_s("room1.room_mc") == 0 and node.age_s("room9.room_mc") is None
    world.run(7)
    assert node.age_s("room1.room_mc") == pytest.approx(7)


def test_an_older_firmware_has_shorter_blocks(world, monkeypatch):
    unit = Unit(world, world.addresses[0])
    end = tables.block("room", 0).first + 2 * 34  # before `reason` and `wait_s` were there
    asked = Unit.registers
    monkeypatch.setattr(Unit, "registers", lambda self, first, count: None if end < first + count <= 500 else
                        asked(self, first, count))
    node = Node(unit, world.clock)
    assert len(node.tables["room1"].rows) == 34 and node.row("room1.reason") is None
    node.read()
    assert node.reason("room1") is None and node.value(SETPOINT) == 20000


def test_orders_are_taken_or_refused_in_words(world, hub):
    node = only(hub)
    give = lambda path, value: hub.carry_out(Order(node.key, path, value, "li@page"))  # noqa: E731
    assert give(SETPOINT, 21500) is None and world.rig.firmware.board.app.node.rooms[0].p.setpoint_mc == 21500
    assert "allowed is 5000 to 30000" in give(SETPOINT, 31000)
    assert "not for the bus" in give("room1.reset_trip", 0)
    assert "read only" in give("room1.room_mc", 0) and "no point" in give("room1.nonsense", 0)
    assert "does not answer" in hub.carry_out(Order("stranger", SETPOINT, 20000, "li"))
    refused = [give("room2.boost_min", minutes) for minutes in range(1, 40)]
    assert any(why and "too many" in why for why in refused), "the node's own bound on changes"


@pytest.mark.long
def test_a_wish_outlives_ten_minutes_until_the_wall_has_its_word(world, hub):
    node = only(hub)
    assert hub.carry_out(Order(node.key, SETPOINT, 21500, "li")) is None
    go_on(world, hub, 25)
    assert node.value(SETPOINT) == 21500 and len(hub.holds.held) == 1
    assert world.rig.write(SETPOINT, 19000) == ""
    hub.turn()
    assert node.value(SETPOINT) == 19000 and not hub.holds.held
    assert hub.heard[-1].dropped[0].value == 21500
    go_on(world, hub, 12)
    assert node.value(SETPOINT) == 19000


def test_the_wall_wins_even_with_the_value_from_before(world, hub):
    node = only(hub)
    hub.carry_out(Order(node.key, SETPOINT, 21500, "li"))
    go_on(world, hub, 2)
    world.rig.write(SETPOINT, 20000)
    go_on(world, hub, 1)
    assert node.value(SETPOINT) == 20000 and not hub.holds.held


def test_a_wish_withdrawn_expires(world, hub):
    node = only(hub)
    hub.carry_out(Order(node.key, SETPOINT, 21500, "li"))
    assert hub.holds.give_up(node.key, SETPOINT) and not hub.holds.give_up(node.key, SETPOINT)
    go_on(world, hub, 11)
    assert node.value(SETPOINT) == 20000


@pytest.mark.parametrize("how", ["restart", "unplugged for twenty minutes"])
def test_a_wish_is_given_again_after(world, hub, how):
    node = only(hub)
    hub.carry_out(Order(node.key, SETPOINT, 21500, "li"))
    go_on(world, hub, 1)
    if how == "restart":
        world.rig.restart()
    else:
        world.unplugged = True
        go_on(world, hub, 20)
        assert not node.online and hub.heard[-1].news == "away" and "unplugged" in hub.problems["simulator"]
        assert node.value(SETPOINT) == 21500 and node.age_s(SETPOINT) > 1000, "the last value ages"
        assert world.rig.points()[SETPOINT] == 20000, "the node gave it up"
        assert "does not answer" in hub.carry_out(Order(node.key, SETPOINT, 22000, "li"))
        world.unplugged = False
    go_on(world, hub, 2)
    assert node.online and world.rig.points()[SETPOINT] == 21500
    assert hub.problems == {}


def test_what_was_held_outlives_the_gateway(world, hub):
    node = only(hub)
    hub.carry_out(Order(node.key, SETPOINT, 21500, "li"))
    later = Hub([world], world.clock)
    later.holds.load(hub.holds.dump())
    world.run(15 * 60)
    assert world.rig.points()[SETPOINT] == 20000
    later.turn()
    world.run(1)
    assert world.rig.points()[SETPOINT] == 21500
    world.rig.write(SETPOINT, 18000)
    again = Hub([world], world.clock)
    again.holds.load(later.holds.dump())
    again.turn()
    world.run(1)
    assert world.rig.points()[SETPOINT] == 18000, "somebody chose another value meanwhile"


def test_trips_come_as_lines(world, hub):
    from harness import faults

    faults.change(world.rig, "sensor_open", "room1", None, False)
    go_on(world, hub, 3)
    node = only(hub)
    assert [(t.block, t.cause) for t in node.trips()] == [("room1", "room_sensor")]
    assert [(e.event, e.where, e.key) for e in node.journal()] == [("trip", "room1", "room_sensor")]
    faults.change(world.rig, "sensor_open", "room1", None, True)
    go_on(world, hub, 3)
    assert node.journal(after=1)[0].event == "clear" and not node.trips()


def test_a_board_s_prompt_is_a_way_too():
    config = scenarios.house_config(2)
    config["rooms"][0]["setpoint_max_mc"] = 24000
    world = World(config=config, paced=False)
    node = Node(prompt_way.Prompt(prompts.Prompt(world.rig), "simulator"), world.clock)
    node.read()
    assert node.identity.name == "village house" and node.identity.product == "sitl"
    assert node.snapshot().keys() == world.rig.points().keys() and node.value(SETPOINT) == 20000
    assert node.order(SETPOINT, 21000, "li'); boom(\n") is None
    assert "this room allows" in (node.order(SETPOINT, 29500, "li") or "")
    world.run(11 * 60)
    node.read()
    assert node.value(SETPOINT) == 21000, "a resident's order at the prompt does not expire"
    node.reads = 1
    lines = node.read_journal()
    assert [entry.who for entry in lines if entry.event == "accepted"] == ["li?);?boom(?@console"]
    world.end()


def test_a_subscriber_that_fails_takes_nobody_with_it(world, hub):
    hub.subscribe(lambda change: 1 // 0)
    heard = []
    end = hub.subscribe(heard.append)
    world.run(60)
    hub.turn()
    assert heard and "ZeroDivisionError" in hub.problems["subscriber"]
    end()
    world.run(60)
    hub.turn()
    assert len(heard) == 1


def test_the_hub_s_thread_takes_orders_from_others():
    world = World(rooms=1, speed=20)
    hub = Hub([world], world.clock, period_s=2).start()
    try:
        end = time.monotonic() + 10
        while not hub.nodes() and time.monotonic() < end:
            time.sleep(0.02)
        answers = []
        threads = [threading.Thread(target=lambda n=n: answers.append(hub.order(only(hub).key, SETPOINT, 20500 + n, "li")))
                   for n in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [None] * 5 and world.failure is None
    finally:
        hub.stop()
        world.end()


@pytest.fixture(scope="module")
def real_time():
    with peers.room_with_two_lines() as running:
        yield running


def test_a_real_serial_port(real_time, monkeypatch):
    monkeypatch.setattr(serialbus, "LISTEN_S", 0.6)
    bus = SerialBus(real_time.path("bms"), addresses=[9])
    node = Node(Unit(bus, 9))
    node.read()
    assert node.rooms() == ["room1"] and node.value(SETPOINT) == 20000
    assert node.order(SETPOINT, 21500, "li") is None
    with pytest.raises(Silent, match="nobody answers"):
        Unit(bus, 5, True).identify()
    second = SerialBus(real_time.path("bms"), addresses=[9])
    with pytest.raises(Silent, match="cannot be opened"):
        second.open()
    bus.close()


def test_two_masters_on_one_line_are_refused(real_time, monkeypatch):
    monkeypatch.setattr(serialbus, "LISTEN_S", 0.6)
    bus = SerialBus(real_time.path("bms"), addresses=[9])
    node = Node(Unit(bus, 9))
    master = real_time.peers["bms"].outside.master  # what the line's other ends say arrives here
    foreign = bytes.fromhex("01040000000271cb")
    with pytest.raises(Silent, match="another master began"):
        for _ in range(4):
            os.write(master, foreign)
            time.sleep(0.05)
            node.read()
    talks = threading.Event()

    def talk():
        while not talks.wait(0.2):
            os.write(master, foreign)
    thread = threading.Thread(target=talk)
    thread.start()
    with pytest.raises(Silent, match="another master speaks .* asked unit 1"):
        bus.open()
    talks.set()
    thread.join()


def test_a_port_that_is_not_there_is_a_problem_in_words():
    hub = Hub([SerialBus("/dev/nonexistent")])
    hub.turn()
    assert "is the adapter plugged in" in hub.problems["/dev/nonexistent"] and not hub.nodes()
