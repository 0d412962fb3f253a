"""A stock MicroPython for an ESP32 as one file: which chip, which version, where its file system lies.

Formats: ESP-IDF's image header and application description (bootloader_support/include/esp_app_format.h,
esp_app_format/include/esp_app_desc.h) and partition table (components/partition_table/gen_esp32part.py). Where the file
system lies: MicroPython 1.26 to 1.28, ports/esp32/main.c, boardctrl_startup: the `vfs` partition, else all from the last
partition's end to the end of the flash, whose size the chip is asked for.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

MAGIC = 0xE9  # of a program's image
CHIPS = {0: ("esp32", 0x1000), 9: ("esp32s3", 0x0)}  # id in the header: (esptool's name, where the boot loader begins)
TABLE, TABLE_SIZE, ENTRY = 0x8000, 0xC00, 32
ENTRY_MAGIC, MD5_MAGIC = b"\xaa\x50", b"\xeb\xeb"
APP, DATA = 0, 1  # types of partitions
DESCRIBED, DESCRIPTION = 0xABCD5432, 0x20  # magic word; behind the header of the image and of its first segment


class EspError(ValueError):
    """Why a file is no such MicroPython, or not whole."""


@dataclass(frozen=True)
class Partition:
    """A row of the partition table."""

    kind: int
    offset: int
    size: int
    label: str


@dataclass(frozen=True)
class Image:
    """A stock MicroPython. base: the flash address of its first byte."""

    data: bytes
    chip: str
    base: int
    program: str
    version: str
    partitions: tuple[Partition, ...]

    def place(self, flash_size: int) -> tuple[int, int]:
        """(address, bytes) of the file system in a flash of so many bytes. EspError when there is no room."""
        for one in self.partitions:
            if one.label == "vfs":
                return one.offset, one.size
        begin = max(one.offset + one.size for one in self.partitions)
        if begin >= flash_size:
            raise EspError(f"its partitions reach to 0x{begin:x}: a flash of {flash_size >> 20} MB leaves no room for files")
        return begin, flash_size - begin


def partitions(table: bytes) -> tuple[Partition, ...]:
    """The rows of a table, whose MD5 has to fit. EspError when it is none."""
    found = []
    for at in range(0, len(table) - ENTRY + 1, ENTRY):
        entry = table[at:at + ENTRY]
        if entry[:2] == MD5_MAGIC:
            if hashlib.md5(table[:at]).digest() != entry[16:]:
                raise EspError("its partition table is damaged")
            return tuple(found)
        if entry[:2] != ENTRY_MAGIC:
            break
        _magic, kind, _subtype, offset, size, label = struct.unpack_from("<HBBII16s", entry)
        found.append(Partition(kind, offset, size, label.partition(b"\0")[0].decode("ascii", "replace")))
    raise EspError("it has no partition table at 0x8000, or one without its MD5: wanted a whole stock image")


def read(data: bytes) -> Image:
    """What a file is. EspError says why it is none."""
    if len(data) < 0x11000 or data[0] != MAGIC:
        raise EspError("it is no image for an ESP32: is it the right file, and whole?")
    chip = CHIPS.get(int.from_bytes(data[12:14], "little"))
    if chip is None:
        raise EspError(f"it is for another chip (id {int.from_bytes(data[12:14], 'little')})")
    name, base = chip
    rows = partitions(data[TABLE - base:TABLE - base + TABLE_SIZE])
    app = next((one for one in rows if one.kind == APP), None)
    if app is None or len(data) <= app.offset - base + 0x100:
        raise EspError("it ends before its application begins: the download was cut short")
    at = app.offset - base
    word, version, program = struct.unpack_from("<I12x32s32s", data, at + DESCRIPTION)
    if data[at] != MAGIC or word != DESCRIBED:
        raise EspError("its application says nothing of itself: wanted a stock image")
    if len(data) > app.offset + app.size - base:
        raise EspError("it is longer than its application may be")
    texts = [text.partition(b"\0")[0].decode("ascii", "replace") for text in (program, version)]
    return Image(data, name, base, texts[0], texts[1], rows)


def joined(image: Image, place: tuple[int, int], files: bytes) -> bytes:
    """The image and a file system as one file for the image's own address."""
    gap = place[0] - image.base - len(image.data)
    if gap < 0 or len(files) != place[1]:
        raise EspError("the file system does not fit behind the program")
    return image.data + b"\xff" * gap + files
