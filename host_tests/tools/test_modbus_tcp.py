"""Modbus TCP for building management: the node's own map by unit id, read-only unless switched on."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest
from pymodbus.client import ModbusTcpClient

from wellhearth.tables import kinds
from whtools.gateway.nodes import Hub
from whtools.gateway.nodes.simulated import World
from whtools.gateway.tcp import Settings, TcpServer
from whtools.gateway.tcp.units import Units

ROOM1 = next(kind.first for kind in kinds.KINDS if kind.name == "room")


def register(name):
    row = next(row for kind in kinds.KINDS if kind.name == "room" for row in kind.rows if row.name == name)
    return ROOM1 + row.register


SETPOINT = register("setpoint_mc")


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
def line(hub, request):
    server = TcpServer(hub, Settings(port=0, write=getattr(request, "param", False))).start()
    client = ModbusTcpClient("127.0.0.1", port=server.port, timeout=2, retries=0)
    assert client.connect()
    yield client
    client.close()
    server.stop()
    assert not server.thread.is_alive()


def value(answer):
    high, low = answer.registers
    return (high << 16 | low) - (1 << 32 if high & 0x8000 else 0)


def test_every_register_is_the_node_s_own(line, hub):
    (node,) = hub.nodes().values()
    truth = node.snapshot()
    for table in node.tables.values():
        words = line.read_input_registers(table.first, count=min(124, table.registers), device_id=1).registers
        assert words == line.read_holding_registers(table.first, count=len(words), device_id=1).registers
        for row in table.rows:
            if row.register < len(words):
                found = words[row.register] << 16 | words[row.register + 1]
                assert found == truth[f"{table.name}.{row.name}"] & 0xFFFFFFFF, row.name


def test_what_is_not_there_is_said_as_modbus_says_it(line, hub, world):
    ask = line.read_input_registers
    assert ask(9000, count=2, device_id=1).exception_code == 2
    assert ask(ROOM1, count=125, device_id=1).exception_code == 2, "beyond the block"
    assert ask(ROOM1, count=2, device_id=7).exception_code == 10, "no such unit"
    assert line.read_coils(0, count=1, device_id=1).exception_code == 1
    assert len(ask(SETPOINT + 1, count=1, device_id=1).registers) == 1, "half a point may be read"
    (node,) = hub.nodes().values()
    node.online = False
    assert ask(ROOM1, count=2, device_id=1).exception_code == 11
    node.online = True
    with node.lock:
        kept = node.values.pop("room1.setpoint_mc")
    assert ask(SETPOINT, count=2, device_id=1).exception_code == 6, "never read is not zero"
    node.values["room1.setpoint_mc"] = kept


def test_read_only_unless_switched_on(line, world):
    before = world.rig.points()["room1.setpoint_mc"]
    assert line.write_registers(SETPOINT, [0, 21000], device_id=1).exception_code == 1
    assert line.write_register(SETPOINT, 1, device_id=1).exception_code == 1
    assert line.write_coil(0, True, device_id=1).exception_code == 1
    assert line.readwrite_registers(read_address=ROOM1, read_count=2, write_address=SETPOINT, values=[0, 21000],
                                    device_id=1).exception_code == 1
    assert line.mask_write_register(address=SETPOINT, and_mask=0, or_mask=1, device_id=1).exception_code == 1
    world.run(1)
    assert world.rig.points()["room1.setpoint_mc"] == before


@pytest.mark.parametrize("line", [True], indirect=True)
def test_written_with_the_rights_of_a_bus(line, hub, world):
    assert not line.write_registers(SETPOINT, [0, 21500], device_id=1).isError()
    world.run(1)
    assert world.rig.points()["room1.setpoint_mc"] == 21500
    assert value(line.read_holding_registers(SETPOINT, count=2, device_id=1)) == 21500
    assert line.write_registers(SETPOINT, [0, 45000], device_id=1).exception_code == 3, "beyond its range"
    assert line.write_registers(SETPOINT, [0xFFFF, 0xFFFE], device_id=1).exception_code == 3
    assert line.write_registers(register("reset_trip"), [0, 0], device_id=1).exception_code == 3, "not for the bus"
    assert line.write_registers(SETPOINT, [0], device_id=1).exception_code == 2, "half a point"
    assert line.write_registers(SETPOINT + 1, [0, 0], device_id=1).exception_code == 2
    assert line.write_register(SETPOINT, 1, device_id=1).exception_code == 1
    assert [hold.value for hold in hub.holds.held.values()] == [21500], "the gateway refreshes what it holds"


def test_rubbish_does_not_end_the_server(line):
    port = line.comm_params.port
    for rubbish in (b"\0" * 300, b"GET / HTTP/1.1\r\n\r\n", b"\0\1\0\0\xff\xff\1\3", b"\0\1\0\0\0\6\1\x99\0\0\0\1"):
        with socket.create_connection(("127.0.0.1", port), 2) as s:
            s.sendall(rubbish)
            s.settimeout(0.1)
            try:
                s.recv(100)
            except OSError:
                continue
    assert not line.read_input_registers(ROOM1, count=2, device_id=1).isError()


def test_a_port_in_use_is_said(hub):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        with pytest.raises(OSError, match="in use"):
            TcpServer(hub, Settings(port=s.getsockname()[1])).start()


def test_unit_ids_stay(tmp_path):
    store = tmp_path / "units.json"
    assert Units(store=store).of(["c", "a"]) == {1: "a", 2: "c"}
    assert Units(store=store).of(["b", "c"]) == {2: "c", 3: "b"}, "a is away: its id is not given to another"
    assert Units({9: "a"}, store).of(["a", "b", "d"]) == {1: "d", 3: "b", 9: "a"}
    assert Units({9: "a"}, store).of(["a"]) == {9: "a"}
    store.write_text("[1")
    damaged = Units(store=store)
    assert "cannot be read" in damaged.problem and damaged.of(["x"]) == {1: "x"}
    assert json.loads(store.read_text()) == {"1": "x"}
    many = Units()
    assert len(many.of([f"n{n:03}" for n in range(300)])) == 247 and "no unit id" in many.problem
    for wrong in ({0: "a"}, {248: "a"}, {1: "a", 2: "a"}):
        with pytest.raises(ValueError, match="1 to 247"):
            Units(wrong)
