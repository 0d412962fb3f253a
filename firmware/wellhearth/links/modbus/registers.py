"""A Modbus server behind the point table: request in, response out, no line and no clock.

Modbus application protocol V1.1b3. Function codes 1 and 2 (bits), 3 and 4 (registers; both read every point), 5, 6, 16,
20 (files.py), 21 (filewrite.py), 43/14 (who this is). A point has two registers, high word first. Function code 6 writes
its low word (sign extended); 16 writes whole points, all or none. A bit has the number of its point: register / 2.
"""

from ...tables import drop, refusals
from .. import orders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ...hardware import Board
    from ...tables.points import Points
    from ..commands import Commands

READ_COILS, READ_BITS, READ_HOLDING, READ_INPUT, WRITE_COIL, WRITE_REGISTER = range(1, 7)
WRITE_REGISTERS = 16
READ_FILE = 20
WRITE_FILE = 21
IDENTIFY = 43

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, SERVER_FAILURE = range(1, 5)
BUSY = 6
EXCEPTIONS = {refusals.TOO_MANY: BUSY, refusals.BUS_FULL: BUSY, refusals.ROOM_RANGE: ILLEGAL_VALUE}
# All other refusals: ILLEGAL_ADDRESS.

BITS_MAX = 2000
READ_MAX = 125
WRITE_MAX = 123


class Refused(Exception):
    """A Modbus exception code, in args[0]."""


class Server:
    """Answers requests out of a node's points; writes go through the command layer.

    link: the name this server has in the command layer, its writer's name too. well_link: the link for rows that only the
    well (or the plant) may write, "" when none is at the other end. board: whose id is told.
    """

    def __init__(self, node_points: "Points", commands: "Commands", link: str, well_link: str = "",
                 board: "Board | None" = None):
        self.board = board
        self.commands = commands
        self.link = link
        self.well_link = well_link
        self.blocks = []
        for block in node_points.blocks:
            order = bytearray(len(block.rows))
            for i, row in enumerate(block.rows):
                order[row.register >> 1] = i
            self.blocks.append((block.base, block.base + 2 * len(order), order, block))

    def find(self, register: int):
        """(block, row) that has this register; Refused when none has."""
        for first, end, order, block in self.blocks:
            if first <= register < end:
                return block, block.rows[order[(register - first) >> 1]]
        raise Refused(ILLEGAL_ADDRESS)

    def respond(self, buf: bytearray, begin: int, end: int, out: bytearray, at: int) -> int:
        """The request PDU buf[begin:end] is answered into out[at:]; returns where the response ends."""
        code = buf[begin] if end > begin else 0
        try:
            out[at] = code
            if code == READ_HOLDING or code == READ_INPUT:
                return self.read_registers(buf, begin, end, out, at)
            if code == WRITE_REGISTERS:
                return self.write_registers(buf, begin, end, out, at)
            if code == WRITE_REGISTER:
                return self.write_register(buf, begin, end, out, at)
            if code == READ_COILS or code == READ_BITS:
                return self.read_bits(buf, begin, end, out, at, code == READ_COILS)
            if code == WRITE_COIL:
                return self.write_coil(buf, begin, end, out, at)
            if code == READ_FILE:
                from . import files
                try:
                    return files.read(buf, begin, end, out, at, self.commands)
                finally:
                    drop(files)
            if code == WRITE_FILE:
                from . import filewrite  # it stays: a thousand pieces come, and a reset behind them
                return filewrite.write(buf, begin, end, out, at, self.commands)
            if code == IDENTIFY:
                return self.identify(buf, begin, end, out, at)
            raise Refused(ILLEGAL_FUNCTION)
        except Refused as e:
            reason = e.args[0]
        except MemoryError:
            reason = SERVER_FAILURE
        out[at] = code | 0x80
        out[at + 1] = reason
        return at + 2

    def identify(self, buf: bytearray, begin: int, end: int, out: bytearray, at: int) -> int:
        """Function code 43: rarely asked for, so it is in memory for as long as it takes."""
        from . import identification
        try:
            return identification.respond(self.commands.node, self.board, buf, begin, end, out, at)
        finally:
            drop(identification)

    # -- reading --

    def read_registers(self, buf: bytearray, begin: int, end: int, out: bytearray, at: int) -> int:
        """Function codes 3 and 4."""
        first, count = ask(buf, begin, end, READ_MAX)
        out[at + 1] = 2 * count
        to = at + 2
        register = first
        end_register = first + count
        while register < end_register:
            block, row = self.find(register)
            value = getattr(block, row.name)
            if not register & 1:
                out[to] = value >> 24 & 0xFF
                out[to + 1] = value >> 16 & 0xFF
                to += 2
                register += 1
                if register == end_register:
                    break
            out[to] = value >> 8 & 0xFF
            out[to + 1] = value & 0xFF
            to += 2
            register += 1
        return to

    def read_bits(self, buf: bytearray, begin: int, end: int, out: bytearray, at: int, coils: bool) -> int:
        """Function codes 1 (bits that may be written) and 2 (all bits)."""
        first, count = ask(buf, begin, end, BITS_MAX)
        n = (count + 7) >> 3
        out[at + 1] = n
        for i in range(n):
            out[at + 2 + i] = 0
        for i in range(count):
            block, row = self.find((first + i) * 2)
            if row.unit != "bool" or (coils and not row.who):
                raise Refused(ILLEGAL_ADDRESS)
            if getattr(block, row.name):
                out[at + 2 + (i >> 3)] |= 1 << (i & 7)
        return at + 2 + n

    # -- writing --

    def write_coil(self, buf: bytearray, begin: int, end: int, out: bytearray, at: int) -> int:
        """Function code 5."""
        if end - begin != 5:
            raise Refused(ILLEGAL_VALUE)
        value = word_at(buf, begin + 3)
        if value != 0 and value != 0xFF00:
            raise Refused(ILLEGAL_VALUE)
        block, row = self.find(word_at(buf, begin + 1) * 2)
        if row.unit != "bool":
            raise Refused(ILLEGAL_ADDRESS)
        self.write(((block, row, 1 if value else 0),))
        return echo(buf, begin, out, at)

    def write_register(self, buf: bytearray, begin: int, end: int, out: bytearray, at: int) -> int:
        """Function code 6: the low word of a point, for values of -32,768 to 32,767."""
        if end - begin != 5:
            raise Refused(ILLEGAL_VALUE)
        register = word_at(buf, begin + 1)
        block, row = self.find(register)
        if not register & 1:
            raise Refused(ILLEGAL_ADDRESS)
        value = word_at(buf, begin + 3)
        self.write(((block, row, value - 0x10000 if value & 0x8000 else value),))
        return echo(buf, begin, out, at)

    def write_registers(self, buf: bytearray, begin: int, end: int, out: bytearray, at: int) -> int:
        """Function code 16: whole points."""
        if end - begin < 6:
            raise Refused(ILLEGAL_VALUE)
        first = word_at(buf, begin + 1)
        count = word_at(buf, begin + 3)
        if not 1 <= count <= WRITE_MAX or buf[begin + 5] != 2 * count or end - begin != 6 + 2 * count:
            raise Refused(ILLEGAL_VALUE)
        if first & 1 or count & 1:
            raise Refused(ILLEGAL_ADDRESS)
        changes = []
        for i in range(0, count, 2):
            block, row = self.find(first + i)
            changes.append((block, row, long_at(buf, begin + 6 + 2 * i)))
        self.write(changes)
        return echo(buf, begin, out, at)

    def write(self, changes: "Sequence[tuple]") -> None:
        """All of (block, row, value), or none: Refused with the reason's code."""
        now_s = self.commands.node.p.uptime_s
        given = []
        for block, row, value in changes:
            if not row.who:
                raise Refused(ILLEGAL_ADDRESS)
            if refusals.of_row(row, value) != refusals.OK:
                raise Refused(ILLEGAL_VALUE)
            role = row.who if row.who in ("w", "p") and self.well_link else "b"  # rows of the well's, or the plant's, alone
            link = self.link if role == "b" else self.well_link
            given.append(orders.Order(link, role, link, block.name + "." + row.name, value))
        for order in given:
            refuse(self.commands.check(order))
        if self.commands.links[self.link].allowance(now_s) < len(given):
            raise Refused(BUSY)
        for order in given:
            refuse(self.commands.give(order))


