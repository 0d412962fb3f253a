"""Rooms and well on one bus: real processes, real bytes at a real baud rate, one plant, one virtual clock."""

from __future__ import annotations

import json

import pytest

from doubles.houses import make_village as make
from doubles.houses import run_until_of
from doubles.selection import in_process
from harness import faults
from wellhearth.links.modbus import messages
from wellhearth.tables import causes

BUS_ROWS = ("well_silent", "room_silent")


def cold(data):
    """Setpoints that are never reached: everybody asks for heat all the time."""
    for node in data["room_nodes"]:
        node["rooms"][0]["setpoint_mc"] = 26000


def running(v):
    return [v.points()[f"room{i + 1}.compressor_on"] for i in range(len(v.rooms))]


def until(v, condition, limit_s, step_s=1.0):
    if not v.t_s:
        v.run(3)
    return run_until_of(v, condition, limit_s, step_s)


@pytest.mark.both
def test_the_rooms_of_a_village_are_heated_over_the_bus():
    with make(3, change=cold) as v:
        until(v, lambda p: all(running(v)), 900)
        v.run(3)
        p = v.points()
        assert p["well.permissive"] and p["well.demand_w"] == 3 * 5600
        assert [p[f"far{i}.compressor_on"] for i in (1, 2, 3)] == [1, 1, 1]
        assert p["room1.water.supply_mc"] == pytest.approx(p["well.supply_mc"], abs=200)
        assert p["bus.timeouts"] == 0 and p["bus.errors"] == 0 and p["bus.rooms"] == 3
        assert p["bus.round_ms"] < 2000 and p["room2.water.age_s"] <= 2
        # No compressor before the water: the well's word travels, the rooms' demand travels back.
        starts = [e for e in v.events if e[1] == 9]
        assert len(starts) >= 3 and all(t > next(e[0] for e in v.events if e[1] == 7) for t, *_ in starts)


@pytest.mark.both
def test_flow_lost_at_the_well_stops_every_compressor_within_seconds():
    with make(3, change=cold) as v:
        until(v, lambda p: all(running(v)), 900)
        v.run(60)
        faults.change(v, "dry_well")
        begin = v.t_s
        while any(v.commands["compressor_on"]):
            v.run(0.1)
            # 2 s of the row, up to 2 s until a wheel that pulses in bursts shows the end of the flow, and the bus.
            assert v.t_s - begin < 6.0


@pytest.mark.both
@pytest.mark.long
def test_row_well_silent_and_nobody_comes_back_at_once():
    rooms = 3 if in_process() else 6
    with make(rooms, change=cold) as v:
        until(v, lambda p: all(running(v)), 1500, 5.0)
        v.run(60)
        faults.change(v, "line_cut", "well")
        begin = v.t_s
        while any(v.commands["compressor_on"]):
            v.run(0.1)
            assert v.t_s - begin <= 10.2
        assert v.t_s - begin > 8.9, "not before its delay"
        mask = 1 << causes.bit("well_silent")
        until(v, lambda p: all(p[f"room{i}.trips"] & mask for i in range(1, rooms + 1)), 3)
        until(v, lambda p: p["far1.trips"] and not p["well.demand_w"], 70)
        v.run(300)
        assert not any(running(v)) and v.points()["well.pump_on"] == 0
        faults.change(v, "line_cut", "well", mend=True)
        back = v.t_s
        seen = len(v.events)
        until(v, lambda p: all(running(v)), 1500, 5.0)
        starts = sorted(t for t, code, *_ in v.events[seen:] if code == 9)
        assert len(starts) == rooms and starts[0] >= back + 30, "staggered as after a power cut"
        assert starts[-1] - starts[0] > 30 and max(sum(a <= t < a + 5 for t in starts) for a in starts) <= 3
        assert not any(v.points()[f"room{i}.trips"] & mask for i in range(1, rooms + 1))


@pytest.mark.both
def test_row_room_silent_its_demand_is_forgotten_and_its_neighbours_stay_warm():
    with make(3, change=cold) as v:
        until(v, lambda p: all(running(v)), 900)
        v.run(60)
        faults.change(v, "line_cut", "room2")
        mask = 1 << causes.bit("room_silent")
        took = until(v, lambda p: p["far2.trips"] & mask, 65)
        assert took >= 58
        v.run(2)
        p = v.points()
        assert p["well.demand_w"] == 2 * 5600 and p["far2.online"] == 0 and p["node.alarm"] == 1 and p["bus.rooms"] == 2
        assert running(v)[0] and running(v)[2] and not v.commands["compressor_on"][1]
        assert p["bus.round_ms"] < 1000
        faults.change(v, "line_cut", "room2", mend=True)
        until(v, lambda p: not p["far2.trips"] and p["far2.online"], 20)
        until(v, lambda p: running(v)[1], 600)


