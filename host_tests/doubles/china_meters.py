"""Meters that speak DL/T 645-2007 and CJ/T 188-2004, written from the standards' frames and from nothing of the firmware's.

Each is a function of what it hears on the line (one burst), to what it answers (b"" when it is not addressed).
"""

from __future__ import annotations


def bcd(value: int, size: int) -> bytes:
    """Decimal digits, two to a byte, the lowest byte first."""
    return bytes.fromhex(f"{value:0{2 * size}d}")[::-1]


def sealed(body: bytes) -> bytes:
    return body + bytes([sum(body) % 256, 0x16])


class Dlt645:
    """address: 12 digits. kwh, kw: what its registers show. refuses: it answers with an error."""

    def __init__(self, address: str, kwh: float = 0.0, kw: float = 0.0):
        self.address, self.kwh, self.kw = address, kwh, kw
        self.silent = self.refuses = False
        self.asked: list[str] = []

    def __call__(self, heard: bytes) -> bytes:
        frame = heard.lstrip(b"\xfe")
        station = bytes.fromhex(self.address)[::-1]
        if self.silent or len(frame) < 12 or frame[0] != 0x68 or frame[7] != 0x68 or frame[1:7] != station:
            return b""
        if frame[-1] != 0x16 or frame[-2] != sum(frame[:-2]) % 256 or frame[8] != 0x11 or frame[9] != 4:
            return b""
        identifier = bytes(b - 0x33 & 0xFF for b in frame[10:14])
        self.asked.append(identifier[::-1].hex())
        if identifier[::-1].hex() == "00010000":
            data = bcd(round(self.kwh * 100) % 10**8, 4)
        elif identifier[::-1].hex() == "02030000":
            digits = bytearray(bcd(round(abs(self.kw) * 10**4), 3))
            digits[2] |= 0x80 if self.kw < 0 else 0
            data = bytes(digits)
        else:
            self.refuses = True
            data = b""
        head = b"\x68" + station + b"\x68"
        if self.refuses:
            return b"\xfe" * 4 + sealed(head + bytes([0xD1, 1, 0x02 + 0x33]))
        content = bytes(b + 0x33 & 0xFF for b in identifier + data)
        return b"\xfe" * 4 + sealed(head + bytes([0x91, len(content)]) + content)


class Cjt188:
    """address: 14 digits. order: how it wants its data identifier, "901f" or "1f90"."""

    kind = 0x10

    def __init__(self, address: str, order: str = "901f"):
        self.address, self.order = address, bytes.fromhex(order)
        self.silent = False

    def data(self) -> bytes:
        raise NotImplementedError

    def __call__(self, heard: bytes) -> bytes:
        frame = heard.lstrip(b"\xfe")
        station = bytes.fromhex(self.address)[::-1]
        if self.silent or len(frame) != 16 or frame[:9] != bytes([0x68, self.kind]) + station:
            return b""
        if frame[-1] != 0x16 or frame[-2] != sum(frame[:-2]) % 256 or frame[9:13] != b"\x01\x03" + self.order:
            return b""
        content = self.order + frame[13:14] + self.data()
        return b"\xfe" * 3 + sealed(frame[:9] + bytes([0x81, len(content)]) + content)


TIME = bytes.fromhex("00300701122620")  # 2026-12-01 07:30:00


class Heat(Cjt188):
    """A heat meter; unit: 05 kWh, 08 MWh, 0e MJ, 11 GJ."""

    kind = 0x20

    def __init__(self, address: str, order: str = "901f", unit: int = 0x05):
        super().__init__(address, order)
        self.unit, self.supply_c, self.return_c = unit, 15.0, 12.0
        self.energy = self.kw = self.m3h = self.m3 = 0.0

    def data(self) -> bytes:
        energy = bcd(round(self.energy * 100), 4) + bytes([self.unit])
        return (bcd(0, 4) + bytes([self.unit]) + energy + bcd(round(self.kw * 100), 4) + b"\x17" +
                bcd(round(self.m3h * 10**4), 4) + b"\x35" + bcd(round(self.m3 * 100), 4) + b"\x2c" +
                bcd(round(self.supply_c * 100), 3) + bcd(round(self.return_c * 100), 3) + bcd(1234, 3) + TIME + b"\x00\x00")


class Water(Cjt188):
    """A water meter."""

    def __init__(self, address: str, order: str = "901f"):
        super().__init__(address, order)
        self.m3 = 0.0

    def data(self) -> bytes:
        return bcd(round(self.m3 * 100), 4) + b"\x2c" + bcd(0, 4) + b"\x2c" + TIME + b"\x00\x00"


class Line:
    """All meters of a line: whoever is addressed answers."""

    def __init__(self, *meters):
        self.meters = meters

    def __call__(self, heard: bytes) -> bytes:
        return b"".join(meter(heard) for meter in self.meters)
