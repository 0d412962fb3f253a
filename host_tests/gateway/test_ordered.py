"""A village of 16 rooms behind one well: what became of an order is seen soon, however long a round takes."""

from __future__ import annotations

import pytest

from whtools.gateway.nodes import Hub
from whtools.gateway.nodes.hub import Order
from whtools.gateway.nodes.simulated import World

SEEN_S = 2.5  # simulated, given while the well is read (seen: 2.1 s at most); until all were read it takes 19 s
ROUNDS = 10  # in each the well and two rooms, in rotation


@pytest.fixture(scope="module")
def hub():
    world = World(rooms=16, paced=False, village=True)
    world.run(20)
    made = Hub([world], world.clock)
    for _ in range(3):  # found, compared with their well, in rotation
        made.turn()
    yield made
    world.end()


@pytest.mark.parametrize(("room", "reading"), [(3, 2), (3, 10), (12, 2), (12, 10)])
def test_a_room_that_took_an_order_is_read_next(hub, room, reading, monkeypatch):
    key, clock, plain = list(hub.nodes())[room], hub.clock, hub.read
    read, given, seen = [], [], []
    setpoint = 21_000 + 100 * room + 50 * reading
    end = hub.subscribe(lambda change: seen.append(clock.mono()) if change.node == key and change.values.get(
        "room1.target_mc") == setpoint else None)

    def reads(node, news="", between=None):
        if len(read) == reading:
            given.append(clock.mono())
            hub.orders.put(Order(key, "room1.setpoint_mc", setpoint, "li@page"))
        read.append(node.key)
        plain(node, news, between)
    monkeypatch.setattr(hub, "read", reads)
    monkeypatch.setitem(hub.searched, "simulator", clock.mono())  # no search in this round
    for _ in range(ROUNDS):
        hub.turn()
    end()
    assert read[reading + 1] == key
    assert seen and seen[0] - given[0] <= SEEN_S, (seen, given)
    assert not hub.ordered and set(read) == set(hub.nodes()), "and everybody else still has his turn"
