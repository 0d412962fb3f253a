"""A building system at the well's second line: who is there (43/14), rooms behind the well, what is never carried."""

from __future__ import annotations

import pytest
from pymodbus.pdu.bit_message import WriteSingleCoilRequest
from pymodbus.pdu.mei_message import ReadDeviceInformationRequest
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteMultipleRegistersRequest,
)

from doubles.toyhouse import Toy
from doubles.wire import rtu_server, sealed
from harness import scenarios
from wellhearth.tables import config
from whtools.gateway.nodes.modbus import texts
from whtools.gateway.nodes.simulated import World
from whtools.gateway.nodes.transport import Silent

SETPOINT = 416


@pytest.fixture(scope="module")
def village():
    made = World(rooms=3, village=True, paced=False)
    made.run(30)
    yield made
    made.end()


def room_now(village, number):
    return village.rig.rooms[number - 1].firmware.board.app.node.rooms[0].p


@pytest.mark.parametrize(("code", "first", "wanted"), [
    (1, 0, {0, 1, 2}), (2, 0, {0, 1, 2, 6}), (3, 0, {0, 1, 2, 6, 0x80}), (3, 6, {6, 0x80}), (3, 77, {0, 1, 2, 6, 0x80}),
    (4, 0x80, {0x80})])
def test_a_node_says_who_it_is(village, code, first, wanted):
    answer = village.ask(ReadDeviceInformationRequest(read_code=code, object_id=first, dev_id=100), 0.5)
    assert set(texts(answer)) == wanted
    assert texts(answer).get(0, "Wellhearth") == "Wellhearth" and texts(answer).get(6, "well house") == "well house"


@pytest.mark.parametrize(("pdu", "code"), [("2b0e0403", 2), ("2b0e0500", 3), ("2b0e0000", 3), ("2b0d0100", 1),
                                           ("2b0e01", 1)])
def test_what_nobody_can_say_is_refused(pdu, code):
    wire, server = rtu_server(Toy())
    wire.inbox.append(sealed(b"\x07" + bytes.fromhex(pdu)))
    server.poll(0)
    assert wire.sent == [sealed(bytes([7, 0xAB, code]))]


def test_the_serial_is_the_unit_s_id(tmp_path):
    from wellhearth.links.modbus import identification
    from wellhearth.storage import record

    path = str(tmp_path / "secret.json")
    record.Record(path).write(['"id": "wh-0102", "owner": 1'])
    node, board = Toy().node, type("B", (), {"SECRET_PATH": path})
    assert dict(identification.objects(node, board))[0x80] == b"wh-0102"
    for name in ("secret.json", "secret.json.2"):
        (tmp_path / name).write_text("rubbish")
    assert dict(identification.objects(node, board))[0x80] == b""


def test_a_room_is_read_and_set_through_the_well(village):
    words = village.ask(ReadHoldingRegistersRequest(address=SETPOINT, count=2, dev_id=102), 0.5).registers
    assert words[0] << 16 | words[1] == room_now(village, 2).setpoint_mc == 20000
    answer = village.ask(WriteMultipleRegistersRequest(address=SETPOINT, registers=[0, 21500], dev_id=102), 0.5)
    assert not answer.isError() and answer.dev_id == 102
    assert [room_now(village, n).setpoint_mc for n in (1, 2, 3)] == [20000, 21500, 20000]
    remote_s = room_now(village, 2)
    village.run(5)
    assert 590 <= village.rig.rooms[1].firmware.board.app.node.p.remote_s <= 600 and remote_s.setpoint_mc == 21500
    village.run(610)
    assert remote_s.setpoint_mc == 20000, "nobody refreshed it"
    lines = (village.rig.folder / "room2" / "journal.txt").read_text()
    lines += "".join(village.rig.rooms[1].firmware.board.app.journal.lines)
    assert "room1.setpoint_mc=21500 expires in 60 s, back to 20000" in lines and "expired, back to 20000" in lines


@pytest.mark.parametrize(("request_", "code"), [
    (WriteMultipleRegistersRequest(address=100, registers=[0, 1], dev_id=101), 2),  # water.permissive: the well's word
    (WriteMultipleRegistersRequest(address=116, registers=[0, 1, 0, 1], dev_id=101), 2),  # its time
    (WriteMultipleRegistersRequest(address=498, registers=[0, 1, 0, 1], dev_id=101), 2),  # across the end of the room
    (WriteSingleCoilRequest(address=50, bits=[True], dev_id=101), 2),  # water.permissive as a coil
    (ReadInputRegistersRequest(address=400, count=20, dev_id=101), 1),  # the well's own way to ask for a demand
    (WriteMultipleRegistersRequest(address=466, registers=[0, 0], dev_id=101), 2),  # reset_trip: an installer's
    (WriteMultipleRegistersRequest(address=SETPOINT, registers=[0, 40000], dev_id=101), 3)])
def test_what_is_not_carried_or_not_a_bus_s(village, request_, code):
    before = vars(room_now(village, 1)).copy()
    answer = village.ask(request_, 0.5)
    assert answer.isError() and answer.exception_code == code
    assert room_now(village, 1).setpoint_mc == before["setpoint_mc"]


def test_units_beyond_the_rooms_are_nobody_and_a_silent_room_is_said(village):
    with pytest.raises(Silent):
        village.ask(ReadHoldingRegistersRequest(address=400, count=2, dev_id=104), 0.5)
    station = village.rig.rooms[2].stations["bus"]
    station.plugged = False
    try:
        answer = village.ask(ReadHoldingRegistersRequest(address=400, count=2, dev_id=103), 0.5)
        assert answer.exception_code == 11
    finally:
        station.plugged = True


def test_the_well_goes_on_telling_and_polling_while_a_building_system_asks_all_the_time(village):
    far = [far.p for far in village.rig.well.firmware.board.app.node.far]
    answers = [p.answers for p in far]
    begin = village.rig.t_s
    for n in range(300):
        village.ask(ReadHoldingRegistersRequest(address=400, count=72, dev_id=101 + n % 3), 0.5)
    seconds = village.rig.t_s - begin
    rounds = [p.answers - before for p, before in zip(far, answers)]
    assert min(rounds) >= seconds / 2 * 0.8, (rounds, seconds)
    ages = [board.firmware.board.app.node.water.p.age_s for board in village.rig.rooms]
    assert max(ages) <= 3 and village.rig.bms.collisions == village.rig.line.collisions == 0


def test_rooms_at_is_checked():
    node = scenarios.village_config(3)["well_node"]
    for bms, wrong in (({"address": 100, "rooms_at": 101}, False), ({"address": 102, "rooms_at": 101}, True),
                       ({"address": 1, "rooms_at": 246}, True), ({"address": 1}, False)):
        errors = config.validate(dict(node, bms=bms))[1]
        assert bool(errors) == wrong, (bms, errors)
    errors = config.validate(dict(scenarios.house_config(2), bms={"address": 1, "rooms_at": 101}))[1]
    assert errors and "bms.rooms_at" in errors[0]
