"""Function code 21: an order and a pack over Modbus, in pieces; every malformed request answered with an exception."""

from __future__ import annotations

import random

import pytest

from doubles.toyhouse import Toy
from doubles.update_unit import ENTRY, Unit, release
from doubles.wire import rtu_server, sealed
from wellhearth.links.modbus import filewrite, rtu
from wellhearth.storage import slots
from whtools.device.link import LinkError
from whtools.update import order, ways


class Adapter:
    """The host's end of a wire with one server at its other end."""

    def __init__(self, server, unit):
        self.server, self.unit, self.busy = server, unit, 0

    def ask(self, pdu: bytes) -> bytes:
        wire, node = self.server
        wire.inbox.append(sealed(bytes([7]) + pdu))
        node.poll(0)
        answer = wire.sent.pop()
        assert rtu.crc(answer, 0, len(answer)) == 0 and len(answer) <= rtu.SIZE_MAX
        return answer[1:-2]

    def write_file(self, _address, number, first, data):
        words = (number, first, len(data) // 2)
        pdu = bytes([21, 7 + len(data), 6]) + b"".join(n.to_bytes(2, "big") for n in words) + data
        assert len(pdu) <= 253
        answer = self.ask(pdu)
        if answer[0] & 0x80:
            self.busy += answer[1] == 6
            self.unit.work.turn()  # a moment passes
            self.unit.p.uptime_s += 2
            return answer[1]
        assert answer == pdu, "the answer is the request (V1.1b3, 6.15)"
        return 0

    def file_record(self, _address, number, first, count):
        body = bytes([6]) + b"".join(n.to_bytes(2, "big") for n in (number, first, count))
        answer = self.ask(bytes([20, len(body)]) + body)
        return b"" if answer == b"\x94\x02" else answer[4:]


@pytest.fixture
def unit(tmp_path, monkeypatch):
    return Unit(tmp_path, monkeypatch)


@pytest.fixture
def adapter(unit):
    toy = Toy()
    toy.commands.updates = lambda: unit.work
    adapter = Adapter(rtu_server(toy), unit)
    adapter.toy = toy
    return adapter


def test_a_release_comes_over_modbus_and_how_far_it_is_can_be_read(unit, adapter):
    line = ways.Line(adapter, 7)
    new = release(size=5001)
    assert line.status()["phase"] == "none" and line.status()["order"] == ""
    text = unit.order(new)
    assert line.begin(text) == "fine" and line.status()["order"] == text
    at = 0
    while at < len(new.data):
        got = line.piece(at, new.data[at:at + line.PIECE])
        assert isinstance(got, int) and got > at
        at = got
    for _ in range(20):
        unit.work.turn()
    assert adapter.busy > 2 and unit.installed() == new.data
    now = line.status()
    assert (now["phase"], now["why"], now["slot"], now["floor"]) == ("waiting", "fine", "a", "0.0.0")
    assert order.fits(now["order"], ENTRY, new)


def test_a_part_of_20_000_bytes_ends_and_the_next_one_goes_on(unit, adapter):
    line = ways.Line(adapter, 7)
    new = release(size=41_000)
    line.begin(unit.order(new))
    seen = []
    at = 0
    while at < len(new.data):
        seen.append(at)
        at = int(line.piece(at, new.data[at:at + 242]))
    assert 20_000 in seen and 40_000 in seen
    for _ in range(50):
        unit.work.turn()
    assert unit.installed() == new.data


def test_refusals_are_exceptions_with_a_reason_and_a_gap_is_told(unit, adapter):
    line = ways.Line(adapter, 7)
    new = release()
    assert line.begin(unit.order(new) + "0") == "form"
    unit.p.uptime_s += 2
    assert line.begin(unit.order(new, operator="00" * 32)) == "seal"
    assert line.piece(0, new.data[:240]) == "seal"
    unit.p.uptime_s += 2
    assert line.begin(unit.order(new)) == "fine"
    assert line.piece(480, new.data[480:720]) == "gap" and line.piece(0, new.data[:240]) == 240


def test_a_busy_unit_is_given_up_at_last(unit, adapter, monkeypatch):
    monkeypatch.setattr(ways, "TRIES", 3)
    monkeypatch.setattr(adapter, "write_file", lambda *_all: ways.BUSY)
    with pytest.raises(LinkError, match="busy for too long"):
        ways.Line(adapter, 7).begin("x")


@pytest.mark.parametrize(("pdu", "code"), [
    ("15", 3), ("1507", 3), ("1509 06 0065 0000 0001 1234 00", 3), ("1509 06 0065 0000 0002 1234", 3),
    ("1507 06 0065 0000 0000", 3),
    ("1509 07 0065 0000 0001 1234", 2), ("1509 06 0063 0000 0001 1234", 2), ("1509 06 00c8 0000 0001 1234", 2),
    ("1509 06 0065 2710 0001 1234", 2), ("1509 06 0064 0001 0001 1234", 2), ("1509 06 0065 0000 0001 1234", 3)])
def test_malformed_requests_are_refused(adapter, pdu, code):
    assert adapter.ask(bytes.fromhex(pdu)) == bytes([0x95, code])


def test_a_hostile_line_gets_exceptions_and_nothing_on_the_file_system(unit, adapter, tmp_path):
    rng = random.Random(7)
    before = sorted(path.name for path in tmp_path.iterdir())
    wire, node = adapter.server
    for _ in range(3000):
        body = bytearray(rng.randbytes(rng.randrange(0, 60)))
        if len(body) > 8 and rng.random() < 0.8:
            body[0], body[1] = len(body) - 1, 6
            body[2:4] = rng.choice((filewrite.ORDER_FILE, 101, 102, 199)).to_bytes(2, "big")
        wire.inbox.append(sealed(bytes([7, 21]) + body))
        unit.p.uptime_s += 1
        node.poll(0)
        answer = wire.sent.pop() if wire.sent else b""
        assert answer == b"" or answer[1] == 0x95
    assert sorted(path.name for path in tmp_path.iterdir()) == before and unit.work.phase == slots.NONE


def test_a_node_without_slots_or_main_loop_refuses(adapter):
    adapter.toy.commands.updates = None
    assert adapter.ask(bytes.fromhex("1509 06 0065 0000 0001 1234")) == b"\x95\x02"
    assert adapter.file_record(7, 100, 0, 10) == b""
