"""Damaged files and a start; the service button; a village's power and files."""

from __future__ import annotations

import json

import pytest

from doubles.houses import make_rig
from harness import faults, outages

# -- stored files --

def stored(rig):
    """A house with everything stored that is: a setpoint, starts, a journal."""
    rig.run(3)
    assert rig.write("room1.setpoint_mc", 22500) == ""
    rig.run(70)
    faults.change(rig, "switch_open", "room1_high")
    rig.run(5)
    faults.change(rig, "switch_open", "room1_high", mend=True)
    rig.run(20)
    return rig.folder


@pytest.mark.both(share=12)
@pytest.mark.parametrize("value", [0, 1, -1])
@pytest.mark.parametrize("name", ["settings", "ledger", "journal", "kept"])
def test_a_damaged_file_and_a_boot(name, value):
    with make_rig() as rig:
        folder = stored(rig)
        path = folder / outages.FILES[name]
        old = path.read_bytes() if path.exists() else b"0 6 0 0"
        written = {}
        boot = rig._boot
        rig._boot = lambda: (written.update(now=path.read_bytes()), boot())[1]
        faults.change(rig, "files_damaged", name, value)
        new = written["now"]
        if name == "kept":
            assert new != old and len(new.split()) == 4
        elif value < 0:
            assert old.startswith(new) and len(new) < len(old)
        else:
            assert sum(bin(a ^ b).count("1") for a, b in zip(old, new)) == 1 and len(old) == len(new)
        rig.run(10)
        assert rig.resets == 1 and not rig.firmware.closed
        faults.change(rig, "files_damaged", name, mend=True)
        rig.run(5)
        assert rig.resets == 1, "nobody mends it but the firmware"


@pytest.mark.both(share=12)
def test_a_damaged_config_leaves_its_last_good_copy_running():
    with make_rig() as rig:
        rig.run(5)
        path = rig.folder / "config.json"
        old = path.read_bytes()
        faults.change(rig, "files_damaged", "config", -1)
        rig.run(5)
        assert json.loads(old) == rig.config and path.read_bytes() != old
        assert any("its last good copy" in text for text in rig.texts), rig.texts
        assert rig.points()["node.scans"] > 20 and rig.points()["node.alarm"] == 1
        faults.change(rig, "files_damaged", "config", mend=True)
        rig.run(5)
        assert path.read_bytes() == old and rig.resets == 2 and rig.points()["node.damaged"] == 0


@pytest.mark.both(share=12)
def test_a_file_that_is_not_there_yet_is_rubbish():
    with make_rig() as rig:
        assert not (rig.folder / "ledger.json").exists()
        faults.change(rig, "files_damaged", "ledger")
        rig.run(2)
        assert any("ledger.json cannot be read" in text for text in rig.texts), rig.texts


@pytest.mark.both(share=12)
def test_damage_is_seeded():
    seen = []
    for value in (3, 3, 4):
        with make_rig() as rig:
            rig.run(1)
            faults.change(rig, "files_damaged", "config", value)
            seen.append((rig.folder / "config.json").read_bytes())
    assert seen[0] == seen[1] != seen[2]
