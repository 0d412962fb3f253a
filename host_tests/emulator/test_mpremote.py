"""The real mpremote over TCP; wellhearth flash and diag on top of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from harness.pinout import CONFIG
from harness.sitl import ROOT

pytestmark = pytest.mark.timeout(3500)


class Host:
    """The commands a person types, against one emulated board."""

    def __init__(self, rig, bridge):
        self.rig, self.bridge = rig, bridge

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "whtools", *words, "--port", self.bridge.url]

    def env(self) -> dict[str, str]:
        return dict(os.environ, WELLHEARTH_PATIENCE="8", PYTHONPATH="tools:host_tests:firmware", COLUMNS="110")

    def run(self, *words: str, timeout: float = 1500) -> subprocess.CompletedProcess:
        begin = time.monotonic()
        done = subprocess.run(self.command(*words), cwd=ROOT, env=self.env(), capture_output=True, text=True,
                              timeout=timeout)
        print(f"$ wellhearth {' '.join(words)}  [{time.monotonic() - begin:.0f} s wall]\n{done.stdout}{done.stderr}")
        return done


@pytest.fixture(scope="module")
def host(image, built, tmp_path_factory):
    from .bridge import Bridge
    from .rig import Rig
    rig = Rig(image, empty=True)
    rig.pico.run(1)
    rig.pico.prompt()
    with Bridge(rig.pico) as bridge:
        yield Host(rig, bridge)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    path = tmp_path_factory.mktemp("config") / "config.json"
    path.write_text(json.dumps(CONFIG))
    return path


def test_mpremote_itself_talks_to_the_board(host):
    done = subprocess.run([sys.executable, "-m", "mpremote", "connect", host.bridge.url, "resume", "exec", "print(6*7)"],
                          capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "42", done.stderr


def test_the_wrong_board_is_refused(host):
    done = host.run("flash", "--board", "esp32_s3")
    assert done.returncode == 2 and "choose the right --board" in done.stderr
    done = host.run("flash", "--board", "rpi_pico_w")
    assert done.returncode == 2 and "use --board rpi_pico" in done.stderr


def test_diag_on_an_empty_board_says_what_to_do(host):
    done = host.run("diag")
    assert done.returncode == 2 and "wellhearth" in done.stderr.lower()


def test_an_empty_board_is_flashed_and_scans(host, config):
    done = host.run("flash", "--board", "rpi_pico", "--config", str(config))
    assert done.returncode == 0, host.rig.pico.tail(800)
    assert "files copied" in done.stdout and "running" in done.stdout


def test_a_second_flash_copies_nothing(host):
    done = host.run("flash", "--board", "rpi_pico")
    assert done.returncode == 0 and "nothing copied" in done.stdout


def test_diag_shows_the_running_node_without_stopping_it(host):
    resets = len(host.rig.pico.resets)
    done = host.run("diag", "scan", "--json")
    rows = {row["point"]: row for row in json.loads(done.stdout)}
    assert int(rows["scans"]["value"]) > 0 and int(rows["heap_free_b"]["value"]) > 40_000
    assert host.run("diag", "io").returncode == 0
    assert len(host.rig.pico.resets) == resets and host.rig.probe.now["master"]


@pytest.fixture
def newer(tmp_path):
    """A copy of the sources with one file changed: the next version."""
    for folder in ("firmware", "boards", "tools", "host_tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "boards" / "rpi_pico" / "board.py"
    path.write_text(path.read_text() + '\nEXTRA = "' + "x" * 9000 + '"\n')
    return tmp_path


def test_an_interrupted_flash_leaves_the_old_firmware(host, newer):
    from .pico import FS_BLOCK, FS_BLOCKS, FS_START
    process = subprocess.Popen(host.command("flash", "--board", "rpi_pico"), cwd=newer, env=host.env(), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    begin = time.monotonic()
    flash = host.rig.pico.mcu.flash
    end = FS_START + FS_BLOCK * FS_BLOCKS
    while b"board.mpy.new" not in bytes(flash[FS_START:end]):
        assert process.poll() is None and time.monotonic() - begin < 900
        time.sleep(0.2)
    process.kill()
    process.wait()
    assert host.rig.probe.on() == []  # it went into service mode before the first byte
    done = host.run("diag", "status")
    assert done.returncode == 0 and "service" in done.stdout  # the old firmware still answers
    done = host.run("flash", "--board", "rpi_pico")
    assert done.returncode == 0 and "running" in done.stdout
