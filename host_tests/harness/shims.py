"""What CPython lacks of MicroPython, as far as the firmware and the sitl board ask for it.

Free memory and time are always 0 here: they are the MicroPython process's to tell.
"""

from __future__ import annotations

import array
import io
import os
import sys
import traceback
import types


class Files:
    """Where the running board's file system lies: `open` and what the firmware needs of `os`, by relative paths.

    One instance serves the firmware package; the board that has its turn sets `folder`.
    """

    def __init__(self, folder: str = "", env: dict[str, str] | None = None):
        self.folder = folder
        self.env = env or {}

    def path(self, name: str) -> str:
        """The host's path."""
        return os.path.join(self.folder, name)

    def open(self, name, mode: str = "r"):
        """MicroPython's open: text files, pipes by descriptor (nobody needs them here), terminals without a buffer."""
        if isinstance(name, int):
            return None
        if name.startswith("/dev/"):
            return open(name, mode, buffering=0, encoding=None)  # always binary
        return open(self.path(name), mode, encoding=None if "b" in mode else "utf-8")

    def stat(self, name: str):
        """os.stat."""
        return os.stat(self.path(name))

    def rename(self, old: str, new: str) -> None:
        """os.rename."""
        os.rename(self.path(old), self.path(new))

    def remove(self, name: str) -> None:
        """os.remove."""
        os.remove(self.path(name))

    unlink = remove

    def listdir(self) -> list[str]:
        """os.listdir."""
        return os.listdir(self.folder)

    def statvfs(self, _name: str):
        """os.statvfs, of the board's folder."""
        return os.statvfs(self.folder or ".")

    def getenv(self, name: str) -> str | None:
        """os.getenv, of the board's own environment."""
        return self.env.get(name)


FILES = Files()  # of the firmware package


class Place:
    """An address as uctypes.addressof gives it: an array and an offset in bytes."""

    def __init__(self, of, offset: int = 0):
        self.of = of
        self.offset = offset

    def __add__(self, n: int) -> Place:
        return Place(self.of, self.offset + n)


def bytearray_at(place: Place, n: int) -> memoryview:
    """uctypes.bytearray_at: a view of the same memory."""
    return memoryview(place.of).cast("B")[place.offset : place.offset + n]


def nothing(*_args) -> int:
    """Stands for what CPython has not or must not do here: heap locks, garbage collection, free memory, time."""
    return 0


def print_exception(error: BaseException, file: io.TextIOBase) -> None:
    """sys.print_exception."""
    file.write("".join(traceback.format_exception(error)))


MICROPYTHON = types.SimpleNamespace(heap_lock=nothing, heap_unlock=nothing, kbd_intr=nothing)
UCTYPES = types.SimpleNamespace(addressof=Place, bytearray_at=bytearray_at)
TIME = types.SimpleNamespace(ticks_us=nothing)
GC = types.SimpleNamespace(collect=nothing, mem_free=nothing)
SYS = types.SimpleNamespace(implementation=sys.implementation, modules=sys.modules, path=sys.path, exit=sys.exit,
                            print_exception=print_exception)
OF_FIRMWARE = {"os": FILES, "gc": GC, "sys": SYS}  # module by name, in the firmware package


def of_board(files: Files) -> dict:
    """Module by name, of one board."""
    return {"micropython": MICROPYTHON, "uctypes": UCTYPES, "os": files, "time": TIME, "sys": SYS, "array": array}
