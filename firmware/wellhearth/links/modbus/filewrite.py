"""Function code 21, write file record: a signed order, or one to install a release and its pack in pieces. Loaded with the
first one.

File 98 takes an operator's or installer's signed order (links/signed.py), in one request from record 0 on, filled up with
zeros; read back it is `NUMBER WAITS CODE`: which one was the last, 1 while it waits for its moment, the code of
tables/refusals.

File 100 takes the order, in one request from record 0 on, filled up with zeros; read back (function code 20) it is how far
the update is: `PHASE WHY RECEIVED COUNTER FLOOR SLOT VERSION ORDER`. Files 101 and up take the pack, 10,000 records of 16
bits each (Modbus application protocol V1.1b3, 6.15). Exceptions: 6 a moment later, 2 a gap before it, 3 refused (the point
node.update_why says why).
"""

from ...storage import slots
from ...tables import refusals, signed_refusals
from . import registers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...app.update import Update
    from ...hardware import Buffer
    from ..commands import Commands
    from ..signed import Signed

GROUP = 7
SIGNED_FILE = 98
ORDER_FILE, FIRST_FILE, LAST_FILE = 100, 101, 199
RECORDS = 10_000
LATER = (slots.FULL, slots.BUSY)


def write(buf: bytearray, begin: int, end: int, out: bytearray, at: int, commands: "Commands") -> int:
    """Carry out the request PDU buf[begin:end], one group; where its answer ends. Refused with a Modbus exception."""
    word_at = registers.word_at
    n = end - begin - 2
    if n <= GROUP or buf[begin + 1] != n or n != GROUP + 2 * word_at(buf, begin + 7):
        raise registers.Refused(registers.ILLEGAL_VALUE)
    number = word_at(buf, begin + 3)
    first = word_at(buf, begin + 5)
    if buf[begin + 2] == 6 and number == SIGNED_FILE and first == 0 and commands.signed is not None:
        code = commands.signed().post(text_of(memoryview(buf)[begin + 9:end]), commands.node.board.clock.ticks_ms())
        if code != refusals.OK:
            raise registers.Refused(registers.BUSY if code == signed_refusals.BUSY else registers.ILLEGAL_VALUE)
        return echo(buf, begin, end, out, at)
    if buf[begin + 2] != 6 or not ORDER_FILE <= number <= LAST_FILE or first >= RECORDS or commands.updates is None:
        raise registers.Refused(registers.ILLEGAL_ADDRESS)
    data = memoryview(buf)[begin + 9:end]
    work = commands.updates()
    if number == ORDER_FILE:
        code = work.begin(text_of(data)) if first == 0 else slots.GAP
    else:
        where = 2 * ((number - FIRST_FILE) * RECORDS + first)
        if work.order is not None:
            data = data[:max(0, work.order.size - where)]  # a pack of odd size is filled up
        code = work.piece(where, data)
    if code != slots.FINE:
        raise registers.Refused(registers.BUSY if code in LATER else registers.ILLEGAL_ADDRESS if code == slots.GAP
                                else registers.ILLEGAL_VALUE)
    return echo(buf, begin, end, out, at)


def echo(buf: bytearray, begin: int, end: int, out: bytearray, at: int) -> int:
    """The answer is the request (6.15); where it ends."""
    for i in range(end - begin):
        out[at + i] = buf[begin + i]
    return at + end - begin


def text_of(data: "Buffer") -> str:
    """An order as text; "" for bytes that are none."""
    try:
        return bytes(data).rstrip(b"\0").decode()
    except ValueError:
        return ""


def outcome(signed: "Signed") -> bytes:
    """What became of the last signed order."""
    return b"%d %d %d" % (signed.number, signed.pending is not None, signed.code)


def status(work: "Update") -> bytes:
    """How far it is, for the other end of a line."""
    return ("%d %d %d %d %d %s %d %s" % (work.phase, work.app.node.p.update_why, work.received(), work.state.counter,
                                         work.state.floor, work.running or "-", work.app.node.p.version,
                                         work.text() or "-")).encode()