@pytest.mark.both
def test_noise_costs_frames_and_nothing_else():
    with make(2 if in_process() else 3, change=cold) as v:
        until(v, lambda p: all(running(v)), 900)
        faults.change(v, "line_noise", value=0.2)
        seen = len(v.events)
        v.run(200)
        p = v.points()
        noticed = p["bus.errors"] + sum(p[f"room{i}.bus.errors"] for i in range(1, len(v.rooms) + 1))
        assert p["bus.timeouts"] > 30 and noticed > 30
        assert not [e for e in v.events[seen:] if e[1] == 1], "no trip"
        assert p["bus.rooms"] == len(v.rooms)


@pytest.mark.both
def test_a_babbling_node_silences_the_bus_safely_and_all_come_back():
    with make(2, change=cold) as v:
        until(v, lambda p: all(running(v)), 900)
        faults.change(v, "line_babble", value=120)
        v.run(15)
        assert not any(v.commands["compressor_on"]) and not any(board.resets for board in v.boards)
        v.run(120)
        until(v, lambda p: all(running(v)), 900)
        p = v.points()
        assert p["node.overruns"] == 0 and p["room1.node.overruns"] == 0


@pytest.mark.both
def test_a_command_at_the_well_reaches_its_room_and_the_room_has_the_last_word():
    def limits(data):
        data["room_nodes"][1]["rooms"][0]["setpoint_max_mc"] = 23000
    with make(2, change=limits) as v:
        v.run(6)
        assert v.write("far2.setpoint_mc", 22500) == ""
        v.run(4)
        assert v.points()["room2.setpoint_mc"] == 22500 and v.points()["far2.setpoint_mc"] == 22500
        assert v.points()["room1.setpoint_mc"] == 20000
        assert v.write("far2.setpoint_mc", 24000) == "", "within the table; the room itself knows better"
        v.run(6)
        assert v.points()["room2.setpoint_mc"] == 22500 and v.points()["far2.errors"] > 0
        assert v.points()["far2.setpoint_mc"] == 22500
        faults.change(v, "line_cut", "room2")
        until(v, lambda p: not p["far2.online"], 70)
        assert "does not answer" in v.write("far2.mode", 0)


@pytest.mark.both
def test_the_operators_limit_at_the_well_reaches_the_rooms_and_expires():
    with make(1 if in_process() else 2, change=cold) as v:
        until(v, lambda p: p["room1.duty_pm"] == 1000, 60)
        assert v.write("node.demand_limit_pm", 500) == ""
        until(v, lambda p: all(p[f"room{i}.duty_pm"] == 500 for i in range(1, len(v.rooms) + 1)), 10)
        until(v, lambda p: p["room1.duty_pm"] > 500, 620, 10.0)


@pytest.mark.both
def test_sixteen_rooms_in_less_than_two_seconds_at_19200_baud():
    with make(16) as v:
        v.run(20)
        p = v.points()
        assert p["bus.rooms"] == 16 and p["bus.round_ms"] < 2000 and p["bus.timeouts"] == 0


def test_summary_registers_are_the_first_of_a_room():
    """What both ends say to each other is derived from the rows; these orders of the wire were given, and stay."""
    assert [row.name for row in messages.REQUEST.rows] == [
        "demand_w", "direction", "compressor_on", "pump_on", "state", "room_mc", "target_mc", "mode", "setpoint_mc", "trips"]
    assert [row.name for row in messages.GRANT.rows] == [
        "permissive", "enough", "refused", "supply_mc", "supply_ok", "limit_pm"]
    for message in (messages.REQUEST, messages.GRANT):
        assert [row.register for row in message.rows] == list(range(0, 2 * len(message.rows), 2))


@pytest.mark.both
def test_a_node_whose_config_is_refused_rests_and_is_not_restarted_for_ever():
    """Its safe state feeds no watchdog; on a board that loop would end in recovery mode, and hide the reason."""
    with make(rooms=1) as v:
        board = v.rooms[0]
        data = json.loads((board.folder / "config.json").read_text())
        data["bus"]["address"] = 300
        (board.folder / "config.json").write_text(json.dumps(data))
        board.restart()
        v.run(30.0)
        for _ in range(2000):  # a line that goes on, and nobody reads
            board.station.hear(bytes(200))
        v.run(1.0)
        assert board.resets == 1
        assert any("bus.address" in text for text in board.texts), board.texts
        assert any("outputs stay off" in text for text in board.texts)
        commands = board.wiring.commands
        assert not commands["master_on"] and commands["compressor_on"] == [False], commands
        (board.folder / "config.json").write_text(json.dumps(board.config))
        board.restart()
        v.run(60.0)
        assert v.points()["bus.rooms"] == 1, "mended, it is heard again"
