"""`wellhearth build`, and the errors a person meets with flash and diag; the rest of them is proved on the emulator."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import pty
import subprocess
import types

import pytest

from doubles.houses import ROOT
from harness import process
from harness.pinout import CONFIG
from whtools import cli
from whtools.device import build, filesystems, flash, link


@pytest.fixture(scope="module")
def pico(tmp_path_factory):
    out = tmp_path_factory.mktemp("rpi_pico")
    return build.build("rpi_pico", out), out


def test_the_manifest_names_every_file_with_its_size_and_hash(pico):
    manifest, out = pico
    assert manifest == json.loads((out / "manifest.json").read_text())
    assert manifest["board"] == "rpi_pico" and manifest["version"] == build.version()
    assert manifest["micropython_min"] == [1, 28]
    paths = {row["path"] for row in manifest["files"]}
    assert {"boot.py", "main.py", "board.mpy", "hw.mpy", "rp2hw.mpy", "rp2pio.mpy", "wellhearth/node/node.mpy"} <= paths
    assert not [p for p in paths if p.endswith(".py") and p not in ("boot.py", "main.py")], ".py would shadow .mpy"
    for row in manifest["files"]:
        data = (out / row["path"]).read_bytes()
        assert len(data) == row["size"] and hashlib.sha256(data).hexdigest() == row["sha256"]
    assert manifest["bytes"] == sum(row["size"] for row in manifest["files"])
    assert manifest["loaded"] <= build.BUDGET and manifest["loaded"] < manifest["loaded_with_links"] <= build.BUDGET_LINKS
    assert set(build.DROPPED) | set(build.LINKS) <= {row["path"] for row in manifest["files"]}
    source = {str(p.relative_to(ROOT / "firmware")) for p in (ROOT / "firmware" / "wellhearth").rglob("*.py")}
    source = {p[:-3] for p in source if not build.of_plant(p)}
    assert {p[:-4] for p in paths if p.startswith("wellhearth/")} == source


def test_a_plant_is_a_part_of_the_boards_with_memory_for_it_alone():
    """And the names by which it is told are all there: a file that is renamed must not land on a Pico unseen."""
    with_plant = build.sources("rpi_pico2")
    there = {path for path in with_plant if build.of_plant(path)}
    assert {path for path in with_plant if path not in there} == set(build.sources("rpi_pico"))
    assert all(any(path.removeprefix("wellhearth/").startswith(name) for path in there) for name in build.PLANT)


def test_the_compiled_version_says_what_it_is(pico):
    _manifest, out = pico
    code = f"import sys; sys.path.insert(0, {str(out)!r}); from wellhearth import version as v; print(v.VERSION, v.BOARD)"
    text = subprocess.run([process.micropython(), "-c", code], capture_output=True, text=True)
    assert text.stdout.split() == [build.version(), "rpi_pico"], text.stderr


def test_what_pyright_alone_reads_is_not_in_a_boards_heap(pico):
    """And every line keeps its number, for tracebacks."""
    for path in pico[1].rglob("*.mpy"):
        assert b"TYPE_CHECKING" not in path.read_bytes(), path
    with_types = [path for path in (ROOT / "firmware").rglob("*.py") if "if TYPE_CHECKING:" in path.read_text()]
    assert len(with_types) > 20
    for path in with_types:
        text = path.read_text()
        plain = build.without_types(text)
        assert plain.count("\n") == text.count("\n") and "TYPE_CHECKING" not in plain, path
        kept = [node for node in ast.parse(text).body if "TYPE_CHECKING" not in ast.unparse(node)]
        assert list(map(ast.dump, kept)) == list(map(ast.dump, ast.parse(plain).body)), path


@pytest.mark.long
def test_a_build_that_is_too_big_for_the_heap_fails(monkeypatch, tmp_path):
    monkeypatch.setattr(build, "BUDGET", 5000)
    with pytest.raises(build.BuildError, match="bytes compiled without links and options, the budget is 5000"):
        build.build("esp32_s3", tmp_path / "b")


def test_images_hold_the_same_files(pico):
    from littlefs import LittleFS
    _manifest, out = pico
    files = build.tree(out)
    fs = LittleFS(block_size=filesystems.FS_BLOCK, block_count=filesystems.PICO_FS_BLOCKS, mount=False)
    fs.context.buffer = bytearray(filesystems.littlefs(files))
    fs.mount()
    for path in ("boot.py", "main.py", "board.mpy", "hw.mpy", "a.pack"):
        with fs.open(path, "rb") as f:
            assert f.read() == files[path]
    modules = build.compiled(out)
    image = filesystems.romfs(modules)
    assert len(modules) > 100 and all(one in files["a.pack"] for one in modules.values())
    assert image[:3] == b"\xd2\xcd\x31" and modules["wellhearth/node/node.mpy"] in image


def errors(capsys, *words) -> str:
    """The one line on stderr of a command that fails."""
    assert cli.main(list(words)) == 2
    text = capsys.readouterr().err.strip()
    assert "\n" not in text and text.startswith("wellhearth: ")
    return text


@pytest.mark.parametrize(("found", "says"), [
    ([], "no board found; plug it in"),
    ([("/dev/ttyACM1", 0x2E8A), ("/dev/ttyACM0", 0x303A), ("/dev/ttyS0", None)],
     "2 boards found: /dev/ttyACM0, /dev/ttyACM1; name one with --port")])
def test_no_board_and_two_boards(monkeypatch, capsys, found, says):
    from serial.tools import list_ports
    monkeypatch.setattr(list_ports, "comports", lambda: [types.SimpleNamespace(device=d, vid=v) for d, v in found])
    assert says in errors(capsys, "diag")
    monkeypatch.setattr(list_ports, "comports", lambda: [types.SimpleNamespace(device="/dev/x", vid=0x2E8A)])
    assert link.find_port(None) == "/dev/x"


def test_a_port_that_is_not_there_a_busy_one_and_a_board_without_micropython(capsys, monkeypatch):
    import serial
    monkeypatch.setenv("WELLHEARTH_PATIENCE", "0.05")
    assert "cannot be opened; is the board plugged in?" in errors(capsys, "diag", "--port", "/dev/ttyACM99")
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    try:
        assert f"no MicroPython answers on {name}" in errors(capsys, "diag", "--port", name)
        with serial.Serial(name, exclusive=True):
            assert f"{name} is in use; close the other terminal" in errors(capsys, "diag", "--port", name)
    finally:
        os.close(master)
        os.close(slave)


class FakeLink:
    """What check_chip looks at."""

    port = "/dev/x"

    def __init__(self, platform, version, machine):
        self.platform, self.version, self.machine = platform, version, machine


@pytest.mark.parametrize(("board", "platform", "version", "machine", "says"), [
    ("rpi_pico", "esp32", (1, 28, 0), "Generic ESP32 module with ESP32", "choose the right --board"),
    ("rpi_pico", "rp2", (1, 21, 0), "Raspberry Pi Pico with RP2040",
     "MicroPython 1.21.0 is too old, 1.28 or newer is needed"),
    ("rpi_pico", "rp2", (1, 28, 0), "Raspberry Pi Pico W with RP2040", "use --board rpi_pico_w"),
    ("esp32_generic", "esp32", (1, 28, 0), "Generic ESP32S3 module with ESP32S3", "use --board esp32_s3"),
    ("esp32_s3", "esp32", (1, 25, 0), "Generic ESP32S3 module with ESP32S3", "1.26 or newer"),
    ("rpi_pico_w", "rp2", (1, 29, 0), "Raspberry Pi Pico W with RP2040", ""),
    ("rpi_pico", "rp2", (1, 28, 0), "Raspberry Pi Pico2 with RP2350", "use --board rpi_pico2"),
    ("rpi_pico2_w", "rp2", (1, 28, 0), "Raspberry Pi Pico 2 W with RP2350", ""),
    ("rpi_pico2", "rp2", (1, 28, 0), "Raspberry Pi Pico with RP2040", "use --board rpi_pico")])
def test_the_wrong_chip_and_an_old_micropython_are_refused(board, platform, version, machine, says):
    manifest = {"board": board, "chip": build.CHIPS[board]}
    fake = FakeLink(platform, version, machine)
    if not says:
        link.Link.check_chip(fake, manifest)
        return
    with pytest.raises(link.LinkError, match=says.replace("(", r"\(")):
        link.Link.check_chip(fake, manifest)


def test_a_bad_config_is_told_before_the_board_is_touched(capsys, tmp_path):
    path = tmp_path / "house.json"
    path.write_text(json.dumps(dict(CONFIG, well={"min_flow_lph": 7})))
    assert "min_flow_lph" in errors(capsys, "flash", "--board", "rpi_pico", "--port", "/dev/none", "--config", str(path))


def test_a_full_file_system_is_refused_before_anything_is_written():
    flasher = flash.Flasher.__new__(flash.Flasher)
    flasher.files = {"wellhearth/a.mpy": b"x" * 5000}
    flasher.free, flasher.port = 8000, "/dev/x"
    with pytest.raises(link.LinkError, match="12 kB are needed beside the old files, 7 kB are free"):
        flasher.copy(["wellhearth/a.mpy"])
