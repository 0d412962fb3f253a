"""Function code 20: rows and journal in pieces, every malformed request answered with the standard's exception."""

from __future__ import annotations

import random

import pytest

from doubles.toyhouse import Toy
from doubles.wire import rtu_server, sealed
from wellhearth.links.modbus import files, rtu
from wellhearth.storage import history
from whtools.device import history as tool
from whtools.papers import days


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return rtu_server(Toy())


def ask(server, *groups):
    """The answer's PDU; groups: (reference type, file, record, length)."""
    wire, node = server
    body = b"".join(bytes([kind]) + b"".join(n.to_bytes(2, "big") for n in words) for kind, *words in groups)
    wire.inbox.append(sealed(bytes([7, 20, len(body)]) + body))
    node.poll(0)
    answer = wire.sent.pop()
    assert rtu.crc(answer, 0, len(answer)) == 0 and len(answer) <= rtu.SIZE_MAX
    return answer[1:-2]


def write_days(n):
    for i in range(n):
        history.append([3, 9829 + i, 1440, 4, 1, 1402, 1098, 12, i % 1000, 12, i % 1000, 0, 456789, 0, 0, 0])


def test_the_standards_example_has_its_form(server, tmp_path):
    """V1.1b3, 6.14: two groups, of 2 words each, answered with 0x0E bytes: 05 06 and the data, twice."""
    (tmp_path / "history.bin").write_bytes(bytes.fromhex("00010002 0dfe0020 33cd0040"))
    answer = ask(server, (6, 21, 2, 2), (6, 21, 4, 2))
    assert answer == bytes.fromhex("140c 0506 0dfe0020 0506 33cd0040")


def test_all_rows_come_in_pieces_and_the_end_is_an_exception(server, tmp_path):
    write_days(401)  # 21,600 bytes in the older file: into its second part

    class Bus:
        def file_record(self, _address, number, first, count):
            pdu = ask(server, (6, number, first, count))
            return b"" if pdu == b"\x94\x02" else pdu[4:]
    old, new = tool.over_modbus(Bus(), 7, (history.PATH + ".old", history.PATH))
    whole = (tmp_path / "history.bin.old").read_bytes()
    assert old[:len(whole)] == whole and not any(old[len(whole):]) and len(whole) > 2 * files.RECORDS
    rows = days.rows_of(old) + days.rows_of(new)
    assert [row.number for row in rows] == list(range(1, 402))
    journal = ("1.5 boot 0 power\n" * 7).encode()
    (tmp_path / "journal.txt").write_bytes(journal)
    found = tool.over_modbus(Bus(), 7, ("journal.txt", "journal.txt.old"))
    assert found[0].rstrip(b"\0") == journal and found[1] == b""


@pytest.mark.parametrize(("groups", "code"), [
    ([(6, 21, 0, 1)], 2), ([(7, 11, 0, 1)], 2), ([(6, 0, 0, 1)], 2), ([(6, 9, 0, 1)], 2), ([(6, 71, 0, 1)], 2),
    ([(6, 10, 0, 1)], 2), ([(6, 11, 10000, 1)], 2), ([(6, 11, 0, 0)], 3), ([(6, 11, 0, 122)], 3),
    ([(6, 11, 9999, 2)], 3), ([(6, 11, 0, 60), (6, 11, 60, 61)], 3), ([], 3)])
def test_what_is_not_there_or_malformed_is_refused(server, tmp_path, groups, code):
    (tmp_path / "history.bin.old").write_bytes(bytes(30_000))
    assert ask(server, *groups) == bytes([0x94, code])


def test_the_longest_answer_fits_and_the_last_piece_is_filled_up(server, tmp_path):
    (tmp_path / "history.bin").write_bytes(b"\x11" * 241)
    answer = ask(server, (6, 21, 0, 121))
    assert len(answer) == 2 + 2 + 242 and answer[-2:] == b"\x11\x00"


def test_a_hostile_bus_gets_exceptions_and_nothing_else(server, tmp_path):
    (tmp_path / "history.bin").write_bytes(bytes(500))
    rng = random.Random(7)
    wire, node = server
    for _ in range(2000):
        body = rng.randbytes(rng.randrange(0, 40))
        wire.inbox.append(sealed(bytes([7, 20]) + body))
        node.poll(0)
        answer = wire.sent.pop() if wire.sent else b""
        assert answer == b"" or answer[1] in (20, 0x94)
