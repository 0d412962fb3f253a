"""The frozen build, as far as it goes without a compiler: what it refuses, what it freezes, the UF2 of a program.

That it boots and controls: `make test-emulator` with WELLHEARTH_RP2_FROZEN (host_tests/emulator/test_frozen.py).
"""

from __future__ import annotations

import pytest

from whtools import cli
from whtools.device import boardpage, build, frozen, uf2

HEADER = "#define MICROPY_VERSION_MAJOR {}\n#define MICROPY_VERSION_MINOR {}\n#define MICROPY_VERSION_MICRO {}\n" \
         "#define MICROPY_VERSION_PRERELEASE {}\n"


@pytest.fixture
def tree(tmp_path):
    """A tree of the right version, without its submodules."""
    (tmp_path / "ports" / "rp2").mkdir(parents=True)
    (tmp_path / "py").mkdir()
    (tmp_path / "py" / "mpconfig.h").write_text(HEADER.format(*frozen.MICROPYTHON[1:].split("."), 0))
    for name in frozen.SUBMODULES:
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "README").write_text("here")
    return tmp_path


def test_a_tree_of_another_version_or_without_its_parts_is_refused(tree, tmp_path):
    log = tmp_path / "log"
    assert frozen.fetched("rpi_pico", tree, log) == tree
    with pytest.raises(build.BuildError, match="lacks lib/lwip, lib/cyw43-driver, lib/btstack: git submodule"):
        frozen.fetched("rpi_pico_w", tree, log)
    (tree / "py" / "mpconfig.h").write_text(HEADER.format(1, 29, 0, 1))
    with pytest.raises(build.BuildError, match=f"v1.29.0-preview, wanted {frozen.MICROPYTHON}"):
        frozen.fetched("rpi_pico", tree, log)
    with pytest.raises(build.BuildError, match="no tree of MicroPython"):
        frozen.fetched("rpi_pico", tmp_path / "nowhere", log)


def test_without_a_compiler_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(frozen.shutil, "which", lambda name: None if "gcc" in name else name)
    assert cli.main(["frozen", "--board", "rpi_pico"]) == 2
    error = capsys.readouterr().err
    assert "arm-none-eabi-gcc not found" in error and "apt-get install gcc-arm-none-eabi" in error
    assert cli.main(["frozen", "--board", "esp32_s3"]) == 2
    assert "no frozen build for esp32_s3" in capsys.readouterr().err


def test_a_step_that_fails_shows_the_end_of_its_words(tmp_path):
    log = tmp_path / "log.txt"
    with pytest.raises(build.BuildError, match="(?s)reading: failed, see .*log.txt.*No such file"):
        frozen.ran(["ls", "/nonexistent"], "reading", log)


@pytest.mark.parametrize("board", frozen.NAMES)
def test_all_of_the_firmware_is_frozen_and_nothing_older_is_imported_before_it(board, tmp_path):
    manifest = frozen.staged(board, tmp_path / "stage")
    assert 'freeze("modules"' in manifest.read_text()
    there = {str(path.relative_to(manifest.parent / "modules")) for path in (manifest.parent / "modules").rglob("*.py")}
    radio = {"wellhearth/links/network/page_file.py"} if board.endswith("_w") else set()
    assert there == set(build.sources(board)) | {"wellhearth/version.py"} | radio
    for name in radio:
        frozen_in: dict = {}
        exec((manifest.parent / "modules" / name).read_text(), frozen_in)
        assert frozen_in["DATA"] == boardpage.page()
    first, second = (manifest.parent / "modules" / "boot.py").read_text().splitlines()
    assert first == 'import sys; sys.path[:] = [".frozen"]' and second == "import board; board.safe()"
    assert f'BOARD = "{board}"' in (manifest.parent / "modules" / "wellhearth" / "version.py").read_text()
    for path in (manifest.parent / "modules").rglob("*.py"):
        assert "if TYPE_CHECKING:" not in path.read_text(), path


@pytest.mark.parametrize(("board", "chip"), [("rpi_pico", "RP2040"), ("rpi_pico2_w", "RP2350")])
def test_the_uf2_holds_the_program_for_its_chip(board, chip):
    program = bytes(range(256)) * 33 + b"end"
    (part,) = uf2.read(frozen.uf2_of(program, board))
    assert uf2.FAMILIES[part.family] == chip and min(part.pages) == frozen.FLASH
    assert part.at(frozen.FLASH, len(program)) == program
