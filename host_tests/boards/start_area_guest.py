"""Run by the real MicroPython (test_start_area.py): boards/common/startarea.py on its own littlefs over NOR flash in RAM.

argv: folders of the modules, the bytes that littlefs programs at a time (start_area_flash.py), the name of the case. Prints
what it did; an exception is a failure.
"""

import os
import random
import sys

from start_area_flash import BLOCK, EIO, GRAIN, Cut, Nor, fresh, mount, read, same, write

ENOENT, ENODEV, ENOSPC = 2, 19, 28


class Node:
    """What app.py does with the log, and how many starts it has made in all."""

    def __init__(self, nor):
        self.nor = nor
        self.made = 0

    def boot(self):
        """(starts known, whether the area can be used): as App.load_starts."""
        mount(self.nor)
        held = 0
        try:
            held = int(read("ledger").decode())
        except OSError as e:
            assert e.errno == ENOENT
        self.log = startlog.StartLog(startarea.StartArea(self.nor, GRAIN))
        starts = self.log.load(held)
        self.held = held
        self.known = held + len(starts)
        if self.log.renew:
            self.save()
        return self.known, self.log.area.ready

    def save(self):
        """As App.save_ledger."""
        write("ledger.new", str(self.log.serial).encode())
        os.rename("ledger.new", "ledger")
        if self.log.full():
            self.log.erase()

    def start(self):
        if self.log.add(3):
            self.made = self.log.serial  # and the relay closes


def story(node):
    """Everything that writes: the first boot, starts, a save, an erase, starts, another file."""
    node.boot()
    for _ in range(3):
        node.start()
    node.save()
    node.start()
    node.log.renew = True  # as if it were full
    node.save()
    for _ in range(2):
        node.start()
    write("other", b"x" * 700)
    node.start()


def cuts():
    """A power cut at every flash operation, in three ways, and another one at every tenth of the boot behind it."""
    cases = 0
    for how in range(3):
        n = 0
        while True:
            random.seed(n)
            nor = fresh()
            node = Node(nor)
            nor.how, nor.left = how, n
            try:
                story(node)
                break
            except (Cut, OSError):
                assert nor.dead
            cases += 1
            nor = node.nor = Nor(nor.memory)
            nor.how, nor.left = how, n % 10 if n % 3 == 0 else -1
            try:
                node.boot()
            except (Cut, OSError):
                assert nor.dead
                cases += 1
                nor = node.nor = Nor(nor.memory)
                node.boot()
            nor.left = -1
            known, ready = node.known, node.log.area.ready
            assert known >= node.made, (how, n, known, node.made)
            assert ready, (how, n)
            same()
            before = node.log.serial
            for _ in range(3):
                node.start()
            assert node.log.serial == before + 3
            known, ready = node.boot()
            assert ready and known >= before + 3 and not node.log.damage, (how, n, known, before)
            same()
            n += 1
    print("cuts", cases)


def busy():
    """Thousands of writes around it, a full disk among them, move and touch nothing of it."""
    nor = fresh()
    node = Node(nor)
    node.boot()
    block = node.log.area.block
    node.start()
    at = block * BLOCK
    was = bytes(nor.memory[at:at + BLOCK])
    del nor.erased[:]
    random.seed(1)
    full = writes = 0
    for turn in range(3000):
        name = "f%d" % random.randrange(12)
        try:
            write(name, bytes([turn & 255]) * random.randrange(70000 if turn % 9 == 0 else 1500))
            writes += 1
            if turn % 5 == 0:
                os.rename(name, name + "r")
                os.remove(name + "r")
        except OSError as e:
            assert e.errno == ENOSPC, e.errno
            full += 1
            for other in os.listdir():
                if other[0] == "f" and random.randrange(2):
                    os.remove(other)
        if turn % 100 == 0:
            known, ready = node.boot()
            assert ready and known == 1 and node.log.area.block == block, (turn, ready, known, node.log.area.block, block)
    assert bytes(nor.memory[at:at + BLOCK]) == was and block not in nor.erased
    same()
    assert full > 3
    print("busy", writes, "writes", full, "times full", len(nor.erased), "erases, none of block", block)


