"""The one file to flash (`wellhearth image`), as the boot ROM writes it into an erased chip, boots and runs the firmware."""

from __future__ import annotations

import json

import pytest

from harness.pinout import CONFIG
from whtools.device import image as joined
from whtools.device import uf2

pytestmark = pytest.mark.timeout(3000)


def test_one_file_boots_and_the_control_runs(image, built, tmp_path):
    from .pico import FS_BLOCK, FS_BLOCKS, FS_START
    from .rig import Rig
    config, out = tmp_path / "house.json", tmp_path / "wellhearth.uf2"
    config.write_text(json.dumps(CONFIG))
    arguments = type("Arguments", (), {"board": "rpi_pico", "micropython": image, "config": config, "out": out})
    assert joined.run(arguments) == 0
    program = uf2.main_part(uf2.read(out.read_bytes()))
    flash = program.at(0x10000000, FS_START + FS_BLOCKS * FS_BLOCK)  # what is in no block stays erased
    rig = Rig(image, filesystem=flash[FS_START:])
    assert bytes(rig.pico.mcu.flash[:FS_START]) == flash[:FS_START], "the program is MicroPython's own"
    rig.pico.until(lambda: b"running" in rig.pico.text, 60)
    rig.pico.prompt()
    rig.pico.ask("from wellhearth import app")
    rig.pico.run(2)  # at the prompt the control goes on
    assert int(rig.pico.ask("print(app.current.node.p.scans)")) >= 10
    assert rig.pico.ask("print(app.current.node.p.scan_faults)").strip() == "0"
