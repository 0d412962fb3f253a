"""Run by the real MicroPython (emulator/update_cuts.py): one whole update of a board's file system, every operation kept.

argv: folder of the firmware, the board's name, its file system as an image, old pack, new pack, where the operations go
(block, offset, bytes of each, two bytes a number, little-endian; then the bytes: none of an erase). Prints `operation N:
WORD` of each step.
"""

import sys

from nor_flash import Nor, mount
from update_life import CASE, life, read, version

FIRMWARE, BOARD, IMAGE, OLD, NEW, OUT = sys.argv[1:7]
version.BOARD = BOARD
CASE.old, CASE.new, CASE.toy = read(OLD), read(NEW), False
nor = Nor(bytearray(read(IMAGE)))
CASE.seen = lambda word: print("operation %d: %s" % (len(nor.log), word))
mount(nor)
CASE.config = read("config.json")
life(nor, CASE.new, 1000, False)
print("operation %d: the end" % len(nor.log))
with open(OUT, "wb") as out:
    for block, offset, data in nor.log:
        for value in (block, offset, len(data or b"")):
            out.write(value.to_bytes(2, "little"))
        out.write(data or b"")
