"""Modbus RTU over an adapter on the bus: registers, file records, identification (pymodbus)."""

from __future__ import annotations

import logging

from .link import LinkError

EXCEPTIONS = {1: "it does not know this function", 2: "it has no such register, or not for writing over the bus",
              3: "the value is outside what this room allows", 4: "it failed", 6: "too many commands: wait a few seconds"}


class Adapter:
    """pymodbus on a serial port."""

    def __init__(self, port: str, baud: int, parity: str, timeout_s: float = 0.5, retries: int = 1):
        from pymodbus.client import ModbusSerialClient

        logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # its word on errors is ours to say
        self.port = port
        self.client = ModbusSerialClient(port, baudrate=baud, parity=parity, stopbits=2 if parity == "N" else 1,
                                         timeout=timeout_s, retries=retries)
        if not self.client.connect():
            raise LinkError(f"{port} cannot be opened; is the adapter plugged in, and nothing else using it?")

    def read(self, address: int, register: int, count: int) -> list[int] | None:
        """Registers, or None when nobody answers there."""
        from pymodbus.exceptions import ModbusException

        try:
            answer = self.client.read_input_registers(register, count=count, device_id=address)
        except ModbusException:
            return None
        return None if answer.isError() else list(answer.registers)

    def file_record(self, address: int, number: int, first: int, count: int) -> bytes:
        """Records of a file (function code 20), b"" behind its end. LinkError when the node does not give them."""
        from pymodbus.exceptions import ModbusException
        from pymodbus.pdu.file_message import FileRecord

        wish = FileRecord(file_number=number, record_number=first, record_length=2 * count)
        try:
            answer = self.client.read_file_record([wish], device_id=address)
        except ModbusException:
            raise LinkError(f"nobody answers at address {address}; check cable, baud rate, parity") from None
        if answer.isError():
            code = getattr(answer, "exception_code", 0)
            if code == 2:
                return b""
            raise LinkError("this node keeps no history to be read over Modbus: wellhearth flash" if code == 1 else
                            f"refused: {EXCEPTIONS.get(code, f'exception {code}')}")
        return getattr(answer, "records")[0].record_data  # noqa: B009 (pymodbus types its answers as the base class)

    def write_file(self, address: int, number: int, first: int, data: bytes) -> int:
        """Records of a file (function code 21), an even number of bytes; the exception's code, 0 for none."""
        from pymodbus.exceptions import ModbusException
        from pymodbus.pdu.file_message import FileRecord

        wish = FileRecord(file_number=number, record_number=first, record_data=data)
        try:
            answer = self.client.write_file_record([wish], device_id=address)
        except ModbusException:
            raise LinkError(f"nobody answers at address {address}; the same command goes on where it was") from None
        return getattr(answer, "exception_code", 4) if answer.isError() else 0

    def identify(self, address: int) -> dict[int, str]:
        """Who this is (function code 43/14): {object: text}. LinkError when nobody says."""
        from pymodbus.exceptions import ModbusException

        try:
            answer = self.client.read_device_information(read_code=3, object_id=0, device_id=address)
        except ModbusException:
            raise LinkError(f"nobody answers at address {address}; check cable, baud rate, parity") from None
        if answer.isError():
            raise LinkError(f"unit {address} does not say who it is: wellhearth flash")
        said = getattr(answer, "information")  # noqa: B009 (pymodbus types its answers as the base class)
        return {number: text.decode(errors="replace") for number, text in said.items()}

    def write(self, address: int, register: int, value: int) -> str:
        """A point; the refusal or ''."""
        from pymodbus.exceptions import ModbusException

        words = [value >> 16 & 0xFFFF, value & 0xFFFF]
        try:
            answer = self.client.write_registers(register, words, device_id=address)
        except ModbusException:
            return f"nobody answers at address {address}; check cable, baud rate, parity (wellhearth rooms --scan)"
        if not answer.isError():
            return ""
        code = getattr(answer, "exception_code", 0)
        return f"refused: {EXCEPTIONS.get(code, f'exception {code}')}"

    def close(self) -> None:
        """Free the port."""
        self.client.close()
