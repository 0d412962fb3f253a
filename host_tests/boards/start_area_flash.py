"""The flash of start_area_guest.py and its littlefs, in the real MicroPython.

Programming only clears bits, an erase sets a block's; a power cut stops it in the middle. argv[2]: bytes that littlefs
programs at a time.
"""

import os
import random
import sys

import vfs

BLOCKS, BLOCK = 40, 4096
EIO = 5
FILES = {"small": b"inline " * 9, "page": b"p" * 600, "large": bytes([i * 7 & 255 for i in range(9000)]), "empty": b""}
UNIT = int(sys.argv[2])  # of the file system
GRAIN = UNIT if UNIT == 256 else 16  # of the area


class Cut(Exception):
    """The power failed."""


class Nor:
    """A block device as rp2.Flash or esp32.Partition is one. left: operations until the power fails, -1 never."""

    def __init__(self, memory=None):
        self.memory = bytearray(memory or b"\xff" * (BLOCKS * BLOCK))
        self.left = -1
        self.how = 0
        self.dead = False
        self.erased = []

    def fails(self):
        if self.left < 0:
            return False
        self.left -= 1
        self.dead = self.left < 0
        return self.dead

    def readblocks(self, block, buf, offset=0):
        if self.dead:
            return -EIO
        at = block * BLOCK + offset
        buf[:] = memoryview(self.memory)[at:at + len(buf)]

    def writeblocks(self, block, buf, offset=None):
        if self.dead:  # a file that was open is closed by `with` or the collector: the power is off all the same
            return -EIO
        assert offset is not None, "that would erase"
        assert len(buf) % GRAIN == 0 and offset % GRAIN == 0
        at = block * BLOCK + offset
        cut = self.fails()
        memory = self.memory
        n = len(buf) if not cut else (0, len(buf) // 2 + 3, len(buf))[self.how]
        for i in range(n):
            memory[at + i] &= buf[i] | (random.getrandbits(8) if cut and self.how == 1 else 0)
        if cut:
            raise Cut

    def ioctl(self, op, arg):
        if op == 4:
            return BLOCKS
        if op == 5:
            return BLOCK
        if op == 6:
            if self.dead:
                return -EIO
            at = arg * BLOCK
            cut = self.fails()
            self.erased.append(arg)
            if not cut or self.how == 2:
                self.memory[at:at + BLOCK] = b"\xff" * BLOCK
            elif self.how == 1:
                for i in range(at, at + BLOCK):
                    self.memory[i] |= random.getrandbits(8)
            if cut:
                raise Cut
        return 0


def mount(nor, new=False):
    """The file system, as after a boot."""
    try:
        os.chdir("/")
        vfs.umount("/f")
    except OSError:
        pass
    if new:
        vfs.VfsLfs2.mkfs(nor, progsize=UNIT)
    vfs.mount(vfs.VfsLfs2(nor, progsize=UNIT), "/f")
    os.chdir("/f")


def write(name, data):
    with open(name, "wb") as f:
        f.write(data)


def read(name):
    with open(name, "rb") as f:
        return f.read()


def fresh():
    nor = Nor()
    mount(nor, True)
    for name in FILES:
        write(name, FILES[name])
    return nor


def same():
    for name in FILES:
        assert read(name) == FILES[name], name
