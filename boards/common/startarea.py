"""Erased space for starts of motors (wellhearth/storage/startlog.py): one block of the file system's flash, owned by a file.

A stock build has no partition to spare. But a file of one erase block has a block of its own: littlefs keeps no more than
block / 8 bytes in its directories, the first block of a file holds nothing but data, and a file's data is neither moved nor
erased unless the file is written or removed (DESIGN.md of littlefs, "CTZ skip-lists" and "Wear leveling"). So the lines
are programmed below the file system, in a block that it never touches.

Which block that is, is told by its first bytes, which are random: the file's own block always begins as the file does, so
where exactly one block does, it is the file's. Where a second one does (somebody copied the file), or none (the block was
damaged), what is in it is read through the file, and the file is made anew once the ledger holds it.
"""

import os
from binascii import hexlify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PATH = "starts.bin"
BLOCK = 4096
PAGE = 256  # the first page has the head
COUNT, SIZE, ERASE = 4, 5, 6  # ioctl
LINE = 16


class StartArea:
    """`size` bytes of it. ready: `program` can be called; else `erase` makes the file first. gone: there was no file."""

    size = BLOCK - PAGE

    def __init__(self, flash: "Any", unit: int):
        """flash: the block device below the file system. unit: bytes that it programs at a time, 16 to 256.

        OSError when its blocks are not those of NOR flash.
        """
        if flash is None or flash.ioctl(SIZE, 0) != BLOCK:
            raise OSError(19)
        self.flash = flash
        self.unit = bytearray(b"\xff" * unit)
        self.check = bytearray(LINE)
        self.head = b""
        self.block = -1
        try:
            self.gone = os.stat(PATH)[6] != BLOCK
        except OSError:
            self.gone = True
        if not self.gone:
            self.find()
        self.ready = self.block >= 0

    def find(self) -> None:
        """The one block that begins as the file does, and is like it to its end: `block`, else -1."""
        flash = self.flash
        found = -1
        with open(PATH, "rb") as f:
            self.head = f.read(2 * LINE)
            here = bytearray(2 * LINE)
            for block in range(flash.ioctl(COUNT, 0)):
                flash.readblocks(block, here, 0)
                if here == self.head:
                    if found >= 0:
                        return
                    found = block
            if found < 0:
                return
            f.seek(0)
            here = bytearray(PAGE)
            for offset in range(0, BLOCK, PAGE):
                flash.readblocks(found, here, offset)
                if f.read(PAGE) != here:
                    return
        self.block = found

    def read(self, offset: int, n: int) -> bytes:
        """`n` bytes."""
        if self.ready:
            data = bytearray(n)
            self.flash.readblocks(self.block, data, PAGE + offset)
            return bytes(data)
        if self.gone:
            return b"\xff" * n
        with open(PATH, "rb") as f:
            f.seek(PAGE + offset)
            return f.read(n)

    def program(self, offset: int, data: bytes) -> None:
        """A line into erased space: one page, no erase. What surrounds it is programmed with 0xFF, which changes nothing.

        OSError when there is no area, or the flash does not hold what was written.
        """
        if not self.ready:
            raise OSError(19)
        self.put(PAGE + offset, data)

    def put(self, at: int, data: bytes) -> None:
        """`data` at `at` of the block."""
        unit = self.unit
        begin = at % len(unit)
        unit[begin:begin + LINE] = data
        self.flash.writeblocks(self.block, unit, at - begin)
        unit[begin:begin + LINE] = b"\xff" * LINE
        self.flash.readblocks(self.block, self.check, at)
        if self.check != data:
            raise OSError(5)

    def erase(self) -> None:
        """All of it to 0xFF, some 45 ms; where the file has to be made, some 200 ms. OSError when there is no room."""
        if not self.ready:
            self.make()
            return
        self.flash.ioctl(ERASE, self.block)
        self.put(0, self.head[:LINE])
        self.put(LINE, self.head[LINE:])

    def make(self) -> None:
        """A new file with a head of its own. What it was before stays until it is closed."""
        page = bytearray(b"\xff" * PAGE)
        page[:2 * LINE] = b"wellhearth starts " + hexlify(os.urandom(7))
        with open(PATH, "wb") as f:
            f.write(page)
            page[:2 * LINE] = b"\xff" * (2 * LINE)
            for _ in range(BLOCK // PAGE - 1):
                f.write(page)
        self.find()
        self.ready = self.block >= 0
        if not self.ready:
            raise OSError(19)