def refuse(code: int) -> None:
    """The command layer's refusal as a Modbus exception; nothing when there is none."""
    if code != refusals.OK:
        raise Refused(EXCEPTIONS.get(code, ILLEGAL_ADDRESS))


def word_at(buf: bytearray, i: int) -> int:
    """Two bytes, high one first."""
    return buf[i] << 8 | buf[i + 1]


def long_at(buf: bytearray, i: int) -> int:
    """Two registers as a point's value."""
    high = word_at(buf, i)
    return (high - 0x10000 if high & 0x8000 else high) << 16 | word_at(buf, i + 2)


def put_long(buf: bytearray, at: int, value: int) -> int:
    """A point's value as two registers; returns the place behind it."""
    buf[at] = value >> 24 & 0xFF
    buf[at + 1] = value >> 16 & 0xFF
    buf[at + 2] = value >> 8 & 0xFF
    buf[at + 3] = value & 0xFF
    return at + 4


def ask(buf: bytearray, begin: int, end: int, most: int):
    """(first, count) of a reading request; Refused when it is malformed or asks for too much."""
    if end - begin != 5:
        raise Refused(ILLEGAL_VALUE)
    count = word_at(buf, begin + 3)
    if not 1 <= count <= most:
        raise Refused(ILLEGAL_VALUE)
    return word_at(buf, begin + 1), count


def echo(buf: bytearray, begin: int, out: bytearray, at: int) -> int:
    """The answer to a write: function code, address, and value or count as they came."""
    for i in range(5):
        out[at + i] = buf[begin + i]
    return at + 5
