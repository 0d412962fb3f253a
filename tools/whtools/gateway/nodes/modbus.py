"""Modbus RTU to nodes, over any line that carries pymodbus's frames.

Requests are pymodbus's own objects, so that a serial port (serialbus.py) and the simulator's line (simulated.py) are asked
alike.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterable
from typing import Protocol

from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.file_message import FileRecord, ReadFileRecordRequest, WriteFileRecordRequest
from pymodbus.pdu.mei_message import ReadDeviceInformationRequest
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, WriteMultipleRegistersRequest

from wellhearth.links.modbus import filewrite
from wellhearth.tables import kinds, refusals

from ...device.adapter import EXCEPTIONS
from . import tables
from .tables import BlockTable
from .transport import BUS, Entry, Identity, Refused, Silent, Unusable

NAME_OBJECT = 6  # and 0x80, of function code 43/14: the node's name, and
SERIAL_OBJECT = 0x80  # the unit's id (firmware/MODBUS.md)
REGISTERS_MAX = 124  # of one request: whole points (the standard allows 125)
ANSWER_S = 1.0  # a well that carries a request on to a room may need half of it
PROBE_S = 0.2
RETRIES = 2
ADDRESS_MAX = 247
SIGNED_TRIES, SIGNED_S = 12, 0.5  # how often, and how far apart, the outcome of a signed order is asked for

logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # its word on errors is ours to say


class Line(Protocol):
    """What carries one request and its answer."""

    name: str

    def ask(self, request: ModbusPDU, timeout_s: float) -> ModbusPDU:
        """The answer; Silent when none comes."""
        ...


class Unit:
    """One node on a line, at one address."""

    rights = BUS

    def __init__(self, line: Line, address: int, probing: bool = False):
        """address: 1 to 247. probing: one short try, as nobody may be there."""
        self.line = line
        self.address = address
        self.probing = probing

    @property
    def where(self) -> str:
        """The line and the address."""
        return f"{self.line.name} unit {self.address}"

    def ask(self, request: ModbusPDU) -> ModbusPDU:
        """One request, repeated when its answer is lost."""
        if self.probing:
            return self.line.ask(request, PROBE_S)
        for left in range(RETRIES, -1, -1):
            try:
                return self.line.ask(request, ANSWER_S)
            except Unusable:
                raise
            except Silent:
                if not left:
                    raise
        raise AssertionError

    def registers(self, first: int, count: int) -> list[int] | None:
        """Registers, None where the node has no such ones."""
        answer = self.ask(ReadHoldingRegistersRequest(address=first, count=count, dev_id=self.address))
        if answer.isError():
            if getattr(answer, "exception_code", 0) == 2:
                return None
            raise Silent(f"{self.where} answers with exception {getattr(answer, 'exception_code', '?')}")
        if len(answer.registers) != count:
            raise Silent(f"{self.where} answered {len(answer.registers)} registers instead of {count}")
        return list(answer.registers)

    def identify(self) -> Identity:
        """Function code 43/14; older firmware is known by its registers."""
        answer = self.ask(ReadDeviceInformationRequest(read_code=3, object_id=0, dev_id=self.address))
        self.probing = False
        if answer.isError():
            words = self.registers(0, 2)
            if words is None:
                raise Silent(f"{self.where} is no node of Wellhearth: it has no register 0")
            return Identity("", "node", "", "")
        said = texts(answer)
        return Identity(*[said.get(number, "") for number in (0, 1, 2, SERIAL_OBJECT, NAME_OBJECT)])

    def layout(self) -> list[BlockTable]:
        """The blocks it has, each as long as its version's."""
        found = []
        for kind in kinds.KINDS:
            for index in range(kind.most):
                table = self.length(tables.block(kind.name, index))
                if table is None:
                    break
                found.append(table)
        return found

    def length(self, table: BlockTable) -> BlockTable | None:
        """A block cut to the points that this node has; None when it has no such block."""
        if self.registers(table.first, 2) is None:
            return None
        there, missing = 1, len(table.rows) + 1
        probe = len(table.rows)
        while missing - there > 1:  # the whole block first, then halves
            if self.registers(table.first + 2 * (probe - 1), 2) is None:
                missing = probe
            else:
                there = probe
            probe = (there + missing) // 2
        return table.cut(there)

    def read(self, blocks: Iterable[BlockTable]) -> dict[str, int]:
        """Every point of these blocks."""
        found: dict[str, int] = {}
        for table in blocks:
            words: list[int] = []
            while len(words) < table.registers:
                part = self.registers(table.first + len(words), min(REGISTERS_MAX, table.registers - len(words)))
                if part is None:
                    raise Silent(f"{self.where} has no {table.name} any more: it was configured anew")
                words += part
            for row in table.rows:
                found[f"{table.name}.{row.name}"] = signed(words[row.register], words[row.register + 1])
        return found

    def order(self, block: BlockTable, name: str, value: int, who: str) -> None:
        """Function code 16, both registers of a point."""
        row = block.row(name)
        assert row is not None
        words = [value >> 16 & 0xFFFF, value & 0xFFFF]
        answer = self.ask(WriteMultipleRegistersRequest(address=block.first + row.register, registers=words,
                                                        dev_id=self.address))
        if answer.isError():
            code = getattr(answer, "exception_code", 0)
            raise Refused(EXCEPTIONS.get(code, f"exception {code}"))

    def signed(self, text: str) -> None:
        """Function code 21, file 98; its outcome is asked for until it is there."""
        data = text.encode()
        before = self.outcome()[0]
        with contextlib.suppress(Silent):  # an answer that is lost: asked again it would be an order given twice
            self.line.ask(WriteFileRecordRequest(dev_id=self.address, records=[FileRecord(
                file_number=filewrite.SIGNED_FILE, record_number=0, record_data=data + bytes(len(data) % 2))]), ANSWER_S)
        for _ in range(SIGNED_TRIES):
            number, waits, code = self.outcome()
            if number != before and not waits:
                if code:
                    key, said = refusals.REFUSALS[code]
                    raise Refused(key if "%" in said else said)
                return
            time.sleep(SIGNED_S)
        raise Silent(f"{self.where} does not say what became of the order; its journal will")

    def outcome(self) -> tuple[int, int, int]:
        """(which order was the last, whether it waits, the code of tables/refusals)."""
        answer = self.ask(ReadFileRecordRequest(dev_id=self.address, records=[FileRecord(
            file_number=filewrite.SIGNED_FILE, record_number=0, record_length=8)]))
        try:
            number, waits, code = list(getattr(answer, "records", []))[0].record_data.rstrip(b"\0").split(b" ")
            return int(number), int(waits), int(code)
        except (AttributeError, IndexError, ValueError):
            raise Refused("this node's firmware takes no signed orders yet: wellhearth update") from None

    def journal(self, after: int) -> list[Entry] | None:
        """Registers carry none."""
        return None


def signed(high: int, low: int) -> int:
    """Two registers as a point's value."""
    value = high << 16 | low
    return value - (1 << 32) if value & 0x80000000 else value


def texts(answer: ModbusPDU) -> dict[int, str]:
    """The objects of a device identification as text."""
    information = getattr(answer, "information", {})
    return {number: value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            for number, value in information.items()}
