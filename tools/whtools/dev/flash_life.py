"""How long a Pico's flash lasts, in erases: a day's writes of the real firmware, replayed on the real littlefs.

The day is simulated in this process with every write of the firmware noted. Then it is repeated on littlefs (the C code that
MicroPython has) in a memory that counts the erases of each block, with the firmware, its config and full records beside it.
The log of starts lies outside: its block is erased once in 232 starts (firmware/ARCHITECTURE.md).
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from harness import inprocess, runner, shims
from wellhearth.storage import history, journal

from ..device import build, filesystems

ENDURANCE = 100_000  # erases of a block: W25Q16JV data sheet, 3: minimum of 100K program-erase cycles a sector
WANTED_YEARS = 15
PROG, READ = 256, 32  # rp2: _boot.py mounts with progsize=256; extmod/vfs_lfs.c: readsize 32, lookahead 32, block_cycles 100
CACHE = 4 * max(PROG, READ)  # extmod/vfs_lfs.c
LOOKAHEAD, BLOCK_CYCLES = 32, 100
# Files that grow and turn over, and the bytes that fill one. The day's own turns are not those of another day.
TURNS = {history.PATH: history.ROWS * history.ROW, history.TEN_PATH: history.TEN_ROWS * (history.TEN_BODY + 4),
         "journal.txt": journal.SIZE_MAX + 1}


@dataclass
class Writes:
    """What the firmware did to its file system, in order: ("write", path, appended, sizes), ("rename", from, to)."""

    hours: float
    ops: list[tuple] = field(default_factory=list)


class Noted:
    """A file that is written: how much, in which pieces."""

    def __init__(self, file, note):
        self.file, self.note, self.sizes = file, note, []

    def write(self, data) -> int:
        """Note and write."""
        self.sizes.append(len(data.encode() if isinstance(data, str) else data))
        return self.file.write(data)

    def close(self) -> None:
        """One operation more."""
        if not self.file.closed:
            self.file.close()
            self.note(self.sizes)

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.close()

    def __getattr__(self, name):
        return getattr(self.file, name)


@contextlib.contextmanager
def noted(writes: Writes) -> Iterator[None]:
    """Note what the firmware in this process writes."""
    real_open, real_rename = shims.FILES.open, shims.FILES.rename

    def opened(name, mode="r"):
        file = real_open(name, mode)
        if isinstance(name, str) and mode[0] in "wa" and not name.startswith("/dev/"):
            return Noted(file, lambda sizes: writes.ops.append(("write", name, mode[0] == "a", sizes)))
        return file

    def renamed(old, new):
        real_rename(old, new)
        if old not in TURNS:
            writes.ops.append(("rename", old, new))
    modules = [module for name, module in sys.modules.items() if name.startswith(inprocess.PACKAGE + ".")]
    for module in modules:
        vars(module)["open"] = opened
    vars(shims.FILES)["rename"] = renamed
    try:
        yield
    finally:
        for module in modules:
            vars(module)["open"] = real_open
        del vars(shims.FILES)["rename"]


def day(rooms: int = 6, hours: float = 24.0, seed: int = 1) -> tuple[Writes, dict]:
    """What is written in so many hours of the design winter day, and the node's config."""
    job = runner.Run(runner.Options(hours=hours, rooms=rooms, seed=seed, in_process=True, period_ms=200), None)
    writes = Writes(hours)
    try:
        job.advance()  # the first boot's records are not a day's
        with noted(writes):
            while job.seconds < job.total_s:
                job.advance()
        return writes, job.config
    finally:
        job.close()


def counting(blocks: int):
    """A littlefs context that counts the erases of each block."""
    from littlefs.context import UserContext

    class Counting(UserContext):
        """NOR flash in memory."""

        def __init__(self):
            super().__init__(blocks * filesystems.FS_BLOCK)
            self.erases = [0] * blocks

        def read(self, cfg, block: int, off: int, size: int) -> bytearray:
            """As littlefs-python does it, without its log line, which takes most of the time."""
            at = block * filesystems.FS_BLOCK + off
            return self.buffer[at:at + size]

        def erase(self, cfg, block: int) -> int:
            """One more of this block."""
            self.erases[block] += 1
            return super().erase(cfg, block)
    return Counting()


class Flash:
    """A Pico's file system with a build on it. used: blocks in use, with every record at its fullest."""

    def __init__(self, files: dict[str, bytes], blocks: int = filesystems.PICO_FS_BLOCKS):
        from littlefs import LittleFS

        self.context = counting(blocks)
        self.fs = LittleFS(context=self.context, block_size=filesystems.FS_BLOCK, block_count=blocks, read_size=READ,
                           prog_size=PROG, cache_size=CACHE, lookahead_size=LOOKAHEAD, block_cycles=BLOCK_CYCLES,
                           disk_version=0x00020000)
        for path, data in files.items():
            if "/" in path:
                self.fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            self.put(path, "wb", [data])
        for path, size in TURNS.items():
            for name in (path + ".old", path):
                self.put(name, "wb", [bytes(size)])
        self.used = self.fs.used_block_count
        self.context.erases = [0] * blocks

    def put(self, path: str, mode: str, pieces) -> None:
        """Open, write, close."""
        with self.fs.open(path, mode) as f:
            for piece in pieces:
                f.write(piece)

    def repeat(self, writes: Writes) -> None:
        """The noted time once more."""
        for op in writes.ops:
            if op[0] == "rename":
                self.fs.rename(op[1], op[2])
                continue
            _write, path, more, sizes = op
            if more and path in TURNS and self.fs.stat(path).size >= TURNS[path]:
                self.fs.rename(path, path + ".old")
                more = False
            self.put(path, "ab" if more else "wb", [bytes(size) for size in sizes])


def life(writes: Writes, config: dict, days: float, board: str = "rpi_pico") -> dict:
    """Repeat for `days`; erases a day and the years that the worst block lasts."""
    build.build(board)
    files = build.tree(build.BUILD / board)
    files["b.pack"] = files[build.SLOT]  # as after the first update
    files["config.json"] = files["config.json.good"] = json.dumps(config).encode()
    flash = Flash(files)
    repeats = max(1, round(days * 24 / writes.hours))
    for _ in range(repeats):
        flash.repeat(writes)
    past = repeats * writes.hours / 24
    erases = flash.context.erases
    return {"days": past, "blocks": len(erases), "blocks_used": flash.used, "writes_a_day": round(
        sum(op[0] == "write" for op in writes.ops) * 24 / writes.hours), "erases_a_day": round(sum(erases) / past),
        "worst_block_erases_a_day": round(max(erases) / past, 3), "mean_of_free_a_day": round(
            sum(erases) / past / (len(erases) - flash.used), 3),
        "years_of_worst_block": round(ENDURANCE / (max(erases) / past) / 365.25)}


def told(found: dict) -> str:
    """In words."""
    return (f"flash of a Pico: {found['blocks_used']} of {found['blocks']} blocks of 4 KiB carry firmware and full records; "
            f"{found['writes_a_day']} writes and {found['erases_a_day']} erases a day, the worst block "
            f"{found['worst_block_erases_a_day']} a day in {found['days']:.0f} days: {found['years_of_worst_block']} years "
            f"of {ENDURANCE} (wanted {WANTED_YEARS})")
