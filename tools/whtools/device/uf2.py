"""UF2 files (github.com/microsoft/uf2): read with every check, written anew; and what a Pico's program says of itself.

The Pico SDK puts "binary info" into each program: name, version, board, and where its file system lies. So nothing about a
build's flash is guessed here (pico-sdk, src/common/pico_binary_info/include/pico/binary_info/structure.h).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

BLOCK, PAYLOAD = 512, 256
MAGIC = (0x0A324655, 0x9E5D5157)
MAGIC_END = 0x0AB16F30
NOT_MAIN_FLASH, FAMILY_PRESENT = 0x00000001, 0x00002000
# uf2families.json of the same repository; the absolute one carries the RP2350's work-around of its erratum E10.
FAMILIES = {0xE48BFF56: "RP2040", 0xE48BFF59: "RP2350", 0xE48BFF5A: "RP2350 (RISC-V)", 0xE48BFF57: "absolute"}
ABSOLUTE = 0xE48BFF57
INFO_BEGIN, INFO_END = 0x7188EBF2, 0xE71AA390
INFO_WITHIN = 0x1000  # of the program's begin
TEXT, DEVICE = 6, 7  # kinds of entries
PROGRAM, VERSION, BOARD = 0x02031C86, 0x11A9BC3A, 0xB63CFFBB


class Uf2Error(ValueError):
    """Why a file is none, or not whole."""


@dataclass(frozen=True)
class Part:
    """Blocks of one family: {address: bytes}."""

    family: int
    pages: dict[int, bytes]

    def at(self, address: int, n: int) -> bytes:
        """`n` bytes from `address` on, 0xFF where the file has none."""
        found = bytearray()
        while len(found) < n:
            here = address + len(found)
            page = here - here % PAYLOAD
            found += self.pages.get(page, b"\xff" * PAYLOAD)[here - page:]
        return bytes(found[:n])

    def word(self, address: int) -> int:
        """The 32 bits there."""
        return int.from_bytes(self.at(address, 4), "little")

    def text(self, address: int) -> str:
        """The text there, to its zero; 80 bytes at the most."""
        return self.at(address, 80).partition(b"\0")[0].decode("ascii", "replace")


@dataclass(frozen=True)
class Info:
    """What a program says of itself. device: (first address, bytes) of its file system, or None."""

    program: str
    version: str
    board: str
    device: tuple[int, int] | None


def block(data: bytes, at: int) -> tuple[int, int, int, int, bytes]:
    """(family, address, number, count, payload) of the block at `at`."""
    first, second, flags, address, size, number, count, family = struct.unpack_from("<8I", data, at)
    where = f"block {at // BLOCK}"
    if (first, second) != MAGIC or struct.unpack_from("<I", data, at + BLOCK - 4)[0] != MAGIC_END:
        raise Uf2Error(f"{where} is none of a UF2 file: is it the right file, and whole?")
    if not flags & FAMILY_PRESENT or family not in FAMILIES:
        raise Uf2Error(f"{where} is for another chip (family 0x{family:08x}): wanted a file for an RP2040 or RP2350")
    if flags & NOT_MAIN_FLASH or size != PAYLOAD or address % PAYLOAD:
        raise Uf2Error(f"{where} has {size} bytes for 0x{address:08x}: not what a Pico's boot ROM writes")
    return family, address, number, count, data[at + 32:at + 32 + size]


def read(data: bytes) -> list[Part]:
    """The parts of a file, in its order. Uf2Error with the reason when it is not whole."""
    if not data or len(data) % BLOCK:
        raise Uf2Error(f"{len(data)} bytes are no whole number of UF2 blocks of {BLOCK}: the download was cut short")
    pages: dict[int, dict[int, bytes]] = {}
    seen: dict[int, tuple[set[int], int]] = {}
    for at in range(0, len(data), BLOCK):
        family, address, number, count, payload = block(data, at)
        if address in pages.setdefault(family, {}):
            raise Uf2Error(f"0x{address:08x} is written twice")
        pages[family][address] = payload
        numbers, total = seen.setdefault(family, (set(), count))
        numbers.add(number)
        if count != total:
            raise Uf2Error(f"block {at // BLOCK} says the file has {count} blocks, others say {total}")
    for family, (numbers, total) in seen.items():
        # The absolute block of an RP2350's file says 2 and stands alone: it is never written (RP2350-E10).
        if family != ABSOLUTE and numbers != set(range(total)):
            raise Uf2Error(f"{len(numbers)} of {total} blocks are there: the download was cut short")
    return [Part(family, found) for family, found in pages.items()]


def main_part(parts: list[Part]) -> Part:
    """The program's."""
    programs = [part for part in parts if part.family != ABSOLUTE]
    if len(programs) != 1:
        raise Uf2Error(f"{len(programs)} programs are in the file, wanted one")
    return programs[0]


def info(part: Part) -> Info:
    """What the program says of itself. Uf2Error when it says nothing."""
    begin = min(part.pages)
    for at in range(begin, begin + INFO_WITHIN, 4):
        if part.word(at) == INFO_BEGIN and part.word(at + 16) == INFO_END:
            break
    else:
        raise Uf2Error("the program says nothing of itself (no binary info): is it MicroPython?")
    said: dict[int, str] = {}
    device = None
    for entry in range(part.word(at + 4), part.word(at + 8), 4):
        here = part.word(entry)
        kind = part.word(here) & 0xFFFF
        if kind == TEXT:
            said.setdefault(part.word(here + 4), part.text(part.word(here + 8)))
        elif kind == DEVICE:
            device = (part.word(here + 8), part.word(here + 12))
    return Info(said.get(PROGRAM, ""), said.get(VERSION, ""), said.get(BOARD, ""), device)


def written(part: Part, count: int = 0) -> bytes:
    """Its blocks in the order of their addresses, numbered anew. count: of blocks that they say the file has; 0: theirs."""
    out = bytearray()
    for number, (address, payload) in enumerate(sorted(part.pages.items())):
        out += struct.pack("<8I", *MAGIC, FAMILY_PRESENT, address, PAYLOAD, number, count or len(part.pages), part.family)
        out += payload + bytes(BLOCK - 32 - PAYLOAD - 4) + struct.pack("<I", MAGIC_END)
    return bytes(out)
