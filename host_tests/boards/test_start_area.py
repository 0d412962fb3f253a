"""The real boards' space for starts: a file's own block of flash, programmed below the file system.

The firmware's own modules run in a real MicroPython on its littlefs over simulated NOR flash (start_area_guest.py), with the
page of an RP2040 (256 bytes) and the grain of an ESP32 (32 for littlefs, 16 for a start); and a house on it, its power cut.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import types

import pytest

from doubles.houses import ROOT, app_of, cut_at_each_start
from doubles.houses import make_inside as make
from doubles.selection import some
from harness import inprocess, process
from wellhearth.storage import startlog

MODULES = f"{ROOT / 'boards' / 'common'}:{ROOT / 'firmware'}"


@pytest.mark.parametrize("unit", some([32, 256]))
@pytest.mark.parametrize("case", ["cuts", "busy", "twice", "damaged", "gone", "no_room", "worn", "blocks"])
def test_on_micropythons_own_littlefs(case, unit):
    """A power cut at every flash operation, a disk used hard and full, a copied file, damage, a file gone, a worn cell."""
    command = [process.micropython(), str(ROOT / "host_tests" / "boards" / "start_area_guest.py"), MODULES, str(unit), case]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    last = run.stdout.strip().rpartition("\n")[2]  # before it: files that were open when the power failed, closed at the end
    assert run.returncode == 0 and last.startswith(case), run.stdout[-2000:] + run.stderr
    print(last)


class Chip:
    """NOR flash of a Pico's kind with a littlefs on it, which outlives every power cut; `ops` is what was done to it."""

    BLOCKS, BLOCK = 32, 4096

    def __init__(self):
        from littlefs.context import UserContext
        self.memory = bytearray(b"\xff" * (self.BLOCKS * self.BLOCK))
        self.ops: list[tuple[str, int]] = []
        self.context = UserContext(len(self.memory))
        self.context.read = lambda cfg, block, off, size: self.memory[block * 4096 + off:][:size]
        self.context.prog = lambda cfg, block, off, data: self.put(block, bytes(data), off)
        self.context.erase = lambda cfg, block: self.wipe(block)
        self.fs = self.mounted(format=True)

    def mounted(self, **_how):
        from littlefs import LittleFS
        fs = LittleFS(context=self.context, block_size=self.BLOCK, block_count=self.BLOCKS, prog_size=256, read_size=32,
                      cache_size=1024, lookahead_size=32, mount=False)
        if _how:
            fs.format()
        fs.mount()
        return fs

    def put(self, block, data, offset):
        assert len(data) % 256 == 0 and offset % 256 == 0
        self.ops.append(("program", block))
        for i, byte in enumerate(data, block * self.BLOCK + offset):
            self.memory[i] &= byte
        return 0

    def wipe(self, block):
        self.ops.append(("erase", block))
        self.memory[block * self.BLOCK:(block + 1) * self.BLOCK] = b"\xff" * self.BLOCK
        return 0

    # -- as rp2.Flash --

    def readblocks(self, block, buf, offset=0):
        buf[:] = self.memory[block * self.BLOCK + offset:][:len(buf)]

    def writeblocks(self, block, buf, offset):
        self.put(block, bytes(buf), offset)

    def ioctl(self, op, arg):
        return {4: lambda: self.BLOCKS, 5: lambda: self.BLOCK, 6: lambda: self.wipe(arg)}[op]()


@pytest.fixture
def chip(monkeypatch):
    """A Chip, and every board that boots from here on has its area."""
    from littlefs import LittleFSError
    chip = Chip()
    monkeypatch.syspath_prepend(str(ROOT / "boards" / "common"))
    sys.modules.pop("startarea", None)
    startarea = importlib.import_module("startarea")

    def stat(path):
        try:
            return [0] * 6 + [chip.fs.stat(path).size]
        except Exception as e:  # littlefs-python's own
            raise OSError(2) from e

    class Area(startarea.StartArea):
        def make(self):
            try:
                super().make()
            except LittleFSError as e:  # no OSError, as MicroPython's is
                raise OSError(28) from e

    def start_area(_board):
        chip.fs = chip.mounted()
        return Area(chip, 256)
    monkeypatch.setattr(startarea, "os", types.SimpleNamespace(stat=stat, urandom=lambda n: bytes(range(n))))
    monkeypatch.setattr(startarea, "open", lambda *how: chip.fs.open(*how), raising=False)  # noqa: PLW0108
    monkeypatch.setattr(inprocess.Direct, "start_area", start_area, raising=False)
    yield chip
    sys.modules.pop("startarea", None)


@pytest.mark.long
@pytest.mark.parametrize("hours", some([1.5, 3.0]))
def test_a_power_cut_at_each_start_of_a_compressor_forgives_none(chip, hours):
    with make(1) as rig:
        cut_at_each_start(rig, hours)
        assert app_of(rig).node.p.damaged == 0


def test_between_intent_and_relay_one_page_is_programmed_and_nothing_erased(chip):
    with make(1) as rig:
        rig.run(5)
        app = app_of(rig)
        block = app.records.log.area.block
        gate = app.node.rooms[0].gate
        posted = seen = 0
        while not rig.wiring.commands["compressor_on"][0]:
            if not posted:
                seen = len(chip.ops)
            rig.step()
            if gate.posted and not posted:
                posted = rig.tick
        assert chip.ops[seen:] == [("program", block)] and rig.tick - posted <= 3
        assert rig.points()["node.unstored"] == 0


def test_the_block_is_erased_when_it_is_full_behind_a_save_only(chip):
    with make(1) as rig:
        rig.run(10)
        app = app_of(rig)
        while not app.records.log.full():
            app.records.log.add(2)
        chip.ops.clear()
        app.records.save_ledger(10)
        assert chip.ops == [("erase", app.records.log.area.block)] + [("program", app.records.log.area.block)] * 2
        assert app.records.log.next == 0 and app.records.ledger.serial == app.records.log.serial > 200
        rig.restart()
        assert app_of(rig).records.log.area.ready and not app_of(rig).records.log.damage and app_of(rig).node.p.damaged == 0


def test_without_room_the_house_is_heated_all_the_same_and_it_is_told_once(chip):
    n = 0
    with pytest.raises(Exception, match="28|NoSpace|space"):
        while True:
            with chip.fs.open(f"fill{n}", "wb") as f:
                f.write(b"z" * 4096)
            n += 1
    with make(1) as rig:
        rig.run(5)
        app = app_of(rig)
        assert app.records.log is None and app.node.p.damaged == 8
        assert sum("no room for the log of starts" in text for text in app.journal.read(40)) == 1
        while not rig.wiring.commands["compressor_on"][0]:
            assert rig.t_s < 1200
            rig.step()
        assert rig.points()["node.unstored"] == 0


def test_an_older_log_than_the_ledger_is_no_start(chip):
    """The ledger holds all of it: nothing counts twice."""
    with make(1) as rig:
        rig.run(10)
        app_of(rig).records.log.add(2)
        rig.restart()
        assert app_of(rig).node.rooms[0].controller.limiter.count(0) == 1
        app_of(rig).records.save_ledger(0)
        rig.restart()
        assert app_of(rig).node.rooms[0].controller.limiter.count(0) == 1
        assert startlog.parse(app_of(rig).records.log.area.read(0, 16)) == (1, 2)
