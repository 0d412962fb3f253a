"""For update_guest.py, in the real MicroPython: NOR flash in RAM under its own littlefs, and what a power cut makes of it.

Programming only clears bits, an erase sets a block's.
"""

import os
import sys

import vfs

sys.path.append(sys.path[0] + "/../doubles")

from nor_ops import BLOCK, done

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
