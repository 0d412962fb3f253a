"""For update_guest.py, in the real MicroPython: NOR flash in RAM under its own littlefs, and what a power cut makes of it.

Programming only clears bits, an erase sets a block's.
"""

import os
import random
import sys

import vfs

BLOCK = 4096
UNIT = 256  # as rp2 mounts it
MOUNTED = []


class Nor:
    """A block device as rp2.Flash is one; `log` has what was done to it: (block, offset, data; None: erased)."""

    def __init__(self, memory):
        self.memory = memory
        self.log = []

    def readblocks(self, block, buf, offset=0):
        at = block * BLOCK + offset
        buf[:] = memoryview(self.memory)[at:at + len(buf)]

    def writeblocks(self, block, buf, offset=None):
        assert offset is not None and len(buf) % UNIT == 0 and offset % UNIT == 0
        op = (block, offset, bytes(buf))
        self.log.append(op)
        done(self.memory, op)

    def ioctl(self, op, arg):
        if op == 4:
            return len(self.memory) // BLOCK
        if op == 5:
            return BLOCK
        if op == 6:
            self.log.append((arg, 0, None))
            done(self.memory, self.log[-1])
        return 0


def done(memory, op, how=2):
    """One operation on the memory; how: 0 not at all, 1 half of it and some bits besides, 2 whole."""
    block, offset, data = op
    at = block * BLOCK + offset
    if data is None:
        if how == 2:
            memory[at:at + BLOCK] = b"\xff" * BLOCK
        elif how == 1:
            for i in range(at, at + BLOCK):
                memory[i] |= random.getrandbits(8)
        return
    n = (0, len(data) // 2 + 3, len(data))[how]
    for i in range(n):
        memory[at + i] &= data[i] | (random.getrandbits(8) if how == 1 and i > n - 9 else 0)


def mount(nor, new=False):
    """The file system, as after a boot; what the last boot chose is forgotten."""
    os.chdir("/")
    while sys.path[0] in ("/a", "/b"):
        vfs.umount(sys.path.pop(0))
    if MOUNTED:
        vfs.umount("/f")
    MOUNTED[:] = ["/f"]
    if new:
        vfs.VfsLfs2.mkfs(nor, progsize=UNIT)
    vfs.mount(vfs.VfsLfs2(nor, progsize=UNIT), "/f")
    os.chdir("/f")
