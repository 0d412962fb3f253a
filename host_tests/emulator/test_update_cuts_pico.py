"""The power fails during an update of the emulated Pico: from each flash that a cut leaves it starts with a whole firmware.

`make test-emulator ARGS="-k update_cuts"` has three cuts, `ARGS="-m long -rP -k update_cuts"` the fifty (half a minute of a
core each; `-n 8` on a machine that has them). What passed is kept in build/update_cuts (WELLHEARTH_ANEW=1: judged again), so
that a run that was torn off goes on.
"""

from __future__ import annotations

import json
import os

import pytest

pytestmark = pytest.mark.timeout(3000)
CUTS, SMOKE, SEED = 50, 3, 1
ASKED = ("n=app.current.node; print(n.p.slot, n.p.version, n.p.damaged, n.p.scan_faults, n.p.unstored, "
         "n.rooms[0].p.setpoint_mc, n.p.scans)")


@pytest.fixture(scope="module")
def update(image, built):
    from .update_cuts import recorded
    return recorded(image)


def judge(image, update, cut: bytes) -> str:
    """Boot from a file system: the slot and version that run, "a 0.1.0". AssertionError for what is not as before."""
    from whtools.update import pack

    from .pico import FS_BLOCK, FS_BLOCKS, FS_START
    from .rig import Rig
    from .update_cuts import SETPOINT_MC, files_of
    rig = Rig(image, filesystem=cut)
    pico = rig.pico
    pico.until(lambda: b"running" in pico.text, 20, 0.05)
    started_s = pico.now_s
    pico.run(0.5)
    pico.prompt()
    pico.ask("from wellhearth import app")
    slot, version, damaged, failed, unstored, setpoint_mc, scans = map(int, pico.ask(ASKED).split())
    print(f"  running after {started_s:.2f} s", end="")
    assert scans >= 1 and failed == 0 and damaged == 0 and unstored == 0, (scans, failed, damaged, unstored)
    assert setpoint_mc == SETPOINT_MC, "a stored setting"
    assert rig.probe.now["master"], "the control has its outputs"
    assert not pico.resets
    files = files_of(bytes(pico.mcu.flash[FS_START:FS_START + FS_BLOCKS * FS_BLOCK]))
    before = files_of(update.before)
    assert files["config.json"] == before["config.json"] and files["secret.json"] == before["secret.json"]
    runs = files["_ab"[slot] + ".pack"]
    assert runs in (update.old, update.new) and pack.number(pack.told(runs)[1]) == version, "half a firmware, or another"
    assert update.old in (files.get("a.pack"), files.get("b.pack")), "the old one stays until the next update"
    return f"{'_ab'[slot]} {pack.words(version)}"


@pytest.mark.parametrize("i", [*range(SMOKE), *(pytest.param(SMOKE + i, marks=pytest.mark.long(minutes=1))
                                                for i in range(CUTS))])
def test_a_cut_leaves_a_whole_firmware_and_every_record(image, update, i):
    from .update_cuts import WAYS, chosen, cut_image
    few = i < SMOKE
    n, how = chosen(update, SMOKE if few else CUTS, SEED)[i if few else i - SMOKE]
    kept = update.folder / f"passed-{n}-{how}.json"
    told = f"cut {WAYS[how]} operation {n} of {len(update.ops)} ({update.at(n)})"
    if kept.exists() and not os.environ.get("WELLHEARTH_ANEW"):
        ran = json.loads(kept.read_text())
        print(f"{told}: {ran} (kept from before)")
    else:
        ran = judge(image, update, cut_image(update, n, how))
        kept.write_text(json.dumps(ran))
        print(f"; {told}: {ran}", flush=True)
    assert ran.split()[0] in "ab"


def test_half_a_firmware_would_be_seen(image, update):
    """The judge itself: the only pack is cut short, so that nothing runs."""
    from whtools.device import filesystems

    from .update_cuts import files_of
    files = files_of(update.before)
    files["a.pack"] = files["a.pack"][:-2000]
    with pytest.raises(AssertionError, match="not within 20 emulated s"):
        judge(image, update, filesystems.littlefs(files))
