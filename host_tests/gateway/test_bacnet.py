"""BACnet/IP for building management, asked by a client of its own on another port: values, orders, alarms, schedules."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time

import pytest

bacpypes3 = pytest.importorskip("bacpypes3")

from bacpypes3.apdu import ErrorRejectAbortNack  # noqa: E402
from bacpypes3.app import Application  # noqa: E402
from bacpypes3.basetypes import DailySchedule  # noqa: E402
from bacpypes3.local.device import DeviceObject  # noqa: E402
from bacpypes3.local.networkport import NetworkPortObject  # noqa: E402

from harness import faults  # noqa: E402
from whtools.device.link import LinkError  # noqa: E402
from whtools.gateway import beside  # noqa: E402
from whtools.gateway.bacnet import BacnetServer, Settings, schedules  # noqa: E402
from whtools.gateway.nodes import Hub  # noqa: E402
from whtools.gateway.nodes.simulated import World  # noqa: E402

UNIT = "simulator-unit-100"


def udp_port() -> int:
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def world():
    made = World(rooms=2, paced=False)
    made.run(60)
    yield made
    made.end()


@pytest.fixture(scope="module")
def hub(world):
    made = Hub([world], world.clock)
    made.turn()
    ended = threading.Event()

    def obey():
        while not ended.is_set():
            made.obey()
            time.sleep(0.005)
    thread = threading.Thread(target=obey, daemon=True)
    thread.start()
    yield made
    ended.set()
    thread.join()


@pytest.fixture
def server(hub, request):
    options = getattr(request, "param", {})
    made = BacnetServer(hub, Settings(port=udp_port(), **options)).start()
    yield made
    made.stop()


def asked(server, story):
    """story(read, write) as a client on another port of this machine."""
    async def run():
        app = Application.from_object_list([
            DeviceObject(objectIdentifier=("device", 5), objectName="client", vendorIdentifier=999),
            NetworkPortObject(f"127.0.0.1:{udp_port()}", objectIdentifier=("network-port", 1), objectName="port")])
        await asyncio.sleep(0.2)
        there = f"127.0.0.1:{server.settings.port}"

        async def read(of, what="present-value"):
            return await app.read_property(there, of, what)

        async def write(of, value, what="present-value"):
            try:
                return await app.write_property(there, of, what, value)
            except ErrorRejectAbortNack as e:
                return str(e)
        try:
            return await asyncio.wait_for(story(read, write), 30)
        finally:
            app.close()
    return asyncio.run(run())


def of(server, path):
    return str(server.made[UNIT, path].objectIdentifier)


def test_a_client_finds_values_with_their_units_and_words(server, hub):
    async def story(read, _write):
        listed = await read("device,471100", "object-list")
        assert len(listed) == len(set(listed)) == len(server.made) + 3, "the device, its port, the alarms, a point each"
        room, mode, flow = (of(server, path) for path in ("room1.room_mc", "room1.mode", "well.flow_lph"))
        node = hub.nodes()[UNIT]
        assert await read(room) == pytest.approx(node.value("room1.room_mc") / 1000, abs=0.001)
        assert str(await read(room, "units")) == "degrees-celsius" and str(await read(flow, "units")) == "liters-per-hour"
        words = await read(mode, "state-text")
        assert words[await read(mode) - 1] == node.word("room1.mode")
        assert await read(room, "object-name") == f"{UNIT}.room1.room_mc" and (await read(room, "description"))
    asked(server, story)


@pytest.mark.parametrize("server", [{}, {"write": True}], ids=["to read", "to write"], indirect=True)
def test_an_order_goes_to_the_node_where_it_is_switched_on_and_nothing_else_can_be_written(server, hub):
    async def story(read, write):
        setpoint, room = of(server, "room1.setpoint_mc"), of(server, "room1.room_mc")
        before = hub.nodes()[UNIT].value("room1.setpoint_mc")
        said = await write(setpoint, 22.5)
        if server.settings.write:
            assert said is None and hub.nodes()[UNIT].value("room1.setpoint_mc") == 22500
            assert "value-out-of-range" in await write(setpoint, 99.0), "the node refuses it"
            assert await write(setpoint, before / 1000) is None
        else:
            assert "write-access-denied" in said and hub.nodes()[UNIT].value("room1.setpoint_mc") == before
        assert "write-access-denied" in await write(room, 3.0)
        assert "write-access-denied" in await write(setpoint, "mine", "object-name")
        assert "write-access-denied" in await write("device,471100", "mine", "object-name")
    asked(server, story)


def test_what_is_tripped_is_told_in_words_and_a_silent_node_is_a_fault(world, hub, server):
    alarms = f"characterstring-value,{[unit for unit in server.known.of(hub.nodes())][0] * 16384 + 16383}"

    async def quiet(read, _write):
        return await read(alarms), [int(bit) for bit in await read(of(server, "node.alarm"), "status-flags")]
    assert asked(server, quiet) == ("", [0, 0, 0, 0])
    faults.change(world.rig, "sensor_open", "room1")
    world.run(120)
    for _ in range(11):  # a node's own block is read in every tenth turn
        hub.turn()
    time.sleep(0.5)

    async def tripped(read, _write):
        flags = [int(bit) for bit in await read(of(server, "node.alarm"), "status-flags")]
        return await read(alarms), flags, str(await read(of(server, "node.alarm"), "event-state"))
    assert asked(server, tripped) == ("room1: room_sensor", [1, 0, 0, 0], "offnormal")
    faults.change(world.rig, "sensor_open", "room1", mend=True)
    hub.nodes()[UNIT].silent()
    time.sleep(0.5)

    async def silent(read, _write):
        flags = [int(bit) for bit in await read(of(server, "room1.room_mc"), "status-flags")]
        return flags, str(await read(of(server, "room1.room_mc"), "reliability"))
    assert asked(server, silent) == ([0, 1, 0, 0], "communication-failure")


@pytest.mark.parametrize("server", [{"schedules": {f"{UNIT}.room1": "mo-fr 06:30-08:00,22:00-06:00"}}], indirect=True)
def test_a_rooms_week_can_be_read(server):
    async def story(read, _write):
        week = await read("schedule,1", "weekly-schedule")
        assert len(week) == 7 and all(isinstance(day, DailySchedule) for day in week)
        times = [(one.time[0], one.time[1]) for one in week[1].daySchedule]
        assert times == [(0, 0), (6, 0), (6, 30), (8, 0), (22, 0)], "Tuesday: Monday's night goes on until six"
        assert [len(day.daySchedule) for day in week] == [4, 5, 5, 5, 5, 2, 1]
        assert await read("schedule,1", "object-name") == f"{UNIT}.room1.schedule"
    asked(server, story)
    assert schedules.inside(schedules.parse("mo 06:30-08:00"), 400) and not schedules.inside([(390, 480)], 480)


def test_mistakes_of_the_config_are_named(hub, tmp_path):
    for section, words in (
            ({"device": 4_194_303}, "0 to 4194302"), ({"schedules": {"a.room1": "mo 25:00-26:00"}}, "25:00"),
            ({"port": "x"}, "'x' is no int"), ({"units": {"0": "a"}}, "1 to 247"), ({"hots": 1}, "unknown hots")):
        with pytest.raises(LinkError, match=words):
            beside.Beside({"bacnet": section}, hub, tmp_path)


def test_a_port_that_is_taken_is_said(hub):
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="BACnet cannot listen"):
            BacnetServer(hub, Settings(port=taken.getsockname()[1])).start()
