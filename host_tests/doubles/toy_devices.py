"""Field devices of a toy plant behind their register maps, the port of their line, and a pin."""

from __future__ import annotations

import importlib
import struct

from wellhearth.links.modbus import rtu

from .wire import Wire


class Device:
    """One thing on a line: `says` by signal, `told` by signal, through its register map. silent: it does not answer."""

    def __init__(self, kind: str, address: int, **says):
        self.map = importlib.import_module(f"wellhearth.links.field.types.{kind}")
        self.kind, self.address = kind, address
        self.says = {field[0]: 0 for read in self.map.READS for field in read[4]} | says
        self.told = {field[0]: 0 for write in self.map.WRITES for field in write[2]}
        self.forced: dict[str, int] = {}  # what it says whatever the water does
        self.unknown: set[str] = set()
        self.silent = False
        self.heard_s = 0

    def registers(self, read) -> list[int]:
        """The registers (or bits) of one of its READS as they stand."""
        words = [0] * read[2]
        says = self.says | self.forced
        for signal, place, form, multiplier, divisor in read[4]:
            raw = int(says[signal]) * divisor // multiplier
            if form in ("bit",):
                words[place] = int(bool(raw))
            elif form.startswith("bit"):
                words[place] |= int(bool(raw)) << int(form[3:])
            elif form in ("u32", "s32"):
                words[place:place + 2] = raw >> 16 & 0xFFFF, raw & 0xFFFF
            else:
                words[place] = {"s16": 0x8000, "u16": 0xFFFF}[form] if signal in self.unknown else raw & 0xFFFF
        return words

    def answer(self, frame: bytes) -> bytes:
        """What it says to a request without CRC, b"" when it says nothing."""
        code, first, count = frame[1], *struct.unpack(">HH", frame[2:6])
        if code in (1, 2, 3, 4):
            for read in self.map.READS:
                if read[:3] == (code, first, count):
                    words = self.registers(read)
                    if code < 3:
                        bits = sum(bit << i for i, bit in enumerate(words))
                        body = bits.to_bytes((count + 7) // 8, "little")
                    else:
                        body = struct.pack(f">{count}H", *words)
                    return frame[:2] + bytes([len(body)]) + body
            return bytes([frame[0], code | 0x80, 2])
        self.heard_s = 0
        for write in self.map.WRITES:
            if write[:2] == (code, first):
                size = 4 if getattr(self.map, "WIDE", False) else 2
                for i, (signal, multiplier, divisor) in enumerate(write[2]):
                    at = 7 + size * i
                    raw = count if code in (5, 6) else int.from_bytes(frame[at:at + size], "big", signed=size == 4)
                    self.told[signal] = int(raw == 0xFF00) if code == 5 else raw * divisor // multiplier
                return frame[:6]
        return bytes([frame[0], code | 0x80, 2])


class Port(Wire):
    """One UART of the node; its devices answer at once."""

    def __init__(self, devices: dict[int, Device]):
        super().__init__()
        self.devices = devices

    def send(self, frame, n):
        super().send(frame, n)
        data = self.sent[-1]
        assert rtu.crc(data, 0, n) == 0
        device = self.devices.get(data[0])
        if device is not None and not device.silent:
            answer = bytearray(device.answer(data[:-2])) + bytearray(2)
            rtu.seal(answer, len(answer) - 2)
            self.inbox.append(bytes(answer))

    def sending(self):
        return False


class Pin:
    """A relay's output and its feedback."""

    def __init__(self):
        self.on = False

    def set(self, on):
        self.on = bool(on)

    def get(self):
        return self.on
