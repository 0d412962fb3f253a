"""Rooms on the bus take turns by the well's word: a bound on the power, the grid's state, and nobody who waits for ever."""

from __future__ import annotations

import pytest

from doubles.houses import make_village as make
from doubles.houses import run_until_of
from doubles.selection import in_process
from harness import faults
from wellhearth.control import grid, room, turns
from wellhearth.equipment import bus_source
from wellhearth.links.modbus import messages
from wellhearth.node import together

HOT = 26000  # never reached: the rooms go on asking


def cold(data):
    for node in data["room_nodes"]:
        node["rooms"][0]["setpoint_mc"] = HOT


def near(data):
    """A setpoint near what the rooms have: they want heat, and none is cold."""
    for node in data["room_nodes"]:
        node["rooms"][0]["setpoint_mc"] = 21_500


def running(v):
    return sum(v.points()[f"room{i + 1}.compressor_on"] for i in range(len(v.rooms)))


def bounded(data, peak_w=2800):
    data["well_node"]["node"]["peak_w"] = peak_w


@pytest.mark.long
@pytest.mark.both
def test_a_bound_on_the_power_holds_for_rooms_on_the_bus():
    def change(data):
        near(data)
        bounded(data)

    with make(3 if in_process() else 4, change=change, start_c=20.5) as v:
        v.run(3)
        run_until_of(v, lambda p: running(v) > 0, 900, 5.0)
        seen = set()
        for _ in range(90 if in_process() else 180):
            v.run(10)
            seen.add(running(v))
        p = v.points()
        assert max(seen) == 2, "two units of 1400 W"
        rooms = range(1, len(v.rooms) + 1)
        assert all(p[f"room{i}.water.hold"] == turns.POWER for i in rooms)
        assert sum(p[f"room{i}.starts"] > 0 for i in rooms) >= 3, "and all have their turn"


@pytest.mark.both
def test_a_bound_gives_way_to_cold_rooms():
    def change(data):
        cold(data)
        bounded(data)

    with make(3, change=change, start_c=17.0) as v:
        v.run(3)
        run_until_of(v, lambda p: running(v) == 3, 900)


@pytest.mark.both
def test_the_grids_state_reaches_the_rooms_and_expires():
    def change(data):
        near(data)
        for node in data["room_nodes"]:
            node["rooms"][0]["flex_mk"] = 1000

    with make(2, change=change, start_c=20.5) as v:
        v.run(30)
        target = v.points()["room1.target_mc"]
        assert v.write("node.grid_state", grid.BLOCKED) == ""
        run_until_of(v, lambda p: p["room1.water.grid_state"] == grid.BLOCKED, 15)
        v.run(3)
        assert v.points()["room1.target_mc"] == target - 1000
        faults.change(v, "line_cut", "room1")
        v.run(bus_source.TURN_S + 15)
        p = v.points()
        assert p["room1.water.grid_state"] == grid.NORMAL and p["room1.target_mc"] == target, "nobody says it any more"
        assert p["room2.target_mc"] == target - 1000


def test_the_message_is_what_both_ends_know():
    assert [row.name for row in messages.TURN.rows] == ["grid_state", "hold", "turn", "join"]
    rows = messages.TURN.rows
    assert [row.register for row in rows] == list(range(rows[0].register, rows[0].register + 2 * len(rows), 2))


def test_a_room_that_waits_for_water_has_the_number_that_the_rooms_themselves_use():
    assert together.WAIT_WATER == room.WAIT_WATER and together.EVERYBODY > 247
