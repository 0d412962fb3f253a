"""Function code 20, read file record: the node's rows and journal in pieces. Loaded for as long as a request takes.

File number: ten times the place of a file in `files` (from 1) and its part, from 1: a part has 10,000 records of 16 bits
(Modbus application protocol V1.1b3, 6.14). What lies behind the end is filled with zeros, a group that begins there is
refused (code 2).
"""

import os

from ...storage import history
from . import registers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..commands import Commands

GROUP = 7  # bytes of a group in a request
BYTES_MAX = 245  # of an answer's groups
RECORDS = 10_000
PARTS = 9
UPDATE, SIGNED = 100, 98  # the files of filewrite.status and filewrite.outcome


def files(journal_path: str):
    """Paths by their place in a file number, from 1: the older file of each first."""
    return (history.PATH + ".old", history.PATH, history.TEN_PATH + ".old", history.TEN_PATH, journal_path + ".old",
            journal_path)


def piece(path: str, at: int, size: int) -> bytes:
    """`size` bytes of a file from byte `at`. Refused where it has none there."""
    try:
        if at < os.stat(path)[6]:
            with open(path, "rb") as f:
                f.seek(at)
                found = f.read(size)
                return found + bytes(size - len(found))
    except OSError:
        pass
    raise registers.Refused(registers.ILLEGAL_ADDRESS)


def state_of(commands: "Commands", number: int, at: int, size: int) -> bytes:
    """How far an update is, or what became of a signed order, filled up. Refused behind its end."""
    from . import filewrite
    text = b""
    if number == SIGNED:
        text = filewrite.outcome(commands.signed()) if commands.signed is not None else b""
    elif commands.updates is not None:
        text = filewrite.status(commands.updates())
    if at >= len(text):
        raise registers.Refused(registers.ILLEGAL_ADDRESS)
    found = text[at:at + size]
    return found + bytes(size - len(found))


def read(buf: bytearray, begin: int, end: int, out: bytearray, at: int, commands: "Commands") -> int:
    """Answer the request PDU buf[begin:end] into out[at:]; where the answer ends. Refused with a Modbus exception."""
    board = commands.node.board
    word_at = registers.word_at
    n = end - begin - 2
    if n < GROUP or n % GROUP or buf[begin + 1] != n:
        raise registers.Refused(registers.ILLEGAL_VALUE)
    to = at + 2
    paths = files(getattr(board, "JOURNAL_PATH", "journal.txt"))
    for i in range(begin + 2, end, GROUP):
        number, part = divmod(word_at(buf, i + 1), 10)
        first = word_at(buf, i + 3)
        size = 2 * word_at(buf, i + 5)
        state = word_at(buf, i + 1) in (UPDATE, SIGNED) and buf[i] == 6 and first < RECORDS
        if not state and (buf[i] != 6 or not 1 <= number <= len(paths) or not 1 <= part <= PARTS or first >= RECORDS):
            raise registers.Refused(registers.ILLEGAL_ADDRESS)
        if not size or to - at + size > BYTES_MAX or first + size // 2 > RECORDS:
            raise registers.Refused(registers.ILLEGAL_VALUE)
        out[to] = size + 1
        out[to + 1] = 6
        out[to + 2:to + 2 + size] = state_of(commands, word_at(buf, i + 1), 2 * first, size) if state else piece(
            paths[number - 1], 2 * ((part - 1) * RECORDS + first), size)
        to += 2 + size
    out[at + 1] = to - at - 2
    return to
