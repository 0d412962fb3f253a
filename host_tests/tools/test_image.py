"""One file to flash: what is refused and why, and what the boot ROM will find in it."""

import json
import struct

import pytest

from doubles.command import call
from harness.pinout import CONFIG
from whtools.device import build, image, uf2
from whtools.device.link import LinkError
from whtools.update import pack

FLASH = 0x10000000
PLACE = (FLASH + 0x000A0000, 0x00160000)


@pytest.fixture
def little(monkeypatch):
    """A firmware of two files instead of a build of four seconds."""
    monkeypatch.setattr(image, "files_of", lambda board, config: {"boot.py": b"import main", "main.py": b"x" * 30_000})


def program(board="pico", version="v1.28.0", name="MicroPython", family=0xE48BFF56, device=PLACE) -> uf2.Part:
    """A program of 8 kB that says of itself what the Pico SDK's say."""
    flash = bytearray(b"\x55" * 8192)
    texts = [(uf2.PROGRAM, name), (uf2.VERSION, version), (uf2.BOARD, board)]
    at, entries = 0x400, []

    def put(data: bytes) -> int:
        nonlocal at
        flash[at:at + len(data)] = data
        begin, at = at, at + (len(data) + 3) // 4 * 4
        return FLASH + begin

    for key, text in texts:
        entries.append(put(struct.pack("<HHII", uf2.TEXT, 0x5052, key, put(text.encode() + b"\0"))))
    if device:
        entries.append(put(struct.pack("<HHIIIIHH", uf2.DEVICE, 0x504D, put(b"MicroPython\0"), *device, 0, 1, 0)))
    begin = put(struct.pack(f"<{len(entries)}I", *entries))
    flash[0x1D4:0x1D4 + 20] = struct.pack("<5I", uf2.INFO_BEGIN, begin, begin + 4 * len(entries), 0, uf2.INFO_END)
    return uf2.Part(family, {FLASH + i: bytes(flash[i:i + 256]) for i in range(0, len(flash), 256)})


def given(tmp_path, part=None, data=None):
    path = tmp_path / "micropython.uf2"
    path.write_bytes(data if data is not None else uf2.written(part or program()))
    return path


def made(tmp_path, capsys, *arguments, part=None, board="rpi_pico"):
    out = tmp_path / "out.uf2"
    status, text = call(capsys, "image", "--board", board, "--micropython", given(tmp_path, part), "--out", out, *arguments)
    assert status == 0, text
    return out.read_bytes()


@pytest.mark.long
def test_the_file_is_micropython_and_a_file_system_that_mounts(tmp_path, capsys):
    from littlefs import LittleFS
    config = tmp_path / "house.json"
    config.write_text(json.dumps(CONFIG))
    part = uf2.main_part(uf2.read(made(tmp_path, capsys, "--config", config)))
    assert part.at(FLASH, 8192) == program().at(FLASH, 8192)
    fs = LittleFS(block_size=4096, block_count=PLACE[1] // 4096, disk_version=0x00020000, mount=False)
    fs.context.buffer[:] = part.at(*PLACE)
    fs.mount()
    with fs.open("config.json") as f:
        assert json.load(f) == CONFIG
    with fs.open("a.pack", "rb") as f:
        assert pack.told(f.read())[0] == "rpi_pico"


def test_a_pico_2_has_its_own_place_and_its_absolute_block_first(tmp_path, capsys, little):
    absolute = uf2.Part(uf2.ABSOLUTE, {0x10FFFF00: b"\xef" * 256})
    part = program("pico2", family=0xE48BFF59, device=(FLASH + 0x100000, 0x300000))
    path = given(tmp_path, data=image.raw([absolute]) + uf2.written(part))
    out = tmp_path / "out.uf2"
    assert call(capsys, "image", "--board", "rpi_pico2", "--micropython", path, "--out", out)[0] == 0
    parts = uf2.read(out.read_bytes())
    assert [one.family for one in parts] == [uf2.ABSOLUTE, 0xE48BFF59]
    assert out.read_bytes()[:512] == image.raw([absolute]) and parts[1].at(FLASH + 0x100000, 16) != b"\xff" * 16


def test_all_of_the_file_system_is_written_in_whole_erase_blocks(tmp_path, capsys, little):
    """What an older file system left would be read again: a directory's second block with a higher revision."""
    odd = program()
    odd.pages[FLASH + 8192] = b"\x33" * 256  # its last erase block has one page
    data = made(tmp_path, capsys, part=odd)
    pages = uf2.main_part(uf2.read(data)).pages
    assert all(page in pages for page in range(PLACE[0], sum(PLACE), 256))
    order = [struct.unpack_from("<I", data, at + 12)[0] for at in range(0, len(data), 512)]
    assert all(order[i] // 4096 == order[i - i % 16] // 4096 for i in range(len(order))), "16 blocks are one erase block"


@pytest.mark.parametrize(("part", "board", "words"), [
    (program("pico_w"), "rpi_pico", "use --board rpi_pico_w"), (program("my_board"), "rpi_pico", "wanted the one of pico"),
    (program(version="v1.27.0"), "rpi_pico", "1.28 or newer is needed"), (program(name="blink"), "rpi_pico", "is blink"),
    (program(device=None), "rpi_pico", "nothing of a file system"),
    (program(device=(FLASH + 0x1000, 0x160000)), "rpi_pico", "into its file system"),
    (program(device=(FLASH + 0xA0000, 0x8000)), "rpi_pico", "is larger than")])
def test_what_does_not_fit_is_refused_with_the_reason(tmp_path, little, part, board, words):
    with pytest.raises(build.BuildError, match=words):
        call_raw(given(tmp_path, part), board, tmp_path)


def call_raw(path, board, tmp_path):
    return image.run(type("Arguments", (), {"board": board, "micropython": path, "config": None, "out": tmp_path / "x.uf2"}))


WHOLE = uf2.written(program())


@pytest.mark.parametrize(("data", "words"), [
    (b"", "cut short"), (WHOLE[:-1], "cut short"), (WHOLE[:-512], "31 of 32 blocks"), (WHOLE[512:], "31 of 32 blocks"),
    (b"\0" * 512, "right file"), (WHOLE[:28] + b"\x01\x02\x03\x04" + WHOLE[32:], "another chip"),
    (WHOLE[:512] + WHOLE, "written twice")])
def test_a_file_that_is_damaged_is_refused_with_the_reason(tmp_path, data, words):
    with pytest.raises(build.BuildError, match=words):
        call_raw(given(tmp_path, data=data), "rpi_pico", tmp_path)
    assert not (tmp_path / "x.uf2").exists()


def test_a_config_with_mistakes_makes_no_image(tmp_path):
    config = tmp_path / "house.json"
    config.write_text(json.dumps({**CONFIG, "node": {"period_ms": 7}}))
    with pytest.raises(LinkError, match="no image was made"):
        image.run(type("Arguments", (), {"board": "rpi_pico", "micropython": given(tmp_path), "config": config,
                                         "out": tmp_path / "x.uf2"}))
