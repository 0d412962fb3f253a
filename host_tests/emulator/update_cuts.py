"""Power cuts during an update of the emulated Pico: its flash as it is after each, made from one recorded update.

The first file system is one on which the emulated firmware itself has run, with records of its own. On it the real boot.py
and app/update.py, in the unix port of MicroPython (boards/update_record_guest.py), take a whole new pack, switch and prove
it; every flash operation is kept. All of it is made once and stays in build/update_cuts, for as long as firmware and image
stay the same.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from doubles.nor_ops import BLOCK, done
from harness import process
from harness.pinout import CONFIG
from harness.sitl import ROOT
from wellhearth.storage import record
from whtools.device import build
from whtools.update import pack

FOLDER = ROOT / "build" / "update_cuts"
NEW_VERSION = "9.9.9"
SETPOINT_MC = 23_500  # of the room: set before the update, there after each cut
SECRET = {"id": "abc123abc123", "owner": 1, "unit": "11" * 32, "operator": "6b" * 32, "installer": "22" * 32}
WAYS = ("before", "in the middle of", "behind")
Op = tuple[int, int, bytes | None]  # block, offset, data; None: erased


@dataclass(frozen=True)
class Recorded:
    """One update, kept in `folder`: file system before it, both packs, what was done to the flash. steps: (operations before
    it, what it is)."""

    folder: Path
    before: bytes
    old: bytes
    new: bytes
    ops: list[Op]
    steps: list[tuple[int, str]]

    def at(self, n: int) -> str:
        """How far the update is at an operation."""
        return [word for first, word in self.steps if first <= n][-1]


def packs() -> tuple[bytes, bytes]:
    """(old, new): the built firmware twice, each with its version stamped in; a commit that leaves it alone changes none."""
    modules = build.compiled(ROOT / "build" / "rpi_pico")
    made = []
    with tempfile.TemporaryDirectory() as work:
        for version in (build.version(), NEW_VERSION):
            source = build.stamped({"version": version, "revision": "cuts", "board": "rpi_pico"}, Path(work))
            build.cross("wellhearth/version.py", source, Path(work) / "version.mpy")
            modules["wellhearth/version.mpy"] = (Path(work) / "version.mpy").read_bytes()
            made.append(pack.pack(modules, "rpi_pico", version, build.FLOOR))
    return made[0], made[1]


def lived_in(image: Path, old: bytes) -> bytes:
    """The file system of a Pico whose firmware has run, with a setting of its room changed and stored."""
    from .pico import FS_BLOCK, FS_BLOCKS, FS_START
    from .rig import Rig
    text = json.dumps(SECRET).encode()
    rig = Rig(image, CONFIG, extra={"a.pack": old, "secret.json": record.head(text, 1).encode() + text})
    pico = rig.pico
    pico.until(lambda: b"running" in pico.text, 60)
    pico.run(1)
    pico.prompt()
    pico.ask("from wellhearth import app; import gc", 20)
    said = pico.ask(f"app.current.write('room1.setpoint_mc', {SETPOINT_MC}, 'console', 'i')", 20)
    assert said == "''", said
    pico.ask("gc.collect()", 20)
    said = pico.ask("app.current.records.write_all(app.current.node.p.uptime_s)", 20)
    assert not said, said
    pico.run(1)
    return bytes(pico.mcu.flash[FS_START:FS_START + FS_BLOCK * FS_BLOCKS])


def read_ops(data: bytes) -> list[Op]:
    """The operations that update_record_guest.py wrote."""
    ops: list[Op] = []
    at = 0
    while at < len(data):
        block, offset, size = (int.from_bytes(data[at + i:at + i + 2], "little") for i in (0, 2, 4))
        at += 6
        ops.append((block, offset, data[at:at + size] if size else None))
        at += size
    return ops


def key(image: Path, old: bytes) -> str:
    """What the recorded update depends on."""
    seen = hashlib.sha256(image.read_bytes() + old)
    for path in ("firmware/boot.py", "firmware/wellhearth/app/update.py", "firmware/wellhearth/app/trial.py",
                 "host_tests/boards/update_life.py", "host_tests/emulator/update_cuts.py"):
        seen.update((ROOT / path).read_bytes())
    return seen.hexdigest()[:16]


def recorded(image: Path) -> Recorded:
    """The update; made, or as it lies in build/update_cuts."""
    old, new = packs()
    folder = FOLDER / key(image, old)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "steps.txt").exists():
        print("the first boot, and one update in the unix port: a minute or two")
        for name, data in (("before.img", lived_in(image, old)), ("old.pack", old), ("new.pack", new)):
            (folder / name).write_bytes(data)
        names = [str(folder / name) for name in ("before.img", "old.pack", "new.pack", "ops.bin")]
        run = subprocess.run([process.micropython(), "-X", "heapsize=256M",
                              str(ROOT / "host_tests" / "boards" / "update_record_guest.py"), str(ROOT / "firmware"),
                              "rpi_pico", *names], capture_output=True, text=True, timeout=300, check=False)
        assert run.returncode == 0, run.stdout[-2000:] + run.stderr
        (folder / "steps.txt").write_text(run.stdout)
    steps = re.findall(r"operation (\d+): (.*)", (folder / "steps.txt").read_text())
    return Recorded(folder, (folder / "before.img").read_bytes(), (folder / "old.pack").read_bytes(),
                    (folder / "new.pack").read_bytes(), read_ops((folder / "ops.bin").read_bytes()),
                    [(int(n), word) for n, word in steps])


def chosen(update: Recorded, count: int, seed: int = 1) -> list[tuple[int, int]]:
    """(operation, way of WAYS) of each cut: half of them anywhere while pieces come, half from the verified pack on, where
    the slots change; every second one in the middle of its erase or program."""
    received = next(n for n, word in update.steps if word == "received")
    chance = random.Random(seed)
    late = range(received, len(update.ops))
    wanted = min(count // 2, len(late))
    places = sorted(chance.sample(range(received), count - wanted)) + sorted(chance.sample(late, wanted))
    return [(n, (1, 0, 1, 2)[i % 4]) for i, n in enumerate(places)]


def cut_image(update: Recorded, n: int, how: int) -> bytes:
    """The file system when the power fails at operation n; what half an operation leaves is drawn by n."""
    memory = bytearray(update.before)
    for op in update.ops[:n]:
        done(memory, op)
    random.seed(3 * n + how)
    done(memory, update.ops[n], how)
    return bytes(memory)


def files_of(image: bytes) -> dict[str, bytes]:
    """The files in the root of a littlefs image."""
    from littlefs import LittleFS
    fs = LittleFS(block_size=BLOCK, block_count=len(image) // BLOCK, mount=False)
    fs.context.buffer = bytearray(image)
    fs.mount()
    found = {}
    for name in fs.listdir("/"):
        if fs.stat("/" + name).type == 1:
            with fs.open("/" + name, "rb") as f:
                found[name] = f.read()
    return found
