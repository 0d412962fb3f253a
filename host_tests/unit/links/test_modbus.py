"""The Modbus server: the standard's own examples byte for byte, CRC, framing, whom it answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.toyhouse import Toy
from doubles.wire import crc16, request_of, rtu_server, sealed
from wellhearth.links.modbus import registers, rtu
from wellhearth.tables import kinds, points


class Anything:
    """A command layer that takes all, for the examples."""

    def __init__(self, blocks):
        self.blocks = blocks
        self.links = {"bus": self}
        self.node = type("N", (), {"p": type("P", (), {"uptime_s": 0})})
        self.check = lambda order: 0

    def allowance(self, _now_s):
        return 99

    def give(self, order):
        block, _, name = order.path.partition(".")
        setattr(next(b for b in self.blocks if b.name == block), name, order.value)
        return 0


def block(base, values, unit="count", writable=True):
    tail = ("b", 0) if writable else ()
    access = "rw" if writable else "r"
    rows = points.table([(f"p{i}", unit, -(1 << 30), 1 << 30, access, False, 2 * i, "x", *tail) for i in range(len(values))])
    b = points.Block(kinds.Kind(f"block{base}", rows, base, 0, 1, -1, -1), 0)
    for row, value in zip(rows, values):
        setattr(b, row.name, value)
    return b


def bits(text):
    """Values of 8 bits a byte, lowest first, as the standard writes them."""
    return [byte >> i & 1 for byte in bytes.fromhex(text) for i in range(8)]


BLOCKS = [block(0, [0, 0, 0, 0, 0x000A0000]), block(38, bits("cd6b05")[:19], "bool"), block(106, [0x022B, 0x64]),
          block(344, [0], "bool"), block(392, bits("acdb35")[:22], "bool", False)]


def ask(pdu: str, blocks=None) -> str:
    blocks = blocks or BLOCKS
    answers = registers.Server(points.Points(blocks), Anything(blocks), "bus")
    request, out = bytes.fromhex(pdu), bytearray(300)
    return bytes(out[: answers.respond(request, 0, len(request), out, 0)]).hex()


@pytest.mark.parametrize(("request_", "response"), [
    ("01 0013 0013", "01 03 cd6b05"),              # 6.1 read coils 20 to 38
    ("02 00c4 0016", "02 03 acdb35"),              # 6.2 read discrete inputs 197 to 218
    ("03 006b 0003", "03 06 022b 0000 0064"),      # 6.3 read holding registers 108 to 110
    ("04 0008 0001", "04 02 000a"),                # 6.4 read input register 9
    ("05 00ac ff00", "05 00ac ff00"),              # 6.5 write coil 173 on
    ("06 0001 0003", "06 0001 0003"),              # 6.6 write register 2
    ("10 0002 0002 04 000a 0102", "10 0002 0002"),  # 6.12; there from address 1, here whole points from an even one
    ("01 04a1 0001", "81 02"),                     # 7 exception: coil 1186 of a device without it
])
def test_the_standards_own_examples(request_, response):
    assert ask(request_.replace(" ", "")) == response.replace(" ", "")


def test_the_writes_of_the_examples_arrive():
    blocks = [block(0, [0, 0, 0]), block(344, [0], "bool")]
    ask("0500acff00", blocks)
    ask("0600010003", blocks)
    ask("100002000204000a0102", blocks)
    assert (blocks[1].p0, blocks[0].p0, blocks[0].p1) == (1, 3, 0x000A0102)
    ask("060003fffe", blocks)
    assert blocks[0].p1 == -2, "function code 6 writes a signed number"


@pytest.mark.parametrize(("request_", "code"), [
    ("03 0000 0000", 3), ("03 0000 007e", 3), ("01 0013 07d1", 3), ("03 0000", 3), ("03 0000 0001 00", 3),
    ("05 00ac 0001", 3), ("05 0000 ff00", 2), ("06 0000 0001", 2), ("10 0000 0002 03 000000", 3),
    ("10 0000 0001 02 0000", 2), ("10 0001 0002 04 00000000", 2), ("10 0000 007c f8 " + "00" * 248, 3),
    ("10 0000 0002 04 0000", 3), ("02 00c4 0017", 2), ("01 00c4 0001", 2), ("05 00c4 ff00", 2), ("06 ffff 0000", 2),
    ("07", 1), ("2b 0d 01 00", 1), ("17 0000 0001", 1), ("00", 1),
])
def test_exceptions_as_the_standard_has_them(request_, code):
    text = request_.replace(" ", "")
    assert ask(text) == f"{int(text[:2], 16) | 0x80:02x}{code:02x}"


def test_crc_of_the_standards_example_and_of_everything():
    frame = bytearray(bytes.fromhex("0207") + bytes(2))
    assert rtu.seal(frame, 2) == 4 and frame.hex() == "02074112"  # V1.02, 6.2.2
    assert crc16(b"123456789") == 0x4B37  # the catalogue's check value of CRC-16/MODBUS


@given(st.binary(min_size=2, max_size=60), st.binary(min_size=2, max_size=60))
def test_whole_frames_are_found_and_nothing_else(a, b):
    one, two = sealed(a), sealed(b)
    assert rtu.crc(a, 0, len(a)) == crc16(a)
    assert rtu.split(one, len(one)) == [(0, len(one))]
    both = one + two
    found = rtu.split(both, len(both))
    assert found in ([(0, len(one)), (len(one), len(both))], [(0, len(both))], []) or found[-1][1] == len(both)
    assert rtu.split(one + b"\x00", len(one) + 1) in ([], [(0, len(one) + 1)])


def test_two_frames_in_one_piece_come_apart():
    one, two = sealed(b"\x01\x04\x01\x90\x00\x14"), sealed(b"\x02\x04\x01\x90\x00\x14")
    assert rtu.split(one + two, 16) == [(0, 8), (8, 16)]
    assert rtu.split(b"\x55" + one, 9) == [], "garbage before a frame spoils it"


def test_it_answers_what_is_addressed_to_it_obeys_broadcasts_and_is_silent_otherwise():
    toy = Toy()
    wire, answers = rtu_server(toy)
    room = toy.node.rooms[0].p
    write = request_of(registers.WRITE_REGISTERS, kinds.ROOM.first + 16, 21500)
    for first, heard, said in ((b"\x07", 21500, 1), (b"\x08", 20000, 0), (b"\x00", 21500, 0)):
        room.setpoint_mc = 20000
        wire.sent.clear()
        wire.inbox = [sealed(first + write)]
        answers.poll(0)
        assert room.setpoint_mc == heard and len(wire.sent) == said
    wire.inbox = [sealed(b"\x00\x03\x00\x00\x00\x02"), b"\x07\x03\x00", sealed(b"\x07\x03\x00\x00\x00\x02")[:-1] + b"\x00"]
    answers.poll(0)
    assert not wire.sent, "no answer to a broadcast, to a fragment, to a wrong CRC"
    # A request that somebody else's frame followed is too old to be answered, whatever it asked for.
    wire.inbox = [sealed(b"\x07\x03\x00\x00\x00\x02"), sealed(b"\x09\x03\x00\x00\x00\x02")]
    answers.poll(0)
    assert not wire.sent
