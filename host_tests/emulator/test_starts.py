"""The start of a motor on the emulated Pico: stored before its relay closes, there after a power cut at that very edge."""

from __future__ import annotations

import pytest

from harness.pinout import CONFIG

pytestmark = pytest.mark.timeout(3000)

HOUSE = dict(CONFIG, well={**CONFIG["well"], "pump_min_off_s": 10})
COUNT = "n=app.current.node; print(n.wells[0].controller.limiter_day.count(n.p.uptime_s), n.p.unstored, n.p.damaged)"


def until_the_pump_starts(rig) -> bytes:
    """The file system as it is when the pump's relay closes: water that freezes wants it to run."""
    from .pico import FS_BLOCK, FS_BLOCKS, FS_START
    rig.sensors["room1.leaving"].celsius = 2.0
    number, images = rig.pins["well_pump"][0], []

    def look(*_):
        if rig.pico.level(number) and not images:
            images.append(bytes(rig.pico.mcu.flash[FS_START:FS_START + FS_BLOCK * FS_BLOCKS]))
    rig.pico.mcu.gpio[number].add_listener(look)
    rig.pico.until(lambda: images, 60, 0.05)
    return images[0]


def known(rig) -> tuple[int, int, int]:
    """(starts of the pump, unstored, damaged records) after a boot."""
    rig.pico.until(lambda: b"running" in rig.pico.text, 12)
    rig.pico.run(0.5)
    rig.pico.prompt()
    rig.pico.ask("from wellhearth import app")
    starts, unstored, damaged = map(int, rig.pico.ask(COUNT).split())
    return starts, unstored, damaged


def test_a_power_cut_at_the_relays_edge_forgives_no_start(image, built):
    from .rig import Rig
    rig = Rig(image, HOUSE)
    cut = until_the_pump_starts(rig)
    edge_s = next(at for at, name, high in rig.probe.changes if name == "well_pump" and high)
    last = [op for op in rig.flash.ops if op[0] < edge_s][-1]
    print(f"the pump's relay closed {1000 * (edge_s - last[0]):.1f} ms behind the {last[1]} that stored its start")
    assert last[1] == "program" and edge_s - last[0] < 0.2
    after = Rig(image, HOUSE, filesystem=cut)
    after.sensors["room1.leaving"].celsius = 2.0
    assert known(after) == (1, 0, 0)
    # Once more, and nothing is held twice.
    cut = until_the_pump_starts(after)
    assert known(Rig(image, HOUSE, filesystem=cut)) == (2, 0, 0)