def twice():
    """Somebody copies the file: the starts in it count, and it is made anew with another head."""
    node = Node(fresh())
    node.boot()
    for _ in range(4):
        node.start()
    write("copy", read("starts.bin"))
    head = node.log.area.head
    known, ready = node.boot()
    assert known == 4 and ready and not node.log.damage and node.log.area.head != head
    node.start()
    assert node.boot() == (5, True)
    write("starts.bin", read("starts.bin"))  # written back in another block: the old one is still like it
    known, ready = node.boot()
    assert known == 5 and ready and not node.log.damage
    node.start()
    assert node.boot() == (6, True) and read("copy")[:32] == head
    same()
    print("twice")


def damaged():
    """Every bit of the head and of two lines, flipped in the flash: no start is forgotten."""
    nor = fresh()
    node = Node(nor)
    node.boot()
    node.start()
    node.start()
    block = node.log.area.block
    image = bytes(nor.memory)
    told = 0
    for at in list(range(32)) + list(range(256, 288)):
        for bit in range(8):
            nor.memory[:] = image
            nor.memory[block * BLOCK + at] ^= 1 << bit
            known, ready = node.boot()
            assert known == 2 and ready, (at, bit, known)
            assert node.log.damage == (at >= 256)
            told += node.log.damage
    for spoil in (b"\xff" * 256, bytes(256), b"\xff" * BLOCK, bytes(BLOCK)):
        nor.memory[:] = image
        nor.memory[block * BLOCK:block * BLOCK + len(spoil)] = spoil
        known, ready = node.boot()
        assert ready and known >= (2 if spoil[-1] == 0 or len(spoil) == 256 else 0)
        node.start()
        assert node.boot()[1]
    same()
    print("damaged", told)


def gone():
    """The file removed, cut short or another one's, while the ledger knows it: a start of every motor, told."""
    node = Node(fresh())
    node.boot()
    node.start()
    node.save()
    for spoil in (None, b"", b"short", b"y" * 4097):
        os.remove("starts.bin")
        if spoil is not None:
            write("starts.bin", spoil)
        known, ready = node.boot()
        assert ready and node.log.damage and known == node.held + 1
        assert node.boot()[1] and not node.log.damage
    same()
    print("gone")


def no_room():
    """A full disk: no area, an error in words, nothing else harmed; with room again there is one at the next boot."""
    nor = fresh()
    fill = 0
    try:
        while True:
            write("fill%d" % fill, b"z" * 4000)
            fill += 1
    except OSError as e:
        assert e.errno == ENOSPC
    node = Node(nor)
    try:
        node.boot()
        raise AssertionError("there was room")
    except OSError as e:
        assert e.errno == ENOSPC
    assert not node.log.area.ready
    try:
        node.start()
        raise AssertionError("stored, and nobody knows where")
    except OSError as e:
        assert e.errno == ENODEV
    same()
    for i in range(5):
        os.remove("fill%d" % i)
    assert node.boot() == (0, True)
    same()
    print("no_room", fill)


def worn():
    """A cell that does not take its bit: the start is stored in the next line, and the block erased at the next save."""
    nor = fresh()
    node = Node(nor)
    node.boot()
    at = node.log.area.block * BLOCK + 256
    honest = nor.writeblocks

    def stuck(block, buf, offset):
        honest(block, buf, offset)
        nor.memory[at] = 0xFF
    nor.writeblocks = stuck
    try:
        node.start()
        raise AssertionError("not as written")
    except OSError as e:
        assert e.errno == EIO
    node.start()
    assert node.made == 1 and node.log.full()
    nor.writeblocks = honest
    assert node.boot()[0] >= 1 and node.log.damage
    print("worn")


def blocks():
    """Not on anything but blocks of 4096 bytes."""
    nor = fresh()
    nor.ioctl = lambda op, arg: 512
    for flash in (None, nor):
        try:
            startarea.StartArea(flash, 16)
            raise AssertionError("taken")
        except OSError as e:
            assert e.errno == ENODEV
    print("blocks")


sys.path[:0] = sys.argv[1].split(":")
import startarea  # noqa: E402

from wellhearth.storage import startlog  # noqa: E402

globals()[sys.argv[3]]()
