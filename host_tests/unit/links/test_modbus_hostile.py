"""The Modbus server on a hostile bus: every code and address, ten thousand spoilt frames, an hour of babble."""

from __future__ import annotations

import random

import pytest

from doubles.selection import some
from doubles.toyhouse import Toy
from doubles.wire import Alone, crc16, request_of, sealed
from wellhearth.links.modbus import registers

WRITERS = (registers.WRITE_COIL, registers.WRITE_REGISTER, registers.WRITE_REGISTERS)


@pytest.mark.parametrize("each", some([16, 1]))
def test_every_function_code_over_every_address_changes_only_what_the_bus_may_change(each):
    """`each`: of the addresses above all blocks each so many-th."""
    toy = Toy()
    toy.commands.links["bus"].per_s = 0  # no rate limit: every write gets its chance
    answers = registers.Server(toy.node.points, toy.commands, "bus")
    may = {f"{b.name}.{row.name}" for b in toy.node.points.blocks for row in b.rows if "b" in row.who}
    out = bytearray(300)
    changed, answered = set(), 0
    for code in (*range(1, 7), registers.WRITE_REGISTERS):
        for address in (*range(4000), *range(4000, 0x10000, each)):
            before = toy.values() if code in WRITERS and address < 4000 else None
            request = request_of(code, address, 1)
            n = answers.respond(request, 0, len(request), out, 0)
            answered += not out[0] & 0x80
            assert out[0] & 0x7F == code and n >= 2
            if before is not None and not out[0] & 0x80:
                changed |= {name for name, value in toy.values().items() if before[name] != value}
            elif code in WRITERS and address >= 4000:
                assert out[0] & 0x80, "there is nothing that far up"
    assert changed and changed - {"node.commands", "node.refused"} <= may
    assert answered > 200 and toy.outputs_are_off()
    known = {*range(1, 7), registers.WRITE_REGISTERS, registers.READ_FILE, registers.WRITE_FILE}
    for code in sorted(set(range(256)) - known):
        for address in range(0, 0x10000, 1024):
            request = request_of(code, address, 1)
            assert answers.respond(request, 0, len(request), out, 0) == 2 and out[1] == registers.ILLEGAL_FUNCTION


def mutated(rng, frame: bytes) -> bytes:
    """One frame, spoilt in one of the ways of a real line."""
    data = bytearray(frame)
    kind = rng.randrange(6)
    if kind == 0:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del data[rng.randrange(len(data))]
    elif kind == 2:
        data.insert(rng.randrange(len(data) + 1), rng.randrange(256))
    elif kind == 3:
        data = data[: rng.randrange(len(data))]
    elif kind == 4:
        data = bytearray(rng.randbytes(rng.randrange(1, 120)))
    else:
        i = rng.randrange(len(data) - 1)
        data[i], data[i + 1] = data[i + 1], data[i]
    return bytes(data)


@pytest.fixture
def alone(tmp_path):
    node = Alone(tmp_path)
    node.run_to(1_500_000)
    yield node
    node.close()


def test_ten_thousand_mutated_frames_reach_a_real_node_and_nothing_is_accepted(alone):
    """Through the real process: a frame that is not whole is neither answered nor obeyed, and the scan does not notice."""
    rng = random.Random(5)
    good = [sealed(bytes([1]) + request_of(code, address, value)) for code, address, value in (
        (4, 400, 20), (3, 400, 2), (16, 416, 23000), (16, 414, 0), (6, 417, 22000), (5, 225, 0), (1, 225, 1), (16, 100, 1))]
    good.append(sealed(b"\x00" + request_of(16, 414, 0)))
    assert alone.say(good[0]).startswith(b"\x01\x04"), "the whole one is answered"
    answered = 0
    for n in range(10_000):
        frame = mutated(rng, good[n % len(good)])
        if crc16(frame) == 0 and len(frame) >= 4:
            continue  # by chance (or a swap of equal bytes) still whole
        alone.heard.clear()
        end = alone.line.send(alone.line.now_us + 2500, alone.peer, frame)
        alone.run_to(end + alone.line.silence_us + 1)
        answered += bool(alone.heard)
    alone.run_to((alone.t_s + 2) * 1e6)
    p = alone.board.points()
    assert answered == 0 and p["bus.errors"] > 9000
    assert (p["room1.mode"], p["room1.setpoint_mc"], p["water.permissive"], p["node.commands"]) == (1, 20000, 0, 0)
    assert p["node.overruns"] == 0 and p["node.scan_faults"] == 0 and alone.board.resets == 0
    assert alone.say(good[0]).startswith(b"\x01\x04"), "and it still answers"


@pytest.mark.long
def test_an_hour_of_babble_leaves_the_scan_on_time_and_the_node_answering(alone):
    alone.run_to(2e6)
    rng = random.Random(6)
    until = alone.line.now_us + 3600e6
    while alone.line.now_us < until:
        alone.line.send(alone.line.now_us + 2500, alone.peer, rng.randbytes(rng.randrange(1, 250)))
        alone.run_to(alone.line.now_us + 400_000)
    p = alone.board.points()
    assert p["node.commands"] == 0 and p["node.overruns"] == 0 and p["node.scan_faults"] == 0
    assert p["bus.errors"] > 8000
    assert alone.say(sealed(bytes([1]) + request_of(4, 400, 20)))[:3] == b"\x01\x04\x28"
