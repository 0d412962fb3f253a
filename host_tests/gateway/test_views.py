"""A village behind one well: rooms' figures come with the well's, are never a neighbour's, and stay after an order."""

from __future__ import annotations

import pytest

from whtools.gateway.nodes import Hub, views
from whtools.gateway.nodes.hub import Order
from whtools.gateway.nodes.simulated import World

ROOMS = 16
SETPOINT = "room1.setpoint_mc"


@pytest.fixture(scope="module")
def village():
    world = World(rooms=ROOMS, paced=False, village=True)
    world.run(20)
    yield world
    world.end()


@pytest.fixture
def hub(village):
    made = Hub([village], village.clock)
    made.heard = []
    made.subscribe(made.heard.append)
    made.turn()
    made.searched["simulator"] = 1e12  # no search in what follows
    made.turn()
    return made


def rooms(hub):
    return [node for node in hub.nodes().values() if node.blocks("room")]


def at_the_wall(world, room, value):
    """Somebody turns the room's own knob."""
    assert world.rig.command(world.rig.rooms[room].firmware, SETPOINT, value) == ""


def test_each_room_is_shown_by_its_own_far_block(village, hub):
    found = hub.views.covered(hub.by_key.values())
    assert len(found) == ROOMS
    for n, node in enumerate(rooms(hub)):
        assert found[node.key].far == f"far{n + 1}" and node.identity.name == f"house {n + 1}"
        at_the_wall(village, n, 18_000 + 100 * n)
    village.run(5)
    for _ in range(3):
        hub.turn()
    assert [node.value(SETPOINT) for node in rooms(hub)] == [18_000 + 100 * n for n in range(ROOMS)]


def test_a_change_at_the_wall_is_seen_sooner_than_a_round_of_all_rooms_takes(village, hub):
    waits = []
    for n, room in enumerate((3, 9, 15, 0, 6, 12)):
        node, value = rooms(hub)[room], 21_000 + 100 * n
        begun = village.clock.mono()
        at_the_wall(village, room, value)
        while not any(change.node == node.key and change.values.get(SETPOINT) == value for change in hub.heard):
            hub.turn()
            assert village.clock.mono() - begun < 20
        waits.append(village.clock.mono() - begun)
        begun = village.clock.mono()
        hub.turn()
        assert village.clock.mono() - begun < 4.0, "a round"
    assert max(waits) <= 6.0, waits


def test_everybody_has_his_turn_and_figures_carry_the_age_of_the_reading(village, hub):
    begun = village.clock.mono()
    for _ in range(10):
        hub.turn()
    assert all(node.heard_at >= begun for node in rooms(hub))
    ages = [node.age_s("room1.room_mc") for node in rooms(hub)]
    assert max(ages) <= 6.0 < max(node.age_s("room1.reason") for node in rooms(hub))


@pytest.mark.parametrize("pause_s", [0.0, 0.4, 0.9, 1.7, 2.3, 3.1])
def test_an_order_is_not_taken_back_by_what_the_well_heard_before_it(village, hub, pause_s):
    node = rooms(hub)[7]
    village.run(pause_s)
    value = 22_000 + round(100 * pause_s)
    assert hub.carry_out(Order(node.key, SETPOINT, value, "li@page")) is None
    del hub.heard[:]
    for _ in range(6):
        hub.turn()
        assert node.value(SETPOINT) == value
    told = [change.values for change in hub.heard if change.node == node.key]
    assert {values[SETPOINT] for values in told if SETPOINT in values} <= {value}


def test_where_it_is_in_doubt_which_room_is_which_nothing_is_shown(hub):
    nodes = list(hub.nodes().values())
    well, first, last = nodes[0], rooms(hub)[0], rooms(hub)[-1]
    assert len(views.of(nodes)) == ROOMS
    for fewer in (first, last, rooms(hub)[5], well):
        assert views.of([node for node in nodes if node is not fewer]) == {}
    was = last.transport.address
    last.transport.address = was + 3
    assert views.of(nodes) == {}, "not in a row"
    last.transport.address = was


def test_a_view_that_is_another_s_is_not_trusted(hub):
    """A room that is missing and a stranger at the next address: then every view would be one off."""
    room, other = rooms(hub)[0], rooms(hub)[1]
    view = views.of(hub.nodes().values())[room.key]
    assert view.agrees()
    shifted = view._replace(far=view.far.replace("1", "2"))
    other_room = shifted.well.read_of(f"{shifted.far}.room_mc").value
    at = f"{shifted.far}.room_mc"
    shifted.well.values[at] = shifted.well.values[at]._replace(value=other_room + 900)
    assert not shifted.agrees() and other.key != room.key
    hub.views.judge(room, shifted)
    assert room.key not in hub.views.covered(hub.by_key.values())


def test_a_sensor_that_is_lost_is_not_given_a_temperature_by_the_well(hub):
    room = rooms(hub)[2]
    view = hub.views.covered(hub.by_key.values())[room.key]
    room.values["room1.room_ok"] = room.values["room1.room_ok"]._replace(value=0)
    assert hub.views.show(view) == {} and room.value(SETPOINT) is not None


def test_without_the_well_every_room_is_read_in_each_round(village, hub):
    hub.nodes()[next(iter(hub.by_key))].online = False
    read = []
    plain = hub.read
    hub.read = lambda node, news="", between=None: (read.append(node.key), plain(node, news, between))
    hub.turn()
    assert {node.key for node in rooms(hub)} <= set(read)
