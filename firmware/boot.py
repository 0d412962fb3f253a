# ruff: noqa: D100, E402, F821, I001
import board; board.safe()  # the first statement: every output off

# What follows chooses the firmware that main.py runs. It stands beside both of them and no update ever writes it.
import micropython; micropython.kbd_intr(-1)  # a Ctrl-C (mpremote sends one when it connects) must not end it
import os
import sys
import vfs
from binascii import crc32


class Pack:
    """A whole firmware in one file (whtools/update/pack.py has its form), as a file system for `import`."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as f:
            head = f.read(64)
            self.folders = 4 * head[12]
            self.keys = f.read(4 * (head[14] | head[15] << 8))

    def mount(self, readonly, mkfs):
        """Nothing to do; vfs.mount asks."""

    def umount(self):
        """The same."""

    def place(self, path):
        """Where the key of a path stands among the keys; OSError when it has none."""
        key = crc32(path.strip("/").encode()).to_bytes(4, "little")
        at = self.keys.find(key)
        while at & 3 and at > 0:
            at = self.keys.find(key, at + 1)
        if at < 0:
            raise OSError(2)
        return at

    def stat(self, path):
        """What `import` asks: a folder, a file, or none."""
        return (0x4000 if self.place(path) < self.folders else 0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    def open(self, path, mode):
        """The pack itself, where the file begins: who loads a .mpy reads no byte beyond its end that counts."""
        at = self.place(path)
        f = open(self.path, "rb")
        f.seek(64 + len(self.keys) + at)
        f.seek(int.from_bytes(f.read(4), "little"))
        return f


def text(path):
    """A short file; "" where there is none that can be read."""
    try:
        with open(path) as f:
            return f.read(8)
    except (OSError, ValueError):
        return ""


def whole(name):
    """Whether a pack is as long as it says and has its CRC: one that is cut short would hang its import."""
    part = bytearray(1024)
    seen = n = 0
    try:
        with open(name + ".pack", "rb") as f:
            got = f.readinto(part)
            size = int.from_bytes(part[8:12], "little") if part[:8] == b"WHPACK1\n" else -1
            while got:
                n += got
                seen = crc32(memoryview(part)[:got], seen)
                got = f.readinto(part)
    except OSError:
        return False
    return n == size and seen == 0x2144DF1C  # the CRC of anything with its CRC behind it


def tried():
    """The slot on trial, counted before it runs, and guarded; "" when there is none, or it is not to run."""
    trial = text("trial.txt")
    try:
        if trial in ("a1", "a2", "b1", "b2") and "service.txt" not in os.listdir():
            good = whole(trial[0])
            with open("trial.new", "w") as f:
                f.write(trial[0] + (str(int(trial[1]) - 1) if good else "0"))
            os.rename("trial.new", "trial.txt")
            if good:
                getattr(board, "hw", board).guard()  # whatever hangs from here on ends in a reset
                return trial[0]
    except Exception as e:
        print("no trial:", e)
    return ""


def choose():
    """The slot to run, "a" or "b"; "" when no pack is whole."""
    trial = tried()
    if trial:
        return trial
    for name in (text("slot.txt"), "a", "b"):
        if name in ("a", "b") and whole(name):
            return name
    return ""


try:
    slot = choose()
    if slot:
        for name in ("board", "hw"):
            sys.modules.pop(name, None)  # the slot has its own
        vfs.mount(Pack(slot + ".pack"), "/" + slot)
        sys.path.insert(0, "/" + slot)
except Exception as e:
    print("the firmware cannot be chosen:", e)
del text, whole, tried, choose  # the heap is dear, and this namespace stays
