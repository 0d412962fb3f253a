"""The frozen build (make frozen) on the emulated Pico beside the stock one: from a file system with no more than a config it
starts, its control scans, and it leaves the heap to the house. WELLHEARTH_RP2_FROZEN names its UF2."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from harness.pinout import CONFIG

FROZEN = os.environ.get("WELLHEARTH_RP2_FROZEN", "")
LARGEST = """
def largest(lo=1024, hi=230000):
    while hi-lo>256:
        mid=(lo+hi)//2
        try:
            bytearray(mid)
            lo=mid
        except MemoryError:
            hi=mid
    return lo
"""


def heap(rig) -> tuple[int, int]:
    """(bytes free, largest piece) a minute after the start. Looking for that takes all there is: a scan may fail of it."""
    pico = rig.pico
    pico.until(lambda: b"running" in pico.text, 15)
    pico.run(60)
    pico.prompt()
    assert pico.ask("from wellhearth import app; print(app.current.node.p.scan_faults)") == "0"
    for line in (*LARGEST.strip().split("\n"), ""):
        pico.send(line.encode() + b"\r")
        pico.run(0.2)
    return int(pico.ask("import gc; gc.collect(); print(gc.mem_free())")), int(pico.ask("print(largest())", 20))


@pytest.mark.skipif(not FROZEN, reason="no frozen build; make frozen, then set WELLHEARTH_RP2_FROZEN to its UF2")
def test_the_frozen_build_controls_and_leaves_the_heap_to_the_house(image, built):
    from .rig import Rig

    stock = heap(Rig(image))
    old = {"board.py": b"raise SystemExit('an old file of the file system was imported')",
           "boot.py": b"raise SystemExit('an old start')", "a.pack": b"WHPACK1 of an older firmware", "flash.part": b"",
           "config.json": json.dumps(CONFIG).encode(), "wellhearth/__init__.py": b"raise SystemExit('an old package')"}
    rig = Rig(Path(FROZEN), empty=True, extra=old)
    found = heap(rig)
    print(f"\nheap free: stock {stock[0]} B, {stock[1]} B in one piece; frozen {found[0]} B, {found[1]} B in one piece")
    assert b"an old" not in rig.pico.text, rig.pico.tail(500)
    scans = "from wellhearth import app; print(app.current.node.p.scans, app.current.node.p.scan_faults)"
    before = rig.pico.ask(scans).split()
    rig.pico.send(b"app.current.board.serve(app.current)\r")
    rig.pico.run(20)
    rig.pico.prompt()
    after = rig.pico.ask(scans).split()
    assert int(after[0]) >= int(before[0]) + 150 and after[1] == before[1], (before, after)
    assert found[0] > stock[0] + 80_000 and found[1] >= 32_000
