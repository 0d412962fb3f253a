"""Everything at once on the emulated Pico: a bus that asks, a remote, a person at the prompt, from the fourth minute on
pump and compressor.

What fills or splits the heap over time shows here. WELLHEARTH_MINUTES says for how long; one and a half when it is not set.
"""

from __future__ import annotations

import os
import random
import re

import pytest

from doubles.handset import REPEAT, frame, received, train
from wellhearth.tables import kinds

from .test_modbus import KEYS, ask, linked, long, register_of

pytestmark = pytest.mark.timeout(20000)

BLOCK_B = 16  # of MicroPython's heap on a chip of 32 bits


def heap(pico) -> tuple[int, int]:
    """(free, largest piece) in bytes, after a collection; what the journal keeps for its next write is not counted."""
    pico.ask("app.current.journal.flush(app.current.node.p.uptime_s, True); gc.collect()", 20)
    text = pico.ask("micropython.mem_info()", 20)
    free, piece = re.search(r"free: (\d+)", text), re.search(r"max free sz: (\d+)", text)
    assert free and piece, text
    return int(free[1]), BLOCK_B * int(piece[1])


def test_the_heap_neither_shrinks_nor_crumbles_beside_bus_remote_and_prompt(image, built):
    rig, rng = linked(image), random.Random(3)
    pico = rig.pico
    minutes = float(os.environ.get("WELLHEARTH_MINUTES", "1.5"))
    pico.until(lambda: b"running" in pico.text, 10)
    pico.prompt()
    pico.ask("import gc, micropython; from wellhearth import app, diag")
    rig.follow_the_pump()
    step = 0
    seen = [(0.0, *heap(pico))]
    while pico.now_s < 60 * minutes:
        step += 1
        pico.run(rng.uniform(0.5, 1.5))
        ask(rig, 4, kinds.ROOM.first, 20)
        if step % 10 == 0:
            ask(rig, 16, kinds.ROOM.first + 16, rng.randrange(21000, 24000, 100))
        if step % 15 == 0:
            pico.run(rig.receiver.play(received(rng, train(rng, frame(KEYS[rng.choice(("up", "down"))]), REPEAT), 60, 50)))
        if step % 25 == 0:
            assert "room1" in pico.ask(rng.choice(("diag.status()", 'diag.points("room1")', "diag.io()")), 20)
            seen.append((pico.now_s / 60, *heap(pico)))
    seen.append((pico.now_s / 60, *heap(pico)))
    print(f"\n{minutes:g} min, {step} readings; heap free B (largest piece):",
          ", ".join(f"{at:.0f} min {free} ({piece})" for at, free, piece in seen[:: max(1, len(seen) // 8)]),
          f"end {seen[-1][1]} ({seen[-1][2]})")
    counts = {name: long(rig, register_of(name))
              for name in ("overruns", "scan_faults", "late_max_us", "scan_max_us", "commands")}
    print(counts)
    assert counts["overruns"] == counts["scan_faults"] == 0 and counts["commands"] > 0
    if minutes >= 4:  # the compressor rests for three after power came
        assert any(name == "well_pump" and high for _t, name, high in rig.probe.changes)
    first, last = seen[min(2, len(seen) - 1)], seen[-1]  # the first status takes what diag keeps
    assert last[1] > first[1] - 2500, "the heap shrinks"
    assert last[2] > first[2] / 2, "the heap crumbles"
